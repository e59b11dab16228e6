//! Whatever byte of whatever is stored changes: it is noticed.

use crate::client::client;
use crate::site::{Site, package};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use vatra_core::digest::{Algorithm, Digest};
use vatra_distribution::artifact;
use vatra_distribution::client::Reference;
use vatra_distribution::manifest::media;
use vatra_distribution::store::Damage;

#[test]
fn any_altered_byte_of_any_stored_content_is_noticed() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (site, puller, at, subject) = runtime.block_on(async {
        let site = Site::open().await;
        let at: Reference = format!("{}/ana/roll:1.0", site.address).parse().unwrap();
        let ana = client(&site, Some("ana"));
        let built = package(&"component ".repeat(200));
        ana.push(&at, &built).await.unwrap();
        let signature = artifact::signature(&built.descriptor, "{\"signatures\":[1,2,3]}").unwrap();
        ana.push(&at.at(&signature.descriptor.digest), &signature).await.unwrap();
        let puller = client(&site, None);
        (site, puller, at, built.descriptor.digest)
    });
    let files = site.files("blobs");
    assert_eq!(files.len(), 6, "manifest, configuration and layer of both: {files:?}");
    let whole = async || -> Result<(), String> {
        puller.pull(&at).await.map_err(|error| error.to_string())?;
        let found = puller.referrers(&at, &subject, media::SIGNATURE).await.map_err(|error| error.to_string())?;
        let found = found.first().ok_or("no signature")?;
        puller.referrer(&at, &subject, found, media::SIGNATURE, media::DSSE).await.map_err(|error| error.to_string())?;
        Ok(())
    };
    runtime.block_on(whole()).unwrap();
    let mut runner = TestRunner::new(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() });
    let altered = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1_u8..);
    runner
        .run(&altered, |(file, place, change)| {
            let path = site.folder.path().join(file.get(&files));
            let original = std::fs::read(&path).unwrap();
            let mut bytes = original.clone();
            bytes[place.index(original.len())] ^= change;
            std::fs::write(&path, &bytes).unwrap();
            let expected = Digest::of(&original);
            let damage = runtime.block_on(site.store.verify()).unwrap();
            let noticed = runtime.block_on(whole());
            std::fs::write(&path, &original).unwrap();
            prop_assert_eq!(damage, vec![Damage::Altered { expected: expected.clone(), actual: Digest::of(&bytes) }]);
            // `{}` is in the store for the signature's manifest, which nobody has to pull.
            prop_assert!(noticed.is_err() || original == b"{}", "pulled although {} was altered", expected);
            Ok(())
        })
        .unwrap();
    runtime.block_on(whole()).unwrap();
}

proptest! {
    #[test]
    fn what_is_pushed_in_any_chunks_is_pulled_whole(
        content in prop::collection::vec(any::<u8>(), 1..20_000),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        long in any::<bool>(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let site = Site::open().await;
            let digest = Digest::with(if long { Algorithm::Sha512 } else { Algorithm::Sha256 }, &content);
            let begun = site.ana(axum::http::Method::POST, "/v2/ana/roll/blobs/uploads/").send().await;
            let location = begun.header("location").to_owned();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(content.len())).chain([0, content.len()]).collect();
            cuts.sort_unstable();
            cuts.dedup();
            for part in cuts.windows(2) {
                let range = format!("{}-{}", part[0], part[1] - 1);
                let call = site.ana(axum::http::Method::PATCH, &location).header("content-range", &range);
                assert_eq!(call.body(content[part[0]..part[1]].to_vec()).send().await.status, 202);
            }
            assert_eq!(site.ana(axum::http::Method::PUT, &format!("{location}?digest={digest}")).send().await.status, 201);
            let path = format!("/v2/ana/roll/blobs/{digest}");
            assert_eq!(site.get(&path).await.body, content);
            let (from, to) = (from.index(content.len()), to.index(content.len()));
            let (from, to) = (from.min(to), from.max(to));
            let part = site.anonymous(axum::http::Method::GET, &path).header("range", &format!("bytes={from}-{to}")).send().await;
            assert_eq!((part.status, part.body.as_slice()), (206, &content[from..=to]));
        });
    }
}
