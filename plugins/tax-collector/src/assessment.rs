//! The yearly assessment: what each object is taxed for a year by the council's rates. A run is prepared by a job, looked over (it is a register like any
//! other), and then entered into the accounts by another job, or dropped. Both resume where they stopped.

use crate::accounts::{Account, outstanding};
use crate::history::{item, reason};
use crate::levies::{self, Category, Rates};
use crate::{home_link, is_collector};
use vatra_sdk::contract::vatra::jobs::types::Standing as JobStanding;
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::queue;
use vatra_sdk::host::registers::{Aggregate, Entry, Function};
use vatra_sdk::prelude::*;

/// Jobs of the manifest.
pub(crate) const PREPARE: &str = "prepare-assessment";
pub(crate) const APPLY: &str = "apply-assessment";
/// Accounts of one step.
const STEP: u32 = 200;

/// Where a run stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    Preparing,
    Prepared,
    Applying,
    Applied,
    Dropped,
}

impl Standing {
    const ALL: [Self; 5] = [Self::Preparing, Self::Prepared, Self::Applying, Self::Applied, Self::Dropped];

    fn code(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Prepared => "prepared",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Dropped => "dropped",
        }
    }
}

/// One assessment of all accounts.
struct Run {
    at: EntryRef,
    version: u32,
    year: u16,
    due_date: Date,
    standing: Standing,
    entry: Entry,
}

impl Run {
    fn get(at: &EntryRef) -> Result<Self, Failure> {
        let entry = registers::get(at)?;
        let standing = entry.text("run-standing")?;
        Ok(Self {
            at: entry.ref_.clone(),
            version: entry.version,
            year: u16::try_from(entry.integer("year")?).map_err(|_| invalid("year", "type"))?,
            due_date: entry.date("due-date")?,
            standing: Standing::ALL.into_iter().find(|one| one.code() == standing).ok_or_else(|| invalid("run-standing", "type"))?,
            entry,
        })
    }

    fn becomes(&self, standing: Standing, because: &str, more: Vec<Field>) -> Result<u32, Failure> {
        let mut changed = fields!["run-standing" => Choice(standing.code())];
        changed.extend(more);
        registers::correct(&self.at, self.version, &changed, because)
    }
}

/// The screen `assessments`.
pub(crate) fn list() -> Result<Screen, Failure> {
    let today = clock::today();
    let table = BoundTable::of(Query::of("assessment-runs").sort_down("opened"), "assessment-runs", "assessment-runs", "assessment-none")
        .column_opening("number", "field-number", "assessment")
        .column("year", "field-year")
        .column("run-standing", "field-run-standing")
        .column("assessed", "field-assessed")
        .column("unassessed", "field-unassessed")
        .column("amount", "field-amount")
        .exportable();
    let mut screen = Screen::titled("assessment-title").under(home_link()).text("assessment-text");
    if is_collector() {
        let year = i64::from(if today.month > 10 { today.year + 1 } else { today.year });
        let form = Form::posts("prepare-assessment", "assessment-prepare-title", "assessment-prepare-submit")
            .input(Input::of("year", "assessment-year").filled(year))
            .input(Input::of("due-date", "assessment-due-date").hint("assessment-due-date-hint").filled(Date::of(
                u16::try_from(year).unwrap_or(today.year),
                9,
                25,
            )));
        screen = screen.form(form);
    }
    Ok(screen.bound(table))
}

/// The action `prepare-assessment`.
pub(crate) fn prepare(inputs: &[Field]) -> Result<Answer, Failure> {
    let (year, due) = (inputs.integer("year")?, inputs.date("due-date")?);
    let today = clock::today();
    let number = u16::try_from(year).ok().filter(|year| (today.year.saturating_sub(5)..=today.year + 1).contains(year));
    let Some(number) = number else {
        return Ok(Answer::rejected(vec![("year".into(), "wrong-year".into())]));
    };
    if due < Date::of(number, 1, 1) || due > Date::of(number + 1, 12, 31) {
        return Ok(Answer::rejected(vec![("due-date".into(), "wrong-due-date-year".into())]));
    }
    if levies::rates(number)?.is_empty() {
        return Ok(Answer::rejected(vec![("year".into(), "wrong-no-rates".into())]));
    }
    if let Some(open) = open_run()? {
        return Ok(Answer::rejected(vec![("year".into(), words!("wrong-run-open", number = open))]));
    }
    let run = registers::add(
        "assessment-runs",
        &fields![
            "year" => year,
            "due-date" => due,
            "run-standing" => Choice(Standing::Preparing.code()),
            "assessed" => 0_i64,
            "unassessed" => 0_i64,
            "amount" => Bani(0),
        ],
    )?;
    let job = queue::start(PREPARE, Some(&run.id))?;
    Ok(Answer::job(job).report("run", run))
}

