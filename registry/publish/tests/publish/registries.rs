//! Publishing to a registry and fetching from it; searching.

use crate::site::{NOW, Site, client, local, publisher};
use std::sync::Mutex;
use vatra_core::digest::Digest;
use vatra_distribution::artifact;
use vatra_distribution::client::Options;
use vatra_publish::{Origin, Problem, Step, fetch, publish, search};
use vatra_trust::{Refusal, Revocations};

const SILENT: &(dyn Fn(Step) + Sync) = &|_| {};

#[tokio::test]
async fn what_is_published_is_fetched_whole_and_twice_is_once() {
    let site = Site::open(None).await;
    let (codru, key) = publisher("codru", 1);
    let package = local("1.2.0", "Cimitir");
    let to = package.reference(&format!("{}/codru/cemetery", site.address)).unwrap();
    assert_eq!(to, site.at("codru/cemetery:1.2.0"));
    let steps = Mutex::new(Vec::new());
    let first = publish(&site.codru(), &to, &package, &codru, &key, NOW, &|step| steps.lock().unwrap().push(step)).await.unwrap();
    assert!(first.version_is_new && first.signature_is_new && first.parts_are_new == Some(true));
    let size = package.component.len() as u64;
    let steps = steps.into_inner().unwrap();
    assert_eq!((steps[0], steps[1], steps.last().copied()), (Step::Asking, Step::Package(size), Some(Step::Done)));

    let fetched = fetch(&site.anyone(), &Origin::Registry(to.clone())).await.unwrap();
    assert_eq!((fetched.digest(), &fetched.component), (first.digest.clone(), &package.component));
    assert_eq!(fetched.config_bytes, package.built.blobs[0].1);
    assert_eq!((fetched.signatures.len(), fetched.sboms.clone()), (1, vec![package.parts.clone().unwrap()]));
    let held = fetched.signed_by(&codru, &package.package.manifest, NOW, &Revocations::default()).unwrap();
    assert_eq!((held.0.version.to_string(), held.1), ("1.2.0".to_owned(), key.public().id()));
    // By its digest it is the same.
    assert_eq!(fetch(&site.anyone(), &Origin::Registry(to.at(&first.digest))).await.unwrap(), fetched);

    // Later, when another moment would be signed.
    let again = publish(&site.codru(), &to, &package, &codru, &key, NOW.plus_seconds(60), SILENT).await.unwrap();
    assert!(!again.version_is_new && !again.signature_is_new && again.parts_are_new == Some(false));
    assert_eq!(fetch(&site.anyone(), &Origin::Registry(to)).await.unwrap(), fetched);
    assert_eq!(site.store.verify().await.unwrap(), []);
}

#[tokio::test]
async fn a_published_version_is_not_replaced_and_nothing_is_pushed_for_it() {
    let site = Site::open(None).await;
    let (codru, key) = publisher("codru", 1);
    let (one, other) = (local("1.2.0", "Cimitir"), local("1.2.0", "Altceva"));
    let to = site.at("codru/cemetery:1.2.0");
    publish(&site.codru(), &to, &one, &codru, &key, NOW, SILENT).await.unwrap();
    let refused = publish(&site.codru(), &to, &other, &codru, &key, NOW, SILENT).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("version 1.2.0 is there already with another content: the registry has {}, and this is {}", one.digest(), other.digest())
    );
    assert_eq!((refused.code(), refused.is_failure()), ("version-taken", false));
    assert!(fetch(&site.anyone(), &Origin::Registry(to.at(other.digest()))).await.is_err());
    assert_eq!(site.anyone().resolve(&to).await.unwrap(), *one.digest());
}

#[tokio::test]
async fn what_the_publisher_could_not_have_signed_is_not_pushed() {
    let site = Site::open(None).await;
    let (codru, key) = publisher("codru", 1);
    let (strangers, strange) = publisher("strain", 2);
    let package = local("1.2.0", "Cimitir");
    let to = site.at("codru/cemetery:1.2.0");
    // Another's module under one's own name; a key that is none of the publisher's; one that has ended.
    let other = publish(&site.codru(), &to, &package, &strangers, &strange, NOW, SILENT).await.unwrap_err();
    assert_eq!((other.code(), other.to_string().contains("'strain'")), ("other-publisher", true));
    let unknown = publish(&site.codru(), &to, &package, &codru, &strange, NOW, SILENT).await.unwrap_err();
    assert!(matches!(unknown, Problem::Trust(Refusal::UnknownKey { .. })), "{unknown}");
    let late = NOW.plus_seconds(400 * 24 * 60 * 60);
    let ended = publish(&site.codru(), &to, &package, &codru, &key, late, SILENT).await.unwrap_err();
    assert!(matches!(ended, Problem::Trust(Refusal::Expired { .. })), "{ended}");
    // Without a credential, and in another's namespace.
    let nobody = publish(&site.anyone(), &to, &package, &codru, &key, NOW, SILENT).await.unwrap_err();
    assert_eq!(nobody.code(), "unauthorized");
    let elsewhere = publish(&site.codru(), &site.at("strain/cemetery:1.2.0"), &package, &codru, &key, NOW, SILENT).await.unwrap_err();
    assert_eq!(elsewhere.code(), "denied");
    assert!(fetch(&site.anyone(), &Origin::Registry(to)).await.is_err_and(|problem| problem.code() == "not-found"));
    // A name with another version is no name of it.
    let typed = format!("{}/codru/cemetery:1.3.0", site.address);
    assert_eq!(package.reference(&typed).unwrap_err().to_string(), "the name says version 1.3.0, and the package is version 1.2.0");
}

