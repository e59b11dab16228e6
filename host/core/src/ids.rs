//! Ids. All are UUID v7 (time-ordered, so that keys stay dense), each a type of its own.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id of the present moment.
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(
    /// A municipality.
    TenantId
);
id!(
    /// A person or company known to one municipality.
    SubjectId
);
id!(
    /// An entry of a register.
    EntryId
);
id!(
    /// One call of a module, or one command of an operator.
    CallId
);
id!(
    /// Something that arrived from outside and waits for its module.
    InboxId
);
id!(
    /// Something that leaves for a service.
    OutboxId
);
id!(
    /// A document that a municipality keeps.
    DocumentId
);
id!(
    /// A request for signatures.
    SigningId
);
id!(
    /// A municipality's approval of a package.
    ApprovalId
);
id!(
    /// A visit at a counter.
    AppointmentId
);
id!(
    /// An application for a public service.
    CaseId
);
id!(
    /// A ticket of somebody who came without an appointment.
    TicketId
);
id!(
    /// A time in which a counter is closed.
    ClosureId
);
id!(
    /// A job.
    JobId
);
id!(
    /// A task.
    TaskId
);
id!(
    /// A form that was shown once and may be performed once.
    SubmissionId
);

/// A name of lower-case ASCII letters, digits and single hyphens, at most 64 bytes: tenants' slugs, modules, registers, screens. Clones share the
/// text: every call and every row carries some.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(Arc<str>);

/// The text is not a [`Name`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a name: use lower-case letters, digits and single hyphens, beginning with a letter, at most 64")]
pub struct BadName(pub String);

impl Name {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`BadName`] when the text has anything but lower-case letters, digits and inner hyphens.
    pub fn new(text: impl AsRef<str>) -> Result<Self, BadName> {
        let text = text.as_ref();
        let good = !text.is_empty()
            && text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && !text.contains("--")
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if good { Ok(Self(text.into())) } else { Err(BadName(text.to_owned())) }
    }
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl TryFrom<String> for Name {
    type Error = BadName;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}
impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.as_str().to_owned()
    }
}
impl FromStr for Name {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}
impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Lower-case letters, digits and single hyphens, beginning with a letter.",
            "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
            "maxLength": 64,
        })
    }
}
impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["a", "tax-collector", "x9-2"] {
            assert!(Name::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "ș", "9a", "a/b", "a.b", &"a".repeat(65)] {
            assert!(Name::new(bad).is_err(), "{bad}");
        }
    }
}
