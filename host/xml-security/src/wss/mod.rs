//! WS-Security 1.0 for SOAP 1.1 with X.509 certificates, as MPay and MConnect publish it: a Timestamp, one detached signature over Body,
//! Timestamp and the header blocks, and the certificate in a BinarySecurityToken, in the KeyInfo, or named there.

mod open;
mod secure;

pub use open::{Opened, Rules, open};
pub use secure::{Header, KeyReference, Sealing, fault, plain, secure};
