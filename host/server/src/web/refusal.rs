//! Everything that is not the page asked for: sign-in first, not found, not allowed, too large, broken. As a page for people and as
//! problem details (RFC 9457) for programs.

use super::seat::Seat;
use super::visit::{Visit, page, see};
use super::words::{Sentence, say};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use vatra_core::call::Tenant;
use vatra_core::grants::Denial;
use vatra_core::manifest::Language;
use vatra_runtime::{CallError, ModuleFault};
use vatra_view::explain::{self, Trouble};
use vatra_view::pages::{self, Failure};
use vatra_view::ui::Anchor;
use vatra_view::{Frame, Reader, urls};

/// What is wrong.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Nobody has signed in, or the session is over.
    SignIn,
    /// There is nothing, or nothing that the reader's municipality knows of: the two look the same.
    NotFound,
    /// A role is missing; the titles of those that may.
    Role(Vec<String>),
    /// A capability is withheld from the module.
    Withheld(Denial),
    /// The module did not answer, or not well.
    Trouble(Trouble),
    /// More bytes than are taken.
    TooLarge,
    /// A form that cannot be read; of an unknown format when 415.
    BadForm(StatusCode),
    /// The body stopped coming.
    Slow,
    /// A form from another site.
    CrossSite,
    /// MPass's answer does not hold.
    SignInFailed,
    /// MPass cannot be reached.
    SignInDown,
    /// MPower does not answer.
    MandatesDown,
    /// Whoever signed in is no official anywhere.
    NoOffice,
    /// The host's own fault. Its cause is in the log under the request's id.
    Host,
    /// An error that some library made.
    Bare(StatusCode),
}

/// An answer other than the page asked for.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Parts>);

#[derive(Debug)]
struct Parts {
    visit: Visit,
    kind: Kind,
    tenant: Option<Tenant>,
    reader: Option<Reader>,
    /// The module's title and address.
    module: Option<(String, String)>,
}

impl Refusal {
    pub(crate) fn new(visit: &Visit, kind: Kind) -> Self {
        Self(Box::new(Parts { visit: visit.clone(), kind, tenant: None, reader: None, module: None }))
    }

    /// The host's own fault; the cause goes into the log.
    pub(crate) fn host(visit: &Visit, cause: impl std::fmt::Display) -> Self {
        tracing::error!(request = %visit.request, "{cause}");
        Self::new(visit, Kind::Host)
    }

    /// Shows whose page it is, if anyone's.
    pub(crate) fn read_by(mut self, reader: Option<Reader>) -> Self {
        self.0.reader = reader;
        self
    }

    /// In the municipality's frame.
    pub(crate) fn at(mut self, seat: &Seat) -> Self {
        self.0.tenant = Some(Tenant::clone(&seat.tenant));
        self.0.reader = Some(seat.reader());
        self
    }

    /// About this module.
    pub(crate) fn about(mut self, title: String, base: String) -> Self {
        self.0.module = Some((title, base));
        self
    }

    /// What ended a call.
    pub(crate) fn call(visit: &Visit, seat: &Seat, error: CallError) -> Self {
        Self::of(visit, &seat.tenant, |role| seat.role_title(role, visit.language), error).at(seat)
    }

    /// What ended a call in this municipality; `title` says a role in words.
    pub(crate) fn of(visit: &Visit, tenant: &Tenant, title: impl Fn(&str) -> String, error: CallError) -> Self {
        let kind = match error {
            CallError::NotFound(_) => Kind::NotFound,
            CallError::Denied(denial) if denial.capability == "role" && denial.rule == "role" => {
                Kind::Role(denial.detail.split_whitespace().map(title).collect())
            }
            CallError::Denied(denial) => Kind::Withheld(denial),
            CallError::Refused { detail, .. } => {
                tracing::warn!(request = %visit.request, tenant = %tenant.slug, "a module is not run: {detail}");
                Kind::Trouble(Trouble::Refused)
            }
            CallError::Invalid { field, rule } => Kind::Trouble(Trouble::Invalid { field, rule }),
            CallError::File { field, error } => Kind::Trouble(Trouble::Invalid { field, rule: error.code().to_owned() }),
            CallError::Conflict => Kind::Trouble(Trouble::Conflict),
            CallError::Unavailable(service) => Kind::Trouble(Trouble::Unavailable(service)),
            CallError::Module { fault, detail } => {
                tracing::warn!(request = %visit.request, tenant = %tenant.slug, fault = fault.code(), "a module failed: {detail}");
                Kind::Trouble(match fault {
                    ModuleFault::Trap => Trouble::Trap,
                    ModuleFault::Contract => Trouble::BadView,
                })
            }
            CallError::OverBudget(over) => Kind::Trouble(Trouble::OverBudget(over.budget.code().into(), over.limit)),
            CallError::Busy { retry_after_s } => Kind::Trouble(Trouble::Busy { retry_after_s }),
            CallError::Store(error) => return Self::host(visit, error),
            CallError::Host(error) => return Self::host(visit, error),
        };
        Self::new(visit, kind)
    }
}

