//! What can go wrong with the bus once a request was read.

use crate::fault;
use vatra_core::manifest::Language;

/// A fault of the bus.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// What was asked is done, and the answer does not arrive (504).
    AnswerLost,
    /// The system may neither produce nor consume (401).
    Unauthorized,
    /// The first event of each answer comes twice.
    Twice,
}

impl fault::Fault for Fault {
    const ALL: &'static [Self] = &[Self::AnswerLost, Self::Unauthorized, Self::Twice];

    fn code(self) -> &'static str {
        match self {
            Self::AnswerLost => "answer-lost",
            Self::Unauthorized => "unauthorized",
            Self::Twice => "twice",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Self::AnswerLost => [
                "Face ce i se cere, dar răspunsul se pierde",
                "Делает, что просят, но ответ теряется",
                "Does what is asked, and the answer is lost",
            ],
            Self::Unauthorized => ["Nu permite accesul sistemului", "Не допускает систему", "Does not let the system in"],
            Self::Twice => ["Transmite un eveniment de două ori", "Передаёт событие дважды", "Tells an event twice"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
