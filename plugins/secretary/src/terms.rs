//! Terms. A petition is answered within 30 days (Administrative Code no. 116/2018, article 60), a request for information of public interest within 10
//! working days (Law no. 148/2023), unless the municipality's setting `letter-terms` says otherwise; a term that ends on a day off ends on the next
//! working day.

use vatra_sdk::host::{settings, working_days};
use vatra_sdk::prelude::*;

/// What came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Petition,
    /// For information of public interest.
    Request,
    /// From another institution: answered by the date it names.
    Institution,
    /// Needs no answer.
    Notice,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Petition, Self::Request, Self::Institution, Self::Notice];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Petition => "petition",
            Self::Request => "request",
            Self::Institution => "institution",
            Self::Notice => "notice",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Days of the law's term, and whether they are working days; as long as the municipality settled nothing else.
    fn by_law(self) -> Option<(u32, bool)> {
        match self {
            Self::Petition => Some((30, false)),
            Self::Request => Some((10, true)),
            Self::Institution | Self::Notice => None,
        }
    }
}

/// What the municipality settled, or else the law.
fn term(kind: Kind) -> Result<Option<(u32, bool)>, Failure> {
    let rows = match settings::table("letter-terms", clock::today()) {
        Ok(rows) => rows,
        Err(Failure::Denied(_) | Failure::NotFound) => Vec::new(),
        Err(other) => return Err(other),
    };
    for row in &rows {
        let row = row.as_slice();
        if row.text("kind")? == kind.code() {
            let days = u32::try_from(row.integer("days")?).map_err(|_| invalid("days", "type"))?;
            return Ok(Some((days, row.text("counted")? == "working")));
        }
    }
    Ok(kind.by_law())
}

/// The last day to answer what came in on this day; none when the law sets none.
pub(crate) fn due(kind: Kind, received: Date) -> Result<Option<Date>, Failure> {
    match term(kind)? {
        None => Ok(None),
        Some((days, true)) => working_days::add(received, i32::try_from(days).unwrap_or(i32::MAX)).map(Some),
        Some((days, false)) => working_days::or_next(received.plus_days(days)).map(Some),
    }
}