struct Told {
    code: &'static str,
    title: String,
    happened: String,
    advice: String,
}

fn told(language: Language, code: &'static str, texts: [Sentence; 3]) -> Told {
    let [title, happened, advice] = texts.map(|text| say(language, text).to_owned());
    Told { code, title, happened, advice }
}

impl Kind {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Role(_) | Self::Withheld(_) | Self::CrossSite | Self::SignInFailed | Self::NoOffice => StatusCode::FORBIDDEN,
            Self::Trouble(trouble) => StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::BAD_GATEWAY),
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadForm(status) | Self::Bare(status) => *status,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::SignInDown | Self::MandatesDown => StatusCode::SERVICE_UNAVAILABLE,
            Self::Host => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn told(&self, language: Language) -> Told {
        let view = |code, title: &str, happened: &str| Told {
            code,
            title: vatra_view::say(language, title),
            happened: vatra_view::say(language, happened),
            advice: String::new(),
        };
        match self {
            Self::SignIn => view("session-expired", "session-expired", "session-expired-text"),
            Self::NotFound => view("not-found", "not-found", "not-found-text"),
            Self::Role(roles) => Told { advice: roles.join(", "), ..view("role", "denied", "denied-advice") },
            Self::Withheld(denial) => {
                let title = explain::capability_title(&denial.capability, language);
                Told { happened: explain::explain(denial, &title, language), ..view("withheld", "withheld", "withheld") }
            }
            Self::Trouble(trouble) => {
                Told { code: "module", title: trouble.title(language), happened: trouble.text(language), advice: String::new() }
            }
            Self::NoOffice => view("no-office", "no-municipality", "no-municipality-text"),
            Self::TooLarge => told(language, "too-large", [Sentence::TooLarge, Sentence::TooLargeText, Sentence::TooLargeAdvice]),
            Self::BadForm(_) => told(language, "bad-form", [Sentence::BadForm, Sentence::BadFormText, Sentence::BadFormAdvice]),
            Self::Slow => told(language, "slow", [Sentence::Slow, Sentence::SlowText, Sentence::SlowAdvice]),
            Self::CrossSite => told(language, "cross-site", [Sentence::CrossSite, Sentence::CrossSiteText, Sentence::CrossSiteAdvice]),
            Self::SignInFailed => {
                told(language, "sign-in-failed", [Sentence::SignInFailed, Sentence::SignInFailedText, Sentence::SignInFailedAdvice])
            }
            Self::MandatesDown => {
                told(language, "mandates-down", [Sentence::MandatesDown, Sentence::MandatesDownText, Sentence::MandatesDownAdvice])
            }
            Self::SignInDown => {
                told(language, "sign-in-down", [Sentence::SignInDown, Sentence::SignInDownText, Sentence::SignInDownAdvice])
            }
            Self::Host => told(language, "host", [Sentence::Host, Sentence::HostText, Sentence::HostAdvice]),
            Self::Bare(StatusCode::METHOD_NOT_ALLOWED) => {
                told(language, "method", [Sentence::Method, Sentence::MethodText, Sentence::MethodAdvice])
            }
            Self::Bare(StatusCode::NOT_FOUND) => view("not-found", "not-found", "not-found-text"),
            Self::Bare(StatusCode::PAYLOAD_TOO_LARGE) => {
                told(language, "too-large", [Sentence::TooLarge, Sentence::TooLargeText, Sentence::TooLargeAdvice])
            }
            Self::Bare(status) if status.is_server_error() => {
                told(language, "host", [Sentence::Host, Sentence::HostText, Sentence::HostAdvice])
            }
            Self::Bare(_) => told(language, "refused", [Sentence::Refused, Sentence::RefusedText, Sentence::RefusedAdvice]),
        }
    }
}

