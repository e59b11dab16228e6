//! Reading XML that may be hostile. The tree that a signature is checked over is the tree that callers read: there is no second parser
//! that could see something else.

mod element;
mod scan;

pub use element::{Element, Sequence};
pub use uppsala::XmlWriter as Writer;

use crate::Refusal;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use uppsala::{Document, NodeKind, Parser};

/// What to do about comments. Exclusive C14N drops them, so that they can be added to signed content; text is always read across them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comments {
    /// A document with a comment is refused.
    Refused,
    /// Comments are passed over (metadata, which people write).
    Skipped,
}

/// How much of everything a document may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Elements within elements; not more than 100.
    pub depth: usize,
    /// Elements in all.
    pub elements: usize,
    /// Attributes and namespace declarations on one element.
    pub attributes: usize,
    /// Comments.
    pub comments: Comments,
}

impl Limits {
    /// A SAML message: 256 KiB.
    pub const SAML: Limits = Limits { bytes: 256 * 1024, depth: 32, elements: 2_000, attributes: 32, comments: Comments::Refused };
    /// A SOAP message: 4 MiB, whose length is in few, long values.
    pub const SOAP: Limits = Limits { bytes: 4 * 1024 * 1024, depth: 48, elements: 50_000, attributes: 32, comments: Comments::Refused };
    /// SAML metadata given by an operator: 1 MiB.
    pub const METADATA: Limits = Limits { bytes: 1024 * 1024, depth: 32, elements: 10_000, attributes: 64, comments: Comments::Skipped };
}

/// A document that was read within limits.
pub struct Xml<'t> {
    document: Document<'t>,
    rewritten: bool,
}

impl fmt::Debug for Xml<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Xml(…)")
    }
}

impl<'t> Xml<'t> {
    /// Reads a document.
    ///
    /// # Errors
    /// When it is not well-formed UTF-8 XML 1.0, exceeds a limit, has a document type, a foreign entity, a processing instruction, a
    /// comment where there may be none, or two elements with the same ID.
    pub fn parse(text: &'t str, limits: &Limits) -> Result<Xml<'t>, Refusal> {
        if text.len() > limits.bytes {
            return Err(Refusal::TooLarge);
        }
        let parser = Parser::new().with_forbid_dtd(true).with_forbid_entities(true).with_max_depth(100);
        let (document, rewritten) = match scan::scan(text, limits)? {
            Cow::Borrowed(text) => (parser.parse(text), false),
            Cow::Owned(text) => (parser.parse(&text).map(Document::into_static), true),
        };
        let document = document.map_err(|_| Refusal::NotWellFormed)?;
        if document.doctype.is_some() {
            return Err(Refusal::Doctype);
        }
        if let Some(declaration) = &document.xml_declaration {
            if declaration.version != "1.0" {
                return Err(Refusal::NotWellFormed);
            }
            if declaration.encoding.as_ref().is_some_and(|encoding| !encoding.eq_ignore_ascii_case("utf-8")) {
                return Err(Refusal::NotUtf8);
            }
        }
        document.document_element().ok_or(Refusal::NotWellFormed)?;
        let xml = Xml { document, rewritten };
        xml.nodes_are_allowed(limits.comments)?;
        Ok(xml)
    }

    /// Reads a document from bytes.
    ///
    /// # Errors
    /// As [`Xml::parse`].
    pub fn from_bytes(bytes: &'t [u8], limits: &Limits) -> Result<Xml<'t>, Refusal> {
        if bytes.len() > limits.bytes {
            return Err(Refusal::TooLarge);
        }
        Xml::parse(std::str::from_utf8(bytes).map_err(|_| Refusal::NotUtf8)?, limits)
    }

    /// Whether the places of elements are those in the text that was given.
    pub(crate) fn is_as_given(&self) -> bool {
        !self.rewritten
    }

    /// The outermost element.
    ///
    /// # Errors
    /// Never for a document that was read by [`Xml::parse`].
    pub fn root(&self) -> Result<Element<'_>, Refusal> {
        self.document.document_element().map(|id| Element::new(&self.document, id)).ok_or(Refusal::NotWellFormed)
    }

    /// No node that the profile does not allow, and no identifier twice. Whatever anyone could take for an identifier counts: `ID`, `Id`,
    /// `id`, `wsu:Id`, `xml:id`, SAML 1's `AssertionID` and so on.
    fn nodes_are_allowed(&self, comments: Comments) -> Result<(), Refusal> {
        let mut seen = HashSet::new();
        let kinds = self.document.descendants(self.document.root()).into_iter().filter_map(|id| self.document.node_kind(id));
        for kind in kinds {
            let element = match kind {
                NodeKind::Element(element) => element,
                NodeKind::Comment(_) if comments == Comments::Refused => return Err(Refusal::Comment),
                NodeKind::ProcessingInstruction(_) => return Err(Refusal::ProcessingInstruction),
                _ => continue,
            };
            if !names_are_names(element) || !element.namespace_declarations.iter().all(is_declarable) {
                return Err(Refusal::NotWellFormed);
            }
            for attribute in &element.attributes {
                let name = &attribute.name.local_name;
                let identifies = name.eq_ignore_ascii_case("id") || matches!(&**name, "AssertionID" | "ResponseID" | "RequestID");
                if identifies && !seen.insert(&*attribute.value) {
                    return Err(Refusal::DuplicateId);
                }
            }
        }
        Ok(())
    }
}

/// Names and prefixes have no colon of their own and begin with a letter (Namespaces 1.0, 3); the parser lets others pass.
fn names_are_names(element: &uppsala::Element<'_>) -> bool {
    let is_name = |name: &str| !name.contains(':') && name.starts_with(|first: char| first == '_' || first.is_alphabetic());
    let is_whole = |name: &uppsala::QName<'_>| is_name(&name.local_name) && name.prefix.as_deref().is_none_or(is_name);
    is_whole(&element.name) && element.attributes.iter().all(|attribute| is_whole(&attribute.name))
}

/// A namespace is absolute, since canonical XML has no form for relative ones (C14N, 1.3), and a prefix cannot be taken back (Namespaces 1.0,
/// 2.2). The parser lets both pass.
fn is_declarable((prefix, uri): &(Cow<'_, str>, Cow<'_, str>)) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme);
    let absolute = scheme.is_some_and(|scheme| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
    });
    absolute || (prefix.is_empty() && uri.is_empty())
}
