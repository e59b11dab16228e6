//! This program as another process: a server under load, or a host whose memory and start are measured. Each prints a line of JSON when it is ready
//! and lives until its standard input closes.

use crate::{machine, millis, site};
use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;
use tower::ServiceExt;
use vatra_core::providers::{Posting, SignInMethod};
use vatra_emulators::mpass::Identity;
use vatra_server::app::{App, Pairs};
use vatra_server::web::{WebConfig, open_house, router};

/// Another process of this program, until it is dropped.
pub(crate) struct Process {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Process {
    /// Starts one.
    pub(crate) fn start(arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Self::of(command.arg("child").args(arguments))
    }

    /// Of any program that keeps running.
    pub(crate) fn of(command: &mut Command) -> Result<Self> {
        // Logs are written as they are in service; where to is not what is measured.
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let out = BufReader::new(child.stdout.take().context("its output")?);
        Ok(Self { child, out })
    }

    /// Its number among the processes.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line that it says.
    pub(crate) fn says(&mut self) -> Result<Json> {
        let mut line = String::new();
        if self.out.read_line(&mut line)? == 0 {
            bail!("a process that was to be measured ended: {}", self.child.wait()?);
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing is left to do when it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn run(arguments: Vec<String>) -> Result<()> {
    let began = Instant::now();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    vatra_server::log::start("info");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match words.as_slice() {
            ["plain", page] => plain(Path::new(page)).await,
            ["open", folder] => open(Path::new(folder)).await,
            ["full", folder] => full(Path::new(folder)).await,
            ["touch", folder] => touch(Path::new(folder)).await,
            ["first", folder, slug, module] => first(began, Path::new(folder), slug, module).await,
            other => bail!("no such process: {other:?}"),
        }
    })
}

fn say(words: &Json) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{words}")?;
    Ok(out.flush()?)
}

/// Until whoever started this process is gone.
async fn until_alone() -> Result<()> {
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

/// Serves as the product does, on a free port.
async fn serve(router: Router, cookie: &str) -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    say(&json!({ "url": format!("http://{}", listener.local_addr()?), "cookie": cookie }))?;
    tokio::select! {
        served = async { axum::serve(listener, router).await } => Ok(served?),
        alone = until_alone() => alone,
    }
}

/// A route that answers with a page that was captured from the host: its bytes and headers.
async fn plain(page: &Path) -> Result<()> {
    let captured: Json = serde_json::from_str(&std::fs::read_to_string(page)?)?;
    let body = captured.get("body").and_then(Json::as_str).context("a body")?.to_owned();
    let mut headers = axum::http::HeaderMap::new();
    for (name, value) in captured.get("headers").and_then(Json::as_object).context("headers")? {
        headers.insert(header::HeaderName::try_from(name)?, header::HeaderValue::try_from(value.as_str().unwrap_or_default())?);
    }
    let answer = move || {
        // As a handler makes it: a page of its own and its headers one by one.
        let (body, headers) = (body.clone(), headers.clone());
        async move { (StatusCode::OK, headers, body).into_response() }
    };
    serve(Router::new().route("/{tenant}/{module}/{screen}", axum::routing::get(answer)), "").await
}

/// A host without sessions.
async fn open(folder: &Path) -> Result<()> {
    let app = site::open(folder, None).await?;
    serve(open_house(app, &config()?, site::IDNP), "").await
}

/// A host as it is, with somebody signed in.
async fn full(folder: &Path) -> Result<()> {
    let app = site::open(folder, None).await?;
    let mut config = config()?;
    let emulated = vatra_server::emulated::open(&app, folder, &mut config).await?;
    let router = router(app, &config);
    let begun = get(&router, "/signin", "").await?;
    let own = cookie(&begun, "vatra-signin");
    let page = String::from_utf8(axum::body::to_bytes(begun.into_body(), 1 << 20).await?.to_vec())?;
    let mpass = emulated.house.mpass.clone();
    let who = Identity::new(site::IDNP, "Ana", "Verificatoare");
    let hidden = |name: &str| {
        let rest = page.split_once(&format!("name=\"{name}\" value=\""));
        rest.and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned()).unwrap_or_default()
    };
    let fields = ["SAMLRequest", "RelayState"].map(|name| (name, hidden(name))).to_vec();
    let login = Posting { address: format!("{}/login/saml", mpass.address()), fields };
    let answer = mpass.answer(&login, &who, SignInMethod::EvoSign, None).await?;
    let encode = |value: &str| value.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let form = answer.fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
    let request = Request::post("/auth/mpass")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, own)
        .body(Body::from(form))?;
    let cookie = cookie(&router.clone().oneshot(request).await?, "vatra=");
    serve(router, &cookie).await
}

fn config() -> Result<WebConfig> {
    Ok(WebConfig::new("127.0.0.1:8080".parse()?))
}

async fn get(router: &Router, address: &str, cookie: &str) -> Result<Response> {
    let cookie = cookie.split(';').next().unwrap_or_default();
    Ok(router.clone().oneshot(Request::get(address).header(header::COOKIE, cookie).body(Body::empty())?).await?)
}

/// Name and value of the cookie that a response sets.
fn cookie(response: &Response, begins: &str) -> String {
    let set = response.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with(begins)).unwrap_or_default().to_owned()
}

/// Opens every module of every municipality once and says what memory that took, at 10 % and at the end.
async fn touch(folder: &Path) -> Result<()> {
    let app = site::open(folder, None).await?;
    let tenants = app.store.tenants().await?;
    let at = |touched: usize| -> Result<Json> {
        let memory = machine::memory()?;
        let machine::Memory { resident, proportional, anonymous } = memory;
        Ok(json!({ "touched": touched, "resident": resident, "proportional": proportional, "anonymous": anonymous }))
    };
    let mut told = vec![at(0)?];
    let mut touched = 0;
    let began = Instant::now();
    for (index, tenant) in tenants.iter().enumerate() {
        for installed in app.store.installed(tenant.id).await? {
            let ctx = site::context(&app, tenant, &installed.module).await?;
            app.show(&ctx, "home", &Pairs::new()).await?;
            touched += 1;
        }
        if index + 1 == tenants.len() / 10 {
            told.push(at(touched)?);
        }
    }
    told.push(at(touched)?);
    say(&json!({ "memory": told, "touched": touched, "ms": millis(began) }))?;
    until_alone().await
}

/// From nothing to the first answer of one module.
async fn first(began: Instant, folder: &Path, slug: &str, module: &str) -> Result<()> {
    let app: Arc<App> = site::open(folder, None).await?;
    let opened = millis(began);
    let tenant = app.tenant(slug).await?;
    let ctx = site::context(&app, &tenant, &vatra_core::ids::Name::new(module)?).await?;
    app.show(&ctx, "home", &Pairs::new()).await?;
    say(&json!({ "opened": opened, "answered": millis(began) }))?;
    until_alone().await
}
