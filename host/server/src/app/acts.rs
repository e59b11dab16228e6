//! Acts that the municipality published: read by anybody.

use super::documents::{file_name, unreadable};
use super::{App, AppError, DocumentFile};
use vatra_core::acts::{Act, ActQuery};
use vatra_core::call::Tenant;
use vatra_core::documents::Standing;
use vatra_core::ids::DocumentId;

impl App {
    /// A page of published acts, latest first, and how many there are.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn acts(&self, tenant: &Tenant, query: &ActQuery, offset: u64, limit: u32) -> Result<(Vec<Act>, u64), AppError> {
        Ok(self.store.snapshot(tenant.id).await?.acts(query, offset, limit).await?)
    }

    /// The document that everybody is given of a published act. Nobody is asked who they are, and no look is noted: it is nobody's personal data.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not published.
    pub async fn act_file(&self, tenant: &Tenant, act: &str) -> Result<DocumentFile, AppError> {
        let missing = || AppError::NotFound("no such act".to_owned());
        let id: DocumentId = act.parse().map_err(|_| missing())?;
        let mut snapshot = self.store.snapshot(tenant.id).await?;
        let act = snapshot.act(id).await?.ok_or_else(missing)?;
        let document =
            snapshot.document(act.shown()).await?.filter(|document| document.standing == Standing::Issued).ok_or_else(missing)?;
        drop(snapshot);
        let address = document.kept.as_ref().and_then(|kept| kept.address).ok_or_else(missing)?;
        let bytes = self.blobs.get(tenant.id, address).await.map_err(|error| unreadable(&error))?;
        Ok(DocumentFile { name: file_name(&document), media_type: document.media_type, bytes })
    }
}
