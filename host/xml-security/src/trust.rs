//! Whose signatures count.

use crate::key::Certificate;
use crate::names::{DS, WSSE, WSU, X509_SKI, X509_SKI_MPAY, X509V3};
use crate::xml::Element;
use crate::{Refusal, decode};
use chrono::{DateTime, Utc};

/// What a signature says of its key. It only helps to find the certificate; it is trusted for nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyHint {
    /// Nothing that we read.
    None,
    /// The certificate itself in DER, perhaps with others of its path, in any order.
    Certificates(Vec<Vec<u8>>),
    /// The certificate's SubjectKeyIdentifier.
    SubjectKey(Vec<u8>),
    /// The certificate's serial number, most significant byte first, without leading zeros.
    Serial(Vec<u8>),
}

/// Knows whose signatures count. The checks of a certification path stand behind this trait as well.
pub trait Trust: Send + Sync {
    /// The certificates, trusted and valid at this moment, whose key may have made the signature.
    fn candidates(&self, hint: &KeyHint, moment: DateTime<Utc>) -> Vec<Certificate>;
}

/// A partner's certificates, given by the operator. During a change of certificates there are two.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pinned(pub Vec<Certificate>);

impl Trust for Pinned {
    fn candidates(&self, hint: &KeyHint, moment: DateTime<Utc>) -> Vec<Certificate> {
        let fits = |certificate: &&Certificate| match hint {
            KeyHint::None => true,
            KeyHint::Certificates(given) => given.iter().any(|der| certificate.der() == der),
            KeyHint::SubjectKey(identifier) => certificate.subject_key() == Some(identifier),
            KeyHint::Serial(serial) => certificate.serial() == serial,
        };
        self.0.iter().filter(|certificate| certificate.is_valid_at(moment)).filter(fits).cloned().collect()
    }
}

/// Reads a signature's `KeyInfo`. Nothing is fetched from anywhere; `token` is the message's BinarySecurityToken.
pub(crate) fn hint(key_info: Option<Element<'_>>, token: Option<Element<'_>>) -> Result<KeyHint, Refusal> {
    let Some(key_info) = key_info else { return Ok(KeyHint::None) };
    let mut data = key_info.elements().find(|found| found.is(DS, "X509Data"));
    if let Some(reference) = key_info.elements().find(|found| found.is(WSSE, "SecurityTokenReference")) {
        if let Some(named) = reference.elements().find(|found| found.is(WSSE, "Reference")) {
            let token = token.ok_or(Refusal::Missing("BinarySecurityToken"))?;
            let id = token.attribute_of(WSU, "Id").ok_or(Refusal::Malformed("BinarySecurityToken"))?;
            if named.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) || token.attribute("ValueType") != Some(X509V3) {
                return Err(Refusal::Malformed("SecurityTokenReference"));
            }
            return Ok(KeyHint::Certificates(vec![token.base64("BinarySecurityToken")?]));
        }
        if let Some(identifier) = reference.elements().find(|found| found.is(WSSE, "KeyIdentifier")) {
            let bytes = identifier.base64("KeyIdentifier")?;
            return match identifier.attribute("ValueType") {
                Some(X509_SKI | X509_SKI_MPAY) => Ok(KeyHint::SubjectKey(bytes)),
                Some(X509V3) => Ok(KeyHint::Certificates(vec![bytes])),
                _ => Err(Refusal::Malformed("KeyIdentifier")),
            };
        }
        data = reference.elements().find(|found| found.is(DS, "X509Data"));
    }
    let Some(data) = data else { return Ok(KeyHint::None) };
    let certificates = data.elements().filter(|found| found.is(DS, "X509Certificate")).map(|found| found.base64("X509Certificate"));
    let certificates = certificates.collect::<Result<Vec<_>, _>>()?;
    if !certificates.is_empty() {
        return Ok(KeyHint::Certificates(certificates));
    }
    for found in data.elements().filter(|found| found.namespace() == DS) {
        match found.name() {
            "X509SKI" => return Ok(KeyHint::SubjectKey(found.base64("X509SKI")?)),
            "X509IssuerSerial" => {
                let serial = found.elements().find(|found| found.is(DS, "X509SerialNumber"));
                let text = serial.ok_or(Refusal::Malformed("X509IssuerSerial"))?.text("X509SerialNumber")?;
                return from_decimal(text.trim()).map(KeyHint::Serial).ok_or(Refusal::Malformed("X509SerialNumber"));
            }
            _ => {}
        }
    }
    Ok(KeyHint::None)
}

/// A serial number (at most 20 bytes) from its decimal digits, without leading zeros.
fn from_decimal(digits: &str) -> Option<Vec<u8>> {
    if digits.is_empty() || digits.len() > 50 {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for digit in digits.chars() {
        let mut carry = digit.to_digit(10)?;
        for byte in bytes.iter_mut().rev() {
            let value = u32::from(*byte) * 10 + carry;
            *byte = u8::try_from(value & 0xff).ok()?;
            carry = value >> 8;
        }
        if carry > 0 {
            bytes.insert(0, u8::try_from(carry).ok()?);
        }
    }
    Some(bytes)
}

/// A certificate as metadata and `X509Certificate` hold it: base64, without PEM's lines.
pub(crate) fn certificate(text: &str) -> Result<Certificate, Refusal> {
    let der = decode(text).ok_or(Refusal::Malformed("X509Certificate"))?;
    Certificate::from_der(&der).map_err(|_| Refusal::Malformed("X509Certificate"))
}

#[cfg(test)]
mod tests {
    use super::from_decimal;

    #[test]
    fn serial_numbers_are_read_from_decimal() {
        assert_eq!(from_decimal("0"), Some(vec![]));
        assert_eq!(from_decimal("255"), Some(vec![255]));
        assert_eq!(from_decimal("65537"), Some(vec![1, 0, 1]));
        assert_eq!(from_decimal("1234567890123456789012"), Some(vec![0x42, 0xed, 0x12, 0x3b, 0x0b, 0xd8, 0x20, 0x3a, 0x14]));
        assert_eq!(from_decimal("12a"), None);
        assert_eq!(from_decimal(""), None);
    }
}
