//! MPower, the register of representation powers based on electronic signature.

use super::ProviderError;
use crate::clock::Instant;
use async_trait::async_trait;
use chrono::NaiveDate;

/// MPower's statuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MandateStanding {
    /// Begun, not granted.
    Draft,
    /// Granted; the agent has to accept it.
    PendingAcceptance,
    /// Granted; begins later.
    Pending,
    /// In force.
    Valid,
    /// For the time being not in force.
    Suspended,
    /// Expired, revoked or renounced.
    Cancelled,
}

impl MandateStanding {
    /// From MPower's number, 1 to 6.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Draft,
            2 => Self::PendingAcceptance,
            3 => Self::Pending,
            4 => Self::Valid,
            5 => Self::Suspended,
            6 => Self::Cancelled,
            _ => return None,
        })
    }

    /// MPower's number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Draft => 1,
            Self::PendingAcceptance => 2,
            Self::Pending => 3,
            Self::Valid => 4,
            Self::Suspended => 5,
            Self::Cancelled => 6,
        }
    }
}

/// One side of a mandate. No `Debug`: it names somebody.
#[derive(Clone, PartialEq, Eq)]
pub struct Party {
    /// IDNP or IDNO.
    pub idn: String,
    /// Whether it is a legal entity.
    pub legal: bool,
    /// As MPower shows it.
    pub name: String,
}

/// A power of attorney.
#[derive(Clone, PartialEq, Eq)]
pub struct Mandate {
    /// 16 digits.
    pub code: String,
    /// `AT-` and 7 digits.
    pub kind: String,
    /// The type's name, in Romanian.
    pub kind_name: String,
    /// Who gave it.
    pub principal: Party,
    /// Who may act.
    pub agent: Party,
    /// From when it is in force; of one that is not, since when it is not.
    pub from: Instant,
    /// Until when; none without an end, or when it is not in force.
    pub until: Option<Instant>,
    /// Where it stands. MPower tells apart only whether it is in force; what is not and has not begun is [`MandateStanding::Pending`], all else
    /// [`MandateStanding::Cancelled`], unless MPower says more.
    pub standing: MandateStanding,
    /// IDNO and name of the institution for whose service it was given.
    pub provider: (String, String),
}

impl Mandate {
    /// Whether it is in force.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.standing == MandateStanding::Valid
    }

    /// The first day, in Chișinău.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        self.from.civil_date()
    }

    /// The last day, in Chișinău.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.until.map(Instant::civil_date)
    }
}

/// Whose mandates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MandateSide {
    /// Given by them.
    Given,
    /// Given to them.
    Received,
    /// Either.
    Both,
}

/// The signed power of attorney.
#[derive(Clone, PartialEq, Eq)]
pub struct MandateFile {
    /// Its bytes.
    pub content: Vec<u8>,
    /// Its media type; `application/pdf` as usual.
    pub media_type: String,
}

/// Looking mandates up. They are given, accepted and revoked at MPower.
#[async_trait]
pub trait Mandates: Send + Sync {
    /// Whether a code is that of a mandate in force now; nothing when MPower does not know it.
    ///
    /// # Errors
    /// When MPower cannot be reached or does not allow it.
    async fn is_valid(&self, code: &str) -> Result<Option<bool>, ProviderError>;
    /// A mandate by its code; nothing when MPower does not know it.
    ///
    /// # Errors
    /// As above.
    async fn details(&self, code: &str) -> Result<Option<Mandate>, ProviderError>;
    /// The mandate of this type in force now between the two.
    ///
    /// # Errors
    /// As above.
    async fn between(&self, kind: &str, principal: &str, agent: &str) -> Result<Option<Mandate>, ProviderError>;
    /// Somebody's mandates, newest first.
    ///
    /// # Errors
    /// As above.
    async fn list(&self, idn: &str, side: MandateSide) -> Result<Vec<Mandate>, ProviderError>;
    /// The signed document; nothing when MPower does not know the code.
    ///
    /// # Errors
    /// As above.
    async fn file(&self, code: &str) -> Result<Option<MandateFile>, ProviderError>;
}
