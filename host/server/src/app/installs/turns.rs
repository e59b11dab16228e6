//! Turns of an install: proposed, approved and applied; gone back from; removed.

use super::super::trust::{NotAdmitted, Sealed, SealedBy};
use super::super::{App, AppError, By};
use super::plan::{Choices, Plan};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore as _;
use serde_json::json;
use sha1::{Digest as _, Sha1};
use std::collections::BTreeMap;
use vatra_capabilities::budget::Budget;
use vatra_core::audit::AuditKind;
use vatra_core::call::{ADMINISTRATOR, MAYOR, Tenant};
use vatra_core::clock::Instant;
use vatra_core::grants::Grant;
use vatra_core::ids::{ApprovalId, Name, SigningId};
use vatra_core::packages::{Application, ApprovalStanding, RestsOn, StoredApproval, Turn, TurnKind};
use vatra_core::store::{Installed, StoreError};
use vatra_trust::{Approval, Refusal};

/// How an approval came to count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Approved {
    /// By this detached signature over the SHA-1 digest of its text, which is what MSign signs; it is judged before it counts.
    Signed(Vec<u8>),
    /// In a demo, whose data are invented.
    Invented,
}

/// Who signed an approval and when; where nobody did a code: `follows`, `invented`.
pub type SignedBy = Result<(String, Instant), &'static str>;

/// What there is to say of a module's life in a municipality.
pub struct Life {
    /// Oldest first.
    pub turns: Vec<Turn>,
    /// Approvals, oldest first, each with its text as it was drawn up.
    pub approvals: Vec<(StoredApproval, Option<Approval>)>,
    /// What the installed version rests on.
    pub rests_on: Option<(Approval, SignedBy)>,
    /// The version that rolling back would lead to.
    pub back_to: Option<Turn>,
}

/// What is new of an install.
struct Next {
    kind: TurnKind,
    version: String,
    digest: String,
    grants: Vec<Grant>,
    budgets: BTreeMap<String, u64>,
    rests_on: RestsOn,
    approves: bool,
}

