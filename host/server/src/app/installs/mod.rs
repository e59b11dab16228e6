//! The life of a package in a host and in a municipality: offered and admitted, planned, approved, applied; gone back from, removed, stopped.
//!
//! | step | file |
//! |---|---|
//! | a package is offered, and admitted or refused; nothing is left of what is refused | here |
//! | what installing it would do, and whether it may | `plan` |
//! | sent to be signed in the portal, and taken in | `signing` |
//! | proposing, approving, applying; going back; removing | `turns` |
//! | whom the host trusts, kill switches | `switches` |

mod plan;
mod signing;
mod switches;
mod turns;

pub use plan::{Choices, Keeping, Plan, PlannedRegister};
pub use switches::Switch;
pub use turns::{Approved, Life, SignedBy};

use super::trust::{Facts, NotAdmitted, same_version, vouched};
use super::{App, AppError, PackagesError};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use vatra_core::digest::{Algorithm, Digest};
use vatra_core::ids::Name;
use vatra_core::manifest::Language;
use vatra_core::packages::{HeldPackage, Papers, Signature};
use vatra_distribution::artifact::{self, Component, Limits};
use vatra_distribution::manifest::media;
use vatra_registry::Package;
use vatra_trust::{Envelope, Refusal, Statement};

/// The most signatures of one package that are looked at.
const MOST_SIGNATURES: usize = 16;

/// A package with its papers, as it came from a registry or a file.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// The OCI manifest.
    pub manifest: Vec<u8>,
    /// Its configuration.
    pub config: Vec<u8>,
    /// The component.
    pub component: Vec<u8>,
    /// DSSE envelopes, JSON.
    pub signatures: Vec<Vec<u8>>,
    /// Lists of parts, CycloneDX.
    pub sboms: Vec<Vec<u8>>,
}

impl Offer {
    /// Of a component alone: its artefact is computed as a publisher's tools compute it.
    ///
    /// # Errors
    /// [`PackagesError::Refused`] when it is no package.
    pub fn of_component(component: &[u8]) -> Result<Self, PackagesError> {
        let package = Package::read(component)?;
        let surface = Component { exports: package.exports, imports: package.imports, target: None };
        let built = artifact::package(component.to_vec(), surface).map_err(|error| PackagesError::Artifact(error.to_string()))?;
        let config = built.blobs.first().map(|(_, bytes)| bytes.to_vec()).unwrap_or_default();
        Ok(Self { manifest: built.manifest.to_vec(), config, component: component.to_vec(), ..Self::default() })
    }

    /// What names the package.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.manifest)
    }
}

/// A package that this host holds, signed by somebody whom it trusts.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The package.
    pub package: Arc<Package>,
    /// Of its OCI manifest: what it is installed by.
    pub manifest: Digest,
    /// Who vouches for it.
    pub publisher: Name,
}

impl From<NotAdmitted> for AppError {
    fn from(not: NotAdmitted) -> Self {
        match not {
            NotAdmitted::Refused(refusal) => Self::Trust(refusal),
            NotAdmitted::Altered(_) => Self::Package(PackagesError::Artifact(not.to_string())),
            NotAdmitted::Store(error) => Self::Store(error),
        }
    }
}

