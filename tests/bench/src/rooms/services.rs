//! The government services: an answer of MPass checked, questions of MPay answered, a day of confirmations kept, certificates typeset.

use crate::figure::{Figure, Spread};
use crate::{millis, site};
use anyhow::{Context, Result, anyhow, bail};
use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use vatra_core::clock::{Clock, SystemClock};
use vatra_core::ids::{Name, TenantId};
use vatra_core::manifest::Language;
use vatra_core::providers::{ByLine, Confirmation, IdentityProvider, OrderDesk, Posting, ProviderError, SignInMethod};
use vatra_core::unit::{NewOrder, OrderLine, Unit};
use vatra_core::value::Money;
use vatra_documents::job::{Job, Municipality, Template};
use vatra_documents::{Renderer, Settings};
use vatra_emulators::mpass::{self, Identity, People, Person, make_key};
use vatra_emulators::mpay::{Carrier, Remote};
use vatra_providers::mpass::{Client, Parties};
use vatra_providers::mpay::{Endpoint, GET_ORDER_DETAILS};
use vatra_server::app::{App, Desk};
use vatra_server::web::{Kept, Replays};
use vatra_xmlsec::{Memory, Pinned, SigningKey, Suite};

/// Sign-ins measured.
const SIGN_INS: usize = 300;
/// Questions of MPay measured, each with a signature of its own.
const QUESTIONS: usize = 4_000;
/// Confirmations in a row.
const CONFIRMATIONS: usize = 60_000;
/// Orders made in one unit of work.
const ORDERS_AT_ONCE: usize = 1_000;
const AT_ONCE: usize = 32;
/// Confirmations under way at once.
const CONFIRMED_AT_ONCE: usize = 128;
/// Certificates measured.
const CERTIFICATES: usize = 100;
const IBAN: &str = "MD38TRPBAA113110A01234AA";

pub(crate) async fn measure() -> Result<Vec<Figure>> {
    let mut figures = vec![sign_in().await?];
    figures.extend(mpay().await?);
    figures.push(certificates().await?);
    figures.push(super::signing::batch().await?);
    Ok(figures)
}

struct Nobody;

#[async_trait]
impl People for Nobody {
    async fn people(&self, _: Language) -> Result<Vec<Person>, ProviderError> {
        Ok(Vec::new())
    }
}

/// The portal's part of a sign-in: the answer's signature, every check of it, and who it is.
async fn sign_in() -> Result<Figure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (theirs, ours) = (Arc::new(make_key("MPass")?), Arc::new(make_key("Portal")?));
    let emulator = mpass::Emulator::new(Arc::new(Nobody), clock.clone(), "https://portal.test", theirs);
    let parties = Parties {
        mpass: emulator.entity(),
        login: format!("{}/login/saml", emulator.address()),
        logout: format!("{}/logout/saml", emulator.address()),
        us: "https://portal.test".into(),
        answers: "https://portal.test/auth/mpass".into(),
        logouts: "https://portal.test/auth/mpass/logout".into(),
    };
    let trust = Arc::new(Pinned(vec![emulator.certificate()]));
    let client = Client::new(parties, Arc::new(ours), trust, Arc::new(Memory::default()), clock);
    emulator.register(&client.metadata()).map_err(|refusal| anyhow!("{refusal}"))?;
    let sent = |posting: &Posting, name: &str| {
        posting.fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut samples = Vec::with_capacity(SIGN_INS);
    for number in 0..SIGN_INS {
        let request = format!("_{number:032}");
        let login = client.begin(&request, "state").await?;
        let answer = emulator.answer(&login, &Identity::new(site::IDNP, "Ana", "Verificatoare"), SignInMethod::EvoSign, None).await?;
        let response = sent(&answer, "SAMLResponse");
        let from = Instant::now();
        client.complete(&request, &response).await?;
        samples.push(millis(from));
    }
    Ok(Figure::new("services", "an answer of MPass (SAML) checked, one core", "ms", Spread::of(samples)?).floor_of(3.0))
}

/// Keeps what MPay would have sent.
#[derive(Default)]
struct Recorder(Mutex<Vec<Vec<u8>>>);

#[async_trait]
impl Carrier for Recorder {
    async fn post(&self, _: &str, message: Vec<u8>) -> Result<Vec<u8>, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        Err("recorded".into())
    }
}

