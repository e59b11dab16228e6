//! What was collected: an entry for each payment, the daily journal, the totals of a year.

use crate::home::totals;
use crate::home_link;
use crate::levies::Levy;
use vatra_sdk::host::registers::{Aggregate, Function};
use vatra_sdk::prelude::*;

/// The screen `journal`: one day, or the days of a month.
pub(crate) fn journal(parameters: &[Field]) -> Result<Screen, Failure> {
    let day = parameters.maybe::<Date>("day")?.unwrap_or_else(clock::today);
    let of_day = Query::of("receipts").equal("paid-on", day).sort_down("opened");
    let (number, [tax, penalty]) = totals(&of_day, ["tax", "penalty"])?;
    let table = BoundTable::of(of_day, "receipts", "journal-receipts", "journal-empty")
        .column("number", "field-number")
        .column("taxpayer.name", "field-taxpayer")
        .column("account-number", "field-account")
        .column_opening("notice", "field-notice", "receipt")
        .column("tax", "field-tax")
        .column("penalty", "field-penalty")
        .column("payment", "field-payment")
        .total("tax")
        .total("penalty")
        .searchable()
        .exportable();
    Ok(Screen::titled(words!("journal-title", day = day))
        .under(home_link())
        .links(vec![
            Link::to("journal", "journal-before").with("day", day.yesterday()),
            Link::to("journal", "journal-after").with("day", day.plus_days(1)),
            Link::to("year", "year-open").with("year", i64::from(day.year)),
        ])
        .summary(
            "journal-totals",
            vec![
                Item::of("journal-number", number),
                Item::of("field-tax", tax),
                Item::of("field-penalty", penalty),
                Item::of("total-collected", tax + penalty),
            ],
        )
        .bound(table))
}

/// The screen `receipt`, opened with a receipt.
pub(crate) fn one(at: &EntryRef) -> Result<Screen, Failure> {
    let receipt = registers::get(at)?;
    let items = ["paid-on", "account-number", "tax", "penalty", "payment"];
    let items =
        items.into_iter().filter_map(|name| receipt.value(name).map(|value| Item::of(format!("field-{name}"), value.clone()))).collect();
    let number = receipt.number.clone().unwrap_or_default();
    Ok(Screen::titled(words!("receipt-title", number = number))
        .under(home_link())
        .under(Link::to("journal", "journal-open").with("day", receipt.date("paid-on")?))
        .person(receipt.subject("taxpayer")?)
        .links(vec![Link::to("notice", "receipt-notice").with("entry", receipt.entry("notice")?)])
        .summary("receipt-details", items))
}

/// The screen `year`: what was collected in each month of a year.
pub(crate) fn year(parameters: &[Field]) -> Result<Screen, Failure> {
    let today = clock::today();
    let year = parameters.maybe::<i64>("year")?.and_then(|year| u16::try_from(year).ok()).unwrap_or(today.year);
    let mut months: [Collected; 12] = [(0, Bani(0), Bani(0)); 12];
    let first = Date::of(year, 1, 1);
    let of_year =
        Query::of("receipts").only("paid-on", Comparison::AtLeast, first).only("paid-on", Comparison::Less, Date::of(year + 1, 1, 1));
    for (group, (number, tax, penalty)) in grouped(&of_year, "paid-on")? {
        let month = usize::from(group.as_slice().date("paid-on")?.month.saturating_sub(1));
        if let Some(sum) = months.get_mut(month) {
            *sum = (sum.0 + number, sum.1 + tax, sum.2 + penalty);
        }
    }
    let by_levy = grouped(&of_year, "levy")?;
    let all = months.iter().fold((0, Bani(0), Bani(0)), plus);
    let heads = ["year-month", "journal-number", "field-tax", "field-penalty", "total-collected"];
    let row =
        |title: Value, (number, tax, penalty): Collected| vec![title, number.into(), tax.into(), penalty.into(), (tax + penalty).into()];
    let table = months
        .iter()
        .enumerate()
        .fold(Table::of("year-months", heads), |table, (at, month)| table.row(row(Choice(&format!("month-{}", at + 1)).into(), *month)));
    let of_months = |of: fn(&Collected) -> Bani| months.iter().map(of).collect::<Vec<_>>();
    let labels = (1..=12).map(|month| Words::from(format!("year-month-{month}"))).collect();
    let by_month = Chart::bars("year-chart", labels)
        .series("field-tax", of_months(|month| month.1))
        .series("field-penalty", of_months(|month| month.2));
    let mut levies = Table::of("year-levies", ["field-levy", "journal-number", "field-tax", "field-penalty", "total-collected"]);
    let mut parts = (Vec::new(), Vec::new());
    for levy in Levy::ALL {
        // Receipts from before taxes were told apart count as others.
        let of_levy =
            |group: &[Field]| group.maybe::<String>("levy").ok().flatten().map_or(levy == Levy::Other, |code| code == levy.code());
        let sums = by_levy.iter().filter(|(group, _)| of_levy(group)).fold((0, Bani(0), Bani(0)), |all, (_, sums)| plus(all, sums));
        let word = format!("choice-{}", levy.code());
        levies = levies.row(row(Choice(levy.code()).into(), sums));
        parts.0.push(Words::from(word));
        parts.1.push(sums.1 + sums.2);
    }
    let mut screen = Screen::titled(words!("year-title", year = year.to_string()))
        .under(home_link())
        .links(vec![
            Link::to("year", "year-before").with("year", i64::from(year) - 1),
            Link::to("year", "year-after").with("year", i64::from(year) + 1),
        ])
        .summary(
            "year-totals",
            vec![
                Item::of("journal-number", all.0),
                Item::of("field-tax", all.1),
                Item::of("field-penalty", all.2),
                Item::of("total-collected", all.1 + all.2),
            ],
        );
    if all.0 > 0 {
        screen = screen.chart(by_month).chart(Chart::donut("year-levies-chart", parts.0, "total-collected", parts.1)).table(levies);
    }
    Ok(screen.table(table))
}

/// How many payments, and what of them was tax and what was added.
type Collected = (i64, Bani, Bani);

fn plus(one: Collected, other: &Collected) -> Collected {
    (one.0 + other.0, one.1 + other.1, one.2 + other.2)
}

/// What was collected, by the values of a field.
fn grouped(query: &Query, by: &str) -> Result<Vec<(Vec<Field>, Collected)>, Failure> {
    let sums = [("", Function::Count), ("tax", Function::Sum), ("penalty", Function::Sum)];
    let sums = sums.map(|(name, function)| Aggregate { function, name: name.to_owned() });
    let read = |results: &[Value]| {
        let mut results = results.iter();
        let number = results.next().and_then(i64::from_value).unwrap_or_default();
        let mut money = || results.next().and_then(Bani::from_value).unwrap_or_default();
        (number, money(), money())
    };
    Ok(registers::summarise(query, &[by.to_owned()], &sums)?.into_iter().map(|bucket| (bucket.group, read(&bucket.results))).collect())
}
