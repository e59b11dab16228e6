//! Who asks, and in which municipality: the guard before every page behind sign-in.

use super::acting::Chosen;
use super::refusal::{Kind, Refusal};
use super::session::{FLASH, Flash, LOGIN, Login};
use super::visit::Visit;
use super::words::{Sentence, say};
use super::{Web, signout};
use crate::app::{App, Municipality};
use std::sync::Arc;
use tower_sessions::Session;
use vatra_core::call::{ADMINISTRATOR, MAYOR, Official, Tenant};
use vatra_core::ids::Name;
use vatra_core::manifest::{Language, Localized};
use vatra_core::store::StoreError;
use vatra_view::ui::Said;
use vatra_view::{Frame, Reader};

/// Seconds after which a session that is in use is written again.
const TOUCH_SECONDS: i64 = 60;

/// An official at work in a municipality.
pub(crate) struct Seat {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) official: Arc<Official>,
    pub(crate) municipality: Arc<Municipality>,
    /// For whom they act; nothing when for themselves.
    pub(crate) acting: Option<Chosen>,
    app: Arc<App>,
    language: Language,
}

impl Seat {
    /// For the header of pages.
    pub(crate) fn reader(&self) -> Reader {
        let office = self.municipality.office(&self.official.idnp);
        let roles = office.map(|office| self.app.roles_of(&self.municipality, office, self.language, role_words)).unwrap_or_default();
        let change = format!("/{}/acting", self.tenant.slug);
        let acting = self.acting.as_ref().map(|chosen| (chosen.name.clone(), change));
        Reader { name: self.official.name.clone(), roles: roles.to_owned(), sign_out: signout::OUT.to_owned(), acting }
    }

    /// A role in words; its code when no installed module knows it.
    pub(crate) fn role_title(&self, role: &str, language: Language) -> String {
        role_words(role, self.app.role_title(&self.municipality, role).as_ref(), language)
    }

    /// The frame of a page here.
    pub(crate) fn frame<'a>(&'a self, visit: &'a Visit, flash: Option<Said>) -> Frame<'a> {
        Frame {
            language: visit.language,
            tenant: Some(&self.tenant),
            path: &visit.path,
            query: &visit.query,
            reader: Some(self.reader()),
            flash,
        }
    }

    pub(crate) fn is_administrator(&self) -> bool {
        self.official.roles.contains(ADMINISTRATOR)
    }
}

/// A role in words, as its module or the host calls it.
pub(crate) fn role_words(role: &str, known: Option<&Localized>, language: Language) -> String {
    if role == ADMINISTRATOR {
        return say(language, Sentence::Administrator).to_owned();
    }
    if role == MAYOR && known.is_none() {
        return say(language, Sentence::Mayor).to_owned();
    }
    known.map_or_else(|| role.to_owned(), |title| title.get(language).to_owned())
}

/// An official's roles in words, as the municipality's modules call them.
pub(crate) async fn roles_in_words(app: &App, tenant: &Tenant, official: &Official, language: Language) -> Result<Vec<String>, StoreError> {
    let at = app.municipality(tenant.slug.as_str()).await?;
    let title = |role: &Name| at.as_ref().and_then(|at| app.role_title(at, role.as_str()));
    Ok(official.roles.iter().map(|role| role_words(role.as_str(), title(role).as_ref(), language)).collect())
}

impl Web {
    /// Who signed in, if anyone. A session in use is prolonged.
    pub(crate) async fn login(&self, visit: &Visit, session: &Session) -> Result<Option<Login>, Refusal> {
        if let Some(everyone) = &self.everyone {
            return Ok(Some(everyone.clone()));
        }
        let failed = |error| Refusal::host(visit, error);
        let known = self.sessions.quiet(session).filter(|login| {
            let now = self.app.clock.now();
            now < login.since.plus_seconds(self.session_seconds) && now < login.seen.plus_seconds(TOUCH_SECONDS)
        });
        if known.is_some() {
            return Ok(known);
        }
        let Some(mut login) = session.get::<Login>(LOGIN).await.map_err(failed)? else { return Ok(None) };
        let now = self.app.clock.now();
        if login.since.plus_seconds(self.session_seconds) <= now {
            session.flush().await.map_err(failed)?;
            return Ok(None);
        }
        if login.seen.plus_seconds(TOUCH_SECONDS) <= now {
            login.seen = now;
            session.insert(LOGIN, &login).await.map_err(failed)?;
        }
        Ok(Some(login))
    }

    /// Who signed in.
    pub(crate) async fn person(&self, visit: &Visit, session: &Session) -> Result<Login, Refusal> {
        self.login(visit, session).await?.ok_or_else(|| Refusal::new(visit, Kind::SignIn))
    }

    /// The official whom the session makes of its person in this municipality. A municipality where the person has no office does not
    /// exist for them.
    pub(crate) async fn seat(&self, visit: &Visit, session: &Session, slug: &str) -> Result<Seat, Refusal> {
        let login = self.person(visit, session).await?;
        let failed = |error: StoreError| Refusal::host(visit, error);
        if let Ok(slug) = Name::new(slug)
            && let Some(municipality) = self.app.municipality(slug.as_str()).await.map_err(failed)?
            && let Some(office) = municipality.office(&login.idnp)
        {
            let (tenant, official) = (municipality.tenant.clone(), office.official.clone());
            let acting = self.acting(visit, session, &login, tenant.id).await?;
            return Ok(Seat { tenant, official, municipality, acting, app: self.app.clone(), language: visit.language });
        }
        Err(Refusal::new(visit, Kind::NotFound).read_by(Some(plain_reader(&login))))
    }

    /// What the next page is to say.
    pub(crate) async fn put_flash(&self, visit: &Visit, session: &Session, said: Said) -> Result<(), Refusal> {
        session.insert(FLASH, Flash::from(said)).await.map_err(|error| Refusal::host(visit, error))
    }

    /// What this page is to say, once.
    pub(crate) async fn take_flash(&self, visit: &Visit, session: &Session) -> Result<Option<Said>, Refusal> {
        if self.everyone.is_some() || (!session.is_modified() && self.sessions.quiet(session).is_some()) {
            return Ok(None);
        }
        let failed = |error| Refusal::host(visit, error);
        // Removing marks the session as changed even when there was nothing.
        match session.get::<Flash>(FLASH).await.map_err(failed)? {
            None => Ok(None),
            Some(flash) => {
                session.remove_value(FLASH).await.map_err(failed)?;
                Ok(Some(flash.into()))
            }
        }
    }
}

/// Somebody who has signed in, outside of any municipality.
pub(crate) fn plain_reader(login: &Login) -> Reader {
    Reader { name: login.name.clone(), roles: String::new(), sign_out: signout::OUT.to_owned(), acting: None }
}
