//! Words of MNotify's pages, in three languages.

use vatra_core::manifest::Language;

pub(super) struct Text {
    pub(super) service: &'static str,
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) recipient: &'static str,
    pub(super) hint: &'static str,
    pub(super) show: &'static str,
    pub(super) nothing: &'static str,
    pub(super) attachments: &'static str,
    pub(super) read: &'static str,
}

impl Text {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Ro => &RO,
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }
}

static RO: Text = Text {
    service: "MNotify",
    title: "Mesaje primite",
    intro: "Mesajele unui destinatar, pe canalele pe care le-a ales.",
    recipient: "IDNP, IDNO, e-mail sau telefon",
    hint: "Așa cum a fost trimis mesajul",
    show: "Arată mesajele",
    nothing: "Nu a ajuns niciun mesaj.",
    attachments: "Fișiere atașate",
    read: "Am citit",
};

static RU: Text = Text {
    service: "MNotify",
    title: "Полученные сообщения",
    intro: "Сообщения получателя по каналам, которые он выбрал.",
    recipient: "IDNP, IDNO, электронная почта или телефон",
    hint: "Так, как было отправлено сообщение",
    show: "Показать сообщения",
    nothing: "Сообщений нет.",
    attachments: "Вложения",
    read: "Прочитано",
};

static EN: Text = Text {
    service: "MNotify",
    title: "Messages received",
    intro: "A recipient's messages, on the channels that they chose.",
    recipient: "IDNP, IDNO, e-mail or telephone",
    hint: "As the message was addressed",
    show: "Show messages",
    nothing: "No message has arrived.",
    attachments: "Attachments",
    read: "I have read it",
};
