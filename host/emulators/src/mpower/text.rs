//! Words of MPower's page, in three languages.

use vatra_core::manifest::Language;
use vatra_core::providers::MandateStanding;

pub(super) struct Text {
    pub(super) service: &'static str,
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) code: &'static str,
    pub(super) hint: &'static str,
    pub(super) check: &'static str,
    pub(super) bad_code: &'static str,
    pub(super) unknown: &'static str,
    pub(super) standing: &'static str,
    pub(super) kind: &'static str,
    pub(super) principal: &'static str,
    pub(super) agent: &'static str,
    pub(super) from: &'static str,
    pub(super) until: &'static str,
    standings: [&'static str; 6],
}

impl Text {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Ro => &RO,
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }

    pub(super) fn words(&self, standing: MandateStanding) -> &'static str {
        self.standings.get(usize::from(standing.code()) - 1).copied().unwrap_or_default()
    }
}

static RO: Text = Text {
    service: "MPower",
    title: "Verificarea unei împuterniciri",
    intro: "Oricine poate verifica dacă o împuternicire este valabilă, după codul ei.",
    code: "Codul împuternicirii",
    hint: "16 cifre, fără spații",
    check: "Verifică",
    bad_code: "Codul are 16 cifre.",
    unknown: "Nicio împuternicire nu are acest cod.",
    standing: "Starea",
    kind: "Tipul",
    principal: "Cine a împuternicit",
    agent: "Cine este împuternicit",
    from: "De la",
    until: "Pînă la",
    standings: [
        "Ciornă",
        "Așteaptă acceptarea",
        "Va intra în vigoare",
        "Valabilă",
        "Suspendată",
        "Nu este valabilă: expirată, revocată sau renunțată",
    ],
};

static RU: Text = Text {
    service: "MPower",
    title: "Проверка доверенности",
    intro: "Каждый может проверить по коду, действует ли доверенность.",
    code: "Код доверенности",
    hint: "16 цифр, без пробелов",
    check: "Проверить",
    bad_code: "В коде 16 цифр.",
    unknown: "Доверенности с таким кодом нет.",
    standing: "Состояние",
    kind: "Вид",
    principal: "Кто доверил",
    agent: "Кому доверено",
    from: "С",
    until: "По",
    standings: [
        "Черновик",
        "Ожидает принятия",
        "Вступит в силу",
        "Действует",
        "Приостановлена",
        "Не действует: истекла, отозвана или от неё отказались",
    ],
};

static EN: Text = Text {
    service: "MPower",
    title: "Check a power of attorney",
    intro: "Anyone can check by its code whether a power of attorney is in force.",
    code: "Code",
    hint: "16 digits, without spaces",
    check: "Check",
    bad_code: "A code has 16 digits.",
    unknown: "No power of attorney has this code.",
    standing: "Standing",
    kind: "Type",
    principal: "Given by",
    agent: "Given to",
    from: "From",
    until: "Until",
    standings: ["Draft", "Waits to be accepted", "Begins later", "In force", "Suspended", "Not in force: expired, revoked or renounced"],
};