/// The number of a run that is neither applied nor dropped.
fn open_run() -> Result<Option<String>, Failure> {
    for standing in [Standing::Preparing, Standing::Prepared, Standing::Applying] {
        let open = Query::of("assessment-runs").equal("run-standing", Choice(standing.code()));
        if let Some(entry) = registers::find(&open, 1, None)?.entries.into_iter().next() {
            return Ok(Some(entry.number.unwrap_or_default()));
        }
    }
    Ok(None)
}

/// The entry's id, and where in the accounts the step begins.
fn cursor_of(cursor: Option<String>) -> Result<(EntryRef, Option<String>, u64), Failure> {
    let cursor = cursor.ok_or_else(|| invalid("cursor", "required"))?;
    let mut parts = cursor.splitn(3, ' ');
    let id = parts.next().unwrap_or_default().to_owned();
    let done = parts.next().and_then(|done| done.parse().ok()).unwrap_or(0);
    Ok((EntryRef { register: "assessment-runs".into(), id }, parts.next().map(ToOwned::to_owned), done))
}

/// A step of the job `prepare-assessment`.
pub(crate) fn prepare_step(cursor: Option<String>) -> Result<Progress, Failure> {
    let (at, from, done) = cursor_of(cursor)?;
    let run = Run::get(&at)?;
    if run.standing != Standing::Preparing {
        return Ok(Progress { cursor: None, done, total: None, note: String::new() });
    }
    if from.as_deref() == Some("end") {
        return finish_preparing(&run, done);
    }
    let rates = levies::rates(run.year)?;
    let page = registers::find(&Query::of("accounts").sort("account"), STEP, from.as_deref())?;
    let (mut proposed, mut problems) = (Vec::new(), Vec::new());
    for entry in &page.entries {
        let account = Account::read(entry)?;
        match assess(&account, entry, run.year, &rates) {
            Ok(found) => proposed.push(proposal(&run, &account, found)),
            Err(why) => problems.push(fields![
                "run" => &run.at,
                "account" => &account.at,
                "account-number" => &account.number,
                "taxpayer" => &account.taxpayer,
                "object" => entry.maybe::<String>("object")?.unwrap_or_default(),
                "problem" => Choice(why.code()),
            ]),
        }
    }
    for (register, rows) in [("assessments", proposed), ("assessment-problems", problems)] {
        if !rows.is_empty() {
            registers::add_many(register, &rows)?;
        }
    }
    let done = done + page.entries.len() as u64;
    let next = page.next.unwrap_or_else(|| "end".to_owned());
    Ok(Progress { cursor: Some(format!("{} {done} {next}", run.at.id)), done, total: Some(page.total), note: String::new() })
}

/// In a step of its own: what a step wrote is counted once it is kept.
fn finish_preparing(run: &Run, done: u64) -> Result<Progress, Failure> {
    let (assessed, amount) = sums(&Query::of("assessments").equal("run", &run.at))?;
    let left_out = registers::find(&Query::of("assessment-problems").equal("run", &run.at), 1, None)?.total;
    let totals = fields!["assessed" => assessed, "unassessed" => count(left_out), "amount" => amount];
    run.becomes(Standing::Prepared, &reason("assessment-prepared", ""), totals)?;
    Ok(Progress { cursor: None, done, total: Some(done), note: String::new() })
}

fn sums(query: &Query) -> Result<(i64, Bani), Failure> {
    let (count, [amount]) = crate::home::totals(query, ["amount"])?;
    Ok((count, amount))
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Why an account is not assessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Problem {
    /// For this year or a later one.
    Already,
    NoRate,
    /// Neither value nor area, whichever the rate needs.
    NoBase,
}

impl Problem {
    fn code(self) -> &'static str {
        match self {
            Self::Already => "assessed-already",
            Self::NoRate => "no-rate",
            Self::NoBase => "no-base",
        }
    }
}

