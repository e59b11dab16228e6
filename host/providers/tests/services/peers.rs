//! zeep, which nobody here wrote, as a client of the emulated MConnect.

use crate::house::House;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;
use vatra_emulators::fault::Emulated as _;
use vatra_emulators::mconnect::Fault;

#[tokio::test]
async fn zeep_reads_a_contract_and_asks() {
    let house = House::new().await;
    // It cannot sign headers other than WS-Security's own.
    house.mconnect.fault().set(Some(Fault::UnsignedHeaders));
    let person = (0..200).map(|number| house.population.person(number).unwrap()).find(|person| person.death.is_none()).unwrap();
    let home = house.population.registrations(person.number).unwrap().remove(0);
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop").canonicalize().unwrap();
    let asked = Command::new(interop.join(".venv/bin/python"))
        .arg(interop.join("mconnect_peer.py"))
        .args([house.address("mconnect").as_str(), &person.idnp])
        .current_dir(house.folder())
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the peers are installed (tests/setup.sh does it)");
    let (told, complaints) = (String::from_utf8_lossy(&asked.stdout), String::from_utf8_lossy(&asked.stderr));
    let expected = format!("{} {} {} {}\nNotFound\n", person.name.given, person.name.family, person.birth, home.address.locality);
    assert_eq!(told, expected, "{complaints}");
    assert_eq!(house.mconnect.looks_at(&person.idnp).len(), 1);
}
