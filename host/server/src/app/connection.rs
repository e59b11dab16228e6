//! The request by which the municipality asks to be connected to MConnect: drawn up from what it granted to its modules, printed, and signed.

use super::{App, AppError, By, DocumentFile};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use vatra_core::audit::AuditKind;
use vatra_core::call::{ADMINISTRATOR, MAYOR, Official, Tenant};
use vatra_core::catalogue::{Catalogue, ConnectionRequest, Institution, RequestedSet, Wrong};
use vatra_core::documents::{Document, DocumentChange, Kept, Standing as Stands};
use vatra_core::grants;
use vatra_core::ids::{DocumentId, EntryId, Name, SigningId};
use vatra_core::manifest::{Language, Param};
use vatra_core::settings;
use vatra_core::signing::{Content, Signer, SigningBody, SigningChange, SigningRequest, Standing, Who};
use vatra_core::store::CommitError;
use vatra_core::unit::Unit;
use vatra_core::value::EntryRef;
use vatra_documents::job::{Job, Municipality, Refused, Template};

/// What the host's own documents belong to, where a module's name would be. No module can be called so.
pub(crate) const HOST: &str = "portal";
/// The document type.
const KIND: &str = "connection-request";
const TEMPLATE: &str = include_str!("../../templates/connection-request.typ");
/// Questions a day of a data set, unless somebody says otherwise.
pub const QUESTIONS: u32 = 200;

/// A request that was drawn up.
pub struct Requested {
    /// The document.
    pub document: Document,
    /// How many signatures it carries, and whether it waits for one.
    pub waits: bool,
}

fn named(name: &str) -> Result<Name, AppError> {
    Name::new(name).map_err(|error| AppError::Usage(error.to_string()))
}

/// Requests of a municipality are found by this entry, which no register has.
fn place() -> Result<EntryRef, AppError> {
    Ok(EntryRef { register: named(KIND)?, id: EntryId(uuid::Uuid::nil()) })
}

