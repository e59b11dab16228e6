//! The contract of [`Notices`].

use super::{Broken, holds};
use vatra_core::clock::Instant;
use vatra_core::providers::{
    CalledBack, NotSent, NoticeAttachment, NoticeContent, NoticeMessage, NoticePriority, NoticeReader, NoticeRecipient, Notices,
    ProviderError, Texts,
};

/// A message to somebody, in three languages.
#[must_use]
pub fn message(recipient: NoticeRecipient, subject: &str) -> NoticeMessage {
    let texts = |ro: &str| Texts { ro: ro.to_owned(), ru: Some(format!("{ro} (по-русски)")), en: None };
    NoticeMessage {
        recipients: vec![recipient],
        reader: NoticeReader::Administrator,
        content: NoticeContent::Text { subject: texts(subject), body: texts("Verificarea contractului."), short: texts("Verificare.") },
        priority: NoticePriority::Low,
        attachments: Vec::new(),
    }
}

/// Everything. `recipient` gets two messages; the service's present moment is `now`.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn notices<N: Notices + ?Sized>(service: &N, recipient: NoticeRecipient, now: Instant) -> Result<(), Broken> {
    let failed = |error: ProviderError| Broken(format!("a good request is done: {error}"));
    let good = message(recipient.clone(), "Verificare");
    let id = service.send(&good).await.map_err(|error| Broken(format!("a good message is taken: {error}")))?;
    holds(service.status(&id).await.map_err(failed)?.is_some(), "what was taken has a status")?;
    let listed = service.listed_since(now.plus_seconds(-300)).await.map_err(failed)?;
    holds(listed.iter().any(|each| each.id == id), "what was taken is listed")?;
    holds(listed.iter().all(|each| each.created >= now.plus_seconds(-300)), "and nothing older")?;
    let with_file =
        NoticeMessage { attachments: vec![NoticeAttachment { name: "nota.pdf".into(), content: b"%PDF-1.4".to_vec() }], ..good.clone() };
    let second = service.send(&with_file).await.map_err(|error| Broken(format!("a message with a file is taken: {error}")))?;
    holds(second != id, "two messages are two")?;
    for unknown in ["", "../Template", "00000000-0000-0000-0000-000000000000"] {
        holds(service.status(unknown).await.map_err(failed)?.is_none(), "an id of no message has no status")?;
        holds(service.cancel(unknown).await.map_err(failed)? == CalledBack::Unknown, "an id of no message cannot be called back")?;
    }
    let executable = NoticeMessage { attachments: vec![NoticeAttachment { name: "nota.exe".into(), content: Vec::new() }], ..good.clone() };
    let huge = NoticeMessage {
        attachments: vec![NoticeAttachment { name: "a.pdf".into(), content: vec![0; 10 * 1024 * 1024 + 1] }],
        ..good.clone()
    };
    let nobody = NoticeMessage { recipients: Vec::new(), ..good.clone() };
    let malformed = NoticeMessage { recipients: vec![NoticeRecipient::Person("123".into())], ..good };
    for wrong in [executable, huge, nobody, malformed] {
        let told = service.send(&wrong).await;
        holds(matches!(told, Err(NotSent::Not(ProviderError::Refused { .. }))), "what cannot be sent is refused, for certain")?;
    }
    Ok(())
}
