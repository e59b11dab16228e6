//! Tokens that modules hold instead of people: unforgeable, useless in another municipality, unreadable.
//!
//! A subject token is the subject's id with a keyed check (HMAC-SHA256, 128 bits): the same for the same subject, refused when
//! made up. A sealed value is the text itself, encrypted (XChaCha20-Poly1305, random nonce, padded to 32 bytes) for one tenant and
//! one module, so that nothing needs to be stored and equal values look unrelated.

use crate::ids::{Name, SubjectId, TenantId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;
use uuid::Uuid;

/// The host's master key (32 bytes), kept outside the database.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Takes a key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// A fresh one from the operating system's randomness.
    pub fn generate() -> Self {
        let mut bytes = [0u8; 32];
        rand::rngs::OsRng.fill_bytes(&mut bytes);
        Self(bytes)
    }
    /// For writing it to the key file.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// A key of its own for a purpose (HKDF-SHA256).
    pub fn derive(&self, purpose: &[&[u8]]) -> [u8; 32] {
        let mut out = [0u8; 32];
        // 32 bytes are within HKDF's bound, so that expansion cannot fail.
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand_multi_info(purpose, &mut out);
        out
    }
}
impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Where a sealed text comes from. Only texts that came from a person's file may be compared with stored ones on a module's behalf:
/// otherwise a module could seal its own guess by way of a register and ask whether it fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// From the registers.
    Stored,
    /// From a file or form that a person sent.
    Sent,
}

/// A token that this host did not give to this module of this municipality.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token was not given out here")]
pub struct BadToken;

/// Seals and opens for one tenant and one module.
#[derive(Clone)]
pub struct Sealer {
    subjects: Hmac<Sha256>,
    cipher: XChaCha20Poly1305,
    bound_to: Vec<u8>,
}

impl Sealer {
    /// For this tenant and module.
    pub fn new(master: &MasterKey, tenant: TenantId, module: &Name) -> Self {
        let subject_key = master.derive(&[b"vatra subject token v1", tenant.0.as_bytes()]);
        let seal_key = master.derive(&[b"vatra sealed value v1", tenant.0.as_bytes()]);
        let mut bound_to = tenant.0.as_bytes().to_vec();
        bound_to.extend_from_slice(module.as_str().as_bytes());
        Self {
            subjects: <Hmac<Sha256> as Mac>::new_from_slice(&subject_key).unwrap_or_else(|_| unreachable!("HMAC takes any key length")),
            cipher: XChaCha20Poly1305::new(Key::from_slice(&seal_key)),
            bound_to,
        }
    }

    fn check(&self, id: &Uuid) -> [u8; 16] {
        let mut mac = self.subjects.clone();
        mac.update(id.as_bytes());
        let full = mac.finalize().into_bytes();
        let mut half = [0u8; 16];
        half.iter_mut().zip(full).for_each(|(slot, byte)| *slot = byte);
        half
    }

    /// The token of a subject.
    pub fn subject_token(&self, id: SubjectId) -> String {
        let mut bytes = id.0.as_bytes().to_vec();
        bytes.extend_from_slice(&self.check(&id.0));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The subject of a token.
    ///
    /// # Errors
    /// [`BadToken`] when the token was made up or comes from another municipality.
    pub fn subject(&self, token: &str) -> Result<SubjectId, BadToken> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)?;
        let (id, check) = bytes.split_at_checked(16).ok_or(BadToken)?;
        let id = Uuid::from_slice(id).map_err(|_| BadToken)?;
        let mut mac = self.subjects.clone();
        mac.update(id.as_bytes());
        if check.len() != 16 {
            return Err(BadToken);
        }
        mac.verify_truncated_left(check).map_err(|_| BadToken)?;
        Ok(SubjectId(id))
    }

    /// Seals a personal text.
    pub fn seal(&self, origin: Origin, text: &str) -> String {
        let mut nonce = [0u8; 24];
        rand::rngs::OsRng.fill_bytes(&mut nonce);
        let mut padded = (text.len() as u32).to_le_bytes().to_vec();
        padded.push(origin as u8);
        padded.extend_from_slice(text.as_bytes());
        padded.resize(padded.len().next_multiple_of(32), 0);
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: &padded, aad: &self.bound_to })
            .unwrap_or_else(|_| unreachable!("encryption into a fresh vector"));
        let mut out = nonce.to_vec();
        out.extend_from_slice(&sealed);
        URL_SAFE_NO_PAD.encode(out)
    }

    /// Opens what [`Self::seal`] made.
    ///
    /// # Errors
    /// [`BadToken`] when the token was altered, made up, or given to another module or municipality.
    pub fn open(&self, token: &str) -> Result<(Origin, String), BadToken> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)?;
        let (nonce, sealed) = bytes.split_at_checked(24).ok_or(BadToken)?;
        let padded = self.cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &self.bound_to }).map_err(|_| BadToken)?;
        let (length, rest) = padded.split_first_chunk::<4>().ok_or(BadToken)?;
        let (origin, rest) = rest.split_first().ok_or(BadToken)?;
        let origin = if *origin == Origin::Sent as u8 { Origin::Sent } else { Origin::Stored };
        let text = rest.get(..u32::from_le_bytes(*length) as usize).ok_or(BadToken)?;
        String::from_utf8(text.to_vec()).map(|text| (origin, text)).map_err(|_| BadToken)
    }
}

