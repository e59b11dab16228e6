//! `POST /{tenant}/{module}/actions/{action}`: a form, from its answers being checked to what came of it.

use super::Web;
use super::body::{self, Sent, Unread};
use super::entries::{self, Asked};
use super::refusal::{Kind, Refusal};
use super::screens::{Place, Sight};
use super::visit::{Visit, page, see};
use super::words::{self, Sentence};
use crate::app::imports::Held;
use crate::app::{Act, Clash, Complaint, Found, HostFormDone, Outcome};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;
use vatra_core::bulk::{MOST_ROWS, Plan};
use vatra_core::ids::{EntryId, Name, SubmissionId};
use vatra_core::manifest::InputSchema;
use vatra_core::view::Tone;
use vatra_runtime::CallError;
use vatra_view::applications::HOST_ACTION;
use vatra_view::pages::entries as pages;
use vatra_view::steps::{self, Turn};
use vatra_view::ui::{Anchor, Said};
use vatra_view::{BrokenRule, FormState, Posted, Wording, regroup, urls};

pub(crate) async fn perform(
    State(web): State<Web>,
    visit: Visit,
    session: Session,
    Path((tenant, module, action)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    // Nobody's form is read before it is known that they may send it.
    let place = match enter(&web, &visit, &session, &tenant, &module, &action).await {
        Ok(place) => place,
        Err(refusal) => return body::linger(&parts.headers, refusal.into_response(), body.into_data_stream()),
    };
    let refused = |kind| Refusal::new(&visit, kind).at(&place.seat).about(title(&place, &visit), place.base.clone()).into_response();
    let sent = match body::read(&parts.headers, body).await {
        Ok(sent) => sent,
        Err(Unread::TooLarge(rest)) => return body::linger(&parts.headers, refused(Kind::TooLarge), *rest),
        Err(Unread::Slow) => return refused(Kind::Slow),
        Err(Unread::Bad(status)) => return refused(Kind::BadForm(status)),
    };
    let Sent { fields, files } = sent;
    let posted = urls::form_fields(fields);
    let (screen, query) = match urls::origin(&posted, place.manifest()) {
        Some((screen, query)) => (screen.to_string(), query),
        None => (place.manifest().home.to_string(), urls::Pairs::new()),
    };
    let inputs = place.manifest().action(&action).map(|action| action.inputs.clone()).unwrap_or_default();
    let mut form = Form { web: &web, visit: &visit, session: &session, place: &place, action: &action, screen, query, inputs };
    if form.is_hosts() {
        match form.origin().await {
            Ok(shown) => form.inputs = shown.manifest().action(&action).map(|action| action.inputs.clone()).unwrap_or_default(),
            Err(refusal) => return refusal.into_response(),
        }
    }
    form.perform(posted, files).await.into_response()
}

async fn enter(web: &Web, visit: &Visit, session: &Session, tenant: &str, module: &str, action: &str) -> Result<Place, Refusal> {
    let place = Place::enter(web, visit, session, tenant, module).await?;
    // Of a form that the host put on a screen: whether the reader sees it there is found out with the screen.
    if action.starts_with(HOST_ACTION) {
        return Ok(place);
    }
    let Some(schema) = place.manifest().action(action) else {
        return Err(place.refusal(visit, CallError::NotFound(format!("action {action}"))));
    };
    match web.app.runtime.require_role(&place.ctx, action, &schema.roles).await {
        Ok(()) => Ok(place),
        Err(error) => Err(place.refusal(visit, error)),
    }
}

fn title(place: &Place, visit: &Visit) -> String {
    place.manifest().title.get(visit.language).to_owned()
}

/// A form that was sent, and the screen that it stood on.
pub(super) struct Form<'a> {
    pub(super) web: &'a Web,
    pub(super) visit: &'a Visit,
    session: &'a Session,
    pub(super) place: &'a Place,
    pub(super) action: &'a str,
    screen: String,
    query: urls::Pairs,
    pub(super) inputs: Vec<InputSchema>,
}