impl App {
    /// Draws up what a plan would have approved, and keeps it as proposed; what was proposed of the module before is dropped.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn propose(&self, tenant: &Tenant, plan: &Plan, by: By) -> Result<StoredApproval, AppError> {
        self.propose_as(tenant, plan, None, by).await
    }

    /// The same, signed by this request.
    pub(super) async fn propose_as(
        &self,
        tenant: &Tenant,
        plan: &Plan,
        signing: Option<SigningId>,
        by: By,
    ) -> Result<StoredApproval, AppError> {
        let mut nonce = [0u8; 16];
        rand::rngs::OsRng.fill_bytes(&mut nonce);
        let approval = Approval { nonce: hex::encode(nonce), ..plan.approval.clone() };
        let text = String::from_utf8(approval.to_json()).map_err(|error| AppError::Usage(error.to_string()))?;
        let stored = StoredApproval {
            id: ApprovalId::fresh(),
            module: approval.module.clone(),
            manifest: approval.manifest.clone(),
            standing: ApprovalStanding::Proposed,
            text,
            sealed: String::new(),
            drawn_up_by: by.person,
            signing,
            at: approval.at,
        };
        let detail = json!({ "approval": stored.id, "version": approval.version, "manifest": approval.manifest });
        let row = self.row(by, AuditKind::Module, Some(&approval.module), "propose", &detail);
        self.store.propose(tenant.id, &stored, row).await?;
        Ok(stored)
    }

    /// Takes a proposal back.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not proposed any more.
    pub async fn drop_proposal(&self, tenant: &Tenant, id: ApprovalId, by: By) -> Result<(), AppError> {
        let row = self.row(by, AuditKind::Module, None, "drop-proposal", &json!({ "approval": id }));
        let dropped = self.store.drop_proposal(tenant.id, id, row).await?;
        if dropped { Ok(()) } else { Err(AppError::NotFound("this proposal waits no more".to_owned())) }
    }

    /// Approves what was proposed and applies it, in one transaction. Whatever has changed since it was proposed and speaks against it is found here.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not proposed any more; [`AppError::Trust`], [`AppError::Store`].
    pub async fn approve(&self, tenant: &Tenant, id: ApprovalId, approved: Approved, by: By) -> Result<Installed, AppError> {
        let gone = || AppError::NotFound("this proposal waits no more".to_owned());
        let stored = self.store.approval(tenant.id, id).await?.filter(|one| one.standing == ApprovalStanding::Proposed).ok_or_else(gone)?;
        let approval = Approval::read(stored.text.as_bytes())?;
        let by_whom = match approved {
            Approved::Signed(signature) => self.judged(tenant, &stored.text, signature).await?,
            Approved::Invented if self.trust.is_invented() => SealedBy::Invented,
            Approved::Invented => return Err(AppError::Usage("only a demo's modules are approved without MSign".to_owned())),
        };
        let plan = self.plan(tenant, &approval.manifest, &self.choices_of(&approval), by).await?;
        let sealed = Sealed { text: stored.text, by: by_whom };
        self.apply(tenant, &plan, &approval, id, &sealed, true, by).await
    }

    /// Whether somebody signed this text who may approve here: an administrator or the mayor, with a certificate that was good.
    async fn judged(&self, tenant: &Tenant, text: &str, signature: Vec<u8>) -> Result<SealedBy, AppError> {
        let judge =
            self.runtime.judge().ok_or_else(|| AppError::Usage("MSign is not connected: nobody can judge the signature".to_owned()))?;
        let judged = judge.judge_digest(text_digest(text), signature.clone()).await;
        let refused = |why: String| AppError::Trust(Refusal::NotApproved(why));
        if let Some(fault) = judged.fault {
            return Err(refused(format!("the signature of the approval does not count: {fault}")));
        }
        let at = judged.signed_at.ok_or_else(|| refused("the signature of the approval does not count: no-stamp".to_owned()))?;
        let may = |role: &Name| [ADMINISTRATOR, MAYOR].contains(&role.as_str());
        let officials = self.store.officials(tenant.id).await?;
        let signer = officials.iter().find(|official| judged.idnp.as_deref() == Some(official.idnp.as_str()));
        match signer {
            Some(official) if official.roles.iter().any(may) => {
                Ok(SealedBy::Msign { signature: STANDARD.encode(signature), name: official.name.clone(), at })
            }
            _ => Err(refused(format!("the approval was signed by somebody who is neither administrator nor mayor of {}", tenant.name))),
        }
    }

    /// The choices that an approval's text came from.
    fn choices_of(&self, approval: &Approval) -> Choices {
        Choices { permissions: approval.permissions.clone(), upgrades: Some(approval.upgrades), ..Choices::default() }
    }

    /// Whether what is approved already lets this plan be applied without anybody.
    pub fn follows_by_itself(&self, tenant: &Tenant, plan: &Plan) -> bool {
        let on = plan.before.as_ref().and_then(|before| before.rests_on.as_ref());
        on.and_then(|on| self.trust.unsealed(tenant.id, on).ok()).is_some_and(|(standing, _)| plan.follows(&standing))
    }

    /// Installs what was admitted and follows from an approval that is in force already.
    ///
    /// # Errors
    /// [`AppError::Trust`] when it does more, or its version is not one that follows by itself.
    pub async fn upgrade_by_itself(&self, tenant: &Tenant, plan: &Plan) -> Result<Installed, AppError> {
        let by = By { person: None, channel: vatra_core::call::Channel::Event };
        let waits = |why: &str| {
            AppError::Trust(Refusal::NotApproved(format!(
                "{} {} waits for an approval: {why}",
                plan.approval.module, plan.approval.version
            )))
        };
        let before = plan.before.as_ref().ok_or_else(|| waits("nothing is installed"))?;
        let on = before.rests_on.as_ref().ok_or_else(|| waits("what is installed was never approved"))?;
        let (standing, _) = self.trust.unsealed(tenant.id, on)?;
        if !plan.follows(&standing) {
            return Err(waits("the approval that is in force does not let it follow by itself"));
        }
        let follows = on.approval;
        let stored = self.propose(tenant, plan, by).await?;
        let approval = Approval::read(stored.text.as_bytes())?;
        let sealed = Sealed { text: stored.text, by: SealedBy::Follows { approval: follows } };
        self.apply(tenant, plan, &approval, stored.id, &sealed, true, by).await
    }

    #[allow(clippy::too_many_arguments, reason = "what it was planned and approved with goes along")]
    async fn apply(
        &self,
        tenant: &Tenant,
        plan: &Plan,
        approval: &Approval,
        id: ApprovalId,
        sealed: &Sealed,
        approves: bool,
        by: By,
    ) -> Result<Installed, AppError> {
        // A demo grants one by one, as before there were approvals.
        let kept = matches!(sealed.by, SealedBy::Invented);
        let given = self.store.grants(tenant.id, &approval.module).await?;
        let wanted = |grant: &&Grant| {
            approval.permissions.contains_key(&grant.capability)
                && (!kept || given.iter().any(|before| before.capability == grant.capability))
        };
        let grants: Vec<Grant> = plan.grants.iter().filter(wanted).cloned().collect();
        for grant in &grants {
            approval.covers(grant)?;
        }
        let next = Next {
            kind: plan.kind,
            version: approval.version.to_string(),
            digest: plan.package.digest.clone(),
            grants,
            budgets: approval.budgets.clone(),
            rests_on: RestsOn { manifest: approval.manifest.clone(), approval: id, sealed: self.trust.seal(tenant.id, id, sealed) },
            approves,
        };
        self.turn(tenant, &approval.module, plan.before.clone(), next, by).await
    }

    /// Applies a turn and has every host hear of it.
    async fn turn(&self, tenant: &Tenant, module: &Name, before: Option<Installed>, next: Next, by: By) -> Result<Installed, AppError> {
        let now = self.clock.now();
        // What was adjusted for the module stays with it through its versions; what it asks for is given up to the host's ceiling.
        let mut budgets = before.as_ref().map(|before| before.budgets.clone()).unwrap_or_default();
        let ceilings = self.runtime.ceilings();
        for (code, value) in &next.budgets {
            if let Some(budget) = Budget::from_code(code) {
                budgets.entry(code.clone()).or_insert((*value).min(ceilings.get(budget)));
            }
        }
        let installed = Installed {
            module: module.clone(),
            digest: next.digest.clone(),
            version: next.version.clone(),
            disabled_at: before.as_ref().and_then(|before| before.disabled_at),
            installed_at: now,
            budgets,
            rests_on: Some(next.rests_on.clone()),
        };
        self.trust.check(tenant.id, &installed, &next.grants).await?;
        let turn = Turn {
            module: module.clone(),
            kind: next.kind,
            version: next.version,
            digest: next.digest,
            manifest: next.rests_on.manifest,
            approval: next.rests_on.approval,
            at: now,
            by: by.person,
        };
        let detail = json!({ "digest": installed.digest, "version": installed.version, "approval": turn.approval,
            "before": before.as_ref().map(|before| &before.version) });
        let row = self.row(by, AuditKind::Module, Some(module), next.kind.code(), &detail);
        let instead_of = before.map(|before| before.digest);
        let application = Application { installed: installed.clone(), instead_of, grants: next.grants, approves: next.approves, turn };
        let applied = self.store.apply(tenant.id, &application, row).await;
        // Also when it is not known whether it was applied.
        self.changed(tenant, module).await?;
        applied?;
        Ok(installed)
    }

    /// The life of a module here.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn life(&self, tenant: &Tenant, module: &Name) -> Result<Life, AppError> {
        let turns = self.store.turns(tenant.id, Some(module)).await?;
        let read = |stored: StoredApproval| {
            let approval = Approval::read(stored.text.as_bytes()).ok();
            (stored, approval)
        };
        let approvals = self.store.approvals(tenant.id, Some(module)).await?.into_iter().map(read).collect();
        let installed = self.store.installed(tenant.id).await?.into_iter().find(|installed| installed.module == *module);
        let on = installed.as_ref().and_then(|installed| installed.rests_on.as_ref());
        let by = |by| match by {
            SealedBy::Msign { name, at, .. } => Ok((name, at)),
            SealedBy::Follows { .. } => Err("follows"),
            SealedBy::Invented => Err("invented"),
        };
        let rests_on = on.and_then(|on| self.trust.unsealed(tenant.id, on).ok()).map(|(approval, sealed)| (approval, by(sealed.by)));
        let back_to = installed.as_ref().and_then(|installed| earlier(&turns, installed)).cloned();
        Ok(Life { turns, approvals, rests_on, back_to })
    }

    /// Why an install is not run here: a code and the words for the operator; none when it is.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn refusal(&self, tenant: &Tenant, installed: &Installed) -> Result<Option<(&'static str, String)>, AppError> {
        let grants = self.store.grants(tenant.id, &installed.module).await?;
        match self.trust.check(tenant.id, installed, &grants).await {
            Ok(_) => Ok(None),
            Err(NotAdmitted::Refused(refusal)) => Ok(Some((refusal.code(), refusal.to_string()))),
            Err(not @ NotAdmitted::Altered(_)) => Ok(Some(("altered", not.to_string()))),
            Err(NotAdmitted::Store(error)) => Err(error.into()),
        }
    }

    /// Takes back what waits for an approval of this module.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nothing waits.
    pub async fn drop_waiting(&self, tenant: &Tenant, module: &Name, by: By) -> Result<(), AppError> {
        let all = self.store.approvals(tenant.id, Some(module)).await?;
        let waiting = all.into_iter().rfind(|one| one.standing == ApprovalStanding::Proposed);
        let waiting = waiting.ok_or_else(|| AppError::NotFound(format!("nothing of {module} waits for an approval")))?;
        self.drop_proposal(tenant, waiting.id, by).await
    }

    /// Goes back to the version before, with the approval that it had. The data stay.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none; [`AppError::Trust`] when it may not run any more.
    pub async fn roll_back(&self, tenant: &Tenant, module: &Name, by: By) -> Result<Installed, AppError> {
        self.go_back(tenant, module, TurnKind::Rollback, by).await
    }

    /// The same by itself, because the first calls of this version failed; none when it is not the installed one any more, or did not come after another.
    ///
    /// # Errors
    /// As [`Self::roll_back`].
    pub async fn return_from(&self, tenant: &Tenant, module: &Name, digest: &str) -> Result<Option<Installed>, AppError> {
        let turns = self.store.turns(tenant.id, Some(module)).await?;
        if !turns.last().is_some_and(|last| last.kind == TurnKind::Upgrade && last.digest == digest) {
            return Ok(None);
        }
        let by = By { person: None, channel: vatra_core::call::Channel::Event };
        match self.go_back(tenant, module, TurnKind::Return, by).await {
            Ok(installed) => Ok(Some(installed)),
            // Another host was quicker.
            Err(AppError::Store(StoreError::Exists(_))) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn go_back(&self, tenant: &Tenant, module: &Name, kind: TurnKind, by: By) -> Result<Installed, AppError> {
        let now = self.installed(tenant, module).await?;
        let turns = self.store.turns(tenant.id, Some(module)).await?;
        let none = || {
            AppError::NotFound(format!(
                "{module} {} is the first version that {} has: there is none to go back to",
                now.version, tenant.name
            ))
        };
        let to = earlier(&turns, &now).ok_or_else(none)?.clone();
        let gone = || AppError::NotFound(format!("the approval of {module} {} is gone", to.version));
        let stored = self.store.approval(tenant.id, to.approval).await?.ok_or_else(gone)?;
        let rests_on = RestsOn { manifest: to.manifest.clone(), approval: to.approval, sealed: stored.sealed };
        let (approval, _) = self.trust.unsealed(tenant.id, &rests_on)?;
        let papers =
            self.store.papers(&to.manifest).await?.ok_or_else(|| AppError::NotFound(format!("the package {} is gone", to.manifest)))?;
        let package = self.package_of(&papers).await?;
        let given = self.store.grants(tenant.id, module).await?;
        let asked = &package.manifest.capabilities;
        let fits = |grant: &Grant| asked.contains_key(&grant.capability).then(|| narrowed(grant, &approval)).flatten();
        let grants = given.iter().filter_map(fits).collect();
        let next = Next { kind, version: to.version, digest: to.digest, grants, budgets: BTreeMap::new(), rests_on, approves: false };
        self.turn(tenant, module, Some(now), next, by).await
    }

    /// Removes a module. Its registers, documents and orders stay the municipality's.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not installed.
    pub async fn remove(&self, tenant: &Tenant, module: &Name, by: By) -> Result<(), AppError> {
        let installed = self.installed(tenant, module).await?;
        let none = || AppError::NotFound(format!("{module} was never approved: disable it"));
        let turns = self.store.turns(tenant.id, Some(module)).await?;
        let (manifest, approval) = match (installed.rests_on, turns.last()) {
            (Some(on), _) => (on.manifest, on.approval),
            (None, Some(last)) => (last.manifest.clone(), last.approval),
            (None, None) => return Err(none()),
        };
        let turn = Turn {
            module: module.clone(),
            kind: TurnKind::Remove,
            version: installed.version.clone(),
            digest: installed.digest.clone(),
            manifest,
            approval,
            at: self.clock.now(),
            by: by.person,
        };
        let detail = json!({ "digest": installed.digest, "version": installed.version });
        let row = self.row(by, AuditKind::Module, Some(module), "remove", &detail);
        let removed = self.store.remove_installed(tenant.id, &turn, row).await;
        self.changed(tenant, module).await?;
        if removed? { Ok(()) } else { Err(AppError::NotFound(format!("{} has no module '{module}'", tenant.name))) }
    }
}

/// What MSign signs of an approval's text: SHA-1, which it takes nothing else than. The text begins with a nonce of the host's.
pub(super) fn text_digest(text: &str) -> Vec<u8> {
    Sha1::digest(text.as_bytes()).to_vec()
}

/// A grant as far as an approval goes, which may be an earlier one than it was given under.
fn narrowed(grant: &Grant, approval: &Approval) -> Option<Grant> {
    let approved = approval.permissions.get(&grant.capability)?;
    if grant.revoked_at.is_some() || approval.covers(grant).is_ok() {
        return Some(grant.clone());
    }
    Some(Grant {
        parameters: approved.parameters.clone(),
        settings: approved.settings.clone(),
        legal_basis: approved.legal_basis.clone(),
        until: approved.until,
        ..grant.clone()
    })
}

/// The turn by which the version before this one was installed. What was gone back from is not gone back to.
fn earlier<'a>(turns: &'a [Turn], installed: &Installed) -> Option<&'a Turn> {
    let since = turns.iter().rposition(|turn| turn.kind == TurnKind::Install).unwrap_or(0);
    let own = turns.get(since..).unwrap_or_default();
    let first = own.iter().position(|turn| turn.digest == installed.digest)?;
    own.get(..first)?.iter().rev().find(|turn| turn.digest != installed.digest)
}
