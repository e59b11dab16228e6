//! Reports of imports: what a file came to, and each row that was left out or is doubtful.

use crate::tally::{Numbers, Reasons};
use crate::{home_link, is_collector};
use vatra_sdk::contract::vatra::view::view;
use vatra_sdk::host::registers::{Aggregate, Function};
use vatra_sdk::prelude::*;

/// Rules of the upload schema, and those that the host adds for cells that are no data at all.
const RULES: [&str; 12] = [
    "identifier-length",
    "idno-check-digit",
    "amount-unreadable",
    "negative-amount",
    "date-invalid",
    "cadastral-number",
    "account-duplicate",
    "cell-empty",
    "idnp-check-digit",
    "overpaid",
    "formula",
    "unreadable",
];

/// The rule, or `other` for one that a newer host may have added.
pub(crate) fn known_rule(rule: &str) -> &str {
    if RULES.contains(&rule) { rule } else { "other" }
}

/// The screen `imports`.
pub(crate) fn list() -> Result<Screen, Failure> {
    let table = BoundTable::of(Query::of("imports").sort_down("opened"), "imports", "imports-all", "imports-empty")
        .column_opening("number", "field-number", "import-report")
        .column("opened", "field-opened")
        .column("file", "field-file")
        .column("rows", "field-rows")
        .column("accepted", "field-accepted")
        .column("rejected", "field-rejected")
        .column("warned", "field-warned");
    let screen = Screen::titled("imports-title").under(home_link());
    let screen = if is_collector() { screen.links(vec![Link::to("import", "import-title")]) } else { screen };
    Ok(screen.bound(table))
}

/// To the report of an import.
pub(crate) fn link(import: &EntryRef) -> Link {
    Link::to("import-report", "report-title").with("entry", import)
}

/// The screen `import-report`; `again` when the file was just sent once more and changed nothing.
pub(crate) fn stored(at: &EntryRef, again: bool) -> Result<Screen, Failure> {
    let entry = registers::get(at)?;
    let numbers = Numbers::read(&entry)?;
    let of_import = Query::of("import-problems").equal("import", at);
    let count = Aggregate { function: Function::Count, name: String::new() };
    let mut reasons = Reasons::new();
    for bucket in registers::summarise(&of_import, &["rule".to_owned()], &[count])? {
        let rule = bucket.group.as_slice().text("rule")?;
        reasons.insert(rule, bucket.results.first().and_then(i64::from_value).unwrap_or_default());
    }
    let notice = if again { view::Notice::of(Tone::Neutral, "import-again").text("import-again-text") } else { result(&numbers) };
    Ok(screen(at, &entry.text("file")?, &numbers, &reasons, notice))
}

/// How an import ended, in a line.
fn result(numbers: &Numbers) -> view::Notice {
    let (tone, key) = if numbers.rejected > 0 { (Tone::Warning, "import-some-rejected") } else { (Tone::Success, "import-all-accepted") };
    view::Notice::of(tone, words!(key, accepted = numbers.accepted, rejected = numbers.rejected, rows = numbers.rows))
}

/// The report, beginning with this notice.
fn screen(import: &EntryRef, file: &str, numbers: &Numbers, reasons: &Reasons, notice: view::Notice) -> Screen {
    let mut items = vec![Item::of("field-number", import), Item::of("field-file", file)];
    items.extend(numbers.fields().into_iter().map(|field| Item::of(format!("field-{}", field.name), field.value)));
    let by_reason = reasons.iter().fold(Table::of("report-reasons", ["field-rule", "report-count"]), |table, (rule, count)| {
        table.row(vec![Choice(known_rule(rule)).into(), (*count).into()])
    });
    let rows = BoundTable::of(
        Query::of("import-problems").equal("import", import).sort("line"),
        "problems",
        "report-problems",
        "report-no-problems",
    )
    .column("line", "field-line")
    .column("column", "field-column")
    .column("rule", "field-rule")
    .column("rejected", "field-left-out")
    .searchable()
    .exportable();
    let screen = Screen::titled("report-title").under(home_link()).under(Link::to("imports", "imports-title")).notice(notice);
    let screen = screen.summary("report-numbers", items);
    let screen = if reasons.is_empty() { screen } else { screen.table(by_reason) };
    screen.bound(rows).links(vec![Link::to("accounts", "accounts-title")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_manifest_has_its_place() {
        let manifest = include_str!("../vatra.toml");
        let choices =
            manifest.lines().find_map(|line| line.split_once("\"rule\", type = \"choice:")?.1.split('"').next()).unwrap_or_default();
        let mut listed: Vec<&str> = choices.split('|').collect();
        let mut known: Vec<&str> = RULES.into_iter().chain(["other"]).collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known);
        let (_, rules) = manifest.split_once("\nrules = [").unwrap_or_default();
        for rule in rules.lines().filter(|line| line.starts_with("  { name")) {
            let name = rule.split('"').nth(1).unwrap_or_default();
            assert_eq!(known_rule(name), name);
        }
        assert_eq!(known_rule("newer"), "other");
    }

    #[test]
    fn a_report_of_a_clean_file_has_no_table_of_reasons() {
        let at = EntryRef { register: "imports".into(), id: "1".into() };
        let numbers = Numbers { rows: 2, accepted: 2, ..Numbers::default() };
        let blocks = |reasons: &Reasons| screen(&at, "rol.csv", &numbers, reasons, result(&numbers)).blocks;
        let tables = |blocks: Vec<Block>| blocks.iter().filter(|block| matches!(block, Block::Table(_))).count();
        assert_eq!(tables(blocks(&Reasons::new())), 0);
        assert_eq!(tables(blocks(&Reasons::from([("formula".to_owned(), 1)]))), 1);
    }
}
