//! Importing the tax roll: the host has parsed and checked the file; here its rows are merged into the accounts.

use crate::accounts::outstanding;
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

    let paid_mpay = paid_by_mpay()?;
    let mut offset = Some(0);
    while let Some(from) = offset {
        let rows = uploads::read(roll, from, CHUNK)?;
        offset = rows.next;
        let rows = rows.items.into_iter().map(|row| account_of(row.fields, &paid_mpay, &mut tally)).collect::<Result<Vec<_>, _>>()?;
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

/// What was paid through MPay, by account: the roll does not know of it, and what is still owed depends on it.
fn paid_by_mpay() -> Result<BTreeMap<String, Bani>, Failure> {
    let query = Query::of("accounts").only("paid-mpay", Comparison::More, Bani(0));
    let mut out = BTreeMap::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = registers::find(&query, PAGE, cursor.as_deref())?;
        for entry in &page.entries {
            out.insert(entry.text("account")?, entry.money("paid-mpay")?);
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(out),
        }
    }
}

/// A row of the roll as an account: as it came, and what is owed once MPay's payments are counted. An account whose roll says the
/// same as before therefore stays unchanged, whatever was paid meanwhile.
fn account_of(mut row: Vec<Field>, paid_mpay: &BTreeMap<String, Bani>, tally: &mut Tally) -> Result<Vec<Field>, Failure> {
    let (due, paid_before) = (row.as_slice().money("due")?, row.as_slice().money("paid-before")?);
    tally.row(&row.as_slice().subject("taxpayer")?, due, paid_before);
    let paid_mpay = paid_mpay.get(&row.as_slice().text("account")?).copied().unwrap_or_default();
    row.push(field("paid-mpay", paid_mpay));
    row.push(field("outstanding", outstanding(due, paid_before, paid_mpay)));
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
        let paid = BTreeMap::from([("9256000-000003".to_owned(), Bani(3_000)), ("9256000-000004".to_owned(), Bani(9))]);
        let account = account_of(row(), &paid, &mut Tally::default())?;
        assert_eq!(account.as_slice().money("paid-mpay"), Ok(Bani(3_000)));
        assert_eq!(account.as_slice().money("outstanding"), Ok(Bani(-350)));
        Ok(())
    }

    #[test]
    fn a_row_without_a_sum_is_not_taken_for_zero() {
        let row: Vec<Field> = row().into_iter().filter(|field| field.name != "due").collect();
        assert_eq!(account_of(row, &BTreeMap::new(), &mut Tally::default()), Err(invalid("due", "required")));
    }
}