/// Where signing in begins, and then leads back to.
pub(crate) fn sign_in_url(then: Option<&str>) -> String {
    urls::with_query("/signin", then.map(|then| ("then", then)))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Parts { visit, kind, tenant, reader, module } = *self.0;
        let status = kind.status();
        let retry_after = match &kind {
            Kind::Trouble(Trouble::Busy { retry_after_s }) => Some(HeaderValue::from(*retry_after_s)),
            _ => None,
        };
        let mut response = if visit.json { problem(&visit, &kind, status) } else { html(visit, kind, tenant, reader, module) };
        response.headers_mut().extend(retry_after.map(|seconds| (header::RETRY_AFTER, seconds)));
        response
    }
}

fn html(visit: Visit, kind: Kind, tenant: Option<Tenant>, reader: Option<Reader>, module: Option<(String, String)>) -> Response {
    let (status, language) = (kind.status(), visit.language);
    // Whoever comes without a session goes straight to sign-in; whoever's session is over is told so first.
    if matches!(kind, Kind::SignIn) && !visit.cookie {
        return see(&sign_in_url(visit.here.as_deref()));
    }
    let frame = Frame { language, tenant: tenant.as_ref(), path: &visit.path, query: &visit.query, reader, flash: None };
    let back = module.as_ref().map(|(title, base)| Anchor::new(title.clone(), base.clone()));
    let html = match &kind {
        Kind::SignIn => pages::session_expired(&frame, "/signin", visit.here.as_deref()),
        Kind::NotFound | Kind::Bare(StatusCode::NOT_FOUND) => pages::not_found(&frame, &visit.request),
        Kind::Role(roles) => pages::access_denied(&frame, roles, &visit.request),
        Kind::Withheld(denial) => {
            let title = explain::capability_title(&denial.capability, language);
            pages::withheld(&frame, &explain::explain(denial, &title, language), back, &visit.request)
        }
        Kind::Trouble(trouble) => {
            let title = module.as_ref().map(|(title, _)| title.as_str()).unwrap_or_default();
            pages::trouble(&frame, trouble, title, back, &visit.request)
        }
        Kind::NoOffice => pages::municipalities(&frame, &[]),
        other => {
            let told = other.told(language);
            let from = visit.here.iter().filter(|_| !visit.asks);
            let mut links: Vec<Anchor> = from.map(|here| Anchor::new(say(language, Sentence::Back), here.clone())).collect();
            links.extend(back);
            if matches!(other, Kind::SignInFailed) {
                links.push(Anchor::new(say(language, Sentence::SignIn), "/signin"));
            }
            if links.is_empty() {
                links.push(Anchor::new(vatra_view::say(language, "to-start"), "/"));
            }
            let failure = Failure {
                status: status.as_u16(),
                title: told.title,
                happened: told.happened,
                advice: told.advice,
                request: visit.request.clone(),
                links,
            };
            pages::failure(&frame, &failure)
        }
    };
    page(status, html)
}

fn problem(visit: &Visit, kind: &Kind, status: StatusCode) -> Response {
    let told = kind.told(visit.language);
    let detail = [told.happened, told.advice].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
    let mut body = json!({
        "type": format!("urn:vatra:problem:{}", told.code),
        "title": told.title,
        "status": status.as_u16(),
        "detail": detail,
        "instance": format!("urn:uuid:{}", visit.request),
    });
    if let (Kind::Withheld(denial), Some(members)) = (kind, body.as_object_mut()) {
        members.insert("capability".into(), json!(denial.capability));
        members.insert("rule".into(), json!(denial.rule));
    }
    let kind = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}
