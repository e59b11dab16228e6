//! MSign's words, in three languages.

use vatra_core::manifest::Language;
use vatra_core::providers::Instrument;
use vatra_pki::Refusal;

/// Why a request came to nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reason {
    Refused,
    WrongSigner,
    Expired,
    Broken,
}

/// At most 100 characters.
pub(super) fn message(reason: Reason, language: Language) -> &'static str {
    use Language::{En, Ro, Ru};
    match (reason, language) {
        (Reason::Refused, Ro) => "Semnatarul a refuzat să semneze",
        (Reason::Refused, Ru) => "Подписант отказался подписать",
        (Reason::Refused, En) => "The signer refused to sign",
        (Reason::WrongSigner, Ro) => "A semnat altă persoană decât cea așteptată",
        (Reason::WrongSigner, Ru) => "Подписал не тот, от кого ожидалась подпись",
        (Reason::WrongSigner, En) => "Signed by another person than was expected",
        (Reason::Expired, Ro) => "Termenul cererii de semnare a expirat",
        (Reason::Expired, Ru) => "Срок запроса на подпись истёк",
        (Reason::Expired, En) => "The signature request has expired",
        (Reason::Broken, Ro) => "Semnarea a eșuat",
        (Reason::Broken, Ru) => "Подписать не удалось",
        (Reason::Broken, En) => "Signing failed",
    }
}

/// What is said of a signature, at most 100 characters.
pub(super) fn verdict(refusal: Option<&Refusal>, language: Language) -> &'static str {
    use Language::{En, Ro, Ru};
    match (refusal, language) {
        (None, Ro) => "Semnătura este validă",
        (None, Ru) => "Подпись действительна",
        (None, En) => "The signature is valid",
        (Some(Refusal::Changed), Ro) => "Conținutul a fost modificat după semnare",
        (Some(Refusal::Changed), Ru) => "Содержание изменено после подписания",
        (Some(Refusal::Changed), En) => "The content was changed after it was signed",
        (Some(Refusal::Revoked(_)), Ro) => "Certificatul era revocat",
        (Some(Refusal::Revoked(_)), Ru) => "Сертификат был отозван",
        (Some(Refusal::Revoked(_)), En) => "The certificate was revoked",
        (Some(Refusal::Expired | Refusal::NotYetValid), Ro) => "Certificatul nu era valabil la momentul semnării",
        (Some(Refusal::Expired | Refusal::NotYetValid), Ru) => "На момент подписания сертификат не действовал",
        (Some(Refusal::Expired | Refusal::NotYetValid), En) => "The certificate was not valid when it signed",
        (Some(Refusal::UnknownIssuer), Ro) => "Certificatul nu este emis de o autoritate recunoscută",
        (Some(Refusal::UnknownIssuer), Ru) => "Сертификат выдан непризнанным центром",
        (Some(Refusal::UnknownIssuer), En) => "The certificate was not issued by a trusted authority",
        (Some(Refusal::NoTimeStamp), Ro) => "Semnătura nu are marcă temporală",
        (Some(Refusal::NoTimeStamp), Ru) => "У подписи нет метки времени",
        (Some(Refusal::NoTimeStamp), En) => "The signature has no time stamp",
        (Some(_), Ro) => "Semnătura nu este validă",
        (Some(_), Ru) => "Подпись недействительна",
        (Some(_), En) => "The signature is not valid",
    }
}

/// What is said of a document without signatures.
pub(super) fn unsigned(language: Language) -> &'static str {
    match language {
        Language::Ro => "Documentul nu este semnat",
        Language::Ru => "Документ не подписан",
        Language::En => "The document is not signed",
    }
}

pub(super) struct Text {
    pub(super) service: &'static str,
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) asks: &'static str,
    pub(super) documents: &'static str,
    pub(super) and_more: &'static str,
    pub(super) digest: &'static str,
    pub(super) reason: &'static str,
    pub(super) choose: &'static str,
    pub(super) instruments: [&'static str; 5],
    pub(super) idnp: &'static str,
    pub(super) idnp_expected: &'static str,
    pub(super) name: &'static str,
    pub(super) name_hint: &'static str,
    pub(super) telephone: &'static str,
    pub(super) telephone_hint: &'static str,
    pub(super) go_on: &'static str,
    pub(super) refuse: &'static str,
    pub(super) code: &'static str,
    pub(super) code_hint: &'static str,
    pub(super) pin: &'static str,
    pub(super) pin_hint: &'static str,
    pub(super) sign: &'static str,
    pub(super) bad_instrument: &'static str,
    pub(super) bad_idnp: &'static str,
    pub(super) bad_name: &'static str,
    pub(super) bad_telephone: &'static str,
    pub(super) bad_pin: &'static str,
    pub(super) done_title: &'static str,
    pub(super) done: &'static str,
    pub(super) failed_title: &'static str,
    pub(super) back: &'static str,
    pub(super) unknown_title: &'static str,
    pub(super) unknown: &'static str,
    pub(super) bad_return: &'static str,
}

impl Text {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Ro => &RO,
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }
    /// In the order of [`Instrument::ALL`].
    pub(super) fn instrument(&self, instrument: Instrument) -> &'static str {
        Instrument::ALL.into_iter().zip(self.instruments).find(|(each, _)| *each == instrument).map(|(_, words)| words).unwrap_or_default()
    }
}

