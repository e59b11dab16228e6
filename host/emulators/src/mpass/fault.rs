//! The ways in which an answer can be wrong.

use crate::fault;
use vatra_core::manifest::Language;

/// A wrong answer. The portal must refuse each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The Response carries no signature.
    Unsigned,
    /// It is signed, with a certificate that is not MPass's.
    WrongCertificate,
    /// IssueInstant is local time, without a zone.
    LocalTime,
    /// It says not where it is sent to.
    NoDestination,
    /// InResponseTo names another request.
    WrongInResponseTo,
    /// It is meant for another service.
    WrongAudience,
    /// NotOnOrAfter has passed.
    Expired,
    /// Its IDs were used in an answer before.
    Replayed,
    /// NameID is a username, not an IDNP.
    Username,
    /// The person gave up: status AuthnFailed instead of Success.
    Declined,
}

impl fault::Fault for Fault {
    const ALL: &'static [Fault] = &[
        Fault::Unsigned,
        Fault::WrongCertificate,
        Fault::LocalTime,
        Fault::NoDestination,
        Fault::WrongInResponseTo,
        Fault::WrongAudience,
        Fault::Expired,
        Fault::Replayed,
        Fault::Username,
        Fault::Declined,
    ];

    fn code(self) -> &'static str {
        match self {
            Fault::Unsigned => "unsigned",
            Fault::WrongCertificate => "wrong-certificate",
            Fault::LocalTime => "local-time",
            Fault::NoDestination => "no-destination",
            Fault::WrongInResponseTo => "wrong-in-response-to",
            Fault::WrongAudience => "wrong-audience",
            Fault::Expired => "expired",
            Fault::Replayed => "replayed",
            Fault::Username => "username",
            Fault::Declined => "declined",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Fault::Unsigned => ["Răspuns nesemnat", "Ответ без подписи", "Response without a signature"],
            Fault::WrongCertificate => {
                ["Răspuns semnat cu alt certificat", "Ответ подписан другим сертификатом", "Response signed with another certificate"]
            }
            Fault::LocalTime => [
                "Ora emiterii este ora locală, fără fus (IssueInstant)",
                "Время выдачи местное, без пояса (IssueInstant)",
                "Issued at local time, without a zone (IssueInstant)",
            ],
            Fault::NoDestination => {
                ["Răspuns fără adresă (Destination)", "Ответ без адреса (Destination)", "Response without an address (Destination)"]
            }
            Fault::WrongInResponseTo => [
                "Răspuns la altă cerere (InResponseTo)",
                "Ответ на другой запрос (InResponseTo)",
                "Response to another request (InResponseTo)",
            ],
            Fault::WrongAudience => {
                ["Răspuns pentru alt serviciu (Audience)", "Ответ для другой службы (Audience)", "Response for another service (Audience)"]
            }
            Fault::Expired => ["Răspuns expirat (NotOnOrAfter)", "Срок ответа истёк (NotOnOrAfter)", "Expired response (NotOnOrAfter)"],
            Fault::Replayed => ["Răspuns deja folosit", "Ответ уже использован", "Response that was used before"],
            Fault::Username => [
                "Nume de utilizator în loc de IDNP (NameID)",
                "Имя пользователя вместо IDNP (NameID)",
                "A username instead of an IDNP (NameID)",
            ],
            Fault::Declined => ["Autentificare nereușită (AuthnFailed)", "Вход не удался (AuthnFailed)", "Sign-in failed (AuthnFailed)"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
