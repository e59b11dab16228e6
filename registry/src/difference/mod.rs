//! What a version of a module changes against another: what is asked for besides, what becomes of its registers, what people see.

mod asked;
mod registers;
mod text;

pub use asked::{Asked, Change, What};
pub use registers::{FieldChange, RegisterChange, RegisterTurn, changes};
pub use vatra_core::versions::Step;

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::ids::Name;
use vatra_core::manifest::Manifest;

/// Whether a version may do more than the one that was agreed to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consent {
    /// Exactly as much.
    Same,
    /// Less.
    Fewer,
    /// More, whatever else is less: this has to be agreed to.
    More(Vec<Asked>),
}

/// Names that came and went. What is in both and not alike is `changed`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Names {
    /// Only in the new one.
    pub added: BTreeSet<Name>,
    /// Only in the old one.
    pub removed: BTreeSet<Name>,
    /// In both, otherwise.
    pub changed: BTreeSet<Name>,
}

impl Names {
    fn between<T: PartialEq>(old: &BTreeMap<Name, T>, new: &BTreeMap<Name, T>) -> Self {
        Self {
            added: new.keys().filter(|name| !old.contains_key(*name)).cloned().collect(),
            removed: old.keys().filter(|name| !new.contains_key(*name)).cloned().collect(),
            changed: new
                .iter()
                .filter(|(name, it)| old.get(*name).is_some_and(|before| before != *it))
                .map(|(name, _)| name.clone())
                .collect(),
        }
    }
    /// Whether nothing came, went or changed.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// What is different in a new version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Difference {
    /// The old version and the new.
    pub versions: (String, String),
    /// How far they are apart.
    pub step: Step,
    /// Whether the new one may be taken without asking.
    pub consent: Consent,
    /// Whatever concerns what the module may do: more of it first.
    pub asked: Vec<Asked>,
    /// What becomes of registers.
    pub registers: Vec<RegisterChange>,
    /// Screens.
    pub screens: Names,
    /// Actions.
    pub actions: Names,
    /// Roles.
    pub roles: Names,
    /// Public services.
    pub services: Names,
    /// Settings of the municipality.
    pub settings: Names,
    /// Tables that it takes.
    pub uploads: Names,
    /// Templates of documents.
    pub templates: Names,
    /// Long work.
    pub jobs: Names,
    /// Kinds of tasks.
    pub tasks: Names,
}

impl Difference {
    /// Between two manifests.
    pub fn between(old: &Manifest, new: &Manifest) -> Self {
        fn by<T>(list: &[T], name: impl Fn(&T) -> &Name) -> BTreeMap<Name, &T> {
            list.iter().map(|it| (name(it).clone(), it)).collect()
        }
        macro_rules! names {
            ($list:ident, $name:ident) => {
                Names::between(&by(&old.$list, |it| &it.$name), &by(&new.$list, |it| &it.$name))
            };
        }
        let asked = asked::between(old, new);
        let more: Vec<Asked> = asked.iter().filter(|it| it.change.is_more()).cloned().collect();
        let consent = match (more.is_empty(), asked.iter().any(|it| it.change.is_less())) {
            (false, _) => Consent::More(more),
            (true, true) => Consent::Fewer,
            (true, false) => Consent::Same,
        };
        Self {
            versions: (old.version.clone(), new.version.clone()),
            step: step(old, new),
            consent,
            asked,
            registers: registers::between(old, new),
            screens: names!(screens, name),
            actions: names!(actions, name),
            roles: Names::between(&old.roles, &new.roles),
            services: names!(services, code),
            settings: names!(settings, name),
            uploads: names!(uploads, name),
            templates: names!(templates, name),
            jobs: names!(jobs, name),
            tasks: names!(tasks, kind),
        }
    }

    /// Whether nothing is different but the version.
    pub fn is_empty(&self) -> bool {
        let lists = [
            &self.screens,
            &self.actions,
            &self.roles,
            &self.services,
            &self.settings,
            &self.uploads,
            &self.templates,
            &self.jobs,
            &self.tasks,
        ];
        self.asked.is_empty() && self.registers.is_empty() && lists.into_iter().all(Names::is_empty)
    }

    /// Whether what the registers hold already can be kept as it is.
    pub fn is_additive(&self) -> bool {
        self.registers.iter().all(RegisterChange::is_additive)
    }
}

fn step(old: &Manifest, new: &Manifest) -> Step {
    let (Ok(old), Ok(new)) = (old.semver(), new.semver()) else { return Step::Unknown };
    Step::between(&old, &new)
}
