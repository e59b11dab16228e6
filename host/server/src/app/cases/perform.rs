//! What handing in a form comes to that the host put on a screen.

use super::super::App;
use super::super::act::Complaint;
use super::super::screen::Shown;
use super::{HostForm, HostFormDone};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use vatra_capabilities::bindings::vatra::types::values::Failure;
use vatra_capabilities::cases::{hand_in, supply_what_was_asked};
use vatra_capabilities::{CallState, HostError, Mode, Stop};
use vatra_core::audit::AuditKind;
use vatra_core::call::CallContext;
use vatra_core::cases::CaseFields;
use vatra_core::documents::code;
use vatra_core::ids::SubmissionId;
use vatra_core::store::CommitError;
use vatra_core::value::Value;
use vatra_core::view::{Application, Link, SteppedForm};
use vatra_runtime::CallError;
use vatra_view::Posted;
use vatra_view::applications::{handed_in, supplied};

/// Locks that were found shut: capability, rule, detail.
type Denials = BTreeSet<(String, String, String)>;

/// How often a form is tried before the person is told that somebody else is faster.
const ATTEMPTS: u32 = 8;

impl App {
    /// Performs a form that the host put on a screen. As of a module's action, the trail knows that it began before anything of it is kept, and how it failed.
    ///
    /// # Errors
    /// [`CallError`]; nothing of it was kept.
    pub async fn perform_host_form(
        &self,
        ctx: &Arc<CallContext>,
        shown: &Shown,
        form: &SteppedForm,
        posted: &Posted,
        submission: Option<SubmissionId>,
    ) -> Result<HostFormDone, CallError> {
        self.store.audit(ctx.tenant.id, vec![ctx.row(AuditKind::ActionBegun, &form.action, json!({}))]).await?;
        let done = self.host_form_done(ctx, shown, form, posted, submission).await;
        let failed = match &done {
            Ok(HostFormDone::Rejected(_)) => Some(json!({ "reason": "rejected" })),
            Ok(HostFormDone::Go(..) | HostFormDone::Back(_)) => None,
            Err(error) => Some(error.detail().into()),
        };
        if let Some(detail) = failed {
            self.store.audit(ctx.tenant.id, vec![ctx.row(AuditKind::ActionFailed, &form.action, detail)]).await?;
        }
        done
    }

    async fn host_form_done(
        &self,
        ctx: &Arc<CallContext>,
        shown: &Shown,
        form: &SteppedForm,
        posted: &Posted,
        submission: Option<SubmissionId>,
    ) -> Result<HostFormDone, CallError> {
        let gone = || CallError::NotFound(format!("form {}", form.action));
        let (does, schema) = (shown.forms.get(&form.action).ok_or_else(gone)?, shown.manifest().action(&form.action).ok_or_else(gone)?);
        let fields: CaseFields = match vatra_view::parse_inputs(&schema.inputs, posted) {
            Ok(fields) => fields,
            Err(wrong) => {
                let complaints = wrong.into_iter().map(|(input, rule)| (input, Complaint::Rule(rule.to_owned()))).collect();
                return Ok(HostFormDone::Rejected(complaints));
            }
        };
        for attempt in 0..ATTEMPTS {
            let mut state = CallState::new(ctx.clone(), shown.binding.clone(), Mode::Write, self.store.clone());
            state.services = Some(self.services.clone());
            state.attempt = attempt;
            let (done, case) = match does {
                HostForm::Apply(application) => {
                    let handed = hand_in(&mut state, &application.service, application.applicant, fields.clone()).await;
                    (handed.map(|(id, code)| Some((id, code))), None)
                }
                HostForm::Supply(id, version) => {
                    let supplied = supply_what_was_asked(&mut state, id, *version, fields.clone()).await;
                    (supplied.map(|_| None), Some(id.clone()))
                }
            };
            state.release_snapshot();
            let handed = match done {
                Ok(handed) => handed,
                Err(Stop::Failure(Failure::Invalid(wrong)))
                    if schema.inputs.iter().any(|input| wrong.field.split('.').next() == Some(&input.name)) =>
                {
                    return Ok(HostFormDone::Rejected(vec![(wrong.field, Complaint::Rule(wrong.rule))]));
                }
                Err(stop) => return Err(self.not_kept(ctx, std::mem::take(&mut state.denials), &form.action, stop).await?),
            };
            let case = case.or_else(|| handed.as_ref().map(|(id, _)| id.to_string())).unwrap_or_default();
            let mut row = ctx.row(AuditKind::ActionKept, &form.action, json!({ "attempt": attempt, "case": case }));
            row.about.extend(&state.work.reached);
            let mut unit = state.work.into_unit(ctx);
            unit.audit.push(row);
            unit.submission = submission.map(|id| (id, json!({ "case": case }).to_string()));
            match self.store.commit(ctx.tenant.id, unit).await {
                Ok(committed) => {
                    self.runtime.nudge();
                    self.tell_arrived();
                    let language = ctx.caller.language;
                    return Ok(match (does, handed) {
                        (HostForm::Apply(application), Some((id, given))) => {
                            let number = committed.cases.get(&id).cloned().unwrap_or_default();
                            HostFormDone::Go(then(application, &case), Some(handed_in(language, &number, &code::spelled(&given))))
                        }
                        _ => HostFormDone::Back(supplied(language)),
                    });
                }
                Err(CommitError::Repeated(answer)) => {
                    let before: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
                    let case = before.get("case").and_then(serde_json::Value::as_str).unwrap_or_default();
                    return Ok(match does {
                        HostForm::Apply(application) => HostFormDone::Go(then(application, case), None),
                        HostForm::Supply(..) => HostFormDone::Back(supplied(ctx.caller.language)),
                    });
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(CommitError::Conflict | CommitError::Handled) => {
                    tokio::time::sleep(std::time::Duration::from_millis(u64::from(attempt) * 5)).await;
                }
            }
        }
        Err(CallError::Conflict)
    }

    /// Why a form was not kept, after the trail knows of the locks that it found shut.
    async fn not_kept(&self, ctx: &CallContext, denials: Denials, action: &str, stop: Stop) -> Result<CallError, CallError> {
        let denials = denials.iter().map(|(capability, rule, detail)| {
            let detail = json!({ "capability": capability, "rule": rule, "detail": detail, "in": action });
            ctx.row(AuditKind::Denial, capability, detail)
        });
        let denials: Vec<_> = denials.collect();
        if !denials.is_empty() {
            self.store.audit(ctx.tenant.id, denials).await?;
        }
        Ok(match stop {
            Stop::Failure(failure) => failure.into(),
            Stop::Host(HostError::Store(error)) => error.into(),
            Stop::Host(HostError::OverBudget(over)) => over.into(),
        })
    }
}

/// Where the person lands.
fn then(application: &Application, case: &str) -> Link {
    let mut link = application.then.clone();
    link.parameters.insert("case".to_owned(), Value::Text(case.to_owned()));
    link
}
