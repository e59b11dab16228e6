//! Two locks: a call must be allowed by the module's manifest *and* by the municipality's grant, parameter by parameter. A pure
//! decision.

use crate::clock::Instant;
use crate::ids::{Name, SubjectId};
use crate::manifest::{CapabilityRequest, Param};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A municipality's grant of one capability to one module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grant {
    /// `mpay`, `registers`…
    pub capability: Name,
    /// How far it reaches. A parameter that the manifest asks for and the grant leaves out is granted as asked.
    pub parameters: BTreeMap<String, Param>,
    /// What the municipality knows that the module must not choose: `account.local-budget` → an IBAN.
    pub settings: BTreeMap<String, String>,
    /// The law it rests on.
    pub legal_basis: String,
    /// Last day on which it holds.
    pub until: Option<NaiveDate>,
    /// Who granted it; none for the operator.
    pub granted_by: Option<SubjectId>,
    /// When.
    pub granted_at: Instant,
    /// Since when it is revoked.
    pub revoked_at: Option<Instant>,
}

/// Which lock was shut. Rules are stable codes; the host has words for each.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Denial {
    /// The capability.
    pub capability: String,
    /// `not-declared`, `not-granted`, `revoked`, `expired`, a parameter's name, `personal`, `role`, `read-only`…
    pub rule: String,
    /// What was asked for. Never personal.
    pub detail: String,
}

impl Denial {
    /// A denial of this capability by this rule. Of what was asked for the beginning is kept: a module names it, and may name megabytes.
    pub fn new(capability: impl Into<String>, rule: impl Into<String>, detail: impl Into<String>) -> Self {
        let cut = |text: String| if text.len() > 200 { text.chars().take(100).collect() } else { text };
        Self { capability: cut(capability.into()), rule: cut(rule.into()), detail: cut(detail.into()) }
    }
}

/// What a capability allows in the end: the manifest's request cut down by the grant.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Allowed {
    /// Parameter by parameter.
    pub parameters: BTreeMap<String, Param>,
    /// See [`Grant::settings`].
    pub settings: BTreeMap<String, String>,
    /// The law it rests on: the grant's, or else the manifest's.
    pub legal_basis: String,
}

/// What is asked of a capability in one call.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// The parameter's set has this member.
    Member(&'a str, &'a str),
    /// The parameter's limit is not exceeded.
    Within(&'a str, i64),
}

/// Something that a grant says and the module must not choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingAsked {
    /// In [`Grant::settings`]: `account.local-budget`.
    pub name: String,
    /// What of the module's it is for: `local-budget`.
    pub of: String,
    /// What it holds.
    pub kind: SettingKind,
}

/// What a setting holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingKind {
    /// The IBAN of a treasury account; without it the module cannot make orders.
    TreasuryAccount,
    /// MNotify's id of a template (UUID); without it the template is denied.
    NoticeTemplate,
    /// What a type of mandates is called; its code when it is not said.
    MandateName,
}

impl SettingKind {
    /// `account`, `template`, `kind`: the beginning of its name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TreasuryAccount => "account",
            Self::NoticeTemplate => "template",
            Self::MandateName => "kind",
        }
    }

    /// Whether a grant without it is of little use.
    #[must_use]
    pub fn is_required(self) -> bool {
        self == Self::TreasuryAccount
    }

    /// The rule that a value breaks, if it breaks one.
    #[must_use]
    pub fn broken(self, value: &str) -> Option<&'static str> {
        let holds = match self {
            // No tax goes anywhere else.
            Self::TreasuryAccount => crate::ident::treasury_bank(value).is_some(),
            Self::NoticeTemplate => uuid::Uuid::parse_str(value).is_ok(),
            Self::MandateName => !value.is_empty() && value.chars().count() <= 100,
        };
        (!holds).then_some(match self {
            Self::TreasuryAccount => "treasury-account",
            Self::NoticeTemplate => "notice-template",
            Self::MandateName => "too-long",
        })
    }
}

/// The settings that go with a grant of what is asked for.
pub fn settings_asked(capability: &str, request: &CapabilityRequest) -> Vec<SettingAsked> {
    let (parameter, kind) = match capability {
        "mpay" => ("accounts", SettingKind::TreasuryAccount),
        "mnotify" => ("templates", SettingKind::NoticeTemplate),
        "mpower" => ("kinds", SettingKind::MandateName),
        _ => return Vec::new(),
    };
    let Some(Param::Set(members)) = request.parameters.get(parameter) else { return Vec::new() };
    let asked = |of: &String| SettingAsked { name: format!("{}.{of}", kind.code()), of: of.clone(), kind };
    members.iter().map(asked).collect()
}

/// Capabilities that a module of EVO can use: those whose every function keeps to what is about the caller, or the principal of their mandate, or is
/// nobody's. All others are closed on phones, whatever was granted (rule `phones`).
pub const ON_PHONES: [&str; 5] = ["appointments", "cases", "catalogue", "mconnect", "mnotify"];

/// Beside them the files that citizens send with forms: they are taken where `documents` is granted, under this name, though nothing else of that
/// capability is open. They are given back to whoever sent them and to nobody else.
pub const RECEIVED: &str = "documents-received";

