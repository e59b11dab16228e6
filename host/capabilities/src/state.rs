//! What the host knows of one call while it runs: the store's data. The tenant comes from here and is never an argument.

use crate::bindings::vatra::types::values as wit;
use crate::budget::{Limiter, Limits, OverBudget, Used};
use crate::outside::Outside;
use crate::uploads::ParsedTable;
use crate::work::Work;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vatra_core::audit::{AuditEntry, AuditKind};
use vatra_core::blobs::Blobs;
use vatra_core::call::{CallContext, Official};
use vatra_core::grants::{Allowed, Ask, Denial};
use vatra_core::ids::{Name, SubjectId};
use vatra_core::manifest::Manifest;
use vatra_core::providers::{DataExchange, Invoices, Mandates};
use vatra_core::register::RegisterSchema;
use vatra_core::seal::Sealer;
use vatra_core::services::ServiceDirectory;
use vatra_core::signing::SignatureJudge;
use vatra_core::store::{Snapshot, Store, StoreError};
use vatra_core::unit::Subject;

/// A module as one municipality runs it: resolved when it was installed or its grants changed, never during a call.
pub struct Binding {
    /// SHA-256 of the package, in hexadecimal.
    pub digest: Arc<str>,
    /// The module's manifest.
    pub manifest: Arc<Manifest>,
    /// Each capability that the manifest asks for: what is allowed, or why nothing is. Municipalities that granted alike share it.
    pub capabilities: Arc<BTreeMap<Name, Result<Allowed, Denial>>>,
    /// What a call of the module may use here.
    pub limits: Limits,
    /// Seals for this tenant and module.
    pub sealer: Sealer,
}

/// What a call may do besides reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// `render`, `quote`: reads only.
    Read,
    /// `perform`, `handle`, `step`: a unit of work.
    Write,
}

/// Why a host function ended the call (as opposed to answering with a failure).
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// A budget is used up.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The store's data of a call.
pub struct CallState {
    /// Who calls, where, when.
    pub ctx: Arc<CallContext>,
    /// The module as this municipality runs it.
    pub binding: Arc<Binding>,
    /// What the call may do.
    pub mode: Mode,
    /// What it may use.
    pub limits: Limits,
    /// What it has used.
    pub used: Used,
    /// What it wants kept.
    pub work: Work,
    /// Tables that were uploaded with it, by handle.
    pub uploads: BTreeMap<String, Arc<ParsedTable>>,
    /// Locks it found shut, each once; audited whatever becomes of the call.
    pub denials: BTreeSet<(String, String, String)>,
    /// What the outside answered.
    pub outside: Outside,
    /// MConnect, when the host has it.
    pub exchange: Option<Arc<dyn DataExchange>>,
    /// The store of documents' bytes, when the host has it.
    pub blobs: Option<Arc<dyn Blobs>>,
    /// MPower, when the host has it.
    pub mandates: Option<Arc<dyn Mandates>>,
    /// Which services the municipality's modules handle, when the host tells.
    pub services: Option<Arc<dyn ServiceDirectory>>,
    /// MPay's invoices, when the host has them.
    pub invoices: Option<Arc<dyn Invoices>>,
    /// Who judges signatures, when the host has somebody.
    pub judge: Option<Arc<dyn SignatureJudge>>,
    /// How often randomness was asked for.
    pub drawn: u64,
    /// Which replay this is: order numbers that collided with somebody else's are drawn anew.
    pub attempt: u32,
    store: Arc<dyn Store>,
    snapshot: Option<Box<dyn Snapshot>>,
    /// Memory, tables and instances.
    pub limiter: Limiter,
}

impl CallState {
    /// Begins a call.
    pub fn new(ctx: Arc<CallContext>, binding: Arc<Binding>, mode: Mode, store: Arc<dyn Store>) -> Self {
        let limits = binding.limits;
        let work = Work::new(&ctx);
        Self {
            ctx,
            binding,
            mode,
            limits,
            used: Used::default(),
            work,
            uploads: BTreeMap::new(),
            denials: BTreeSet::new(),
            outside: Outside::default(),
            exchange: None,
            blobs: None,
            mandates: None,
            services: None,
            invoices: None,
            judge: None,
            drawn: 0,
            attempt: 0,
            store,
            snapshot: None,
            limiter: Limiter::new(limits),
        }
    }

