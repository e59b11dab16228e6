//! What leaves for the services and what comes from them by itself: messages ([`Notifier`]), audit trails ([`App::forward_trails`](crate::app::App::forward_trails)),
//! events of other institutions and to them ([`Listeners`], [`Announcer`]).

mod happenings;
mod notices;
mod trail;

pub use happenings::{Announcer, Bookmarks, Listeners};
pub use notices::Notifier;
