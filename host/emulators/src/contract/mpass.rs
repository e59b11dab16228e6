//! The contract of [`IdentityProvider`]: what a service provider's side must do with MPass's answers, right and wrong.

use super::{Broken, holds};
use crate::fault::Fault as _;
use crate::mpass::{Emulator, Fault, Identity};
use async_trait::async_trait;
use vatra_core::providers::{IdentityProvider, Posting, ProviderError, SignInMethod, SignOutDone};

/// The person at the screen, and a service that misbehaves when told to.
#[async_trait]
pub trait Browser: Send + Sync {
    /// Posts what [`IdentityProvider::begin`] returned, signs in as this person, and returns what comes back.
    ///
    /// # Errors
    /// When the service's pages do not let that happen.
    async fn sign_in(&self, login: &Posting, who: &Identity, method: SignInMethod, fault: Option<Fault>) -> Result<Posting, Broken>;
    /// Posts what [`IdentityProvider::begin_sign_out`] returned, and returns what comes back.
    ///
    /// # Errors
    /// As above.
    async fn sign_out(&self, logout: &Posting) -> Result<Posting, Broken>;
    /// Ends this session at the service, and returns what it posts to the portal.
    ///
    /// # Errors
    /// As above.
    async fn end(&self, session_index: &str) -> Result<Posting, Broken>;
    /// Posts what [`IdentityProvider::answer_sign_out`] returned.
    ///
    /// # Errors
    /// When the service does not accept it.
    async fn ended(&self, answer: &Posting) -> Result<(), Broken>;
}

/// A field of a form.
fn sent<'p>(posting: &'p Posting, name: &str) -> &'p str {
    posting.fields.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

fn broken(error: ProviderError) -> Broken {
    Broken(error.to_string())
}

#[async_trait]
impl Browser for Emulator {
    async fn sign_in(&self, login: &Posting, who: &Identity, method: SignInMethod, fault: Option<Fault>) -> Result<Posting, Broken> {
        self.answer(login, who, method, fault).await.map_err(broken)
    }
    async fn sign_out(&self, logout: &Posting) -> Result<Posting, Broken> {
        Emulator::sign_out(self, sent(logout, "SAMLRequest"), sent(logout, "RelayState")).await.map_err(broken)
    }
    async fn end(&self, session_index: &str) -> Result<Posting, Broken> {
        Emulator::end(self, session_index).map_err(broken)?.ok_or_else(|| Broken("the session is known at MPass".to_owned()))
    }
    async fn ended(&self, answer: &Posting) -> Result<(), Broken> {
        self.signed_out(sent(answer, "SAMLResponse")).await.map(drop).map_err(broken)
    }
}

/// Everything. `who` must be someone whom the service knows.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn identity_provider<P: IdentityProvider + ?Sized>(provider: &P, browser: &dyn Browser, who: &Identity) -> Result<(), Broken> {
    says_who_signed_in(provider, browser, who).await?;
    answers_are_good_once(provider, browser, who).await?;
    answers_belong_to_their_request(provider, browser, who).await?;
    invented_answers_are_refused(provider, browser, who).await?;
    wrong_answers_are_refused(provider, browser, who).await?;
    we_sign_out(provider, browser, who).await?;
    mpass_signs_out(provider, browser, who).await?;
    holds(provider.begin(&fresh(), &"x".repeat(81)).await.is_err(), "RelayState is 80 bytes at most")
}

fn fresh() -> String {
    format!("_{}", uuid::Uuid::now_v7().simple())
}

async fn begin<P: IdentityProvider + ?Sized>(provider: &P, request: &str) -> Result<Posting, Broken> {
    provider.begin(request, "state").await.map_err(|error| Broken(format!("a sign-in begins: {error}")))
}

async fn signs_in<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
    method: SignInMethod,
) -> Result<(String, Posting), Broken> {
    let request = fresh();
    let login = begin(provider, &request).await?;
    Ok((request, browser.sign_in(&login, who, method, None).await?))
}

fn is_refused<T>(result: &Result<T, ProviderError>) -> bool {
    matches!(result, Err(ProviderError::Refused { .. }))
}

async fn says_who_signed_in<P: IdentityProvider + ?Sized>(provider: &P, browser: &dyn Browser, who: &Identity) -> Result<(), Broken> {
    for method in SignInMethod::ALL {
        let (request, answer) = signs_in(provider, browser, who, method).await?;
        holds(sent(&answer, "RelayState") == "state", "RelayState comes back")?;
        let told = provider.complete(&request, sent(&answer, "SAMLResponse")).await;
        let told = told.map_err(|error| Broken(format!("a good answer is taken: {error}")))?;
        holds(told.idnp == who.idnp, "the IDNP is the person's")?;
        holds(told.first_name == who.first_name, "FirstName is the person's")?;
        holds(told.last_name == who.last_name, "LastName is the person's")?;
        holds(told.method == method, format!("the method is {}", method.code()))?;
        holds(told.language == Some(who.language), "Language is the person's")?;
        holds(told.represents == who.represents, "AdministeredLegalEntity is the person's")?;
        holds(!told.session_index.is_empty(), "there is a SessionIndex")?;
    }
    Ok(())
}

