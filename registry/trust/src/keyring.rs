//! A publisher's keys. The first vouches for itself: whoever trusts it has compared its fingerprint with the publisher. Each one after it is brought
//! in by one before it, so that a publisher changes keys without anybody having to trust anew.

use crate::envelope::Envelope;
use crate::key::{KeyId, PrivateKey, PublicKey};
use crate::moment;
use crate::refusal::Refusal;
use crate::revoked::Revocations;
use crate::statement::{KeyStatement, Publication, Revocation, Statement, What};
use serde::{Deserialize, Serialize};
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::Name;

/// The longest time for which a key holds, in days: five years.
pub const MAX_DAYS: i64 = 5 * 366;

/// The most keys of one publisher.
const MAX_KEYS: usize = 64;

/// The longest name of a publisher for people, in characters.
const MAX_TITLE: usize = 120;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Key statements in their order, each in its envelope: what a publisher hands out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Keyring {
    /// Whose.
    pub publisher: Name,
    keys: Vec<Envelope>,
}

/// A publisher whose keys were found to follow from each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publisher {
    /// The first part of the names of its repositories.
    pub name: Name,
    /// What it is called, by its newest key.
    pub title: String,
    keys: Vec<KeyStatement>,
}

impl Keyring {
    /// A new publisher with its first key.
    #[must_use]
    pub fn begin(publisher: &Name, title: &str, key: &PrivateKey, from: Instant, until: Instant) -> Self {
        let first = statement(publisher, title, 0, key, from, until);
        Self { publisher: publisher.clone(), keys: vec![Statement::Key(first).sign(&[key])] }
    }

    /// Brings in the next key, by one that holds.
    ///
    /// # Errors
    /// [`Refusal`] as of [`Self::verify`]: what comes of it is verified.
    pub fn rotate(
        &mut self,
        title: &str,
        present: &PrivateKey,
        next: &PrivateKey,
        from: Instant,
        until: Instant,
    ) -> Result<Publisher, Refusal> {
        let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let statement = statement(&self.publisher, title, number, next, from, until);
        let mut longer = self.clone();
        longer.keys.push(Statement::Key(statement).sign(&[present, next]));
        let publisher = longer.verify()?;
        *self = longer;
        Ok(publisher)
    }

    /// Reads one from JSON; its keys are still to be verified.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn read(json: &[u8]) -> Result<Self, Refusal> {
        if json.len() > crate::envelope::MAX_BYTES {
            return Err(Refusal::Malformed("the file of keys is larger than 256 KiB".to_owned()));
        }
        serde_json::from_slice(json).map_err(|error| Refusal::Malformed(error.to_string()))
    }

    /// As JSON; the same bytes for the same keys.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Checks that each key follows from one before it.
    ///
    /// # Errors
    /// [`Refusal::Keyring`] with the key and the reason.
    pub fn verify(&self) -> Result<Publisher, Refusal> {
        let wrong = |problem: String| Refusal::Keyring { publisher: self.publisher.clone(), problem };
        if self.keys.is_empty() || self.keys.len() > MAX_KEYS {
            return Err(wrong(format!("there are {}, from 1 to {MAX_KEYS} are read", self.keys.len())));
        }
        let mut known: Vec<KeyStatement> = Vec::with_capacity(self.keys.len());
        for (number, envelope) in self.keys.iter().enumerate() {
            let statement = Self::possessed(envelope).map_err(|refusal| wrong(format!("key {number}: {refusal}")))?;
            let good = [
                (statement.publisher == self.publisher, "it is another publisher's"),
                (usize::try_from(statement.number) == Ok(number), "it is not in its place"),
                (statement.from < statement.until, "it ends before it begins"),
                (statement.until.0.saturating_sub(statement.from.0) <= MAX_DAYS * DAY, "it holds for more than five years"),
                ((1..=MAX_TITLE).contains(&statement.title.chars().count()), "the publisher's name is empty or longer than 120 characters"),
                (known.iter().all(|before| before.key != statement.key), "it is there twice"),
            ];
            if let Some((_, problem)) = good.iter().find(|(holds, _)| !holds) {
                return Err(wrong(format!("key {number}: {problem}")));
            }
            let brought: Vec<&KeyStatement> = known.iter().filter(|before| Statement::open(envelope, &before.key).is_ok()).collect();
            match brought.first() {
                _ if number == 0 || brought.iter().any(|before| holds(before, statement.from)) => {}
                None => return Err(wrong(format!("key {number}: no key before it signed it"))),
                Some(before) => {
                    let at = moment::text(statement.from);
                    return Err(wrong(format!("key {number}: key {} which brings it in did not hold at {at}", before.number)));
                }
            }
            known.push(statement);
        }
        let title = known.last().map(|newest| newest.title.clone()).unwrap_or_default();
        Ok(Publisher { name: self.publisher.clone(), title, keys: known })
    }

    /// A key statement that its own key signed. The key is in it, so that it is read before it is verified; nothing else is taken from it.
    fn possessed(envelope: &Envelope) -> Result<KeyStatement, Refusal> {
        Statement::open(envelope, &envelope.claimed_key()?)?.key()
    }

    /// Whether the other is this one, or this one with keys after it.
    #[must_use]
    pub fn is_continued_by(&self, other: &Self) -> bool {
        self.publisher == other.publisher && other.keys.starts_with(&self.keys)
    }
}