/// What was found for an account.
struct Found {
    category: Category,
    value: Option<Bani>,
    area: Option<String>,
    rate: levies::Rate,
    amount: Bani,
}

/// The account's category: the official's when one was entered, otherwise by what the roll calls the object.
pub(crate) fn category(entry: &Entry) -> Category {
    let entered = entry.maybe::<String>("category").ok().flatten();
    let by_name = || Category::of(&entry.maybe::<String>("object").ok().flatten().unwrap_or_default());
    entered.and_then(|code| Category::from_code(&code)).unwrap_or_else(by_name)
}

fn assess(account: &Account, entry: &Entry, year: u16, rates: &Rates) -> Result<Found, Problem> {
    // The roll's own assessment counts as well: its date says for which year it is.
    if account.due_date.is_some_and(|date| date.year >= year) {
        return Err(Problem::Already);
    }
    let category = category(entry);
    let rate = rates.get(&category).ok_or(Problem::NoRate)?.clone();
    let value = entry.maybe::<Bani>("value").ok().flatten();
    let area = entry.maybe::<String>("area").ok().flatten();
    let amount = rate.tax(value, area.as_deref()).ok_or(Problem::NoBase)?;
    Ok(Found { category, value, area, rate, amount })
}

fn proposal(run: &Run, account: &Account, found: Found) -> Vec<Field> {
    fields![
        "run" => &run.at,
        "account" => &account.at,
        "account-number" => &account.number,
        "taxpayer" => &account.taxpayer,
        "year" => i64::from(run.year),
        "category" => Choice(found.category.code()),
        "levy" => Choice(found.category.levy().code()),
        "value" => found.value,
        "area" => found.area.map(Value::Decimal),
        "rate" => Value::Decimal(found.rate.text.clone()),
        "unit" => Choice(found.rate.unit.code()),
        "amount" => found.amount,
        "applied" => false,
    ]
}

/// The screen `assessment`: a run, to be looked over before it is entered.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let run = Run::get(at)?;
    let of_run = || Query::of("assessments").equal("run", at);
    let names = ["year", "due-date", "run-standing", "assessed", "unassessed", "amount"];
    let items = names.into_iter().filter_map(|name| run.entry.value(name).map(|value| item(name, value.clone())));
    let number = run.entry.number.clone().unwrap_or_default();
    let mut screen = Screen::titled(words!("assessment-run-title", number = &number))
        .under(home_link())
        .under(Link::to("assessments", "assessment-title"))
        .summary("assessment-numbers", items.collect());
    if let Some((notice, stopped)) = job_notice(&run)? {
        screen = screen.notice(notice);
        if stopped && is_collector() {
            let button = match run.standing {
                Standing::Applying => Button::performs("apply-assessment", "assessment-go-on"),
                _ => Button::performs("drop-assessment", "assessment-drop").tone(Tone::Danger),
            };
            screen = screen.buttons(vec![button.with("entry", at)]);
        }
    }
    if run.standing == Standing::Prepared && is_collector() {
        let apply = Button::performs("apply-assessment", "assessment-apply").with("entry", at).confirm("assessment-apply-confirm");
        let drop = Button::performs("drop-assessment", "assessment-drop").with("entry", at).confirm("assessment-drop-confirm");
        screen = screen.notice(view::Notice::of(Tone::Neutral, "assessment-look")).buttons(vec![apply, drop.tone(Tone::Danger)]);
    }
    let sum = |function, name: &str| Aggregate { function, name: name.to_owned() };
    let buckets = registers::summarise(&of_run(), &["category".to_owned()], &[sum(Function::Count, ""), sum(Function::Sum, "amount")])?;
    let mut labels = Vec::new();
    let mut amounts = Vec::new();
    let mut by_category = Table::of("assessment-by-category", ["field-category", "field-assessed", "field-amount"]);
    for bucket in &buckets {
        let code = bucket.group.as_slice().text("category")?;
        let mut results = bucket.results.iter();
        let count = results.next().and_then(i64::from_value).unwrap_or_default();
        let amount = results.next().and_then(Bani::from_value).unwrap_or_default();
        labels.push(Words::from(format!("choice-{code}").as_str()));
        amounts.push(amount);
        by_category = by_category.row(vec![Choice(&code).into(), count.into(), amount.into()]);
    }
    if !buckets.is_empty() {
        screen = screen.table(by_category).chart(Chart::donut("assessment-chart", labels, "field-amount", amounts));
    }
    let problems = BoundTable::of(
        Query::of("assessment-problems").equal("run", at).sort("account-number"),
        "assessment-problems",
        "assessment-problems",
        "assessment-no-problems",
    )
    .column_opening("account-number", "field-account", "account-of-problem")
    .column("taxpayer.name", "field-taxpayer")
    .column("object", "field-object")
    .column("problem", "field-problem")
    .searchable()
    .exportable();
    let assessed = BoundTable::of(of_run().sort("account-number"), "assessed", "assessment-assessed", "assessment-empty")
        .column_opening("account-number", "field-account", "assessed")
        .column("taxpayer.name", "field-taxpayer")
        .column("category", "field-category")
        .column("value", "field-value")
        .column("area", "field-area")
        .column("rate", "field-rate")
        .column("unit", "field-unit")
        .column("amount", "field-amount")
        .searchable()
        .exportable();
    Ok(screen.bound(problems).bound(assessed))
}

