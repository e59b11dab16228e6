//! What an import comes to, in numbers.

use vatra_sdk::host::registers::{Effect, Entry, Merged};
use vatra_sdk::host::uploads::{Problem, Table};
use vatra_sdk::prelude::*;

/// Numbers of one import. Sums and taxpayers are those of accepted rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) rows: i64,
    pub(crate) accepted: i64,
    pub(crate) rejected: i64,
    pub(crate) warned: i64,
    pub(crate) due: Bani,
    pub(crate) paid: Bani,
    /// Distinct persons and companies.
    pub(crate) taxpayers: i64,
    pub(crate) added: i64,
    pub(crate) corrected: i64,
    pub(crate) unchanged: i64,
}

impl Numbers {
    /// As the register `imports` keeps them.
    pub(crate) fn fields(&self) -> Vec<Field> {
        fields![
            "rows" => self.rows,
            "accepted" => self.accepted,
            "rejected" => self.rejected,
            "warned" => self.warned,
            "due" => self.due,
            "paid" => self.paid,
            "taxpayers" => self.taxpayers,
            "added" => self.added,
            "corrected" => self.corrected,
            "unchanged" => self.unchanged,
        ]
    }

    /// From an entry of the register `imports`.
    pub(crate) fn read(entry: &Entry) -> Result<Self, Failure> {
        Ok(Self {
            rows: entry.integer("rows")?,
            accepted: entry.integer("accepted")?,
            rejected: entry.integer("rejected")?,
            warned: entry.integer("warned")?,
            due: entry.money("due")?,
            paid: entry.money("paid")?,
            taxpayers: entry.integer("taxpayers")?,
            added: entry.integer("added")?,
            corrected: entry.integer("corrected")?,
            unchanged: entry.integer("unchanged")?,
        })
    }
}

/// Rows found wrong or doubtful, by rule.
pub(crate) type Reasons = BTreeMap<String, i64>;

/// Counts while the rows pass.
#[derive(Default)]
pub(crate) struct Tally {
    numbers: Numbers,
    seen: BTreeSet<String>,
    reasons: Reasons,
}

impl Tally {
    pub(crate) fn of(table: &Table) -> Self {
        let numbers = Numbers {
            rows: i64::from(table.rows),
            accepted: i64::from(table.accepted),
            rejected: i64::from(table.rejected),
            warned: i64::from(table.warned),
            ..Numbers::default()
        };
        Self { numbers, ..Self::default() }
    }
    /// An accepted row.
    pub(crate) fn row(&mut self, taxpayer: &Subject, due: Bani, paid: Bani) {
        self.numbers.due += due;
        self.numbers.paid += paid;
        if !self.seen.contains(&taxpayer.token) {
            self.seen.insert(taxpayer.token.clone());
        }
    }
    /// What the rows came to in the register.
    pub(crate) fn merged(&mut self, merged: &[Merged]) {
        for one in merged {
            match one.effect {
                Effect::Added => self.numbers.added += 1,
                Effect::Corrected => self.numbers.corrected += 1,
                Effect::Unchanged => self.numbers.unchanged += 1,
            }
        }
    }
    pub(crate) fn problem(&mut self, problem: &Problem) {
        *self.reasons.entry(problem.rule.clone()).or_default() += 1;
    }
    pub(crate) fn finish(self) -> (Numbers, Reasons) {
        let taxpayers = i64::try_from(self.seen.len()).unwrap_or(i64::MAX);
        (Numbers { taxpayers, ..self.numbers }, self.reasons)
    }
}

/// The report as data, under the names that other systems read.
pub(crate) fn reported(answer: Answer, numbers: &Numbers, reasons: &Reasons) -> Answer {
    let answer = answer
        .report("rows", numbers.rows)
        .report("accepted", numbers.accepted)
        .report("rejected", numbers.rejected)
        .report("warned", numbers.warned)
        .report("due_bani", numbers.due.0)
        .report("paid_bani", numbers.paid.0)
        .report("taxpayers", numbers.taxpayers)
        .report("added", numbers.added)
        .report("corrected", numbers.corrected)
        .report("unchanged", numbers.unchanged);
    reasons.iter().fold(answer, |answer, (rule, count)| answer.report(format!("reasons.{rule}"), *count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(token: &str) -> Subject {
        Subject { token: token.into() }
    }
    fn merged(effect: Effect) -> Merged {
        Merged { entry: EntryRef { register: "accounts".into(), id: "1".into() }, effect }
    }
    fn problem(rule: &str, rejected: bool) -> Problem {
        Problem { line: 2, column: "Termen".into(), rule: rule.into(), rejected }
    }

    #[test]
    fn people_count_once_and_money_counts_each_time() {
        let table =
            Table { name: "rol.csv".into(), digest: String::new(), rows: 4, accepted: 3, rejected: 1, warned: 1, columns: Vec::new() };
        let mut tally = Tally::of(&table);
        tally.row(&subject("a"), Bani(100), Bani(0));
        tally.row(&subject("b"), Bani(50), Bani(60));
        tally.row(&subject("a"), Bani(25), Bani(25));
        tally.merged(&[merged(Effect::Added), merged(Effect::Corrected), merged(Effect::Unchanged)]);
        for one in [problem("date-invalid", true), problem("overpaid", false)] {
            tally.problem(&one);
        }
        let (numbers, reasons) = tally.finish();
        assert_eq!((numbers.due, numbers.paid, numbers.taxpayers), (Bani(175), Bani(85), 2));
        assert_eq!((numbers.rows, numbers.accepted, numbers.rejected, numbers.warned), (4, 3, 1, 1));
        assert_eq!((numbers.added, numbers.corrected, numbers.unchanged), (1, 1, 1));
        assert_eq!(reasons.into_iter().collect::<Vec<_>>(), [("date-invalid".to_owned(), 1), ("overpaid".to_owned(), 1)]);
    }

    #[test]
    fn the_report_nests_reasons_and_gives_plain_numbers() {
        let numbers = Numbers { due: Bani(302_494_425), ..Numbers::default() };
        let answer = reported(Answer::rejected(Vec::new()), &numbers, &Reasons::from([("overpaid".to_owned(), 8)]));
        assert_eq!(answer.report.as_slice().integer("due_bani"), Ok(302_494_425));
        assert_eq!(answer.report.as_slice().integer("reasons.overpaid"), Ok(8));
    }

    #[test]
    fn what_is_kept_is_what_is_read() -> Result<(), Failure> {
        let numbers = Numbers {
            rows: 1,
            accepted: 2,
            rejected: 3,
            warned: 4,
            due: Bani(5),
            paid: Bani(6),
            taxpayers: 7,
            added: 8,
            corrected: 9,
            unchanged: 10,
        };
        let entry = Entry {
            ref_: EntryRef { register: "imports".into(), id: "1".into() },
            number: None,
            version: 1,
            closed: false,
            fields: numbers.fields(),
        };
        assert_eq!(Numbers::read(&entry)?, numbers);
        Ok(())
    }
}
