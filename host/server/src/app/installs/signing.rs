//! Approvals that administrators sign in the portal: what is proposed goes into their own signing queue, and what MSign brings back is taken in.

use super::super::{App, AppError, Approved, By, HOST};
use super::plan::Plan;
use super::turns::text_digest;
use vatra_core::call::{Channel, Official, Tenant};
use vatra_core::ids::{Name, SigningId};
use vatra_core::manifest::Language;
use vatra_core::packages::{ApprovalStanding, StoredApproval};
use vatra_core::signing::{Content, Signer, SigningBody, SigningChange, SigningRequest, Standing, Who};
use vatra_core::store::CommitError;
use vatra_core::unit::Unit;

impl App {
    /// Proposes a plan and has it wait in this official's signing queue.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn send_to_sign(&self, tenant: &Tenant, plan: &Plan, official: &Official) -> Result<StoredApproval, AppError> {
        let by = By { person: Some(official.person), channel: Channel::Portal };
        let id = SigningId::fresh();
        let stored = self.propose_as(tenant, plan, Some(id), by).await?;
        let module = Name::new(HOST).map_err(|error| AppError::Usage(error.to_string()))?;
        let named = [("module", plan.package.manifest.title.get(Language::Ro).to_owned()), ("version", plan.approval.version.to_string())];
        let named = named.map(|(name, value)| (name, value.into()));
        let title = vatra_view::say_with(Language::Ro, "package-approval-title", &named);
        let mut unit = Unit::new(self.clock.now(), by.person, module.clone());
        unit.signing.push(SigningChange::Open(Box::new(SigningRequest {
            id,
            module,
            standing: Standing::Waiting,
            opened_at: self.clock.now(),
            body: SigningBody {
                title: title.chars().take(MOST_TITLE).collect(),
                description: String::new(),
                contents: vec![Content::Digest(plan.approval.manifest.to_string(), text_digest(&stored.text))],
                in_order: true,
                until: None,
            },
            signers: vec![Signer {
                who: Who::Person(official.person),
                reason: String::new(),
                standing: Standing::Waiting,
                by: None,
                at: None,
                note: String::new(),
                posting: None,
            }],
            signatures: Vec::new(),
        })));
        match self.store.commit(tenant.id, unit).await {
            Ok(_) => Ok(stored),
            Err(CommitError::Store(error)) => Err(error.into()),
            Err(error) => Err(AppError::Usage(error.to_string())),
        }
    }

    /// Takes in what became of approvals that were sent to be signed: those that are signed are applied, those that nobody will sign any more dropped. As
    /// often as one likes.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn take_in_signed(&self, tenant: &Tenant) -> Result<(), AppError> {
        for stored in self.store.approvals(tenant.id, None).await? {
            let Some(signing) = stored.signing.filter(|_| stored.standing == ApprovalStanding::Proposed) else { continue };
            let mut snapshot = self.store.snapshot(tenant.id).await?;
            let Some(request) = snapshot.signing(&[signing]).await?.pop() else { continue };
            let by = By { person: request.signers.first().and_then(|signer| signer.by), channel: Channel::Portal };
            if request.standing.is_open() {
                continue;
            }
            let document = match request.signatures.first() {
                Some(id) if request.standing == Standing::Signed => snapshot.document(*id).await?,
                _ => None,
            };
            drop(snapshot);
            let address = document.and_then(|document| document.kept).and_then(|kept| kept.address);
            let outcome = match address {
                Some(address) => {
                    let unread = |error: vatra_core::blobs::BlobError| AppError::Usage(error.to_string());
                    let signature = self.blobs.get(tenant.id, address).await.map_err(unread)?;
                    self.approve(tenant, stored.id, Approved::Signed(signature), by).await.map(|_| ())
                }
                None => Err(AppError::NotFound(format!("nobody signed it: {}", request.standing.code()))),
            };
            match outcome {
                Ok(()) => {}
                // The same approval at another host, or at the same moment.
                Err(AppError::Store(error)) => tracing::warn!(tenant = %tenant.slug, "an approval is not taken in yet: {error}"),
                Err(error) => {
                    tracing::warn!(tenant = %tenant.slug, module = %stored.module, "an approval does not count: {error}");
                    let dropped = self.drop_proposal(tenant, stored.id, by).await;
                    if let Err(AppError::Store(error)) = dropped {
                        return Err(error.into());
                    }
                }
            }
        }
        Ok(())
    }
}

/// MSign's ShortContentDescription.
const MOST_TITLE: usize = 90;