static RO: Text = Text {
    service: "MSign emulat",
    title: "Semnare electronică",
    intro: "MSign emulat — numai pentru demonstrație. Semnăturile sunt adevărate ca formă, dar nu au putere juridică.",
    asks: "Se cere semnătura pentru",
    documents: "Conținuturi",
    and_more: "și încă",
    digest: "amprentă",
    reason: "Motivul",
    choose: "Cu ce semnați?",
    instruments: [
        "Semnătură mobilă",
        "Semnătură electronică pe dispozitiv MoldSign",
        "Buletin de identitate electronic",
        "Securesign",
        "Semnătura Serviciului Fiscal",
    ],
    idnp: "IDNP",
    idnp_expected: "Se așteaptă semnătura acestei persoane",
    name: "Numele și prenumele",
    name_hint: "Vor sta în certificat. Folosiți date inventate.",
    telephone: "Numărul de telefon",
    telephone_hint: "Numai pentru semnătura mobilă, de exemplu 37360000000",
    go_on: "Continuă",
    refuse: "Refuz să semnez",
    code: "Codul de pe telefon",
    code_hint: "Comparați codul cu cel arătat de telefon. La emulator nu sosește nimic pe telefon.",
    pin: "PIN",
    pin_hint: "La emulator, orice 4 până la 8 cifre",
    sign: "Semnează",
    bad_instrument: "Alegeți cu ce semnați",
    bad_idnp: "Introduceți IDNP-ul: exact 13 cifre",
    bad_name: "Introduceți numele și prenumele, cel mult 60 de caractere",
    bad_telephone: "Introduceți numărul de telefon: 8 până la 15 cifre",
    bad_pin: "Introduceți PIN-ul: 4 până la 8 cifre",
    done_title: "Ați semnat",
    done: "Reveniți la portal, care preia documentele semnate.",
    failed_title: "Nu s-a semnat",
    back: "Înapoi la sistemul care a cerut semnătura",
    unknown_title: "Cererea de semnare nu există",
    unknown: "Cererea de semnare nu mai așteaptă: a fost deja semnată, refuzată sau i-a expirat termenul.",
    bad_return: "Adresa de întoarcere (ReturnUrl) lipsește sau nu este o adresă http ori https.",
};

static RU: Text = Text {
    service: "Эмулятор MSign",
    title: "Электронная подпись",
    intro: "Эмулятор MSign — только для демонстрации. Подписи настоящие по форме, но не имеют юридической силы.",
    asks: "Запрошена подпись",
    documents: "Содержание",
    and_more: "и ещё",
    digest: "хеш",
    reason: "Причина",
    choose: "Чем вы подписываете?",
    instruments: [
        "Мобильная подпись",
        "Электронная подпись на устройстве MoldSign",
        "Электронное удостоверение личности",
        "Securesign",
        "Подпись Налоговой службы",
    ],
    idnp: "IDNP",
    idnp_expected: "Ожидается подпись этого человека",
    name: "Фамилия и имя",
    name_hint: "Будут стоять в сертификате. Используйте вымышленные данные.",
    telephone: "Номер телефона",
    telephone_hint: "Только для мобильной подписи, например 37360000000",
    go_on: "Продолжить",
    refuse: "Отказываюсь подписать",
    code: "Код на телефоне",
    code_hint: "Сравните код с тем, что показывает телефон. От эмулятора на телефон ничего не приходит.",
    pin: "PIN",
    pin_hint: "В эмуляторе любые 4–8 цифр",
    sign: "Подписать",
    bad_instrument: "Выберите, чем вы подписываете",
    bad_idnp: "Введите IDNP: ровно 13 цифр",
    bad_name: "Введите фамилию и имя, не более 60 знаков",
    bad_telephone: "Введите номер телефона: от 8 до 15 цифр",
    bad_pin: "Введите PIN: от 4 до 8 цифр",
    done_title: "Подписано",
    done: "Вернитесь на портал, он заберёт подписанные документы.",
    failed_title: "Не подписано",
    back: "Назад в систему, запросившую подпись",
    unknown_title: "Такого запроса на подпись нет",
    unknown: "Запрос на подпись больше не ждёт: он уже подписан, отклонён или его срок истёк.",
    bad_return: "Адрес возврата (ReturnUrl) отсутствует или не является адресом http или https.",
};

static EN: Text = Text {
    service: "Emulated MSign",
    title: "Electronic signature",
    intro: "Emulated MSign, for demonstration only. The signatures are true in form and have no legal effect.",
    asks: "Your signature is asked for",
    documents: "Contents",
    and_more: "and",
    digest: "digest",
    reason: "Reason",
    choose: "What do you sign with?",
    instruments: [
        "Mobile signature",
        "Electronic signature on a MoldSign device",
        "Electronic identity card",
        "Securesign",
        "The Tax Service's signature",
    ],
    idnp: "IDNP",
    idnp_expected: "This person's signature is expected",
    name: "Family and given name",
    name_hint: "They will stand in the certificate. Use invented data.",
    telephone: "Telephone number",
    telephone_hint: "For the mobile signature only, for example 37360000000",
    go_on: "Continue",
    refuse: "I refuse to sign",
    code: "The code on the telephone",
    code_hint: "Compare the code with the one that the telephone shows. The emulator sends nothing to telephones.",
    pin: "PIN",
    pin_hint: "At the emulator, any 4 to 8 digits",
    sign: "Sign",
    bad_instrument: "Choose what you sign with",
    bad_idnp: "Enter the IDNP: exactly 13 digits",
    bad_name: "Enter the family and given name, at most 60 characters",
    bad_telephone: "Enter the telephone number: 8 to 15 digits",
    bad_pin: "Enter the PIN: 4 to 8 digits",
    done_title: "You have signed",
    done: "Return to the portal, which takes over the signed documents.",
    failed_title: "Not signed",
    back: "Back to the system that asked for the signature",
    unknown_title: "There is no such signature request",
    unknown: "The signature request no longer waits: it was signed, refused, or has expired.",
    bad_return: "The address to return to (ReturnUrl) is missing or is no http or https address.",
};
