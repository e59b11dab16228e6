//! What may be done with a case, and what it is afterwards.

use super::{Case, MOST_NOTE, Question, Standing};
use crate::services::Days;
use crate::value::EntryRef;
use crate::workdays::WorkingDays;
use chrono::NaiveDate;

/// A parameter and the code of the rule that it breaks.
pub type BrokenRule = (&'static str, &'static str);
/// Orders of a case.
const MOST_ORDERS: usize = 20;
/// Results of a case.
const MOST_RESULTS: usize = 50;

/// Something that is done with a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Move {
    /// It is worked on: taken up, paid, waits no longer.
    Advance(String),
    /// The applicant is asked.
    Ask(Question),
    /// What was asked for is there.
    Supply,
    /// This order is to be paid.
    Bill(String),
    /// It is decided later, and why.
    Extend(NaiveDate, String),
    /// Approved or not, the documents, and what is said.
    Decide(bool, Vec<String>, String),
    /// Taken back, and why.
    Withdraw(String),
    /// Stars and what is said.
    Rate(u8, String),
    /// What the handling module keeps about it.
    Attach(EntryRef),
}

fn said(field: &'static str, text: &str, required: bool) -> Result<(), BrokenRule> {
    match text.trim().is_empty() {
        true if required => Err((field, "required")),
        false if text.chars().count() > MOST_NOTE => Err((field, "too-long")),
        _ => Ok(()),
    }
}

impl Move {
    fn check(&self, case: &Case, today: NaiveDate) -> Result<(), BrokenRule> {
        match self {
            Self::Advance(note) => said("note", note, false),
            Self::Ask(question) => {
                said("note", &question.note, true)?;
                if question.fields.is_empty() {
                    return Err(("fields", "required"));
                }
                if question.until < today { Err(("until", "past")) } else { Ok(()) }
            }
            Self::Bill(order) if case.orders.contains(order) => Err(("order", "duplicate")),
            Self::Bill(_) if case.orders.len() >= MOST_ORDERS => Err(("order", "too-many")),
            Self::Extend(due, reason) => {
                said("reason", reason, true)?;
                let longer = case.due.is_none_or(|before| *due > before);
                if longer && *due >= today { Ok(()) } else { Err(("due", "range")) }
            }
            Self::Decide(approved, results, note) => {
                said("note", note, !approved)?;
                if results.len() > MOST_RESULTS { Err(("results", "too-many")) } else { Ok(()) }
            }
            Self::Withdraw(reason) => said("reason", reason, false),
            Self::Rate(stars, comment) => {
                said("comment", comment, false)?;
                if (1..=5).contains(stars) { Ok(()) } else { Err(("stars", "range")) }
            }
            _ => Ok(()),
        }
    }

    /// Whether anyone with number and code may read what is said; none when it is no step of the timeline.
    pub fn step(&self) -> Option<bool> {
        match self {
            Self::Attach(_) => None,
            Self::Withdraw(_) | Self::Rate(..) => Some(false),
            _ => Some(true),
        }
    }
}

impl Case {
    /// The case after this, one version later.
    ///
    /// # Errors
    /// The parameter and the rule that it breaks: `decided`, `standing`, `required`, `too-long`, `past`, `range`, `duplicate`, `too-many`, `rated`.
    pub fn after(&self, done: Move, today: NaiveDate, days: &WorkingDays) -> Result<Self, BrokenRule> {
        match &done {
            Move::Attach(_) => {}
            Move::Rate(..) if !self.standing.is_decided() => return Err(("id", "standing")),
            Move::Rate(..) if self.rating.is_some() => return Err(("id", "rated")),
            Move::Rate(..) => {}
            _ if !self.standing.is_open() => return Err(("id", "decided")),
            Move::Supply if self.standing != Standing::WaitingApplicant => return Err(("id", "standing")),
            Move::Advance(_) if self.standing == Standing::InWork => return Err(("id", "standing")),
            Move::Ask(_) | Move::Bill(_) if self.standing == Standing::WaitingApplicant => return Err(("id", "standing")),
            _ => {}
        }
        done.check(self, today)?;
        let mut next = Self { version: self.version.saturating_add(1), ..self.clone() };
        match done {
            Move::Attach(entry) => next.entry = Some(entry),
            Move::Rate(stars, comment) => (next.rating, next.note) = (Some(stars), comment),
            Move::Ask(question) => {
                (next.standing, next.waits_since) = (Standing::WaitingApplicant, Some(today));
                next.note.clone_from(&question.note);
                next.asked = Some(question);
            }
            Move::Extend(due, reason) => (next.due, next.note) = (Some(due), reason),
            Move::Bill(order) => {
                (next.standing, next.note) = (Standing::WaitingPayment, String::new());
                next.orders.push(order);
            }
            Move::Advance(note) => next.goes_on(Standing::InWork, note, today, days),
            Move::Supply => next.goes_on(Standing::InWork, String::new(), today, days),
            Move::Withdraw(reason) => next.goes_on(Standing::Withdrawn, reason, today, days),
            Move::Decide(approved, results, note) => {
                next.goes_on(if approved { Standing::Approved } else { Standing::Refused }, note, today, days);
                next.results = results;
            }
        }
        Ok(next)
    }

