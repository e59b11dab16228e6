//! Cases on screens: the forms to apply and to supply with, and where a case stands.

mod follow;
mod perform;

use super::App;
use super::act::Complaint;
use std::collections::BTreeMap;
use std::sync::Arc;
use vatra_capabilities::Binding;
use vatra_core::call::{CallContext, Channel};
use vatra_core::cases::{Case, SERVICE, to_supply};
use vatra_core::grants::Ask;
use vatra_core::ids::{CaseId, Name, SubjectId};
use vatra_core::manifest::{ActionSchema, Language, Manifest};
use vatra_core::services::Offered;
use vatra_core::store::{Snapshot, StoreError};
use vatra_core::value::{Fields, Value};
use vatra_core::view::{Application, Block, CaseData, DocumentData, Link, OrderData, Resolved, Screen, SteppedForm};
use vatra_runtime::CallError;
use vatra_view::applications::Worded;
use vatra_view::ui::Said;

/// What a form does that the host put on a screen.
#[derive(Clone)]
pub(crate) enum HostForm {
    /// Applies for a service.
    Apply(Application),
    /// Supplies what was asked for, of a case as it was seen.
    Supply(String, u32),
}

/// What came of it.
pub enum HostFormDone {
    /// To a screen, with this said.
    Go(Link, Option<Said>),
    /// Back, with this said.
    Back(Said),
    /// The form again. Nothing was kept.
    Rejected(Vec<(String, Complaint)>),
}

/// A screen with its forms and cases.
#[derive(Default)]
pub(super) struct OnScreen {
    /// The module's manifest with the actions of these forms; its own when there are none.
    pub(super) manifest: Option<Arc<Manifest>>,
    pub(super) forms: BTreeMap<String, HostForm>,
    cases: BTreeMap<String, CaseData>,
}

impl OnScreen {
    /// Who is named.
    pub(super) fn people(&self) -> impl Iterator<Item = SubjectId> + '_ {
        self.cases.values().map(|case| case.applicant)
    }
}

/// Whether the grant opens this part of cases, for this service.
fn opens(binding: &Binding, part: &str, service: &str) -> bool {
    let Some(Ok(allowed)) = binding.capabilities.get(SERVICE) else { return false };
    let listed = !allowed.parameters.contains_key("services") || allowed.check(SERVICE, &[Ask::Member("services", service)]).is_ok();
    listed && allowed.check(SERVICE, &[Ask::Member("parts", part)]).is_ok()
}

/// Whether the reader is on the applicant's side of a case.
fn is_applicants(ctx: &CallContext, binding: &Binding, case: &Case) -> bool {
    let own = ctx.caller.acting.as_ref().map(|acting| acting.principal).or(ctx.caller.person);
    let theirs = if ctx.caller.channel == Channel::Evo { own == Some(case.applicant) } else { case.module == ctx.module };
    theirs && opens(binding, "applications", case.service.as_str())
}

/// Whether the module handles it, for officials.
fn is_handlers(ctx: &CallContext, binding: &Binding, case: &Case) -> bool {
    let handles = ctx.caller.channel != Channel::Evo && binding.manifest.service(case.service.as_str()).is_some();
    handles && opens(binding, "handling", case.service.as_str())
}

impl App {
    /// Puts forms in the place of the blocks `application`, and after cases that ask for something, and finds out where cases stand.
    pub(super) async fn cases_on(&self, ctx: &CallContext, binding: &Binding, screen: &mut Screen) -> Result<OnScreen, CallError> {
        let mut on = OnScreen::default();
        if !screen.blocks.iter().any(|block| matches!(block, Block::Application(_) | Block::Case(_))) {
            return Ok(on);
        }
        let offered = self.services.services(ctx.tenant.id).await?;
        let of = |code: &str| offered.iter().find(|one| one.service.code.as_str() == code && one.listener(SERVICE).is_some());
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        let mut manifest = (*binding.manifest).clone();
        let mut blocks = Vec::with_capacity(screen.blocks.len());
        for block in std::mem::take(&mut screen.blocks) {
            let made = match &block {
                Block::Application(application) => match of(&application.service) {
                    Some(offered) if opens(binding, "applications", &application.service) => {
                        Some((self.to_apply(ctx, offered, application).await?, HostForm::Apply(application.clone()), true))
                    }
                    _ => None,
                },
                Block::Case(id) => match self.case_on(ctx, binding, snapshot.as_mut(), id, &offered).await? {
                    Some((case, data)) => {
                        on.cases.insert(id.clone(), data);
                        let form = match (of(case.service.as_str()), &case.asked) {
                            (Some(offered), Some(asked)) if is_applicants(ctx, binding, &case) => {
                                Some(self.to_supply(ctx, offered, &case, &asked.fields).await?)
                            }
                            _ => None,
                        };
                        form.map(|form| (form, HostForm::Supply(id.clone(), case.version), false))
                    }
                    None => None,
                },
                _ => None,
            };
            let Some(((form, action), does, instead)) = made else {
                blocks.push(block);
                continue;
            };
            if !instead {
                blocks.push(block);
            }
            // The same form twice is one.
            if on.forms.insert(form.action.clone(), does).is_none() {
                manifest.actions.push(action);
                blocks.push(Block::Stepped(form));
            }
        }
        screen.blocks = blocks;
        on.manifest = (!on.forms.is_empty()).then(|| Arc::new(manifest));
        Ok(on)
    }