/// Brings it to the endpoint in the same process.
struct Direct(Arc<Endpoint>, Arc<App>);

#[async_trait]
impl Carrier for Direct {
    async fn post(&self, action: &str, message: Vec<u8>) -> Result<Vec<u8>, String> {
        Ok(self.0.answer(action, &message, &Desk(self.1.clone())).await.body)
    }
}

struct Keys {
    theirs: Arc<SigningKey>,
    ours: Arc<SigningKey>,
}

impl Keys {
    fn remote(&self, carrier: Arc<dyn Carrier>, suite: Suite) -> Remote {
        let services = Arc::new(vec!["local-taxes".to_owned()]);
        Remote::new(carrier, self.theirs.clone(), self.ours.certificate().clone(), services, Arc::new(SystemClock), suite)
    }
}

/// The host's own endpoint over SQLite: messages are held against the database's memory of those used, and kept.
async fn mpay() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let app = site::open(folder.path(), None).await?;
    let tenant = site::municipality(&app, "sculeni", 1).await?;
    let module = Name::new("tax-collector")?;
    orders(&app, tenant.id, &module).await?;
    let keys = Keys { theirs: Arc::new(make_key("MPay")?), ours: Arc::new(make_key("Portal")?) };
    let trust = Arc::new(Pinned(vec![keys.theirs.certificate().clone()]));
    let (replays, kept) = (Arc::new(Replays(app.store.clone())), Arc::new(Kept(app.clone())));
    let endpoint = Arc::new(Endpoint::new(Arc::new(keys.ours.clone()), trust, replays, kept, app.clock.clone(), true));
    let mut figures = Vec::new();
    for (suite, name) in [(Suite::RsaSha256, "RSA-SHA256"), (Suite::RsaSha1, "RSA-SHA1")] {
        let rate = questions(&app, &endpoint, &keys, suite).await?;
        let figure = Figure::once("services", format!("GetOrderDetails checked, answered and signed, {name}"), "/s", rate);
        figures.push(figure.more_is_better().floor_of(800.0));
    }
    let rate = confirmations(&app, tenant.id, &endpoint, &keys).await?;
    let figure = Figure::once("services", "60,000 confirmations of MPay in a row, durable, SQLite", "/s", rate);
    figures.push(figure.more_is_better().floor_of(500.0).beside("with the emulated MPay's own signing and checking on the same cores", ""));
    app.close().await;
    Ok(figures)
}

fn number(index: usize) -> String {
    format!("{index:016}")
}

async fn orders(app: &App, tenant: TenantId, module: &Name) -> Result<()> {
    for some in (0..CONFIRMATIONS).collect::<Vec<_>>().chunks(ORDERS_AT_ONCE) {
        let mut unit = Unit::new(app.clock.now(), None, module.clone());
        unit.orders.extend(some.iter().map(|index| NewOrder {
            number: number(*index),
            module: module.clone(),
            service: "local-taxes".into(),
            customer: None,
            lines: vec![OrderLine {
                id: "1".into(),
                amount: Money(5_000),
                iban: IBAN.into(),
                account: "local-budget".into(),
                reason: "Impozit funciar".into(),
            }],
            due: None,
            expires: None,
            partial: true,
            advance: true,
            reason: "Impozit".into(),
        }));
        app.store.commit(tenant, unit).await?;
    }
    Ok(())
}

/// Answers a second on all cores. Messages were signed before: that is MPay's work.
async fn questions(app: &Arc<App>, endpoint: &Arc<Endpoint>, keys: &Keys, suite: Suite) -> Result<f64> {
    let recorder = Arc::new(Recorder::default());
    let remote = keys.remote(recorder.clone(), suite);
    for index in 0..QUESTIONS {
        let _ = remote.order_details(&number(index)).await;
    }
    let messages = std::mem::take(&mut *recorder.0.lock().unwrap_or_else(PoisonError::into_inner));
    if messages.len() != QUESTIONS {
        bail!("{} messages were recorded", messages.len());
    }
    let from = Instant::now();
    let answered = stream::iter(messages).map(|message| {
        let (endpoint, desk) = (endpoint.clone(), Desk(app.clone()));
        tokio::spawn(async move { endpoint.answer(GET_ORDER_DETAILS, &message, &desk).await.status })
    });
    let mut answered = answered.buffer_unordered(AT_ONCE);
    while let Some(status) = answered.next().await {
        if status? != 200 {
            bail!("a question was answered with a fault");
        }
    }
    Ok(QUESTIONS as f64 / from.elapsed().as_secs_f64())
}

