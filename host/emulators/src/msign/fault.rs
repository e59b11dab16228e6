//! What can go wrong at MSign, when it is told to. That it is slow, down or talks nonsense is [`crate::fault::Trouble`].

use vatra_core::manifest::Language;

/// A way to misbehave.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// Somebody else's certificate signs than was expected. MSign notices: the request fails.
    WrongSigner,
    /// The same, and MSign does not notice.
    WrongSignerUnnoticed,
    /// The certificate was revoked yesterday.
    Revoked,
    /// The certificate ended yesterday.
    ExpiredCertificate,
    /// The certificate is of an authority that nobody knows.
    UnknownAuthority,
    /// The time-stamp authority does not answer: signatures come without a stamp.
    NoTimeStamp,
    /// Another document comes back than was sent, truly signed.
    OtherDocument,
    /// The results stand under each other's correlation ids.
    Mixed,
    /// One of the results is missing.
    Missing,
    /// The request expires before the person signs.
    Expired,
    /// The person comes back before the answer is there: it stays pending.
    Pending,
    /// AuthenticationFailed.
    Authentication,
    /// AuthorizationFailed.
    Authorization,
    /// RequestNotFound.
    NotFound,
}

impl crate::fault::Fault for Fault {
    const ALL: &'static [Self] = &[
        Self::WrongSigner,
        Self::WrongSignerUnnoticed,
        Self::Revoked,
        Self::ExpiredCertificate,
        Self::UnknownAuthority,
        Self::NoTimeStamp,
        Self::OtherDocument,
        Self::Mixed,
        Self::Missing,
        Self::Expired,
        Self::Pending,
        Self::Authentication,
        Self::Authorization,
        Self::NotFound,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::WrongSigner => "wrong-signer",
            Self::WrongSignerUnnoticed => "wrong-signer-unnoticed",
            Self::Revoked => "revoked",
            Self::ExpiredCertificate => "expired-certificate",
            Self::UnknownAuthority => "unknown-authority",
            Self::NoTimeStamp => "no-time-stamp",
            Self::OtherDocument => "other-document",
            Self::Mixed => "mixed",
            Self::Missing => "missing",
            Self::Expired => "expired",
            Self::Pending => "pending",
            Self::Authentication => "authentication",
            Self::Authorization => "authorization",
            Self::NotFound => "not-found",
        }
    }

    fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Self::WrongSigner => [
                "Semnează altcineva, iar MSign observă",
                "Подписывает другой, и MSign это замечает",
                "Somebody else signs, and MSign notices",
            ],
            Self::WrongSignerUnnoticed => [
                "Semnează altcineva, iar MSign nu observă",
                "Подписывает другой, а MSign не замечает",
                "Somebody else signs, and MSign does not notice",
            ],
            Self::Revoked => ["Certificat revocat ieri", "Сертификат отозван вчера", "Certificate revoked yesterday"],
            Self::ExpiredCertificate => ["Certificat expirat ieri", "Сертификат истёк вчера", "Certificate ended yesterday"],
            Self::UnknownAuthority => {
                ["Certificat de la o autoritate necunoscută", "Сертификат неизвестного центра", "Certificate of an unknown authority"]
            }
            Self::NoTimeStamp => ["Fără marcă temporală", "Без метки времени", "No time stamp"],
            Self::OtherDocument => ["Se întoarce alt document", "Возвращается другой документ", "Another document comes back"],
            Self::Mixed => ["Rezultatele sunt încurcate între ele", "Результаты перепутаны между собой", "The results are mixed up"],
            Self::Missing => ["Lipsește un rezultat", "Не хватает одного результата", "One result is missing"],
            Self::Expired => ["Termenul cererii expiră", "Срок запроса истекает", "The request expires"],
            Self::Pending => ["Răspunsul întârzie (Pending)", "Ответ задерживается (Pending)", "The answer is late (Pending)"],
            Self::Authentication => ["AuthenticationFailed"; 3],
            Self::Authorization => ["AuthorizationFailed"; 3],
            Self::NotFound => ["RequestNotFound"; 3],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}
