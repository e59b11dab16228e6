//! What every page needs of its municipality and what rarely changes: who works there and which modules it has. Kept in memory, and read anew after
//! any change made through this host, before the change is answered.
//!
//! On SQLite this host is the only one that changes anything, so that what is kept is exact. On PostgreSQL others may: what is kept is read anew
//! after [`OTHERS`], and at once where storage tells of the change. Nothing is kept but beneath its municipality.

use super::packages::Words;
use super::{App, AppError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use vatra_core::call::{Official, Tenant};
use vatra_core::ids::{Name, TenantId};
use vatra_core::manifest::{Language, Localized};
use vatra_core::store::StoreError;

/// For how long a change made by another host may go unseen.
pub const OTHERS: Duration = Duration::from_secs(1);
/// For how long who offers phones anything is not asked of a database that others change too: anybody may ask, and it is a question about everyone.
const OFFERING: Duration = Duration::from_secs(30);
/// Municipalities kept: the country has some 900.
const MOST: usize = 2_000;

/// A municipality as pages see it.
pub struct Municipality {
    /// Itself.
    pub tenant: Arc<Tenant>,
    /// By handle.
    pub officials: Vec<Office>,
    /// Installed modules, by name; disabled ones too.
    pub modules: Vec<Plugged>,
}

/// An official with the titles of their roles.
pub struct Office {
    /// The official.
    pub official: Arc<Official>,
    titles: OnceLock<[String; 3]>,
}

/// An installed module.
pub struct Plugged {
    /// Its name.
    pub module: Name,
    /// Whether it may be used.
    pub enabled: bool,
    digest: String,
    words: OnceLock<Arc<Words>>,
}

impl Municipality {
    /// The official with this IDNP.
    pub fn office(&self, idnp: &str) -> Option<&Office> {
        self.officials.iter().find(|office| office.official.idnp == idnp)
    }

    /// The module of this name.
    pub fn module(&self, name: &Name) -> Option<&Plugged> {
        self.modules.iter().find(|plugged| plugged.module == *name)
    }
}

#[derive(Default)]
struct Known {
    /// Counts what was forgotten: what was being read meanwhile is not kept.
    forgotten: u64,
    by_slug: HashMap<Name, (Arc<Municipality>, Instant)>,
    /// Municipalities that offer phones anything.
    offering: Option<(Arc<Vec<Tenant>>, Instant)>,
}

/// See the module's text.
pub(crate) struct Directory {
    /// None where nobody else changes anything.
    stale_after: Option<Duration>,
    known: Mutex<Known>,
}

impl Directory {
    pub(crate) fn new(stale_after: Option<Duration>) -> Self {
        Self { stale_after, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, slug: &str) -> Option<Arc<Municipality>> {
        let known = self.known();
        let (found, read) = known.by_slug.get(slug)?;
        let fresh = self.stale_after.is_none_or(|limit| read.elapsed() < limit);
        fresh.then(|| found.clone())
    }

    fn keep(&self, found: &Arc<Municipality>, forgotten: u64, read: Instant) {
        let mut known = self.known();
        if known.forgotten != forgotten {
            return;
        }
        if known.by_slug.len() >= MOST {
            known.by_slug.clear();
        }
        known.by_slug.insert(found.tenant.slug.clone(), (found.clone(), read));
    }

    fn forget(&self, tenant: TenantId) {
        let mut known = self.known();
        known.forgotten += 1;
        known.by_slug.retain(|_, (found, _)| found.tenant.id != tenant);
        known.offering = None;
    }

    pub(super) fn forget_all(&self) {
        let mut known = self.known();
        known.forgotten += 1;
        known.by_slug.clear();
        known.offering = None;
    }

    /// Who offers phones anything, and how often something was forgotten when that was asked.
    pub(super) fn offering(&self) -> (Option<Arc<Vec<Tenant>>>, u64) {
        let known = self.known();
        let fresh = |read: &Instant| self.stale_after.is_none() || read.elapsed() < OFFERING;
        (known.offering.as_ref().filter(|(_, read)| fresh(read)).map(|(found, _)| found.clone()), known.forgotten)
    }

    pub(super) fn keep_offering(&self, found: &Arc<Vec<Tenant>>, forgotten: u64) {
        let mut known = self.known();
        if known.forgotten == forgotten {
            known.offering = Some((found.clone(), Instant::now()));
        }
    }
}

impl App {
    /// Forgets what is kept in memory of a municipality: something of it changed, here or on another host.
    pub fn forget(&self, tenant: TenantId) {
        self.directory.forget(tenant);
    }

    /// For how long a change made by another host may go unseen; none where there can be no other.
    pub(crate) fn stale_after(&self) -> Option<Duration> {
        self.directory.stale_after
    }

    /// The municipality with this slug, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn municipality(&self, slug: &str) -> Result<Option<Arc<Municipality>>, StoreError> {
        if let Some(found) = self.directory.get(slug) {
            return Ok(Some(found));
        }
        let (forgotten, read) = (self.directory.known().forgotten, Instant::now());
        let Some(tenant) = self.store.tenant_by_slug(slug).await? else { return Ok(None) };
        let officials = self.store.officials(tenant.id).await?;
        let installed = self.store.installed(tenant.id).await?;
        let plugged = installed.into_iter().map(|installed| Plugged {
            module: installed.module,
            enabled: installed.disabled_at.is_none(),
            digest: installed.digest,
            words: OnceLock::new(),
        });
        let found = Arc::new(Municipality {
            tenant: Arc::new(tenant),
            officials: officials.into_iter().map(|official| Office { official: Arc::new(official), titles: OnceLock::new() }).collect(),
            modules: plugged.collect(),
        });
        self.directory.keep(&found, forgotten, read);
        Ok(Some(found))
    }

    /// A module's words.
    ///
    /// # Errors
    /// [`AppError`] when its package cannot be read.
    pub(crate) fn words_of(&self, plugged: &Plugged) -> Result<Arc<Words>, AppError> {
        if let Some(words) = plugged.words.get() {
            return Ok(words.clone());
        }
        let words = self.packages.words(&plugged.digest)?;
        Ok(plugged.words.get_or_init(|| words).clone())
    }

    /// What this role is called by the municipality's enabled modules, if one knows it.
    pub fn role_title(&self, at: &Municipality, role: &str) -> Option<Localized> {
        // A module that cannot be read has no say here; its own page tells what is wrong with it.
        let known = at.modules.iter().rev().filter(|plugged| plugged.enabled).filter_map(|plugged| self.words_of(plugged).ok());
        known.filter_map(|words| words.package.manifest.roles.get(role).cloned()).next()
    }

    /// The official's roles in words, one after the other, as `title` has them.
    pub(crate) fn roles_of<'a>(
        &self,
        at: &Municipality,
        office: &'a Office,
        language: Language,
        title: impl Fn(&str, Option<&Localized>, Language) -> String,
    ) -> &'a str {
        let [ro, ru, en] = office.titles.get_or_init(|| {
            let known: Vec<(&Name, Option<Localized>)> =
                office.official.roles.iter().map(|role| (role, self.role_title(at, role.as_str()))).collect();
            [Language::Ro, Language::Ru, Language::En].map(|language| {
                known.iter().map(|(role, known)| title(role.as_str(), known.as_ref(), language)).collect::<Vec<_>>().join(", ")
            })
        });
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn municipality(slug: &str) -> Result<Arc<Municipality>, Box<dyn std::error::Error>> {
        let (id, slug) = (TenantId::fresh(), Name::new(slug)?);
        let tenant = Tenant { id, name: slug.to_string(), slug, district: String::new(), cuatm: String::new(), idno: String::new() };
        Ok(Arc::new(Municipality { tenant: Arc::new(tenant), officials: Vec::new(), modules: Vec::new() }))
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() -> Result<(), Box<dyn std::error::Error>> {
        let directory = Directory::new(None);
        let (one, other) = (municipality("one")?, municipality("other")?);
        directory.keep(&one, 0, Instant::now());
        directory.keep(&other, 0, Instant::now());
        directory.forget(one.tenant.id);
        assert!(directory.get("one").is_none() && directory.get("other").is_some(), "only what changed is forgotten");
        directory.keep(&one, 0, Instant::now());
        assert!(directory.get("one").is_none(), "read before the change");
        directory.keep(&one, 1, Instant::now());
        assert!(directory.get("one").is_some());
        Ok(())
    }

    #[test]
    fn where_others_change_things_what_is_kept_grows_old() -> Result<(), Box<dyn std::error::Error>> {
        let (shared, alone) = (Directory::new(Some(OTHERS)), Directory::new(None));
        let one = municipality("one")?;
        let Some(long_ago) = Instant::now().checked_sub(OTHERS) else { return Ok(()) };
        shared.keep(&one, 0, long_ago);
        alone.keep(&one, 0, long_ago);
        assert!(shared.get("one").is_none() && alone.get("one").is_some());
        Ok(())
    }

    #[test]
    fn what_is_kept_is_bounded() -> Result<(), Box<dyn std::error::Error>> {
        let directory = Directory::new(None);
        for index in 0..=MOST {
            directory.keep(&municipality(&format!("m{index}"))?, 0, Instant::now());
        }
        assert!(directory.known().by_slug.len() <= MOST);
        Ok(())
    }
}
