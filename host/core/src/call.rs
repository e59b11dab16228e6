//! Who calls, where, and when: the context of every call.

use crate::audit::{AuditEntry, AuditKind};
use crate::clock::Instant;
use crate::ids::{CallId, Name, SubjectId, TenantId};
use crate::manifest::Language;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A municipality.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tenant {
    /// Its id, the first part of every key of its data.
    pub id: TenantId,
    /// Its place in addresses: `sculeni`.
    pub slug: Name,
    /// Its name, as written in Romanian: `Sculeni`.
    pub name: String,
    /// Raion: `Ungheni`.
    pub district: String,
    /// 7-digit code of the administrative-territorial unit (CUATM).
    pub cuatm: String,
    /// The town hall's IDNO, by which other institutions know it; empty while it is not known.
    pub idno: String,
}

/// By which way the call came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The officials' portal.
    Portal,
    /// The citizens' app.
    Evo,
    /// An official helping someone present.
    Counter,
    /// An operator's command line, acting as a person.
    CommandLine,
    /// Something that arrived from outside.
    Event,
    /// A step of a job.
    Job,
}

impl Channel {
    /// As the audit trail writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Evo => "evo",
            Self::Counter => "counter",
            Self::CommandLine => "command-line",
            Self::Event => "event",
            Self::Job => "job",
        }
    }
}

/// Of the sign-in method (eIDAS levels).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// Not signed in.
    Anonymous,
    /// Low.
    Low,
    /// Substantial.
    Substantial,
    /// High.
    High,
}

/// Who calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// None for events and jobs.
    pub person: Option<SubjectId>,
    /// In this municipality.
    pub roles: BTreeSet<Name>,
    /// How surely we know.
    pub assurance: Assurance,
    /// By which way.
    pub channel: Channel,
    /// The person's language.
    pub language: Language,
    /// Acting for somebody else; nothing when for themselves.
    pub acting: Option<Acting>,
}

impl Caller {
    /// For whom they act: themselves, or the principal of their mandate.
    #[must_use]
    pub fn principal(&self) -> Option<SubjectId> {
        self.acting.as_ref().map(|acting| acting.principal).or(self.person)
    }
}

/// A power of attorney by which somebody acts for another (MPower), checked when they chose it and again and again since.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Acting {
    /// 16 digits.
    pub code: String,
    /// For whom.
    pub principal: SubjectId,
    /// `AT-` and 7 digits.
    pub kind: String,
    /// Last day.
    pub until: Option<NaiveDate>,
}

/// The context of a call. The tenant comes from here and from nowhere else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallContext {
    /// The municipality.
    pub tenant: Arc<Tenant>,
    /// The module.
    pub module: Name,
    /// Who calls.
    pub caller: Caller,
    /// The call, and the correlation id of everything it causes.
    pub call: CallId,
    /// Fixed during the call and its replay.
    pub now: Instant,
    /// What randomness grows from, the same in a replay.
    pub seed: [u8; 32],
}

impl CallContext {
    /// A row of the audit trail for this call. Whoever acts for another does so openly: it names the mandate, and its principal.
    pub fn row(&self, kind: AuditKind, what: &str, mut detail: serde_json::Value) -> AuditEntry {
        if let (Some(acting), Some(detail)) = (&self.caller.acting, detail.as_object_mut()) {
            detail.insert("mandate".into(), acting.code.as_str().into());
        }
        AuditEntry {
            at: self.now,
            kind,
            call: self.call,
            actor: self.caller.person,
            channel: self.caller.channel,
            module: Some(self.module.clone()),
            what: what.to_owned(),
            detail: detail.to_string(),
            legal_basis: String::new(),
            about: self.caller.acting.iter().map(|acting| acting.principal).collect(),
        }
    }

    /// The civil date of the call in Europe/Chisinau.
    pub fn today(&self) -> NaiveDate {
        self.now.civil_date()
    }
}

/// An official (or administrator) of a municipality.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Official {
    /// The person, as a subject of the municipality.
    pub person: SubjectId,
    /// A short name for the command line: `perceptor`. Unique in the municipality.
    pub handle: Name,
    /// The person's name.
    pub name: String,
    /// The person's IDNP, by which MPass names them.
    pub idnp: String,
    /// `tax-collector`, `mayor`, `administrator`…
    pub roles: BTreeSet<Name>,
}

/// The head of the municipality, who signs what is the municipality's.
pub const MAYOR: &str = "mayor";

/// The role that may grant, revoke and read the audit trail of a municipality.
pub const ADMINISTRATOR: &str = "administrator";

/// The role of whoever signed in on their phone: what a module of EVO opens to citizens.
pub const CITIZEN: &str = "citizen";

/// The role of everybody on their phone, signed in or not: what a module of EVO opens to guests.
pub const GUEST: &str = "guest";