/// Meets the manifest's request with the municipality's grant.
///
/// # Errors
/// The [`Denial`] that everything asked of this capability gets.
pub fn allowed(capability: &Name, request: Option<&CapabilityRequest>, grant: Option<&Grant>, today: NaiveDate) -> Result<Allowed, Denial> {
    let deny = |rule: &str| Denial::new(capability.as_str(), rule, "");
    let request = request.ok_or_else(|| deny("not-declared"))?;
    let grant = grant.ok_or_else(|| deny("not-granted"))?;
    if grant.revoked_at.is_some() {
        return Err(deny("revoked"));
    }
    if grant.until.is_some_and(|until| until < today) {
        return Err(deny("expired"));
    }
    let parameters = request
        .parameters
        .iter()
        .map(|(name, asked)| {
            let met = match (asked, grant.parameters.get(name)) {
                (_, None) => asked.clone(),
                (Param::AtMost(a), Some(Param::AtMost(b))) => Param::AtMost(*a.min(b)),
                (Param::Set(a), Some(Param::Set(b))) => Param::Set(a.intersection(b).cloned().collect()),
                // A grant of another shape than the request grants nothing.
                (Param::AtMost(_), Some(Param::Set(_))) => Param::AtMost(i64::MIN),
                (Param::Set(_), Some(Param::AtMost(_))) => Param::Set(BTreeSet::new()),
            };
            (name.clone(), met)
        })
        .collect();
    let legal_basis = if grant.legal_basis.is_empty() { request.legal_basis.clone() } else { grant.legal_basis.clone() };
    Ok(Allowed { parameters, settings: grant.settings.clone(), legal_basis })
}

impl Allowed {
    /// Whether all that is asked lies within.
    ///
    /// # Errors
    /// The first [`Denial`], whose rule is the parameter's name.
    pub fn check(&self, capability: &str, asks: &[Ask<'_>]) -> Result<(), Denial> {
        for ask in asks {
            let (name, holds, detail) = match ask {
                Ask::Member(name, member) => {
                    (*name, matches!(self.parameters.get(*name), Some(Param::Set(set)) if set.contains(*member)), (*member).to_owned())
                }
                Ask::Within(name, number) => {
                    (*name, matches!(self.parameters.get(*name), Some(Param::AtMost(limit)) if number <= limit), number.to_string())
                }
            };
            if !holds {
                return Err(Denial::new(capability, name, detail));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Localized;
    use proptest::prelude::*;

    fn name(text: &str) -> Name {
        Name::try_from(text.to_owned()).unwrap_or_else(|_| unreachable!())
    }
    fn set(members: &[&str]) -> Param {
        Param::Set(members.iter().map(|m| (*m).to_owned()).collect())
    }
    fn request(parameters: &[(&str, Param)]) -> CapabilityRequest {
        CapabilityRequest {
            purpose: Localized::default(),
            legal_basis: "Law A".into(),
            parameters: parameters.iter().map(|(n, p)| ((*n).to_owned(), p.clone())).collect(),
        }
    }
    fn grant(parameters: &[(&str, Param)]) -> Grant {
        Grant {
            capability: name("mpay"),
            parameters: parameters.iter().map(|(n, p)| ((*n).to_owned(), p.clone())).collect(),
            settings: BTreeMap::new(),
            legal_basis: String::new(),
            until: None,
            granted_by: None,
            granted_at: Instant(0),
            revoked_at: None,
        }
    }
    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }
    fn rule<T>(result: Result<T, Denial>) -> String {
        result.err().map(|denial| denial.rule).unwrap_or_default()
    }

    #[test]
    fn either_lock_alone_keeps_shut() {
        let mpay = name("mpay");
        let today = day("2026-10-01");
        let asked = request(&[]);
        let given = grant(&[]);
        assert_eq!(rule(allowed(&mpay, None, Some(&given), today)), "not-declared");
        assert_eq!(rule(allowed(&mpay, Some(&asked), None, today)), "not-granted");
        let revoked = Grant { revoked_at: Some(Instant(1)), ..given.clone() };
        assert_eq!(rule(allowed(&mpay, Some(&asked), Some(&revoked), today)), "revoked");
        let expired = Grant { until: Some(day("2026-09-30")), ..given.clone() };
        assert_eq!(rule(allowed(&mpay, Some(&asked), Some(&expired), today)), "expired");
        let last_day = Grant { until: Some(today), ..given };
        assert!(allowed(&mpay, Some(&asked), Some(&last_day), today).is_ok());
    }

    #[test]
    fn a_grant_of_another_shape_grants_nothing() -> Result<(), Denial> {
        let met = allowed(
            &name("mpay"),
            Some(&request(&[("services", set(&["a"])), ("ceiling", Param::AtMost(5))])),
            Some(&grant(&[("services", Param::AtMost(9)), ("ceiling", set(&["a"]))])),
            day("2026-10-01"),
        )?;
        assert_eq!(rule(met.check("mpay", &[Ask::Member("services", "a")])), "services");
        assert_eq!(rule(met.check("mpay", &[Ask::Within("ceiling", 1)])), "ceiling");
        assert_eq!(rule(met.check("mpay", &[Ask::Member("undeclared", "a")])), "undeclared");
        Ok(())
    }

    proptest! {
        #[test]
        fn what_is_allowed_lies_within_both(asked in 0i64..100, given in 0i64..100, amount in 0i64..100,
            a in proptest::collection::btree_set("[a-d]", 0..4), b in proptest::collection::btree_set("[a-d]", 0..4), member in "[a-d]") {
            let met = allowed(&name("mpay"),
                Some(&request(&[("ceiling", Param::AtMost(asked)), ("services", Param::Set(a.clone()))])),
                Some(&grant(&[("ceiling", Param::AtMost(given)), ("services", Param::Set(b.clone()))])),
                day("2026-10-01")).map_err(|d| TestCaseError::fail(d.rule))?;
            prop_assert_eq!(met.check("mpay", &[Ask::Within("ceiling", amount)]).is_ok(), amount <= asked && amount <= given);
            prop_assert_eq!(met.check("mpay", &[Ask::Member("services", &member)]).is_ok(), a.contains(&member) && b.contains(&member));
        }
    }
}
