//! Queries as no honest module asks them: very many conditions, very long words, cursors that nobody gave.

use crate::{Surprises, THINGS};
use vatra_guest_kit::*;
use vatra_sdk::contract::vatra::registers::registers::{Aggregate, Comparison, Condition, Function, Sorting};

pub(crate) fn filters(told: &mut Surprises) {
    let condition = || Condition { name: "text".to_owned(), comparison: Comparison::Less, value: Value::Text("a".to_owned()) };
    let many = Query { all_of: (0..10_000).map(|_| condition()).collect(), ..everything(THINGS) };
    told.refused("ten thousand conditions", registers::find(&many, 1, None));
    let sorting = || Sorting { name: "text".to_owned(), descending: false };
    told.refused(
        "a thousand sortings",
        registers::find(&Query { sort: (0..1_000).map(|_| sorting()).collect(), ..everything(THINGS) }, 1, None),
    );
    let searched = |words: String| registers::find(&Query { search: Some(words), ..everything(THINGS) }, 1, None);
    told.refused("a search of a megabyte", searched("a".repeat(1 << 20)));
    told.refused("a search of a hundred thousand words", searched("a ".repeat(100_000)));
    told.fine("a search of signs", searched("' \" * ( ) : - ^ { } \u{0}".to_owned()), |_| true);
    told.fine("a search of as many words as may be", searched("ab ".repeat(166)), |page| page.total == 0);
    let long = Condition { value: Value::Text("a".repeat(1 << 20)), ..condition() };
    told.refused("a value of a megabyte", registers::find(&Query { all_of: vec![long], ..everything(THINGS) }, 1, None));
    let name = "a.".repeat(100_000);
    told.refused(
        "a name of 200 kB",
        registers::find(&Query { all_of: vec![Condition { name, ..condition() }], ..everything(THINGS) }, 1, None),
    );
    let count = || Aggregate { function: Function::Count, name: String::new() };
    let groups = |times: usize| (0..times).map(|_| "text".to_owned()).collect::<Vec<_>>();
    told.refused("a hundred groups", registers::summarise(&everything(THINGS), &groups(100), &[count()]));
    told.refused("a thousand sums", registers::summarise(&everything(THINGS), &[], &(0..1_000).map(|_| count()).collect::<Vec<_>>()));
    told.refused("no sum", registers::summarise(&everything(THINGS), &groups(1), &[]));
    // The same group three times is one of three columns.
    told.fine("the same group thrice", registers::summarise(&everything(THINGS), &groups(3), &[count()]), |_| true);
    told.refused("a group by number", registers::summarise(&everything(THINGS), &["number".to_owned()], &[count()]));
    for name in ["text", "day", "at", "kind", "other", "number", "share"] {
        let sum = Aggregate { function: Function::Sum, name: name.to_owned() };
        told.refused("a sum of what is no number", registers::summarise(&everything(THINGS), &[], &[sum]));
    }
}

pub(crate) fn cursors(told: &mut Surprises) {
    let find = |cursor: &str, limit: u32| registers::find(&everything(THINGS), limit, Some(cursor));
    for forged in ["-1", "+", "", " 1", "1 ", "1e3", "0x10", "18446744073709551616", "99999999999999999999999", "1.5", "NaN", "١"] {
        told.refused(&format!("cursor {forged}"), find(forged, 1));
    }
    // Numbers that a cursor could be: past the end there is nothing.
    for far in ["1000000000000", "9223372036854775807", "9223372036854775808", "18446744073709551615"] {
        match find(far, u32::MAX) {
            Ok(page) => told.holds("past the end there is nothing", page.entries.is_empty() && page.next.is_none()),
            Err(failure) => told.holds("a far cursor", matches!(failure, Failure::Invalid(_))),
        }
    }
    told.fine("no entries asked for", find("0", 0), |page| page.entries.len() <= 1);
    told.fine("all entries asked for", find("0", u32::MAX), |page| page.entries.len() <= 500);
    told.refused("a cursor of a megabyte", find(&"1".repeat(1 << 20), 1));
}