impl<'a> Form<'a> {
    async fn perform(&self, mut posted: Posted, files: Vec<vatra_runtime::File>) -> Result<Response, Refusal> {
        if posted.contains_key(urls::STEP) {
            return self.step(posted).await;
        }
        if self.is_hosts() {
            // They have pages.
            return Ok(see(&self.back()));
        }
        if regroup(&self.inputs, &mut posted) || posted.contains_key(urls::CHANGE) {
            return self.again(StatusCode::OK, posted, Vec::new(), Found::default()).await;
        }
        if posted.contains_key(urls::BULK)
            && let Some(answered) = self.many(&posted).await?
        {
            return Ok(answered);
        }
        let found = self.seek(&mut posted).await?;
        if !found.is_empty() {
            let complaints = self.complaints(&posted, &found);
            return self.again(StatusCode::UNPROCESSABLE_ENTITY, posted, complaints, found).await;
        }
        if let Some(held) = self.import(&posted, &files).await? {
            return Ok(held);
        }
        // A file cannot be carried through another page, so that a form with one is performed at once.
        if posted.contains_key(urls::CHECK)
            && files.iter().all(|file| file.bytes.is_empty())
            && let Some(asked) = self.ask(&posted).await?
        {
            return Ok(asked);
        }
        let submission = posted.get(urls::SUBMISSION).and_then(|values| values.first()).and_then(|id| id.parse().ok());
        match self.finish(posted, files, submission).await? {
            Ok(outcome) => self.answer(outcome).await,
            Err(again) => Ok(again),
        }
    }

    /// The form of a file that was held.
    pub(super) fn of_import(web: &'a Web, visit: &'a Visit, session: &'a Session, place: &'a Place, held: &'a Held) -> Self {
        let (screen, query) = match urls::origin(&held.form, place.manifest()) {
            Some((screen, query)) => (screen.to_string(), query),
            None => (place.manifest().home.to_string(), urls::Pairs::new()),
        };
        let inputs = place.manifest().action(&held.action).map(|action| action.inputs.clone()).unwrap_or_default();
        Form { web, visit, session, place, action: &held.action, screen, query, inputs }
    }

    /// Performs it: what came of it, or the page on which it goes on.
    pub(super) async fn finish(
        &self,
        posted: Posted,
        files: Vec<vatra_runtime::File>,
        submission: Option<SubmissionId>,
    ) -> Result<Result<Outcome, Response>, Refusal> {
        match self.act(posted.clone(), files, submission).await? {
            Outcome::Rejected(complaints) => {
                self.again(StatusCode::UNPROCESSABLE_ENTITY, posted, complaints, Found::default()).await.map(Err)
            }
            Outcome::Clash(clash) => Ok(Err(self.clash(&posted, *clash))),
            outcome => Ok(Ok(outcome)),
        }
    }

