//! Charts: bars, lines and rings with their tables. Words stand beside the drawing; looks (colour with stroke or pattern) are told apart
//! without colour too.

use super::Lower;
use crate::format;
use crate::messages::{say, say_with};
use crate::ui::{Bar, Cell, Drawing, Grid, Head, Legend, Piece, Plot, Row, Slice};
use std::fmt::Write;
use vatra_core::manifest::Language;
use vatra_core::value::{Decimal, Money, Value};
use vatra_core::view::{Chart, ChartKind};

/// The side of the field that lines are drawn in.
const FIELD: i128 = 1000;
/// Words beneath lines.
const LABELS: usize = 12;
/// Of one, as decimals are drawn.
const NANOS: i128 = 1_000_000_000;

impl Lower<'_> {
    pub(super) fn chart(&mut self, chart: &Chart) -> Piece {
        self.charts += 1;
        let labels: Vec<String> = chart.labels.iter().map(|words| self.wording.words(words)).collect();
        let names: Vec<String> = chart.series.iter().map(|(words, _)| self.wording.words(words)).collect();
        let nothing = labels.is_empty() || chart.points().all(|point| Chart::height(point).is_none_or(|height| height == 0));
        let drawing = match chart.kind {
            _ if nothing => Drawing::Nothing(say(self.language(), "chart-empty")),
            ChartKind::Bar => self.bars(chart, &labels, &names),
            ChartKind::Line => self.lines(chart, labels.clone(), &names),
            ChartKind::Donut => self.ring(chart, &labels),
        };
        let title = self.wording.words(&chart.title);
        let table = self.chart_table(chart, &labels, &names, &title);
        Piece::Plot(Box::new(Plot { id: format!("chart-{}", self.charts), title, drawing, table }))
    }

    fn chart_table(&self, chart: &Chart, labels: &[String], names: &[String], title: &str) -> Grid {
        let language = self.language();
        let heads = std::iter::once(Head::text(say(language, "chart-label")))
            .chain(names.iter().map(|name| Head { numeric: true, ..Head::text(name) }));
        let rows = labels.iter().enumerate().map(|(index, label)| {
            let values = chart.series.iter().map(|(_, points)| {
                let text = points.get(index).map(|point| self.wording.value(point)).unwrap_or_default();
                Cell { numeric: true, nowrap: true, ..Cell::text(text) }
            });
            Row { cells: std::iter::once(Cell::text(label)).chain(values).collect(), ..Row::default() }
        });
        Grid {
            id: format!("chart-{}-table", self.charts),
            caption: title.to_owned(),
            heads: heads.collect(),
            rows: rows.collect(),
            empty: say(language, "empty-table"),
            ..Grid::default()
        }
    }

    fn bars(&self, chart: &Chart, labels: &[String], names: &[String]) -> Drawing {
        let (least, most) = bounds(chart);
        let across = (most - least).max(1);
        let share = |length: i128| u32::try_from(length * FIELD / across).unwrap_or(0);
        let zero = share(-least);
        let groups = labels.iter().enumerate().map(|(index, label)| {
            let bars = chart.series.iter().zip(names).enumerate().filter_map(|(look, ((_, points), name))| {
                let point = points.get(index)?;
                let height = Chart::height(point);
                let length = share(height.unwrap_or(0).abs());
                Some(Bar {
                    look,
                    series: if names.len() > 1 { name.clone() } else { String::new() },
                    from: if height.is_some_and(|height| height < 0) { zero.saturating_sub(length) } else { zero },
                    width: length,
                    zero,
                    value: if height.is_none() { "–".to_owned() } else { self.wording.value(point) },
                })
            });
            (label.clone(), bars.collect())
        });
        Drawing::Bars(groups.collect())
    }

    fn lines(&self, chart: &Chart, labels: Vec<String>, names: &[String]) -> Drawing {
        let unit = Unit::of(chart);
        // Lines lie: beginning anywhere but at zero would make little look like much.
        let (least, most) = bounds(chart);
        let ticks = ticks(least, most, unit.whole());
        let (least, most) = (ticks.first().copied().unwrap_or(0), ticks.last().copied().unwrap_or(1));
        let across = (most - least).max(1);
        let height = |point: i128| FIELD - (point - least) * FIELD / across;
        let steps = i128::try_from(labels.len().saturating_sub(1)).unwrap_or(1).max(1);
        let lines = chart.series.iter().enumerate().map(|(look, (_, points))| {
            let (mut path, mut dots) = (String::new(), String::new());
            let at = |index: usize| points.get(index).and_then(Chart::height);
            for index in 0..points.len() {
                let Some(point) = at(index) else { continue };
                let (x, y) = (i128::try_from(index).unwrap_or(0) * FIELD / steps, height(point));
                // Where there is nothing to draw the line is broken.
                let begins = index.checked_sub(1).and_then(at).is_none();
                let _ = write!(path, "{}{x} {y}", if begins { "M" } else { "L" });
                // Many points would be a line of dots, but one by itself is no line.
                if points.len() <= 40 || (begins && at(index + 1).is_none()) {
                    // A line of no length with round ends is a dot, however the field is stretched.
                    let _ = write!(dots, "M{x} {y}h0");
                }
            }
            (look, path, dots)
        });
        let said = ticks.iter().rev().map(|tick| (u32::try_from(height(*tick)).unwrap_or(0), unit.tick(*tick, self.language())));
        let every = labels.len().div_ceil(LABELS).max(1);
        let lines = lines.collect();
        let ticks = said.collect();
        // The first and the last are always told, those between evenly.
        let labels = match labels.len() {
            count if count <= LABELS => labels,
            count if (count - 1).is_multiple_of(every) => labels.into_iter().step_by(every).collect(),
            _ => [labels.first(), labels.last()].into_iter().flatten().cloned().collect(),
        };
        Drawing::Lines {
            lines,
            ticks,
            labels,
            legend: names.iter().enumerate().map(|(look, text)| Legend { look, text: text.clone(), value: None }).collect(),
        }
    }

    fn ring(&self, chart: &Chart, labels: &[String]) -> Drawing {
        let points = chart.series.first().map(|(_, points)| points.as_slice()).unwrap_or_default();
        let height = |point: &Value| Chart::height(point).unwrap_or(0).max(0);
        let whole: i128 = points.iter().map(height).sum();
        let share = |point: i128| point as f64 / whole.max(1) as f64;
        let mut before = 0i128;
        let (mut slices, mut legend) = (Vec::new(), Vec::new());
        for (look, (point, label)) in points.iter().zip(labels).enumerate() {
            let of_whole = height(point);
            let (from, to) = (share(before), share(before + of_whole));
            before += of_whole;
            let percent = say_with(self.language(), "chart-share", &[("percent", percent(of_whole, whole, self.language()).into())]);
            legend.push(Legend { look, text: label.clone(), value: Some(format!("{} ({percent})", self.wording.value(point))) });
            if of_whole > 0 {
                let middle = around(f64::midpoint(from, to), 75.0);
                let number = (to - from > 0.05).then_some((middle.0.round() as i32, middle.1.round() as i32));
                slices.push(Slice { look, path: slice(from, to), number });
            }
        }
        Drawing::Ring { slices, legend }
    }
}

