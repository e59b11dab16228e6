//! The portal on the web: routes, sessions, pages and problems over [`crate::app`].

mod acting;
mod actions;
mod acts;
mod admin;
mod assets;
mod body;
mod budgets;
mod cases;
mod connection;
mod documents;
mod entries;
mod evo;
mod fares;
mod front;
mod imports;
mod jobs;
mod mpass;
mod mpay;
mod officials;
mod packages;
mod refusal;
mod routes;
mod screens;
mod search;
mod seat;
mod serve;
mod session;
mod settings;
mod signin;
mod signing;
mod signout;
mod trail;
mod visit;
mod words;
mod worklist;

pub use mpass::{Replays, mpass_parties};
pub use mpay::{Kept, PayPages};
pub use routes::{open_house, route_list, router};
pub(crate) use seat::roles_in_words;
pub use serve::{Serving, Stop, serve};

use crate::app::App;
use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use vatra_core::providers::IdentityProvider;

/// How the portal is served.
#[derive(Clone, Debug)]
pub struct WebConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address that people type, without a path: `https://vatra.example.md`. With `https` cookies are marked `Secure` and browsers are
    /// told to stay with it.
    pub public_base: String,
    /// Services that are emulated in this process, with their pages under `/emulators`; see [`crate::emulated::open`].
    pub emulators: Option<vatra_emulators::House>,
    /// MPass's client.
    pub mpass: Option<Arc<vatra_providers::mpass::Client>>,
    /// The endpoint that MPay calls.
    pub mpay: Option<Arc<vatra_providers::mpay::Endpoint>>,
    /// Where people pay: MPay's pages.
    pub mpay_pages: Option<vatra_providers::settings::Site>,
    /// A session ends when nothing was asked for so many seconds.
    pub inactivity_seconds: i64,
    /// A session ends so many seconds after sign-in, whatever happens.
    pub session_seconds: i64,
}

impl WebConfig {
    /// The usual settings for this address: no emulators, sessions of 8 hours that end after 60 minutes of inactivity.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            public_base: format!("http://{listen}"),
            emulators: None,
            mpass: None,
            mpay: None,
            mpay_pages: None,
            inactivity_seconds: 60 * 60,
            session_seconds: 8 * 60 * 60,
        }
    }

    fn is_secure(&self) -> bool {
        self.public_base.starts_with("https://")
    }
}

/// What every handler needs.
#[derive(Clone)]
pub(crate) struct Web(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) app: Arc<App>,
    /// Who signs people in; none when the host was started without.
    pub(crate) identity: Option<Arc<dyn IdentityProvider>>,
    /// MPay's pages, when they are emulated here.
    pub(crate) mpay: Option<vatra_emulators::mpay::Emulator>,
    /// MPay's pages, elsewhere or here.
    pub(crate) mpay_pages: Option<vatra_providers::settings::Site>,
    /// The endpoint that MPay calls.
    pub(crate) endpoint: Option<Arc<vatra_providers::mpay::Endpoint>>,
    /// The address that people type, without `/` at its end.
    pub(crate) public_base: String,
    pub(crate) secure: bool,
    pub(crate) session_seconds: i64,
    pub(crate) sessions: session::Sessions,
    /// Places for those who ask for documents that do not exist.
    pub(crate) guesses: tokio::sync::Semaphore,
    /// Whoever asks is this person: see [`open_house`].
    pub(crate) everyone: Option<session::Login>,
}

impl Deref for Web {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