fn statement(publisher: &Name, title: &str, number: u32, key: &PrivateKey, from: Instant, until: Instant) -> KeyStatement {
    let (from, until) = (moment::whole(from), moment::whole(until));
    KeyStatement { publisher: publisher.clone(), title: title.to_owned(), number, key: key.public(), from, until }
}

fn holds(key: &KeyStatement, at: Instant) -> bool {
    key.from <= at && at < key.until
}

impl Publisher {
    /// Its keys, the oldest first.
    #[must_use]
    pub fn keys(&self) -> &[KeyStatement] {
        &self.keys
    }

    /// Of the first key: what people compare.
    #[must_use]
    pub fn fingerprint(&self) -> Option<KeyId> {
        self.keys.first().map(|key| key.key.id())
    }

    /// Checks that the publisher's keys as they are now brought follow on the ones that are known: nothing is taken out or put between, and what
    /// is new was brought in by a key that holds now and was not withdrawn. A thief of an ended key cannot go on with it by writing an earlier date.
    ///
    /// # Errors
    /// [`Refusal::Keyring`], [`Refusal::Expired`], [`Refusal::Revoked`].
    pub fn updated(known: &Keyring, brought: &Keyring, revoked: &Revocations, now: Instant) -> Result<Self, Refusal> {
        let wrong = |problem: &str| Refusal::Keyring { publisher: known.publisher.clone(), problem: problem.to_owned() };
        if !known.is_continued_by(brought) {
            return Err(wrong("they are not the known ones with others after them"));
        }
        let publisher = brought.verify()?;
        let mut good: Vec<&PublicKey> = Vec::new();
        for (number, (envelope, statement)) in brought.keys.iter().zip(&publisher.keys).enumerate() {
            if number < known.keys.len() {
                if holds(statement, now) && revoked.of_key(&publisher.name, &statement.key.id()).is_none() {
                    good.push(&statement.key);
                }
                continue;
            }
            if !good.iter().any(|key| Statement::open(envelope, key).is_ok()) {
                return Err(wrong("no key that holds now brings the new one in: the publisher has to be trusted anew"));
            }
            good.push(&statement.key);
        }
        Ok(publisher)
    }

    /// The statement of an envelope, by a key that held at that moment and was not withdrawn.
    fn open(&self, envelope: &Envelope, at: Instant, revoked: &Revocations) -> Result<(Statement, KeyId), Refusal> {
        let mut refusal = None;
        for statement in &self.keys {
            let id = statement.key.id();
            if !envelope.signers().any(|signer| *signer == id) {
                continue;
            }
            let opened = Statement::open(envelope, &statement.key).and_then(|opened| {
                if at < statement.from {
                    return Err(Refusal::NotYet { key: id.clone(), from: statement.from, at });
                }
                if at >= statement.until {
                    return Err(Refusal::Expired { key: id.clone(), until: statement.until, at });
                }
                revoked.of_key(&self.name, &id).map_or(Ok(opened), |withdrawn| Err(withdrawn.refusal()))
            });
            match opened {
                Ok(opened) => return Ok((opened, id)),
                Err(error) => refusal = refusal.or(Some(error)),
            }
        }
        Err(refusal.unwrap_or_else(|| match envelope.signers().next() {
            Some(key) => Refusal::UnknownKey { key: key.clone(), publisher: self.name.clone() },
            None => Refusal::Malformed("it has no signature".to_owned()),
        }))
    }

    /// What this publisher published under that manifest's digest. The moment is that of admission: now for what is new, and for what is installed
    /// already the moment when it was approved, since a key that has ended since did hold then.
    ///
    /// # Errors
    /// [`Refusal`]: the first of signature, key, withdrawal, publisher and digest that does not hold.
    pub fn publication(
        &self,
        envelope: &Envelope,
        manifest: &Digest,
        at: Instant,
        revoked: &Revocations,
    ) -> Result<(Publication, KeyId), Refusal> {
        let (statement, key) = self.open(envelope, at, revoked)?;
        let publication = statement.publication()?;
        let same = |what, signed: String, actual: String| {
            if signed == actual { Ok(()) } else { Err(Refusal::OtherSubject { what, signed, actual }) }
        };
        same("publisher", publication.publisher.to_string(), self.name.to_string())?;
        same("manifest", publication.manifest.to_string(), manifest.to_string())?;
        match revoked.of_publication(&publication) {
            Some(withdrawn) => Err(withdrawn.refusal()),
            None => Ok((publication, key)),
        }
    }

    /// What this publisher withdraws. A key may withdraw itself, one that was withdrawn nothing more.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn revocation(&self, envelope: &Envelope, now: Instant, revoked: &Revocations) -> Result<Revocation, Refusal> {
        let revocation = self.open(envelope, now, revoked)?.0.revocation()?;
        if revocation.publisher != self.name {
            let (signed, actual) = (revocation.publisher.to_string(), self.name.to_string());
            return Err(Refusal::OtherSubject { what: "publisher", signed, actual });
        }
        match &revocation.what {
            What::Key(key) if !self.keys.iter().any(|known| known.key.id() == *key) => {
                Err(Refusal::UnknownKey { key: key.clone(), publisher: self.name.clone() })
            }
            _ => Ok(revocation),
        }
    }
}
