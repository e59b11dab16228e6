//! The contract of [`Signatures`].

use super::{Broken, holds};
use async_trait::async_trait;
use vatra_core::manifest::Language;
use vatra_core::providers::{
    BrowserForm, ContentKind, Errand, ExpectedSigner, SignContent, SignFault, SignRequest, SignResponse, SignStatus, Signatures,
    VerificationContent,
};

/// The person whom the service asks. At a real service somebody sits at a browser.
#[async_trait]
pub trait Signatory: Send + Sync {
    /// The person's IDNP.
    fn idnp(&self) -> String;
    /// Takes the form to the service and signs there, or refuses.
    ///
    /// # Errors
    /// When the service's pages do not let that happen.
    async fn decide(&self, form: &BrowserForm, signs: bool) -> Result<(), Broken>;
}

/// What the suite signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Samples {
    /// A PDF document, not signed.
    pub pdf: Vec<u8>,
    /// Where the service sends the person's browser afterwards.
    pub return_url: String,
}

/// Everything.
///
/// # Errors
/// [`Broken`], with the first sentence that does not hold.
pub async fn signatures(service: &dyn Signatures, person: &dyn Signatory, samples: &Samples) -> Result<(), Broken> {
    for kind in [ContentKind::Pdf, ContentKind::Hash] {
        what_is_signed_comes_back(service, person, samples, kind).await?;
    }
    who_refuses_signs_nothing(service, person, samples).await?;
    unknown_requests_are_told_apart(service).await?;
    requests_that_are_wrong_are_not_taken(service, samples).await
}

fn request(kind: ContentKind, samples: &Samples, signer: String) -> SignRequest {
    let content = |number: u8| SignContent {
        content: if kind == ContentKind::Pdf { samples.pdf.clone() } else { vec![number; 20] },
        correlation: format!("content-{number}"),
        name: format!("Aviz & <{number}>.pdf"),
        co_signed: true,
    };
    SignRequest {
        kind,
        contents: vec![content(1), content(2)],
        title: "Avize de plată".to_owned(),
        description: "Avize de plată & altele <pentru semnare>".to_owned(),
        reason: "Aprobat în ședință".to_owned(),
        signer: Some(ExpectedSigner { idnp: signer, delegation: None }),
    }
}

fn fault(error: SignFault) -> Broken {
    Broken(error.to_string())
}

async fn ask(service: &dyn Signatures, id: &str, language: Language) -> Result<SignResponse, Broken> {
    service.response(id, language).await.map_err(fault)
}

fn form(service: &dyn Signatures, id: &str, samples: &Samples) -> BrowserForm {
    let relay_state = "state-1".to_owned();
    let errand = Errand { return_url: samples.return_url.clone(), relay_state, language: Language::Ro, instrument: None, telephone: None };
    service.form(id, &errand)
}

async fn what_is_signed_comes_back(
    service: &dyn Signatures,
    person: &dyn Signatory,
    samples: &Samples,
    kind: ContentKind,
) -> Result<(), Broken> {
    let request = request(kind, samples, person.idnp());
    let id = service.post(&request).await.map_err(fault)?;
    let before = ask(service, &id, Language::Ro).await?;
    holds(before.status == SignStatus::Pending && before.results.is_empty(), "a request waits for its person")?;
    person.decide(&form(service, &id, samples), true).await?;
    let after = ask(service, &id, Language::Ro).await?;
    holds(after.status == SignStatus::Success, "what the person signed is a success")?;
    holds(ask(service, &id, Language::Ro).await? == after, "asking again gives the same")?;
    let ids: Vec<&str> = after.results.iter().map(|one| one.correlation.as_str()).collect();
    holds(ids == ["content-1", "content-2"], "every content comes back under its own id")?;

    let digest = |number: usize| (kind == ContentKind::Hash).then(|| request.contents.get(number).map(|one| one.content.clone())).flatten();
    let contents = after.results.iter().enumerate().map(|(number, one)| VerificationContent {
        digest: digest(number),
        correlation: one.correlation.clone(),
        signature: one.signature.clone(),
    });
    let contents: Vec<VerificationContent> = contents.collect();
    let good = service.verify(kind, &contents, Language::En).await.map_err(fault)?;
    let ids: Vec<&str> = good.iter().map(|one| one.correlation.as_str()).collect();
    holds(ids == ["content-1", "content-2"], "every verdict is under its own id")?;
    for (verdict, signed) in good.iter().zip(&after.results) {
        let own = verdict.signatures.iter().all(|one| one.valid && one.signed_at.is_some() && one.certificate == signed.certificate);
        holds(verdict.valid && own && verdict.signatures.len() == 1, "the service counts its own signatures, and says when")?;
        holds(!verdict.message.is_empty(), "a verdict has words")?;
    }
    let mut spoilt = contents;
    for content in &mut spoilt {
        match &mut content.digest {
            Some(digest) => digest.iter_mut().for_each(|byte| *byte = !*byte),
            // In the comment by which programs see that the file is binary.
            None => content.signature.get_mut(10).map_or((), |byte| *byte ^= 1),
        }
    }
    let bad = service.verify(kind, &spoilt, Language::Ro).await.map_err(fault)?;
    holds(bad.len() == 2 && bad.iter().all(|verdict| !verdict.valid), "a changed content is not signed")?;
    holds(good.iter().zip(&bad).all(|(good, bad)| good.message != bad.message), "verdicts are told in other words")
}

async fn who_refuses_signs_nothing(service: &dyn Signatures, person: &dyn Signatory, samples: &Samples) -> Result<(), Broken> {
    let id = service.post(&request(ContentKind::Hash, samples, person.idnp())).await.map_err(fault)?;
    person.decide(&form(service, &id, samples), false).await?;
    let mut words = Vec::new();
    for language in Language::ALL {
        let answer = ask(service, &id, language).await?;
        holds(answer.status == SignStatus::Failure && answer.results.is_empty(), "who refuses signs nothing")?;
        words.push(answer.message);
    }
    words.dedup();
    holds(words.len() == 3 && words.iter().all(|words| (1..=100).contains(&words.chars().count())), "why not, in three languages")
}

async fn unknown_requests_are_told_apart(service: &dyn Signatures) -> Result<(), Broken> {
    let unknown = service.response("00000000000000000000000000000000", Language::Ro).await;
    holds(matches!(unknown, Err(SignFault::RequestNotFound)), "a request that nobody posted is not found")
}

async fn requests_that_are_wrong_are_not_taken(service: &dyn Signatures, samples: &Samples) -> Result<(), Broken> {
    let good = || request(ContentKind::Hash, samples, "2000000000008".to_owned());
    let mut wrong = vec![("without contents", SignRequest { contents: vec![], ..good() })];
    let mut short = good();
    short.contents.iter_mut().for_each(|content| content.content.truncate(19));
    wrong.push(("with a digest of 19 bytes", short));
    let mut twins = good();
    twins.contents.iter_mut().for_each(|content| content.correlation = "same".to_owned());
    wrong.push(("with one id for two contents", twins));
    wrong.push(("with a title of 91 characters", SignRequest { title: "ș".repeat(91), ..good() }));
    wrong.push(("that calls a digest a PDF", SignRequest { kind: ContentKind::Pdf, ..good() }));
    for (what, request) in wrong {
        let answer = service.post(&request).await;
        holds(matches!(answer, Err(SignFault::InvalidParameter(_))), format!("a request {what} is an invalid parameter"))?;
    }
    Ok(())
}
