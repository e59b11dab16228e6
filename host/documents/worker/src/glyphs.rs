//! Characters that no typeface has. PDF/A does not allow the empty box that would stand for them.

use typst::layout::{Frame, FrameItem};

/// The first one on a page.
pub(crate) fn missing(frame: &Frame) -> Option<char> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => missing(&group.frame),
        FrameItem::Text(text) => {
            let glyph = text.glyphs.iter().find(|glyph| glyph.id == 0)?;
            text.text.get(glyph.range()).and_then(|cluster| cluster.chars().next())
        }
        _ => None,
    })
}
