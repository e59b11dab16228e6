//! From a publisher to a town hall: what is admitted, planned, approved and run, and what is refused, in words and without a trace.

use anyhow::{Context, Result, anyhow};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use vatra_core::call::Tenant;
use vatra_core::clock::Instant;
use vatra_core::digest::Digest;
use vatra_core::ids::{Name, SubjectId};
use vatra_core::packages::{Stopped, StoredApproval, TurnKind};
use vatra_core::store::{AuditFilter, Installed};
use vatra_core::unit::{NewEntry, Subject, Unit};
use vatra_core::value::{EntryRef, Value};
use vatra_hosting_tests::fixture::Fixture;
use vatra_hosting_tests::press::{Press, edited, signature};
use vatra_hosting_tests::{House, NOON, package};
use vatra_runtime::CallError;
use vatra_server::app::{App, AppError, Approved, By, Choices, Keeping, Offer};
use vatra_trust::statement::What;
use vatra_trust::{Refusal, Upgrades};

const DAY: i64 = 86_400_000;

/// A host that believes nobody, and a publisher whom it trusts.
async fn hall() -> Result<(House, Press)> {
    let house = House::believing_nobody(None).await?;
    let press = Press::new("codru", 1, NOON)?;
    press.trusted_by(&house.app).await?;
    Ok((house, press))
}

/// IDNP of the administrator of both municipalities.
const ANA: &str = "2000000000007";

fn signed(proposed: &StoredApproval) -> Approved {
    Approved::Signed(signature(ANA, &proposed.text))
}

/// Admits, plans with these choices, approves and applies.
async fn install(app: &Arc<App>, tenant: &Tenant, offer: &Offer, choices: &Choices) -> Result<Installed, AppError> {
    let admitted = app.admit(offer).await?;
    let plan = app.plan(tenant, &admitted.manifest, choices, By::OPERATOR).await?;
    let proposed = app.propose(tenant, &plan, By::OPERATOR).await?;
    app.approve(tenant, proposed.id, signed(&proposed), By::OPERATOR).await
}

/// How a module answers: its words, or why it does not run.
async fn answer(house: &House, module: &str) -> Result<String> {
    answer_of(&house.app, house, module).await
}

async fn answer_of(app: &Arc<App>, house: &House, module: &str) -> Result<String> {
    let ctx = house.context(&house.sculeni, module).await?;
    Ok(match app.show(&ctx, "home", &[("text".to_owned(), "salut".to_owned())].into()).await {
        Ok(_) => "shown".to_owned(),
        Err(CallError::Refused { code, detail }) => format!("{code}: {detail}"),
        Err(error) => error.code(),
    })
}

fn version(text: &str) -> impl Fn(&str) -> String {
    let new = format!("version = \"{text}\"");
    move |manifest| manifest.replacen("version = \"0.1.0\"", &new, 1)
}

