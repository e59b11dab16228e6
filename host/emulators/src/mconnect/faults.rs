//! What can be wrong with MConnect's answers.

use crate::fault;
use vatra_core::manifest::Language;

/// A wrong answer, or a rule that is kept differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The system may not ask (AuthorizationFailed).
    Denied,
    /// The institution that holds the data does not answer.
    HolderSilent,
    /// The answer was changed after it was signed.
    Altered,
    /// The answer is not signed.
    Unsigned,
    /// The answer is to another question.
    AnotherAnswer,
    /// Not a fault of the answer: questions whose Calling headers are unsigned are answered, as other clients send them.
    UnsignedHeaders,
}

impl fault::Fault for Fault {
    const ALL: &'static [Self] =
        &[Self::Denied, Self::HolderSilent, Self::Altered, Self::Unsigned, Self::AnotherAnswer, Self::UnsignedHeaders];

    fn code(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::HolderSilent => "holder-silent",
            Self::Altered => "altered",
            Self::Unsigned => "unsigned",
            Self::AnotherAnswer => "another-answer",
            Self::UnsignedHeaders => "unsigned-headers",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Self::Denied => ["Nu permite accesul la date", "Не разрешает доступ к данным", "Does not allow access to the data"],
            Self::HolderSilent => {
                ["Deținătorul datelor nu răspunde", "Держатель данных не отвечает", "The holder of the data does not answer"]
            }
            Self::Altered => ["Răspunsul este schimbat după semnare", "Ответ изменён после подписи", "The answer is changed after signing"],
            Self::Unsigned => ["Răspunsul nu este semnat", "Ответ не подписан", "The answer is not signed"],
            Self::AnotherAnswer => ["Răspunde la altă întrebare", "Отвечает на другой вопрос", "Answers another question"],
            Self::UnsignedHeaders => ["Acceptă antete nesemnate", "Принимает неподписанные заголовки", "Accepts unsigned headers"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