    async fn to_apply(
        &self,
        ctx: &CallContext,
        offered: &Offered,
        application: &Application,
    ) -> Result<(SteppedForm, ActionSchema), CallError> {
        let applicant = application.applicant.map(|id| ("applicant".to_owned(), Value::Subject(id)));
        let words = self.words_of_binding(&*self.runtime.binding(ctx.tenant.id, &offered.module).await?)?;
        let worded = Worded { service: &offered.service, catalogue: &words.catalogue, language: ctx.caller.language };
        worded.to_apply(applicant.into_iter().collect(), &ctx.caller.roles).map_err(|error| CallError::Host(error.to_string()))
    }

    async fn to_supply(
        &self,
        ctx: &CallContext,
        offered: &Offered,
        case: &Case,
        asked: &[String],
    ) -> Result<(SteppedForm, ActionSchema), CallError> {
        let words = self.words_of_binding(&*self.runtime.binding(ctx.tenant.id, &offered.module).await?)?;
        let worded = Worded { service: &offered.service, catalogue: &words.catalogue, language: ctx.caller.language };
        // What is asked anew begins with an empty form.
        let version = Fields::from([("version".to_owned(), Value::Integer(i64::from(case.version)))]);
        let fields = to_supply(&offered.service.fields, asked);
        worded.to_supply(&case.id.to_string(), fields, version, &ctx.caller.roles).map_err(|error| CallError::Host(error.to_string()))
    }

    /// A case that the reader may see; of others not even that they are there.
    async fn case_on(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        snapshot: &mut dyn Snapshot,
        id: &str,
        offered: &[Offered],
    ) -> Result<Option<(Case, CaseData)>, CallError> {
        let Ok(id) = id.parse::<CaseId>() else { return Ok(None) };
        let found = snapshot.case(id).await?;
        let Some(case) = found.filter(|case| is_applicants(ctx, binding, case) || is_handlers(ctx, binding, case)) else { return Ok(None) };
        let steps = snapshot.case_steps(id).await?;
        let data = CaseData {
            number: Some(case.number.clone()),
            service: title(offered, &case, ctx.caller.language),
            standing: named(case.standing.code())?,
            applicant: case.applicant,
            submitted_on: Some(case.submitted_on),
            due: case.due.filter(|_| case.standing.is_open()),
            steps: steps
                .into_iter()
                .map(|step| Ok((Value::Instant(step.at), named(step.standing.code())?, step.note)))
                .collect::<Result<_, CallError>>()?,
            asked: case.asked.as_ref().map(|asked| (asked.note.clone(), asked.until)),
            results: case.results.clone(),
            orders: case.orders.clone(),
        };
        Ok(Some((case, data)))
    }

    /// What cases are to be paid by and came to, whichever module's it is.
    pub(super) async fn fill_in_cases(&self, ctx: &CallContext, on: OnScreen, resolved: &mut Resolved) -> Result<(), CallError> {
        if on.cases.is_empty() {
            return Ok(());
        }
        let mut snapshot = self.store.snapshot(ctx.tenant.id).await?;
        for case in on.cases.values() {
            for number in &case.orders {
                if let Some(order) = snapshot.any_order(number).await? {
                    let (status, pay_url) = (order.status_on(ctx.today()), self.pay_url(number));
                    let data = OrderData { status, due: order.due, paid: order.paid, expires: order.order.expires, pay_url };
                    resolved.orders.insert(number.clone(), data);
                }
            }
            for text in &case.results {
                let Ok(id) = text.parse() else { continue };
                if let Some(document) = snapshot.document(id).await? {
                    // Another module's is told of; its bytes are had where it was made, and in the wallet.
                    let kept = document.kept.is_some() && document.module == ctx.module;
                    let data = DocumentData {
                        title: document.title,
                        number: document.number,
                        standing: document.standing,
                        issued_on: document.issued_on,
                        valid_until: document.valid_until,
                        note: document.note,
                        kept,
                        code: document.code,
                    };
                    resolved.documents.entry(text.clone()).or_insert(data);
                }
            }
        }
        resolved.cases = on.cases;
        Ok(())
    }
}

fn named(code: &str) -> Result<Name, StoreError> {
    Name::new(code).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn title(offered: &[Offered], case: &Case, language: Language) -> String {
    let service = offered.iter().find(|one| one.service.code == case.service);
    service.map_or_else(|| case.service.to_string(), |one| one.service.title.get(language).to_owned())
}
