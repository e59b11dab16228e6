//! Importing the tax roll: the host has parsed and checked the file; here its rows are merged into the accounts.

use crate::accounts::{Account, outstanding};
use crate::history::reason;
use crate::home_link;
use crate::report::{self, known_rule};
use crate::tally::{Tally, reported};
use vatra_sdk::host::uploads::Problem;
use vatra_sdk::prelude::*;

/// Rows and problems in one host call (the contract's limit).
const CHUNK: u32 = 1_000;
/// Entries in one page of a query (the contract's limit).
const PAGE: u32 = 500;

/// The screen `import`.
pub(crate) fn screen() -> Screen {
    let form = Form::posts("import-roll", "import-form", "import-submit").input(Input::of("roll", "import-roll").hint("import-roll-hint"));
    Screen::titled("import-title").under(home_link()).under(Link::to("imports", "imports-title")).text("import-text").form(form)
}

/// The action `import-roll`. A file that was imported before and changes nothing leaves no trace and gives the same report.
pub(crate) fn perform(roll: &str) -> Result<Answer, Failure> {
    let table = uploads::describe(roll)?;
    let mut tally = Tally::of(&table);
    let because = reason("roll-import", &table.name);

    let known = known()?;
    let mut offset = Some(0);
    while let Some(from) = offset {
        let rows = uploads::read(roll, from, CHUNK)?;
        offset = rows.next;
        let rows = rows.items.into_iter().map(|row| account_of(row.fields, &known, &mut tally)).collect::<Result<Vec<_>, _>>()?;
        if !rows.is_empty() {
            tally.merged(&registers::merge("accounts", "account", &rows, &because)?);
        }
    }
    let problems = problems(roll)?;
    problems.iter().for_each(|problem| tally.problem(problem));
    let (numbers, reasons) = tally.finish();

    if numbers.added == 0
        && numbers.corrected == 0
        && let Some(before) = imported_before(&table.digest)?
    {
        let shown = report::link(&before).with("again", true);
        return Ok(reported(Answer::go(shown), &numbers, &reasons).report("import", before));
    }

    let mut fields = fields!["file" => &table.name, "digest" => &table.digest];
    fields.extend(numbers.fields());
    let import = registers::add("imports", &fields)?;
    for chunk in problems.chunks(CHUNK as usize) {
        let rows: Vec<Vec<Field>> = chunk.iter().map(|problem| problem_fields(&import, problem)).collect();
        registers::add_many("import-problems", &rows)?;
    }
    Ok(reported(Answer::go(report::link(&import)), &numbers, &reasons).report("import", import))
}

/// What this module knows of an account and the roll does not.
#[derive(Clone, Copy, Default)]
struct Known {
    paid_mpay: Bani,
    assessed: Bani,
    arrears: Bani,
    due_date: Option<Date>,
}