/// Confirmations a second; every one is there once, with its own amount.
async fn confirmations(app: &Arc<App>, tenant: TenantId, endpoint: &Arc<Endpoint>, keys: &Keys) -> Result<f64> {
    let remote = Arc::new(keys.remote(Arc::new(Direct(endpoint.clone(), app.clone())), Suite::RsaSha256));
    let (from, begun) = (app.clock.now(), Instant::now());
    let confirm = |index: usize| {
        let (remote, paid_at) = (remote.clone(), from);
        async move {
            let amount = Money(1 + index as i64 % 5_000);
            let confirmation = Confirmation { payment: format!("p-{index}"), number: number(index), amount, paid_at, lines: ByLine::new() };
            tokio::spawn(async move { remote.confirm(confirmation).await }).await?.map_err(|fault| anyhow!("{fault:?}"))
        }
    };
    stream::iter(0..CONFIRMATIONS).map(confirm).buffer_unordered(CONFIRMED_AT_ONCE).try_collect::<Vec<()>>().await?;
    let rate = CONFIRMATIONS as f64 / begun.elapsed().as_secs_f64();
    let day = 86_400;
    let payments = app.store.payments_between(tenant, from.plus_seconds(-day), from.plus_seconds(day)).await?;
    let ids: BTreeSet<&str> = payments.iter().map(|payment| payment.id.as_str()).collect();
    let wrong = payments.iter().filter(|payment| {
        let index = payment.id.strip_prefix("p-").and_then(|index| index.parse::<usize>().ok());
        index.is_none_or(|index| payment.number != number(index) || payment.amount != Money(1 + index as i64 % 5_000))
    });
    if payments.len() != CONFIRMATIONS || ids.len() != CONFIRMATIONS || wrong.count() > 0 {
        bail!("{} payments of {CONFIRMATIONS} were kept", payments.len());
    }
    Ok(rate)
}

const CERTIFICATE: &str = r#"#import "/vatra.typ": *
#let render(it) = {
  letterhead(it)
  number-and-date(it)
  heading(level: 1, it.title)
  par[Se confirmă că #it.data.name nu are restanțe la impozitele și taxele locale.]
  verification(it)
}
"#;

/// A certificate, from the question to the checked PDF/A-2a, by a worker that is there already.
async fn certificates() -> Result<Figure> {
    let name = "a certificate typeset (PDF/A-2a, PDF/UA-1), one at a time";
    let program: PathBuf = std::env::current_exe()?.with_file_name("vatra-documents-worker");
    if !program.is_file() {
        return Ok(Figure::missing("services", name, "ms", "vatra-documents-worker is not beside this program"));
    }
    let renderer = Renderer::new(Settings::with(program));
    let template = Template::new(BTreeMap::from([("main.typ".to_owned(), CERTIFICATE.as_bytes().to_vec())]))?;
    let municipality = Municipality {
        name: "Primăria comunei Sculeni".into(),
        district: "Ungheni".into(),
        contacts: String::new(),
        idno: "1900000000015".into(),
    };
    let mut samples = Vec::with_capacity(CERTIFICATES);
    for number in 0..=CERTIFICATES {
        let data = serde_json::json!({ "name": format!("Pîslaru Ana {number}") });
        let job = Job {
            template: template.clone(),
            document: vatra_core::ids::EntryId::fresh().0,
            language: Language::Ro,
            title: "Certificat privind lipsa restanțelor".into(),
            made_at: SystemClock.now(),
            municipality: municipality.clone(),
            number: Some(format!("C-{number}")),
            date: Some(SystemClock.now().civil_date()),
            valid_until: None,
            draft: false,
            check: None,
            pays: None,
            data: data.as_object().cloned().context("an object")?,
            explain: false,
        };
        let from = Instant::now();
        let made = renderer.render(TenantId::fresh(), &job).await?;
        // The first one waits for the worker to start.
        if number > 0 {
            samples.push(millis(from));
        }
        if made.pdf.len() < 1_000 {
            bail!("a PDF of {} bytes", made.pdf.len());
        }
    }
    Ok(Figure::new("services", name, "ms", Spread::of(samples)?).floor_of(200.0))
}
