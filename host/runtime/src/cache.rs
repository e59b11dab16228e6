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
        // The engine's version, the processor's features and every setting that code depends on.
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let made_for = hasher.finish();
        let path = folder.join(format!("{digest}-{made_for:016x}.cwasm"));
        if let Some(code) = self.read(&path, digest, made_for) {
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
        if let Err(error) = self.write(folder, &path, (digest, made_for), &component.serialize()?) {
            tracing::warn!("compiled code of {digest} could not be kept: {error}");
        }
        Ok(component)
    }

    fn check(&self, digest: &str, made_for: u64, code: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.key).ok()?;
        mac.update(&made_for.to_be_bytes());
        mac.update(digest.as_bytes());
        mac.update(code);
        Some(mac)
    }

    fn read(&self, path: &Path, digest: &str, made_for: u64) -> Option<Vec<u8>> {
        let mut bytes = std::fs::read(path).ok()?;
        let at = bytes.len().checked_sub(32)?;
        let tag = bytes.split_off(at);
        match self.check(digest, made_for, &bytes)?.verify_slice(&tag) {
            Ok(()) => Some(bytes),
            Err(_) => {
                tracing::warn!("compiled code of {digest} is torn or was not made by this host: it is not used");
                None
            }
        }
    }

    fn write(&self, folder: &Path, path: &Path, (digest, made_for): (&str, u64), code: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let Some(mac) = self.check(digest, made_for, code) else { return Ok(()) };
        let mut bytes = code.to_vec();
        bytes.extend_from_slice(&mac.finalize().into_bytes());
        let fresh = path.with_extension(format!("{}.new", uuid::Uuid::now_v7()));
        std::fs::write(&fresh, bytes)?;
        std::fs::rename(fresh, path)?;
        // What an older engine made of the same component, and what a killed host left.
        for entry in std::fs::read_dir(folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(digest) && entry.path() != path {
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_torn_and_altered_code_is_not_run() -> wasmtime::Result<()> {
        let folder = tempfile::tempdir()?;
        let engine = wasmtime::Engine::default();
        let bytes = wat::parse_str("(component)")?;
        let cache = Cache::new(Some(folder.path().to_owned()), &MasterKey::generate());
        std::fs::write(folder.path().join("d-0000000000000000.cwasm"), "of an older engine")?;
        cache.component(&engine, "d", &bytes)?;
        let files = || std::fs::read_dir(folder.path()).map(|all| all.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
        let [file] = &files()?[..] else { wasmtime::bail!("one file, not {:?}", files()?) };
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let made_for = u64::from_str_radix(name.strip_prefix("d-").unwrap_or_default(), 16)?;
        let usable = |cache: &Cache, digest: &str, made_for: u64| cache.read(file, digest, made_for).is_some();
        assert!(usable(&cache, "d", made_for));
        assert!(!usable(&cache, "another", made_for), "code of one component passed for another's");
        assert!(!usable(&cache, "d", made_for ^ 1), "code for another engine passed");
        let other_host = Cache::new(Some(folder.path().to_owned()), &MasterKey::generate());
        assert!(!usable(&other_host, "d", made_for), "code of another host passed");
        let good = std::fs::read(file)?;
        let mut altered = good.clone();
        altered[0] ^= 1;
        for bad in [&altered[..], &good[..good.len() - 1], &good[..31], b""] {
            std::fs::write(file, bad)?;
            assert!(!usable(&cache, "d", made_for), "{} bytes of {} passed", bad.len(), good.len());
            cache.component(&engine, "d", &bytes)?;
            assert!(usable(&cache, "d", made_for), "it was not made anew");
        }
        Ok(())
    }
}
