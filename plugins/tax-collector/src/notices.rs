//! Notices: what a taxpayer is asked to pay, by the number of an MPay order.

use crate::accounts::Account;
use crate::history::reason;
use crate::penalty::{self, Paid};
use crate::{history, home_link, is_collector, messages, payments};
use vatra_sdk::contract::vatra::mpay::types::Line;
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::orders::Order;
use vatra_sdk::host::registers::Entry;
use vatra_sdk::prelude::*;

/// The payment service and the account's name that the manifest asks for.
const SERVICE: &str = "local-taxes";
const BUDGET: &str = "local-budget";
/// Lines of an order: the tax, and what is added for late payment.
const TAX: &str = "1";
pub(crate) const PENALTY: &str = "penalty";
/// MPay's limit for reasons, in characters.
const REASON: usize = 50;
/// Days that a notice gives to pay when the account's own date has passed.
const DAYS: u32 = 30;

/// Where a notice stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Status {
    Open,
    PartlyPaid,
    Paid,
    Cancelled,
}

impl Status {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::PartlyPaid => "partly-paid",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        }
    }
    fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::PartlyPaid, Self::Paid, Self::Cancelled].into_iter().find(|status| status.code() == code)
    }
}

pub(crate) struct Notice {
    pub(crate) at: EntryRef,
    pub(crate) version: u32,
    pub(crate) number: Option<String>,
    pub(crate) account: EntryRef,
    pub(crate) account_number: String,
    pub(crate) taxpayer: Subject,
    pub(crate) amount: Bani,
    pub(crate) paid: Bani,
    /// What was paid of what is added for late payment.
    pub(crate) penalty_paid: Bani,
    pub(crate) order: String,
    pub(crate) due_date: Date,
    /// When the tax itself was due, when that was before the notice: what is added for late payment counts from there.
    pub(crate) owed_since: Option<Date>,
    pub(crate) expires: Option<Date>,
    pub(crate) status: Status,
}

impl Notice {
    pub(crate) fn read(entry: &Entry) -> Result<Self, Failure> {
        Ok(Self {
            at: entry.ref_.clone(),
            version: entry.version,
            number: entry.number.clone(),
            account: entry.entry("account")?,
            account_number: entry.text("account-number")?,
            taxpayer: entry.subject("taxpayer")?,
            amount: entry.money("amount")?,
            paid: entry.money("paid")?,
            penalty_paid: entry.maybe("penalty-paid")?.unwrap_or_default(),
            order: entry.text("order")?,
            due_date: entry.date("due-date")?,
            owed_since: entry.maybe("owed-since")?,
            expires: entry.maybe("expires")?,
            status: Status::from_code(&entry.text("status")?).ok_or_else(|| invalid("status", "type"))?,
        })
    }
}

/// A table of notices.
pub(crate) fn table(query: Query, title: &str) -> BoundTable {
    BoundTable::of(query, "notices", title, "notices-empty")
        .column_opening("number", "field-number", "notice")
        .column("order", "field-order")
        .column("amount", "field-amount")
        .column("paid", "field-paid")
        .column("status", "field-status")
        .column("due-date", "field-due-date")
}

/// The screen `notices`.
pub(crate) fn list() -> Result<Screen, Failure> {
    let table = BoundTable::of(Query::of("notices").sort_down("opened"), "notices", "notices-all", "notices-empty")
        .column_opening("number", "field-number", "notice")
        .column("taxpayer.name", "field-taxpayer")
        .column("account-number", "field-account")
        .column("order", "field-order")
        .column("amount", "field-amount")
        .column("paid", "field-paid")
        .column("status", "field-status")
        .column("due-date", "field-due-date")
        .searchable()
        .exportable();
    let denied = payments::denied()?.map(|denial| payments::cannot(&denial));
    Ok(Screen::titled("notices-title").under(home_link()).maybe(denied).bound(table))
}

/// The screen `notice`.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let notice = Notice::read(&entry)?;
    let denied = payments::denied()?;
    let mut items = vec![
        Item::of("field-order", &notice.order),
        Item::of("field-amount", notice.amount),
        Item::of("field-paid", notice.paid),
        Item::of("field-penalty-owed", penalty_owed(&notice)?),
        Item::of("field-penalty-paid", notice.penalty_paid),
        Item::of("field-status", Choice(notice.status.code())),
        Item::of("field-due-date", notice.due_date),
    ];
    items.extend(notice.owed_since.map(|date| Item::of("field-owed-since", date)));
    items.extend(notice.expires.map(|date| Item::of("field-expires", date)));
    let number = notice.number.clone().unwrap_or_default();
    let mut screen = Screen::titled(words!("notice-title", number = number))
        .under(home_link())
        .under(Link::to("notices", "notices-title"))
        .maybe(denied.as_ref().map(payments::cannot))
        .person(notice.taxpayer)
        .links(vec![Link::to("account", words!("account-open", number = &notice.account_number)).with("entry", &notice.account)])
        .summary("notice-details", items)
        .payment(&notice.order)
        .bound(messages::table(Query::of("messages").equal("notice", at).sort_down("opened"), "messages-of-notice", "messages-empty"));
    if let Some(document) = entry.maybe("document")? {
        screen = screen.block(Block::Document(document));
    } else if is_collector() && notice.status == Status::Open {
        let make = Button::performs("print-notice", "print-notice").with("entry", at);
        screen = screen.buttons(vec![make]);
    }
    if notice.status == Status::Open && denied.is_none() && is_collector() {
        let cancel =
            Button::performs("cancel-notice", "cancel-notice").with("entry", at).confirm("cancel-notice-confirm").tone(Tone::Danger);
        screen = screen.buttons(vec![cancel]);
    }
    let changes = history::Changes::of("", registers::history(at)?);
    Ok(screen.heading("history-title").timeline(history::timeline(vec![changes])))
}