/// How the job of this run is doing, when there is anything to say, and whether it was stopped.
fn job_notice(run: &Run) -> Result<Option<(view::Notice, bool)>, Failure> {
    let name = match run.standing {
        Standing::Preparing => PREPARE,
        Standing::Applying => APPLY,
        Standing::Prepared | Standing::Applied | Standing::Dropped => return Ok(None),
    };
    let Some(job) = queue::latest(name)? else { return Ok(None) };
    Ok(match job.standing {
        JobStanding::Waiting | JobStanding::Running | JobStanding::Finished => {
            let (done, total) = (count(job.done), count(job.total.unwrap_or_default()));
            Some((view::Notice::of(Tone::Neutral, words!("assessment-running", done = done, total = total)), false))
        }
        JobStanding::Failed | JobStanding::Cancelled => {
            Some((view::Notice::of(Tone::Warning, "assessment-stopped").text("assessment-stopped-text"), true))
        }
    })
}

/// The screen `account-of-problem`: the account that a row speaks of.
pub(crate) fn account_of(at: &EntryRef) -> Result<Screen, Failure> {
    crate::accounts::one(&registers::get(at)?.entry("account")?)
}

/// The screen `assessed`: what one account is assessed, and how it is corrected.
pub(crate) fn assessed(at: &EntryRef) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let names = ["account-number", "year", "category", "levy", "value", "area", "rate", "unit", "amount", "applied"];
    let items = names.into_iter().filter_map(|name| entry.value(name).map(|value| item(name, value.clone()))).collect();
    let run = entry.entry("run")?;
    let mut screen = Screen::titled(words!("assessed-title", number = entry.text("account-number")?))
        .under(home_link())
        .under(Link::to("assessments", "assessment-title"))
        .under(Link::to("assessment", "assessment-open").with("entry", &run))
        .person(entry.subject("taxpayer")?)
        .summary("assessed-details", items)
        .links(vec![
            Link::to("account", words!("account-open", number = entry.text("account-number")?)).with("entry", entry.entry("account")?),
        ]);
    if is_collector() && Run::get(&run)?.standing != Standing::Dropped {
        let form = Form::posts("correct-assessment", "assessed-correct-title", "assessed-correct-submit")
            .input(Input::of("amount", "field-amount").filled(entry.money("amount")?))
            .input(Input::of("reason", "assessed-reason"))
            .with("entry", at)
            .with("version", i64::from(entry.version));
        screen = screen.form(form);
    }
    let changes = crate::history::Changes::of("", registers::history(at)?);
    Ok(screen.heading("history-title").timeline(crate::history::timeline(vec![changes])))
}

/// The action `correct-assessment`. What was entered into the account already is corrected there too.
pub(crate) fn correct(inputs: &[Field]) -> Result<Answer, Failure> {
    let entry = registers::get(&inputs.entry("entry")?)?;
    let (amount, why) = (inputs.money("amount")?, inputs.text("reason")?);
    if amount < Bani(0) {
        return Ok(Answer::rejected(vec![("amount".into(), "wrong-amount-negative".into())]));
    }
    let run = Run::get(&entry.entry("run")?)?;
    // Until it is entered, the run's totals are what the official looks over.
    let before = entry.money("amount")?;
    let difference = amount - before;
    registers::correct(&entry.ref_, entry.version, &fields!["amount" => amount], &why)?;
    registers::correct(&run.at, run.version, &fields!["amount" => run.entry.money("amount")? + difference], &why)?;
    if entry.maybe::<bool>("applied")?.unwrap_or(false) {
        let account = Account::get(&entry.entry("account")?)?;
        account.assessed_more(difference, None, &why)?;
    }
    Ok(Answer::done(view::Notice::of(Tone::Success, "assessed-corrected")))
}

