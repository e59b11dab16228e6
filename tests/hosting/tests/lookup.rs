//! One audited read: the module finds an entry by its key, the host shows the person, and the trail knows who looked at whom.

use anyhow::{Result, anyhow};
use std::collections::BTreeMap;
use vatra_core::audit::AuditKind;
use vatra_core::ids::{EntryId, Name, SubjectId};
use vatra_core::store::AuditFilter;
use vatra_core::unit::{NewEntry, Subject, Unit};
use vatra_core::value::{EntryRef, Value};
use vatra_hosting_tests::{House, NOON};

#[tokio::test]
async fn whoever_looks_an_entry_up_is_in_the_trail_with_whom_it_is_about() -> Result<()> {
    let house = House::open().await?;
    let module = house.install(&house.sculeni, "lookup").await?;
    let binding = house.app.runtime.binding(house.sculeni.id, &module).await?;
    let schema = binding.manifest.register("lookup-people").ok_or_else(|| anyhow!("the register"))?;
    let (ana, mut unit) = (SubjectId::fresh(), Unit::new(NOON, None, module.clone()));
    unit.schemas.insert(schema.name.clone(), schema.clone());
    unit.subjects.push(Subject { id: ana, company: false, idn: Some("2000000000014".into()), name: "Ana Pîslaru".into() });
    let fields = BTreeMap::from([("code".to_owned(), Value::Text("p-7".into())), ("who".to_owned(), Value::Subject(ana))]);
    unit.entries.push(NewEntry { at: EntryRef { register: Name::new("lookup-people")?, id: EntryId::fresh() }, fields });
    house.app.store.commit(house.sculeni.id, unit).await?;

    let looks = AuditFilter { kinds: vec![AuditKind::Look], limit: 10, ..AuditFilter::default() };
    let missed = house.show(&house.sculeni, "lookup", "home", &[("code", "p-8")]).await?;
    assert!(missed.is_err(), "nobody has this code");
    assert_eq!(house.app.audit(&house.sculeni, &looks).await?.len(), 0, "nobody was looked at");
    let shown = house.show(&house.sculeni, "lookup", "home", &[("code", "p-7")]).await??;
    assert_eq!(shown.resolved.people.get(&ana).map(|person| person.name.as_str()), Some("Ana Pîslaru"));
    let rows = house.app.audit(&house.sculeni, &looks).await?;
    assert_eq!(rows.iter().map(|row| row.entry.about.clone()).collect::<Vec<_>>(), [vec![ana]]);
    Ok(())
}
