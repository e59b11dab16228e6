//! Who can sign in: demo people, live from the host.

use async_trait::async_trait;
use vatra_core::manifest::Language;
use vatra_core::providers::ProviderError;

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
        Identity { idnp: self.idnp.clone(), first_name: self.first_name.clone(), last_name: self.last_name.clone() }
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
