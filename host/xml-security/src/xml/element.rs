//! An element and what is inside it. There is no way up or sideways: whoever holds a signed element can read only what was signed.

use crate::Refusal;
use std::collections::VecDeque;
use std::fmt;
use uppsala::{Document, NodeId, NodeKind};

/// An element of a document that was read.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document<'d>,
    id: NodeId,
}

impl<'d> Element<'d> {
    pub(super) fn new(document: &'d Document<'d>, id: NodeId) -> Element<'d> {
        Element { document, id }
    }

    pub(crate) fn document(self) -> &'d Document<'d> {
        self.document
    }

    pub(crate) fn id(self) -> NodeId {
        self.id
    }

    /// Where the element stands in the text that was read.
    pub(crate) fn range(self) -> Result<std::ops::Range<usize>, Refusal> {
        self.document.node_range(self.id).ok_or(Refusal::NotWellFormed)
    }

    fn data(self) -> Option<&'d uppsala::Element<'d>> {
        self.document.element(self.id)
    }

    /// The local name.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.data().map_or("", |element| &element.name.local_name)
    }

    /// The namespace, empty when there is none.
    #[must_use]
    pub fn namespace(self) -> &'d str {
        self.data().and_then(|element| element.name.namespace_uri.as_deref()).unwrap_or("")
    }

    /// Whether the element has this name.
    #[must_use]
    pub fn is(self, namespace: &str, name: &str) -> bool {
        self.name() == name && self.namespace() == namespace
    }

    /// An attribute without a namespace.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<&'d str> {
        let mut found = self.data()?.attributes.iter();
        found.find(|attribute| attribute.name.namespace_uri.is_none() && attribute.name.local_name == name).map(|found| &*found.value)
    }

    /// An attribute of a namespace.
    #[must_use]
    pub fn attribute_of(self, namespace: &str, name: &str) -> Option<&'d str> {
        let mut found = self.data()?.attributes.iter();
        found
            .find(|attribute| attribute.name.namespace_uri.as_deref() == Some(namespace) && attribute.name.local_name == name)
            .map(|found| &*found.value)
    }

    /// The element's octets as signatures and time stamps are made over them: exclusive C14N without comments.
    ///
    /// # Errors
    /// When the document has no canonical form.
    pub fn canonical(self) -> Result<Vec<u8>, Refusal> {
        crate::dsig::canonical(self, None, &[])
    }

    /// Refuses attributes without a namespace other than these.
    ///
    /// # Errors
    /// [`Refusal::Unexpected`] with `what`.
    pub fn only_attributes(self, names: &[&str], what: &'static str) -> Result<(), Refusal> {
        let attributes = self.data().map_or(&[][..], |element| &element.attributes);
        let foreign =
            |attribute: &uppsala::Attribute<'_>| attribute.name.namespace_uri.is_some() || !names.contains(&&*attribute.name.local_name);
        if attributes.iter().any(foreign) { Err(Refusal::Unexpected(what)) } else { Ok(()) }
    }

    fn kinds(self) -> impl Iterator<Item = (NodeId, &'d NodeKind<'d>)> {
        self.document.children_iter(self.id).filter_map(|id| self.document.node_kind(id).map(|kind| (id, kind)))
    }

    /// The elements directly inside.
    pub fn elements(self) -> impl Iterator<Item = Element<'d>> {
        self.kinds().filter(|(_, kind)| matches!(kind, NodeKind::Element(_))).map(move |(id, _)| Element::new(self.document, id))
    }

    /// The whole text of an element that holds nothing but text, as signed: comments that split it do not cut it short.
    ///
    /// # Errors
    /// [`Refusal::Unexpected`] with `what` when it holds an element.
    pub fn text(self, what: &'static str) -> Result<String, Refusal> {
        let mut text = String::new();
        for (_, kind) in self.kinds() {
            match kind {
                NodeKind::Text(part) | NodeKind::CData(part) => text.push_str(part),
                NodeKind::Comment(_) => {}
                _ => return Err(Refusal::Unexpected(what)),
            }
        }
        Ok(text)
    }

    /// The bytes of a base64 text; white space is passed over.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] or [`Refusal::Unexpected`] with `what`.
    pub fn base64(self, what: &'static str) -> Result<Vec<u8>, Refusal> {
        crate::decode(&self.text(what)?).ok_or(Refusal::Malformed(what))
    }

    /// The elements directly inside, to be taken in their order; between them there may be white space alone.
    ///
    /// # Errors
    /// [`Refusal::Unexpected`] with `what` when there is text.
    pub fn sequence(self, what: &'static str) -> Result<Sequence<'d>, Refusal> {
        let mut rest = VecDeque::new();
        for (id, kind) in self.kinds() {
            match kind {
                NodeKind::Element(_) => rest.push_back(Element::new(self.document, id)),
                NodeKind::Text(text) if text.chars().all(|found| matches!(found, ' ' | '\t' | '\r' | '\n')) => {}
                NodeKind::Comment(_) => {}
                _ => return Err(Refusal::Unexpected(what)),
            }
        }
        Ok(Sequence { rest, what })
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is inside may name a person.
        write!(out, "Element({})", self.name())
    }
}

/// The children of an element, taken one after the other, so that nothing stands where the schema does not have it.
#[derive(Debug)]
pub struct Sequence<'d> {
    rest: VecDeque<Element<'d>>,
    what: &'static str,
}

impl<'d> Sequence<'d> {
    /// The next element, if it has this name.
    pub fn optional(&mut self, namespace: &str, name: &str) -> Option<Element<'d>> {
        self.rest.pop_front_if(|next| next.is(namespace, name))
    }

    /// The next element, which must have this name.
    ///
    /// # Errors
    /// [`Refusal::Missing`].
    pub fn required(&mut self, namespace: &str, name: &'static str) -> Result<Element<'d>, Refusal> {
        self.optional(namespace, name).ok_or(Refusal::Missing(name))
    }

    /// All next elements with this name.
    pub fn many(&mut self, namespace: &str, name: &str) -> Vec<Element<'d>> {
        std::iter::from_fn(|| self.optional(namespace, name)).collect()
    }

    /// The next element, whatever it is.
    pub fn any(&mut self) -> Option<Element<'d>> {
        self.rest.pop_front()
    }

    /// Nothing else may follow.
    ///
    /// # Errors
    /// [`Refusal::Unexpected`].
    pub fn end(self) -> Result<(), Refusal> {
        if self.rest.is_empty() { Ok(()) } else { Err(Refusal::Unexpected(self.what)) }
    }
}
