//! What taxpayers are told: the notice on paper, the letters through MNotify, and what became of them.

use crate::notices::Notice;
use vatra_sdk::contract::vatra::mnotify::types::{Notification, Standing};
use vatra_sdk::contract::vatra::types::values::DocumentRef;
use vatra_sdk::host::documents::{self, Making};
use vatra_sdk::host::messages::{self, Content, Message, Priority, Reader, Text, Texts};
use vatra_sdk::prelude::*;

/// Where a letter stands, as the register keeps it.
pub(crate) const STANDINGS: [&str; 3] = ["sent", "delivered", "failed"];

/// The words of a letter in one language: subject, body and short text. `{amount}` (with its currency), `{due}` and `{order}` are filled in.
type Said = [&'static str; 3];
/// A letter in Romanian, Russian and English.
pub(crate) struct Letter {
    ro: Said,
    ru: Said,
    en: Said,
}

pub(crate) const NOTICE: Letter = Letter {
    ro: [
        "Aviz de plată a impozitului local",
        "Aveți de plătit {amount} impozit local până la {due}. Plătiți prin MPay (mpay.gov.md) sau la orice prestator de plăți, cu numărul comenzii {order}. Puteți plăti și în rate.",
        "Impozit local: {amount} până la {due}. MPay, nr. {order}",
    ],
    ru: [
        "Извещение об уплате местного налога",
        "Вам нужно уплатить {amount} местного налога до {due}. Оплатите через MPay (mpay.gov.md) или у любого поставщика платёжных услуг по номеру заказа {order}. Можно платить частями.",
        "Местный налог: {amount} до {due}. MPay, № {order}",
    ],
    en: [
        "Notice to pay local tax",
        "You have {amount} of local tax to pay by {due}. Pay through MPay (mpay.gov.md) or at any payment service provider, with the order number {order}. You may pay in parts.",
        "Local tax: {amount} by {due}. MPay, no. {order}",
    ],
};

pub(crate) const BEFORE: Letter = Letter {
    ro: [
        "Se apropie termenul de plată a impozitului local",
        "Până la {due} aveți de plătit {amount} impozit local. Plătiți prin MPay (mpay.gov.md) sau la orice prestator de plăți, cu numărul comenzii {order}. Dacă ați plătit deja, nu luați în seamă acest mesaj.",
        "Impozit local: {amount}, termen {due}. MPay, nr. {order}",
    ],
    ru: [
        "Приближается срок уплаты местного налога",
        "До {due} вам нужно уплатить {amount} местного налога. Оплатите через MPay (mpay.gov.md) или у любого поставщика платёжных услуг по номеру заказа {order}. Если вы уже заплатили, не обращайте внимания на это сообщение.",
        "Местный налог: {amount}, срок {due}. MPay, № {order}",
    ],
    en: [
        "Local tax is due soon",
        "By {due} you have {amount} of local tax to pay. Pay through MPay (mpay.gov.md) or at any payment service provider, with the order number {order}. If you have paid already, ignore this message.",
        "Local tax: {amount}, due {due}. MPay, no. {order}",
    ],
};

pub(crate) const AFTER: Letter = Letter {
    ro: [
        "Impozit local neachitat la termen",
        "Termenul de plată {due} a trecut, iar {amount} impozit local nu sunt achitați. Pentru fiecare zi de întârziere se adaugă majorare. Plătiți prin MPay (mpay.gov.md) sau la orice prestator de plăți, cu numărul comenzii {order}; veți vedea acolo suma la zi. Dacă ați plătit deja, nu luați în seamă acest mesaj.",
        "Impozit local restant: {amount}, termen {due}. MPay, nr. {order}",
    ],
    ru: [
        "Местный налог не уплачен в срок",
        "Срок {due} прошёл, а {amount} местного налога не уплачены. За каждый день просрочки начисляется пеня. Оплатите через MPay (mpay.gov.md) или у любого поставщика платёжных услуг по номеру заказа {order}; там вы увидите сумму на сегодня. Если вы уже заплатили, не обращайте внимания на это сообщение.",
        "Долг по местному налогу: {amount}, срок {due}. MPay, № {order}",
    ],
    en: [
        "Local tax is overdue",
        "The date {due} has passed and {amount} of local tax are not paid. For each day of delay more is added. Pay through MPay (mpay.gov.md) or at any payment service provider, with the order number {order}; you will see today's amount there. If you have paid already, ignore this message.",
        "Local tax overdue: {amount}, due {due}. MPay, no. {order}",
    ],
};

/// A letter about a notice.
pub(crate) fn letter(said: &Letter, to: &Subject, amount: Bani, due: Date, order: &str, document: Option<DocumentRef>) -> Message {
    let texts = |at: usize| {
        let of = |said: &Said| said.get(at).copied().unwrap_or_default().to_owned();
        Texts { ro: of(&said.ro), ru: Some(of(&said.ru)), en: Some(of(&said.en)) }
    };
    Message {
        recipients: vec![to.clone()],
        reader: Reader::Administrator,
        content: Content::Text(Text { subject: texts(0), body: texts(1), short: texts(2) }),
        variables: fields!["amount" => amount, "due" => due, "order" => order],
        priority: Priority::Medium,
        attachments: document.into_iter().collect(),
    }
}

/// Sends these letters, each about a notice. `kind` is what the register calls them.
pub(crate) fn send(letters: Vec<(EntryRef, Message)>, kind: &str) -> Result<(), Failure> {
    send_keyed(letters, kind, kind)
}

/// The same, where there are several of a kind: each notice has one of each `which`.
pub(crate) fn send_keyed(letters: Vec<(EntryRef, Message)>, kind: &str, which: &str) -> Result<(), Failure> {
    if letters.is_empty() {
        return Ok(());
    }
    let (notices, messages): (Vec<EntryRef>, Vec<Message>) = letters.into_iter().unzip();
    let ids = messages::send_many(&messages)?;
    let mut rows = Vec::with_capacity(ids.len());
    for ((notice, message), id) in notices.iter().zip(&messages).zip(&ids) {
        let mailing = registers::get(notice)?.maybe::<EntryRef>("mailing")?.filter(|_| kind == "notice");
        rows.push(fields![
            "message" => id,
            "notice" => notice,
            "mailing" => mailing,
            "taxpayer" => message.recipients.first(),
            "kind" => Choice(kind),
            "key" => key(notice, which),
            "standing" => Choice("sent"),
            "rule" => "",
        ]);
    }
    registers::add_many("messages", &rows)?;
    Ok(())
}

/// Unique in the register: a notice is told of the same thing once.
pub(crate) fn key(notice: &EntryRef, which: &str) -> String {
    format!("{} {which}", notice.id)
}

/// What became of a letter, as MNotify tells.
pub(crate) fn heard(notification: &Notification) -> Result<(), Failure> {
    let standing = match notification.standing {
        Standing::Delivered | Standing::Read => "delivered",
        Standing::Failed | Standing::Cancelled => "failed",
        _ => return Ok(()),
    };
    // A letter that this module does not keep, or keeps no longer, concerns nobody.
    let Some(entry) = registers::lookup("messages", "message", &Value::Text(notification.message.clone()))? else { return Ok(()) };
    if entry.text("standing")? == standing {
        return Ok(());
    }
    let changed = fields!["standing" => Choice(standing), "rule" => &notification.rule];
    registers::correct(&entry.ref_, entry.version, &changed, &crate::history::reason("message-told", ""))?;
    Ok(())
}

/// Letters in a table.
pub(crate) fn table(query: Query, title: &str, empty: &str) -> BoundTable {
    BoundTable::of(query, "messages", title, empty)
        .column("opened", "field-sent-at")
        .column_opening("taxpayer.name", "field-taxpayer", "message")
        .column("kind", "field-kind")
        .column("standing", "field-standing")
        .column("rule", "field-rule")
        .exportable()
}

/// The screen `message`: the notice that a letter was about.
pub(crate) fn notice_of(at: &EntryRef) -> Result<Screen, Failure> {
    crate::notices::one(&registers::get(at)?.entry("notice")?)
}

/// The notice on paper, issued at once.
pub(crate) fn paper(at: &EntryRef, notice: &Notice, amount: Bani) -> Result<DocumentRef, Failure> {
    let document = documents::make(&Making {
        template: "payment-notice".into(),
        language: "ro".into(),
        title: "Aviz de plată".into(),
        subject: Some(notice.taxpayer.clone()),
        entry: Some(at.clone()),
        pays: Some(notice.order.clone()),
        fields: fields![
            "taxpayer" => &notice.taxpayer,
            "account" => &notice.account_number,
            "amount" => amount,
            "due" => notice.due_date,
            "expires" => notice.expires,
        ],
        tables: Vec::new(),
        listings: Vec::new(),
    })?;
    documents::issue(&document, 1, notice.expires)?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract's limits, with room for what is filled in.
    #[test]
    fn letters_keep_to_their_lengths_and_say_what_is_to_be_paid() {
        for letter in [NOTICE, BEFORE, AFTER] {
            for [subject, body, short] in [letter.ro, letter.ru, letter.en] {
                assert!(subject.chars().count() <= 150 && body.chars().count() <= 10_000);
                assert!(short.chars().count() <= 110, "{short}");
                for name in ["{amount}", "{due}", "{order}"] {
                    assert!(body.contains(name) && short.contains(name), "{name}: {body}");
                }
            }
        }
    }
}
