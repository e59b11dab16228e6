//! A payment as it is asked for and as it was taken.

use super::delivery::{Delivery, Progress};
use vatra_core::clock::Instant;
use vatra_core::manifest::Language;
use vatra_core::providers::{ByLine, Confirmation};
use vatra_core::value::Money;

/// How somebody pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Method {
    /// A card, online.
    #[default]
    Card,
    /// From an account, by the bank's own pages.
    Bank,
    /// A card at the municipality's counter.
    Terminal,
    /// Cash, at a counter of a bank or of the post.
    Cash,
}

impl Method {
    /// All of them.
    pub const ALL: [Method; 4] = [Method::Card, Method::Bank, Method::Terminal, Method::Cash];

    /// `terminal`
    pub fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Bank => "bank",
            Self::Terminal => "terminal",
            Self::Cash => "cash",
        }
    }

    /// From its code.
    pub fn from_code(code: &str) -> Option<Method> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }

    /// For the pages.
    pub(super) fn words(self, language: Language) -> &'static str {
        let [ro, ru, en] = match self {
            Self::Card => ["Card bancar", "Банковская карта", "Bank card"],
            Self::Bank => ["Internet banking", "Интернет-банкинг", "Internet banking"],
            Self::Terminal => ["Terminal la ghișeu (POS)", "Терминал в кассе (POS)", "Terminal at the counter (POS)"],
            Self::Cash => ["Numerar", "Наличные", "Cash"],
        };
        match language {
            Language::Ro => ro,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

/// What becomes of the attempt to take the money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Attempt {
    /// It is taken.
    #[default]
    Taken,
    /// The payer's bank declines.
    Declined,
    /// The payer's bank does not answer in time; nothing is taken.
    NoAnswer,
}

impl Attempt {
    /// All of them.
    pub const ALL: [Attempt; 3] = [Attempt::Taken, Attempt::Declined, Attempt::NoAnswer];

    /// `no-answer`
    pub fn code(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Declined => "declined",
            Self::NoAnswer => "no-answer",
        }
    }

    /// From its code; empty is the default.
    pub fn from_code(code: &str) -> Option<Attempt> {
        if code.is_empty() { Some(Self::Taken) } else { Self::ALL.into_iter().find(|attempt| attempt.code() == code) }
    }
}

/// What someone wants to pay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentRequest {
    /// OrderKey.
    pub number: String,
    /// How much.
    pub amount: Money,
    /// How.
    pub method: Method,
    /// Whether it succeeds.
    pub attempt: Attempt,
    /// What the portal is told instead of the amount that is taken; the truth when absent.
    pub told: Option<Money>,
    /// How the confirmation is to go.
    pub delivery: Delivery,
    /// ReturnUrl: a path of the portal.
    pub return_url: Option<String>,
    /// The pay form's own token: the same form sent twice is one payment. None for a payment of its own.
    pub form: Option<String>,
}

impl PaymentRequest {
    /// A card payment that succeeds and is told as it is.
    pub fn new(number: impl Into<String>, amount: Money, delivery: Delivery) -> Self {
        let (method, attempt) = (Method::Card, Attempt::Taken);
        Self { number: number.into(), amount, method, attempt, told: None, delivery, return_url: None, form: None }
    }
}

/// A payment that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
    /// What the portal is told.
    pub confirmation: Confirmation,
    /// What was taken.
    pub taken: Money,
    /// How it was paid.
    pub method: Method,
    /// What was given back of it.
    pub refunds: Vec<Refund>,
    /// On the payer's receipt.
    pub receipt: String,
    /// How the confirmation goes.
    pub delivery: Delivery,
    /// How far it is.
    pub progress: Progress,
    /// Where the payer goes from the receipt: a path of the portal.
    pub return_url: Option<String>,
}

impl Payment {
    /// What can still be given back.
    pub fn refundable(&self) -> Money {
        if self.progress.refused.is_some() && self.progress.acknowledged == 0 {
            // The money went back already.
            return Money(0);
        }
        Money(self.refunds.iter().fold(self.taken.0, |left, refund| left - refund.amount.0))
    }
}

/// Money that went back to the payer. The portal is not told: MPay publishes no operation for it; the day's statement has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    /// RefundID.
    pub id: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Instant,
    /// From which of the payment's lines.
    pub lines: ByLine,
}
