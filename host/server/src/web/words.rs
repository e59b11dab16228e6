//! The web's own words in three languages: what has no place in a module or in the view's catalogue.

use crate::app::Complaint;
use vatra_capabilities::uploads::FileError;
use vatra_core::manifest::Language;
use vatra_view::Wording;

/// A sentence of the web.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sentence {
    /// The role that administers.
    Administrator,
    /// The role that signs for the municipality.
    Mayor,
    NoRole,
    OfficialKnown,
    LastAdministrator,
    OfficialKept,
    OfficialDropped,
    SignInFailed,
    SignInFailedText,
    SignInFailedAdvice,
    SignInDown,
    SignInDownText,
    SignInDownAdvice,
    SignIn,
    TooLarge,
    TooLargeText,
    TooLargeAdvice,
    BadForm,
    BadFormText,
    BadFormAdvice,
    Slow,
    SlowText,
    SlowAdvice,
    CrossSite,
    CrossSiteText,
    CrossSiteAdvice,
    Method,
    MethodText,
    MethodAdvice,
    Host,
    HostText,
    HostAdvice,
    Refused,
    RefusedText,
    RefusedAdvice,
    Back,
    Before,
    BeforeText,
    Granted,
    Revoked,
    Restored,
    Woken,
    ReasonTooLong,
    SettingKept,
    DrawnUp,
    NotDrawnUp,
    SettingChanged,
    NotGranted,
    ActingEnded,
    ActingEndedText,
    ActingForSelf,
    ActingFor,
    MandatesDown,
    MandatesDownText,
    MandatesDownAdvice,
}

/// The sentence in this language.
pub(crate) fn say(language: Language, text: Sentence) -> &'static str {
    let [ro, ru, en] = all(text);
    match language {
        Language::Ro => ro,
        Language::Ru => ru,
        Language::En => en,
    }
}

