//! What can go wrong with MLog once a request was read.

use crate::fault;
use vatra_core::manifest::Language;

/// A fault of the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// What was asked is done, and the answer does not arrive (504).
    AnswerLost,
    /// The first half of the events is kept, then it fails (504).
    HalfDone,
    /// It does not know the system (401).
    Unauthorized,
}

impl fault::Fault for Fault {
    const ALL: &'static [Self] = &[Self::AnswerLost, Self::HalfDone, Self::Unauthorized];

    fn code(self) -> &'static str {
        match self {
            Self::AnswerLost => "answer-lost",
            Self::HalfDone => "half-done",
            Self::Unauthorized => "unauthorized",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Self::AnswerLost => [
                "Păstrează evenimentele, dar răspunsul se pierde",
                "Сохраняет события, но ответ теряется",
                "Keeps the events, and the answer is lost",
            ],
            Self::HalfDone => ["Păstrează jumătate, apoi cade", "Сохраняет половину и падает", "Keeps half of them, then fails"],
            Self::Unauthorized => ["Nu recunoaște sistemul (401)", "Не узнаёт систему (401)", "Does not know the system (401)"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
