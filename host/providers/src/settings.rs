//! `services.toml` in the data folder: which services there are, where, and with which certificates. Moving from the emulators to staging and from
//! there to production is a change of this file.
//!
//! ```
//! # use vatra_providers::settings::Services;
//! let services = Services::read(r#"
//!     [system]
//!     certificate = "certificates/system.pem"
//!     key = "certificates/system.key.pem"
//!     authorities = "certificates/authorities.pem"
//!
//!     [mnotify]
//!     address = "https://mnotify.staging.egov.md:8443"
//!     timeout-seconds = 5
//! "#, "services.toml")?;
//! assert_eq!(services.mnotify.map(|found| found.at_once), Some(16));
//! # Ok::<(), vatra_providers::settings::Wrong>(())
//! ```

use reqwest::Url;
use serde::Deserialize;
use std::path::PathBuf;

/// The settings cannot be used. Says where and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{file}: {cause}")]
pub struct Wrong {
    /// Which file.
    pub file: String,
    /// What is wrong with it, with the line and the key.
    pub cause: String,
}

/// The whole file. A service that is not named is not there; whoever needs it is told so.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Services {
    /// Who we are to all services.
    pub system: SystemFiles,
    /// Sign-in.
    pub mpass: Option<crate::mpass::Settings>,
    /// Payments.
    pub mpay: Option<crate::mpay::Settings>,
    /// Signatures.
    pub msign: Option<crate::msign::Settings>,
    /// Data of other institutions.
    pub mconnect: Option<Endpoint>,
    /// Events of other institutions, and ours to them.
    pub mconnect_events: Option<Endpoint>,
    /// Powers of attorney.
    pub mpower: Option<Endpoint>,
    /// Notices to people.
    pub mnotify: Option<Endpoint>,
    /// The government's audit trail.
    pub mlog: Option<Endpoint>,
}

impl Services {
    /// Reads the file's text; `file` is how it is called in messages.
    ///
    /// # Errors
    /// [`Wrong`], also for keys that do not exist.
    pub fn read(text: &str, file: &str) -> Result<Services, Wrong> {
        toml::from_str(text).map_err(|error| Wrong { file: file.to_owned(), cause: error.to_string().trim_end().to_owned() })
    }
}

/// The system certificate, issued by STISC for one environment (staging and production have different ones), and whom we trust. All PEM; relative
/// paths begin at the data folder. Changes are noticed without a restart.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SystemFiles {
    /// The certificate, with those of its path after it if the services want them.
    pub certificate: PathBuf,
    /// Its key: RSA, PKCS #8, not encrypted.
    pub key: PathBuf,
    /// The authorities that issue the services' own certificates.
    pub authorities: PathBuf,
}

/// Where a service is and how much is asked of it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Endpoint {
    /// `https://…`, with a path if all its addresses begin with one.
    pub address: Address,
    /// Certificates with which the service signs its messages, in PEM; none for a service that signs nothing.
    #[serde(default)]
    pub certificates: Vec<PathBuf>,
    /// Whether RSA-SHA1 is used and accepted as well: only with services whose contracts publish it, and there as usual unless said.
    pub sha1: Option<bool>,
    /// How long one answer may take.
    #[serde(default = "ten")]
    pub timeout_seconds: u16,
    /// Requests at once.
    #[serde(default = "sixteen")]
    pub at_once: u16,
    /// Tries in all of a request that may be repeated.
    #[serde(default = "three")]
    pub tries: u8,
}

impl Endpoint {
    /// A service at this address, all else as usual.
    #[must_use]
    pub fn at(address: Address) -> Endpoint {
        Endpoint { address, certificates: Vec::new(), sha1: None, timeout_seconds: ten(), at_once: sixteen(), tries: three() }
    }
}

fn ten() -> u16 {
    10
}

fn sixteen() -> u16 {
    16
}

fn three() -> u8 {
    3
}

/// The address that a service's own ones begin with: HTTPS, without `/` at its end, without user, query or fragment.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(String);

impl Address {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address beneath it; `path` begins with `/` and is already encoded.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Address, String> {
        let wrong = |why: &str| Err(format!("the address {text:?} {why}"));
        let Ok(url) = Url::parse(&text) else { return wrong("is none") };
        if url.scheme() != "https" {
            return wrong("does not begin with https://");
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return wrong("has a user, a query or a fragment");
        }
        Ok(Address(url.as_str().trim_end_matches('/').to_owned()))
    }
}

/// Where a browser is sent: HTTPS, or the emulators' pages (`http://…/emulators/…`), which are within the portal and no more secret than that.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Site(String);

impl Site {
    /// The address as text, without `/` at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address beneath it; `path` begins with `/` and is already encoded.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl TryFrom<String> for Site {
    type Error = String;

    fn try_from(text: String) -> Result<Site, String> {
        let emulated = Url::parse(&text).is_ok_and(|url| url.scheme() == "http" && url.path().starts_with("/emulators/"));
        let checked = if emulated { format!("https{}", text.strip_prefix("http").unwrap_or_default()) } else { text };
        let Address(address) = Address::try_from(checked)?;
        Ok(Site(if emulated { format!("http{}", address.strip_prefix("https").unwrap_or_default()) } else { address }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str = "[system]\ncertificate = 'a.pem'\nkey = 'b.pem'\nauthorities = 'c.pem'\n";

    fn cause(rest: &str) -> String {
        Services::read(&format!("{SYSTEM}{rest}"), "services.toml").unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let cause_of_typo = cause("[mnotify]\nadress = 'https://a.md'\n");
        assert!(cause_of_typo.starts_with("services.toml: ") && cause_of_typo.contains("adress"), "{cause_of_typo}");
        assert!(cause_of_typo.contains("line 6"), "{cause_of_typo}");
        assert!(cause("[mnotfy]\naddress = 'https://a.md'\n").contains("mnotfy"));
        assert!(cause("[mnotify]\naddress = 'http://a.md'\n").contains("does not begin with https://"));
        for (address, why) in [("nowhere", "is none"), ("https://me@a.md", "user"), ("https://a.md/?x=1", "query")] {
            assert!(cause(&format!("[mlog]\naddress = '{address}'\n")).contains(why), "{address}");
        }
        assert!(Services::read("", "services.toml").unwrap_err().to_string().contains("system"));
    }

    #[test]
    fn browsers_are_sent_without_tls_to_the_emulators_alone() {
        let site = |text: &str| Site::try_from(text.to_owned()).map(|site| site.join("/login"));
        assert_eq!(site("https://mpass.gov.md/").as_deref(), Ok("https://mpass.gov.md/login"));
        assert_eq!(site("http://127.0.0.1:8080/emulators/mpass").as_deref(), Ok("http://127.0.0.1:8080/emulators/mpass/login"));
        for wrong in
            ["http://mpass.gov.md", "http://mpass.gov.md/?/emulators/", "http://me@a.md/emulators/mpass", "ftp://a/emulators/x", "x"]
        {
            assert!(site(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_join() {
        let address = Address::try_from("https://mpower.gov.md:8443/".to_owned()).unwrap();
        assert_eq!(address.join("/clients-api/api"), "https://mpower.gov.md:8443/clients-api/api");
    }
}