    /// It waits for the applicant no longer: its term moves by the days in which it did.
    fn goes_on(&mut self, standing: Standing, note: String, today: NaiveDate, days: &WorkingDays) {
        (self.standing, self.note, self.asked) = (standing, note, None);
        let Some(since) = self.waits_since.take() else { return };
        self.due = self.due.and_then(|due| match self.counted {
            Days::Working => days.add(due, days.between(since, today).max(0)),
            Days::Calendar => due.checked_add_signed(today.signed_duration_since(since)).map(|due| days.or_next(due)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CaseId, Name, SubjectId};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn case(counted: Days) -> Case {
        let module = Name::new("secretary").unwrap();
        Case {
            id: CaseId::fresh(),
            number: "C-2026-00001".into(),
            version: 1,
            service: Name::new("certificate").unwrap(),
            handler: module.clone(),
            module,
            standing: Standing::Submitted,
            applicant: SubjectId::fresh(),
            by: None,
            mandate: None,
            submitted_on: day("2026-10-01"),
            due: Some(day("2026-10-08")),
            counted,
            waits_since: None,
            asked: None,
            results: vec![],
            orders: vec![],
            entry: None,
            rating: None,
            note: String::new(),
        }
    }

    fn ask(until: &str) -> Move {
        Move::Ask(Question { fields: vec!["purpose".into()], note: "Pentru cine?".into(), until: day(until) })
    }

    #[test]
    fn the_term_stands_still_while_the_applicant_is_asked() {
        let days = WorkingDays::default();
        for (counted, due) in [(Days::Working, "2026-10-14"), (Days::Calendar, "2026-10-14")] {
            let asked = case(counted).after(ask("2026-10-20"), day("2026-10-02"), &days).unwrap();
            assert_eq!((asked.standing, asked.version, asked.is_overdue(day("2026-10-19"))), (Standing::WaitingApplicant, 2, false));
            assert_eq!(asked.after(ask("2026-10-20"), day("2026-10-02"), &days), Err(("id", "standing")));
            // Friday to Thursday: four working days, six others; the 14th is Hramul nowhere.
            let supplied = asked.after(Move::Supply, day("2026-10-08"), &days).unwrap();
            assert_eq!((supplied.standing, supplied.due, supplied.asked), (Standing::InWork, Some(day(due)), None));
        }
        let waits = case(Days::Working).after(ask("2026-10-20"), day("2026-10-02"), &days).unwrap();
        let told = waits.after(Move::Advance("Am aflat".into()), day("2026-10-02"), &days).unwrap();
        assert_eq!(told.due, Some(day("2026-10-08")), "asked and answered on one day");
    }

    #[test]
    fn what_is_decided_stays_and_what_is_not_cannot_be_rated() {
        let (days, today) = (WorkingDays::default(), day("2026-10-05"));
        let open = case(Days::Working);
        assert_eq!(open.after(Move::Rate(5, String::new()), today, &days), Err(("id", "standing")));
        assert_eq!(open.after(Move::Decide(false, vec![], " ".into()), today, &days), Err(("note", "required")));
        assert_eq!(open.after(ask("2026-10-04"), today, &days), Err(("until", "past")));
        assert_eq!(open.after(Move::Extend(day("2026-10-08"), "Expertiză".into()), today, &days), Err(("due", "range")));
        let billed = open.after(Move::Bill("1".into()), today, &days).unwrap();
        assert_eq!(billed.after(Move::Bill("1".into()), today, &days), Err(("order", "duplicate")));
        assert!(billed.is_overdue(day("2026-10-09")));
        let decided = billed.after(Move::Decide(true, vec!["d".into()], String::new()), today, &days).unwrap();
        assert!(!decided.is_overdue(day("2027-10-09")));
        for done in
            [Move::Withdraw(String::new()), Move::Advance(String::new()), ask("2026-10-20"), Move::Decide(true, vec![], String::new())]
        {
            assert_eq!(decided.after(done, today, &days), Err(("id", "decided")));
        }
        assert_eq!(decided.after(Move::Rate(6, String::new()), today, &days), Err(("stars", "range")));
        let rated = decided.after(Move::Rate(4, "Repede".into()), today, &days).unwrap();
        assert_eq!(rated.after(Move::Rate(5, String::new()), today, &days), Err(("id", "rated")));
    }

    proptest! {
        #[test]
        fn the_municipality_has_as_many_days_left_as_when_it_asked(asked in 0i64..60, waited in 0i64..90) {
            let days = WorkingDays::default();
            let first = case(Days::Working);
            let on = first.submitted_on + chrono::TimeDelta::days(asked);
            let back = on + chrono::TimeDelta::days(waited);
            let waits = first.after(ask("2030-01-01"), on, &days).map_err(|_| TestCaseError::fail("asked"))?;
            let again = waits.after(Move::Supply, back, &days).map_err(|_| TestCaseError::fail("supplied"))?;
            let left = |case: &Case, today| case.due.map(|due| days.between(today, due));
            prop_assert_eq!(left(&first, on), left(&again, back));
        }
    }
}
