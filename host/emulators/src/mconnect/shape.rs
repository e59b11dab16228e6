//! The elements of a question or answer, in the catalogue's order: the WSDL describes them, answers keep to them.

use vatra_core::catalogue::{DataSet, Kind};

/// What stands at a place: a field, or elements that may come several times.
#[derive(Default)]
pub(super) struct Shape {
    pub(super) kind: Option<Kind>,
    pub(super) many: bool,
    pub(super) inside: Vec<(String, Shape)>,
}

impl Shape {
    pub(super) fn question(set: &DataSet) -> Shape {
        let mut shape = Shape::default();
        if let Some(subject) = &set.contract.subject {
            shape.field(subject, Kind::Text);
        }
        for parameter in &set.parameters {
            shape.field(&parameter.path, parameter.kind);
        }
        shape
    }

    pub(super) fn answer(set: &DataSet) -> Shape {
        let mut shape = Shape::default();
        for field in &set.fields {
            match set.parts.iter().find(|part| Some(&part.name) == field.part.as_ref()) {
                Some(part) => shape.at(&part.path, &mut |list| {
                    list.many = true;
                    list.field(&field.path, field.kind);
                }),
                None => shape.field(&field.path, field.kind),
            }
        }
        shape
    }

    fn field(&mut self, path: &str, kind: Kind) {
        self.at(path, &mut |place| place.kind = Some(kind));
    }

    /// Does something with the place at the end of a path; it is there from now on.
    fn at(&mut self, path: &str, then: &mut dyn FnMut(&mut Shape)) {
        let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
        if !self.inside.iter().any(|(known, _)| known == name) {
            self.inside.push((name.to_owned(), Shape::default()));
        }
        for (_, inside) in self.inside.iter_mut().filter(|(known, _)| known == name) {
            match rest {
                Some(rest) => inside.at(rest, then),
                None => then(inside),
            }
        }
    }
}