/// What is counted.
#[derive(Clone, Copy)]
enum Unit {
    Number,
    Money,
    Decimal,
}

impl Unit {
    fn of(chart: &Chart) -> Self {
        match chart.points().find(|point| !point.is_none()) {
            Some(Value::Money(_)) => Self::Money,
            Some(Value::Decimal(_)) => Self::Decimal,
            _ => Self::Number,
        }
    }

    /// One of it, as it is drawn.
    fn whole(self) -> i128 {
        match self {
            Self::Number => 1,
            Self::Money => 100,
            Self::Decimal => NANOS,
        }
    }

    fn tick(self, height: i128, language: Language) -> String {
        let whole = i64::try_from(height).unwrap_or(if height < 0 { i64::MIN } else { i64::MAX });
        match self {
            Self::Number => format::number(whole, language),
            Self::Money => lei(whole, language),
            Self::Decimal => {
                let sign = if height < 0 { "-" } else { "" };
                let (whole, rest) = (height.unsigned_abs() / NANOS.unsigned_abs(), height.unsigned_abs() % NANOS.unsigned_abs());
                Decimal::new(&format!("{sign}{whole}.{rest:09}")).map(|decimal| format::decimal(&decimal, language)).unwrap_or_default()
            }
        }
    }
}

/// The least and the most that is drawn, with zero between.
fn bounds(chart: &Chart) -> (i128, i128) {
    let all = || chart.points().filter_map(Chart::height);
    (all().min().unwrap_or(0).min(0), all().max().unwrap_or(0).max(0))
}

