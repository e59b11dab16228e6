//! Words that the pages of all emulators share, in three languages.

use vatra_core::manifest::Language;

/// The words of the frame.
pub(crate) struct Common {
    pub(crate) band: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) language: &'static str,
    pub(crate) error: &'static str,
    pub(crate) check: &'static str,
    pub(crate) code: &'static str,
    pub(crate) back_to_portal: &'static str,
    pub(crate) bad_form_title: &'static str,
    pub(crate) bad_form: &'static str,
}

/// In the reader's language.
pub(crate) fn common(language: Language) -> &'static Common {
    match language {
        Language::Ro => &RO,
        Language::Ru => &RU,
        Language::En => &EN,
    }
}

/// A language's name in itself.
pub(crate) fn language_name(language: Language) -> &'static str {
    match language {
        Language::Ro => "Română",
        Language::Ru => "Русский",
        Language::En => "English",
    }
}

static RO: Common = Common {
    band: "numai pentru demonstrație: nu este serviciul guvernamental și nimic de aici nu are putere juridică",
    skip: "Salt la conținut",
    language: "Limba",
    error: "Eroare",
    check: "Verificați datele",
    code: "Cod",
    back_to_portal: "Înapoi la portal",
    bad_form_title: "Cererea nu a putut fi citită",
    bad_form: "Formularul sau adresa este incompletă ori a fost schimbată. Întoarceți-vă la pagina precedentă și trimiteți din nou.",
};

static RU: Common = Common {
    band: "только для демонстрации: это не государственный сервис, и ничто здесь не имеет юридической силы",
    skip: "Перейти к содержанию",
    language: "Язык",
    error: "Ошибка",
    check: "Проверьте данные",
    code: "Код",
    back_to_portal: "Вернуться на портал",
    bad_form_title: "Не удалось прочитать запрос",
    bad_form: "Форма или адрес неполны либо были изменены. Вернитесь на предыдущую страницу и отправьте снова.",
};

static EN: Common = Common {
    band: "for demonstration only: this is not the government service, and nothing here has legal effect",
    skip: "Skip to content",
    language: "Language",
    error: "Error",
    check: "There is a problem",
    code: "Code",
    back_to_portal: "Back to the portal",
    bad_form_title: "The request could not be read",
    bad_form: "The form or address is incomplete or was changed. Go back to the previous page and send it again.",
};