/// The action `apply-assessment`.
pub(crate) fn apply(at: &EntryRef) -> Result<Answer, Failure> {
    let run = Run::get(at)?;
    match run.standing {
        Standing::Prepared => drop(run.becomes(Standing::Applying, &reason("assessment-approved", ""), Vec::new())?),
        // Its job was stopped: it goes on where it was.
        Standing::Applying => {}
        Standing::Preparing | Standing::Applied | Standing::Dropped => {
            return Ok(Answer::rejected(vec![("entry".into(), "wrong-run-standing".into())]));
        }
    }
    match queue::start(APPLY, Some(&at.id)) {
        Ok(job) => Ok(Answer::job(job).report("run", at)),
        Err(Failure::Invalid(violation)) if violation.rule == "running" => {
            Ok(Answer::rejected(vec![("entry".into(), "wrong-run-standing".into())]))
        }
        Err(other) => Err(other),
    }
}

/// The action `drop-assessment`.
pub(crate) fn dropped(at: &EntryRef) -> Result<Answer, Failure> {
    let run = Run::get(at)?;
    // One whose job failed or was cancelled is dropped too, unless the accounts were touched.
    if !matches!(run.standing, Standing::Prepared | Standing::Preparing) {
        return Ok(Answer::rejected(vec![("entry".into(), "wrong-run-standing".into())]));
    }
    run.becomes(Standing::Dropped, &reason("assessment-dropped", ""), Vec::new())?;
    Ok(Answer::done(view::Notice::of(Tone::Success, "assessment-was-dropped")))
}

/// A step of the job `apply-assessment`: the next ones that the accounts do not have yet.
pub(crate) fn apply_step(cursor: Option<String>) -> Result<Progress, Failure> {
    let (at, _, done) = cursor_of(cursor)?;
    let run = Run::get(&at)?;
    let of_run = Query::of("assessments").equal("run", &at);
    let page = registers::find(&of_run.clone().equal("applied", false).sort("account-number"), STEP, None)?;
    if page.entries.is_empty() {
        if run.standing == Standing::Applying {
            run.becomes(Standing::Applied, &reason("assessment-applied", ""), Vec::new())?;
        }
        return Ok(Progress { cursor: None, done, total: Some(done), note: String::new() });
    }
    let number = run.entry.number.clone().unwrap_or_default();
    let because = reason("assessment", &format!("{} ({number})", run.year));
    for entry in &page.entries {
        let account = Account::get(&entry.entry("account")?)?;
        account.assessed_more(entry.money("amount")?, Some(run.due_date), &because)?;
        registers::correct(&entry.ref_, entry.version, &fields!["applied" => true], &because)?;
    }
    let total = done + page.total;
    let done = done + page.entries.len() as u64;
    Ok(Progress { cursor: Some(format!("{} {done}", at.id)), done, total: Some(total), note: String::new() })
}

impl Account {
    /// So much more is due. With a new date, what was owed past its own date becomes arrears.
    pub(crate) fn assessed_more(&self, amount: Bani, due_date: Option<Date>, because: &str) -> Result<u32, Failure> {
        let (due, assessed) = (self.due + amount, self.assessed + amount);
        let left = outstanding(due, self.paid_before, self.paid_mpay);
        let mut changed = fields!["due" => due, "assessed-tax" => assessed, "outstanding" => left];
        if let Some(date) = due_date {
            changed.extend(fields!["due-date" => date, "arrears" => self.outstanding.max(Bani(0))]);
        }
        registers::correct(&self.at, self.version, &changed, because)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_keeps_run_count_and_place() {
        let of = |text: &str| cursor_of(Some(text.to_owned())).map(|(at, from, done)| (at.id, from, done));
        assert_eq!(of("r1"), Ok(("r1".to_owned(), None, 0)));
        assert_eq!(of("r1 200 a b"), Ok(("r1".to_owned(), Some("a b".to_owned()), 200)));
        assert!(cursor_of(None).is_err());
    }
}