/// A point of the ring at this share of the way round, clockwise from the top.
fn around(share: f64, radius: f64) -> (f64, f64) {
    let angle = share * std::f64::consts::TAU;
    (100.0 + radius * angle.sin(), 100.0 - radius * angle.cos())
}

fn slice(from: f64, to: f64) -> String {
    // An arc that ends where it begins is none: a whole ring is two circles, the inner one the other way round.
    if to - from > 0.999 {
        return "M100 2a98 98 0 1 1 0 196a98 98 0 1 1 0 -196zM100 48a52 52 0 1 0 0 104a52 52 0 1 0 0 -104z".to_owned();
    }
    let [(ax, ay), (bx, by), (cx, cy), (dx, dy)] = [around(from, 98.0), around(to, 98.0), around(to, 52.0), around(from, 52.0)];
    let large = u8::from(to - from > 0.5);
    format!("M{ax:.1} {ay:.1}A98 98 0 {large} 1 {bx:.1} {by:.1}L{cx:.1} {cy:.1}A52 52 0 {large} 0 {dx:.1} {dy:.1}Z")
}

fn percent(point: i128, whole: i128, language: Language) -> String {
    let tenths = (point * 1000 + whole / 2) / whole.max(1);
    let sign = if language == Language::En { '.' } else { ',' };
    format!("{}{sign}{}", tenths / 10, tenths % 10)
}

/// An amount on an axis: whole lei, unless the steps are smaller.
fn lei(bani: i64, language: Language) -> String {
    if bani % 100 == 0 {
        format!("{}\u{a0}{}", format::number(bani / 100, language), format::currency(language))
    } else {
        format::money(Money(bani), language)
    }
}

/// Round numbers from the least to the most, four to seven of them, with zero among them. `whole` is one of what is counted.
fn ticks(least: i128, most: i128, whole: i128) -> Vec<i128> {
    let across = (most - least).max(1);
    // An axis of money goes by whole lei, unless it is all about bani.
    let mut step: i128 = if across >= 4 * whole { whole } else { 1 };
    while across / step > 5 {
        let next = step.saturating_mul(2);
        // 1, 2, 5, 10, 20, 50…
        let lead = leading(step);
        step = if lead == 2 { step / 2 * 5 } else { next };
    }
    let (first, last) = (least.div_euclid(step), -(-most).div_euclid(step));
    (first..=last.max(first + 1)).map(|tick| tick * step).collect()
}

fn leading(mut number: i128) -> i128 {
    while number >= 10 {
        number /= 10;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_numbers_with_zero_among_them() {
        assert_eq!(ticks(0, 7, 1), [0, 2, 4, 6, 8]);
        assert_eq!(ticks(-3, 12, 1), [-5, 0, 5, 10, 15]);
        assert_eq!(ticks(0, 123_450, 100), [0, 50_000, 100_000, 150_000]);
        assert_eq!(ticks(0, 150, 100), [0, 50, 100, 150]);
        let hectares: Vec<String> = ticks(0, 350_000_000, NANOS).into_iter().map(|tick| Unit::Decimal.tick(tick, Language::Ro)).collect();
        assert_eq!(hectares, ["0", "0,1", "0,2", "0,3", "0,4"]);
        assert_eq!(Unit::Decimal.tick(-1_250_000_000, Language::En), "-1.25");
        for (least, most) in
            [(0, 0), (0, 1), (-1, 0), (i128::from(i64::MIN), i128::from(i64::MAX)), (0, i128::from(i64::MAX)), (0, NANOS * NANOS)]
        {
            let ticks = ticks(least, most, 100);
            assert!(ticks.contains(&0) && ticks.len() <= 8 && ticks.first() <= Some(&least) && ticks.last() >= Some(&most), "{ticks:?}");
        }
    }

    #[test]
    fn a_single_slice_is_a_whole_ring() {
        assert_eq!(slice(0.0, 1.0).matches('a').count(), 4);
        assert_eq!(percent(1, 3, Language::Ro), "33,3");
    }
}