/// The form by which a notice is issued.
pub(crate) fn form(account: &Account, today: Date) -> Form {
    let due = account.due_date.filter(|date| *date >= today).unwrap_or_else(|| today.plus_days(DAYS));
    Form::posts("issue-notice", "issue-notice-title", "issue-notice-submit")
        .input(
            Input::of("amount", "issue-notice-amount")
                .hint(words!("issue-notice-amount-hint", most = account.outstanding))
                .filled(account.outstanding),
        )
        .input(Input::of("due-date", "issue-notice-due-date").filled(due))
        .input(Input::of("expires", "issue-notice-expires").hint("issue-notice-expires-hint"))
        .with("entry", &account.at)
        .check_answers()
}

/// What is wrong with a notice to be issued, input by input.
fn wrong(amount: Bani, outstanding: Bani, due: Date, expires: Option<Date>, today: Date) -> Vec<(String, Words)> {
    let mut out: Vec<(String, Words)> = Vec::new();
    if outstanding <= Bani(0) {
        out.push(("amount".into(), "wrong-nothing-owed".into()));
    } else if amount <= Bani(0) {
        out.push(("amount".into(), "wrong-amount-not-positive".into()));
    } else if amount > outstanding {
        out.push(("amount".into(), words!("wrong-amount-too-large", most = outstanding)));
    }
    if due < today {
        out.push(("due-date".into(), "wrong-due-date-past".into()));
    }
    if expires.is_some_and(|expires| expires < due) {
        out.push(("expires".into(), "wrong-expires-before-due".into()));
    }
    out
}

/// What the payer reads. Payers are shown it as it is, whatever their language, so that it is in the state's.
fn payment_reason(account: &str) -> String {
    format!("Impozit local, cont {account}").chars().take(REASON).collect()
}

/// The action `issue-notice`: an MPay order and its entry in the register, both or neither.
pub(crate) fn issue(inputs: &[Field]) -> Result<Answer, Failure> {
    let account = Account::get(&inputs.entry("entry")?)?;
    let (amount, due) = (inputs.money("amount")?, inputs.date("due-date")?);
    let expires = inputs.maybe::<Date>("expires")?;
    let problems = wrong(amount, account.outstanding, due, expires, clock::today());
    if !problems.is_empty() {
        return Ok(Answer::rejected(problems));
    }
    let (notice, order) = draw_up(&account, amount, due, expires, None)?;
    Ok(Answer::go(Link::to("notice", "notice-open").with("entry", &notice)).report("notice", notice).report("order", order))
}

/// An MPay order and its entry in the register; of a mailing, when it belongs to one.
pub(crate) fn draw_up(
    account: &Account,
    amount: Bani,
    due: Date,
    expires: Option<Date>,
    mailing: Option<&EntryRef>,
) -> Result<(EntryRef, String), Failure> {
    let why = payment_reason(&account.number);
    let order = orders::create_order(&Order {
        service: SERVICE.into(),
        customer: Some(account.taxpayer.clone()),
        lines: vec![Line { id: TAX.into(), amount: amount.0, account: BUDGET.into(), reason: why.clone() }],
        due: Some(due),
        expires,
        partial: true,
        advance: true,
        reason: why,
    })?;
    let notice = registers::add(
        "notices",
        &fields![
            "account" => &account.at,
            "account-number" => &account.number,
            "taxpayer" => &account.taxpayer,
            "amount" => amount,
            "order" => &order,
            "due-date" => due,
            "owed-since" => account.due_date.filter(|date| *date < due),
            "expires" => expires,
            "mailing" => mailing,
            "status" => Choice(Status::Open.code()),
            "paid" => Bani(0),
            "penalty-paid" => Bani(0),
        ],
    )?;
    Ok((notice, order))
}