#[tokio::test]
async fn strangers_signatures_beside_the_publisher_s_change_nothing() {
    let site = Site::open(None).await;
    let (codru, key) = publisher("codru", 1);
    let package = local("1.2.0", "Cimitir");
    let to = site.at("codru/cemetery:1.2.0");
    let digest = publish(&site.codru(), &to, &package, &codru, &key, NOW, SILENT).await.unwrap().digest;
    for seed in 2..=17 {
        let at = to.at(&digest);
        let (before, unread) = (fetch(&site.anyone(), &Origin::Registry(at.clone())).await, seed == 17);
        let before = before.unwrap();
        let held = before.signed_by(&codru, &package.package.manifest, NOW, &Revocations::default()).unwrap();
        assert_eq!(held.1, key.public().id());
        // Garbage that says it is an envelope, and whole statements of somebody else.
        let (strangers, strange) = publisher("codru", seed);
        let json = if seed == 2 { b"{}".to_vec() } else { package.sign(&strangers, &strange, NOW).unwrap().to_json() };
        let signature = artifact::signature(&package.built.descriptor, json).unwrap();
        site.codru().push(&at.at(&signature.descriptor.digest), &signature).await.unwrap();
        let after = fetch(&site.anyone(), &Origin::Registry(at)).await;
        // More than anybody needs: refused, and not cut to what a stranger put first.
        assert_eq!(after.map(|_| ()).map_err(|problem| problem.to_string()).err().is_some(), unread, "{seed}");
    }
    let full = fetch(&site.anyone(), &Origin::Registry(to)).await.unwrap_err();
    assert_eq!(full.to_string(), "the package has 17 signatures, and at most 16 are read");
}

#[tokio::test]
async fn a_search_finds_by_name_and_capability_and_says_when_a_registry_does_not_tell() {
    let site = Site::open(Some(&["codru/cemetery", "codru/gone", "codru/notes"])).await;
    let (codru, key) = publisher("codru", 1);
    for version in ["1.9.0", "1.10.0", "2.0.0-rc.1"] {
        let package = local(version, "Cimitir");
        let to = package.reference(&format!("{}/codru/cemetery", site.address)).unwrap();
        publish(&site.codru(), &to, &package, &codru, &key, NOW, SILENT).await.unwrap();
    }
    // What is no package is no module.
    let notes = artifact::sbom(&local("1.0.0", "x").built.descriptor, "{}").unwrap();
    site.codru().push(&site.at("codru/notes:1.0.0"), &notes).await.unwrap();
    let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let all = search(&site.anyone(), &site.address, &[]).await.unwrap();
    let names: Vec<&str> = all.found.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, [format!("{}/codru/cemetery", site.address)]);
    assert_eq!((all.found[0].newest.as_str(), all.found[0].versions.len(), all.cut), ("1.10.0", 3, false));
    assert_eq!(all.found[0].digest, *local("1.10.0", "Cimitir").digest());
    for (asked, count) in [(&["MPAY"][..], 1), (&["codru", "mpay"], 1), (&["codru", "msign"], 0), (&["127.0.0.1"], 0)] {
        assert_eq!(search(&site.anyone(), &site.address, &words(asked)).await.unwrap().found.len(), count, "{asked:?}");
    }
    let silent = Site::open(None).await;
    let refused = search(&silent.anyone(), &silent.address, &[]).await.unwrap_err();
    assert_eq!(refused.code(), "no-catalogue");
    assert!(refused.to_string().starts_with("this registry does not tell what it has: "), "{refused}");
    let nowhere = search(&client("127.0.0.1:1", Options::default()), "127.0.0.1:1", &[]).await.unwrap_err();
    assert_eq!((nowhere.code(), nowhere.is_failure()), ("unreachable", true));
}

#[test]
fn the_same_component_is_the_same_package_everywhere() {
    let (one, again) = (local("1.2.0", "Cimitir"), local("1.2.0", "Cimitir"));
    assert_eq!((one.built.clone(), one.digest()), (again.built.clone(), again.digest()));
    assert_eq!(Digest::of(&one.built.manifest), *one.digest());
    let (codru, key) = publisher("codru", 1);
    assert_eq!(one.sign(&codru, &key, NOW).unwrap(), again.sign(&codru, &key, NOW).unwrap());
}
