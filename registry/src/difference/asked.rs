//! What a module may do, against what it might before.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::ids::Name;
use vatra_core::manifest::{Manifest, Param};

/// Which way something changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was not there.
    Added,
    /// It reaches further.
    Widened,
    /// It is another one, neither more nor less.
    Replaced,
    /// It reaches less far.
    Narrowed,
    /// It is gone.
    Removed,
    /// It is said in other words.
    Reworded,
}

impl Change {
    /// Whether it has to be agreed to.
    pub fn is_more(self) -> bool {
        matches!(self, Self::Added | Self::Widened | Self::Replaced)
    }
    /// Whether something was given up.
    pub fn is_less(self) -> bool {
        matches!(self, Self::Narrowed | Self::Removed)
    }
    /// `added`, `widened`…
    pub fn code(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Widened => "widened",
            Self::Replaced => "replaced",
            Self::Narrowed => "narrowed",
            Self::Removed => "removed",
            Self::Reworded => "reworded",
        }
    }
}

/// What changed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "of", content = "is")]
pub enum What {
    /// A capability as a whole.
    Capability(String),
    /// A parameter of a capability.
    Parameter(String, String),
    /// The law that a capability rests on.
    LegalBasis(String),
    /// What a capability is for, in the module's words.
    Purpose(String),
    /// A budget.
    Budget(String),
    /// Who may open a screen that was there before.
    Screen(String),
    /// Who may perform an action that was there before.
    Action(String),
    /// Who publishes the module.
    Publisher,
    /// Officials' portal or phones.
    World,
    /// Another module altogether.
    Name,
}

impl What {
    /// `capability`, `parameter`…
    pub fn code(&self) -> &'static str {
        match self {
            Self::Capability(_) => "capability",
            Self::Parameter(..) => "parameter",
            Self::LegalBasis(_) => "legal-basis",
            Self::Purpose(_) => "purpose",
            Self::Budget(_) => "budget",
            Self::Screen(_) => "screen",
            Self::Action(_) => "action",
            Self::Publisher => "publisher",
            Self::World => "world",
            Self::Name => "name",
        }
    }
}

/// One change of what a module may do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Asked {
    /// Of what.
    pub what: What,
    /// Which way.
    pub change: Change,
    /// What came: members of a list, or what a number or text is now.
    pub gained: Vec<String>,
    /// What went, likewise.
    pub lost: Vec<String>,
}

/// Parameters that keep a capability in bounds: without them it reaches everything. Of all others the reach begins with the parameter. A parameter that
/// is in neither list is taken as one that can only be changed by asking.
const BOUNDS: &[(&str, &str)] = &[("appointments", "counters"), ("appointments", "services"), ("cases", "services")];
const REACHES: &[(&str, &[&str])] = &[
    ("appointments", &["parts"]),
    ("cases", &["parts"]),
    ("config", &["settings", "enacts"]),
    ("documents", &["templates", "kinds", "media-types"]),
    ("mconnect", &["data-sets", "fields", "publishes", "listens", "event-fields"]),
    ("mnotify", &["contents", "templates"]),
    ("mpay", &["services", "accounts", "ceiling"]),
    ("mpower", &["kinds", "others"]),
    ("msign", &["kinds", "roles"]),
    ("opendata", &["kinds"]),
    ("registers", &["registers"]),
    ("subjects", &["attributes"]),
    ("tasks", &["roles", "modules"]),
];

/// Every change, more first.
pub(super) fn between(old: &Manifest, new: &Manifest) -> Vec<Asked> {
    let mut out = Vec::new();
    text(&mut out, What::Name, Change::Replaced, old.name.as_str(), new.name.as_str());
    let id = |manifest: &Manifest| manifest.publisher_id.as_ref().map_or_else(|| manifest.publisher.clone(), ToString::to_string);
    text(&mut out, What::Publisher, Change::Replaced, &id(old), &id(new));
    if old.world != new.world {
        out.push(Asked { what: What::World, change: Change::Replaced, gained: Vec::new(), lost: Vec::new() });
    }
    capabilities(&mut out, old, new);
    for budget in old.budgets.keys().chain(new.budgets.keys()).collect::<BTreeSet<_>>() {
        let value = |manifest: &Manifest| manifest.budgets.get(budget).map(|request| request.value);
        let said = |value: Option<u64>| value.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (before, after) = (value(old), value(new));
        let change = match (before, after) {
            (None, Some(_)) => Change::Added,
            (Some(_), None) => Change::Removed,
            (before, after) if after > before => Change::Widened,
            (before, after) if after < before => Change::Narrowed,
            _ => continue,
        };
        out.push(Asked { what: What::Budget(budget.code().to_owned()), change, gained: said(after), lost: said(before) });
    }
    for screen in &new.screens {
        if let Some(before) = old.screen(screen.name.as_str()) {
            opened(&mut out, What::Screen(screen.name.to_string()), &before.roles, &screen.roles);
        }
    }
    for action in &new.actions {
        if let Some(before) = old.action(action.name.as_str()) {
            opened(&mut out, What::Action(action.name.to_string()), &before.roles, &action.roles);
        }
    }
    out.sort_by(|one, other| one.change.cmp(&other.change).then_with(|| one.what.cmp(&other.what)));
    out
}