/// What is owed today of what is added for late payment.
pub(crate) fn penalty_owed(notice: &Notice) -> Result<Bani, Failure> {
    let since = notice.owed_since.map_or(notice.due_date, |date| date.min(notice.due_date));
    if notice.status == Status::Cancelled || clock::today() <= since {
        return Ok(Bani(0));
    }
    let rates = penalty::rates()?;
    if rates.is_empty() {
        return Ok(Bani(0));
    }
    let paid: Vec<Paid> = orders::payments_of(&notice.order)?
        .iter()
        .map(|payment| Paid { on: clock::date_of(payment.paid_at), amount: payments::split(payment).0 })
        .collect();
    let accrued = penalty::accrued(notice.amount, since, &paid, &rates, clock::today());
    Ok((accrued - notice.penalty_paid).max(Bani(0)))
}

/// What MPay is told when somebody pays: what is left of the tax, and what was added until today.
pub(crate) fn quote(number: &str) -> Result<Vec<Line>, Failure> {
    let entry = registers::lookup("notices", "order", &Value::Text(number.to_owned()))?.ok_or(Failure::NotFound)?;
    let notice = Notice::read(&entry)?;
    let line = |id: &str, amount: Bani, reason: String| Line { id: id.to_owned(), amount: amount.0, account: BUDGET.into(), reason };
    let lines = [
        line(TAX, notice.amount - notice.paid, payment_reason(&notice.account_number)),
        line(PENALTY, penalty_owed(&notice)?, "Majorare de întârziere".to_owned()),
    ];
    Ok(lines.into_iter().filter(|line| line.amount > 0).collect())
}

/// The action `print-notice`: the notice on paper.
pub(crate) fn print(at: &EntryRef) -> Result<Answer, Failure> {
    let entry = registers::get(at)?;
    let notice = Notice::read(&entry)?;
    if entry.value("document").is_none_or(|value| matches!(value, Value::None)) {
        let document = messages::paper(at, &notice, notice.amount - notice.paid)?;
        registers::correct(at, notice.version, &fields!["document" => document], &reason("notice-printed", ""))?;
    }
    Ok(Answer::go(Link::to("notice", "notice-open").with("entry", at)))
}

/// The action `cancel-notice`. Refused once any money was paid: that is a refund.
pub(crate) fn cancel(at: &EntryRef) -> Result<Answer, Failure> {
    let notice = Notice::read(&registers::get(at)?)?;
    let refused = |why: &str| Ok(Answer::rejected(vec![("entry".into(), why.into())]));
    match notice.status {
        Status::Cancelled => return refused("wrong-cancelled-already"),
        Status::Paid | Status::PartlyPaid => return refused("wrong-paid-already"),
        Status::Open => {}
    }
    match orders::cancel_order(&notice.order, "notice-cancelled") {
        Ok(()) => {}
        // MPay took money that this module has not heard of yet.
        Err(Failure::Invalid(violation)) if violation.rule == "paid" => return refused("wrong-paid-already"),
        Err(other) => return Err(other),
    }
    registers::correct(at, notice.version, &fields!["status" => Choice(Status::Cancelled.code())], &reason("notice-cancelled", ""))?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "notice-cancelled")).report("notice", at).report("order", notice.order))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date { year: 2026, month: 9, day: 1 };
    const LATER: Date = Date { year: 2026, month: 9, day: 25 };

    fn inputs(wrong: &[(String, Words)]) -> Vec<&str> {
        wrong.iter().map(|(input, _)| input.as_str()).collect()
    }

    #[test]
    fn a_part_or_all_of_what_is_owed_may_be_asked_for() {
        assert!(wrong(Bani(1), Bani(100), TODAY, None, TODAY).is_empty());
        assert!(wrong(Bani(100), Bani(100), LATER, Some(LATER), TODAY).is_empty());
    }

    #[test]
    fn more_than_is_owed_or_less_than_something_may_not() {
        assert_eq!(inputs(&wrong(Bani(101), Bani(100), LATER, None, TODAY)), ["amount"]);
        assert_eq!(inputs(&wrong(Bani(0), Bani(100), LATER, None, TODAY)), ["amount"]);
        assert_eq!(inputs(&wrong(Bani(1), Bani(-5), LATER, None, TODAY)), ["amount"]);
    }

    #[test]
    fn dates_lie_ahead_and_in_order() {
        let yesterday = Date { day: 31, month: 8, ..TODAY };
        assert_eq!(inputs(&wrong(Bani(1), Bani(100), yesterday, None, TODAY)), ["due-date"]);
        assert_eq!(inputs(&wrong(Bani(1), Bani(100), LATER, Some(TODAY), TODAY)), ["expires"]);
    }

    #[test]
    fn mpay_s_limit_holds_for_any_account() {
        assert_eq!(payment_reason("9256000-000001"), "Impozit local, cont 9256000-000001");
        assert_eq!(payment_reason(&"ș".repeat(80)).chars().count(), REASON);
    }

    #[test]
    fn every_status_has_its_code() {
        for status in [Status::Open, Status::PartlyPaid, Status::Paid, Status::Cancelled] {
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
        assert_eq!(Status::from_code("lost"), None);
    }
}