    /// An action that takes one entry, on many: a page that shows them, and after it a job. None when the table has no such button.
    async fn many(&self, posted: &Posted) -> Result<Option<Response>, Refusal> {
        let refused = |error: CallError| self.place.refusal(self.visit, error);
        // The first rows are those of the first page, wherever the reader was.
        let id = posted.get(urls::BULK).and_then(|sent| sent.first()).map(String::as_str).unwrap_or_default();
        let (id, go) = id.strip_suffix(":go").map_or((id, false), |id| (id, true));
        let all = posted.contains_key(urls::ALL);
        let turned = format!("{id}.page");
        let query: urls::Pairs = self.query.iter().filter(|(name, _)| !all || *name != turned).cloned().collect();
        let (app, ctx) = (&self.web.app, &self.place.ctx);
        let shown = app.show(ctx, &self.screen, &query).await.map_err(refused)?;
        let Some((table, button)) = vatra_view::bulk_of(&shown.screen, self.place.manifest(), self.action, posted) else { return Ok(None) };
        let entries = if all {
            app.bulk_entries(ctx, &shown, table, &urls::table_request(id, &query)).await.map_err(refused)?
        } else {
            let ticked: Vec<EntryId> = posted.get("entry").into_iter().flatten().filter_map(|id| id.parse().ok()).collect();
            app.bulk_known(ctx, &table.query.register, &ticked).await.map_err(refused)?
        };
        let total = entries.len() as u64;
        if total > MOST_ROWS {
            let count = i64::try_from(MOST_ROWS).unwrap_or(i64::MAX);
            let title = vatra_view::say_with(self.visit.language, "bulk-too-many", &[("count", count.into())]);
            self.web.put_flash(self.visit, self.session, Said { tone: Tone::Warning, title, text: None }).await?;
            return Ok(Some(see(&self.back())));
        }
        let said = posted.get(urls::COUNT).and_then(|counts| counts.first()).and_then(|count| count.parse::<u64>().ok());
        // Whoever agreed to some is asked again when they have become others.
        if go && total > 0 && said == Some(total) {
            let wrong = |_| refused(CallError::NotFound("action".to_owned()));
            let plan = Plan {
                action: Name::new(self.action).map_err(wrong)?,
                register: table.query.register.clone(),
                parameters: vatra_view::parameters_to_pairs(&button.parameters),
                label: Wording { language: self.visit.language, catalogue: shown.catalogue(), resolved: &shown.resolved }
                    .words(&button.label),
                next: 0,
                total: u32::try_from(total).unwrap_or(u32::MAX),
            };
            let submission = posted.get(urls::SUBMISSION).and_then(|values| values.first()).and_then(|id| id.parse().ok());
            let job = app.start_bulk(ctx, plan, entries, submission).await.map_err(refused)?;
            return Ok(Some(see(&super::jobs::address_from(&self.place.base, job, &self.screen, &self.query))));
        }
        let path = self.place.url(&self.screen, &[]);
        let sight = Sight { path: &path, query: &query, ..self.sight(&shown) };
        Ok(sight.many(self.action, posted, total).map(|html| page(StatusCode::OK, html)))
    }

    /// A page of a form that has several: its answers are kept until all of them are sent.
    async fn step(&self, mut posted: Posted) -> Result<Response, Refusal> {
        let found = self.seek(&mut posted).await?;
        let shown = self.origin().await?;
        let (app, ctx) = (&self.web.app, &self.place.ctx);
        let Some(turn) = steps::turn(&shown.screen, shown.manifest(), &shown.resolved, self.action, &posted) else {
            // The form is no longer there, or was never.
            return Ok(see(&self.back()));
        };
        let form = |id: &str| {
            let form = steps::form_of(&shown.screen, id);
            form.ok_or_else(|| self.place.refusal(self.visit, CallError::NotFound(format!("form {id}"))))
        };
        let refused = |error: CallError| self.place.refusal(self.visit, error);
        let to = |id: &str, at| Ok(see(&self.place.url(&self.screen, &steps::step_query(id, at, &self.query))));
        match turn {
            Turn::Wrong(wrong) => {
                let complaints = self.complaints_of(wrong, &found);
                self.again(StatusCode::UNPROCESSABLE_ENTITY, posted, complaints, found).await
            }
            Turn::Again(posted) => self.again(StatusCode::OK, posted, Vec::new(), Found::default()).await,
            Turn::Keep { form: id, answers, to: at } => {
                app.keep_draft(ctx, &shown.binding, form(&id)?, answers).await.map_err(refused)?;
                to(&id, Some(at))
            }
            Turn::Back { form: id, to: at } => to(&id, Some(at)),
            Turn::Forget { form: id } => {
                app.forget_draft(ctx, form(&id)?).await.map_err(refused)?;
                to(&id, None)
            }
            Turn::Perform { form: id, posted: mut all } => {
                let form = form(&id)?;
                let submission = app.draft_submission(ctx, &shown.binding, form).await.map_err(refused)?;
                let done = match self.is_hosts() {
                    true => Err(app.perform_host_form(ctx, &shown, form, &all, submission).await.map_err(refused)?),
                    false => Ok(self.act(all.clone(), Vec::new(), submission).await?),
                };
                match done {
                    Ok(Outcome::Rejected(complaints)) | Err(HostFormDone::Rejected(complaints)) => {
                        let input = complaints.first().map_or("", |(input, _)| input.as_str());
                        let at = steps::page_of(form, shown.manifest(), input);
                        all.insert(urls::STEP.to_owned(), vec![format!("{id}:{}", at.code())]);
                        self.again(StatusCode::UNPROCESSABLE_ENTITY, all, complaints, Found::default()).await
                    }
                    // The draft stays: its answers are the person's still.
                    Ok(Outcome::Clash(clash)) => Ok(self.clash(&all, *clash)),
                    Ok(outcome) => {
                        app.forget_draft(ctx, form).await.map_err(refused)?;
                        self.answer(outcome).await
                    }
                    Err(done) => {
                        app.forget_draft(ctx, form).await.map_err(refused)?;
                        self.answer_of_host(done).await
                    }
                }
            }
        }
    }

