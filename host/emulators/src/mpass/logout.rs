//! Single logout, from either side.

use super::answer::posting;
use super::{Emulator, ProviderError, refused, unacceptable};
use vatra_core::providers::{Posting, SignOutDone};
use vatra_xmlsec::saml::{self, LogoutDone, LogoutRequest, NameId};
use vatra_xmlsec::xml::{Limits, Xml};
use vatra_xmlsec::{Pinned, fresh_id};

/// Somebody's session at a portal.
pub(super) struct Shown {
    pub(super) index: String,
    pub(super) name: String,
    pub(super) partner: String,
}

impl Emulator {
    /// Whoever is signed in somewhere, the latest first.
    pub(super) fn sessions(&self) -> Vec<Shown> {
        let state = self.state();
        let mut all: Vec<_> = state.sessions.iter().collect();
        all.sort_by_key(|(_, session)| std::cmp::Reverse(session.at));
        let shown = |(index, session): (&String, &super::Session)| Shown {
            index: index.clone(),
            name: session.name.clone(),
            partner: session.partner.clone(),
        };
        all.into_iter().map(shown).collect()
    }

    /// The SessionIndex of each session of a person.
    pub fn sessions_of(&self, idnp: &str) -> Vec<String> {
        self.state().sessions.iter().filter(|(_, session)| session.idnp == idnp).map(|(index, _)| index.clone()).collect()
    }

    /// Ends a session here; what is posted to its portal so that it ends there too. None when there is no such session.
    ///
    /// # Errors
    /// When the request cannot be made.
    pub fn end(&self, index: &str) -> Result<Option<Posting>, ProviderError> {
        let Some(session) = self.state().sessions.remove(index) else { return Ok(None) };
        let partner = self.partner(&session.partner)?;
        let Some(address) = partner.logout else { return Ok(None) };
        let id = fresh_id().map_err(|error| refused(error.to_string()))?;
        let message = saml::logout_request(&LogoutRequest {
            id: &id,
            issuer: &self.entity(),
            destination: &address,
            name_id: &NameId { value: session.idnp, format: None },
            session_index: index,
            now: self.inner.clock.now().utc(),
        });
        let signed = saml::sign(&message, &self.inner.key).map_err(|error| refused(error.to_string()))?;
        let mut state = self.state();
        if state.outs.len() >= super::KEPT {
            state.outs.pop_front();
        }
        state.outs.push_back((id, partner.entity));
        drop(state);
        Ok(Some(posting(&address, "SAMLRequest", &signed, "")))
    }

    /// Takes a portal's request to sign somebody out; what is posted back.
    ///
    /// # Errors
    /// When the request is not acceptable.
    pub async fn sign_out(&self, request: &str, relay_state: &str) -> Result<Posting, ProviderError> {
        let text = saml::from_field(request).map_err(unacceptable)?;
        let relay_state = saml::relay_state(relay_state).map_err(unacceptable)?;
        let (once, partner) = {
            let xml = Xml::parse(&text, &Limits::SAML).map_err(unacceptable)?;
            let partner = self.partner(&saml::claimed_issuer(&xml).map_err(unacceptable)?)?;
            let (address, us) = (self.at("/logout/saml"), self.entity());
            let trust = Pinned(partner.certificates.clone());
            (saml::accept_logout_request(&xml, &self.expected(&partner, &us, &address, &trust)).map_err(unacceptable)?, partner)
        };
        let asked = once.first(&self.inner.seen).await.map_err(unacceptable)?;
        let elsewhere = {
            let mut state = self.state();
            let mine = |index: &String, session: &super::Session| {
                session.partner == partner.entity
                    && session.idnp == asked.name_id.value
                    && (asked.session_indexes.is_empty() || asked.session_indexes.contains(index))
            };
            state.sessions.retain(|index, session| !mine(index, session));
            state.sessions.values().any(|session| session.idnp == asked.name_id.value && session.partner != partner.entity)
        };
        // Other portals are told through the browser, which an emulator with one portal never needs.
        let done = if elsewhere { LogoutDone::Partially } else { LogoutDone::Everywhere };
        let address = partner.logout.ok_or_else(|| refused("the service provider has no address for logout"))?;
        let id = fresh_id().map_err(|error| refused(error.to_string()))?;
        let message = saml::logout_response(&id, &self.entity(), &address, &asked.id, done, self.inner.clock.now().utc());
        let signed = saml::sign(&message, &self.inner.key).map_err(|error| refused(error.to_string()))?;
        Ok(posting(&address, "SAMLResponse", &signed, relay_state))
    }

    /// Takes a portal's answer that it has ended the sessions.
    ///
    /// # Errors
    /// When it is not acceptable, or answers no request of ours.
    pub async fn signed_out(&self, response: &str) -> Result<SignOutDone, ProviderError> {
        let text = saml::from_field(response).map_err(unacceptable)?;
        let outs = self.state().outs.clone();
        let (once, id) = {
            let xml = Xml::parse(&text, &Limits::SAML).map_err(unacceptable)?;
            let partner = self.partner(&saml::claimed_issuer(&xml).map_err(unacceptable)?)?;
            let (address, us) = (self.at("/logout/saml"), self.entity());
            let trust = Pinned(partner.certificates.clone());
            let expected = self.expected(&partner, &us, &address, &trust);
            let mut found = Err(refused("it answers no request to sign out"));
            for (id, _) in outs.iter().filter(|(_, entity)| *entity == partner.entity) {
                found = saml::accept_logout_response(&xml, id, &expected).map(|once| (once, id.clone())).map_err(unacceptable);
                if found.is_ok() {
                    break;
                }
            }
            found?
        };
        let done = once.first(&self.inner.seen).await.map_err(unacceptable)?;
        self.state().outs.retain(|(known, _)| *known != id);
        Ok(match done {
            LogoutDone::Everywhere => SignOutDone::Everywhere,
            LogoutDone::Partially => SignOutDone::Partially,
        })
    }
}
