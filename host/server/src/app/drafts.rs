//! Drafts of forms of several pages: kept for one person, one form and what it is about, sealed, for thirty days.
//!
//! They lie among the sessions, under a hash that names nobody and sealed for the module: the database alone opens none of them, and what has
//! expired is swept away with the sessions.

use super::App;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use vatra_capabilities::Binding;
use vatra_core::call::CallContext;
use vatra_core::clock::Instant;
use vatra_core::ids::SubmissionId;
use vatra_core::seal::Origin;
use vatra_core::store::SessionRow;
use vatra_core::view::{Block, DraftData, Screen, SteppedForm};
use vatra_runtime::CallError;
use vatra_view::Posted;

/// How long a draft can be resumed, in seconds.
const KEPT: i64 = 30 * 24 * 60 * 60;
/// What the answers of a draft take at most, in bytes.
const MOST_BYTES: usize = 256 << 10;

#[derive(Serialize, Deserialize)]
struct Kept {
    /// By which the form is performed once, however often it is sent.
    submission: SubmissionId,
    answers: Posted,
}

impl App {
    /// The drafts that the reader has of a screen's forms.
    pub(super) async fn drafts(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        screen: &Screen,
    ) -> Result<BTreeMap<String, DraftData>, CallError> {
        let mut found = BTreeMap::new();
        for form in screen.blocks.iter().filter_map(|block| if let Block::Stepped(form) = block { Some(form) } else { None }) {
            if let Some((kept, expires)) = self.draft(ctx, binding, form).await? {
                found.insert(form.id.clone(), DraftData { answers: kept.answers, until: Some(expires.civil_date()) });
            }
        }
        Ok(found)
    }

    async fn draft(&self, ctx: &CallContext, binding: &Binding, form: &SteppedForm) -> Result<Option<(Kept, Instant)>, CallError> {
        let Some(key) = key(ctx, form) else { return Ok(None) };
        let Some(row) = self.store.session(&key, self.clock.now()).await? else { return Ok(None) };
        // What another key sealed, or another version wrote, is as good as none.
        let kept = binding.sealer.open(&row.data).ok().and_then(|(_, text)| serde_json::from_str(&text).ok());
        Ok(kept.map(|kept| (kept, row.expires)))
    }

    /// Keeps the answers for thirty days from now.
    ///
    /// # Errors
    /// Storage; answers that are too large for a draft.
    pub(crate) async fn keep_draft(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        form: &SteppedForm,
        answers: Posted,
    ) -> Result<(), CallError> {
        let Some(key) = key(ctx, form) else { return Ok(()) };
        let submission = self.draft(ctx, binding, form).await?.map_or_else(SubmissionId::fresh, |(kept, _)| kept.submission);
        let text = serde_json::to_string(&Kept { submission, answers }).map_err(|error| CallError::Host(error.to_string()))?;
        if text.len() > MOST_BYTES {
            return Err(CallError::Invalid { field: String::new(), rule: "too-long".into() });
        }
        let expires = self.clock.now().plus_seconds(KEPT);
        Ok(self.store.save_session(&SessionRow { key, data: binding.sealer.seal(Origin::Sent, &text), expires }).await?)
    }

    /// The id by which the draft's form is performed once: when it was performed and the host fell before it forgot the draft, sending it again
    /// does nothing twice.
    pub(crate) async fn draft_submission(
        &self,
        ctx: &CallContext,
        binding: &Binding,
        form: &SteppedForm,
    ) -> Result<Option<SubmissionId>, CallError> {
        Ok(self.draft(ctx, binding, form).await?.map(|(kept, _)| kept.submission))
    }

    /// Forgets the draft.
    pub(crate) async fn forget_draft(&self, ctx: &CallContext, form: &SteppedForm) -> Result<(), CallError> {
        let Some(key) = key(ctx, form) else { return Ok(()) };
        Ok(self.store.drop_session(&key).await?)
    }
}

/// One person's draft of one form about one thing; none for whoever is nobody.
fn key(ctx: &CallContext, form: &SteppedForm) -> Option<String> {
    let person = ctx.caller.person?.to_string();
    let about = vatra_view::parameters_to_query(&form.parameters);
    let mut hasher = Sha256::new();
    for part in ["vatra draft v1", &ctx.tenant.id.0.to_string(), ctx.module.as_str(), &person, &form.action, &form.id, &about] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    Some(hex::encode(hasher.finalize()))
}