    /// Whether the host put the form on its screen, and performs it.
    fn is_hosts(&self) -> bool {
        self.action.starts_with(HOST_ACTION)
    }

    /// Where such a form leads, other than back to itself.
    async fn answer_of_host(&self, done: HostFormDone) -> Result<Response, Refusal> {
        let (to, said) = match done {
            HostFormDone::Go(link, said) => (urls::screen_url(&self.place.base, &link.screen, &link.parameters), said),
            HostFormDone::Back(said) => (self.back(), Some(said)),
            HostFormDone::Rejected(_) => (self.back(), None),
        };
        if let Some(said) = said {
            self.web.put_flash(self.visit, self.session, said).await?;
        }
        Ok(see(&to))
    }

    /// Looks for the people whom the form asks for.
    async fn seek(&self, posted: &mut Posted) -> Result<Found, Refusal> {
        let found = self.web.app.seek(&self.place.ctx, &self.inputs, posted).await;
        found.map_err(|error| self.place.refusal(self.visit, error))
    }

    /// What is wrong with the form; of people who were sought, why they were not found.
    fn complaints(&self, posted: &Posted, found: &Found) -> Vec<(String, Complaint)> {
        self.complaints_of(vatra_view::parse_inputs(&self.inputs, posted).err().unwrap_or_default(), found)
    }

    fn complaints_of(&self, wrong: Vec<BrokenRule>, found: &Found) -> Vec<(String, Complaint)> {
        let named = wrong.into_iter().map(|(input, rule)| {
            let sought = found.wrong.iter().find(|(other, _)| *other == input).map(|(_, rule)| *rule);
            (input, Complaint::Rule(sought.unwrap_or(rule).to_owned()))
        });
        named.collect()
    }

    async fn act(&self, form: Posted, files: Vec<vatra_runtime::File>, submission: Option<SubmissionId>) -> Result<Outcome, Refusal> {
        let act = Act { action: self.action.to_owned(), form, files, submission, back: self.back() };
        let (app, ctx) = (self.web.app.clone(), self.place.ctx.clone());
        // What was begun is finished even when the person's browser goes away.
        let acted = tokio::spawn(async move { app.act(&ctx, act).await }).await;
        let acted = acted.map_err(|error| Refusal::host(self.visit, error).at(&self.place.seat))?;
        Ok(acted.map_err(|error| self.place.refusal(self.visit, error))?.outcome)
    }