/// Keeps texts of the host's own in a database, so that whoever can write there can neither read nor alter nor move them.
#[derive(Clone)]
pub struct Keeper(XChaCha20Poly1305);

impl Keeper {
    /// For this purpose: what is kept for one is not opened for another.
    pub fn new(master: &MasterKey, purpose: &str) -> Self {
        Self(XChaCha20Poly1305::new(Key::from_slice(&master.derive(&[b"vatra kept text v1", purpose.as_bytes()]))))
    }

    /// Seals a text for a place: the ids of the row that it is kept in.
    pub fn keep(&self, place: &[&[u8]], text: &str) -> String {
        let mut nonce = [0u8; 24];
        rand::rngs::OsRng.fill_bytes(&mut nonce);
        let sealed = self
            .0
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: text.as_bytes(), aad: &bound(place) })
            .unwrap_or_else(|_| unreachable!("encryption into a fresh vector"));
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was kept in that place.
    ///
    /// # Errors
    /// [`BadToken`] when it was altered, made up, or kept in another place or by another host's key.
    pub fn open(&self, place: &[&[u8]], kept: &str) -> Result<String, BadToken> {
        let bytes = URL_SAFE_NO_PAD.decode(kept).map_err(|_| BadToken)?;
        let (nonce, sealed) = bytes.split_at_checked(24).ok_or(BadToken)?;
        let opened = self.0.decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &bound(place) }).map_err(|_| BadToken)?;
        String::from_utf8(opened).map_err(|_| BadToken)
    }
}

/// The parts of a place, each with its length: no two places are the same bytes.
fn bound(place: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in place {
        out.extend_from_slice(&(part.len() as u64).to_le_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sealer(master: &MasterKey, tenant: TenantId, module: &str) -> Sealer {
        Sealer::new(master, tenant, &Name::new(module).unwrap_or_else(|_| unreachable!()))
    }

    #[test]
    fn tokens_hold_in_their_municipality_only() {
        let master = MasterKey::generate();
        let (here, there) = (TenantId::fresh(), TenantId::fresh());
        let (a, b) = (sealer(&master, here, "a"), sealer(&master, there, "a"));
        let id = SubjectId::fresh();
        assert_eq!(a.subject(&a.subject_token(id)), Ok(id));
        assert_eq!(a.subject_token(id), sealer(&master, here, "other").subject_token(id));
        assert_eq!(b.subject(&a.subject_token(id)), Err(BadToken));
        assert_eq!(b.open(&a.seal(Origin::Stored, "Pîslaru")), Err(BadToken));
        assert_eq!(sealer(&master, here, "other").open(&a.seal(Origin::Stored, "Pîslaru")), Err(BadToken));
        let forged = URL_SAFE_NO_PAD.encode([id.0.as_bytes().as_slice(), &[0u8; 16]].concat());
        assert_eq!(a.subject(&forged), Err(BadToken));
        assert_eq!(a.subject(&URL_SAFE_NO_PAD.encode(id.0.as_bytes())), Err(BadToken));
        assert_eq!(a.subject(""), Err(BadToken));
    }

    #[test]
    fn equal_values_look_unrelated_and_near_lengths_alike() {
        let sealer = sealer(&MasterKey::generate(), TenantId::fresh(), "a");
        assert_ne!(sealer.seal(Origin::Stored, "Ana"), sealer.seal(Origin::Stored, "Ana"));
        assert_eq!(sealer.seal(Origin::Stored, "Ana").len(), sealer.seal(Origin::Stored, "Alexandrina-Ștefania").len());
    }

    proptest! {
        #[test]
        fn what_is_kept_opens_in_its_place_alone(text in ".{0,200}", flip in 0usize..400, one in "[a-z]{0,8}", other in "[a-z]{0,8}") {
            let (master, place) = (MasterKey::generate(), [one.as_bytes(), other.as_bytes()]);
            let keeper = Keeper::new(&master, "approvals");
            let kept = keeper.keep(&place, &text);
            prop_assert_eq!(keeper.open(&place, &kept), Ok(text));
            prop_assert_eq!(Keeper::new(&master, "other").open(&place, &kept), Err(BadToken));
            prop_assert_eq!(keeper.open(&[&[one.as_bytes(), other.as_bytes()].concat()], &kept), Err(BadToken));
            let mut bytes = URL_SAFE_NO_PAD.decode(&kept).unwrap_or_default();
            let at = flip % bytes.len();
            if let Some(byte) = bytes.get_mut(at) { *byte ^= 1; }
            prop_assert_eq!(keeper.open(&place, &URL_SAFE_NO_PAD.encode(bytes)), Err(BadToken));
        }

        #[test]
        fn what_is_sealed_opens(text in ".{0,200}", flip in 0usize..400) {
            let sealer = sealer(&MasterKey::generate(), TenantId::fresh(), "a");
            let token = sealer.seal(Origin::Sent, &text);
            prop_assert_eq!(sealer.open(&token), Ok((Origin::Sent, text)));
            let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap_or_default();
            let at = flip % bytes.len();
            if let Some(byte) = bytes.get_mut(at) { *byte ^= 1; }
            prop_assert_eq!(sealer.open(&URL_SAFE_NO_PAD.encode(bytes)), Err(BadToken));
        }
    }
}
