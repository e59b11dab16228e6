//! What leaves for the services and what comes from them by itself: messages ([`Notifier`]), audit trails ([`App::forward_trails`](crate::app::App::forward_trails)),
//! events of other institutions and to them ([`Listeners`], [`Announcer`]); and documents to whoever makes them ([`Maker`]) and
//! signs them ([`Signer`]).

mod documents;
mod happenings;
mod notices;
mod signing;
mod trail;

pub(crate) use documents::Record;
pub use documents::{Maker, make_documents, renderer};
pub use happenings::{Announcer, Bookmarks, Listeners};
pub use notices::Notifier;
pub use signing::Signer;

use crate::app::Carried;
use vatra_core::blobs::BlobError;
use vatra_core::providers::ProviderError;
use vatra_core::store::{CommitError, StoreError};

/// Why carrying ended early.
enum Ended {
    Later(String),
    Parked(&'static str),
    /// It is settled already.
    Done,
}

impl From<Ended> for Carried {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Later(cause) => Self::Later(cause),
            Ended::Parked(reason) => Self::Parked(reason),
            Ended::Done => Self::Done,
        }
    }
}

macro_rules! passes {
    ($($error:ty),*) => {
        $(impl From<$error> for Ended {
            fn from(error: $error) -> Self {
                Self::Later(error.to_string())
            }
        })*
    };
}
passes!(StoreError, CommitError, BlobError, ProviderError);

/// What was put into the outbox, or noted there. What cannot be read will not be readable later.
fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Ended> {
    serde_json::from_str(text).map_err(|_| Ended::Parked("unreadable"))
}
