//! Our client against our registry, over a socket and within the process.

use crate::site::{House, SECRET, Site, package, store};
use std::sync::Arc;
use vatra_core::clock::{FixedClock, Instant};
use vatra_core::digest::{Algorithm, Digest};
use vatra_distribution::artifact::{self, Limits};
use vatra_distribution::client::{Client, ClientError, InProcess, Options, Reference, Roots, Transport, Web};
use vatra_distribution::manifest::media;
use vatra_distribution::names::Pointer;
use vatra_distribution::server::{Credential, Settings, router};

pub(crate) fn options(registry: &str, user: Option<&str>) -> Options {
    let credential = |user: &str| Credential { user: user.to_owned(), secret: SECRET.to_owned() };
    Options {
        plain: [registry.to_owned()].into(),
        credentials: user.map(|user| (registry.to_owned(), credential(user))).into_iter().collect(),
        ..Options::default()
    }
}

pub(crate) fn client(site: &Site, user: Option<&str>) -> Client {
    Client::new(Arc::new(Web::new(Roots::Only(Vec::new())).unwrap()), options(&site.address, user))
}

async fn a_whole_life(ana: &Client, anyone: &Client, registry: &str) {
    let at: Reference = format!("{registry}/ana/roll:1.0").parse().unwrap();
    let built = package("x");
    let digest = ana.push(&at, &built).await.unwrap();
    assert_eq!(digest, built.descriptor.digest);
    assert_eq!(anyone.resolve(&at).await.unwrap(), digest);
    let pulled = anyone.pull(&at).await.unwrap();
    assert_eq!(pulled.descriptor, built.descriptor);
    assert_eq!(pulled.manifest, built.manifest);
    assert_eq!(pulled.config_bytes, built.blobs[0].1);
    assert_eq!(pulled.component, built.blobs[1].1);
    assert_eq!(pulled.config.component.exports, ["vatra:pages/screens@0.1.0"]);
    assert_eq!(anyone.pull(&at.at(&digest)).await.unwrap(), pulled);

    let signature = artifact::signature(&pulled.descriptor, "{\"signatures\":[]}").unwrap();
    let sbom = artifact::sbom(&pulled.descriptor, "{\"components\":[]}").unwrap();
    for referrer in [&signature, &sbom] {
        ana.push(&at.at(&referrer.descriptor.digest), referrer).await.unwrap();
    }
    let found = anyone.referrers(&at, &digest, media::SIGNATURE).await.unwrap();
    assert_eq!(found.iter().map(|found| found.digest.clone()).collect::<Vec<_>>(), [signature.descriptor.digest]);
    let envelope = anyone.referrer(&at, &digest, &found[0], media::SIGNATURE, media::DSSE).await.unwrap();
    assert_eq!(envelope, b"{\"signatures\":[]}");
    assert_eq!(anyone.referrers(&at, &sbom.descriptor.digest, media::SIGNATURE).await.unwrap(), []);
    assert_eq!(anyone.tags(&at).await.unwrap(), ["1.0"]);
    // What is there already is not sent again.
    ana.push(&Reference { pointer: "2.0".parse().unwrap(), ..at.clone() }, &built).await.unwrap();
    assert_eq!(anyone.tags(&at).await.unwrap(), ["1.0", "2.0"]);
}

#[tokio::test]
async fn a_package_is_pushed_signed_found_and_pulled_over_a_socket() {
    let site = Site::with(Default::default(), Settings::default()).await;
    a_whole_life(&client(&site, Some("ana")), &client(&site, None), &site.address).await;
}

#[tokio::test]
async fn the_host_asks_its_own_registry_without_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), Default::default(), Arc::new(FixedClock::at(Instant(0)))).unwrap();
    let app = router(store, Arc::new(House::default()), Settings::default());
    let transport: Arc<dyn Transport> = Arc::new(InProcess(app));
    let client = |user| Client::new(transport.clone(), options("own.localhost:1", user));
    a_whole_life(&client(Some("ana")), &client(None), "own.localhost:1").await;
}

#[tokio::test]
async fn what_is_refused_is_refused_in_words() {
    let site = Site::open().await;
    let at: Reference = format!("{}/ana/roll:1.0", site.address).parse().unwrap();
    let private: Reference = format!("{}/ana/private:1.0", site.address).parse().unwrap();
    let built = package("x");
    let words = |error: ClientError| error.to_string().replace(&site.address, "REGISTRY");
    let nobody = client(&site, None);
    assert_eq!(
        words(nobody.push(&at, &built).await.unwrap_err()),
        "REGISTRY wants to know who asks: say who you are: this needs a credential. Check the user name and the password or token for it"
    );
    assert_eq!(words(nobody.pull(&at).await.unwrap_err()), "REGISTRY does not have the manifest REGISTRY/ana/roll:1.0");
    let bob = client(&site, Some("bob"));
    assert_eq!(words(bob.push(&at, &built).await.unwrap_err()), "REGISTRY refuses: this credential may not push to ana/roll");
    assert_eq!(words(bob.pull(&private).await.unwrap_err()), "REGISTRY refuses: this credential may not pull from ana/private");
    let ana = client(&site, Some("ana"));
    ana.push(&private, &built).await.unwrap();
    assert_eq!(ana.pull(&private).await.unwrap().component, built.blobs[1].1);
    let mut wrong = options(&site.address, Some("ana"));
    wrong.credentials.get_mut(&site.address).unwrap().secret.push('x');
    let wrong = Client::new(Arc::new(Web::new(Roots::Only(Vec::new())).unwrap()), wrong);
    assert!(
        words(wrong.pull(&private).await.unwrap_err()).starts_with("REGISTRY wants to know who asks: the name or the password is wrong")
    );
    drop(site);
    let gone = nobody.pull(&at).await.unwrap_err();
    assert!(matches!(&gone, ClientError::Unreachable { .. }) && gone.to_string().contains("cannot be reached: "), "{gone}");
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_read() {
    let site = Site::open().await;
    let at: Reference = format!("{}/ana/roll:1.0", site.address).parse().unwrap();
    let built = package(&"x".repeat(10_000));
    client(&site, Some("ana")).push(&at, &built).await.unwrap();
    let limited =
        |limits| Client::new(Arc::new(Web::new(Roots::Only(Vec::new())).unwrap()), Options { limits, ..options(&site.address, None) });
    let error = limited(Limits { component: 5_000, ..Limits::default() }).pull(&at).await.unwrap_err();
    assert_eq!(error.to_string(), "the component has 10008 bytes, which is more than the limit of 5000");
    let error = limited(Limits { manifest: 100, ..Limits::default() }).pull(&at).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{0} sends more than 100 bytes for the manifest {0}/ana/roll:1.0: refused", site.address));
}

#[tokio::test]
async fn a_package_is_pulled_by_its_sha512() {
    let site = Site::open().await;
    let built = package("x");
    for (_, bytes) in &built.blobs {
        site.blob("ana/roll", bytes).await;
    }
    let digest = Digest::with(Algorithm::Sha512, &built.manifest);
    assert_eq!(site.put_manifest("ana/roll", &digest.to_string(), media::MANIFEST, &built.manifest).await.status, 201);
    let at = format!("{}/ana/roll@{digest}", site.address).parse::<Reference>().unwrap();
    assert_eq!(at.pointer, Pointer::Digest(digest.clone()));
    assert_eq!(client(&site, None).pull(&at).await.unwrap().descriptor.digest, digest);
}
