//! The home screen: how collection stands, what is overdue, the latest import.

use crate::accounts::filtered;
use crate::tally::Numbers;
use crate::{is_collector, payments};
use vatra_sdk::host::registers::{Aggregate, Function};
use vatra_sdk::prelude::*;

/// How many entries match, and sums of their fields. Nothing matching sums to nothing.
pub(crate) fn totals<const N: usize>(query: &Query, sums: [&str; N]) -> Result<(i64, [Bani; N]), Failure> {
    let mut aggregates = vec![Aggregate { function: Function::Count, name: String::new() }];
    aggregates.extend(sums.iter().map(|name| Aggregate { function: Function::Sum, name: (*name).to_owned() }));
    let buckets = registers::summarise(query, &[], &aggregates)?;
    Ok(read_totals(buckets.first().map(|bucket| bucket.results.as_slice()).unwrap_or_default()))
}

fn read_totals<const N: usize>(results: &[Value]) -> (i64, [Bani; N]) {
    let mut results = results.iter();
    let count = results.next().and_then(i64::from_value).unwrap_or_default();
    (count, core::array::from_fn(|_| results.next().and_then(Bani::from_value).unwrap_or_default()))
}

/// What is owed past its date by the accounts that a condition leaves: all that is owed on those whose date has passed, and what the others owe of earlier
/// years; and on how many accounts.
pub(crate) fn overdue_of(narrowed: impl Fn(Query) -> Query) -> Result<(i64, Bani), Failure> {
    let today = clock::today();
    let (accounts, [late]) = totals(&narrowed(filtered("overdue", today)), ["outstanding"])?;
    let of_before = filtered("arrears", today).only("due-date", Comparison::AtLeast, today);
    let (more, [arrears]) = totals(&narrowed(of_before), ["arrears"])?;
    Ok((accounts + more, late + arrears))
}

/// The screen `home`.
pub(crate) fn screen() -> Result<Screen, Failure> {
    let today = clock::today();
    let (accounts, [due, paid_before, paid_mpay]) = totals(&Query::of("accounts"), ["due", "paid-before", "paid-mpay"])?;
    let (_, [outstanding]) = totals(&filtered("outstanding", today), ["outstanding"])?;
    let (late, overdue) = overdue_of(|query| query)?;

    let denied = payments::denied()?.map(|denial| payments::cannot(&denial));
    let mut links = Vec::new();
    if is_collector() {
        links.push(Link::to("import", "import-title"));
    }
    links.push(Link::to("accounts", "accounts-title"));
    links.push(Link::to("accounts", "accounts-overdue").with("filter", Choice("overdue")));
    links.push(Link::to("notices", "notices-title"));
    links.push(Link::to("mailings", "mailings-title"));
    links.push(Link::to("assessments", "assessment-title"));
    links.push(Link::to("journal", "journal-today"));
    links.push(Link::to("guide", "guide-title"));

    let screen = Screen::titled("home-title").maybe(denied).links(links).summary(
        "home-totals",
        vec![
            Item::of("total-accounts", accounts),
            Item::of("total-due", due),
            Item::of("field-paid-before", paid_before),
            Item::of("field-paid-mpay", paid_mpay),
            Item::of("total-collected", paid_before + paid_mpay),
            Item::of("total-outstanding", outstanding),
            Item::of("total-overdue", overdue),
            Item::of("total-overdue-accounts", late),
        ],
    );
    let worklist = BoundTable::of(filtered("overdue", today).sort_down("outstanding"), "overdue", "home-overdue", "home-nothing-overdue")
        .column_opening("account", "field-account", "account")
        .column_opening("taxpayer.name", "field-taxpayer", "taxpayer")
        .column("outstanding", "field-outstanding")
        .column("due-date", "field-due-date");
    Ok(last_import(screen)?.bound(worklist))
}

fn last_import(screen: Screen) -> Result<Screen, Failure> {
    let Some(entry) = registers::find(&Query::of("imports").sort_down("opened"), 1, None)?.entries.into_iter().next() else {
        return Ok(screen.heading("home-last-import").text("imports-empty"));
    };
    let numbers = Numbers::read(&entry)?;
    Ok(screen.summary(
        "home-last-import",
        vec![
            Item::of("field-number", &entry.ref_),
            Item::of("field-file", entry.text("file")?),
            Item::of("field-rows", numbers.rows),
            Item::of("field-accepted", numbers.accepted),
            Item::of("field-rejected", numbers.rejected),
        ],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_register_sums_to_nothing() {
        assert_eq!(read_totals::<2>(&[]), (0, [Bani(0), Bani(0)]));
        assert_eq!(read_totals::<2>(&[Value::Integer(0), Value::None, Value::None]), (0, [Bani(0), Bani(0)]));
        assert_eq!(read_totals::<2>(&[Value::Integer(3), Value::Money(7), Value::Money(9)]), (3, [Bani(7), Bani(9)]));
    }
}