fn all(text: Sentence) -> [&'static str; 3] {
    match text {
        Sentence::ActingEnded => [
            "Nu mai acționați în numele altcuiva",
            "Вы больше не действуете от имени другого лица",
            "You do not act for somebody else any more",
        ],
        Sentence::ActingEndedText => [
            "Mandatul nu mai este în vigoare sau MPower nu l-a mai putut confirma. De acum lucrați în numele dumneavoastră.",
            "Полномочия больше не действуют, или MPower не смог их подтвердить. Теперь вы работаете от своего имени.",
            "The power of attorney is not in force any more, or MPower could not confirm it. From now on you work for yourself.",
        ],
        Sentence::DrawnUp => [
            "Cererea a fost întocmită și așteaptă semnătura",
            "Заявка составлена и ожидает подписи",
            "The request was drawn up and waits for a signature",
        ],
        Sentence::NotDrawnUp => [
            "Cererea nu a putut fi întocmită acum. Încercați din nou peste câteva minute.",
            "Составить заявку сейчас не удалось. Повторите попытку через несколько минут.",
            "The request could not be drawn up now. Try again in a few minutes.",
        ],
        Sentence::Mayor => ["Primar", "Примар", "Mayor"],
        Sentence::NoRole => ["Alegeți cel puțin un rol", "Выберите хотя бы одну роль", "Choose at least one role"],
        Sentence::OfficialKnown => [
            "Persoana cu acest IDNP este deja în listă: deschideți-o și schimbați-i rolurile",
            "Человек с этим IDNP уже есть в списке: откройте его и измените роли",
            "The person with this IDNP is on the list already: open them and change their roles",
        ],
        Sentence::LastAdministrator => [
            "Este singurul administrator. Dați mai întâi acest rol altcuiva.",
            "Это единственный администратор. Сначала передайте эту роль кому-нибудь другому.",
            "This is the only administrator. Give the role to somebody else first.",
        ],
        Sentence::OfficialKept => ["Rolurile au fost salvate", "Роли сохранены", "The roles were saved"],
        Sentence::OfficialDropped => ["Accesul a fost retras", "Доступ отозван", "Access was withdrawn"],
        Sentence::SettingKept => ["Modificarea a fost salvată", "Изменение сохранено", "The change was saved"],
        Sentence::SettingChanged => [
            "Altcineva a modificat între timp această setare. Verificați valorile de mai sus și salvați din nou.",
            "Тем временем кто-то другой изменил эту настройку. Проверьте значения выше и сохраните ещё раз.",
            "Somebody else changed this setting meanwhile. Check the values above and save again.",
        ],
        Sentence::ActingForSelf => ["Acționați în nume propriu", "Вы действуете от своего имени", "You act for yourself"],
        Sentence::ActingFor => ["Acționați în numele:", "Вы действуете от имени:", "You act for:"],
        Sentence::MandatesDown => ["MPower nu răspunde", "MPower не отвечает", "MPower does not answer"],
        Sentence::MandatesDownText => [
            "Mandatele sunt păstrate de MPower, iar serviciul nu este disponibil acum. Toate celelalte funcționează.",
            "Полномочия хранятся в MPower, а сервис сейчас недоступен. Всё остальное работает.",
            "Powers of attorney are kept by MPower, and the service is not available now. Everything else works.",
        ],
        Sentence::MandatesDownAdvice => {
            ["Încercați din nou peste câteva minute.", "Повторите попытку через несколько минут.", "Try again in a few minutes."]
        }
        Sentence::Administrator => ["Administrator", "Администратор", "Administrator"],
        Sentence::SignInFailed => ["Autentificarea nu a reușit", "Вход не выполнен", "You were not signed in"],
        Sentence::SignInFailedText => [
            "Răspunsul MPass nu a putut fi acceptat: a fost folosit deja, a expirat sau nu aparține acestei cereri.",
            "Ответ MPass не принят: он уже использован, устарел или относится к другому запросу.",
            "The answer from MPass could not be accepted: it was used before, is too old, or belongs to another request.",
        ],
        Sentence::SignInFailedAdvice => [
            "Începeți autentificarea din nou, de la pagina de start.",
            "Начните вход заново с главной страницы.",
            "Begin again from the start page.",
        ],
        Sentence::SignInDown => ["MPass nu răspunde", "MPass не отвечает", "MPass does not answer"],
        Sentence::SignInDownText => [
            "Autentificarea se face prin MPass, iar serviciul nu este disponibil acum.",
            "Вход выполняется через MPass, а сервис сейчас недоступен.",
            "People sign in through MPass, and the service is not available now.",
        ],
        Sentence::SignInDownAdvice => [
            "Încercați din nou peste câteva minute. Nimic nu s-a pierdut.",
            "Повторите попытку через несколько минут. Ничего не потеряно.",
            "Try again in a few minutes. Nothing was lost.",
        ],
        Sentence::SignIn => ["Autentificare", "Войти", "Sign in"],
        Sentence::TooLarge => ["Fișierul este prea mare", "Файл слишком велик", "The file is too large"],
        Sentence::TooLargeText => [
            "Se primesc fișiere de cel mult 20 MB. Ceea ce ați trimis este mai mare, de aceea nu a fost citit și nimic nu s-a schimbat.",
            "Принимаются файлы не больше 20 МБ. Отправленное больше, поэтому оно не прочитано и ничего не изменилось.",
            "Files of at most 20 MB are taken. What you sent is larger, so it was not read and nothing was changed.",
        ],
        Sentence::TooLargeAdvice => [
            "Verificați dacă ați ales fișierul potrivit: un rol fiscal în format CSV are de obicei sub 1 MB. Un tabel mai mare se împarte în mai multe fișiere.",
            "Проверьте, тот ли файл выбран: налоговая ведомость в формате CSV обычно меньше 1 МБ. Большую таблицу разделите на несколько файлов.",
            "Check that you chose the right file: a tax roll as CSV usually has less than 1 MB. Split a larger table into several files.",
        ],
        Sentence::BadForm => ["Formularul nu a putut fi citit", "Форму не удалось прочитать", "The form could not be read"],
        Sentence::BadFormText => [
            "Ceea ce a trimis browserul este incomplet sau într-un format necunoscut. Nimic nu s-a schimbat.",
            "Браузер отправил неполные данные или данные в неизвестном формате. Ничего не изменилось.",
            "What the browser sent is incomplete or in an unknown format. Nothing was changed.",
        ],
        Sentence::BadFormAdvice => [
            "Întoarceți-vă la pagină, completați formularul și trimiteți-l din nou.",
            "Вернитесь на страницу, заполните форму и отправьте её ещё раз.",
            "Go back to the page, fill in the form and send it again.",
        ],
        Sentence::Slow => ["Trimiterea a durat prea mult", "Отправка заняла слишком много времени", "Sending took too long"],
        Sentence::SlowText => [
            "Conexiunea s-a oprit înainte ca totul să fie primit. Nimic nu s-a schimbat.",
            "Соединение прервалось до того, как всё было получено. Ничего не изменилось.",
            "The connection stopped before everything was received. Nothing was changed.",
        ],
        Sentence::SlowAdvice => [
            "Verificați conexiunea la internet și încercați din nou.",
            "Проверьте подключение к интернету и повторите попытку.",
            "Check your internet connection and try again.",
        ],
        Sentence::CrossSite => ["Cererea vine de pe alt site", "Запрос пришёл с другого сайта", "The request came from another site"],
        Sentence::CrossSiteText => [
            "Acțiunile se primesc numai de pe paginile acestui portal, ca nimeni să nu poată acționa în numele dumneavoastră. Nimic nu s-a schimbat.",
            "Действия принимаются только со страниц этого портала, чтобы никто не мог действовать от вашего имени. Ничего не изменилось.",
            "Actions are taken only from this portal's own pages, so that nobody can act in your name. Nothing was changed.",
        ],
        Sentence::CrossSiteAdvice => [
            "Deschideți portalul direct și faceți acțiunea de acolo.",
            "Откройте портал напрямую и выполните действие там.",
            "Open the portal itself and do it there.",
        ],
        Sentence::Method => ["Pagina nu se deschide astfel", "Эта страница так не открывается", "The page cannot be opened this way"],
        Sentence::MethodText => [
            "Adresa aparține unui formular și nu este o pagină de sine stătătoare.",
            "Этот адрес относится к форме и сам по себе страницей не является.",
            "The address belongs to a form and is no page of its own.",
        ],
        Sentence::MethodAdvice => ["Începeți de la pagina de start.", "Начните с главной страницы.", "Begin at the start page."],
        Sentence::Host => ["Portalul are o defecțiune", "На портале произошёл сбой", "Something is wrong with the portal"],
        Sentence::HostText => [
            "Cererea nu a putut fi îndeplinită. Nimic nu s-a schimbat pe jumătate.",
            "Запрос не удалось выполнить. Ничего не осталось сделанным наполовину.",
            "The request could not be carried out. Nothing was left half-done.",
        ],
        Sentence::HostAdvice => [
            "Încercați din nou. Dacă se repetă, transmiteți operatorului numărul cererii de mai jos.",
            "Повторите попытку. Если сбой повторится, сообщите оператору номер запроса, указанный ниже.",
            "Try again. If it happens again, tell the operator the request's number below.",
        ],
        Sentence::Refused => ["Cererea nu a putut fi primită", "Запрос не принят", "The request was not taken"],
        Sentence::RefusedText => [
            "Ceea ce a trimis browserul nu corespunde acestei pagini. Nimic nu s-a schimbat.",
            "Отправленное браузером не подходит для этой страницы. Ничего не изменилось.",
            "What the browser sent does not fit this page. Nothing was changed.",
        ],
        Sentence::RefusedAdvice => ["Începeți de la pagina de start.", "Начните с главной страницы.", "Begin at the start page."],
        Sentence::Back => ["Înapoi la pagină", "Назад на страницу", "Back to the page"],
        Sentence::Before => ["Formularul a fost trimis deja", "Форма уже была отправлена", "The form was sent before"],
        Sentence::BeforeText => [
            "Acțiunea s-a făcut o singură dată, la prima trimitere. Vedeți mai jos rezultatul ei.",
            "Действие выполнено один раз, при первой отправке. Результат показан ниже.",
            "It was carried out once, when it was first sent. You see what came of it.",
        ],
        Sentence::Granted => ["Permisiunea a fost acordată", "Разрешение предоставлено", "The permission was granted"],
        Sentence::Revoked => [
            "Permisiunea a fost retrasă. Modulul rămâne deschis, dar nu mai poate face ceea ce aceasta îi permitea.",
            "Разрешение отозвано. Модуль остаётся открытым, но больше не может делать то, что оно позволяло.",
            "The permission was revoked. The module stays open, but may no longer do what it allowed.",
        ],
        Sentence::Restored => [
            "Permisiunea a fost restabilită. Evenimentele care au așteptat se transmit acum modulului.",
            "Разрешение восстановлено. Ожидавшие события сейчас передаются модулю.",
            "The permission was restored. Events that waited are now handed to the module.",
        ],
        Sentence::Woken => [
            "Evenimentele modulului se încearcă din nou acum",
            "События модуля сейчас обрабатываются повторно",
            "The module's events are being tried again now",
        ],
        Sentence::ReasonTooLong => [
            "Scrieți motivul în cel mult 500 de caractere.",
            "Укажите причину не длиннее 500 знаков.",
            "Write the reason in at most 500 characters.",
        ],
        Sentence::NotGranted => [
            "Permisiunea nu a fost acordată niciodată: acordați-o mai întâi.",
            "Разрешение не предоставлялось: сначала предоставьте его.",
            "The permission was never granted: grant it first.",
        ],
    }
}

