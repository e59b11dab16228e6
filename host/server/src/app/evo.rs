//! What citizens' phones are told: which modules the municipality offers them, signed, so that a phone can check it later and without us; and who
//! somebody on their phone is.

use super::directory::Municipality;
use super::{App, AppError, By};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use serde::Serialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use vatra_core::audit::AuditKind;
use vatra_core::call::{Acting, Assurance, CITIZEN, CallContext, Caller, Channel, GUEST, Tenant};
use vatra_core::documents;
use vatra_core::grants::ON_PHONES;
use vatra_core::ids::{CallId, Name, SubjectId};
use vatra_core::manifest::{Language, World};
use vatra_core::register::FieldType;
use vatra_core::store::StoreError;
use vatra_core::unit::Subject;
use vatra_view::explain;

/// The media type of a list's payload, which its signature covers (DSSE).
pub const LIST_TYPE: &str = "application/vnd.vatra.evo-list+json";
/// How long a phone goes by a list without asking again: 24 hours, in seconds.
pub const LIST_SECONDS: i64 = 24 * 60 * 60;

/// A signed list (DSSE, <https://github.com/secure-systems-lab/dsse>).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Envelope {
    /// The payload, in Base64.
    pub payload: String,
    /// [`LIST_TYPE`].
    #[serde(rename = "payloadType")]
    pub payload_type: String,
    /// One.
    pub signatures: Vec<EnvelopeSignature>,
}

/// A signature over a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EnvelopeSignature {
    /// See [`ListKey::id`].
    pub keyid: String,
    /// Ed25519, in Base64.
    pub sig: String,
}

/// The key that signs lists: of the data folder's master key, so that hosts that share it sign alike.
pub struct ListKey(SigningKey);

impl std::fmt::Debug for ListKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ListKey({})", self.id())
    }
}

impl ListKey {
    pub(super) fn of(master: &vatra_core::seal::MasterKey) -> Self {
        Self(SigningKey::from_bytes(&master.derive(&[b"evo list"])))
    }

    /// The public half, in Base64: phones check lists by it.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.verifying_key().as_bytes())
    }

    /// The beginning of the public half's SHA-256, in hexadecimal.
    pub fn id(&self) -> String {
        let digest = Sha256::digest(self.0.verifying_key().as_bytes());
        hex::encode(digest.get(..8).unwrap_or_default())
    }

    fn sign(&self, payload: &str) -> Envelope {
        let signature = self.0.sign(&pre_authenticated(LIST_TYPE, payload.as_bytes()));
        Envelope {
            payload: STANDARD.encode(payload),
            payload_type: LIST_TYPE.to_owned(),
            signatures: vec![EnvelopeSignature { keyid: self.id(), sig: STANDARD.encode(signature.to_bytes()) }],
        }
    }
}

/// What a DSSE signature is over.
fn pre_authenticated(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

/// What a phone loads of a module: its words, screens and permissions, under the digest of these bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bundle {
    /// The module.
    pub module: Name,
    /// SHA-256 of the bytes, in hexadecimal.
    pub digest: String,
    /// JSON.
    pub bytes: Vec<u8>,
}

/// Words in the three languages.
fn in_all(words: impl Fn(Language) -> String) -> Json {
    json!({ "ro": words(Language::Ro), "ru": words(Language::Ru), "en": words(Language::En) })
}

impl App {
    /// By which a phone knows whether it is still the same person's: nobody else can make it, and it leads back to no number.
    pub fn reader_key(&self, idnp: &str) -> String {
        let secret = vatra_core::seal::MasterKey::new(self.list_key.0.to_bytes());
        hex::encode(secret.derive(&[b"evo reader", idnp.as_bytes()]).get(..16).unwrap_or_default())
    }

    /// The key that signs lists for phones.
    pub fn list_key(&self) -> &ListKey {
        &self.list_key
    }

    /// The modules that a municipality offers to phones, each as it is now: with what it was granted and what it was not.
    ///
    /// # Errors
    /// [`AppError::Store`]. A module whose package cannot be read is left out, and told in the log.
    pub async fn bundles(&self, at: &Municipality) -> Result<Vec<Bundle>, AppError> {
        let mut out = Vec::new();
        for plugged in at.modules.iter().filter(|plugged| plugged.enabled) {
            let words = match self.words_of(plugged) {
                Ok(words) => words,
                Err(error) => {
                    tracing::error!(tenant = %at.tenant.slug, module = %plugged.module, "{error}");
                    continue;
                }
            };
            let package = &words.package;
            let manifest = &package.manifest;
            if manifest.world != World::EvoModule {
                continue;
            }
            let today = self.clock.now().civil_date();
            let grants = self.store.grants(at.tenant.id, &plugged.module).await?;
            let permissions = manifest.capabilities.iter().map(|(capability, request)| {
                let grant = grants.iter().find(|grant| grant.capability == *capability);
                let takes_files =
                    || manifest.actions.iter().flat_map(|action| &action.inputs).any(|input| matches!(input.kind, FieldType::File(_)));
                let open = ON_PHONES.contains(&capability.as_str()) || (capability.as_str() == documents::SERVICE && takes_files());
                let holds = open && grant.is_some_and(|grant| grant.revoked_at.is_none() && grant.until.is_none_or(|until| until >= today));
                json!({
                    "capability": capability,
                    "title": in_all(|language| explain::capability_title(capability.as_str(), language)),
                    "purpose": in_all(|language| request.purpose.get(language).to_owned()),
                    "legal-basis": request.legal_basis,
                    "granted": holds,
                })
            });
            let screens = manifest.screens.iter().map(|screen| {
                json!({
                    "name": screen.name,
                    "title": screen.navigation.as_ref().map(|words| in_all(|language| words.get(language).to_owned())),
                    "guests": screen.roles.iter().any(|role| role.as_str() == GUEST),
                })
            });
            let bundle = json!({
                "name": manifest.name,
                "version": manifest.version,
                "publisher": manifest.publisher,
                "component": package.digest,
                "home": manifest.home,
                "title": in_all(|language| manifest.title.get(language).to_owned()),
                "description": in_all(|language| manifest.description.get(language).to_owned()),
                "screens": screens.collect::<Vec<_>>(),
                "permissions": permissions.collect::<Vec<_>>(),
            });
            let bytes = bundle.to_string().into_bytes();
            out.push(Bundle { module: plugged.module.clone(), digest: hex::encode(Sha256::digest(&bytes)), bytes });
        }
        Ok(out)
    }

