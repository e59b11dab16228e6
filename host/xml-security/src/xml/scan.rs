//! A look at the raw text before it is parsed: refuses by name what no profile allows, keeps the parser's work linear in the text's length,
//! and gives attribute values the white space that XML prescribes. What the text means is the parser's say alone.

use super::{Comments, Limits};
use crate::Refusal;
use std::borrow::Cow;

/// How many places are remembered to be read as something else.
const BREAKS: usize = 50_000;

/// Refuses document types, foreign entities, processing instructions, comments where there may be none, and too much of anything. Gives
/// back the text to parse: the same, unless an attribute value holds a line break or a tab as such, which are read as spaces (XML 1.0,
/// 3.3.3), or a CDATA section a carriage return (2.11). The parser leaves both undone, and signatures over them would not hold.
pub(super) fn scan<'t>(text: &'t str, limits: &Limits) -> Result<Cow<'t, str>, Refusal> {
    // The parser overlooks some of these in attribute values.
    let control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    if text.bytes().any(control) || text.contains(['\u{fffe}', '\u{ffff}']) {
        return Err(Refusal::NotWellFormed);
    }
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
            let behind = after(data, "]]>")?;
            let start = text.len() - data.len();
            let returns = text.get(start..text.len() - behind.len()).unwrap_or_default().match_indices('\r');
            counted.breaks.extend(returns.map(|(at, _)| (start + at, "\n")).take(BREAKS + 1));
            behind
        } else if markup.starts_with('!') {
            return Err(Refusal::Doctype);
        } else if markup.starts_with('?') {
            return Err(Refusal::ProcessingInstruction);
        } else {
            counted.tag(markup, text.len() - markup.len(), limits)?
        };
    }
    entities(rest)?;
    if counted.breaks.len() > BREAKS {
        return Err(Refusal::TooLarge);
    }
    Ok(rewritten(text, &counted.breaks))
}

/// What was seen so far.
struct Counted {
    elements: usize,
    depth: usize,
    /// Where line breaks and tabs stand that are to be read as something else, and as what.
    breaks: Vec<(usize, &'static str)>,
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
                (Some(_), b'\n' | b'\r' | b'\t') => {
                    if self.breaks.len() <= BREAKS {
                        self.breaks.push((start + at, " "));
                    }
                }
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

/// The text with these places read as they should be; a carriage return before a line feed goes.
fn rewritten<'t>(text: &'t str, breaks: &[(usize, &str)]) -> Cow<'t, str> {
    if breaks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (place, instead) in breaks {
        out.push_str(text.get(from..*place).unwrap_or_default());
        if text.get(*place..place + 2) != Some("\r\n") {
            out.push_str(instead);
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