/// By account: what is owed depends on it.
fn known() -> Result<BTreeMap<String, Known>, Failure> {
    let mut out = BTreeMap::new();
    for name in ["paid-mpay", "assessed-tax"] {
        let query = Query::of("accounts").only(name, Comparison::More, Bani(0));
        let mut cursor: Option<String> = None;
        loop {
            let page = registers::find(&query, PAGE, cursor.as_deref())?;
            for entry in &page.entries {
                let account = Account::read(entry)?;
                let (paid_mpay, assessed, arrears) = (account.paid_mpay, account.assessed, account.arrears);
                out.insert(account.number, Known { paid_mpay, assessed, arrears, due_date: account.due_date });
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
    }
    Ok(out)
}

/// A row of the roll as an account: as it came, with what was assessed here and what came by MPay counted. An account whose roll says the same as before
/// therefore stays unchanged, whatever happened meanwhile.
fn account_of(mut row: Vec<Field>, known: &BTreeMap<String, Known>, tally: &mut Tally) -> Result<Vec<Field>, Failure> {
    let (due, paid_before) = (row.as_slice().money("due")?, row.as_slice().money("paid-before")?);
    tally.row(&row.as_slice().subject("taxpayer")?, due, paid_before);
    let known = known.get(&row.as_slice().text("account")?).copied().unwrap_or_default();
    let left = outstanding(due + known.assessed, paid_before, known.paid_mpay);
    if known.assessed != Bani(0) {
        let due_date = row.as_slice().maybe::<Date>("due-date")?.max(known.due_date);
        row.retain(|field| field.name != "due" && field.name != "due-date");
        row.extend(fields![
            "due" => due + known.assessed,
            "due-date" => due_date,
            "arrears" => known.arrears.min(left.max(Bani(0))),
        ]);
    }
    row.push(field("paid-mpay", known.paid_mpay));
    row.push(field("outstanding", left));
    Ok(row)
}

fn problems(roll: &str) -> Result<Vec<Problem>, Failure> {
    let mut out = Vec::new();
    loop {
        let offset = u32::try_from(out.len()).unwrap_or(u32::MAX);
        let chunk = uploads::problems(roll, offset, CHUNK)?;
        if chunk.is_empty() {
            return Ok(out);
        }
        out.extend(chunk);
    }
}

fn problem_fields(import: &EntryRef, problem: &Problem) -> Vec<Field> {
    fields![
        "import" => import,
        "line" => problem.line,
        "column" => &problem.column,
        "rule" => Choice(known_rule(&problem.rule)),
        "rejected" => problem.rejected,
    ]
}

/// The latest import of a file with this digest.
fn imported_before(digest: &str) -> Result<Option<EntryRef>, Failure> {
    let query = Query::of("imports").equal("digest", digest).sort_down("opened");
    Ok(registers::find(&query, 1, None)?.entries.into_iter().next().map(|entry| entry.ref_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Vec<Field> {
        fields![
            "account" => "9256000-000003",
            "taxpayer" => Subject { token: "a".into() },
            "due" => Bani(5_300),
            "paid-before" => Bani(2_650),
        ]
    }

    #[test]
    fn a_new_account_owes_what_the_roll_says() -> Result<(), Failure> {
        let account = account_of(row(), &BTreeMap::new(), &mut Tally::default())?;
        assert_eq!(account.as_slice().money("outstanding"), Ok(Bani(2_650)));
        assert_eq!(account.as_slice().money("paid-mpay"), Ok(Bani(0)));
        Ok(())
    }

    #[test]
    fn what_came_by_mpay_stays_counted() -> Result<(), Failure> {
        let known = |bani| Known { paid_mpay: Bani(bani), ..Known::default() };
        let paid = BTreeMap::from([("9256000-000003".to_owned(), known(3_000)), ("9256000-000004".to_owned(), known(9))]);
        let account = account_of(row(), &paid, &mut Tally::default())?;
        assert_eq!(account.as_slice().money("paid-mpay"), Ok(Bani(3_000)));
        assert_eq!(account.as_slice().money("outstanding"), Ok(Bani(-350)));
        Ok(())
    }

    #[test]
    fn what_was_assessed_here_is_owed_beside_the_roll_s() -> Result<(), Failure> {
        let (of_roll, later) = (Date::of(2026, 9, 25), Date::of(2027, 9, 25));
        let known = Known { assessed: Bani(5_000), arrears: Bani(9_000), due_date: Some(later), ..Known::default() };
        let known = BTreeMap::from([("9256000-000003".to_owned(), known)]);
        let mut row = row();
        row.push(field("due-date", of_roll));
        let account = account_of(row, &known, &mut Tally::default())?;
        let money = ["due", "outstanding", "arrears"].map(|name| account.as_slice().money(name));
        assert_eq!(money, [Ok(Bani(10_300)), Ok(Bani(7_650)), Ok(Bani(7_650))], "arrears are never more than what is owed");
        assert_eq!(account.as_slice().date("due-date"), Ok(later));
        Ok(())
    }

    #[test]
    fn a_row_without_a_sum_is_not_taken_for_zero() {
        let row: Vec<Field> = row().into_iter().filter(|field| field.name != "due").collect();
        assert_eq!(account_of(row, &BTreeMap::new(), &mut Tally::default()), Err(invalid("due", "required")));
    }
}