impl App {
    /// What the municipality would ask for now: the data sets and fields that its modules were granted, with their law and purpose; and what still keeps it
    /// from being sent. `questions` is how many a day each data set is asked at most.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn connection_request(&self, tenant: &Tenant, questions: u32) -> Result<(ConnectionRequest, Vec<Wrong>), AppError> {
        let catalogue = Catalogue::builtin();
        let mut sets: BTreeMap<String, RequestedSet> = BTreeMap::new();
        for installed in self.store.installed(tenant.id).await? {
            let Ok(view) = self.module(tenant, &installed.module).await else { continue };
            for granted in view.grants.iter().filter(|granted| granted.capability.as_str() == "mconnect") {
                let today = self.clock.now().civil_date();
                let allowed = grants::allowed(&granted.capability, Some(&granted.request), granted.grant.as_ref(), today);
                let Ok(allowed) = allowed else { continue };
                let members = |name: &str| match allowed.parameters.get(name) {
                    Some(Param::Set(set)) => set.clone(),
                    _ => BTreeSet::new(),
                };
                let fields = members("fields");
                for data_set in members("data-sets") {
                    let own = fields.iter().filter_map(|field| field.strip_prefix(data_set.as_str())?.strip_prefix('.'));
                    let own: BTreeSet<String> = own.map(str::to_owned).collect();
                    let asked = sets.entry(data_set.clone()).or_insert_with(|| RequestedSet {
                        data_set,
                        fields: BTreeSet::new(),
                        legal_basis: String::new(),
                        purpose: String::new(),
                        questions_a_day: questions,
                    });
                    asked.fields.extend(own);
                    join(&mut asked.legal_basis, &allowed.legal_basis);
                    join(&mut asked.purpose, granted.request.purpose.get(Language::Ro));
                }
            }
        }
        let details = self.details(tenant).await?;
        let contact = [settings::text(&details, "contact"), settings::text(&details, "phone"), settings::text(&details, "email")];
        let contact: Vec<&str> = contact.into_iter().filter(|text| !text.is_empty()).collect();
        let request = ConnectionRequest {
            institution: Institution {
                name: vatra_view::town_hall(tenant, Language::Ro),
                idno: tenant.idno.clone(),
                address: settings::text(&details, "address").to_owned(),
                contact: contact.join(", "),
            },
            system: "e-APL Vatra".to_owned(),
            certificate: self.fares().map(|fares| fares.serial()).unwrap_or_default(),
            sets: sets.into_values().collect(),
            date: self.clock.now().civil_date(),
        };
        let wrong = request.check(catalogue);
        Ok((request, wrong))
    }

    /// Draws the request up as a PDF and puts it into the mayor's signing queue; where there is no mayor, into the administrators'.
    ///
    /// # Errors
    /// [`AppError::Usage`] when something is missing or the document cannot be made now.
    pub async fn draw_up_connection(&self, tenant: &Tenant, questions: u32, by: By) -> Result<DocumentId, AppError> {
        let (request, wrong) = self.connection_request(tenant, questions).await?;
        if let Some(first) = wrong.first() {
            return Err(AppError::Usage(first.to_string()));
        }
        let renderer = self.renderer.get().ok_or_else(|| AppError::Usage("this host makes no documents".into()))?;
        let (id, now) = (DocumentId::fresh(), self.clock.now());
        let job = self.job_of(tenant, &request, id).await?;
        let made = renderer.render(tenant.id, &job).await.map_err(|refused: Refused| AppError::Usage(refused.to_string()))?;
        let store = |error: vatra_core::blobs::BlobError| AppError::Usage(error.to_string());
        let address = self.blobs.put(tenant.id, &made.pdf).await.map_err(store)?;
        let module = named(HOST)?;
        let document = Document {
            id,
            module: module.clone(),
            kind: KIND.to_owned(),
            title: job.title,
            number: None,
            standing: Stands::Received,
            version: 1,
            media_type: "application/pdf".to_owned(),
            name: format!("cerere-conectare-{}-{}.pdf", tenant.slug, request.date),
            kept: Some(Kept { address: Some(address), size: made.pdf.len() as u64, digest: hex::encode(Sha256::digest(&made.pdf)) }),
            record: None,
            subject: None,
            entry: Some(place()?),
            made_at: now,
            issued_on: None,
            valid_until: None,
            signatures: 0,
            code: None,
            keep_until: None,
            note: String::new(),
            recipe: None,
        };
        let mayor = named(MAYOR)?;
        let has_mayor = self.store.officials(tenant.id).await?.iter().any(|official| official.roles.contains(&mayor));
        let role = if has_mayor { mayor } else { named(ADMINISTRATOR)? };
        let mut unit = Unit::new(now, by.person, module.clone());
        let detail = json!({ "document": id, "sets": request.sets.iter().map(|set| &set.data_set).collect::<Vec<_>>() });
        unit.audit.push(self.row(by, AuditKind::Document, None, KIND, &detail));
        unit.signing.push(SigningChange::Open(Box::new(SigningRequest {
            id: SigningId::fresh(),
            module,
            standing: Standing::Waiting,
            opened_at: now,
            body: SigningBody {
                title: document.title.clone(),
                description: String::new(),
                contents: vec![Content::Document(id)],
                in_order: true,
                until: None,
            },
            signers: vec![Signer {
                who: Who::Role(role),
                reason: "Cerere de conectare la MConnect".to_owned(),
                standing: Standing::Waiting,
                by: None,
                at: None,
                note: String::new(),
                posting: None,
            }],
            signatures: Vec::new(),
        })));
        unit.documents.push(DocumentChange::New(Box::new(document)));
        match self.store.commit(tenant.id, unit).await {
            Ok(_) => Ok(id),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(error) => Err(AppError::Usage(error.to_string())),
        }
    }

    async fn job_of(&self, tenant: &Tenant, request: &ConnectionRequest, id: DocumentId) -> Result<Job, AppError> {
        let files = BTreeMap::from([("main.typ".to_owned(), TEMPLATE.as_bytes().to_vec())]);
        let template = Template::new(files).map_err(|error| AppError::Usage(error.to_string()))?;
        let lines = request.lines(Catalogue::builtin(), Language::Ro);
        let line = |line: &vatra_core::catalogue::Line| {
            json!({ "title": line.title, "owner": line.owner, "plain": line.plain.join(", "), "personal": line.personal.join(", "),
                "basis": line.legal_basis, "purpose": line.purpose, "questions": line.questions_a_day.to_string() })
        };
        let data: Map<String, Json> = [
            ("idno", json!(request.institution.idno)),
            ("address", json!(request.institution.address)),
            ("contact", json!(request.institution.contact)),
            ("system", json!(request.system)),
            ("certificate", json!(request.certificate)),
            ("lines", Json::Array(lines.iter().map(line).collect())),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        Ok(Job {
            template,
            document: id.0,
            language: Language::Ro,
            title: "Cerere de conectare la MConnect".to_owned(),
            made_at: self.clock.now(),
            municipality: self.letterhead(tenant, Language::Ro).await?,
            number: None,
            date: Some(request.date),
            valid_until: None,
            draft: false,
            check: None,
            pays: None,
            data,
            explain: false,
        })
    }

    /// The municipality as its letterhead names it.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub(crate) async fn letterhead(&self, tenant: &Tenant, language: Language) -> Result<Municipality, AppError> {
        let district = match language {
            Language::Ro => format!("Raionul {}", tenant.district),
            Language::Ru => format!("Район {}", tenant.district),
            Language::En => format!("{} district", tenant.district),
        };
        let details = self.details(tenant).await?;
        let contacts: Vec<&str> =
            ["address", "phone", "email"].into_iter().map(|name| settings::text(&details, name)).filter(|text| !text.is_empty()).collect();
        let name = vatra_view::town_hall(tenant, language);
        Ok(Municipality { name, district, contacts: contacts.join(", "), idno: tenant.idno.clone() })
    }

    /// Requests that were drawn up, oldest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn connection_requests(&self, tenant: &Tenant) -> Result<Vec<Requested>, AppError> {
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        let mut all = Vec::new();
        for document in snapshot.documents_of(&named(HOST)?, &place()?).await? {
            let waits = !snapshot.signing_of(&[document.id]).await?.is_empty();
            all.push(Requested { document, waits });
        }
        Ok(all)
    }

    /// One of them as a file, for an administrator.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn connection_file(
        &self,
        tenant: &Tenant,
        official: &Official,
        id: &str,
        language: Language,
    ) -> Result<DocumentFile, AppError> {
        let missing = || AppError::NotFound("no such request".to_owned());
        let id: DocumentId = id.parse().map_err(|_| missing())?;
        let ctx = self.context(tenant, &named(HOST)?, official, vatra_core::call::Channel::Portal, language);
        self.given(&ctx, None, id).await?.ok_or_else(missing)
    }
}

/// Puts a text behind others, once.
fn join(all: &mut String, text: &str) {
    if text.is_empty() || all.split("; ").any(|known| known == text) {
        return;
    }
    if !all.is_empty() {
        all.push_str("; ");
    }
    all.push_str(text);
}
