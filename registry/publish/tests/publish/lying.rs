//! Registries that hand out something else than was published.

use crate::site::{NOW, client, local, publisher, served};
use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::collections::BTreeMap;
use vatra_distribution::artifact::{self, Built};
use vatra_distribution::client::Options;
use vatra_distribution::manifest::{Descriptor, media};
use vatra_publish::{Fetched, Local, Origin, Problem, fetch};
use vatra_trust::Revocations;

/// What a registry answers, by the end of the path.
#[derive(Clone, Default)]
struct Answers(BTreeMap<String, (&'static str, Bytes)>);

impl Answers {
    fn artefact(&mut self, built: &Built) {
        self.0.insert(format!("manifests/{}", built.descriptor.digest), (media::MANIFEST, built.manifest.clone()));
        for (descriptor, bytes) in &built.blobs {
            self.0.insert(format!("blobs/{}", descriptor.digest), ("application/octet-stream", bytes.clone()));
        }
    }

    /// A package under version 1.2.0 with what refers to it.
    fn package(local: &Local, referrers: &[(&'static str, Built)]) -> Self {
        let mut all = Self::default();
        all.artefact(&local.built);
        all.0.insert("manifests/1.2.0".to_owned(), (media::MANIFEST, local.built.manifest.clone()));
        for kind in [media::SIGNATURE, media::CYCLONEDX] {
            let of_kind = referrers.iter().filter(|(of, _)| *of == kind);
            let manifests: Vec<Descriptor> =
                of_kind.map(|(kind, built)| Descriptor { artifact_type: Some((*kind).to_owned()), ..built.descriptor.clone() }).collect();
            let index = serde_json::json!({ "schemaVersion": 2, "mediaType": media::INDEX, "manifests": manifests });
            all.0.insert(kind.to_owned(), (media::INDEX, index.to_string().into()));
        }
        referrers.iter().for_each(|(_, built)| all.artefact(built));
        all
    }

    fn alter(&mut self, path: &str) {
        let (_, bytes) = self.0.get_mut(path).unwrap();
        let mut altered = bytes.to_vec();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        *bytes = altered.into();
    }

    fn answer(&self, request: &Request) -> Response {
        let path = request.uri().to_string();
        let end = path.split_once("codru/cemetery/").map(|(_, end)| end).unwrap_or_default();
        let kind = request.uri().query().map(|query| if query.contains("cyclonedx") { media::CYCLONEDX } else { media::SIGNATURE });
        match self.0.get(kind.unwrap_or(end)) {
            Some((kind, bytes)) => ([(header::CONTENT_TYPE, *kind)], bytes.clone()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    async fn fetched(self) -> Result<Fetched, Problem> {
        let app = Router::new().fallback(any(move |request: Request| std::future::ready(self.answer(&request))));
        let (address, server) = served(app).await;
        let at = format!("{address}/codru/cemetery:1.2.0").parse().unwrap();
        let fetched = fetch(&client(&address, Options::default()), &Origin::Registry(at)).await;
        server.abort();
        fetched
    }

    async fn refused(self) -> (&'static str, String) {
        let problem = self.fetched().await.unwrap_err();
        (problem.code(), problem.to_string())
    }
}

fn signed(local: &Local) -> (&'static str, Built) {
    let (codru, key) = publisher("codru", 1);
    let envelope = local.sign(&codru, &key, NOW).unwrap().to_json();
    (media::SIGNATURE, artifact::signature(&local.built.descriptor, envelope).unwrap())
}

fn listed(local: &Local, json: impl Into<Bytes>) -> (&'static str, Built) {
    (media::CYCLONEDX, artifact::sbom(&local.built.descriptor, json).unwrap())
}

#[tokio::test]
async fn an_altered_byte_is_refused_wherever_it_is() {
    let package = local("1.2.0", "Cimitir");
    let (signature, list) = (signed(&package), listed(&package, package.parts.clone().unwrap()));
    let honest = Answers::package(&package, &[signature.clone(), list.clone()]);
    assert_eq!(honest.clone().fetched().await.unwrap().signatures.len(), 1);
    let blob = |built: &Built, index: usize| format!("blobs/{}", built.blobs[index].0.digest);
    for (path, what) in [
        (blob(&package.built, 0), "the configuration was altered: its digest is sha256:"),
        (blob(&package.built, 1), "the component was altered: its digest is sha256:"),
        (blob(&signature.1, 1), "the referrer's content was altered: its digest is sha256:"),
        (blob(&list.1, 1), "the referrer's content was altered: its digest is sha256:"),
        (format!("manifests/{}", signature.1.descriptor.digest), "sent something else for the manifest"),
        (format!("manifests/{}", list.1.descriptor.digest), "sent something else for the manifest"),
    ] {
        let mut lying = honest.clone();
        lying.alter(&path);
        let (code, words) = lying.refused().await;
        assert!(code == "altered" && words.contains(what), "{path}: {code}: {words}");
    }
}

#[tokio::test]
async fn another_package_under_a_signed_name_is_not_the_publisher_s() {
    let (codru, _) = publisher("codru", 1);
    let (old, new) = (local("1.1.0", "Cimitir"), local("1.2.0", "Cimitir"));
    // An old one, whole and signed, handed out as the new one: the signature holds, and the name does not fit.
    let downgraded = Answers::package(&old, &[signed(&old)]).fetched().await.unwrap();
    assert!(downgraded.signed_by(&codru, &old.package.manifest, NOW, &Revocations::default()).is_ok());
    let origin = Origin::read("registry.example.md/codru/cemetery:1.2.0").unwrap();
    let refused = origin.names(&old.package.manifest).unwrap_err();
    assert_eq!(refused.to_string(), "the name says version 1.2.0, and the package is version 1.1.0");
    assert!(origin.names(&new.package.manifest).is_ok());
    // The signature of the old one, hung on another: as it was, it is about something else; rewritten, it was signed of something else.
    let (code, words) = Answers::package(&new, &[signed(&old)]).refused().await;
    assert_eq!((code, words), ("not-a-package", format!("the referrer is about {}, not about {}", old.digest(), new.digest())));
    let envelope = signed(&old).1.blobs[1].1.clone();
    let hung = (media::SIGNATURE, artifact::signature(&new.built.descriptor, envelope).unwrap());
    let fetched = Answers::package(&new, &[hung]).fetched().await.unwrap();
    let refused = fetched.signed_by(&codru, &new.package.manifest, NOW, &Revocations::default()).unwrap_err();
    let expected = format!("the manifest that was signed is {}, and this is {}", old.digest(), new.digest());
    assert_eq!((refused.code(), refused.to_string()), ("signature", expected));
    // And without any.
    let bare = Answers::package(&new, &[]).fetched().await.unwrap();
    let refused = bare.signed_by(&codru, &new.package.manifest, NOW, &Revocations::default()).unwrap_err();
    assert_eq!((refused.code(), refused.to_string().as_str()), ("unsigned", "nobody signed this package"));
}

#[tokio::test]
async fn what_is_too_large_is_not_asked_for() {
    let package = local("1.2.0", "Cimitir");
    // A list of parts of 9 MiB, and a signature of 257 KiB: larger than any that is read, and told before they are pulled.
    let bomb = Answers::package(&package, &[listed(&package, vec![b' '; 9 << 20])]).refused().await;
    assert_eq!(bomb, ("too-large", "the referrer's content has 9437184 bytes, which is more than the limit of 8388608".to_owned()));
    let long = (media::SIGNATURE, artifact::signature(&package.built.descriptor, vec![b' '; 257 << 10]).unwrap());
    let long = Answers::package(&package, &[long]).refused().await;
    assert_eq!(long, ("too-large", "the referrer's content has 263168 bytes, which is more than the limit of 262144".to_owned()));
    let many: Vec<_> = (0..5).map(|number| listed(&package, format!("[{number}]"))).collect();
    let many = Answers::package(&package, &many).refused().await;
    assert_eq!(many, ("too-many", "the package has 5 lists of parts, and at most 4 are read".to_owned()));
}
