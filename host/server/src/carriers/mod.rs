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
