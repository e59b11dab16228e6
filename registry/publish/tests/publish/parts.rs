//! Lists of parts: whose they are, and those that would keep a host busy.

use crate::site::{component, local};
use vatra_publish::{Local, Parts};

fn refused(json: &[u8]) -> String {
    Parts::read(json).unwrap_err().to_string()
}

#[test]
fn a_list_of_another_package_is_not_attached() {
    let (one, other) = (local("1.2.0", "Cimitir"), local("1.2.0", "Altceva"));
    let list = other.parts.clone().unwrap();
    let refused = Local::read(component("1.2.0", "Cimitir")).unwrap().with_parts(list).unwrap_err();
    let expected = format!("it is of the package sha256:{}, and this one is sha256:{}", other.package.digest, one.package.digest);
    assert_eq!(refused.to_string(), format!("the list of parts (SBOM) is refused: {expected}"));
    let read = Parts::read(one.parts.as_ref().unwrap()).unwrap();
    assert_eq!((read.format.as_str(), read.count, read.first), ("CycloneDX 1.5", 1, vec!["left 1.0.0".to_owned()]));
}

#[test]
fn bombs_are_refused() {
    let with = |components: String| format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":{components}}}"#).into_bytes();
    assert!(refused(&vec![b' '; (8 << 20) + 1]).ends_with("it is larger than 8 MiB"));
    let part = r#"{"name":"a"}"#;
    assert_eq!(Parts::read(&with(format!("[{}]", vec![part; 20_000].join(",")))).unwrap().count, 20_000);
    let many = refused(&with(format!("[{}]", vec![part; 20_001].join(","))));
    assert!(many.contains("it has more than 20000 parts"), "{many}");
    // Deep where nobody reads costs no stack; deep where something is read is refused.
    let deep = |key: &str| format!(r#"[{{"{key}":{}{}}}]"#, "[".repeat(200_000), "]".repeat(200_000));
    assert!(refused(&with(deep("more"))).contains("missing field `name`"));
    assert!(refused(&with(deep("name"))).contains("expected a string"));
    assert!(refused(br#"{"bomFormat":"SPDX","specVersion":"2.3"}"#).contains("its format is 'SPDX'"));
    let shown = Parts::read(&with(r#"[{"name":"a\u001b[31m","version":"1\n2"}]"#.to_owned())).unwrap();
    assert_eq!(shown.first, ["a [31m 1 2"]);
}
