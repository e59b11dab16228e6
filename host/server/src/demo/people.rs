//! Whom the demo begins with. Municipalities and their CUATM codes are real; people, identifiers and accounts are invented.

/// A municipality of the demo.
pub(super) struct Municipality {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) district: &'static str,
    pub(super) cuatm: &'static str,
    pub(super) idno: &'static str,
    /// The local budget's IBAN, where the modules are installed.
    pub(super) treasury: Option<&'static str>,
    pub(super) people: &'static [Person],
}

/// An official of the demo.
pub(super) struct Person {
    pub(super) handle: &'static str,
    /// First name, last name.
    pub(super) name: &'static str,
    pub(super) idnp: &'static str,
    pub(super) roles: &'static [&'static str],
}

/// Sculeni has the modules, Lozova has not; the accountant works in both. Albota de Sus has nobody yet.
pub(super) const MUNICIPALITIES: &[Municipality] = &[
    Municipality {
        slug: "sculeni",
        name: "Sculeni",
        district: "Ungheni",
        cuatm: "9234000",
        idno: "1900000000015",
        treasury: Some("MD56TRPBAF113210A92560AA"),
        people: &[
            Person { handle: "primar", name: "Ion Bejan", idnp: "2000570686060", roles: &["mayor"] },
            Person { handle: "secretar", name: "Tatiana Ursu", idnp: "2021589084784", roles: &["secretary"] },
            Person { handle: "contabil", name: "Ludmila Cebotari", idnp: "2022006174480", roles: &["accountant"] },
            Person { handle: "perceptor", name: "Vasile Moraru", idnp: "2012877351413", roles: &["tax-collector"] },
            Person { handle: "administrator", name: "Natalia Grosu", idnp: "2010439561883", roles: &["administrator"] },
        ],
    },
    Municipality {
        slug: "lozova",
        name: "Lozova",
        district: "Strășeni",
        cuatm: "8018000",
        idno: "1900000000026",
        treasury: None,
        people: &[
            Person { handle: "primar", name: "Galina Botnaru", idnp: "2022538826622", roles: &["mayor"] },
            Person { handle: "contabil", name: "Ludmila Cebotari", idnp: "2022006174480", roles: &["accountant"] },
            Person { handle: "perceptor", name: "Elena Pascari", idnp: "2013330502166", roles: &["tax-collector"] },
            Person { handle: "administrator", name: "Andrei Lupu", idnp: "2002616675135", roles: &["administrator"] },
        ],
    },
    Municipality {
        slug: "albota-de-sus",
        name: "Albota de Sus",
        district: "Taraclia",
        cuatm: "8711000",
        idno: "1900000000037",
        treasury: None,
        people: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use vatra_core::ident::{Idnp, is_iban};

    #[test]
    fn the_invented_identifiers_are_well_formed() {
        for municipality in MUNICIPALITIES {
            assert!(municipality.cuatm.len() == 7 && municipality.cuatm.bytes().all(|byte| byte.is_ascii_digit()), "{}", municipality.slug);
            assert!(municipality.treasury.is_none_or(is_iban), "{}", municipality.slug);
            for person in municipality.people {
                assert!(Idnp::new(person.idnp).is_ok_and(|idnp| idnp.check_digit_fits()), "{}", person.handle);
            }
        }
    }

    #[test]
    fn somebody_works_in_two_municipalities() {
        let holders = |idnp| MUNICIPALITIES.iter().filter(|each| each.people.iter().any(|person| person.idnp == idnp)).count();
        assert!(MUNICIPALITIES.iter().flat_map(|each| each.people).any(|person| holders(person.idnp) == 2));
    }
}