    /// The call's consistent view of the municipality's data, taken at the first read.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn snapshot(&mut self) -> Result<&mut Box<dyn Snapshot>, StoreError> {
        if self.snapshot.is_none() {
            self.snapshot = Some(self.store.snapshot(self.ctx.tenant.id).await?);
        }
        self.snapshot.as_mut().ok_or_else(|| StoreError::Database("no snapshot".into()))
    }

    /// Whether a snapshot was taken (a call that read nothing needs no check of what it read).
    pub fn release_snapshot(&mut self) -> Option<Box<dyn Snapshot>> {
        self.snapshot.take()
    }

    /// People as they are now, without a snapshot: what a call's outcome may not depend on, since a module never sees it.
    pub(crate) async fn people(&mut self, ids: &[SubjectId]) -> Result<Vec<Subject>, StoreError> {
        self.store.people(self.ctx.tenant.id, ids).await
    }

    /// Who works in the municipality.
    pub(crate) async fn officials(&mut self) -> Result<Vec<Official>, StoreError> {
        self.store.officials(self.ctx.tenant.id).await
    }

    /// A row that says that somebody looks at people through this capability.
    pub(crate) fn look(&self, capability: &str, detail: serde_json::Value, about: &[SubjectId]) -> AuditEntry {
        let allowed = self.binding.capabilities.get(capability).and_then(|allowed| allowed.as_ref().ok());
        let mut row = self.ctx.row(AuditKind::Look, capability, detail);
        row.legal_basis = allowed.map(|allowed| allowed.legal_basis.clone()).unwrap_or_default();
        row.about.extend(about);
        row
    }

    /// The ids of people by IDNP or IDNO; those that the municipality does not know yet it knows from now on, whatever becomes of the call.
    pub(crate) async fn know(&mut self, people: &[Subject]) -> Result<Vec<SubjectId>, StoreError> {
        self.store.know(self.ctx.tenant.id, people).await
    }

    /// Writes a row to the audit trail; durable when this returns.
    pub(crate) async fn audit(&mut self, row: AuditEntry) -> Result<(), StoreError> {
        self.store.audit(self.ctx.tenant.id, vec![row]).await
    }

    /// Notes a denial for the audit trail and answers with it.
    pub fn deny(&mut self, denial: Denial) -> wit::Failure {
        let Denial { capability, rule, detail } = denial;
        if self.denials.len() < 100 {
            self.denials.insert((capability.clone(), rule.clone(), detail.clone()));
        }
        wit::Failure::Denied(wit::Denial { capability, rule, detail })
    }

    /// What this capability allows, with all that is asked of it.
    pub(crate) fn allow(&mut self, capability: &str, asks: &[Ask<'_>]) -> Result<Allowed, wit::Failure> {
        let checked = match self.binding.capabilities.get(capability) {
            None => Err(Denial::new(capability, "not-declared", "")),
            Some(Err(denial)) => Err(denial.clone()),
            Some(Ok(allowed)) => allowed.check(capability, asks).map(|()| allowed.clone()),
        };
        checked.map_err(|denial| self.deny(denial))
    }

    /// Refuses writes from calls that only read.
    pub(crate) fn writable(&mut self, capability: &str) -> Result<(), wit::Failure> {
        match self.mode {
            Mode::Write => Ok(()),
            Mode::Read => Err(self.deny(Denial::new(capability, "read-only", ""))),
        }
    }

    /// The schema of a register that the grant opens to this module.
    pub(crate) fn register(&mut self, name: &str) -> Result<RegisterSchema, wit::Failure> {
        self.allow("registers", &[Ask::Member("registers", name)])?;
        match self.binding.manifest.register(name) {
            Some(schema) => Ok(schema.clone()),
            None => Err(self.deny(Denial::new("registers", "registers", name))),
        }
    }

    /// Counts a host call.
    pub(crate) fn count(&mut self) -> Result<(), HostError> {
        Ok(self.used.host_call(&self.limits)?)
    }
}

/// `invalid`: this field breaks this rule.
pub(crate) fn invalid(field: impl Into<String>, rule: impl Into<String>) -> wit::Failure {
    wit::Failure::Invalid(wit::Violation { field: field.into(), rule: rule.into() })
}
