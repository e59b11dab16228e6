//! The people whom the emulated MPass offers: the officials of every municipality, live.

use super::seat::roles_in_words;
use crate::app::App;
use async_trait::async_trait;
use std::sync::Arc;
use vatra_core::manifest::Language;
use vatra_core::providers::ProviderError;
use vatra_core::store::StoreError;
use vatra_emulators::mpass::{People, Person};

pub(crate) struct DemoPeople(pub(crate) Arc<App>);

#[async_trait]
impl People for DemoPeople {
    async fn people(&self, language: Language) -> Result<Vec<Person>, ProviderError> {
        let failed = |error: StoreError| ProviderError::Unavailable { service: "MPass", cause: error.to_string() };
        let mut people = Vec::new();
        for tenant in self.0.store.tenants().await.map_err(failed)? {
            for official in self.0.store.officials(tenant.id).await.map_err(failed)? {
                let (first_name, last_name) = split(&official.name);
                let roles = roles_in_words(&self.0, &tenant, &official, language).await.map_err(failed)?;
                people.push(Person {
                    idnp: official.idnp,
                    first_name,
                    last_name,
                    municipality: tenant.name.clone(),
                    slug: tenant.slug.to_string(),
                    roles,
                });
            }
        }
        Ok(people)
    }
}

/// First and last name of a full name; the parts joined again make the same name.
fn split(name: &str) -> (String, String) {
    match name.trim().split_once(' ') {
        Some((first, last)) => (first.to_owned(), last.trim().to_owned()),
        None => (name.trim().to_owned(), String::new()),
    }
}
