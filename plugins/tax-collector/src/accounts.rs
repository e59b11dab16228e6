//! Tax accounts: the list, one account with its notices and history, and what is owed on it.

use crate::{assessment, history, home_link, is_collector, notices, payments};
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::registers::Entry;
use vatra_sdk::prelude::*;

/// What is still owed; below zero when more was paid than assessed.
pub(crate) fn outstanding(due: Bani, paid_before: Bani, paid_mpay: Bani) -> Bani {
    due - paid_before - paid_mpay
}

/// One taxable object of one taxpayer.
pub(crate) struct Account {
    pub(crate) at: EntryRef,
    pub(crate) version: u32,
    pub(crate) number: String,
    pub(crate) taxpayer: Subject,
    pub(crate) due: Bani,
    /// As the roll says: paid past MPay.
    pub(crate) paid_before: Bani,
    pub(crate) paid_mpay: Bani,
    pub(crate) outstanding: Bani,
    /// What of `due` this module assessed: the roll does not know of it.
    pub(crate) assessed: Bani,
    /// What is owed of earlier years, past their dates.
    pub(crate) arrears: Bani,
    pub(crate) due_date: Option<Date>,
}

impl Account {
    pub(crate) fn read(entry: &Entry) -> Result<Self, Failure> {
        Ok(Self {
            at: entry.ref_.clone(),
            version: entry.version,
            number: entry.text("account")?,
            taxpayer: entry.subject("taxpayer")?,
            due: entry.money("due")?,
            paid_before: entry.money("paid-before")?,
            paid_mpay: entry.money("paid-mpay")?,
            outstanding: entry.money("outstanding")?,
            assessed: entry.maybe("assessed-tax")?.unwrap_or_default(),
            arrears: entry.maybe("arrears")?.unwrap_or_default(),
            due_date: entry.maybe("due-date")?,
        })
    }

    pub(crate) fn get(at: &EntryRef) -> Result<Self, Failure> {
        Self::read(&registers::get(at)?)
    }

    /// Whether anything is owed past its date: of this year, or of earlier ones when this year's date is still to come.
    pub(crate) fn is_late(&self, today: Date) -> bool {
        self.outstanding > Bani(0) && (self.arrears > Bani(0) || self.due_date.is_some_and(|date| date < today))
    }
}

/// The accounts that a filter leaves.
pub(crate) fn filtered(filter: &str, today: Date) -> Query {
    let all = Query::of("accounts");
    match filter {
        "outstanding" => all.only("outstanding", Comparison::More, Bani(0)),
        "overdue" => all.only("outstanding", Comparison::More, Bani(0)).only("due-date", Comparison::Less, today),
        "arrears" => all.only("arrears", Comparison::More, Bani(0)),
        "overpaid" => all.only("outstanding", Comparison::Less, Bani(0)),
        _ => all,
    }
}

/// The columns that accounts are listed with.
pub(crate) fn listed(table: BoundTable) -> BoundTable {
    table
        .column_opening("account", "field-account", "account")
        .column_opening("taxpayer.name", "field-taxpayer", "taxpayer")
        .column("cadastral", "field-cadastral")
        .column("object", "field-object")
        .column("due", "field-due")
        .column("outstanding", "field-outstanding")
        .column("due-date", "field-due-date")
}

/// The screen `accounts`.
pub(crate) fn list(parameters: &[Field]) -> Result<Screen, Failure> {
    let filter = parameters.maybe::<String>("filter")?.unwrap_or_default();
    let title = match filter.as_str() {
        "outstanding" => "accounts-outstanding",
        "overdue" => "accounts-overdue",
        "arrears" => "accounts-arrears",
        "overpaid" => "accounts-overpaid",
        _ => "accounts-all",
    };
    let query = filtered(&filter, clock::today()).sort("account");
    let table = listed(BoundTable::of(query, "accounts", title, "accounts-empty")).searchable().exportable();
    let all = [
        ("", "accounts-all"),
        ("outstanding", "accounts-outstanding"),
        ("overdue", "accounts-overdue"),
        ("arrears", "accounts-arrears"),
        ("overpaid", "accounts-overpaid"),
    ];
    let link = |(code, label): (&str, &str)| {
        let link = Link::to("accounts", label);
        if code.is_empty() { link } else { link.with("filter", Choice(code)) }
    };
    let filters = all.into_iter().filter(|(code, _)| *code != filter).map(link).collect();
    Ok(Screen::titled("accounts-title").under(home_link()).links(filters).bound(table))
}