impl App {
    /// Admits a package: all of it is what its digests say, this host can run it, and a publisher whom it trusts signed it with a key that holds now.
    /// Kept with its papers for every host on the database.
    ///
    /// # Errors
    /// [`AppError::Package`], [`AppError::Trust`]: the first reason why not. Nothing is kept then.
    pub async fn admit(&self, offer: &Offer) -> Result<Admitted, AppError> {
        let altered = |refusal: artifact::Refusal| PackagesError::Artifact(refusal.to_string());
        let limits = Limits::default();
        let layout = artifact::layout(&offer.manifest, media::MANIFEST, &limits).map_err(altered)?;
        if layout.layer.digest.algorithm() != Algorithm::Sha256 {
            let why = format!("the component is named by {}, and this host knows components by SHA-256", layout.layer.digest);
            return Err(PackagesError::Artifact(why).into());
        }
        artifact::check("component", &layout.layer, &offer.component).map_err(altered)?;
        artifact::check_config(&layout, &offer.config).map_err(altered)?;
        let words = self.packages.look(&offer.component)?;
        let package = words.package.clone();
        if super::admin::RESERVED_MODULES.contains(&package.manifest.name.as_str()) {
            let name = &package.manifest.name;
            return Err(AppError::Usage(format!("'{name}' is an address of the portal itself: no module can be called so")));
        }
        let manifest = offer.digest();
        let (facts, papers) = self.vouched_offer(offer, &package, &manifest, layout.layer.digest)?;
        if !words.tried.load(Ordering::Acquire) {
            self.runtime.try_out(&package.digest, &package.manifest, &offer.component).await?;
            words.tried.store(true, Ordering::Release);
        }
        self.packages.take(&words, &offer.component)?;
        self.store.keep_package(&papers, &offer.component).await?;
        Ok(Admitted { package, manifest, publisher: facts.publication.publisher })
    }

    /// What a held package is called; its name when it cannot be read.
    pub(crate) fn held_title(&self, held: &HeldPackage, language: Language) -> String {
        let words = self.packages.words(held.component.hex());
        words.map_or_else(|_| held.module.to_string(), |words| words.package.manifest.title.get(language).to_owned())
    }

    /// What a planned package could do.
    ///
    /// # Errors
    /// [`AppError::Package`].
    pub(crate) fn report(&self, plan: &Plan) -> Result<vatra_registry::Report, AppError> {
        let (_, bytes) = self.packages.read(&plan.package.digest)?;
        Ok(vatra_registry::inspect(&bytes).map_err(PackagesError::from)?)
    }

    /// The first good signature, and the papers with all that are good.
    fn vouched_offer(&self, offer: &Offer, package: &Package, manifest: &Digest, component: Digest) -> Result<(Facts, Papers), AppError> {
        let (known, now) = (self.trust.known(), self.clock.now());
        let mut papers = Papers {
            manifest: manifest.clone(),
            component,
            module: package.manifest.name.clone(),
            version: package.manifest.version.clone(),
            manifest_bytes: offer.manifest.clone(),
            config_bytes: offer.config.clone(),
            admitted_at: now,
            signatures: Vec::new(),
        };
        let sbom = offer.sboms.first().and_then(|sbom| String::from_utf8(sbom.clone()).ok());
        let (mut first, mut refusal) = (None, Refusal::Unsigned);
        for envelope in offer.signatures.iter().take(MOST_SIGNATURES) {
            let found = claimed_publisher(envelope).and_then(|publisher| {
                let envelope = String::from_utf8(envelope.clone()).map_err(|error| Refusal::Malformed(error.to_string()))?;
                let signature = Signature { publisher: publisher.clone(), envelope, sbom: sbom.clone(), admitted_at: now };
                let alone = Papers { signatures: vec![signature.clone()], ..papers.clone() };
                let facts = vouched(&known, &alone, &publisher, None, now)?;
                same_version(&facts, &papers.module, &papers.version)?;
                match &package.manifest.publisher_id {
                    Some(id) if *id != publisher => {
                        let (signed, actual) = (publisher.to_string(), id.to_string());
                        Err(Refusal::OtherSubject { what: "publisher", signed, actual })
                    }
                    _ => Ok((facts, signature)),
                }
            });
            match found {
                Ok((facts, signature)) => {
                    first.get_or_insert(facts);
                    papers.signatures.push(signature);
                }
                Err(error) => refusal = error,
            }
        }
        match first {
            Some(facts) => Ok((facts, papers)),
            None => Err(AppError::Trust(refusal)),
        }
    }
}

/// Whose a signature says to be; nothing else is taken from it before it was found to hold.
fn claimed_publisher(envelope: &[u8]) -> Result<Name, Refusal> {
    match Envelope::read(envelope)?.claimed::<Statement>()? {
        Statement::Publication(publication) => Ok(publication.publisher),
        other => Err(Refusal::OtherStatement { found: other.kind(), wanted: "publication" }),
    }
}
