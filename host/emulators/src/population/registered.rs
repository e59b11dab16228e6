//! People who have to be there: those who sign in to the demo (their names and IDNP stand in the host's demo as well; a test compares them).

/// Somebody with a place that chance does not decide.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// The municipality's place in addresses.
    pub slug: &'static str,
    /// First name, last name.
    pub name: &'static str,
    /// The same in Russian.
    pub name_ru: &'static str,
    /// 13 digits.
    pub idnp: &'static str,
    /// Their family in that municipality; they are its father or mother.
    pub(super) family: u32,
    pub(super) woman: bool,
}

static REGISTERED: [Registered; 9] = [
    Registered { slug: "sculeni", name: "Ion Bejan", name_ru: "Ион Бежан", idnp: "2000570686060", family: 0, woman: false },
    Registered { slug: "sculeni", name: "Tatiana Ursu", name_ru: "Татьяна Урсу", idnp: "2021589084784", family: 1, woman: true },
    Registered {
        slug: "sculeni", name: "Ludmila Cebotari", name_ru: "Людмила Чеботарь", idnp: "2022006174480", family: 2, woman: true
    },
    Registered {
        slug: "sculeni", name: "Vasile Moraru", name_ru: "Василий Морару", idnp: "2012877351413", family: 3, woman: false
    },
    Registered {
        slug: "sculeni", name: "Natalia Grosu", name_ru: "Наталья Гросу", idnp: "2010439561883", family: 4, woman: true
    },
    Registered { slug: "sculeni", name: "Doina Ceban", name_ru: "Дойна Чебан", idnp: "2014763209583", family: 5, woman: true },
    Registered {
        slug: "lozova", name: "Galina Botnaru", name_ru: "Галина Ботнару", idnp: "2022538826622", family: 0, woman: true
    },
    Registered {
        slug: "lozova", name: "Elena Pascari", name_ru: "Елена Паскарь", idnp: "2013330502166", family: 1, woman: true
    },
    Registered { slug: "lozova", name: "Andrei Lupu", name_ru: "Андрей Лупу", idnp: "2002616675135", family: 2, woman: false },
];

/// Everybody who is registered by name.
#[must_use]
pub fn registered() -> &'static [Registered] {
    &REGISTERED
}

impl Registered {
    pub(super) fn first(&self) -> (&'static str, &'static str) {
        (part(self.name, 0), part(self.name_ru, 0))
    }

    pub(super) fn last(&self) -> (&'static str, &'static str) {
        (part(self.name, 1), part(self.name_ru, 1))
    }

    pub(super) fn member(&self) -> u32 {
        if self.woman { super::kin::MOTHER } else { super::kin::FATHER }
    }
}

fn part(name: &'static str, at: usize) -> &'static str {
    name.split(' ').nth(at).unwrap_or_default()
}

/// Who is registered of a family.
pub(super) fn of_family(family: super::Family) -> Option<&'static Registered> {
    // Registered families are the first of their municipalities.
    if family.place > 8 {
        return None;
    }
    let slug = family.municipality()?.slug;
    REGISTERED.iter().find(|each| each.family == family.place && each.slug == slug)
}

/// The number of whoever is registered with this IDNP.
pub(super) fn number(idnp: &str) -> Option<u32> {
    let found = REGISTERED.iter().find(|each| each.idnp == idnp)?;
    let before: u32 = super::MUNICIPALITIES.iter().take_while(|each| each.slug != found.slug).map(|each| each.families).sum();
    Some((before + found.family) * super::MEMBERS + found.member())
}
