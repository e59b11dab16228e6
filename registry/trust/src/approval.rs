//! What a municipality approved: this digest with these permissions. The host keeps the signed text as it is and reads it at every load; who signed
//! it, and whether the signature holds, is the business of the signatures' room.

use crate::key::KeyId;
use crate::moment;
use crate::refusal::Refusal;
use chrono::NaiveDate;
use semver::Version;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::grants::Grant;
use vatra_core::ids::Name;
use vatra_core::manifest::Param;
use vatra_core::versions::Step;

/// The most bytes that an approval is read of.
pub const MAX_BYTES: usize = 256 << 10;

/// Which later versions come without being approved one by one. Only ever such as may do no more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upgrades {
    /// None.
    #[default]
    Off,
    /// Corrections: only the third number is higher.
    Patch,
    /// Those too whose second number is higher. Before 1.0 that number counts as the first.
    Minor,
}

impl Upgrades {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Off, Self::Patch, Self::Minor];
    /// `off`, `patch`, `minor`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Patch => "patch",
            Self::Minor => "minor",
        }
    }
    /// From its code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.code() == code)
    }
    /// Whether it lets one version follow another by itself. Versions of a trial (`1.2.0-rc.1`) never do.
    #[must_use]
    pub fn allows(self, from: &Version, to: &Version) -> bool {
        let step = Step::between(from, to);
        to.pre.is_empty()
            && match self {
                Self::Off => false,
                Self::Patch => step == Step::Patch,
                Self::Minor => matches!(step, Step::Patch | Step::Minor),
            }
    }
}

/// A municipality's approval.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Approval {
    /// Drawn at random by the host when everything else was settled, and first in the text: MSign signs SHA-1 digests, and whoever chose a word of
    /// the rest could not know what they are a digest of.
    pub nonce: String,
    /// The municipality's slug.
    pub municipality: Name,
    /// The publisher.
    pub publisher: Name,
    /// The key that signed the publication.
    pub key: KeyId,
    /// The module.
    pub module: Name,
    /// The version.
    pub version: Version,
    /// Of the OCI manifest.
    pub manifest: Digest,
    /// Of the component.
    pub component: Digest,
    /// What it may do, capability by capability. What is not here is not approved.
    pub permissions: BTreeMap<Name, Permission>,
    /// Budgets above the usual, by their codes.
    pub budgets: BTreeMap<String, u64>,
    /// Which later versions of this publisher come by themselves.
    pub upgrades: Upgrades,
    /// When it was drawn up.
    #[serde(with = "moment")]
    pub at: Instant,
}

/// How far a capability reaches.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Permission {
    /// Every parameter that the module asks for, with what is approved of it.
    #[serde(default)]
    pub parameters: BTreeMap<String, Param>,
    /// What the municipality says and the module must not choose.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The law that it rests on, where the municipality names another than the module does.
    #[serde(default)]
    pub legal_basis: String,
    /// The last day.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

/// Whether `inner` reaches no further than `outer`.
fn within(inner: &Param, outer: &Param) -> bool {
    match (inner, outer) {
        (Param::Set(inner), Param::Set(outer)) => inner.iter().all(|member| outer.contains(member)),
        (Param::AtMost(inner), Param::AtMost(outer)) => inner <= outer,
        _ => false,
    }
}

impl Approval {
    /// As it is signed; the same bytes for the same approval.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what was signed.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn read(json: &[u8]) -> Result<Self, Refusal> {
        if json.len() > MAX_BYTES {
            return Err(Refusal::Malformed("the approval is larger than 256 KiB".to_owned()));
        }
        serde_json::from_slice(json).map_err(|error| Refusal::Malformed(error.to_string()))
    }

    /// Whether it is this municipality's, of this package.
    ///
    /// # Errors
    /// [`Refusal::NotApproved`] with what differs.
    pub fn admits(&self, municipality: &Name, module: &Name, component: &Digest) -> Result<(), Refusal> {
        let differs = [
            (self.municipality != *municipality, format!("the approval is of {}, not of {municipality}", self.municipality)),
            (self.module != *module, format!("the approval is of module '{}', not of '{module}'", self.module)),
            (self.component != *component, format!("{module} was approved as {}, and this is {component}", self.component)),
        ];
        let differs = differs.into_iter().find_map(|(differs, why)| differs.then_some(why));
        differs.map_or(Ok(()), |why| Err(Refusal::NotApproved(why)))
    }

    /// Whether a grant reaches no further than what was approved. Less may be given at any time, more only with another approval.
    ///
    /// # Errors
    /// [`Refusal::NotApproved`] with the capability and what goes beyond.
    pub fn covers(&self, grant: &Grant) -> Result<(), Refusal> {
        let beyond = |what: String| {
            Err(Refusal::NotApproved(format!("{}: '{}' goes beyond what was approved: {what}", self.module, grant.capability)))
        };
        let Some(approved) = self.permissions.get(&grant.capability) else {
            return beyond("the capability was not approved at all".to_owned());
        };
        // A parameter that the grant leaves out is granted as asked, and what is asked may have been cut down by the approval.
        for (name, outer) in &approved.parameters {
            if !grant.parameters.get(name).is_some_and(|inner| within(inner, outer)) {
                return beyond(format!("parameter '{name}'"));
            }
        }
        if let Some(name) = grant.parameters.keys().find(|name| !approved.parameters.contains_key(*name)) {
            return beyond(format!("parameter '{name}'"));
        }
        if let Some((name, _)) = grant.settings.iter().find(|(name, value)| approved.settings.get(*name) != Some(*value)) {
            return beyond(format!("'{name}'"));
        }
        if grant.legal_basis != approved.legal_basis {
            return beyond("the legal basis".to_owned());
        }
        match (grant.until, approved.until) {
            (_, None) => Ok(()),
            (Some(until), Some(last)) if until <= last => Ok(()),
            (_, Some(last)) => beyond(format!("it ends on {last}")),
        }
    }
}
