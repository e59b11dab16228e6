//! Documents of modules to whoever makes them: filled in, typeset, kept, and the module told.

mod record;

pub(crate) use record::Record;

use crate::app::{App, Carried, Carrier, done};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use vatra_capabilities::Binding;
use vatra_core::blobs::{Address, BlobError};
use vatra_core::call::Tenant;
use vatra_core::documents::{Document, ERASE, Finished, Kept, MAKE, Outcome, Recipe, SERVICE, Standing, ToMake, code};
use vatra_core::ids::{BadName, InboxId, Name};
use vatra_core::store::{InboxItem, InboxState, OutboxItem, Settled, StoreError};
use vatra_documents::job::{Check, Job, Made, Payable, Refused, Template};
use vatra_documents::{Renderer, Settings};
use vatra_runtime::CallError;

/// The program of the workers, where it does not lie beside this one.
const PROGRAM: &str = "VATRA_DOCUMENTS_WORKER";
/// The export by which modules hear of their documents.
const EVENTS: &str = "vatra:modules/events@0.1.0";
/// Under way at once for one municipality: what fills in and keeps while the workers typeset.
const AT_ONCE: u32 = 4;

/// The workers that make documents.
///
/// # Errors
/// [`Refused::Unavailable`] when their program is not found.
pub fn renderer() -> Result<Renderer, Refused> {
    let settings = match std::env::var_os(PROGRAM) {
        Some(program) => Settings::with(program.into()),
        None => Settings::beside_this_program()?,
    };
    Ok(Renderer::new(settings))
}

/// Lets this host make documents, if it has the workers' program; otherwise they wait, and it says so.
pub fn make_documents(app: &Arc<App>, public_base: &str) {
    app.set_public_base(public_base);
    let found = renderer().map_err(|error| error.to_string());
    if let Ok(renderer) = &found {
        app.set_renderer(renderer.clone());
    }
    match found.and_then(|renderer| Maker::new(app, renderer, public_base).map_err(|error| error.to_string())) {
        Ok(maker) => app.add_carrier(Arc::new(maker)),
        Err(error) => tracing::warn!("documents wait: {error}"),
    }
}

/// Makes documents.
pub struct Maker {
    app: Weak<App>,
    service: Name,
    renderer: Renderer,
    /// The address that people type, without `/` at its end.
    base: String,
}

/// Why one was not made now.
struct Later(String);
impl From<StoreError> for Later {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}
impl From<BlobError> for Later {
    fn from(error: BlobError) -> Self {
        Self(error.to_string())
    }
}
impl From<CallError> for Later {
    fn from(error: CallError) -> Self {
        Self(error.code())
    }
}

impl Maker {
    /// With these workers; `public_base` is the address that people type: a document's code leads there.
    ///
    /// # Errors
    /// None in practice: the service's name is one.
    pub fn new(app: &Arc<App>, renderer: Renderer, public_base: &str) -> Result<Self, BadName> {
        let base = public_base.trim_end_matches('/').to_owned();
        Ok(Self { app: Arc::downgrade(app), service: Name::new(SERVICE)?, renderer, base })
    }

    async fn make(&self, app: &App, tenant: &Tenant, item: &OutboxItem, order: ToMake) -> Result<Carried, Later> {
        let found = app.store.snapshot(tenant.id).await?.document(order.document).await?;
        let wanted = found.filter(|found| found.version == order.version && found.standing == Standing::Making);
        let Some((document, recipe)) = wanted.and_then(|mut wanted| wanted.recipe.take().map(|recipe| (wanted, recipe))) else {
            return Ok(Carried::Settled(done("{}".to_owned())));
        };
        let binding = app.runtime.binding(tenant.id, &document.module).await?;
        let record = match document.record {
            Some(address) => Record::read(&app.blobs.get(tenant.id, address).await?)?,
            None => Record::assemble(app, tenant, &binding, document.id, &recipe).await?,
        };
        let made = match self.typeset(app, tenant, &binding, &document, &recipe, &record).await {
            // The machine may have been busy: once more, before it is told that the template does not hold.
            Err(why @ (Refused::TooLong | Refused::Broken)) if item.attempts == 0 => return Err(Later(why.to_string())),
            Err(why @ (Refused::Busy | Refused::Unavailable(_))) => return Err(Later(why.to_string())),
            made => made,
        };
        let outcome = match made {
            Err(why) => Outcome::Failed(why.to_string()),
            Ok(Made { pdf, .. }) => {
                let (size, digest) = (pdf.len() as u64, hex::encode(Sha256::digest(&pdf)));
                let record = app.blobs.put(tenant.id, &record.written()).await?;
                Outcome::Made { kept: Kept { address: Some(app.blobs.put(tenant.id, &pdf).await?), size, digest }, record }
            }
        };
        let finished = Finished { order: order.clone(), issued: document.issued_on.is_some(), outcome };
        let settled = Settled { document: Some(finished), events: self.told(app, &binding, &document, &order)?, ..done("{}".to_owned()) };
        if app.store.outbox_settle(tenant.id, item.outgoing.id, &settled).await? {
            return Ok(Carried::Done);
        }
        Err(Later("it was issued or made again meanwhile".to_owned()))
    }

