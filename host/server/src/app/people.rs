//! Municipalities, their officials, and the context of a call.

use super::{App, AppError};
use std::sync::Arc;
use vatra_core::call::{Assurance, CallContext, Caller, Channel, Official, Tenant};
use vatra_core::fold::fold;
use vatra_core::ids::{CallId, Name};
use vatra_core::manifest::Language;

impl App {
    /// The municipality with this slug.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn tenant(&self, slug: &str) -> Result<Tenant, AppError> {
        let found = self.store.tenant_by_slug(slug).await?;
        found.ok_or_else(|| AppError::NotFound(format!("there is no municipality '{slug}'")))
    }

    /// An official by handle, IDNP or full name.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when nobody, or more than one person, answers to it.
    pub async fn official(&self, tenant: &Tenant, who: &str) -> Result<Official, AppError> {
        let officials = self.store.officials(tenant.id).await?;
        if let Some(found) = officials.iter().find(|official| official.handle.as_str() == who || official.idnp == who) {
            return Ok(found.clone());
        }
        let mut named = officials.iter().filter(|official| fold(&official.name) == fold(who));
        match (named.next(), named.next()) {
            (Some(found), None) => Ok(found.clone()),
            (Some(_), Some(_)) => Err(AppError::NotFound(format!("more than one person is called '{who}': use the handle"))),
            (None, _) => {
                let known: Vec<&str> = officials.iter().map(|official| official.handle.as_str()).collect();
                Err(AppError::NotFound(format!("'{who}' is no official of {}; known: {}", tenant.name, known.join(", "))))
            }
        }
    }

    /// Where this person is an official, by municipality.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn offices(&self, idnp: &str) -> Result<Vec<(Tenant, Official)>, AppError> {
        let at = self.store.municipalities_of(idnp).await?;
        let mut out = Vec::new();
        for tenant in self.store.tenants().await?.into_iter().filter(|tenant| at.contains(&tenant.id)) {
            if let Some(official) = self.store.officials(tenant.id).await?.into_iter().find(|official| official.idnp == idnp) {
                out.push((tenant, official));
            }
        }
        Ok(out)
    }

    /// The context of a call by an official.
    pub fn context(&self, tenant: &Tenant, module: &Name, official: &Official, channel: Channel, language: Language) -> CallContext {
        self.context_of(CallId::fresh(), Arc::new(tenant.clone()), module, official, channel, language)
    }

    /// As [`Self::context`], of a call that has its id already.
    pub(crate) fn context_of(
        &self,
        call: CallId,
        tenant: Arc<Tenant>,
        module: &Name,
        official: &Official,
        channel: Channel,
        language: Language,
    ) -> CallContext {
        CallContext {
            tenant,
            module: module.clone(),
            caller: Caller {
                person: Some(official.person),
                roles: official.roles.clone(),
                assurance: Assurance::High,
                channel,
                language,
                acting: None,
            },
            call,
            now: self.clock.now(),
            seed: rand::random(),
        }
    }
}
