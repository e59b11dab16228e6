//! A table on its way into a module: which column is what, how it will be read, and then the action itself.

use super::actions::Form;
use super::admin::unreadable;
use super::refusal::{Kind, Refusal};
use super::screens::Place;
use super::visit::{Visit, page, see};
use super::{Web, body, words};
use crate::app::imports::{Held, Looked, Preview, titles, upload_of};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_capabilities::uploads::{self, FileError, Mapping, Mark, Part, Problem, Seen};
use vatra_core::manifest::{Language, UploadSchema};
use vatra_core::register::FieldType;
use vatra_core::value::Value;
use vatra_core::view::Tone;
use vatra_runtime::{CallError, File};
use vatra_view::pages::imports::{self as pages, ImportPlace, MappingView, PreviewView, Question, Refused, TargetView};
use vatra_view::ui::{Anchor, Said};
use vatra_view::{Posted, Wording, explain, say, urls};

/// Refused rows on the page; the file for download has all of them.
const SHOWN: usize = 10;

/// `/{tenant}/{module}/imports/{import}`
pub(crate) fn address(base: &str, import: &str) -> String {
    format!("{base}/imports/{}", urls::encode(import))
}

/// A file that its person has held, and what it is for.
struct Entered {
    place: Place,
    held: Held,
    upload: UploadSchema,
}

impl Entered {
    /// What is held is found by its person alone, and of use only to who may still perform its action.
    async fn find(
        web: &Web,
        visit: &Visit,
        session: &Session,
        (tenant, module, import): &(String, String, String),
    ) -> Result<Self, Refusal> {
        let place = Place::enter(web, visit, session, tenant, module).await?;
        let missing = || Refusal::new(visit, Kind::NotFound).at(&place.seat);
        let held = web.app.held(&place.ctx, &place.ready.binding, import).await.map_err(|error| place.refusal(visit, error))?;
        let held = held.ok_or_else(missing)?;
        let action = place.manifest().action(&held.action).ok_or_else(missing)?;
        web.app.runtime.require_role(&place.ctx, &held.action, &action.roles).await.map_err(|error| place.refusal(visit, error))?;
        let upload = upload_of(&place.ready.binding, &held.action, &held.input).ok_or_else(missing)?.clone();
        Ok(Self { place, held, upload })
    }

    fn here(&self) -> String {
        address(&self.place.base, &self.held.id)
    }

    /// The file, if it is still held.
    async fn bytes(&self, web: &Web, visit: &Visit) -> Result<Option<Vec<u8>>, Refusal> {
        let found = web.app.held_file(&self.place.ctx, &self.place.ready.binding, &self.held).await;
        found.map_err(|error| self.place.refusal(visit, error))
    }

    /// The file; whoever comes back after it was performed is led to where it began.
    async fn file(&self, web: &Web, visit: &Visit) -> Result<Result<Vec<u8>, Response>, Refusal> {
        Ok(self.bytes(web, visit).await?.ok_or_else(|| see(&self.origin())))
    }

    /// What is seen of the file, on this sheet; otherwise why not, or where to go.
    async fn looked(&self, web: &Web, visit: &Visit, sheet: Option<usize>) -> Result<Result<Looked, Response>, Refusal> {
        let bytes = match self.file(web, visit).await? {
            Ok(bytes) => bytes,
            Err(elsewhere) => return Ok(Err(elsewhere)),
        };
        let looked = web.app.look(&self.upload, bytes, sheet).await.map_err(|error| self.place.refusal(visit, error))?;
        Ok(looked.map_err(|error| broken(self, visit, &error)))
    }

    fn origin(&self) -> String {
        match urls::origin(&self.held.form, self.place.manifest()) {
            Some((screen, query)) => self.place.url(screen.as_ref(), &query),
            None => self.place.base.clone(),
        }
    }

    fn of_page<'a>(&'a self, visit: &'a Visit) -> ImportPlace<'a> {
        ImportPlace {
            module: Anchor::new(self.place.manifest().title.get(visit.language), self.place.base.clone()),
            name: &self.held.name,
            here: self.here(),
            back: self.origin(),
        }
    }
}