    async fn typeset(
        &self,
        app: &App,
        tenant: &Tenant,
        binding: &Binding,
        document: &Document,
        recipe: &Recipe,
        record: &Record,
    ) -> Result<Made, Refused> {
        let template = template(app, binding, &recipe.template)?;
        let check =
            document.code.as_ref().map(|found| Check { address: format!("{}/check/{found}", self.base), code: code::spelled(found) });
        let job = Job {
            template,
            document: document.id.0,
            language: recipe.language,
            title: document.title.clone(),
            made_at: document.made_at,
            municipality: app.letterhead(tenant, recipe.language).await.map_err(|error| Refused::Unavailable(error.to_string()))?,
            number: document.number.clone(),
            date: document.issued_on,
            valid_until: document.valid_until,
            draft: document.issued_on.is_none(),
            check,
            pays: recipe.pays.as_ref().map(|order| Payable { order: order.clone(), address: app.pay_url(order) }),
            data: record.data.clone(),
            explain: false,
        };
        self.renderer.render(tenant.id, &job).await
    }

    /// The module is told, if it listens.
    fn told(&self, app: &App, binding: &Binding, document: &Document, order: &ToMake) -> Result<Vec<InboxItem>, Later> {
        let words = app.words_of_binding(binding)?;
        if !words.package.exports.iter().any(|export| export == EVENTS) {
            return Ok(Vec::new());
        }
        Ok(vec![InboxItem {
            id: InboxId::fresh(),
            module: document.module.clone(),
            kind: "documents.made".to_owned(),
            payload: serde_json::to_string(order).map_err(|error| Later(error.to_string()))?,
            received_at: app.clock.now(),
            attempts: 0,
            state: InboxState::Waiting,
        }])
    }
}

#[async_trait]
impl Carrier for Maker {
    fn service(&self) -> &Name {
        &self.service
    }

    fn at_once(&self) -> u32 {
        AT_ONCE
    }

    async fn carry(&self, tenant: &Tenant, item: &OutboxItem) -> Carried {
        let Some(app) = self.app.upgrade() else { return Carried::Later("the host ends".into()) };
        let Ok(order) = serde_json::from_str::<ToMake>(&item.outgoing.payload) else { return Carried::Parked("unreadable") };
        let carried = match item.outgoing.kind.as_str() {
            MAKE => self.make(&app, tenant, item, order).await,
            ERASE => erase(&app, tenant, order).await,
            _ => return Carried::Parked("unknown"),
        };
        carried.unwrap_or_else(|Later(cause)| Carried::Later(cause))
    }
}

/// Erases the bytes of what was destroyed, but for those that another document has too.
async fn erase(app: &App, tenant: &Tenant, order: ToMake) -> Result<Carried, Later> {
    let mut snapshot = app.store.snapshot(tenant.id).await?;
    let document = snapshot.document(order.document).await?.filter(|document| document.standing == Standing::Destroyed);
    let Some(document) = document else { return Ok(Carried::Settled(done("{}".to_owned()))) };
    let versions = snapshot.document_versions(document.id).await?;
    let addresses: BTreeSet<Address> = versions.into_iter().filter_map(|version| version.kept?.address).chain(document.record).collect();
    for address in addresses {
        if !snapshot.is_kept_elsewhere(address, document.id).await? {
            app.blobs.erase(tenant.id, address).await?;
        }
    }
    let document = Some(Finished { order, issued: document.issued_on.is_some(), outcome: Outcome::Erased });
    Ok(Carried::Settled(Settled { document, ..done("{}".to_owned()) }))
}

/// The template as the module has it now.
fn template(app: &App, binding: &Binding, name: &Name) -> Result<Template, Refused> {
    let words = app.words_of_binding(binding).map_err(|error| Refused::Unavailable(error.code()))?;
    // A later version of the module may be without it.
    words.package.templates.get(name).cloned().ok_or_else(|| Refused::Template(Vec::new()))
}
