//! Checking signatures: judged by this host, against the authorities that its operator trusts, whatever anybody else says of them.

use super::Answer;
use crate::bindings::vatra::msign::verification as wit;
use crate::bindings::vatra::types::values::{DocumentRef, Failure, Sealed};
use crate::convert;
use crate::documents::own;
use crate::registers::{Stop, counted};
use crate::state::{CallState, HostError, invalid};
use serde_json::json;
use std::sync::Arc;
use vatra_core::ids::SubjectId;
use vatra_core::manifest::Language;
use vatra_core::seal::Origin;
use vatra_core::signing::{Judged, SERVICE, SignatureJudge};
use vatra_core::store::StoreError;

impl wit::Host for CallState {
    async fn verify(&mut self, document: DocumentRef) -> Answer<Vec<wit::Signature>> {
        counted!(self, "msign.verify", verify(self, document))
    }
    async fn verify_digest(&mut self, digest: Vec<u8>, signature: DocumentRef) -> Answer<Vec<wit::Signature>> {
        counted!(self, "msign.verify-digest", verify_digest(self, digest, signature))
    }
}

fn judge(state: &CallState) -> Result<Arc<dyn SignatureJudge>, Failure> {
    state.judge.clone().ok_or_else(|| Failure::Unavailable(SERVICE.to_owned()))
}

async fn bytes(state: &mut CallState, document: &DocumentRef) -> Result<Vec<u8>, Stop> {
    let found = own(state, document).await?;
    let address = found.kept.and_then(|kept| kept.address).ok_or_else(|| invalid("document", "standing"))?;
    let blobs = state.blobs.clone().ok_or_else(|| Failure::Unavailable("documents".to_owned()))?;
    let bytes = blobs.get(state.ctx.tenant.id, address).await;
    Ok(bytes.map_err(|error| HostError::Store(StoreError::Database(error.to_string())))?)
}

async fn verify(state: &mut CallState, document: DocumentRef) -> Result<Vec<wit::Signature>, Stop> {
    state.allow(SERVICE, &[])?;
    let judge = judge(state)?;
    let pdf = bytes(state, &document).await?;
    let judged = match judge.judge(pdf).await {
        Ok(judged) => judged,
        Err(code) => vec![Judged { idnp: None, name: String::new(), signed_at: None, fault: Some(code) }],
    };
    told(state, judged).await
}

async fn verify_digest(state: &mut CallState, digest: Vec<u8>, signature: DocumentRef) -> Result<Vec<wit::Signature>, Stop> {
    state.allow(SERVICE, &[])?;
    if digest.len() != 20 {
        return Err(invalid("digest", "digest").into());
    }
    let judge = judge(state)?;
    let signature = bytes(state, &signature).await?;
    let judged = judge.judge_digest(digest, signature).await;
    told(state, vec![judged]).await
}

/// For the module, with the look at those whom the municipality knows in the trail before.
async fn told(state: &mut CallState, judged: Vec<Judged>) -> Result<Vec<wit::Signature>, Stop> {
    state.used.read(judged.len().max(1), &state.limits)?;
    let idns: Vec<String> = judged.iter().filter_map(|one| one.idnp.clone()).collect();
    let known = if idns.is_empty() { Vec::new() } else { state.snapshot().await?.subjects_by_idn(&idns).await? };
    let about: Vec<SubjectId> = known.iter().map(|subject| subject.id).collect();
    if !judged.is_empty() {
        let row = state.look(SERVICE, json!({ "signatures": judged.len() }), &about);
        state.audit(row).await?;
    }
    let (sealer, language) = (&state.binding.sealer, state.ctx.caller.language);
    let signature = |one: &Judged| wit::Signature {
        valid: one.fault.is_none(),
        signer: known
            .iter()
            .find(|subject| subject.idn.is_some() && subject.idn == one.idnp)
            .map(|subject| convert::subject(sealer, subject.id)),
        name: Sealed { token: sealer.seal(Origin::Stored, &one.name) },
        signed_at: one.signed_at.map(|at| u64::try_from(at.0).unwrap_or_default()),
        message: message(one.fault, language).to_owned(),
    };
    Ok(judged.iter().map(signature).collect())
}

/// Why a signature does not count, in the caller's language.
fn message(fault: Option<&str>, language: Language) -> &'static str {
    let [ro, ru, en] = match fault {
        None => ["Semnătura este valabilă", "Подпись действительна", "The signature is valid"],
        Some("unreadable") => [
            "Documentul sau semnătura nu poate fi citită",
            "Документ или подпись не удаётся прочитать",
            "The document or the signature cannot be read",
        ],
        Some("changed") => [
            "Documentul a fost modificat după semnare",
            "Документ изменён после подписания",
            "The document was changed after it was signed",
        ],
        Some("no-stamp") => [
            "Nu este dovedit când s-a semnat: marca temporală lipsește sau nu este valabilă",
            "Время подписания не доказано: метка времени отсутствует или недействительна",
            "Nothing proves when it was signed: the time stamp is missing or does not hold",
        ],
        Some("untrusted") => [
            "Certificatul nu este emis de o autoritate recunoscută",
            "Сертификат выдан не признанным удостоверяющим центром",
            "The certificate was not issued by a trusted authority",
        ],
        Some("expired") => [
            "Certificatul nu era în termen la data semnării",
            "Срок действия сертификата на момент подписания не покрывал эту дату",
            "The certificate was not in force when it was signed",
        ],
        Some("revoked") => ["Certificatul era revocat", "Сертификат был отозван", "The certificate was revoked"],
        Some("revocation-unknown") => [
            "Nu se știe dacă certificatul era revocat",
            "Неизвестно, был ли сертификат отозван",
            "Whether the certificate was revoked is not known",
        ],
        Some(_) => ["Semnătura nu este valabilă", "Подпись недействительна", "The signature is not valid"],
    };
    match language {
        Language::Ro => ro,
        Language::Ru => ru,
        Language::En => en,
    }
}
