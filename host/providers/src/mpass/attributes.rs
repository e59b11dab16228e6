//! What MPass's attributes mean.

use std::collections::BTreeMap;
use vatra_core::providers::LegalEntity;

/// Whom the person may act for: `"Name IDNO"` each, cut at the last space; and the company that a certificate names. What is not of this form is
/// passed over, since it names nobody.
pub(super) fn represents(attributes: &BTreeMap<String, Vec<String>>) -> Vec<LegalEntity> {
    let values = |name: &str| attributes.get(name).map_or(&[][..], Vec::as_slice);
    let mut entities: Vec<LegalEntity> = Vec::new();
    let mut add = |name: &str, idno: &str| {
        let is_idno = idno.len() == 13 && idno.bytes().all(|byte| byte.is_ascii_digit());
        if is_idno && !name.is_empty() && !entities.iter().any(|known| known.idno == idno) {
            entities.push(LegalEntity { name: name.to_owned(), idno: idno.to_owned() });
        }
    };
    for value in values("AdministeredLegalEntity") {
        if let Some((name, idno)) = value.trim().rsplit_once(' ') {
            add(name.trim(), idno);
        }
    }
    if let ([idno], [name]) = (values("IDNO"), values("CompanyName")) {
        add(name.trim(), idno.trim());
    }
    entities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_entities_are_cut_at_the_last_space() {
        let attributes = BTreeMap::from([
            (
                "AdministeredLegalEntity".to_owned(),
                ["SRL „Moara din Vale” 1003600000015", "1003600000015", "Fără cod", "II Codru 1004600000028", "X 10046000000"]
                    .map(str::to_owned)
                    .to_vec(),
            ),
            ("IDNO".to_owned(), vec!["1005600000031".to_owned()]),
            ("CompanyName".to_owned(), vec!["SA Apa".to_owned()]),
        ]);
        let found: Vec<_> = represents(&attributes).into_iter().map(|entity| (entity.name, entity.idno)).collect();
        let expected = [("SRL „Moara din Vale”", "1003600000015"), ("II Codru", "1004600000028"), ("SA Apa", "1005600000031")];
        assert_eq!(found, expected.map(|(name, idno)| (name.to_owned(), idno.to_owned())));
    }
}