/// The screen `account`.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let account = Account::read(&entry)?;
    let denied = payments::denied()?;
    let details = [
        "account",
        "object",
        "cadastral",
        "area",
        "value",
        "due",
        "assessed-tax",
        "paid-before",
        "paid-mpay",
        "outstanding",
        "arrears",
        "due-date",
        "phone",
        "email",
    ];
    let items =
        details.into_iter().filter_map(|name| entry.value(name).map(|value| Item::of(format!("field-{name}"), value.clone()))).collect();
    let assessments = BoundTable::of(
        Query::of("assessments").equal("account", at).equal("applied", true).sort_down("year"),
        "assessments",
        "account-assessments",
        "account-no-assessments",
    )
    .column_opening("year", "field-year", "assessed")
    .column("category", "field-category")
    .column("rate", "field-rate")
    .column("unit", "field-unit")
    .column("amount", "field-amount");
    let mut screen = Screen::titled(words!("account-title", number = &account.number))
        .under(home_link())
        .under(Link::to("accounts", "accounts-title"))
        .person(account.taxpayer.clone())
        .links(vec![Link::to("taxpayer", "taxpayer-open").with("taxpayer", &account.taxpayer)])
        .summary("account-details", items)
        .bound(assessments)
        .bound(notices::table(Query::of("notices").equal("account", at).sort_down("opened"), "notices-of-account"));
    if is_collector() && account.outstanding > Bani(0) {
        screen = match denied {
            Some(denial) => screen.block(payments::cannot(&denial)),
            None => screen.form(notices::form(&account, clock::today())),
        };
    }
    if is_collector() {
        screen = screen.form(object_form(&entry));
    }
    let changes = history::Changes::of("", registers::history(at)?);
    Ok(screen.heading("history-title").timeline(history::timeline(vec![changes])))
}

/// The form by which what an account is taxed for is corrected.
fn object_form(entry: &Entry) -> Form {
    Form::posts("correct-object", "correct-object-title", "correct-object-submit")
        .input(
            Input::of("category", "field-category").hint("correct-object-category-hint").filled(Choice(assessment::category(entry).code())),
        )
        .input(Input::of("value", "field-value").filled(entry.value("value").cloned().unwrap_or(Value::None)))
        .input(Input::of("area", "field-area").filled(entry.value("area").cloned().unwrap_or(Value::None)))
        .input(Input::of("reason", "correct-object-reason"))
        .with("entry", &entry.ref_)
        .with("version", i64::from(entry.version))
        .check_answers()
}

/// The action `correct-object`: what the next assessment counts from.
pub(crate) fn correct_object(inputs: &[Field]) -> Result<Answer, Failure> {
    let entry = registers::get(&inputs.entry("entry")?)?;
    let account = Account::read(&entry)?;
    let value = inputs.maybe::<Bani>("value")?;
    if value.is_some_and(|value| value < Bani(0)) {
        return Ok(Answer::rejected(vec![("value".into(), "wrong-amount-negative".into())]));
    }
    let mut changed = fields!["value" => value, "area" => inputs.maybe::<String>("area")?.map(Value::Decimal)];
    // What the object's name says already, nobody has said.
    let category = inputs.text("category")?;
    if category != assessment::category(&entry).code() {
        changed.extend(fields!["category" => Choice(&category)]);
    }
    registers::correct(&account.at, account.version, &changed, &inputs.text("reason")?)?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "object-corrected")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_overpaid_is_below_zero() {
        assert_eq!(outstanding(Bani(10_000), Bani(2_500), Bani(2_500)), Bani(5_000));
        assert_eq!(outstanding(Bani(10_000), Bani(7_500), Bani(5_000)), Bani(-2_500));
    }

    #[test]
    fn what_is_owed_of_earlier_years_is_late_whatever_this_years_date() {
        let today = Date::of(2026, 10, 1);
        let late = |outstanding: i64, arrears: i64, due_date: Date| {
            let account = Account {
                at: EntryRef { register: "accounts".into(), id: "1".into() },
                version: 1,
                number: "1".into(),
                taxpayer: Subject { token: "a".into() },
                due: Bani(100),
                paid_before: Bani(100 - outstanding),
                paid_mpay: Bani(0),
                outstanding: Bani(outstanding),
                assessed: Bani(0),
                arrears: Bani(arrears),
                due_date: Some(due_date),
            };
            account.is_late(today)
        };
        assert!(late(50, 0, Date::of(2026, 9, 25)) && late(50, 20, Date::of(2027, 9, 25)));
        assert!(!late(50, 0, Date::of(2027, 9, 25)) && !late(0, 0, Date::of(2026, 9, 25)) && !late(50, 0, today));
    }

    #[test]
    fn overdue_means_owed_and_late() {
        let query = filtered("overdue", Date::of(2026, 9, 26));
        let names: Vec<&str> = query.all_of.iter().map(|condition| condition.name.as_str()).collect();
        assert_eq!(names, ["outstanding", "due-date"]);
        assert!(filtered("", Date::of(2026, 9, 26)).all_of.is_empty());
    }
}
