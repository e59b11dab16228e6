//! People are references: a module that writes down every byte it is given has seen nobody, and one that guesses is told nothing.

use anyhow::Result;
use vatra_core::ids::Name;
use vatra_core::register::{Query, Reach};
use vatra_core::value::Value;
use vatra_hosting_tests::House;

const ROLL: &str = "Nr. cont;Tip;IDNP/IDNO;Nume / Denumire;Nr. cadastral;Obiect;Suprafața, ha;Valoarea, lei;Impozit calculat, lei;Achitat, lei;Termen;Telefon;E-mail\r\n\
A-1;F;2209043966243;Zăgorneanu Maria;9256201248;taina-ei;0,1;10,00;5,00;0,00;25.09.2026;069111222;maria@exemplu.md\r\n\
A-2;F;2432039287932;  ŢURCAN ŞTEFAN ;9256201541;taina-lui;0,2;20,00;6,00;0,00;25.09.2026;069333444;stefan@exemplu.md\r\n";
const SECRETS: [&str; 14] = [
    "2209043966243",
    "2432039287932",
    "Zăgorneanu",
    "Zagorneanu",
    "zagorneanu",
    "Maria",
    "Țurcan",
    "ŢURCAN",
    "turcan",
    "069111222",
    "069333444",
    "maria@exemplu.md",
    "taina-ei",
    "taina-lui",
];

#[tokio::test]
async fn a_spy_that_writes_everything_down_has_seen_nobody() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "spy").await?;
    let told = house.report(&house.sculeni, "spy", "import", &[], Some(("roll", ROLL.as_bytes()))).await?;
    assert!(
        told.get("bytes").and_then(serde_json::Value::as_i64).unwrap_or_default() > 500,
        "the spy saw too little to prove anything: {told}"
    );
    let phone = [("account", "A-3"), ("note", "taina-ei"), ("phone", "069111222"), ("email", "maria@exemplu.md")];
    house.report(&house.sculeni, "spy", "enter", &phone, None).await?;
    house.report(&house.sculeni, "spy", "look", &[], None).await?;
    // What the reader searches for never reaches the module either.
    for query in [vec![("people.q", "zagorneanu")], vec![("people.q", "2209043966243")], vec![]] {
        let shown = house.show(&house.sculeni, "spy", "home", &query).await?;
        let shown = shown.map_err(|error| anyhow::anyhow!("{error}"))?;
        let words = format!("{:?}", shown.screen);
        SECRETS.iter().for_each(|secret| assert!(!words.contains(secret), "the spy was given {secret} while it rendered"));
        let rows = shown.resolved.tables.get("people").map(|table| table.rows.len());
        assert!(rows.is_some_and(|rows| rows > 0), "the host itself found nobody for {query:?}");
        let names = format!("{:?}", shown.resolved.tables);
        assert!(names.contains("Zăgorneanu Maria"), "the reader sees the name");
    }
    let binding = house.app.runtime.binding(house.sculeni.id, &Name::new("spy")?).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let schema = binding.manifest.register("spy-seen").ok_or_else(|| anyhow::anyhow!("the register"))?;
    let query = Query { register: schema.name.clone(), all_of: Vec::new(), search: None, sort: Vec::new(), include_closed: true };
    let mut snapshot = house.app.store.snapshot(house.sculeni.id).await?;
    let page = snapshot.find(schema, &query, Reach::Host, 0, 1_000).await?;
    let mut seen = String::new();
    for entry in &page.entries {
        if let Some(Value::Text(text)) = entry.fields.get("text") {
            seen.push_str(text);
        }
    }
    assert!(seen.len() > 1_000 && seen.contains("A-1"), "the diary holds what the spy was given");
    SECRETS.iter().for_each(|secret| assert!(!seen.contains(secret), "the spy was given {secret}"));
    Ok(())
}

#[tokio::test]
async fn a_module_that_guesses_is_told_nothing() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "prober").await?;
    house.report(&house.sculeni, "prober", "import", &[], Some(("roll", ROLL.as_bytes()))).await?;
    for guess in ["Zăgorneanu", "Maria", "2209043966243", "069111222", "maria@exemplu.md", "taina-ei"] {
        let told = house.report(&house.sculeni, "prober", "probe", &[("guess", guess), ("account", "A-1")], None).await?;
        let attempts = told.as_object().map(|attempts| attempts.len()).unwrap_or_default();
        assert!(attempts > 10, "{told}");
        assert!(!told.to_string().contains("\"found\""), "the guess {guess} was confirmed: {told}");
    }
    Ok(())
}

#[tokio::test]
async fn tokens_of_another_municipality_and_made_up_ones_mean_nothing() -> Result<()> {
    let house = House::open().await?;
    house.install(&house.sculeni, "forger").await?;
    let forge = async |attempt: &str, token: &str, register: &str, entry: &str| {
        let inputs = [("attempt", attempt), ("token", token), ("register", register), ("entry", entry)];
        let told = house.report(&house.sculeni, "forger", "forge", &inputs, None).await?;
        anyhow::Ok(told.get("verdict").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
    };
    let master = vatra_core::seal::MasterKey::generate();
    let other = vatra_core::seal::Sealer::new(&master, house.lozova.id, &Name::new("forger")?);
    let foreign_subject = other.subject_token(vatra_core::ids::SubjectId::fresh());
    let foreign_sealed = other.seal(vatra_core::seal::Origin::Stored, "taină");
    for token in ["", "made-up", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &foreign_subject] {
        for attempt in ["subject-in-entry", "attributes", "kind"] {
            let verdict = forge(attempt, token, "", "").await?;
            assert!(verdict.starts_with("invalid") && verdict.ends_with("token"), "{attempt} {token}: {verdict}");
        }
    }
    for attempt in ["sealed-in-entry", "sealed-in-plain-field"] {
        let verdict = forge(attempt, &foreign_sealed, "", "").await?;
        assert!(verdict.ends_with("token"), "{attempt}: {verdict}");
    }
    for attempt in ["find", "add", "merge", "summarise", "get", "correct", "close", "history"] {
        let verdict = forge(attempt, "", "accounts", "01890000-0000-7000-8000-000000000000").await?;
        assert_eq!(verdict, "denied registers registers accounts", "{attempt}");
    }
    let missing = forge("get", "", "forger-things", "01890000-0000-7000-8000-000000000000").await?;
    assert_eq!(missing, "not-found");
    for attempt in ["upload", "upload-rows"] {
        assert_eq!(forge(attempt, "upload-1", "", "").await?, "not-found", "{attempt}");
    }
    let shown = house.show(&house.sculeni, "forger", "home", &[]).await?.map_err(|error| anyhow::anyhow!("{error}"))?;
    let words = format!("{:?}", shown.screen);
    assert!(words.contains("denied registers read-only") && words.contains("denied mpay read-only"), "{words}");
    for (screen, parameter, value) in
        [("person", "token", foreign_subject.as_str()), ("value", "token", &foreign_sealed), ("table", "register", "accounts")]
    {
        assert!(
            house.show(&house.sculeni, "forger", screen, &[(parameter, value)]).await?.is_err(),
            "{screen} showed what is not its to show"
        );
    }
    Ok(())
}
