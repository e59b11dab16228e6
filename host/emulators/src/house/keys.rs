//! The keys of a house of emulators: made once in its folder, readable by its user only. Worth nothing anywhere else.

use super::NotOpened;
use crate::tls::{Keys, Pair, decades};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use std::io::{ErrorKind, Write};
use std::path::Path;
use vatra_pki::SignError;
use vatra_xmlsec::SigningKey;

/// Who has issued all the others.
pub(super) const AUTHORITY: &str = "authorities.pem";
/// The portal's own.
pub(super) const SYSTEM: &str = "system";
/// Under which the API is served.
const SERVER: &str = "server";
/// Services that sign their messages.
const SIGN: [&str; 3] = ["mpass", "mpay", "mconnect"];

/// All keys.
pub(super) struct Ring {
    pub(super) tls: Keys,
    pub(super) system: Pair,
    signing: Vec<(&'static str, Pair)>,
}

/// `mpass.pem`
pub(crate) fn certificate_file(name: &str) -> String {
    format!("{name}.pem")
}

/// `mpass.key.pem`
pub(crate) fn key_file(name: &str) -> String {
    format!("{name}.key.pem")
}

impl Ring {
    /// The keys of this folder. One that is not whole gets new ones, all of them.
    pub(super) fn open(folder: &Path) -> Result<Ring, NotOpened> {
        match Ring::read(folder)? {
            Some(ring) => Ok(ring),
            None => Ring::make(folder),
        }
    }

    fn read(folder: &Path) -> Result<Option<Ring>, NotOpened> {
        let text = |name: &str| match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(NotOpened::File { file: folder.join(name), cause }),
        };
        let pair = |name: &str| -> Result<Option<Pair>, NotOpened> {
            let (certificate, key) = (text(&certificate_file(name))?, text(&key_file(name))?);
            Ok(certificate.zip(key).map(|(certificate, key)| Pair { certificate, key }))
        };
        let (Some(authority), Some(server), Some(system)) = (text(AUTHORITY)?, pair(SERVER)?, pair(SYSTEM)?) else { return Ok(None) };
        let mut signing = Vec::new();
        for name in SIGN {
            let Some(pair) = pair(name)? else { return Ok(None) };
            signing.push((name, pair));
        }
        Ok(Some(Ring { tls: Keys::kept(authority, server, decades()), system, signing }))
    }

    fn make(folder: &Path) -> Result<Ring, NotOpened> {
        // Whatever the demo's clock says.
        let tls = Keys::valid(decades())?;
        let system = tls.system("Vatra")?;
        let signing: Vec<_> = SIGN.into_iter().map(|name| Ok((name, tls.system(name)?))).collect::<Result<_, SignError>>()?;
        let named = [(SERVER, tls.server()), (SYSTEM, &system)].into_iter().chain(signing.iter().map(|(name, pair)| (*name, pair)));
        for (name, pair) in named {
            put(folder, &certificate_file(name), &pair.certificate)?;
            put(folder, &key_file(name), &pair.key)?;
        }
        put(folder, AUTHORITY, &tls.authority_pem())?;
        Ok(Ring { tls, system, signing })
    }

    /// The key with which a service signs.
    pub(super) fn signing(&self, service: &'static str) -> Result<SigningKey, NotOpened> {
        let pair = self.signing.iter().find(|(name, _)| *name == service).map(|(_, pair)| pair);
        signing(pair.ok_or(SignError::Writing("a message of a service that has no key"))?)
    }
}

/// The key, RSA-SHA1 too: some contracts publish it.
pub(super) fn signing(pair: &Pair) -> Result<SigningKey, NotOpened> {
    let unusable = || NotOpened::Keys(SignError::Writing("a message with the key that is kept"));
    let der = PrivatePkcs8KeyDer::from_pem_slice(pair.key.as_bytes()).map_err(|_| unusable())?;
    let key = SigningKey::from_pem(&pair.certificate, &pair.key).map_err(|_| unusable())?;
    key.with_sha1(der.secret_pkcs8_der()).map_err(|_| unusable())
}

/// Writes a file that its user alone may read, in the place of what was there.
pub(crate) fn put(folder: &Path, name: &str, text: &str) -> Result<(), NotOpened> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = folder.join(name);
    let write = || -> std::io::Result<()> {
        let fresh = folder.join(format!("{name}.new"));
        let mut options = std::fs::OpenOptions::new();
        let mut out = options.write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&fresh, &file)
    };
    write().map_err(|cause| NotOpened::File { file: file.clone(), cause })
}
