//! The bytes of artefacts, and what is refused about others'.

use crate::site::package;
use serde_json::{Value, json};
use vatra_core::digest::Digest;
use vatra_distribution::artifact::{self, Component, Limits, layout, referrer_layout};
use vatra_distribution::manifest::{Descriptor, media};

#[test]
fn the_same_component_yields_the_same_bytes() {
    let component = |exports: [&str; 2]| Component { exports: exports.map(str::to_owned).to_vec(), imports: vec![], target: None };
    let built = artifact::package("\0asm", component(["b:c/d@1.0.0", "a:b/c@1.0.0"])).unwrap();
    // Whoever changes these bytes changes the digest of every package that is built again.
    let layer = "sha256:cd5d4935a48c0672cb06407bb443bc0087aff947c6b864bac886982c73b3027f";
    assert_eq!(Digest::of(b"\0asm").to_string(), layer);
    let config = format!(
        r#"{{"created":"1970-01-01T00:00:00Z","architecture":"wasm","os":"wasip2","layerDigests":["{layer}"],"component":{{"exports":["a:b/c@1.0.0","b:c/d@1.0.0"],"imports":[],"target":null}}}}"#
    );
    assert_eq!(std::str::from_utf8(&built.blobs[0].1).unwrap(), config);
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.wasm.config.v0+json","digest":"{}","size":{}}},"layers":[{{"mediaType":"application/wasm","digest":"{layer}","size":4}}]}}"#,
        Digest::of(config.as_bytes()),
        config.len()
    );
    assert_eq!(std::str::from_utf8(&built.manifest).unwrap(), manifest);
    assert_eq!(built.descriptor, Descriptor::of(media::MANIFEST, manifest.as_bytes()));
    assert_eq!(artifact::package("\0asm", component(["a:b/c@1.0.0", "b:c/d@1.0.0"])).unwrap(), built);
}

#[test]
fn a_referrer_says_what_it_is_about_and_nothing_that_was_said_of_that() {
    let package = package("x");
    let annotated = Descriptor { artifact_type: Some("x/y".to_owned()), ..package.descriptor.clone() };
    let signature = artifact::signature(&annotated, "{}").unwrap();
    assert_eq!(signature, artifact::signature(&package.descriptor, "{}").unwrap());
    let read: Value = serde_json::from_slice(&signature.manifest).unwrap();
    assert_eq!(read["subject"], json!(package.descriptor));
    assert_eq!(read["artifactType"], media::SIGNATURE);
    assert_eq!((&read["config"]["mediaType"], &read["config"]["size"]), (&json!(media::EMPTY), &json!(2)));
    let limits = Limits::default();
    let layout = referrer_layout(&signature.manifest, &package.descriptor.digest, media::SIGNATURE, media::DSSE, &limits).unwrap();
    assert_eq!(layout.layer, signature.blobs[1].0);
}

/// A package's manifest with something else in it.
fn altered(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut manifest = serde_json::from_slice(&package("x").manifest).unwrap();
    change(&mut manifest);
    manifest.to_string().into_bytes()
}

fn refusal(bytes: &[u8], media_type: &str) -> String {
    layout(bytes, media_type, &Limits::default()).unwrap_err().to_string()
}

#[test]
fn what_is_no_package_is_refused_with_the_reason() {
    let layer = |manifest: &Value| manifest["layers"][0].clone();
    for (bytes, expected) in [
        (b"<html>".to_vec(), "this is not a manifest: it is not the JSON of a manifest: expected value at line 1 column 1"),
        (altered(|m| m["schemaVersion"] = json!(1)), "this is not a manifest: its schemaVersion is 1, expected 2"),
        (
            altered(|m| m["config"]["mediaType"] = json!("application/vnd.oci.image.config.v1+json")),
            "the configuration's media type is 'application/vnd.oci.image.config.v1+json', expected application/vnd.wasm.config.v0+json: \
             this is not a package of WebAssembly",
        ),
        (altered(|m| m["layers"] = json!([])), "the manifest has 0 layers, expected exactly one"),
        (altered(|m| m["layers"] = json!([layer(m), layer(m)])), "the manifest has 2 layers, expected exactly one"),
        (
            altered(|m| m["layers"][0]["mediaType"] = json!("application/gzip")),
            "the layer's media type is 'application/gzip', expected application/wasm",
        ),
        (
            altered(|m| m["layers"][0]["size"] = json!(1_u64 << 40)),
            "the component has 1099511627776 bytes, which is more than the limit of 33554432",
        ),
        (altered(|m| m["config"]["size"] = json!(2 << 20)), "the configuration has 2097152 bytes, which is more than the limit of 1048576"),
        (altered(|m| m["manifests"] = json!([])), "this is not a manifest: a manifest has no 'manifests'"),
    ] {
        assert_eq!(refusal(&bytes, media::MANIFEST), expected);
    }
    for bad in [json!(-1), json!(1.5), json!("4")] {
        assert!(refusal(&altered(|m| m["layers"][0]["size"] = bad), media::MANIFEST).starts_with("this is not a manifest: "));
    }
    let index = json!({ "schemaVersion": 2, "manifests": [] }).to_string();
    assert_eq!(
        refusal(index.as_bytes(), media::INDEX),
        "this is an index of several manifests, not a package: name one manifest of it by its digest"
    );
    assert_eq!(
        refusal(&package("x").manifest, "text/html"),
        "the manifest's media type is 'text/html', expected application/vnd.oci.image.manifest.v1+json"
    );
    let long = vec![b' '; (4 << 20) + 1];
    assert_eq!(refusal(&long, media::MANIFEST), "the manifest has 4194305 bytes, which is more than the limit of 4194304");
}

