//! What the host writes to applicants, over MNotify.

use super::{Case, Standing};
use crate::documents::code;
use crate::manifest::Localized;
use crate::providers::{Notice, NoticePriority, NoticeReader, NoticeText, Texts};
use crate::value::Fields;

/// What is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// It was handed in; with the code by which it is followed.
    Submitted(String),
    /// Something is asked.
    Asked,
    /// This order is to be paid.
    Billed(String),
    /// It is decided later.
    Extended,
    /// It is decided.
    Decided,
}

/// What the applicant is told once the case has its number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The code by which it is followed.
    pub code: String,
    /// What the service is called.
    pub service: Localized,
    /// What the municipality is called.
    pub municipality: String,
}

impl Receipt {
    /// The message.
    pub fn notice(&self, case: &Case) -> Notice {
        notice(&Said::Submitted(self.code.clone()), &self.municipality, case, &self.service)
    }
}

fn subject(said: &Said, case: &Case) -> [&'static str; 3] {
    match said {
        Said::Submitted(_) => ["Cererea a fost înregistrată", "Заявление зарегистрировано", "Your application is registered"],
        Said::Asked => ["Completați cererea", "Дополните заявление", "Something is asked about your application"],
        Said::Billed(_) => ["Aveți de plătit pentru cerere", "Оплатите услугу", "There is a fee to pay"],
        Said::Extended => ["Termenul cererii a fost prelungit", "Срок по заявлению продлён", "Your application takes longer"],
        Said::Decided if case.standing == Standing::Approved => {
            ["Cererea a fost aprobată", "Заявление одобрено", "Your application is approved"]
        }
        Said::Decided => ["Cererea a fost refuzată", "По заявлению отказано", "Your application is refused"],
    }
}

/// The message to the applicant about a case as it stands.
pub fn notice(said: &Said, municipality: &str, case: &Case, service: &Localized) -> Notice {
    let [ro, ru, en] = subject(said, case);
    let date = |date: chrono::NaiveDate| date.format("%d.%m.%Y").to_string();
    let due = |[ro, ru, en]: [&str; 3]| {
        let on = |word: &str| case.due.map(|due| format!(" {word} {}.", date(due))).unwrap_or_default();
        [on(ro), on(ru), on(en)]
    };
    let by = || due(["Se soluționează până la", "Срок рассмотрения — до", "It is decided by"]);
    let [more_ro, more_ru, more_en] = match said {
        Said::Submitted(given) => {
            let (given, [ro, ru, en]) = (code::spelled(given), by());
            [
                format!("{ro} O urmăriți pe pagina primăriei cu numărul și codul {given}."),
                format!("{ru} Следить за ним можно на странице примэрии по номеру и коду {given}."),
                format!("{en} Follow it on the town hall's page with its number and the code {given}."),
            ]
        }
        Said::Asked => {
            let until = case.asked.as_ref().map(|asked| date(asked.until)).unwrap_or_default();
            [
                format!(" {} Răspundeți până la {until}.", case.note),
                format!(" {} Ответьте до {until}.", case.note),
                format!(" {} Answer by {until}.", case.note),
            ]
        }
        Said::Billed(order) => {
            [format!(" Nota de plată MPay: {order}."), format!(" Счёт MPay: {order}."), format!(" MPay order: {order}.")]
        }
        Said::Extended => by().map(|by| format!(" {}{by}", case.note)),
        Said::Decided => std::array::from_fn(|_| if case.note.is_empty() { String::new() } else { format!(" {}", case.note) }),
    };
    let line = |subject: &str, title: &str, more: &str| format!("{subject}: {}, {title}.{more}", case.number);
    Notice {
        recipients: vec![case.applicant],
        reader: NoticeReader::Administrator,
        content: NoticeText::Text(
            Texts {
                ro: format!("{ro} · Primăria {municipality}"),
                ru: Some(format!("{ru} · Примэрия {municipality}")),
                en: Some(format!("{en} · {municipality} town hall")),
            },
            Texts {
                ro: line(ro, &format!("„{}”", service.ro), &more_ro),
                ru: Some(line(ru, &format!("«{}»", service.ru), &more_ru)),
                en: Some(line(en, &format!("“{}”", service.en), &more_en)),
            },
            Texts {
                ro: format!("{ro}: {}", case.number),
                ru: Some(format!("{ru}: {}", case.number)),
                en: Some(format!("{en}: {}", case.number)),
            },
        ),
        variables: Fields::new(),
        priority: NoticePriority::Medium,
        attachments: Vec::new(),
    }
}
