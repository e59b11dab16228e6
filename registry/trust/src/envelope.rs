//! DSSE, the Dead Simple Signing Envelope (version 1): bytes with their type and signatures over both.

use crate::key::{KeyId, PrivateKey, PublicKey};
use crate::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The media type of an envelope.
pub const MEDIA_TYPE: &str = "application/vnd.dsse.envelope.v1+json";

/// The most bytes that an envelope is read of.
pub const MAX_BYTES: usize = 256 << 10;

/// The most signatures that are looked at.
const MAX_SIGNATURES: usize = 8;

/// Signed bytes. What is in them is not to be looked at before a signature was found to hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Signature {
    keyid: KeyId,
    sig: String,
}

/// The pre-authentication encoding: what is really signed, so that no byte of the type can be read as one of the payload.
fn encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    let mut out = Vec::with_capacity(head.len() + payload.len());
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(payload);
    out
}

impl Envelope {
    /// Signs bytes with each of these keys.
    #[must_use]
    pub fn seal(payload_type: &str, payload: &[u8], keys: &[&PrivateKey]) -> Self {
        let message = encoding(payload_type, payload);
        let sign = |key: &&PrivateKey| Signature { keyid: key.public().id(), sig: STANDARD.encode(key.sign(&message)) };
        Self { payload_type: payload_type.to_owned(), payload: STANDARD.encode(payload), signatures: keys.iter().map(sign).collect() }
    }

    /// Reads one from JSON.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn read(json: &[u8]) -> Result<Self, Refusal> {
        if json.len() > MAX_BYTES {
            return Err(Refusal::Malformed(format!("it is larger than {} KiB", MAX_BYTES >> 10)));
        }
        let read: Self = serde_json::from_slice(json).map_err(|error| Refusal::Malformed(error.to_string()))?;
        read.counted()?;
        Ok(read)
    }

    /// Refuses one that nobody signed, and one that would have somebody compute without end.
    fn counted(&self) -> Result<(), Refusal> {
        let count = self.signatures.len();
        let good = (1..=MAX_SIGNATURES).contains(&count);
        if good { Ok(()) } else { Err(Refusal::Malformed(format!("it has {count} signatures, from 1 to {MAX_SIGNATURES} are read"))) }
    }

    /// As JSON; the same bytes for the same envelope.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Strings alone: writing them to memory does not fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The keys that are said to have signed.
    pub fn signers(&self) -> impl Iterator<Item = &KeyId> {
        self.signatures.iter().map(|signature| &signature.keyid)
    }

    /// What is said, not verified yet: to know whose keys to verify it with, and for nothing else.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn claimed<T: serde::de::DeserializeOwned>(&self) -> Result<T, Refusal> {
        let payload = STANDARD.decode(&self.payload).map_err(|error| Refusal::Malformed(error.to_string()))?;
        serde_json::from_slice(&payload).map_err(|error| Refusal::Malformed(error.to_string()))
    }

    /// The key that a key statement, not verified yet, says to be about: to verify it with.
    pub(crate) fn claimed_key(&self) -> Result<PublicKey, Refusal> {
        let claimed: serde_json::Value = self.claimed()?;
        let key = claimed.get("key").and_then(serde_json::Value::as_str).unwrap_or_default();
        PublicKey::try_from(key.to_owned()).map_err(|error| Refusal::Malformed(error.to_string()))
    }

    /// The payload, when this key signed it as this type.
    ///
    /// # Errors
    /// [`Refusal::WrongSignature`] when no signature of this key holds; [`Refusal::Malformed`] when the payload is of another type or no base64.
    pub fn open(&self, payload_type: &str, key: &PublicKey) -> Result<Vec<u8>, Refusal> {
        // Also of one that came within something else.
        self.counted()?;
        if self.payload_type != payload_type {
            return Err(Refusal::Malformed(format!("its payload is {:.100}, not {payload_type}", self.payload_type)));
        }
        let payload = STANDARD.decode(&self.payload).map_err(|error| Refusal::Malformed(error.to_string()))?;
        let (id, message) = (key.id(), encoding(&self.payload_type, &payload));
        let mut own = self.signatures.iter().filter(|signature| signature.keyid == id);
        let holds = own.any(|signature| STANDARD.decode(&signature.sig).is_ok_and(|bytes| key.verifies(&message, &bytes)));
        if holds { Ok(payload) } else { Err(Refusal::WrongSignature(id)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_the_specification_s() {
        assert_eq!(encoding("http://example.com/HelloWorld", b"hello world"), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn what_is_sealed_is_opened_by_its_key_alone() {
        let (one, other) = (PrivateKey::from_seed([1; 32]), PrivateKey::from_seed([2; 32]));
        let envelope = Envelope::read(&Envelope::seal("text/plain", b"salut", &[&one]).to_json()).unwrap();
        assert_eq!(envelope.open("text/plain", &one.public()).unwrap(), b"salut");
        assert_eq!(envelope.open("text/plain", &other.public()), Err(Refusal::WrongSignature(other.public().id())));
        assert!(matches!(envelope.open("text/html", &one.public()), Err(Refusal::Malformed(_))));
        // Under the name of a key that did not sign.
        let mut claimed = envelope.clone();
        claimed.signatures.first_mut().unwrap().keyid = other.public().id();
        assert_eq!(claimed.open("text/plain", &other.public()), Err(Refusal::WrongSignature(other.public().id())));
        assert_eq!(claimed.open("text/plain", &one.public()), Err(Refusal::WrongSignature(one.public().id())));
    }

    #[test]
    fn an_altered_byte_is_noticed() {
        let key = PrivateKey::from_seed([3; 32]);
        let json = Envelope::seal("text/plain", b"o decizie", &[&key]).to_json();
        for place in 0..json.len() {
            for bit in 0..8 {
                let mut altered = json.clone();
                *altered.get_mut(place).unwrap() ^= 1 << bit;
                let opened = Envelope::read(&altered).and_then(|envelope| envelope.open("text/plain", &key.public()));
                assert!(opened.is_err(), "byte {place}, bit {bit}");
            }
        }
    }

    #[test]
    fn without_signatures_it_is_nothing() {
        let bare = br#"{"payloadType":"text/plain","payload":"c2FsdXQ=","signatures":[]}"#;
        assert!(matches!(Envelope::read(bare), Err(Refusal::Malformed(_))));
        let key = PrivateKey::from_seed([4; 32]);
        let mut many = Envelope::seal("text/plain", b"salut", &[&key]);
        many.signatures = vec![many.signatures.first().unwrap().clone(); MAX_SIGNATURES + 1];
        assert!(matches!(many.open("text/plain", &key.public()), Err(Refusal::Malformed(_))));
        assert!(matches!(Envelope::read(&vec![b' '; MAX_BYTES + 1]), Err(Refusal::Malformed(_))));
    }
}