fn kind(language: Language, column: &FieldType, part: Part) -> String {
    let key = match (part, column) {
        (Part::Name, _) => "import-kind-name",
        (Part::Kind, _) => "import-kind-company",
        (_, FieldType::Subject) => "import-kind-subject",
        (_, FieldType::Money) => "import-kind-money",
        (_, FieldType::Integer) => "import-kind-integer",
        (_, FieldType::Decimal) => "import-kind-decimal",
        (_, FieldType::Date) => "import-kind-date",
        (_, FieldType::Cadastral) => "import-kind-cadastral",
        (_, FieldType::Iban | FieldType::TreasuryIban) => "import-kind-iban",
        (_, FieldType::Phone) => "import-kind-phone",
        (_, FieldType::Email) => "import-kind-email",
        (_, FieldType::Flag) => "import-kind-flag",
        (_, FieldType::Choice(_)) => "import-kind-choice",
        _ => "import-kind-text",
    };
    say(language, key)
}

/// Columns as a workbook calls them: A, B … AA.
fn letter(at: usize) -> String {
    let mut at = at + 1;
    let mut letters = Vec::new();
    while at > 0 {
        letters.push(char::from(b'A' + u8::try_from((at - 1) % 26).unwrap_or_default()));
        at = (at - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn mapping_page(
    entered: &Entered,
    visit: &Visit,
    looked: &Looked,
    mapping: &Mapping,
    wrong: &[(String, String)],
    flash: Option<Said>,
) -> String {
    let language = visit.language;
    let outline = &looked.outline;
    let columns: Vec<(String, String, String)> = outline
        .headings
        .iter()
        .zip(&outline.examples)
        .enumerate()
        .map(|(at, (heading, examples))| (letter(at), heading.clone(), examples.join(" · ")))
        .collect();
    let targets = uploads::targets(&entered.upload);
    let has = |wanted: &dyn Fn(&FieldType) -> bool| targets.iter().any(|target| wanted(&target.column.kind));
    let asks_order = outline.month_first == Seen::Ambiguous && has(&|kind| *kind == FieldType::Date);
    let asks_mark = outline.mark == Seen::Ambiguous && has(&|kind| matches!(kind, FieldType::Money | FieldType::Decimal));
    let view = MappingView {
        place: entered.of_page(visit),
        columns: &columns,
        targets: targets
            .iter()
            .map(|target| TargetView {
                key: target.key.clone(),
                title: target.heading.to_owned(),
                hint: kind(language, &target.column.kind, target.part),
                required: target.required,
                chosen: mapping.places.get(&target.key).copied(),
            })
            .collect(),
        sheets: &looked.sheets,
        sheet: outline.sheet,
        order: asks_order.then_some(Question { chosen: if mapping.month_first { "month" } else { "day" } }),
        mark: asks_mark.then_some(Question {
            chosen: match mapping.mark {
                Mark::Point => "point",
                _ => "comma",
            },
        }),
        wrong,
    };
    pages::mapping(&entered.place.seat.frame(visit, flash), &view)
}

/// The best guess for a file of which nobody has said anything.
fn guessed(upload: &UploadSchema, looked: &Looked) -> Mapping {
    let outline = &looked.outline;
    Mapping {
        places: uploads::guess(upload, &outline.headings),
        month_first: outline.month_first == Seen::Surely(true),
        mark: if let Seen::Surely(mark) = outline.mark { mark } else { Mark::Either },
        ..outline.mapping()
    }
}

impl Form<'_> {
    /// Holds a table whose columns somebody has to name, or that somebody wants to see first; none when it is performed at once.
    pub(super) async fn import(&self, posted: &Posted, files: &[File]) -> Result<Option<Response>, Refusal> {
        let (web, visit, place) = (self.web, self.visit, self.place);
        let mut sent = files.iter().filter(|file| !file.bytes.is_empty());
        let (Some(file), None) = (sent.next(), sent.next()) else { return Ok(None) };
        let binding = &place.ready.binding;
        let Some(upload) = upload_of(binding, self.action, &file.input) else { return Ok(None) };
        if vatra_view::parse_inputs(&self.inputs, posted).is_err() {
            return Ok(None);
        }
        let refused = |error: CallError| place.refusal(visit, error);
        let looked = match web.app.look(upload, file.bytes.clone(), None).await.map_err(refused)? {
            Ok(looked) => looked,
            // Performing it says what is wrong with it.
            Err(_) => return Ok(None),
        };
        let first = posted.contains_key(urls::PREVIEW);
        let needed = uploads::targets(upload).iter().filter(|target| target.required).count();
        let (mapping, to) = match looked.outline.exact(upload) {
            Ok(_) if !first => return Ok(None),
            Ok(mapping) => (Some(mapping), "/preview"),
            Err(_) => match web.app.remembered_mapping(&place.ctx, upload, &looked.outline).await.map_err(refused)? {
                Some(mapping) => (Some(mapping), "/preview"),
                // A file that has not as many columns as are needed is another file.
                None if looked.sheets.len() < 2 && looked.outline.headings.len() < needed => return Ok(None),
                None => (None, ""),
            },
        };
        let submission = posted.get(urls::SUBMISSION).and_then(|values| values.first()).and_then(|id| id.parse().ok());
        let mut form = posted.clone();
        form.remove(urls::PREVIEW);
        let file = File { mapping, ..file.clone() };
        let id = web.app.hold_file(&place.ctx, binding, (self.action, &file, form), submission).await.map_err(refused)?;
        Ok(Some(see(&format!("{}{to}", address(&place.base, &id)))))
    }
}

/// `GET /{tenant}/{module}/imports/{import}`: which column of the file is what.
pub(crate) async fn columns(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(path): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let entered = Entered::find(&web, &visit, &session, &path).await?;
    let said = entered.held.mapping.clone();
    let sheet = visit.asked("sheet").and_then(|sheet| sheet.parse().ok()).or(said.as_ref().map(|mapping| mapping.sheet));
    let looked = match entered.looked(&web, &visit, sheet).await? {
        Ok(looked) => looked,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mapping = said.filter(|mapping| mapping.sheet == looked.outline.sheet).unwrap_or_else(|| guessed(&entered.upload, &looked));
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, mapping_page(&entered, &visit, &looked, &mapping, &[], flash)))
}

/// A file, or a sheet of it, that cannot be read.
fn broken(entered: &Entered, visit: &Visit, error: &FileError) -> Response {
    let place = entered.of_page(visit);
    page(
        StatusCode::UNPROCESSABLE_ENTITY,
        pages::broken(&entered.place.seat.frame(visit, None), &place, words::file(visit.language, error)),
    )
}

/// `POST /{tenant}/{module}/imports/{import}`: it is this.
pub(crate) async fn choose(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(path): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let mut entered = match Entered::find(&web, &visit, &session, &path).await {
        Ok(entered) => entered,
        Err(refusal) => return Ok(body::linger(&parts.headers, refusal.into_response(), body.into_data_stream())),
    };
    let sent = match body::read(&parts.headers, body).await {
        Ok(sent) => sent,
        Err(unread) => return Ok(unreadable(&visit, &entered.place.seat, &parts.headers, unread)),
    };
    let looked = match entered.looked(&web, &visit, sent.field("sheet").parse().ok()).await? {
        Ok(looked) => looked,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let outline = &looked.outline;
    let mut mapping = outline.mapping();
    for target in uploads::targets(&entered.upload) {
        if let Ok(at) = sent.field(&format!("column-{}", target.key)).parse() {
            mapping.places.insert(target.key, at);
        }
    }
    mapping.month_first = match outline.month_first {
        Seen::Surely(month_first) => month_first,
        _ => sent.field("order") == "month",
    };
    mapping.mark = match (outline.mark, sent.field("mark")) {
        (Seen::Surely(mark), _) => mark,
        (Seen::Ambiguous, "comma") => Mark::Comma,
        (Seen::Ambiguous, "point") => Mark::Point,
        _ => Mark::Either,
    };
    let wrong: Vec<(String, String)> = mapping
        .problems(&entered.upload, outline)
        .into_iter()
        .map(|(key, rule)| {
            (key, if rule == "column-twice" { say(visit.language, "import-twice") } else { explain::rule(rule, visit.language) })
        })
        .collect();
    if !wrong.is_empty() {
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, mapping_page(&entered, &visit, &looked, &mapping, &wrong, None)));
    }
    entered.held.mapping = Some(mapping);
    let kept = web.app.keep_held(&entered.place.ctx, &entered.place.ready.binding, &entered.held).await;
    kept.map_err(|error| entered.place.refusal(&visit, error))?;
    Ok(see(&format!("{}/preview", entered.here())))
}

