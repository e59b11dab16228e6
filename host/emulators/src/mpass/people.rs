//! Who can sign in: demo people, live from the host.

use async_trait::async_trait;
use vatra_core::manifest::Language;
use vatra_core::providers::{LegalEntity, ProviderError};

/// A person whom the page offers. No `Debug`: an IDNP never reaches a log that way.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// 13 digits.
    pub idnp: String,
    /// FirstName.
    pub first_name: String,
    /// LastName.
    pub last_name: String,
    /// The municipality's name.
    pub municipality: String,
    /// The municipality's place in addresses; people are grouped by it.
    pub slug: String,
    /// Titles of their roles there, in the reader's language; none for residents.
    pub roles: Vec<String>,
}

impl Person {
    /// What MPass would say about them.
    pub fn identity(&self) -> Identity {
        Identity::new(&self.idnp, &self.first_name, &self.last_name)
    }
}

/// What MPass knows of a person. No `Debug`, as above.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// NameID: the IDNP.
    pub idnp: String,
    /// FirstName.
    pub first_name: String,
    /// LastName.
    pub last_name: String,
    /// Language.
    pub language: Language,
    /// AdministeredLegalEntity.
    pub represents: Vec<LegalEntity>,
}

impl Identity {
    /// Somebody who administers no legal entity and reads Romanian.
    #[must_use]
    pub fn new(idnp: &str, first_name: &str, last_name: &str) -> Identity {
        let [idnp, first_name, last_name] = [idnp, first_name, last_name].map(str::to_owned);
        Identity { idnp, first_name, last_name, language: Language::Ro, represents: Vec::new() }
    }
}

/// Where the page takes its people from.
#[async_trait]
pub trait People: Send + Sync {
    /// Everyone there is now, in the order in which they are shown; role titles in this language. Whoever serves two municipalities is there twice.
    ///
    /// # Errors
    /// When the list cannot be read.
    async fn people(&self, language: Language) -> Result<Vec<Person>, ProviderError>;
}