fn text(out: &mut Vec<Asked>, what: What, change: Change, before: &str, after: &str) {
    if before != after {
        out.push(Asked { what, change, gained: vec![after.to_owned()], lost: vec![before.to_owned()] });
    }
}

/// Roles that something which was there before is open to. One that loses some and gains others is wider: somebody new may.
fn opened(out: &mut Vec<Asked>, what: What, before: &BTreeSet<Name>, after: &BTreeSet<Name>) {
    let members = |roles: &BTreeSet<Name>| roles.iter().map(ToString::to_string).collect();
    sets(out, what, &members(before), &members(after));
}

fn sets(out: &mut Vec<Asked>, what: What, before: &BTreeSet<String>, after: &BTreeSet<String>) {
    let gained: Vec<String> = after.difference(before).cloned().collect();
    let lost: Vec<String> = before.difference(after).cloned().collect();
    let change = match (gained.is_empty(), lost.is_empty()) {
        (true, true) => return,
        (false, _) => Change::Widened,
        (true, false) => Change::Narrowed,
    };
    out.push(Asked { what, change, gained, lost });
}

fn capabilities(out: &mut Vec<Asked>, old: &Manifest, new: &Manifest) {
    let plain = |name: &Name, change| Asked { what: What::Capability(name.to_string()), change, gained: Vec::new(), lost: Vec::new() };
    out.extend(old.capabilities.keys().filter(|name| !new.capabilities.contains_key(*name)).map(|name| plain(name, Change::Removed)));
    for (name, request) in &new.capabilities {
        let Some(before) = old.capabilities.get(name) else {
            out.push(plain(name, Change::Added));
            continue;
        };
        // The law goes out with every question that is asked under it.
        text(out, What::LegalBasis(name.to_string()), Change::Replaced, &before.legal_basis, &request.legal_basis);
        if before.purpose != request.purpose {
            out.push(Asked { what: What::Purpose(name.to_string()), change: Change::Reworded, gained: Vec::new(), lost: Vec::new() });
        }
        parameters(out, name.as_str(), &before.parameters, &request.parameters);
    }
}

fn parameters(out: &mut Vec<Asked>, capability: &str, old: &BTreeMap<String, Param>, new: &BTreeMap<String, Param>) {
    let said = |param: Option<&Param>| match param {
        Some(Param::AtMost(number)) => vec![number.to_string()],
        Some(Param::Set(set)) => set.iter().cloned().collect(),
        None => Vec::new(),
    };
    for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let what = What::Parameter(capability.to_owned(), name.clone());
        let (before, after) = (old.get(name), new.get(name));
        let bounds = BOUNDS.contains(&(capability, name.as_str()));
        let reaches = REACHES.iter().any(|(of, names)| *of == capability && names.contains(&name.as_str()));
        let change = match (before, after) {
            (Some(Param::Set(before)), Some(Param::Set(after))) => {
                sets(out, what, before, after);
                continue;
            }
            (Some(Param::AtMost(before)), Some(Param::AtMost(after))) if after < before => Change::Narrowed,
            (Some(Param::AtMost(before)), Some(Param::AtMost(after))) if after == before => continue,
            (None, Some(_)) if bounds => Change::Narrowed,
            (Some(_), None) if reaches => Change::Narrowed,
            // Higher, of another shape, a bound that is lifted, or nothing that this host knows.
            _ => Change::Widened,
        };
        out.push(Asked { what, change, gained: said(after), lost: said(before) });
    }
}
