//! What can go wrong with MNotify once a request was read.

use crate::fault;
use vatra_core::manifest::Language;

/// A fault of the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// What was asked is done, and the answer does not arrive (504).
    AnswerLost,
    /// The system may not send (403).
    Forbidden,
    /// Messages are taken and cannot be delivered.
    Undeliverable,
}

impl fault::Fault for Fault {
    const ALL: &'static [Self] = &[Self::AnswerLost, Self::Forbidden, Self::Undeliverable];

    fn code(self) -> &'static str {
        match self {
            Self::AnswerLost => "answer-lost",
            Self::Forbidden => "forbidden",
            Self::Undeliverable => "undeliverable",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Self::AnswerLost => [
                "Preia mesajul, dar răspunsul se pierde",
                "Принимает сообщение, но ответ теряется",
                "Takes the message, and the answer is lost",
            ],
            Self::Forbidden => ["Nu permite expedierea (403)", "Не разрешает отправку (403)", "Does not allow sending (403)"],
            Self::Undeliverable => ["Mesajele nu ajung la destinatari", "Сообщения не доходят", "Messages do not arrive"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
