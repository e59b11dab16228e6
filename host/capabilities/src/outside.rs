//! What the outside answered during a call, so that a replay is told the same and asks nobody again.

use chrono::NaiveDate;
use std::sync::Arc;
use vatra_core::ids::SubjectId;
use vatra_core::providers::{DataAnswer, DataRequest, MandateSide, MandateStanding, Paper};

/// What was asked.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Question {
    /// MConnect.
    Data(Box<DataRequest>),
    /// MPower: a mandate by its code.
    Mandate(String),
    /// MPower: a mandate's document, by its code.
    MandateFile(String),
    /// MPay: an order on paper.
    Invoice(String, Paper),
    /// MPower: between two, of a type.
    Between(SubjectId, SubjectId, String),
    /// MPower: somebody's.
    MandatesOf(SubjectId, MandateSide),
}

/// What was answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Data(Option<DataAnswer>),
    /// With the types of those that the grant does not list.
    Mandates(Vec<KnownMandate>, Vec<String>),
    /// None: there is none, or none that can be kept.
    File(Option<Arc<Vec<u8>>>),
}

/// A mandate whose parties the municipality knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct KnownMandate {
    pub(crate) code: String,
    pub(crate) kind: String,
    pub(crate) kind_name: String,
    pub(crate) principal: SubjectId,
    pub(crate) agent: SubjectId,
    pub(crate) from: NaiveDate,
    pub(crate) until: Option<NaiveDate>,
    pub(crate) standing: MandateStanding,
}

/// Questions and answers of a call, in their order.
#[derive(Debug, Default)]
pub struct Outside {
    answers: Vec<(Question, Answer)>,
    next: usize,
}

impl Outside {
    /// For a replay: from the beginning.
    pub fn rewind(&mut self) {
        self.next = 0;
    }

    /// The answer to the same question in the same place.
    pub(crate) fn known(&mut self, question: &Question) -> Option<Answer> {
        let (asked, answer) = self.answers.get(self.next)?;
        if asked != question {
            // The replay took another way: what follows is asked anew.
            self.answers.truncate(self.next);
            return None;
        }
        self.next += 1;
        Some(answer.clone())
    }

    pub(crate) fn keep(&mut self, question: Question, answer: Answer) {
        self.answers.push((question, answer));
        self.next = self.answers.len();
    }
}
