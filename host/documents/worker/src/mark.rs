//! Whether a draft's mark stands on a page as the host put it. A template can set the page's foreground, or rules that change the
//! mark; what counts is what is there in the end.

use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::text::TextItem;
use typst::visualize::{Color, Paint};

/// As in `vatra.typ`.
const SIZE: f64 = 110.0;
const GREY: [u8; 4] = [110, 110, 110, 70];

/// Whether the word stands on the page: in its size and colour, not shrunk, not cut off, beginning within the page.
pub(crate) fn stands(page: &Frame, word: &str) -> bool {
    search(page, word, Transform::identity(), &|at| at.x.to_pt() > 0.0 && at.y.to_pt() > 0.0 && at.x < page.width() && at.y < page.height())
}

fn search(frame: &Frame, word: &str, place: Transform, within: &dyn Fn(Point) -> bool) -> bool {
    frame.items().any(|(at, item)| {
        let place = place.pre_concat(Transform::translate(at.x, at.y));
        match item {
            FrameItem::Group(group) => group.clip.is_none() && search(&group.frame, word, place.pre_concat(group.transform), within),
            FrameItem::Text(text) => {
                text.text.as_str() == word && is_ours(text) && turned_only(place) && within(Point::zero().transform(place))
            }
            _ => false,
        }
    })
}

fn is_ours(text: &TextItem) -> bool {
    let [red, green, blue, alpha] = GREY;
    text.fill == Paint::Solid(Color::from_u8(red, green, blue, alpha)) && (text.size.to_pt() - SIZE).abs() < 0.01
}

/// Neither shrunk nor skewed: lengths and the right angle are kept.
fn turned_only(place: Transform) -> bool {
    let (a, b, c, d) = (place.sx.get(), place.ky.get(), place.kx.get(), place.sy.get());
    let near = |x: f64, y: f64| (x - y).abs() < 0.01;
    near(a * a + b * b, 1.0) && near(c * c + d * d, 1.0) && near(a * c + b * d, 0.0)
}
