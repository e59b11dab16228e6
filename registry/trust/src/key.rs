//! Ed25519 keys (RFC 8032). Private keys are kept as PKCS#8, in PEM, encrypted when there is a passphrase.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use pkcs8::LineEnding;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::fmt;
use zeroize::Zeroizing;

/// The fingerprint of a public key: SHA-256 of its 32 bytes, as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(String);

/// What is wrong with a key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// Not a fingerprint.
    #[error("'{0}' is not a key's fingerprint: 64 lower-case hexadecimal digits")]
    Fingerprint(String),
    /// Not a public key.
    #[error("this is not an Ed25519 public key: 32 bytes in base64, a point that is not weak")]
    Public,
    /// Not a private key.
    #[error("this is not an Ed25519 private key in PEM (PKCS#8)")]
    Private,
    /// The key's file is encrypted.
    #[error("the private key is encrypted: give its passphrase")]
    Locked,
    /// The passphrase does not open it.
    #[error("the passphrase does not open the private key")]
    Passphrase,
}

impl KeyId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people write it, with spaces.
    ///
    /// # Errors
    /// [`KeyError::Fingerprint`].
    pub fn typed(text: &str) -> Result<Self, KeyError> {
        text.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>().try_into()
    }

    /// In groups of four, for people who compare it by eye or over the telephone.
    #[must_use]
    pub fn grouped(&self) -> String {
        let digits: Vec<char> = self.0.chars().collect();
        digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}

impl TryFrom<String> for KeyId {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        let good = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if good { Ok(Self(text)) } else { Err(KeyError::Fingerprint(text.chars().take(100).collect())) }
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Its fingerprint.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId(hex::encode(sha2::Sha256::digest(self.0.as_bytes())))
    }

    /// Whether the signature is this key's, of these bytes. Strict: of one message and key there is one signature at most that anybody accepts.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

impl TryFrom<String> for PublicKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        let bytes = STANDARD.decode(&text).map_err(|_| KeyError::Public)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Public)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Public)?;
        // Under a weak point anybody's signature of anything holds.
        if key.is_weak() { Err(KeyError::Public) } else { Ok(Self(key)) }
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        STANDARD.encode(key.0.as_bytes())
    }
}

/// A private key; wiped from memory when it goes.
pub struct PrivateKey(SigningKey);

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public().id())
    }
}

impl PrivateKey {
    /// A fresh one, from the operating system's random numbers.
    #[must_use]
    pub fn generate() -> Self {
        Self(SigningKey::generate(&mut rand::rngs::OsRng))
    }

    /// From its seed: for tests and demos, where it must be the same every time.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// As PEM: `ENCRYPTED PRIVATE KEY` (scrypt, AES-256-CBC) with a passphrase, `PRIVATE KEY` without.
    ///
    /// # Errors
    /// [`KeyError::Private`] when it cannot be written so.
    pub fn to_pem(&self, passphrase: Option<&str>) -> Result<Zeroizing<String>, KeyError> {
        let written = match passphrase {
            Some(passphrase) => self.0.to_pkcs8_encrypted_pem(rand::rngs::OsRng, passphrase, LineEnding::LF),
            None => self.0.to_pkcs8_pem(LineEnding::LF),
        };
        written.map_err(|_| KeyError::Private)
    }

    /// From PEM.
    ///
    /// # Errors
    /// [`KeyError`]: not such a key, encrypted and no passphrase, or another passphrase.
    pub fn from_pem(pem: &str, passphrase: Option<&str>) -> Result<Self, KeyError> {
        if !pem.contains("BEGIN ENCRYPTED PRIVATE KEY") {
            return SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| KeyError::Private);
        }
        let passphrase = passphrase.ok_or(KeyError::Locked)?;
        SigningKey::from_pkcs8_encrypted_pem(pem, passphrase).map(Self).map_err(|_| KeyError::Passphrase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_comes_back_from_its_file() {
        let key = PrivateKey::generate();
        let plain = key.to_pem(None).unwrap();
        let locked = key.to_pem(Some("parola lungă")).unwrap();
        assert_eq!(PrivateKey::from_pem(&plain, None).unwrap().public(), key.public());
        assert_eq!(PrivateKey::from_pem(&locked, Some("parola lungă")).unwrap().public(), key.public());
        assert_eq!(PrivateKey::from_pem(&locked, None).unwrap_err(), KeyError::Locked);
        assert_eq!(PrivateKey::from_pem(&locked, Some("alta")).unwrap_err(), KeyError::Passphrase);
        assert_eq!(PrivateKey::from_pem("-----BEGIN CERTIFICATE-----", None).unwrap_err(), KeyError::Private);
        assert!(!format!("{key:?}").contains(&hex::encode(key.0.to_bytes())));
    }

    #[test]
    fn weak_points_are_no_keys() {
        // The neutral element, and a point of order 8: signatures under them can be made without any key.
        let weak = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        ];
        for point in weak {
            let text = STANDARD.encode(hex::decode(point).unwrap());
            assert_eq!(PublicKey::try_from(text).unwrap_err(), KeyError::Public, "{point}");
        }
        assert_eq!(PublicKey::try_from("AAAA".to_owned()).unwrap_err(), KeyError::Public);
    }

    #[test]
    fn fingerprints_are_read_as_people_write_them() {
        let id = PrivateKey::from_seed([7; 32]).public().id();
        assert_eq!(KeyId::typed(&id.grouped()).unwrap(), id);
        // In what is signed there is one way of writing it.
        for other in [id.grouped(), id.as_str().to_uppercase()] {
            assert!(KeyId::try_from(other).is_err());
        }
    }
}
