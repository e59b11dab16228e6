//! Every route of the portal, and what it answers to whom. A route that is not in this list fails the test.

use crate::browser::Answer;
use crate::town::{ADMINISTRATOR, CLERK, COLLECTOR, NEIGHBOUR, Town};
use std::collections::BTreeSet;

/// To sign-in and back.
const SIGN_IN: &str = "303 /signin";

/// Route, an address of it, and what comes back to: nobody; an official here without the role; an official of another municipality only;
/// whoever may (and which of our people that is).
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const LEDGER: &[Row] = &[
    //       route                                            address                                  anonymous  role  other tenant  allowed  by
    ("GET",  "/",                                             "/",                                     "200",     "303 /sculeni", "303 /lozova", "303 /sculeni", COLLECTOR),
    ("GET",  "/healthz",                                      "/healthz",                              "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/assets/{hash}/{file}",                         "/assets/none/vatra.css",                "404",     "404", "404", "404", COLLECTOR),
    ("GET",  "/signin",                                       "/signin",                               "200",     "303 /", "303 /", "303 /", COLLECTOR),
    ("POST", "/auth/mpass",                                   "/auth/mpass",                           "403",     "403", "403", "403", COLLECTOR),
    ("GET",  "/auth/mpass/metadata",                          "/auth/mpass/metadata",                  "200",     "200", "200", "200", COLLECTOR),
    // Without a message of MPass's.
    ("POST", "/auth/mpass/logout",                            "/auth/mpass/logout",                    "403",     "403", "403", "403", COLLECTOR),
    // Of no errand.
    ("POST", "/auth/msign",                                   "/auth/msign",                           "303 /",   "303 /", "303 /", "303 /", COLLECTOR),
    ("GET",  "/mpay",                                         "/mpay?wsdl",                            "200",     "200", "200", "200", COLLECTOR),
    // Not MPay: a fault that says nothing.
    ("POST", "/mpay",                                         "/mpay",                                 "500",     "500", "500", "500", COLLECTOR),
    // A number that no order has.
    ("GET",  "/mpay/pay/{number}",                            "/mpay/pay/1",                           "404",     "404", "404", "404", COLLECTOR),
    ("POST", "/signout",                                      "/signout",                              "303 /",   "200", "200", "200", COLLECTOR),
    // Anyone checks documents; nobody has this code.
    ("GET",  "/check",                                        "/check",                                "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/check/{code}",                                 "/check/7K2M-9QXD-44TH",                 "404",     "404", "404", "404", COLLECTOR),
    // Anyone follows an application; without number and code the form comes again.
    ("GET",  "/cases",                                        "/cases",                                "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/{tenant}/cases",                               "/sculeni/cases",                        "200",     "200", "200", "200", COLLECTOR),
    ("POST", "/{tenant}/cases",                               "/sculeni/cases",                        "422",     "422", "422", "422", COLLECTOR),
    // What the municipality published is everybody's; nothing of this address is.
    ("GET",  "/{tenant}/acts",                                "/sculeni/acts",                         "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/{tenant}/acts/{act}",                          "/sculeni/acts/0199aaaa-0000-7000-8000-000000000001", "404", "404", "404", "404", COLLECTOR),
    // The citizens' app is everybody's; the collector's module is none of it.
    ("GET",  "/evo",                                          "/evo",                                  "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/evo/app.webmanifest",                          "/evo/app.webmanifest",                  "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/evo/worker.js",                                "/evo/worker.js",                        "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/evo/api",                                      "/evo/api",                              "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/evo/api/{tenant}",                             "/evo/api/sculeni",                      "200",     "200", "200", "200", COLLECTOR),
    ("GET",  "/evo/api/{tenant}/bundles/{digest}",            "/evo/api/sculeni/bundles/00",           "404",     "404", "404", "404", COLLECTOR),
    // Whoever signed in may act for somebody, by their own mandates.
    ("GET",  "/evo/api/{tenant}/acting",                      "/evo/api/sculeni/acting",               "401",     "200", "200", "200", COLLECTOR),
    ("POST", "/evo/api/{tenant}/acting",                      "/evo/api/sculeni/acting",               "401",     "200", "200", "200", COLLECTOR),
    ("GET",  "/evo/api/{tenant}/modules/{module}/screens/{screen}", "/evo/api/sculeni/modules/tax-collector/screens/home",
                                                                                                       "404",     "404", "404", "404", COLLECTOR),
    ("POST", "/evo/api/{tenant}/modules/{module}/actions/{action}", "/evo/api/sculeni/modules/tax-collector/actions/import-roll",
                                                                                                       "404",     "404", "404", "404", COLLECTOR),
    ("GET",  "/evo/api/{tenant}/modules/{module}/documents/{document}", "/evo/api/sculeni/modules/tax-collector/documents/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       "404",     "404", "404", "404", COLLECTOR),
    ("GET",  "/{tenant}",                                     "/sculeni",                              SIGN_IN,   "200", "404", "200", COLLECTOR),
    ("GET",  "/{tenant}/acting",                              "/sculeni/acting",                       SIGN_IN,   "200", "404", "200", COLLECTOR),
    ("POST", "/{tenant}/acting",                              "/sculeni/acting",                       SIGN_IN,   "303 /sculeni", "404", "303 /sculeni", COLLECTOR),
    ("GET",  "/{tenant}/signing",                             "/sculeni/signing",                      SIGN_IN,   "200", "404", "200", COLLECTOR),
    // Nothing is ticked.
    ("POST", "/{tenant}/signing",                             "/sculeni/signing",                      SIGN_IN,   "303 /sculeni/signing", "404", "303 /sculeni/signing", COLLECTOR),
    // Nobody began this errand, and nobody is asked to sign this document.
    ("GET",  "/{tenant}/signing/{errand}",                    "/sculeni/signing/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("GET",  "/{tenant}/signing/documents/{document}",        "/sculeni/signing/documents/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("GET",  "/{tenant}/admin",                               "/sculeni/admin",                        SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/modules/{module}",              "/sculeni/admin/modules/tax-collector",  SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/modules/{module}/budgets",      "/sculeni/admin/modules/tax-collector/budgets", SIGN_IN, "403", "404", "200", ADMINISTRATOR),
    // Without a reason: the form again.
    ("POST", "/{tenant}/admin/modules/{module}/budgets",      "/sculeni/admin/modules/tax-collector/budgets", SIGN_IN, "403", "404", "422", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/modules/{module}/life",         "/sculeni/admin/modules/tax-collector/life", SIGN_IN, "403", "404", "200", ADMINISTRATOR),
    // Nothing waits for an approval there.
    ("POST", "/{tenant}/admin/modules/{module}/life/{operation}", "/sculeni/admin/modules/tax-collector/life/drop",
                                                                                                       SIGN_IN,   "403", "404", "404", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/packages",                      "/sculeni/admin/packages",               SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    // No host holds such a package.
    ("GET",  "/{tenant}/admin/packages/{package}",            "/sculeni/admin/packages/1f",            SIGN_IN,   "403", "404", "404", ADMINISTRATOR),
    ("POST", "/{tenant}/admin/packages/{package}",            "/sculeni/admin/packages/1f",            SIGN_IN,   "403", "404", "404", ADMINISTRATOR),
    ("POST", "/{tenant}/admin/modules/{module}/grants/{capability}/{operation}", "/sculeni/admin/modules/tax-collector/grants/mpay/revoke",
                                                                                                       SIGN_IN,   "403", "404", "303 /sculeni/admin/modules/tax-collector", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/officials",                     "/sculeni/admin/officials",              SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    // Without a role: the form again.
    ("POST", "/{tenant}/admin/officials",                     "/sculeni/admin/officials",              SIGN_IN,   "403", "404", "422", ADMINISTRATOR),
    // Nobody is called so.
    ("GET",  "/{tenant}/admin/officials/{handle}",            "/sculeni/admin/officials/nobody",       SIGN_IN,   "403", "404", "404", ADMINISTRATOR),
    ("POST", "/{tenant}/admin/officials/{handle}",            "/sculeni/admin/officials/nobody",       SIGN_IN,   "403", "404", "404", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/settings",                      "/sculeni/admin/settings",               SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/settings/{setting}",            "/sculeni/admin/settings/details",       SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    // Without its address: the form again.
    ("POST", "/{tenant}/admin/settings/{setting}",            "/sculeni/admin/settings/details",       SIGN_IN,   "403", "404", "422", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/connection",                    "/sculeni/admin/connection",             SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    // Without a number of questions: the form again.
    ("POST", "/{tenant}/admin/connection",                    "/sculeni/admin/connection",             SIGN_IN,   "403", "404", "422", ADMINISTRATOR),
    // Nobody drew up this request.
    ("GET",  "/{tenant}/admin/connection/{document}",         "/sculeni/admin/connection/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "403", "404", "404", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/audit",                         "/sculeni/admin/audit",                  SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/inbox",                         "/sculeni/admin/inbox",                  SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    // Nothing waits for the module.
    ("POST", "/{tenant}/admin/inbox/{module}/wake",           "/sculeni/admin/inbox/tax-collector/wake", SIGN_IN, "403", "404", "404", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/jobs",                          "/sculeni/admin/jobs",                   SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    ("GET",  "/{tenant}/admin/services",                      "/sculeni/admin/services",               SIGN_IN,   "403", "404", "200", ADMINISTRATOR),
    // Nothing waits for the service.
    ("POST", "/{tenant}/admin/services/{service}/wake",       "/sculeni/admin/services/mnotify/wake",  SIGN_IN,   "403", "404", "404", ADMINISTRATOR),
    // There is no such task, and no such job.
    ("GET",  "/{tenant}/tasks/{task}",                        "/sculeni/tasks/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("POST", "/{tenant}/tasks/{task}/claim",                  "/sculeni/tasks/0199aaaa-0000-7000-8000-000000000001/claim",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("POST", "/{tenant}/tasks/{task}/assign",                 "/sculeni/tasks/0199aaaa-0000-7000-8000-000000000001/assign",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("POST", "/{tenant}/tasks/{task}/release",                "/sculeni/tasks/0199aaaa-0000-7000-8000-000000000001/release",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    // There is no such entry.
    ("GET",  "/{tenant}/{module}/registers/{register}/{entry}/history", "/sculeni/tax-collector/registers/accounts/0199aaaa-0000-7000-8000-000000000001/history",
                                                                                                       SIGN_IN,   "403", "404", "404", COLLECTOR),
    ("GET",  "/{tenant}/{module}/jobs/{job}",                 "/sculeni/tax-collector/jobs/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("GET",  "/{tenant}/{module}/jobs/{job}/results",         "/sculeni/tax-collector/jobs/0199aaaa-0000-7000-8000-000000000001/results",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("POST", "/{tenant}/{module}/jobs/{job}/cancel",          "/sculeni/tax-collector/jobs/0199aaaa-0000-7000-8000-000000000001/cancel",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    // Everyone searches what they may open.
    ("GET",  "/{tenant}/search",                              "/sculeni/search?q=bejenari",            SIGN_IN,   "200", "404", "200", COLLECTOR),
    ("GET",  "/{tenant}/{module}",                            "/sculeni/tax-collector",                SIGN_IN,   "303 /sculeni/tax-collector/home", "404", "303 /sculeni/tax-collector/home", COLLECTOR),
    ("GET",  "/{tenant}/{module}/{screen}",                   "/sculeni/tax-collector/accounts",       SIGN_IN,   "403", "404", "200", COLLECTOR),
    // The module has no such document.
    ("GET",  "/{tenant}/{module}/documents/{document}",       "/sculeni/tax-collector/documents/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "403", "404", "404", COLLECTOR),
    // Nobody holds this file.
    ("GET",  "/{tenant}/{module}/imports/{import}", "/sculeni/tax-collector/imports/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("POST", "/{tenant}/{module}/imports/{import}", "/sculeni/tax-collector/imports/0199aaaa-0000-7000-8000-000000000001",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("GET",  "/{tenant}/{module}/imports/{import}/preview", "/sculeni/tax-collector/imports/0199aaaa-0000-7000-8000-000000000001/preview",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("GET",  "/{tenant}/{module}/imports/{import}/refused", "/sculeni/tax-collector/imports/0199aaaa-0000-7000-8000-000000000001/refused",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("POST", "/{tenant}/{module}/imports/{import}/confirm", "/sculeni/tax-collector/imports/0199aaaa-0000-7000-8000-000000000001/confirm",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    ("POST", "/{tenant}/{module}/imports/{import}/discard", "/sculeni/tax-collector/imports/0199aaaa-0000-7000-8000-000000000001/discard",
                                                                                                       SIGN_IN,   "404", "404", "404", COLLECTOR),
    // Without its file: the form again.
    ("POST", "/{tenant}/{module}/actions/{action}",           "/sculeni/tax-collector/actions/import-roll", SIGN_IN, "403", "404", "422", COLLECTOR),
];

fn seen(answer: &Answer) -> String {
    match answer.location() {
        "" => answer.status.to_string(),
        location => format!("{} {}", answer.status, location.split('?').next().unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everyone_as_it_should() {
    let listed: BTreeSet<(&str, &str)> = LEDGER.iter().map(|row| (row.0, row.1)).collect();
    let real: BTreeSet<(&str, &str)> = vatra_server::web::route_list().into_iter().collect();
    assert_eq!(listed, real, "a route is missing from the ledger, or the ledger lists one that is gone");

    let town = Town::new().await;
    let mut wrong = Vec::new();
    for (method, _, address, anonymous, role, other, allowed, by) in LEDGER.iter().copied() {
        for (who, expected) in [(None, anonymous), (Some(CLERK), role), (Some(NEIGHBOUR), other), (Some(by), allowed)] {
            let mut browser = match who {
                None => town.browser(),
                Some(idnp) => town.signed_in(idnp).await,
            };
            let answer = match method {
                "GET" => browser.get(address).await,
                _ => browser.post(address, &[]).await,
            };
            if seen(&answer) != expected {
                wrong.push(format!("{method} {address} by {who:?}: {} instead of {expected}", seen(&answer)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_municipality_looks_like_none() {
    let town = Town::new().await;
    let mut neighbour = town.signed_in(NEIGHBOUR).await;
    // Addresses and the request's number differ, nothing else.
    let plain = |answer: &Answer, address: &str| {
        let body = answer.body.replace(address, "ADDRESS").replace(&vatra_view::urls::encode(address), "ADDRESS");
        body.replace(answer.header("x-request-id"), "REQUEST")
    };
    let mut bodies = BTreeSet::new();
    for address in [
        "/sculeni",
        "/nowhere",
        "/sculeni/tax-collector",
        "/nowhere/tax-collector",
        "/sculeni/tax-collector/accounts",
        "/nowhere/no-module/no-screen",
        "/sculeni/admin",
        "/Not-A-Name",
    ] {
        let answer = neighbour.get(address).await;
        assert_eq!(answer.status, 404, "{address}");
        bodies.insert(plain(&answer, address));
    }
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
    let only = bodies.into_iter().next().unwrap();
    assert!(!only.contains("Sculeni") && !only.contains("tax-collector"));
    assert!(!town.trail("sculeni", 50).await.iter().any(|(kind, _)| kind == "denial"), "nothing of a stranger is told to the municipality");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_role_is_named_and_written_down() {
    let town = Town::new().await;
    let mut clerk = town.signed_in(CLERK).await;
    let screen = clerk.get("/sculeni/tax-collector/accounts").await;
    assert_eq!(screen.status, 403);
    assert!(screen.body.contains("Perceptor fiscal") && screen.body.contains("Contabil"), "{}", screen.body);
    assert_eq!(town.trail("sculeni", 1).await, [("denial".to_owned(), "role".to_owned())]);
    let admin = clerk.get("/sculeni/admin/audit?lang=en").await;
    assert_eq!(admin.status, 403);
    assert!(admin.body.contains("Administrator"));
    assert_eq!(town.trail("sculeni", 1).await, [("denial".to_owned(), "administration".to_owned())]);
    let home = clerk.get("/sculeni").await;
    assert!(!home.body.contains("/sculeni/tax-collector") && !home.body.contains("/sculeni/admin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_module_or_screen_is_not_found() {
    let town = Town::new().await;
    let mut collector = town.signed_in(COLLECTOR).await;
    for address in [
        "/sculeni/no-module",
        "/sculeni/no-module/home",
        "/sculeni/tax-collector/no-screen",
        "/sculeni/tax-collector/accounts?export=nothing",
        "/sculeni/tax-collector/accounts/deeper/still",
        "/sculeni/%C8%99",
    ] {
        assert_eq!(collector.get(address).await.status, 404, "{address}");
    }
    assert_eq!(collector.post("/sculeni/tax-collector/actions/no-action", &[]).await.status, 404);
    let method = collector.get("/sculeni/tax-collector/actions/import-roll").await;
    assert_eq!((method.status, method.header("allow")), (405, "POST"));
    assert!(method.header("content-type").starts_with("text/html"));
}