/// All that a host keeps of packages.
async fn kept(house: &House, offer: &Offer) -> Result<(usize, bool, bool)> {
    let files = std::fs::read_dir(house.folder.path().join("data/packages"))?.count();
    let papers = house.app.store.papers(&offer.digest()).await?.is_some();
    let component = house.app.store.component(&Digest::of(&offer.component)).await?.is_some();
    Ok((files, papers, component))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_signed_and_approved_is_run_as_far_as_it_was_approved() -> Result<()> {
    let (house, press) = hall().await?;
    let offer = press.publish(&package("lookup")?, NOON)?;
    let admitted = house.app.admit(&offer).await?;
    assert_eq!((admitted.publisher.as_str(), admitted.manifest), ("codru", offer.digest()));
    assert_eq!(answer(&house, "lookup").await?, "not-found", "nothing is installed by being admitted");
    let plan = house.app.plan(&house.sculeni, &offer.digest(), &Choices::default(), By::OPERATOR).await?;
    assert_eq!((plan.kind, plan.registers.len(), plan.grants.len()), (TurnKind::Install, 1, 1));
    assert_eq!(plan.registers.first().map(|register| &register.keeping), Some(&Keeping::New));
    let proposed = house.app.propose(&house.sculeni, &plan, By::OPERATOR).await?;
    assert_eq!(answer(&house, "lookup").await?, "not-found", "nor by being proposed");
    for (signature, words) in [
        (
            signature("2000000000014", &proposed.text),
            "the approval was signed by somebody who is neither administrator nor mayor of Sculeni",
        ),
        (signature(ANA, "another text"), "the signature of the approval does not count: changed"),
    ] {
        let refused = house.app.approve(&house.sculeni, proposed.id, Approved::Signed(signature), By::OPERATOR).await;
        assert_eq!(refused.err().map(|error| error.to_string()).as_deref(), Some(words));
    }
    assert_eq!(answer(&house, "lookup").await?, "not-found", "nor by another's signature");
    house.app.approve(&house.sculeni, proposed.id, signed(&proposed), By::OPERATOR).await?;
    house.app.runtime.binding(house.sculeni.id, &Name::new("lookup")?).await.map_err(|error| anyhow!("{error}"))?;
    let twice = house.app.approve(&house.sculeni, proposed.id, signed(&proposed), By::OPERATOR).await;
    assert!(matches!(twice, Err(AppError::NotFound(_))), "approved once");
    // Lozova approved nothing.
    assert!(house.app.runtime.binding(house.lozova.id, &Name::new("lookup")?).await.is_err());
    // Only a demo believes without a signature.
    let bare = house.app.install(&house.sculeni, &package("echo")?, By::OPERATOR).await;
    assert!(bare.is_err_and(|error| error.to_string().starts_with("a bare component is installed in a demo only")));
    let again = house.app.plan(&house.sculeni, &offer.digest(), &Choices::default(), By::OPERATOR).await?;
    let proposed = house.app.propose(&house.sculeni, &again, By::OPERATOR).await?;
    let invented = house.app.approve(&house.sculeni, proposed.id, Approved::Invented, By::OPERATOR).await;
    assert!(invented.is_err_and(|error| error.to_string() == "only a demo's modules are approved without MSign"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_says_why_and_leaves_nothing() -> Result<()> {
    let (house, press) = hall().await?;
    let (echo, lookup) = (package("echo")?, package("lookup")?);
    let good = press.publish(&echo, NOON)?;
    let (stranger, thief) = (Press::new("nimeni", 2, NOON)?, Press::new("codru", 3, NOON)?);
    let (own, foreign) = (press.key.public().id(), thief.key.public().id());
    let alter = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        if let Some(byte) = bytes.last_mut() {
            *byte ^= 1;
        }
        bytes
    };
    let envelope = |from: &str, to: &str| -> Result<Vec<u8>> {
        let text = String::from_utf8(good.signatures.first().context("a signature")?.clone())?;
        Ok(text.replacen(from, to, 1).into_bytes())
    };
    let text = String::from_utf8(good.signatures.first().context("a signature")?.clone())?;
    let payload = text.split("\"payload\":\"").nth(1).and_then(|rest| rest.split('"').next()).context("the payload")?.to_owned();
    let other = press.publish(&lookup, NOON)?;
    let claims = edited(&echo, |manifest| manifest.replacen("publisher = ", "publisher-id = \"altcineva\"\npublisher = ", 1))?;
    let (core, unknown) = (Fixture::named("core-module")?.package()?, Fixture::named("other-version-import")?.package()?);
    let as_component = |bytes: Vec<u8>| Offer { component: bytes.clone(), ..raw(&bytes) };
    let mut cases: Vec<(&str, Offer, String)> = vec![
        ("unsigned", Offer { signatures: vec![], ..good.clone() }, "the package is not signed".to_owned()),
        ("unknown publisher", stranger.publish(&echo, NOON)?, "publisher 'nimeni' is not trusted here".to_owned()),
        (
            "wrong key",
            thief.publish(&echo, NOON)?,
            format!("the signature is by key {foreign}, which is none of the keys of publisher 'codru'"),
        ),
        (
            "altered signature",
            Offer { signatures: vec![envelope(&payload, &other_payload(&other)?)?], ..good.clone() },
            format!("the signature does not hold under key {own}: what was signed was changed, or somebody else signed"),
        ),
        (
            "another package's signature",
            Offer { signatures: other.signatures.clone(), ..good.clone() },
            format!("the manifest that was signed is {}, and this is {}", other.digest(), good.digest()),
        ),
        ("altered layer", Offer { component: alter(&echo), ..good.clone() }, "the component was altered: its digest is".to_owned()),
        (
            "altered config",
            Offer { config: alter(&good.config), ..good.clone() },
            "the configuration was altered: its digest is".to_owned(),
        ),
        ("altered manifest", Offer { manifest: alter(&good.manifest), ..good.clone() }, "this is not a manifest".to_owned()),
        ("another's name", press.publish(&claims, NOON)?, "the publisher that was signed is codru, and this is altcineva".to_owned()),
        ("no component", as_component(core), "it is a core module: build the package with vatra-pack".to_owned()),
        ("unknown contract", as_component(unknown), "imports vatra:".to_owned()),
    ];
    // A bomb: 33 MiB of zeros behind a true component, refused by the manifest alone.
    let mut bomb = echo.clone();
    bomb.resize(33 << 20, 0);
    cases.push((
        "size bomb",
        as_component(bomb),
        format!("the component has {} bytes, which is more than the limit of {}", 33 << 20, 32 << 20),
    ));
    for (what, offer, words) in &cases {
        let refused = house.app.admit(offer).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains(words), "{what}: '{refused}' should say '{words}'");
        assert_eq!(kept(&house, offer).await?, (0, false, false), "{what}");
    }
    // The same package at a moment when the key has ended.
    house.clock.set(Instant(NOON.0 + 400 * DAY));
    let refused = house.app.admit(&good).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(
        refused,
        format!(
            "key {own} held until 2027-10-01T09:00:00Z, and this is of 2027-11-05T09:00:00Z: the publisher signs anew with its present key"
        )
    );
    assert_eq!(kept(&house, &good).await?, (0, false, false));
    house.clock.set(NOON);
    house.app.admit(&good).await?;
    assert_eq!(kept(&house, &good).await?, (1, true, true), "and what is good is kept");
    Ok(())
}

fn other_payload(offer: &Offer) -> Result<String> {
    let text = String::from_utf8(offer.signatures.first().context("a signature")?.clone())?;
    Ok(text.split("\"payload\":\"").nth(1).and_then(|rest| rest.split('"').next()).context("the payload")?.to_owned())
}

/// The artefact of bytes that are no package.
fn raw(bytes: &[u8]) -> Offer {
    let built = vatra_distribution::artifact::package(bytes.to_vec(), vatra_distribution::artifact::Component::default());
    let built = built.ok();
    let config = built.as_ref().and_then(|built| built.blobs.first()).map(|(_, bytes)| bytes.to_vec()).unwrap_or_default();
    Offer { manifest: built.map(|built| built.manifest.to_vec()).unwrap_or_default(), config, ..Offer::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_or_stopped_is_run_no_more_by_any_host() -> Result<()> {
    let database = vatra_storage::testing::TestPostgres::shared()?.database().await?;
    let house = House::believing_nobody(Some(database.clone())).await?;
    let press = Press::new("codru", 1, NOON)?;
    press.trusted_by(&house.app).await?;
    let offer = press.publish(&package("echo")?, NOON)?;
    install(&house.app, &house.sculeni, &offer, &Choices::default()).await?;
    house.app.make_ready().await?;
    let (there, _folder) = house.beside(database.clone()).await?;
    there.make_ready().await?;
    for app in [&house.app, &there] {
        assert_eq!(answer_of(app, &house, "echo").await?, "shown");
    }
    let echo = Name::new("echo")?;
    let switches = [
        (Stopped::Module { module: echo.clone() }, "module echo"),
        (Stopped::Municipality { tenant: house.sculeni.id }, "every module of this municipality"),
        (Stopped::Publisher { publisher: press.name.clone() }, "publisher 'codru'"),
    ];
    for (switch, what) in switches {
        assert!(house.app.stop(switch.clone(), "a hole was found").await?);
        assert!(!house.app.stop(switch.clone(), "a hole was found").await?, "once");
        let words = format!("stopped: {what} was stopped by the operator on 2026-10-01T09:00:00Z: a hole was found");
        assert_eq!(answer(&house, "echo").await?, words);
        until(&there, &house, "echo", &words).await?;
        house.app.lift(&switch).await?;
        assert_eq!(answer(&house, "echo").await?, "shown");
        until(&there, &house, "echo", "shown").await?;
    }
    let digest = Stopped::Package { digest: offer.digest() };
    house.app.stop(digest.clone(), "a hole was found").await?;
    let words = format!("revoked: package {} was withdrawn on 2026-10-01T09:00:00Z: a hole was found", offer.digest());
    assert_eq!(answer(&house, "echo").await?, words);
    house.app.lift(&digest).await?;
    // A stranger withdraws nothing.
    let thief = Press::new("codru", 3, NOON)?;
    let refused = house.app.withdraw(&thief.withdraw(What::Publisher, NOON)).await;
    assert!(matches!(refused, Err(AppError::Trust(Refusal::UnknownKey { .. }))), "{refused:?}");
    let version = What::Version { module: echo.clone(), version: "0.1.0".parse()? };
    assert!(house.app.withdraw(&press.withdraw(version, NOON)).await?);
    let words = "revoked: version 0.1.0 of codru/echo was withdrawn on 2026-10-01T09:00:00Z: the key was stolen";
    assert_eq!(answer(&house, "echo").await?, words);
    until(&there, &house, "echo", words).await?;
    assert!(matches!(house.app.admit(&offer).await, Err(AppError::Trust(Refusal::Revoked { .. }))));
    // A host that starts later obeys too.
    let (later, _later) = house.beside(database).await?;
    assert_eq!(answer_of(&later, &house, "echo").await?, words);
    // And what a key signed goes with the key.
    let other = press.publish(&package("lookup")?, NOON)?;
    install(&house.app, &house.sculeni, &other, &Choices::default()).await?;
    assert_eq!(answer(&house, "lookup").await?, "not-found");
    assert!(house.app.withdraw(&press.withdraw(What::Key(press.key.public().id()), NOON)).await?);
    assert!(answer(&house, "lookup").await?.starts_with("revoked: key "));
    house.app.drop_publisher(&press.name).await?;
    assert!(answer(&house, "lookup").await?.starts_with("unknown-publisher: publisher 'codru' is not trusted here"));
    Ok(())
}

/// Until the module answers so: another host hears of changes within seconds.
async fn until(app: &Arc<App>, house: &House, module: &str, wanted: &str) -> Result<()> {
    for _ in 0..600 {
        if answer_of(app, house, module).await? == wanted {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(anyhow!("{} instead of {wanted}", answer_of(app, house, module).await?))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_waits_for_an_approval_and_less_follows_by_the_policy() -> Result<()> {
    let (house, press) = hall().await?;
    let (app, sculeni) = (&house.app, &house.sculeni);
    let bytes = package("lookup")?;
    let with = |text: &'static str, more: &'static str| -> Result<Offer> {
        let change = version(text);
        let bytes = edited(&bytes, |manifest| format!("{}{more}", change(manifest)))?;
        press.publish(&bytes, NOON)
    };
    let more = "\n[capabilities.mpay]\nlegal-basis = \"Test\"\nparameters = { services = [\"local-tax\"], accounts = [\"main\"], ceiling = 100 }\npurpose = { ro = \"T\", ru = \"T\", en = \"T\" }\n";
    let (first, fix, wider, minor) = (with("1.0.0", "")?, with("1.0.1", "")?, with("1.0.2", more)?, with("1.1.0", "")?);
    let plan = async |offer: &Offer| -> Result<_, AppError> {
        let admitted = app.admit(offer).await?;
        app.plan(sculeni, &admitted.manifest, &Choices::default(), By::OPERATOR).await
    };
    install(app, sculeni, &first, &Choices::default()).await?;
    let refused = app.upgrade_by_itself(sculeni, &plan(&fix).await?).await.err().map(|error| error.to_string());
    let waits =
        |version: &str| format!("lookup {version} waits for an approval: the approval that is in force does not let it follow by itself");
    assert_eq!(refused, Some(waits("1.0.1")), "the policy is off");
    install(app, sculeni, &first, &Choices { upgrades: Some(Upgrades::Patch), ..Choices::default() }).await?;
    app.upgrade_by_itself(sculeni, &plan(&fix).await?).await?;
    assert_eq!(answer(&house, "lookup").await?, "not-found");
    for (offer, version) in [(&wider, "1.0.2"), (&minor, "1.1.0")] {
        let refused = app.upgrade_by_itself(sculeni, &plan(offer).await?).await.err().map(|error| error.to_string());
        assert_eq!(refused, Some(waits(version)));
    }
    // Below what is installed: refused, also with an approval.
    let refused = plan(&first).await.err().map(|error| error.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("lookup 1.0.0 is below 1.0.1, which is installed: go back on purpose with `vatra plugin rollback`")
    );
    // Another publisher's module of the same name does not take its place.
    let rival = Press::new("altul", 9, NOON)?;
    rival.trusted_by(app).await?;
    let theirs = rival.publish(&edited(&bytes, version("2.0.0"))?, NOON)?;
    let refused = plan(&theirs).await.err().map(|error| error.to_string());
    let words = "lookup of publisher 'codru' is installed, and this is publisher 'altul''s: remove the one before installing the other";
    assert_eq!(refused.as_deref(), Some(words));
    // A grant beyond the approval is not given, and one that somebody wrote into the database stops the module.
    install(app, sculeni, &wider, &Choices { withheld: [Name::new("mpay")?].into(), ..Choices::default() }).await?;
    let module = Name::new("lookup")?;
    let beyond = app.grant(sculeni, &module, &Name::new("mpay")?, Default::default(), By::OPERATOR).await;
    let words = "lookup: 'mpay' goes beyond what was approved: the capability was not approved at all";
    assert_eq!(beyond.err().map(|error| error.to_string()).as_deref(), Some(words));
    let mut grant = app.store.grants(sculeni.id, &module).await?.pop().context("a grant")?;
    grant.capability = Name::new("mpay")?;
    let row = vatra_core::audit::AuditEntry::clone(
        &app.audit(sculeni, &AuditFilter { limit: 1, ..AuditFilter::default() }).await?.first().context("a row")?.entry,
    );
    app.store.put_grant(sculeni.id, &module, &grant, row).await?;
    app.runtime.refresh_all();
    assert_eq!(answer(&house, "lookup").await?, format!("not-approved: {words}"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registers_change_additively_and_rolling_back_keeps_the_data() -> Result<()> {
    let (house, press) = hall().await?;
    let (app, sculeni) = (&house.app, &house.sculeni);
    let bytes = package("lookup")?;
    let fields = |text: &'static str, from: &'static str, to: &'static str| -> Result<Offer> {
        let change = version(text);
        let bytes = edited(&bytes, |manifest| change(manifest).replacen(from, to, 1))?;
        press.publish(&bytes, NOON)
    };
    let note = "type = \"subject\", required = true },\n  { name = \"note\", type = \"text\" },\n]\n";
    let one = fields("1.0.0", "", "")?;
    let two = fields("1.1.0", "type = \"subject\", required = true },\n]\n", note)?;
    install(app, sculeni, &one, &Choices::default()).await?;
    entry(&house, "p-1", "2000000000014").await?;
    let plan = |offer: &Offer| {
        let offer = offer.clone();
        async move {
            let admitted = app.admit(&offer).await?;
            app.plan(sculeni, &admitted.manifest, &Choices::default(), By::OPERATOR).await
        }
    };
    let harder = fields("1.2.0", "unique = [\"code\"]", "unique = [\"code\", \"who\"]")?;
    let refused = plan(&harder).await.err().map(|error| error.to_string());
    let words = "the register 'lookup-people' holds entries that would not fit: the field “who” becomes unique, and values that are there may be repeated";
    assert_eq!(refused.as_deref(), Some(words));
    install(app, sculeni, &two, &Choices::default()).await?;
    entry(&house, "p-2", "2000000000021").await?;
    let back = app.roll_back(sculeni, &Name::new("lookup")?, By::OPERATOR).await?;
    assert_eq!(back.version, "1.0.0");
    for code in ["p-1", "p-2"] {
        house.show(sculeni, "lookup", "home", &[("code", code)]).await??;
    }
    let none = app.roll_back(sculeni, &Name::new("lookup")?, By::OPERATOR).await.err().map(|error| error.to_string());
    assert_eq!(none.as_deref(), Some("lookup 1.0.0 is the first version that Sculeni has: there is none to go back to"));
    // What a version put into a register binds every later one, also past a rollback.
    let number = "type = \"subject\", required = true },\n  { name = \"note\", type = \"integer\" },\n]\n";
    let other = fields("1.3.0", "type = \"subject\", required = true },\n]\n", number)?;
    let refused = plan(&other).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refused.contains("the field “note” is of another type"), "{refused}");
    // Removed, the register stays; the module finds it again, and so does a rival of the same register.
    app.remove(sculeni, &Name::new("lookup")?, By::OPERATOR).await?;
    assert_eq!(answer(&house, "lookup").await?, "not-found");
    assert!(house.app.store.grants(sculeni.id, &Name::new("lookup")?).await?.is_empty(), "grants end with it");
    let change = |manifest: &str| manifest.replacen("name = \"lookup\"", "name = \"finder\"", 1);
    let rival = press.publish(&edited(&bytes, change)?, NOON)?;
    let found = plan(&rival).await?;
    assert_eq!(found.registers.first().map(|register| matches!(register.keeping, Keeping::Found | Keeping::Changed(_))), Some(true));
    install(app, sculeni, &rival, &Choices::default()).await?;
    house.show(sculeni, "finder", "home", &[("code", "p-2")]).await??;
    let refused = plan(&two).await.err().map(|error| error.to_string());
    let words =
        "the register 'lookup-people' is kept by finder, which is installed: of two modules with the same register a municipality has one";
    assert_eq!(refused.as_deref(), Some(words));
    let life = app.life(sculeni, &Name::new("lookup")?).await?;
    let kinds: Vec<TurnKind> = life.turns.iter().map(|turn| turn.kind).collect();
    assert_eq!(kinds, [TurnKind::Install, TurnKind::Upgrade, TurnKind::Rollback, TurnKind::Remove]);
    Ok(())
}

/// Puts an entry into the register of `lookup`, as the module would.
async fn entry(house: &House, code: &str, idn: &str) -> Result<()> {
    let module = Name::new("lookup")?;
    let binding = house.app.runtime.binding(house.sculeni.id, &module).await?;
    let schema = binding.manifest.register("lookup-people").context("the register")?;
    let mut unit = Unit::new(NOON, None, module);
    unit.schemas.insert(schema.name.clone(), schema.clone());
    let who = SubjectId::fresh();
    unit.subjects.push(Subject { id: who, company: false, idn: Some(idn.into()), name: "Ana Pîslaru".into() });
    let fields = [("code".to_owned(), Value::Text(code.into())), ("who".to_owned(), Value::Subject(who))].into();
    unit.entries.push(NewEntry { at: EntryRef { register: schema.name.clone(), id: vatra_core::ids::EntryId::fresh() }, fields });
    house.app.store.commit(house.sculeni.id, unit).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_counts_in_its_place_alone() -> Result<()> {
    let (house, press) = hall().await?;
    let offer = press.publish(&package("echo")?, NOON)?;
    let here = install(&house.app, &house.sculeni, &offer, &Choices::default()).await?;
    let there = install(&house.app, &house.lozova, &offer, &Choices::default()).await?;
    let row = || async {
        let rows = house.app.audit(&house.sculeni, &AuditFilter { limit: 1, ..AuditFilter::default() }).await?;
        rows.first().map(|row| row.entry.clone()).context("a row")
    };
    // Somebody who can write into the database: another municipality's approval, none, another version, another component.
    let lookup = press.publish(&package("lookup")?, NOON)?;
    house.app.admit(&lookup).await?;
    let other = Digest::of(&lookup.component).hex().to_owned();
    let tampered = [
        (Installed { rests_on: there.rests_on.clone(), ..here.clone() }, "echo was installed before packages were signed and approved"),
        (Installed { rests_on: None, ..here.clone() }, "echo was installed before packages were signed and approved"),
        (Installed { version: "9.0.0".to_owned(), ..here.clone() }, "the version that was signed is 0.1.0, and this is 9.0.0"),
        (Installed { digest: other, ..here.clone() }, "echo was approved as sha256:"),
    ];
    let mut seen = BTreeSet::new();
    for (installed, words) in tampered {
        house.app.store.put_installed(house.sculeni.id, &installed, row().await?).await?;
        house.app.runtime.refresh_all();
        let said = answer(&house, "echo").await?;
        assert!(said.contains(words), "'{said}' should say '{words}'");
        seen.insert(said);
    }
    house.app.store.put_installed(house.sculeni.id, &here, row().await?).await?;
    house.app.runtime.refresh_all();
    assert_eq!(answer(&house, "echo").await?, "shown");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_whose_first_calls_fail_is_gone_back_from_by_itself() -> Result<()> {
    let (house, press) = hall().await?;
    let (app, sculeni) = (&house.app, &house.sculeni);
    app.make_ready().await?;
    let rename = |manifest: &str| version("1.0.0")(manifest).replacen("name = \"echo\"", "name = \"panic\"", 1);
    let good = press.publish(&edited(&package("echo")?, rename)?, NOON)?;
    let bad = press.publish(&edited(&package("panic")?, version("1.0.1"))?, NOON)?;
    install(app, sculeni, &good, &Choices::default()).await?;
    assert_eq!(answer(&house, "panic").await?, "shown");
    install(app, sculeni, &bad, &Choices::default()).await?;
    let fails = async || -> Result<()> {
        for _ in 0..3 {
            assert!(house.show(sculeni, "panic", "panic", &[]).await?.is_err_and(|error| error.is_stopped()));
        }
        Ok(())
    };
    fails().await?;
    for _ in 0..600 {
        if app.life(sculeni, &Name::new("panic")?).await?.turns.len() == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(answer(&house, "panic").await?, "shown");
    let life = app.life(sculeni, &Name::new("panic")?).await?;
    let turns: Vec<(TurnKind, &str)> = life.turns.iter().map(|turn| (turn.kind, turn.version.as_str())).collect();
    assert_eq!(turns, [(TurnKind::Install, "1.0.0"), (TurnKind::Upgrade, "1.0.1"), (TurnKind::Return, "1.0.0")]);
    // A module that never worked is left where it is: there is nothing to go back to.
    app.remove(sculeni, &Name::new("panic")?, By::OPERATOR).await?;
    install(app, sculeni, &bad, &Choices::default()).await?;
    fails().await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(app.life(sculeni, &Name::new("panic")?).await?.turns.last().map(|turn| turn.kind), Some(TurnKind::Install));
    Ok(())
}
