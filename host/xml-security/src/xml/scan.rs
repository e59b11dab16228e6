//! A look at the raw text before it is parsed: refuses by name what no profile allows, and keeps the parser's work linear in the text's
//! length. It only ever refuses; what the text means is the parser's say alone.

use super::{Comments, Limits};
use crate::Refusal;

/// Refuses document types, foreign entities, processing instructions, comments where there may be none, and too much of anything.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<(), Refusal> {
    let mut rest = text;
    if let Some(declaration) = rest.strip_prefix("<?xml").filter(|after| after.starts_with([' ', '\t', '\r', '\n'])) {
        rest = after(declaration, "?>")?;
    }
    let mut elements = 0_usize;
    let mut depth = 0_usize;
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
            let (tag, behind) = tag(markup, limits)?;
            if tag.starts_with('/') {
                depth = depth.saturating_sub(1);
            } else {
                elements += 1;
                if elements > limits.elements {
                    return Err(Refusal::TooManyElements);
                }
                if !tag.ends_with('/') {
                    depth += 1;
                    if depth > limits.depth {
                        return Err(Refusal::TooDeep);
                    }
                }
            }
            behind
        };
    }
    entities(rest)
}

/// A tag without its `>`, and what comes after it.
fn tag<'t>(markup: &'t str, limits: &Limits) -> Result<(&'t str, &'t str), Refusal> {
    let mut attributes = 0_usize;
    let mut value: Option<(char, usize)> = None;
    for (at, found) in markup.char_indices() {
        match (value, found) {
            (Some((quote, start)), found) if found == quote => {
                entities(markup.get(start..at).ok_or(Refusal::NotWellFormed)?)?;
                value = None;
            }
            (Some(_), _) => {}
            (None, '"' | '\'') => {
                attributes += 1;
                if attributes > limits.attributes {
                    return Err(Refusal::TooManyAttributes);
                }
                value = Some((found, at + 1));
            }
            (None, '>') => {
                let (tag, behind) = (markup.get(..at), markup.get(at + 1..));
                return tag.zip(behind).ok_or(Refusal::NotWellFormed);
            }
            (None, _) => {}
        }
    }
    Err(Refusal::NotWellFormed)
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
