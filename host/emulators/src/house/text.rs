//! Words of the front page and the control page, in three languages.

use vatra_core::manifest::Language;

pub(super) struct Text {
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) api: &'static str,
    pub(super) control: &'static str,
    pub(super) control_intro: &'static str,
    pub(super) changed: &'static str,
    pub(super) all_off: &'static str,
    pub(super) none: &'static str,
    pub(super) switch: &'static str,
    pub(super) trouble: &'static str,
    pub(super) fault: &'static str,
    /// By the service's code.
    about: [(&'static str, &'static str); 8],
}

impl Text {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Ro => &RO,
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }

    pub(super) fn about(&self, service: &str) -> &'static str {
        self.about.iter().find(|(code, _)| *code == service).map(|(_, words)| *words).unwrap_or_default()
    }
}

static RO: Text = Text {
    title: "Servicii emulate",
    intro: "Serviciile guvernamentale, emulate pentru demonstrație: vorbesc protocoalele celor adevărate, dar nu știu nimic despre oameni adevărați.",
    api: "Pentru sisteme",
    control: "Defecțiuni",
    control_intro: "Ce alegeți aici stă până când alegeți altceva sau demonstrația se oprește.",
    changed: "Schimbarea este în vigoare.",
    all_off: "Oprește toate defecțiunile",
    none: "Nicio defecțiune",
    switch: "Schimbă",
    trouble: "Înainte ca cererea să fie citită",
    fault: "În răspunsuri și mesaje",
    about: [
        ("mpass", "Autentificarea; cine este conectat"),
        ("mpay", "Plata comenzilor, confirmări reținute, extrasul zilei"),
        ("msign", "Semnarea documentelor"),
        ("mconnect", "Date ale altor instituții despre o populație inventată"),
        ("mconnect-events", "Evenimente ale altor instituții"),
        ("mpower", "Împuterniciri; verificarea publică a unui cod"),
        ("mnotify", "Notificări; ce a primit fiecare"),
        ("mlog", "Jurnalul guvernamental de audit"),
    ],
};

static RU: Text = Text {
    title: "Эмуляторы сервисов",
    intro: "Государственные сервисы, эмулированные для демонстрации: говорят на протоколах настоящих, но ничего не знают о настоящих людях.",
    api: "Для систем",
    control: "Неисправности",
    control_intro: "Выбранное здесь действует, пока не выбрано другое или демонстрация не остановлена.",
    changed: "Изменение действует.",
    all_off: "Выключить все неисправности",
    none: "Нет неисправности",
    switch: "Изменить",
    trouble: "До чтения запроса",
    fault: "В ответах и сообщениях",
    about: [
        ("mpass", "Вход; кто вошёл"),
        ("mpay", "Оплата счетов, удержанные подтверждения, выписка за день"),
        ("msign", "Подписание документов"),
        ("mconnect", "Данные других учреждений о вымышленном населении"),
        ("mconnect-events", "События других учреждений"),
        ("mpower", "Доверенности; публичная проверка кода"),
        ("mnotify", "Уведомления; что кому пришло"),
        ("mlog", "Государственный журнал аудита"),
    ],
};

static EN: Text = Text {
    title: "Emulated services",
    intro: "The government's services, emulated for demonstration: they speak the real ones' protocols, and know nothing of real people.",
    api: "For systems",
    control: "Faults",
    control_intro: "What you choose here stays until you choose something else or the demo stops.",
    changed: "The change is in force.",
    all_off: "Switch all faults off",
    none: "No fault",
    switch: "Change",
    trouble: "Before a request is read",
    fault: "In answers and messages",
    about: [
        ("mpass", "Signing in; who is signed in"),
        ("mpay", "Paying orders, confirmations that are held, the day's statement"),
        ("msign", "Signing documents"),
        ("mconnect", "Data of other institutions about an invented population"),
        ("mconnect-events", "Events of other institutions"),
        ("mpower", "Powers of attorney; anyone's check of a code"),
        ("mnotify", "Notices; who got what"),
        ("mlog", "The government's audit trail"),
    ],
};