/// How it will be read, once it is known which column is what; otherwise where to go.
async fn read(web: &Web, visit: &Visit, entered: &Entered) -> Result<Result<Preview, Response>, Refusal> {
    if entered.held.mapping.is_none() {
        return Ok(Err(see(&entered.here())));
    }
    let bytes = match entered.file(web, visit).await? {
        Ok(bytes) => bytes,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let read = web.app.preview(&entered.upload, &entered.held, bytes).await.map_err(|error| entered.place.refusal(visit, error))?;
    Ok(read.map_err(|error| broken(entered, visit, &error)))
}

fn reason(upload: &UploadSchema, problem: &Problem, language: Language) -> String {
    match upload.rules.iter().find(|rule| rule.name.as_str() == problem.rule) {
        Some(rule) => rule.words.get(language).to_owned(),
        None if problem.rule == "formula" => say(language, "import-formula"),
        None => say(language, "import-unreadable"),
    }
}

/// `GET /{tenant}/{module}/imports/{import}/preview`
pub(crate) async fn preview(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(path): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let entered = Entered::find(&web, &visit, &session, &path).await?;
    let read = match read(&web, &visit, &entered).await? {
        Ok(read) => read,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let flash = web.take_flash(&visit, &session).await?;
    Ok(page(StatusCode::OK, preview_page(&web, &entered, &visit, &read, flash).map_err(|error| entered.place.refusal(&visit, error))?))
}

fn preview_page(web: &Web, entered: &Entered, visit: &Visit, read: &Preview, flash: Option<Said>) -> Result<String, CallError> {
    let language = visit.language;
    let municipality = entered.place.seat.municipality.module(&entered.place.ctx.module);
    let module = municipality.ok_or_else(|| CallError::NotFound(entered.place.ctx.module.to_string()))?;
    let words = web.app.words_of(module).map_err(|error| CallError::Host(error.to_string()))?;
    let resolved = vatra_core::view::Resolved::default();
    let wording = Wording { language, catalogue: &words.catalogue, resolved: &resolved };
    let mapping = entered.held.mapping.clone().unwrap_or_default();
    let titles = titles(&entered.upload);
    let shown: Vec<_> = uploads::targets(&entered.upload).into_iter().filter(|target| mapping.places.contains_key(&target.key)).collect();
    let rows: Vec<(u32, Vec<String>)> = read
        .table
        .accepted
        .iter()
        .map(|row| {
            let cell = |target: &uploads::Target<'_>| {
                let person = row.people.iter().find(|person| person.field == target.column.field);
                match (target.part, &target.column.kind, row.fields.get(&target.column.field)) {
                    (Part::Value, FieldType::Subject, _) => person.map(|person| person.idn.clone()).unwrap_or_default(),
                    (Part::Name, ..) => person.map(|person| person.name.clone()).unwrap_or_default(),
                    (Part::Kind, ..) => {
                        let company = person.is_some_and(|person| person.company);
                        say(language, if company { "import-company" } else { "import-person" })
                    }
                    (_, _, Some(Value::Choice(code))) => {
                        let written = target.column.values.iter().find(|(_, own)| *own == code).map(|(written, _)| written.clone());
                        written.unwrap_or_else(|| code.clone())
                    }
                    (_, _, Some(Value::Personal(text))) => text.clone(),
                    (_, _, Some(value)) => wording.value(value),
                    _ => String::new(),
                }
            };
            (row.line, shown.iter().map(cell).collect())
        })
        .collect();
    let refused: Vec<Refused> = read
        .refused
        .iter()
        .take(SHOWN)
        .map(|(_, problem)| Refused {
            line: problem.line,
            column: problem.column.clone(),
            reason: reason(&entered.upload, problem, language),
        })
        .collect();
    let used: Vec<(String, String)> = mapping
        .places
        .iter()
        .filter_map(|(key, at)| Some((titles.get(key)?.clone(), read.outline.headings.get(*at)?.clone())))
        .filter(|(title, heading)| title != heading)
        .collect();
    let is_absent = |target: &uploads::Target<'_>| target.part == Part::Value && !mapping.places.contains_key(&target.key);
    let absent: Vec<String> =
        uploads::targets(&entered.upload).into_iter().filter(is_absent).map(|target| target.heading.to_owned()).collect();
    let view = PreviewView {
        place: entered.of_page(visit),
        total: u64::from(read.table.rows),
        accepted: u64::try_from(read.accepted).unwrap_or(u64::MAX),
        refused: u64::try_from(read.refused.len()).unwrap_or(u64::MAX),
        warned: u64::from(read.table.warned()),
        heads: shown.iter().map(|target| target.heading.to_owned()).collect(),
        rows: &rows,
        problems: &refused,
        used: &used,
        absent: &absent,
    };
    Ok(pages::preview(&entered.place.seat.frame(visit, flash), &view))
}

/// `GET /{tenant}/{module}/imports/{import}/refused`: every row that is left out, with why, to be mended and sent again.
pub(crate) async fn refused(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(path): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let entered = Entered::find(&web, &visit, &session, &path).await?;
    let read = match read(&web, &visit, &entered).await? {
        Ok(read) => read,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let language = visit.language;
    let mut heads: Vec<String> = ["import-line", "import-reason"].map(|key| say(language, key)).into();
    heads.extend(read.outline.headings.iter().cloned());
    let lines = read.refused.iter().map(|(cells, problem)| {
        let mut line = vec![problem.line.to_string(), format!("{}: {}", problem.column, reason(&entered.upload, problem, language))];
        line.extend(cells.iter().cloned());
        line
    });
    let bytes = vatra_view::csv::plain(&heads, lines);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}-{}-refused.csv\"", entered.place.ctx.tenant.slug, entered.place.ctx.module),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// A form of these pages, read to its end: they have nothing in them.
async fn emptied(
    web: &Web,
    visit: &Visit,
    session: &Session,
    path: &(String, String, String),
    request: Request,
) -> Result<Entered, Response> {
    let (parts, body) = request.into_parts();
    let entered = match Entered::find(web, visit, session, path).await {
        Ok(entered) => entered,
        Err(refusal) => return Err(body::linger(&parts.headers, refusal.into_response(), body.into_data_stream())),
    };
    match body::read(&parts.headers, body).await {
        Ok(_) => Ok(entered),
        Err(unread) => Err(unreadable(visit, &entered.place.seat, &parts.headers, unread)),
    }
}

/// `POST /{tenant}/{module}/imports/{import}/confirm`: the action, with the rows as they were shown.
pub(crate) async fn confirm(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(path): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let entered = match emptied(&web, &visit, &session, &path, request).await {
        Ok(entered) => entered,
        Err(answer) => return Ok(answer),
    };
    let Entered { place, held, upload } = &entered;
    let Some(mapping) = held.mapping.clone() else { return Ok(see(&entered.here())) };
    // What was performed is known by its submission: the file is not needed to say so.
    let bytes = entered.bytes(&web, &visit).await?;
    if bytes.is_none() && !held.done {
        return Err(Refusal::new(&visit, Kind::NotFound).at(&place.seat));
    }
    let bytes = bytes.unwrap_or_default();
    let refused = |error: CallError| place.refusal(&visit, error);
    let file = File { input: held.input.clone(), name: held.name.clone(), bytes: bytes.clone(), mapping: Some(mapping.clone()) };
    let form = Form::of_import(&web, &visit, &session, place, held);
    let outcome = match form.finish(held.form.clone(), vec![file], Some(held.submission)).await? {
        Ok(outcome) => outcome,
        Err(again) => return Ok(again),
    };
    if !held.done {
        let looked = web.app.look(upload, bytes, Some(mapping.sheet)).await.map_err(refused)?;
        // What the headings say themselves is not worth remembering.
        if let Ok(looked) = looked
            && looked.outline.exact(upload).is_err()
        {
            web.app.remember_mapping(&place.ctx, upload, &looked.outline, &mapping).await.map_err(refused)?;
        }
        web.app.forget_held(&place.ctx, &place.ready.binding, held, false).await.map_err(refused)?;
    }
    form.answer(outcome).await
}

/// `POST /{tenant}/{module}/imports/{import}/discard`: nothing of it is kept.
pub(crate) async fn discard(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path(path): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    let entered = match emptied(&web, &visit, &session, &path, request).await {
        Ok(entered) => entered,
        Err(answer) => return Ok(answer),
    };
    let place = &entered.place;
    let forgotten = web.app.forget_held(&place.ctx, &place.ready.binding, &entered.held, true).await;
    forgotten.map_err(|error| place.refusal(&visit, error))?;
    let title = say(visit.language, "import-discarded");
    web.put_flash(&visit, &session, Said { tone: Tone::Neutral, title, text: None }).await?;
    Ok(see(&entered.origin()))
}
