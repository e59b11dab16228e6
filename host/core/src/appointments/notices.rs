//! What the host writes to visitors, over MNotify.

use super::{Appointment, Counter};
use crate::manifest::Localized;
use crate::providers::{Notice, NoticePriority, NoticeReader, NoticeText, Texts};
use crate::value::Fields;

/// Why somebody is written to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// They are expected tomorrow.
    Reminded,
    /// An official booked it for them.
    Booked,
    /// An official moved it.
    Moved,
    /// It does not take place.
    Cancelled,
}

impl Change {
    fn subject(self) -> [&'static str; 3] {
        match self {
            Self::Reminded => ["Mâine aveți o programare", "Завтра у вас приём", "You have an appointment tomorrow"],
            Self::Booked => ["Ați fost programat(ă)", "Вы записаны на приём", "An appointment was made for you"],
            Self::Moved => ["Programarea a fost mutată", "Приём перенесён", "Your appointment was moved"],
            Self::Cancelled => ["Programarea a fost anulată", "Приём отменён", "Your appointment was cancelled"],
        }
    }
}

/// The message to the visitor.
pub fn notice(change: Change, municipality: &str, visit: &Appointment, service: &Localized, counter: Option<&Counter>) -> Notice {
    let when = visit.starts.local_text();
    let at = |word: &str| match counter {
        Some(counter) if counter.place.is_empty() => format!("{word}{}", counter.title),
        Some(counter) => format!("{word}{}, {}", counter.title, counter.place),
        None => String::new(),
    };
    let why = |word: &str| if visit.note.is_empty() { String::new() } else { format!(" {word}: {}.", visit.note) };
    let numbered = |word: &str| if visit.number.is_empty() { String::new() } else { format!(" {word} {}.", visit.number) };
    let [ro, ru, en] = change.subject();
    let body = Texts {
        ro: format!("{ro}: {when}{}, „{}”.{}{}", at(", "), service.ro, why("Motivul"), numbered("Numărul programării:")),
        ru: Some(format!("{ru}: {when}{}, «{}».{}{}", at(", "), service.ru, why("Причина"), numbered("Номер записи:"))),
        en: Some(format!("{en}: {when}{}, “{}”.{}{}", at(", "), service.en, why("Reason"), numbered("Appointment number:"))),
    };
    let subject = Texts {
        ro: format!("{ro} · Primăria {municipality}"),
        ru: Some(format!("{ru} · Примэрия {municipality}")),
        en: Some(format!("{en} · {municipality} town hall")),
    };
    let short = Texts { ro: format!("{ro}: {when}"), ru: Some(format!("{ru}: {when}")), en: Some(format!("{en}: {when}")) };
    Notice {
        recipients: vec![visit.visitor],
        reader: NoticeReader::Administrator,
        content: NoticeText::Text(subject, body, short),
        variables: Fields::new(),
        priority: NoticePriority::Medium,
        attachments: Vec::new(),
    }
}
