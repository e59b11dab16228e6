//! `vatra:documents`: made from templates, issued, kept. A module holds references to its own documents, never their bytes.

mod archive;
mod read;
mod recipe;
mod write;

pub use read::info;
pub(crate) use read::own;
pub use write::uploaded;
pub(crate) use write::{Received, free, received};

use crate::bindings::vatra::documents::documents as wit;
use crate::bindings::vatra::documents::types::Info;
use crate::bindings::vatra::types::values::{Date, DocumentRef, EntryRef, Failure};
use crate::registers::{Stop, counted};
use crate::state::CallState;

use crate::bindings::vatra::documents::archive as archive_wit;

type Answer<T> = wasmtime::Result<Result<T, Failure>>;

impl wit::Host for CallState {
    async fn make(&mut self, making: wit::Making) -> Answer<DocumentRef> {
        counted!(self, "documents.make", write::make(self, making))
    }
    async fn remake(&mut self, document: DocumentRef, version: u32, making: wit::Making, reason: String) -> Answer<u32> {
        counted!(self, "documents.remake", write::remake(self, document, version, making, reason))
    }
    async fn issue(&mut self, document: DocumentRef, version: u32, valid_until: Option<Date>) -> Answer<u32> {
        counted!(self, "documents.issue", write::issue(self, document, version, valid_until))
    }
    async fn store(&mut self, file: wit::File) -> Answer<DocumentRef> {
        counted!(self, "documents.store", write::store(self, file))
    }
    async fn describe(&mut self, document: DocumentRef) -> Answer<Info> {
        counted!(self, "documents.describe", async {
            let document = read::own(self, &document).await?;
            Ok::<_, Stop>(info(&self.binding.sealer, &document))
        })
    }
    async fn documents_of(&mut self, entry: EntryRef) -> Answer<Vec<Info>> {
        counted!(self, "documents.documents-of", read::of_entry(self, entry))
    }
    async fn versions(&mut self, document: DocumentRef) -> Answer<Vec<wit::Version>> {
        counted!(self, "documents.versions", read::versions(self, document))
    }
    async fn annul(&mut self, document: DocumentRef, reason: String) -> Answer<()> {
        counted!(self, "documents.annul", write::annul(self, document, reason))
    }
}

impl archive_wit::Host for CallState {
    async fn retain(&mut self, document: DocumentRef, until: Date, reason: String) -> Answer<()> {
        counted!(self, "documents.retain", archive::retain(self, document, until, reason))
    }
    async fn destroy(&mut self, documents: Vec<DocumentRef>, act: DocumentRef) -> Answer<()> {
        counted!(self, "documents.destroy", archive::destroy(self, documents, act))
    }
}
