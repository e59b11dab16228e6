//! A look at the raw text before it is parsed: refuses by name what no profile allows, keeps the parser's work linear in the text's length,
//! and gives attribute values the white space that XML prescribes. What the text means is the parser's say alone.

use super::{Comments, Limits};
use crate::Refusal;
use std::borrow::Cow;

/// Refuses document types, foreign entities, processing instructions, comments where there may be none, and too much of anything. Gives
/// back the text to parse: the same, unless an attribute value holds a line break or a tab as such. Those are read as spaces (XML 1.0,
/// 3.3.3), which the parser leaves undone, so that signatures over such values would not hold.
pub(super) fn scan<'t>(text: &'t str, limits: &Limits) -> Result<Cow<'t, str>, Refusal> {
    let mut rest = text;
    if let Some(declaration) = rest.strip_prefix("<?xml").filter(|after| after.starts_with([' ', '\t', '\r', '\n'])) {
        rest = after(declaration, "?>")?;
    }
    let mut counted = Counted { elements: 0, depth: 0, breaks: Vec::new() };
    while let Some((content, markup)) = rest.split_once('<') {
        entities(content)?;
        rest = if let Some(comment) = markup.strip_prefix("!--") {
            match limits.comments {
                Comments::Refused => return Err(Refusal::Comment),
                Comments::Skipped => after(comment, "-->")?,
            }
        } else if let Some(data) = markup.strip_prefix("![CDATA[") {
            after(data, "]]>")?
        } else if markup.starts_with('!') {
            return Err(Refusal::Doctype);
        } else if markup.starts_with('?') {
            return Err(Refusal::ProcessingInstruction);
        } else {
            counted.tag(markup, text.len() - markup.len(), limits)?
        };
    }
    entities(rest)?;
    Ok(spaces(text, &counted.breaks))
}

/// What was seen so far.
struct Counted {
    elements: usize,
    depth: usize,
    /// Where line breaks and tabs stand in attribute values.
    breaks: Vec<usize>,
}

impl Counted {
    /// Goes through a tag that begins at `start`, and gives back what comes after it.
    fn tag<'t>(&mut self, markup: &'t str, start: usize, limits: &Limits) -> Result<&'t str, Refusal> {
        let mut attributes = 0_usize;
        let mut value: Option<(u8, usize)> = None;
        for (at, found) in markup.bytes().enumerate() {
            match (value, found) {
                (Some((quote, first)), found) if found == quote => {
                    entities(markup.get(first..at).ok_or(Refusal::NotWellFormed)?)?;
                    value = None;
                }
                (Some(_), b'\n' | b'\r' | b'\t') => self.breaks.push(start + at),
                (Some(_), _) => {}
                (None, b'"' | b'\'') => {
                    attributes += 1;
                    if attributes > limits.attributes {
                        return Err(Refusal::TooManyAttributes);
                    }
                    value = Some((found, at + 1));
                }
                (None, b'>') => {
                    let (tag, behind) = (markup.get(..at), markup.get(at + 1..));
                    let (tag, behind) = tag.zip(behind).ok_or(Refusal::NotWellFormed)?;
                    self.count(tag, limits)?;
                    return Ok(behind);
                }
                (None, _) => {}
            }
        }
        Err(Refusal::NotWellFormed)
    }

    fn count(&mut self, tag: &str, limits: &Limits) -> Result<(), Refusal> {
        if tag.starts_with('/') {
            self.depth = self.depth.saturating_sub(1);
            return Ok(());
        }
        self.elements += 1;
        if self.elements > limits.elements {
            return Err(Refusal::TooManyElements);
        }
        if !tag.ends_with('/') {
            self.depth += 1;
            if self.depth > limits.depth {
                return Err(Refusal::TooDeep);
            }
        }
        Ok(())
    }
}

/// The text with spaces in these places; a carriage return and a line feed together are one.
fn spaces<'t>(text: &'t str, breaks: &[usize]) -> Cow<'t, str> {
    if breaks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in breaks {
        out.push_str(text.get(from..*place).unwrap_or_default());
        let pair = text.get(*place..place + 2) == Some("\r\n");
        if !pair {
            out.push(' ');
        }
        from = place + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// Refuses references to entities but the five of XML itself and characters by number.
fn entities(text: &str) -> Result<(), Refusal> {
    for reference in text.split('&').skip(1) {
        let (name, _) = reference.split_once(';').ok_or(Refusal::NotWellFormed)?;
        if !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") && !name.starts_with('#') {
            return Err(Refusal::Entity);
        }
    }
    Ok(())
}

fn after<'t>(text: &'t str, end: &str) -> Result<&'t str, Refusal> {
    text.split_once(end).map(|(_, rest)| rest).ok_or(Refusal::NotWellFormed)
}
