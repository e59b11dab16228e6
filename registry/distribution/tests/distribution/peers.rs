//! Programs that others wrote: skopeo (Debian) and the crate oci-client.

use crate::site::{SECRET, Site, package};
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::manifest::OciDescriptor;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, RegistryOperation};
use serde_json::Value;
use std::path::Path;
use tokio::process::Command;
use vatra_distribution::artifact::{self, Built};
use vatra_distribution::client::Reference;
use vatra_distribution::manifest::media;
use vatra_distribution::server::Settings;
use vatra_distribution::store::Limits;

/// Runs skopeo, which tests/setup.sh installs.
async fn skopeo(home: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("skopeo");
    command.arg("--insecure-policy").args(arguments).env("HOME", home).env("XDG_RUNTIME_DIR", home).kill_on_drop(true);
    let output = command.output().await.unwrap_or_else(|error| panic!("skopeo does not run ({error}): apt-get install skopeo"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// Writes an artefact as an OCI image layout.
fn write_layout(folder: &Path, built: &Built) {
    let blobs = folder.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    std::fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    for (descriptor, bytes) in built.blobs.iter().chain([&(built.descriptor.clone(), built.manifest.clone())]) {
        std::fs::write(blobs.join(descriptor.digest.hex()), bytes).unwrap();
    }
    let mut entry = serde_json::to_value(&built.descriptor).unwrap();
    entry["annotations"] = serde_json::json!({ "org.opencontainers.image.ref.name": "1.0" });
    let index = serde_json::json!({ "schemaVersion": 2, "manifests": [entry] });
    std::fs::write(folder.join("index.json"), index.to_string()).unwrap();
}

#[tokio::test]
async fn skopeo_copies_in_and_out_inspects_lists_and_deletes() {
    let site = Site::with(Limits::default(), Settings::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let built = package("from skopeo");
    write_layout(&home.join("in"), &built);
    let remote = format!("docker://{}/ana/roll", site.address);
    let login = format!("ana:{SECRET}");
    let from = format!("oci:{}:1.0", home.join("in").display());
    let (tagged, to) = (format!("{remote}:1.0"), format!("oci:{}:1.0", home.join("out").display()));
    let refused = skopeo(home, &["copy", "--preserve-digests", "--dest-tls-verify=false", &from, &tagged]).await.unwrap_err();
    assert!(refused.contains("authentication required") || refused.contains("unauthorized"), "{refused}");
    let other = format!("docker://{}/bob/roll:1.0", site.address);
    let refused =
        skopeo(home, &["copy", "--preserve-digests", "--dest-tls-verify=false", "--dest-creds", &login, &from, &other]).await.unwrap_err();
    assert!(refused.contains("denied"), "{refused}");
    skopeo(home, &["copy", "--preserve-digests", "--dest-tls-verify=false", "--dest-creds", &login, &from, &tagged]).await.unwrap();

    let raw = skopeo(home, &["inspect", "--raw", "--tls-verify=false", &tagged]).await.unwrap();
    assert_eq!(raw.as_bytes(), built.manifest);
    let tags: Value = serde_json::from_str(&skopeo(home, &["list-tags", "--tls-verify=false", &remote]).await.unwrap()).unwrap();
    assert_eq!(tags["Tags"], serde_json::json!(["1.0"]));
    skopeo(home, &["copy", "--preserve-digests", "--src-tls-verify=false", &tagged, &to]).await.unwrap();
    for (descriptor, bytes) in built.blobs.iter().chain([&(built.descriptor.clone(), built.manifest.clone())]) {
        assert_eq!(&std::fs::read(home.join("out/blobs/sha256").join(descriptor.digest.hex())).unwrap(), bytes);
    }
    // What skopeo pushed, our client pulls.
    let at: Reference = format!("{}/ana/roll:1.0", site.address).parse().unwrap();
    assert_eq!(crate::client::client(&site, None).pull(&at).await.unwrap().component, built.blobs[1].1);
    // From repository to repository: blobs that are there are mounted or found.
    let second = format!("docker://{}/ana/second:1.0", site.address);
    let copy =
        ["copy", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false", "--dest-creds", &login, &tagged, &second];
    skopeo(home, &copy).await.unwrap();

    assert!(skopeo(home, &["delete", "--tls-verify=false", &tagged]).await.is_err());
    skopeo(home, &["delete", "--tls-verify=false", "--creds", &login, &tagged]).await.unwrap();
    assert!(skopeo(home, &["inspect", "--raw", "--tls-verify=false", &tagged]).await.is_err());
    assert_eq!(site.store.verify().await.unwrap(), []);
}

#[tokio::test]
async fn oci_client_pushes_pulls_and_finds_referrers() {
    let site = Site::with(Limits::default(), Settings::default()).await;
    let auth = RegistryAuth::Basic("ana".to_owned(), SECRET.to_owned());
    let built = package("from oci-client");
    let signature = artifact::signature(&built.descriptor, "{\"signatures\":[]}").unwrap();
    for use_monolithic_push in [false, true] {
        let config = ClientConfig { protocol: ClientProtocol::Http, use_monolithic_push, ..ClientConfig::default() };
        let peer = Client::new(config);
        let repository = format!("{}/ana/roll-{use_monolithic_push}", site.address);
        let at: oci_client::Reference = format!("{repository}:1.0").parse().unwrap();
        peer.auth(&at, &auth, RegistryOperation::Push).await.unwrap();
        for (number, artefact) in [&built, &signature].into_iter().enumerate() {
            for (descriptor, bytes) in &artefact.blobs {
                peer.push_blob(&at, bytes.clone(), &descriptor.digest.to_string()).await.unwrap();
            }
            let at: oci_client::Reference = format!("{repository}:{number}.0").parse().unwrap();
            peer.push_manifest_raw(&at, artefact.manifest.clone(), media::MANIFEST.parse().unwrap()).await.unwrap();
        }
        let anyone = Client::new(ClientConfig { protocol: ClientProtocol::Http, ..ClientConfig::default() });
        let at: oci_client::Reference = format!("{repository}:0.0").parse().unwrap();
        let digest = anyone.fetch_manifest_digest(&at, &RegistryAuth::Anonymous).await.unwrap();
        assert_eq!(digest, built.descriptor.digest.to_string());
        let (manifest, _) = anyone.pull_manifest_raw(&at, &RegistryAuth::Anonymous, &[media::MANIFEST]).await.unwrap();
        assert_eq!(manifest, built.manifest);
        let layer = OciDescriptor { digest: built.blobs[1].0.digest.to_string(), ..OciDescriptor::default() };
        let mut component = Vec::new();
        anyone.pull_blob(&at, &layer, &mut component).await.unwrap();
        assert_eq!(component, built.blobs[1].1);
        let subject: oci_client::Reference = format!("{repository}@{digest}").parse().unwrap();
        let referrers = anyone.pull_referrers(&subject, Some(media::SIGNATURE)).await.unwrap();
        let found: Vec<&str> = referrers.manifests.iter().map(|found| found.digest.as_str()).collect();
        assert_eq!(found, [signature.descriptor.digest.to_string()]);
        let tags = anyone.list_tags(&at, &RegistryAuth::Anonymous, Some(1), None).await.unwrap();
        assert_eq!(tags.tags, ["0.0"]);
    }
}
