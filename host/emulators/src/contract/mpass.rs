//! The contract of [`IdentityProvider`].

use super::{Broken, holds};
use crate::mpass::{Emulator, Fault, Identity};
use async_trait::async_trait;
use vatra_core::providers::{IdentityProvider, ProviderError};

/// The person at the screen, and a service that misbehaves when told to.
#[async_trait]
pub trait Browser: Send + Sync {
    /// Opens what [`IdentityProvider::begin`] returned, signs in as this person, and returns the `SAMLResponse` that comes back.
    ///
    /// # Errors
    /// When the service's pages do not let that happen.
    async fn sign_in(&self, login: &str, who: &Identity, fault: Option<Fault>) -> Result<String, Broken>;
}

#[async_trait]
impl Browser for Emulator {
    async fn sign_in(&self, login: &str, who: &Identity, fault: Option<Fault>) -> Result<String, Broken> {
        self.answer(login, who, fault).map(|reply| reply.saml_response).map_err(|error| Broken(error.to_string()))
    }
}

/// Everything. `who` must be someone whom the service knows; `return_path` is the portal's.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn identity_provider<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
    return_path: &str,
) -> Result<(), Broken> {
    says_who_signed_in(provider, browser, who, return_path).await?;
    answers_are_good_once(provider, browser, who, return_path).await?;
    answers_belong_to_their_request(provider, browser, who, return_path).await?;
    invented_answers_are_refused(provider, return_path).await?;
    wrong_answers_are_refused(provider, browser, who, return_path).await?;
    foreign_return_paths_are_refused(provider).await
}

fn fresh() -> String {
    format!("_{}", uuid::Uuid::now_v7().simple())
}

async fn begin<P: IdentityProvider + ?Sized>(provider: &P, request: &str, return_path: &str) -> Result<String, Broken> {
    provider.begin(request, return_path).await.map_err(|error| Broken(format!("a sign-in begins: {error}")))
}

fn is_refused<T>(result: &Result<T, ProviderError>) -> bool {
    matches!(result, Err(ProviderError::Refused { .. }))
}

async fn says_who_signed_in<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
    return_path: &str,
) -> Result<(), Broken> {
    let request = fresh();
    let login = begin(provider, &request, return_path).await?;
    let response = browser.sign_in(&login, who, None).await?;
    let signed_in = provider.complete(&request, &response).await.map_err(|error| Broken(format!("a good answer is taken: {error}")))?;
    holds(signed_in.idnp == who.idnp, "the IDNP is the person's")?;
    holds(signed_in.first_name == who.first_name, "FirstName is the person's")?;
    holds(signed_in.last_name == who.last_name, "LastName is the person's")?;
    holds(!signed_in.session_index.is_empty(), "there is a SessionIndex")
}

async fn answers_are_good_once<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
    return_path: &str,
) -> Result<(), Broken> {
    let request = fresh();
    let login = begin(provider, &request, return_path).await?;
    let response = browser.sign_in(&login, who, None).await?;
    holds(provider.complete(&request, &response).await.is_ok(), "a good answer is taken")?;
    holds(is_refused(&provider.complete(&request, &response).await), "the same answer is refused the second time")
}

async fn answers_belong_to_their_request<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
    return_path: &str,
) -> Result<(), Broken> {
    let (mine, theirs) = (fresh(), fresh());
    let my_login = begin(provider, &mine, return_path).await?;
    let their_login = begin(provider, &theirs, return_path).await?;
    let my_response = browser.sign_in(&my_login, who, None).await?;
    let their_response = browser.sign_in(&their_login, who, None).await?;
    holds(is_refused(&provider.complete(&mine, &their_response).await), "an answer to another request is refused")?;
    holds(provider.complete(&mine, &my_response).await.is_ok(), "an answer to this request is taken all the same")?;
    holds(provider.complete(&theirs, &their_response).await.is_ok(), "a refusal elsewhere does not use an answer up")
}

async fn invented_answers_are_refused<P: IdentityProvider + ?Sized>(provider: &P, return_path: &str) -> Result<(), Broken> {
    let request = fresh();
    begin(provider, &request, return_path).await?;
    for invented in ["", " ", "AAAA", "PHNhbWxwOlJlc3BvbnNlLz4=", "\u{0}", &"f".repeat(64), &request] {
        holds(is_refused(&provider.complete(&request, invented).await), format!("the invented answer {invented:?} is refused"))?;
    }
    Ok(())
}

async fn wrong_answers_are_refused<P: IdentityProvider + ?Sized>(
    provider: &P,
    browser: &dyn Browser,
    who: &Identity,
    return_path: &str,
) -> Result<(), Broken> {
    for fault in Fault::ALL {
        let request = fresh();
        let login = begin(provider, &request, return_path).await?;
        let wrong = browser.sign_in(&login, who, Some(fault)).await?;
        let result = provider.complete(&request, &wrong).await;
        holds(is_refused(&result), format!("an answer with the fault '{}' is refused", fault.code()))?;
        if let Err(error) = result {
            holds(!error.to_string().contains(&who.idnp), "a refusal says nothing of the person")?;
        }
    }
    Ok(())
}

async fn foreign_return_paths_are_refused<P: IdentityProvider + ?Sized>(provider: &P) -> Result<(), Broken> {
    for foreign in ["", "relative", "//evil.example/", "/\\evil.example/", "https://evil.example/", "/a\r\nLocation: //evil.example/"] {
        holds(is_refused(&provider.begin(&fresh(), foreign).await), format!("the return path {foreign:?} is refused"))?;
    }
    Ok(())
}
