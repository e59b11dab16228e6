//! What can be wrong with MPower's answers.

use crate::fault;
use vatra_core::manifest::Language;

/// A wrong answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The system's settings do not list the address (403).
    Forbidden,
    /// `success` is false.
    Unsuccessful,
    /// The answer is about another mandate.
    Another,
}

impl fault::Fault for Fault {
    const ALL: &'static [Self] = &[Self::Forbidden, Self::Unsuccessful, Self::Another];

    fn code(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Unsuccessful => "unsuccessful",
            Self::Another => "another",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Self::Forbidden => ["Nu permite interogarea (403)", "Не разрешает запрос (403)", "Does not allow the question (403)"],
            Self::Unsuccessful => ["Răspunde fără succes", "Отвечает без успеха", "Answers without success"],
            Self::Another => ["Răspunde despre altă împuternicire", "Отвечает о другой доверенности", "Answers about another mandate"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
