//! How a person proves who they are, by each method. What is asked for is shown on the page: nobody has an emulated phone.

use super::{Fault, Identity};
use rand::Rng;
use vatra_core::providers::SignInMethod;

/// The PIN of every emulated card and phone.
pub(super) const PIN: &str = "1234";

/// Wrong tries before it is over.
const TRIES: u8 = 3;

/// Who somebody says they are, and how they will prove it. No `Debug`: it names a person.
#[derive(Clone)]
pub(super) struct Chosen {
    pub(super) who: Identity,
    pub(super) method: SignInMethod,
    pub(super) fault: Option<Fault>,
    /// Mobile signature: the same on the screen and on the phone. Two steps: what the phone got. Four digits.
    pub(super) code: String,
    tries: u8,
}

/// What came of a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Proof {
    /// It is them.
    Proven,
    /// Not this.
    Wrong,
    /// Not this either, and there is no other try.
    Lost,
}

impl Chosen {
    pub(super) fn new(who: Identity, method: SignInMethod, fault: Option<Fault>) -> Chosen {
        let code = format!("{:04}", rand::thread_rng().gen_range(0..10_000_u16));
        Chosen { who, method, fault, code, tries: 0 }
    }

    /// What must be typed; nothing where one only agrees.
    pub(super) fn secret(&self) -> Option<&str> {
        match self.method {
            SignInMethod::MobileSignature | SignInMethod::Token => Some(PIN),
            SignInMethod::TwoStep => Some(&self.code),
            SignInMethod::EvoSign | SignInMethod::Other => None,
        }
    }

    pub(super) fn prove(&mut self, typed: &str) -> Proof {
        if self.secret().is_none_or(|secret| secret == typed) {
            return Proof::Proven;
        }
        self.tries += 1;
        if self.tries < TRIES { Proof::Wrong } else { Proof::Lost }
    }
}
