//! Bundles: packages without a registry, on a stick or in a mail. An OCI image layout, as a folder or as a tar of one, so that `skopeo copy
//! oci:FOLDER:VERSION …` reads it. Signatures and lists of parts lie beside the package, as further manifests of the index.

mod read;
mod write;

pub use read::read;
pub use write::{sign, write};

const LAYOUT: &str = "oci-layout";
const INDEX: &str = "index.json";
const BLOBS: &str = "blobs/sha256";
/// The annotation of a manifest's tag.
const REF_NAME: &str = "org.opencontainers.image.ref.name";
