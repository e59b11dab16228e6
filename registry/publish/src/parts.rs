//! Lists of parts (SBOM), CycloneDX as JSON: read as far as whoever installs a package wants to know, however large they are.

use crate::problem::Problem;
use serde::de::{Error as _, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// The most parts of one list. Twenty times what the largest of our own modules has.
const MOST: usize = 20_000;

/// The longest list, in bytes.
const MOST_BYTES: usize = 8 << 20;

/// A list, in short.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Parts {
    /// `CycloneDX 1.5`.
    pub format: String,
    /// How many parts there are.
    pub count: usize,
    /// The first of them, as `name version`.
    pub first: Vec<String>,
    /// SHA-256 of what it is the list of, in hexadecimal, if it says so.
    pub of: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    bom_format: String,
    spec_version: String,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    components: Counted,
}

#[derive(Deserialize, Default)]
struct Metadata {
    component: Option<Subject>,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(default)]
    hashes: Vec<Hash>,
}

#[derive(Deserialize)]
struct Hash {
    alg: String,
    content: String,
}

#[derive(Deserialize)]
struct Part {
    name: String,
    #[serde(default)]
    version: String,
}

/// Counted while they are read: none is kept but the first.
#[derive(Default)]
struct Counted {
    count: usize,
    first: Vec<String>,
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Count;
        impl<'de> Visitor<'de> for Count {
            type Value = Counted;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a list of components")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Counted, A::Error> {
                let mut counted = Counted::default();
                loop {
                    let more = if counted.first.len() < 10 {
                        let part = all.next_element::<Part>()?;
                        part.map(|part| counted.first.push(plain(&format!("{} {}", part.name, part.version)))).is_some()
                    } else {
                        all.next_element::<IgnoredAny>()?.is_some()
                    };
                    if !more {
                        return Ok(counted);
                    }
                    counted.count += 1;
                    if counted.count > MOST {
                        return Err(A::Error::custom(format!("it has more than {MOST} parts")));
                    }
                }
            }
        }
        from.deserialize_seq(Count)
    }
}

/// For a terminal: no control characters, not too long.
fn plain(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

impl Parts {
    /// Reads a list.
    ///
    /// # Errors
    /// [`Problem::Parts`]: not CycloneDX as JSON, too large, too many.
    pub fn read(json: &[u8]) -> Result<Self, Problem> {
        if json.len() > MOST_BYTES {
            return Err(Problem::Parts(format!("it is larger than {} MiB", MOST_BYTES >> 20)));
        }
        let list: List = serde_json::from_slice(json).map_err(|error| Problem::Parts(plain(&error.to_string())))?;
        if list.bom_format != "CycloneDX" {
            return Err(Problem::Parts(format!("its format is '{}', expected CycloneDX as JSON", plain(&list.bom_format))));
        }
        let hashes = list.metadata.component.into_iter().flat_map(|subject| subject.hashes);
        let of = hashes.filter(|hash| hash.alg == "SHA-256").map(|hash| plain(&hash.content)).next();
        let format = plain(&format!("CycloneDX {}", list.spec_version));
        Ok(Self { format, count: list.components.count, first: list.components.first, of })
    }

    /// Refuses it when it says to be of another package than the one with this SHA-256, in hexadecimal.
    ///
    /// # Errors
    /// [`Problem::Parts`].
    pub fn belongs_to(&self, digest: &str) -> Result<(), Problem> {
        match &self.of {
            Some(of) if !of.eq_ignore_ascii_case(digest) => {
                Err(Problem::Parts(format!("it is of the package sha256:{of}, and this one is sha256:{digest}")))
            }
            _ => Ok(()),
        }
    }
}