async fn answers_are_good_once<P: IdentityProvider + ?Sized>(provider: &P, browser: &dyn Browser, who: &Identity) -> Result<(), Broken> {
    let (request, answer) = signs_in(provider, browser, who, SignInMethod::EvoSign).await?;
    let response = sent(&answer, "SAMLResponse");
    holds(provider.complete(&request, response).await.is_ok(), "a good answer is taken")?;
    holds(is_refused(&provider.complete(&request, response).await), "the same answer is refused the second time")
}

async fn answers_belong_to_their_request<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
) -> Result<(), Broken> {
    let (mine, my_answer) = signs_in(provider, browser, who, SignInMethod::EvoSign).await?;
    let (theirs, their_answer) = signs_in(provider, browser, who, SignInMethod::EvoSign).await?;
    let (my_response, their_response) = (sent(&my_answer, "SAMLResponse"), sent(&their_answer, "SAMLResponse"));
    holds(is_refused(&provider.complete(&mine, their_response).await), "an answer to another request is refused")?;
    holds(provider.complete(&mine, my_response).await.is_ok(), "an answer to this request is taken all the same")?;
    holds(provider.complete(&theirs, their_response).await.is_ok(), "a refusal elsewhere does not use an answer up")
}

async fn invented_answers_are_refused<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
) -> Result<(), Broken> {
    let (request, answer) = signs_in(provider, browser, who, SignInMethod::EvoSign).await?;
    let good = sent(&answer, "SAMLResponse");
    let cut = good.get(..good.len() / 2).unwrap_or_default();
    for invented in ["", " ", "AAAA", "PHNhbWxwOlJlc3BvbnNlLz4=", "\u{0}", &"f".repeat(64), &request, cut] {
        holds(is_refused(&provider.complete(&request, invented).await), format!("the invented answer {invented:.20?} is refused"))?;
        holds(provider.complete_sign_out(&request, invented).await.is_err(), "as an answer to a logout too")?;
        holds(provider.sign_out_asked(invented).await.is_err(), "as a request to sign out too")?;
    }
    Ok(())
}

async fn wrong_answers_are_refused<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
) -> Result<(), Broken> {
    for fault in Fault::ALL {
        // An answer that was used, for the one that is repeated.
        let (request, answer) = signs_in(provider, browser, who, SignInMethod::EvoSign).await?;
        provider.complete(&request, sent(&answer, "SAMLResponse")).await.map_err(broken)?;
        let request = fresh();
        let login = begin(provider, &request).await?;
        let wrong = browser.sign_in(&login, who, SignInMethod::EvoSign, Some(*fault)).await?;
        let result = provider.complete(&request, sent(&wrong, "SAMLResponse")).await;
        holds(is_refused(&result), format!("an answer with the fault '{}' is refused", fault.code()))?;
        if let Err(error) = result {
            holds(!error.to_string().contains(&who.idnp), "a refusal says nothing of the person")?;
        }
    }
    Ok(())
}

async fn we_sign_out<P: IdentityProvider + ?Sized>(provider: &P, browser: &dyn Browser, who: &Identity) -> Result<(), Broken> {
    let (request, answer) = signs_in(provider, browser, who, SignInMethod::Token).await?;
    let told = provider.complete(&request, sent(&answer, "SAMLResponse")).await.map_err(broken)?;
    let out = fresh();
    let logout = provider.begin_sign_out(&out, &told.idnp, &told.session_index, "state").await.map_err(broken)?;
    let answer = browser.sign_out(&logout).await?;
    let response = sent(&answer, "SAMLResponse");
    holds(is_refused(&provider.complete_sign_out(&fresh(), response).await), "an answer to another logout is refused")?;
    let done = provider.complete_sign_out(&out, response).await.map_err(broken)?;
    holds(done == SignOutDone::Everywhere, "the person is signed out everywhere")?;
    holds(is_refused(&provider.complete_sign_out(&out, response).await), "that is told once")?;
    holds(browser.end(&told.session_index).await.is_err(), "MPass does not know the session any more")
}

async fn mpass_signs_out<P: IdentityProvider + ?Sized>(provider: &P, browser: &dyn Browser, who: &Identity) -> Result<(), Broken> {
    let (request, answer) = signs_in(provider, browser, who, SignInMethod::TwoStep).await?;
    let told = provider.complete(&request, sent(&answer, "SAMLResponse")).await.map_err(broken)?;
    let posted = browser.end(&told.session_index).await?;
    let asked = provider.sign_out_asked(sent(&posted, "SAMLRequest")).await.map_err(broken)?;
    holds(asked.idnp == who.idnp && asked.session_indexes == [told.session_index], "MPass names whom it signs out")?;
    holds(is_refused(&provider.sign_out_asked(sent(&posted, "SAMLRequest")).await), "that is asked once")?;
    let answer = provider.answer_sign_out(&asked.id, SignOutDone::Everywhere, "").await.map_err(broken)?;
    browser.ended(&answer).await
}