#[test]
fn a_configuration_of_something_else_is_refused() {
    let built = package("x");
    let found = layout(&built.manifest, media::MANIFEST, &Limits::default()).unwrap();
    let said = |change: &dyn Fn(&mut Value)| {
        let mut config: Value = serde_json::from_slice(&built.blobs[0].1).unwrap();
        change(&mut config);
        let bytes = config.to_string().into_bytes();
        let layout = artifact::Layout { config: Descriptor::of(media::WASM_CONFIG, &bytes), layer: found.layer.clone() };
        artifact::check_config(&layout, &bytes).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(said(&|_| ()), Ok(()));
    // Other tools say who and when.
    assert_eq!(said(&|c| (c["author"], c["created"]) = (json!("Ana"), json!("2026-09-25T10:00:00.5Z"))), Ok(()));
    let layer = &found.layer.digest;
    let other = Digest::of(b"other");
    assert_eq!(said(&|c| c["os"] = json!("linux")), Err("the configuration says os 'linux', expected 'wasip2'".to_owned()));
    assert_eq!(
        said(&|c| c["architecture"] = json!("amd64")),
        Err("the configuration says architecture 'amd64', expected 'wasm'".to_owned())
    );
    assert_eq!(
        said(&|c| c["layerDigests"] = json!([other])),
        Err(format!("the configuration says layerDigests '{other}', expected '{layer}'"))
    );
    assert!(said(&|c| c["layerDigests"] = json!([layer, other])).is_err());
    assert!(said(&|c| c["component"] = json!(null)).unwrap_err().starts_with("the configuration cannot be read: "));
    // The same bytes but one.
    let mut bytes = built.blobs[0].1.to_vec();
    bytes[10] ^= 1;
    let error = artifact::check_config(&found, &bytes).unwrap_err().to_string();
    assert!(error.starts_with("the configuration was altered: its digest is sha256:"), "{error}");
    bytes.push(b' ');
    let error = artifact::check_config(&found, &bytes).unwrap_err().to_string();
    assert_eq!(error, format!("the configuration has {} bytes, but the manifest says {}", bytes.len(), bytes.len() - 1));
}

#[test]
fn a_referrer_of_something_else_is_refused() {
    let (package, other) = (package("x"), Digest::of(b"other"));
    let signature = artifact::signature(&package.descriptor, "{}").unwrap();
    let read = |bytes: &[u8], subject: &Digest, kind: &str, layer: &str| {
        referrer_layout(bytes, subject, kind, layer, &Limits::default()).unwrap_err().to_string()
    };
    let digest = &package.descriptor.digest;
    assert_eq!(
        read(&signature.manifest, &other, media::SIGNATURE, media::DSSE),
        format!("the referrer is about {digest}, not about {other}")
    );
    assert_eq!(
        read(&signature.manifest, digest, media::CYCLONEDX, media::CYCLONEDX),
        "the referrer's artifactType is 'application/vnd.vatra.signature.v1', expected application/vnd.cyclonedx+json"
    );
    assert_eq!(
        read(&signature.manifest, digest, media::SIGNATURE, "a/b"),
        "the layer's media type is 'application/vnd.dsse.envelope.v1+json', expected a/b"
    );
    assert_eq!(
        read(&package.manifest, digest, media::SIGNATURE, media::DSSE),
        "the referrer's artifactType is '', expected application/vnd.vatra.signature.v1"
    );
    let mut aimless: Value = serde_json::from_slice(&signature.manifest).unwrap();
    aimless.as_object_mut().unwrap().remove("subject");
    assert_eq!(
        read(aimless.to_string().as_bytes(), digest, media::SIGNATURE, media::DSSE),
        format!("the referrer is about nothing, not about {digest}")
    );
}