/// What is wrong with an input, in the reader's language.
pub(crate) fn complaint(complaint: &Complaint, wording: &Wording<'_>) -> String {
    match complaint {
        Complaint::Rule(code) => vatra_view::explain::rule(code, wording.language),
        Complaint::File(error) => file(wording.language, error),
        Complaint::Words(words) => wording.words(words),
    }
}

/// Why a file is not taken, and what to do.
pub(crate) fn file(language: Language, error: &FileError) -> String {
    let detail = error.detail();
    let pick = |ro: String, ru: String, en: String| match language {
        Language::Ro => ro,
        Language::Ru => ru,
        Language::En => en,
    };
    match error {
        FileError::Empty => pick(
            "Fișierul este gol sau conține numai antetul. Alegeți un fișier cu rânduri de date.".into(),
            "Файл пуст или содержит только заголовки. Выберите файл со строками данных.".into(),
            "The file is empty or holds only headings. Choose a file with rows.".into(),
        ),
        FileError::NotATable => pick(
            "Fișierul nu este un tabel CSV și nici un registru Excel (.xlsx) fără parolă. În Excel alegeți „Salvare ca” și tipul „CSV UTF-8”, apoi încărcați fișierul nou.".into(),
            "Файл не является таблицей CSV или книгой Excel (.xlsx) без пароля. В Excel выберите «Сохранить как» и тип «CSV UTF-8», затем загрузите новый файл.".into(),
            "The file is neither a CSV table nor an Excel workbook (.xlsx) without a password. In Excel choose “Save as” with the type “CSV UTF-8”, then upload the new file.".into(),
        ),
        FileError::BrokenText { .. } => pick(
            format!("Textul fișierului este deteriorat la rândul {detail}. Salvați-l din nou ca „CSV UTF-8” și încărcați-l."),
            format!("Текст файла повреждён в строке {detail}. Сохраните его заново как «CSV UTF-8» и загрузите."),
            format!("The file's text is damaged at line {detail}. Save it again as “CSV UTF-8” and upload it."),
        ),
        FileError::MissingColumns(_) => pick(
            format!("Fișierului îi lipsesc coloane: {detail}. Verificați denumirile din primul rând și dacă ați ales fișierul potrivit."),
            format!("В файле не хватает столбцов: {detail}. Проверьте названия в первой строке и тот ли файл выбран."),
            format!("The file lacks columns: {detail}. Check the headings in its first line, and that you chose the right file."),
        ),
        FileError::TooManyRows(_) => pick(
            format!("Fișierul are mai mult de {detail} rânduri. Împărțiți-l în mai multe fișiere."),
            format!("В файле больше {detail} строк. Разделите его на несколько файлов."),
            format!("The file has more than {detail} rows. Split it into several files."),
        ),
        FileError::TooManyColumns(_) => pick(
            format!("Tabelul are mai mult de {detail} coloane. Păstrați în fișier numai coloanele de care este nevoie."),
            format!("В таблице больше {detail} столбцов. Оставьте в файле только нужные столбцы."),
            format!("The table has more than {detail} columns. Keep only the columns that are needed."),
        ),
        FileError::TooLargeInside(_) => pick(
            format!("Registrul Excel despachetat depășește {detail} MB. Salvați foaia cu date ca „CSV UTF-8” și încărcați-o."),
            format!("Книга Excel в распакованном виде больше {detail} МБ. Сохраните лист с данными как «CSV UTF-8» и загрузите его."),
            format!("The Excel workbook unpacks to more than {detail} MB. Save the sheet with the data as “CSV UTF-8” and upload that."),
        ),
        FileError::Broken { .. } => pick(
            format!("Tabelul se întrerupe la rândul {detail}: ghilimelele nu se închid. Corectați rândul și încărcați fișierul din nou."),
            format!("Таблица обрывается в строке {detail}: кавычки не закрыты. Исправьте строку и загрузите файл снова."),
            format!("The table breaks off at line {detail}: a quotation mark is not closed. Mend the line and upload the file again."),
        ),
    }
}
