//! Three hundred documents signed with one errand: sent to MSign, signed there, and every signature checked before it is kept.

use crate::figure::{Figure, Spread};
use crate::{millis, site};
use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use axum::Router;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Instant;
use vatra_core::call::{Official, Tenant};
use vatra_core::clock::SystemClock;
use vatra_core::documents::{Document, DocumentChange, Kept, Standing as Stands};
use vatra_core::ids::{DocumentId, Name, SigningId, SubjectId};
use vatra_core::manifest::Language;
use vatra_core::providers::{Errand, ProviderError};
use vatra_core::signing::{Content, Signer, SigningBody, SigningChange, SigningRequest, Standing, Who};
use vatra_core::unit::Unit;
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::mpass::{People, Person};
use vatra_emulators::msign::{Decision, Emulator};
use vatra_emulators::tls::{Keys, serve};
use vatra_server::app::{App, Stage, Wanted};
use vatra_server::services::{self, FILE};
use vatra_server::web::WebConfig;

const DOCUMENTS: usize = 300;

struct Nobody;

#[async_trait]
impl People for Nobody {
    async fn people(&self, _: Language) -> Result<Vec<Person>, ProviderError> {
        Ok(Vec::new())
    }
}

/// A PDF of one page, each another.
fn pdf(number: usize) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {}] /Resources << >> >>", 842 + number);
    let objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page.as_str()];
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = out.len();
    out.extend(b"xref\n0 4\n0000000000 65535 f \n");
    out.extend(places.iter().flat_map(|place| format!("{place:010} 00000 n \n").into_bytes()));
    out.extend(format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    out
}

/// Documents of the host's own, each of which waits for the official.
async fn waiting(app: &App, tenant: &Tenant, official: &Official) -> Result<()> {
    let (module, now) = (Name::new("portal")?, app.clock.now());
    let mut unit = Unit::new(now, None, module.clone());
    for number in 0..DOCUMENTS {
        let bytes = pdf(number);
        let address = Some(app.blobs.put(tenant.id, &bytes).await?);
        let kept = Kept { address, size: bytes.len() as u64, digest: hex::encode(Sha256::digest(&bytes)) };
        let document = Document {
            id: DocumentId::fresh(),
            module: module.clone(),
            kind: "decision".into(),
            title: format!("Decizia {number}"),
            number: None,
            standing: Stands::Received,
            version: 1,
            media_type: "application/pdf".into(),
            name: format!("decizia-{number}.pdf"),
            kept: Some(kept),
            record: None,
            subject: None,
            entry: None,
            made_at: now,
            issued_on: None,
            valid_until: None,
            signatures: 0,
            code: None,
            keep_until: None,
            note: String::new(),
            recipe: None,
        };
        unit.signing.push(SigningChange::Open(Box::new(SigningRequest {
            id: SigningId::fresh(),
            module: module.clone(),
            standing: Standing::Waiting,
            opened_at: now,
            body: SigningBody {
                title: document.title.clone(),
                description: String::new(),
                contents: vec![Content::Document(document.id)],
                in_order: true,
                until: None,
            },
            signers: vec![Signer {
                who: Who::Person(official.person),
                reason: "Aprobat".into(),
                standing: Standing::Waiting,
                by: None,
                at: None,
                note: String::new(),
                posting: None,
            }],
            signatures: Vec::new(),
        })));
        unit.documents.push(DocumentChange::New(Box::new(document)));
    }
    app.store.commit(tenant.id, unit).await?;
    Ok(())
}

/// From the official's decision to sign to the last signed document that is kept, the emulated MSign's own signing with it.
pub(crate) async fn batch() -> Result<Figure> {
    let folder = tempfile::tempdir()?;
    let app = site::open(folder.path(), None).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let official = Official {
        person: SubjectId::fresh(),
        handle: Name::new("mayor")?,
        name: "Ana Primar".into(),
        idnp: "2000000000014".into(),
        roles: [Name::new("mayor")?].into(),
    };
    app.put_official(&tenant, &official, vatra_server::app::By::OPERATOR).await?;
    let official = app.official(&tenant, "mayor").await?;
    let now = app.clock.now().utc();
    let keys = Keys::valid((now - TimeDelta::days(1), now + TimeDelta::days(30)))?;
    let ours = keys.system("Sculeni")?;
    let msign = Emulator::new(Arc::new(Nobody), Arc::new(SystemClock))?;
    let anchor = msign.trust()?.anchors.first().context("an authority")?.pem();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let settings = format!(
        "[system]\ncertificate = 'system.pem'\nkey = 'key.pem'\nauthorities = 'authorities.pem'\n\
         [msign]\npages = 'https://msign.example.md'\nauthorities = ['msign.pem']\nservice-lists = ['/lists/0.crl', '/lists/1.crl']\n\
         [msign.service]\naddress = 'https://127.0.0.1:{port}/msign'\ntries = 1\n"
    );
    let authorities = keys.authority_pem();
    let files = [
        ("system.pem", &ours.certificate),
        ("key.pem", &ours.key),
        ("authorities.pem", &authorities),
        ("msign.pem", &anchor),
        (FILE, &settings),
    ];
    let data = folder.path();
    for (name, text) in files {
        std::fs::write(data.join(name), text)?;
    }
    let routes = Router::new().nest("/msign", msign.api());
    let served = tokio::spawn(async move { serve(listener, routes, &keys, std::future::pending()).await });
    let mut config = WebConfig::new(([127, 0, 0, 1], 0).into());
    let _connected = services::connect(&app, data, &mut config)?.context("the file is there")?;
    waiting(&app, &tenant, &official).await?;

    let from = Instant::now();
    let wanted = Wanted::Requests(app.to_sign(&tenant, &official).await?.iter().map(|one| one.request.id).collect());
    let begun = app.begin_signing(&tenant, &official, &wanted, "").await?;
    let posting = *begun.first().context("an errand")?;
    app.carry_due().await?;
    let errand = Errand {
        return_url: "https://vatra.example.md/auth/msign".into(),
        relay_state: String::new(),
        language: Language::Ro,
        instrument: None,
        telephone: None,
    };
    let Some(Stage::Ready(form)) = app.errand(&tenant, &official, posting, &errand).await? else { bail!("MSign did not take the errand") };
    let request = form.action.rsplit('/').next().unwrap_or_default();
    msign.decide(request, Decision::Sign { idnp: official.idnp.clone(), name: official.name.clone() }).await?;
    app.returned(&tenant, posting).await?;
    app.carry_due().await?;
    let took = millis(from) / 1_000.0;
    if begun.len() != 1 || !app.to_sign(&tenant, &official).await?.is_empty() {
        bail!("not all of the documents were signed with one errand");
    }
    served.abort();
    app.close().await;
    let name = "300 documents signed with one errand, each checked and kept, SQLite";
    Ok(Figure::new("services", name, "s", Spread::of(vec![took])?)
        .floor_of(60.0)
        .beside("with the emulated MSign's own 300 signatures", ""))
}
