//! The compile cache. Native code comes only from our own compiler: what is read back must carry our own check (HMAC-SHA256 with a
//! key derived from the host's master key), or it is thrown away and compiled again.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use vatra_core::seal::MasterKey;
use wasmtime::component::Component;

/// A folder of compiled components.
pub(crate) struct Cache {
    folder: Option<PathBuf>,
    key: [u8; 32],
}

impl Cache {
    pub(crate) fn new(folder: Option<PathBuf>, master: &MasterKey) -> Self {
        Self { folder, key: master.derive(&[b"vatra compile cache v1"]) }
    }

    /// The compiled component, from the cache if it is there.
    ///
    /// # Errors
    /// When it does not compile.
    pub(crate) fn component(&self, engine: &wasmtime::Engine, digest: &str, bytes: &[u8]) -> wasmtime::Result<Component> {
        let Some(folder) = &self.folder else { return Component::new(engine, bytes) };
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let path = folder.join(format!("{digest}-{:016x}.cwasm", hasher.finish()));
        if let Some(code) = self.read(&path, digest) {
            #[allow(unsafe_code)]
            // SAFETY: the bytes carry our own check, made with a key that only this host has, over the output of this compiler for
            // this component; wasmtime itself refuses code of another version or configuration.
            let component = unsafe { Component::deserialize(engine, code) };
            match component {
                Ok(component) => return Ok(component),
                Err(error) => tracing::warn!("compiled code of {digest} is not usable here and is made anew: {error}"),
            }
        }
        let component = Component::new(engine, bytes)?;
        if let Err(error) = self.write(folder, &path, digest, &component.serialize()?) {
            tracing::warn!("compiled code of {digest} could not be kept: {error}");
        }
        Ok(component)
    }

    fn check(&self, digest: &str, code: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.key).ok()?;
        mac.update(digest.as_bytes());
        mac.update(code);
        Some(mac)
    }

    fn read(&self, path: &Path, digest: &str) -> Option<Vec<u8>> {
        let mut bytes = std::fs::read(path).ok()?;
        let at = bytes.len().checked_sub(32)?;
        let tag = bytes.split_off(at);
        match self.check(digest, &bytes)?.verify_slice(&tag) {
            Ok(()) => Some(bytes),
            Err(_) => {
                tracing::warn!("compiled code of {digest} was not made by this host and is not used");
                None
            }
        }
    }

    fn write(&self, folder: &Path, path: &Path, digest: &str, code: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let Some(mac) = self.check(digest, code) else { return Ok(()) };
        let mut bytes = code.to_vec();
        bytes.extend_from_slice(&mac.finalize().into_bytes());
        let fresh = path.with_extension(format!("{}.new", uuid::Uuid::now_v7()));
        std::fs::write(&fresh, bytes)?;
        std::fs::rename(fresh, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_code_is_not_run() -> wasmtime::Result<()> {
        let folder = tempfile::tempdir()?;
        let engine = wasmtime::Engine::default();
        let bytes = wat::parse_str("(component)")?;
        let cache = Cache::new(Some(folder.path().to_owned()), &MasterKey::generate());
        cache.component(&engine, "d", &bytes)?;
        let file = std::fs::read_dir(folder.path())?.next().transpose()?.map(|entry| entry.path()).unwrap_or_default();
        assert!(cache.read(&file, "d").is_some());
        assert!(cache.read(&file, "another").is_none(), "code of one component passed for another's");
        let other_host = Cache::new(Some(folder.path().to_owned()), &MasterKey::generate());
        assert!(other_host.read(&file, "d").is_none(), "code of another host passed");
        let mut altered = std::fs::read(&file)?;
        altered[0] ^= 1;
        std::fs::write(&file, altered)?;
        assert!(cache.read(&file, "d").is_none(), "altered code passed");
        cache.component(&engine, "d", &bytes)?;
        assert!(cache.read(&file, "d").is_some(), "it was not made anew");
        Ok(())
    }
}