    /// The signed list of what [`Self::bundles`] says.
    ///
    /// # Errors
    /// As [`Self::bundles`].
    pub async fn list(&self, at: &Municipality) -> Result<Envelope, AppError> {
        let now = self.clock.now();
        let modules = self.bundles(at).await?;
        let modules = modules
            .iter()
            .map(|bundle| json!({ "name": bundle.module, "sha256": bundle.digest, "size": bundle.bytes.len() }))
            .collect::<Vec<_>>();
        let payload = json!({
            "municipality": at.tenant.slug,
            "name": at.tenant.name,
            "district": at.tenant.district,
            "issued": now.0,
            "expires": now.plus_seconds(LIST_SECONDS).0,
            "modules": modules,
        });
        Ok(self.list_key.sign(&payload.to_string()))
    }

    /// Who this person is in the municipality: known there from now on, if they were not. Their first visit is in its trail.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn citizen(&self, tenant: &Tenant, idnp: &str, name: &str) -> Result<SubjectId, StoreError> {
        let idns = [idnp.to_owned()];
        if let Some(known) = self.store.snapshot(tenant.id).await?.subjects_by_idn(&idns).await?.first() {
            return Ok(known.id);
        }
        let person = SubjectId::fresh();
        let row = self.row(By { person: Some(person), channel: Channel::Evo }, AuditKind::Session, None, "sign-in", &json!({}));
        self.store.audit(tenant.id, vec![row]).await?;
        let new = Subject { id: person, company: false, idn: Some(idnp.to_owned()), name: name.to_owned() };
        let known = self.store.know(tenant.id, &[new]).await?;
        known.first().copied().ok_or_else(|| StoreError::Corrupt("a person who is known has no id".into()))
    }

    /// The context of a call from a phone; without a person it is a guest's.
    pub fn phone_context(
        &self,
        call: CallId,
        tenant: Arc<Tenant>,
        module: &Name,
        person: Option<(SubjectId, Option<Acting>)>,
        language: Language,
    ) -> CallContext {
        let roles = [Some(GUEST), person.as_ref().map(|_| CITIZEN)];
        let (person, acting) = person.map_or((None, None), |(person, acting)| (Some(person), acting));
        CallContext {
            tenant,
            module: module.clone(),
            caller: Caller {
                person,
                roles: roles.into_iter().flatten().filter_map(|role| Name::new(role).ok()).collect(),
                assurance: if person.is_some() { Assurance::High } else { Assurance::Anonymous },
                channel: Channel::Evo,
                language,
                acting,
            },
            call,
            now: self.clock.now(),
            seed: rand::random(),
        }
    }

    /// Municipalities that offer phones anything, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn phone_places(&self) -> Result<Arc<Vec<Tenant>>, StoreError> {
        let (known, forgotten) = self.directory.offering();
        if let Some(known) = known {
            return Ok(known);
        }
        let mut offering: BTreeMap<String, Tenant> = BTreeMap::new();
        for tenant in self.store.tenants().await? {
            let Some(at) = self.municipality(tenant.slug.as_str()).await? else { continue };
            let offers = |plugged: &super::directory::Plugged| {
                plugged.enabled && self.words_of(plugged).is_ok_and(|words| words.package.manifest.world == World::EvoModule)
            };
            if at.modules.iter().any(offers) {
                offering.insert(format!("{} {}", vatra_core::fold::fold(&tenant.name), tenant.slug), tenant);
            }
        }
        let found = Arc::new(offering.into_values().collect());
        self.directory.keep_offering(&found, forgotten);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signature, Verifier};

    #[test]
    fn a_signature_is_over_type_and_payload() -> Result<(), Box<dyn std::error::Error>> {
        // The example of the specification (protocol.md, "Test vectors").
        assert_eq!(
            pre_authenticated("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
        let key = ListKey::of(&vatra_core::seal::MasterKey::new([7; 32]));
        let envelope = key.sign("{}");
        let signature = STANDARD.decode(&envelope.signatures.first().ok_or("none")?.sig)?;
        let signature = Signature::from_slice(&signature)?;
        let public = key.0.verifying_key();
        assert!(public.verify(&pre_authenticated(LIST_TYPE, b"{}"), &signature).is_ok());
        assert!(public.verify(&pre_authenticated(LIST_TYPE, b"{} "), &signature).is_err());
        assert!(public.verify(&pre_authenticated("text/plain", b"{}"), &signature).is_err());
        let other = ListKey::of(&vatra_core::seal::MasterKey::new([8; 32]));
        assert_ne!((key.id(), key.public()), (other.id(), other.public()));
        Ok(())
    }
}
