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
            Person { handle: "secretar", name: "Tatiana Ursu", idnp: "2021589084784", roles: &["secretary", "head"] },
            Person { handle: "contabil", name: "Ludmila Cebotari", idnp: "2022006174480", roles: &["accountant"] },
            Person { handle: "perceptor", name: "Vasile Moraru", idnp: "2012877351413", roles: &["tax-collector"] },
            Person { handle: "specialist", name: "Doina Ceban", idnp: "2014763209583", roles: &["specialist"] },
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

/// A counter of the demo, with its week.
pub(super) struct Counter {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) place: &'static str,
    pub(super) services: &'static [&'static str],
    /// Weekdays (1 is Monday), and from when to when, in minutes after midnight.
    pub(super) hours: &'static [(&'static [u8], u16, u16)],
    /// Of one visit.
    pub(super) minutes: u16,
}

/// The counters of the municipality that has modules.
pub(super) const DESKS: &[Counter] = &[
    Counter {
        id: "counter-1",
        title: "Ghișeul 1",
        place: "parter, lângă intrare",
        services: &["family-composition", "electronic-services-help"],
        hours: &[(&[1, 2, 3, 4, 5], 480, 720), (&[1, 2, 3, 4], 780, 990), (&[5], 780, 930)],
        minutes: 20,
    },
    Counter {
        id: "counter-2",
        title: "Ghișeul 2",
        place: "etajul 1, biroul 14",
        services: &["family-composition", "local-tax-advice"],
        hours: &[(&[1, 3, 5], 540, 720), (&[2, 4], 780, 1_020)],
        minutes: 30,
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
    fn counters_have_weeks() {
        use vatra_core::appointments::{Hours, check_hours};
        for one in DESKS {
            let hours = one.hours.iter().flat_map(|(weekdays, opens, closes)| {
                weekdays.iter().map(|weekday| Hours { weekday: *weekday, opens: *opens, closes: *closes, minutes: one.minutes, places: 1 })
            });
            assert_eq!(check_hours(&hours.collect::<Vec<_>>()), Ok(()), "{}", one.id);
        }
    }

    #[test]
    fn somebody_works_in_two_municipalities() {
        let holders = |idnp| MUNICIPALITIES.iter().filter(|each| each.people.iter().any(|person| person.idnp == idnp)).count();
        assert!(MUNICIPALITIES.iter().flat_map(|each| each.people).any(|person| holders(person.idnp) == 2));
    }
}