    /// Where an outcome leads, other than back to the form.
    pub(super) async fn answer(&self, outcome: Outcome) -> Result<Response, Refusal> {
        match outcome {
            Outcome::Show(shown) => {
                let path = self.place.url(&self.screen, &[]);
                let sight = Sight { screen: &self.screen, path: &path, query: &self.query, ..self.sight(&shown) };
                Ok(page(StatusCode::OK, sight.html(None, None)))
            }
            Outcome::Go { screen, parameters } => Ok(see(&urls::screen_url(&self.place.base, &screen, &parameters))),
            Outcome::Done(notice) => {
                let said = self.web.app.said(&self.place.ctx, &notice).await.map_err(|error| self.place.refusal(self.visit, error))?;
                self.web.put_flash(self.visit, self.session, said).await?;
                Ok(see(&self.back()))
            }
            Outcome::Download(document) => Ok(see(&format!("{}/documents/{}", self.place.base, urls::encode(&document)))),
            Outcome::Job(job) => Ok(see(&super::jobs::address_from(&self.place.base, job, &self.screen, &self.query))),
            Outcome::Sign(errand) => Ok(see(&super::signing::address(&self.place.seat.tenant.slug, errand))),
            Outcome::Pay { number, url } => Ok(see(&self.pay(&number, url))),
            Outcome::Rejected(_) | Outcome::Clash(_) => Ok(see(&self.back())),
            Outcome::Before(led) => {
                let language = self.visit.language;
                let title = words::say(language, Sentence::Before).to_owned();
                let text = Some(words::say(language, Sentence::BeforeText).to_owned());
                self.web.put_flash(self.visit, self.session, Said { tone: Tone::Neutral, title, text }).await?;
                Ok(see(&led.map_or_else(|| self.back(), |(screen, query)| self.place.url(&screen, &query))))
            }
        }
    }

    /// What the person entered beside what somebody else saved meanwhile.
    fn clash(&self, posted: &Posted, clash: Clash) -> Response {
        let (place, visit) = (self.place, self.visit);
        let module = Anchor::new(title(place, visit), place.base.clone());
        let action = urls::action_url(&place.base, self.action);
        let view = entries::conflict(&self.inputs, posted, &clash, visit.language, Asked { module, action, back: self.back() });
        page(StatusCode::CONFLICT, pages::conflict(&place.seat.frame(visit, None), &view))
    }

    fn sight<'b>(&'b self, shown: &'b crate::app::Shown) -> Sight<'b> {
        Sight { visit: self.visit, place: self.place, shown, screen: &self.screen, path: &self.visit.path, query: &self.query }
    }

    /// The screen that the form stood on.
    fn back(&self) -> String {
        self.place.url(&self.screen, &self.query)
    }

    /// To MPay, and from there back to the screen that the form stood on.
    fn pay(&self, number: &str, url: String) -> String {
        let back = self.back();
        match &self.web.mpay {
            Some(mpay) if back.len() <= 500 => mpay.pay_url_returning(number, &back),
            None if self.web.mpay_pages.is_some() && back.len() <= 500 => {
                let back = vatra_view::urls::encode(&back);
                format!("{url}?back={back}")
            }
            _ => url,
        }
    }

    async fn origin(&self) -> Result<crate::app::Shown, Refusal> {
        let shown = self.web.app.show(&self.place.ctx, &self.screen, &self.query).await;
        shown.map_err(|error| self.place.refusal(self.visit, error))
    }

    /// The page that asks before the action; none when its screen does not ask, or the answers do not hold.
    async fn ask(&self, posted: &Posted) -> Result<Option<Response>, Refusal> {
        if vatra_view::parse_inputs(&self.inputs, posted).is_err() {
            return Ok(None);
        }
        let shown = self.origin().await?;
        let path = self.place.url(&self.screen, &[]);
        let sight = Sight { path: &path, ..self.sight(&shown) };
        Ok(sight.check(self.action, posted).map(|html| page(StatusCode::OK, html)))
    }

    /// The form again, with what was typed and what is wrong with it.
    async fn again(
        &self,
        status: StatusCode,
        posted: Posted,
        complaints: Vec<(String, Complaint)>,
        found: Found,
    ) -> Result<Response, Refusal> {
        let chosen = self.web.app.chosen(&self.place.ctx, &self.inputs, &posted).await;
        let mut people = chosen.map_err(|error| self.place.refusal(self.visit, error))?;
        people.extend(found.people);
        let shown = self.origin().await?;
        let language = self.visit.language;
        let wording = Wording { language, catalogue: shown.catalogue(), resolved: &shown.resolved };
        let errors = complaints.into_iter().map(|(input, complaint)| (input, words::complaint(&complaint, &wording))).collect();
        let state = FormState { action: self.action.to_owned(), posted, errors, found: people };
        let path = self.place.url(&self.screen, &[]);
        let sight = Sight { path: &path, ..self.sight(&shown) };
        Ok(page(status, sight.html(None, Some(state))))
    }
}
