//! The contract of [`Mandates`].

use super::{Broken, holds};
use vatra_core::providers::{Mandate, MandateSide, MandateStanding, Mandates, ProviderError};

/// What the register under test knows.
#[derive(Clone)]
pub struct KnownMandates {
    /// The code of a mandate in force.
    pub valid: String,
    /// Its type.
    pub kind: String,
    /// Who gave it.
    pub principal: String,
    /// Who may act.
    pub agent: String,
    /// The code of one that was revoked.
    pub revoked: String,
    /// A code that no mandate has.
    pub unknown: String,
}

/// Everything.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn mandates<M: Mandates + ?Sized>(register: &M, known: &KnownMandates) -> Result<(), Broken> {
    let failed = |error: ProviderError| Broken(format!("a good question is answered: {error}"));
    holds(register.is_valid(&known.valid).await.map_err(failed)? == Some(true), "a mandate in force is valid")?;
    holds(register.is_valid(&known.revoked).await.map_err(failed)? == Some(false), "a revoked one is not")?;
    for code in [known.unknown.as_str(), "", "0", "../..", "02000000000000000", "ș"] {
        holds(register.is_valid(code).await.map_err(failed)?.is_none(), "a code that no mandate has is unknown")?;
        holds(register.details(code).await.map_err(failed)?.is_none(), "a code that no mandate has has no details")?;
        holds(register.file(code).await.map_err(failed)?.is_none(), "a code that no mandate has has no file")?;
    }
    let valid = register.details(&known.valid).await.map_err(failed)?.ok_or(Broken("a mandate in force has details".to_owned()))?;
    let fits =
        |mandate: &Mandate| mandate.principal.idn == known.principal && mandate.agent.idn == known.agent && mandate.kind == known.kind;
    holds(fits(&valid) && valid.code == known.valid && valid.is_valid(), "its details are its own")?;
    let revoked = register.details(&known.revoked).await.map_err(failed)?.ok_or(Broken("a revoked mandate has details".to_owned()))?;
    holds(revoked.standing == MandateStanding::Cancelled, "a revoked mandate is cancelled")?;

    let between = register.between(&known.kind, &known.principal, &known.agent).await.map_err(failed)?;
    holds(between.is_some_and(|found| fits(&found) && found.is_valid()), "a mandate is found by type and parties")?;
    let turned = register.between(&known.kind, &known.agent, &known.principal).await.map_err(failed)?;
    holds(turned.is_none(), "the agent did not give it to the principal")?;
    holds(register.between("AT-0000000", &known.principal, &known.agent).await.map_err(failed)?.is_none(), "nor is it of another type")?;

    for (idn, side, expected) in [
        (&known.principal, MandateSide::Given, true),
        (&known.principal, MandateSide::Received, false),
        (&known.agent, MandateSide::Received, true),
        (&known.agent, MandateSide::Both, true),
    ] {
        let listed = register.list(idn, side).await.map_err(failed)?;
        holds(listed.iter().any(|mandate| mandate.code == known.valid) == expected, "a list has the mandates of its side")?;
        holds(listed.windows(2).all(|pair| matches!(pair, [a, b] if a.from >= b.from)), "newest first")?;
    }
    let file = register.file(&known.valid).await.map_err(failed)?.ok_or(Broken("a mandate has a file".to_owned()))?;
    holds(file.media_type == "application/pdf" && file.content.starts_with(b"%PDF"), "it is a PDF")
}
