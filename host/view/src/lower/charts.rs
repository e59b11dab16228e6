//! Charts: bars, lines and rings with their tables. Words stand beside the drawing; looks (colour with stroke or pattern) are told apart
//! without colour too.

use super::Lower;
use crate::format;
use crate::messages::{say, say_with};
use crate::ui::{Bar, Cell, Drawing, Grid, Head, Legend, Piece, Plot, Row, Slice};
use std::fmt::Write;
use vatra_core::value::Money;
use vatra_core::view::{Chart, ChartKind};

/// The side of the field that lines are drawn in.
const FIELD: i128 = 1000;
/// Words beneath lines.
const LABELS: usize = 12;

impl Lower<'_> {
    pub(super) fn chart(&mut self, chart: &Chart) -> Piece {
        self.charts += 1;
        let labels: Vec<String> = chart.labels.iter().map(|words| self.wording.words(words)).collect();
        let names: Vec<String> = chart.series.iter().map(|(words, _)| self.wording.words(words)).collect();
        let nothing = labels.is_empty() || chart.series.iter().all(|(_, points)| points.iter().all(|point| *point == 0));
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

    fn point(&self, chart: &Chart, point: i64) -> String {
        if chart.money { format::money(Money(point), self.language()) } else { format::number(point, self.language()) }
    }

    fn chart_table(&self, chart: &Chart, labels: &[String], names: &[String], title: &str) -> Grid {
        let language = self.language();
        let heads = std::iter::once(Head::text(say(language, "chart-label")))
            .chain(names.iter().map(|name| Head { numeric: true, ..Head::text(name) }));
        let rows = labels.iter().enumerate().map(|(index, label)| {
            let values = chart.series.iter().map(|(_, points)| {
                let text = points.get(index).map(|point| self.point(chart, *point)).unwrap_or_default();
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
        let all = || chart.series.iter().flat_map(|(_, points)| points).map(|point| i128::from(*point));
        let (least, most) = (all().min().unwrap_or(0).min(0), all().max().unwrap_or(0).max(0));
        let across = (most - least).max(1);
        let share = |length: i128| u32::try_from(length * FIELD / across).unwrap_or(0);
        let zero = share(-least);
        let groups = labels.iter().enumerate().map(|(index, label)| {
            let bars = chart.series.iter().zip(names).enumerate().filter_map(|(look, ((_, points), name))| {
                let point = points.get(index)?;
                let length = share(i128::from(*point).abs());
                Some(Bar {
                    look,
                    series: if names.len() > 1 { name.clone() } else { String::new() },
                    from: if *point < 0 { zero.saturating_sub(length) } else { zero },
                    width: length,
                    zero,
                    value: self.point(chart, *point),
                })
            });
            (label.clone(), bars.collect())
        });
        Drawing::Bars(groups.collect())
    }

    fn lines(&self, chart: &Chart, labels: Vec<String>, names: &[String]) -> Drawing {
        let all = || chart.series.iter().flat_map(|(_, points)| points).map(|point| i128::from(*point));
        // Lines lie: beginning anywhere but at zero would make little look like much.
        let ticks = ticks(all().min().unwrap_or(0).min(0), all().max().unwrap_or(0).max(0), chart.money);
        let (least, most) = (ticks.first().copied().unwrap_or(0), ticks.last().copied().unwrap_or(1));
        let across = (most - least).max(1);
        let height = |point: i128| FIELD - (point - least) * FIELD / across;
        let steps = i128::try_from(labels.len().saturating_sub(1)).unwrap_or(1).max(1);
        let lines = chart.series.iter().enumerate().map(|(look, (_, points))| {
            let (mut path, mut dots) = (String::new(), String::new());
            for (index, point) in points.iter().enumerate() {
                let (x, y) = (i128::try_from(index).unwrap_or(0) * FIELD / steps, height(i128::from(*point)));
                let _ = write!(path, "{}{x} {y}", if index == 0 { "M" } else { "L" });
                // A line of no length with round ends is a dot, however the field is stretched.
                let _ = write!(dots, "M{x} {y}h0");
            }
            // Many points are a line of dots.
            (look, path, if points.len() > 40 { String::new() } else { dots })
        });
        let said = ticks.iter().rev().map(|tick| {
            let text = i64::try_from(*tick)
                .map(|tick| if chart.money { lei(tick, self.language()) } else { format::number(tick, self.language()) });
            (u32::try_from(height(*tick)).unwrap_or(0), text.unwrap_or_default())
        });
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
        let points: Vec<i64> =
            chart.series.first().map(|(_, points)| points.iter().map(|point| (*point).max(0)).collect()).unwrap_or_default();
        let whole: i128 = points.iter().map(|point| i128::from(*point)).sum();
        let share = |point: i128| point as f64 / whole.max(1) as f64;
        let mut before = 0i128;
        let (mut slices, mut legend) = (Vec::new(), Vec::new());
        for (look, (point, label)) in points.iter().zip(labels).enumerate() {
            let (from, to) = (share(before), share(before + i128::from(*point)));
            before += i128::from(*point);
            let percent = say_with(self.language(), "chart-share", &[("percent", percent(*point, whole, self.language()).into())]);
            legend.push(Legend { look, text: label.clone(), value: Some(format!("{} ({percent})", self.point(chart, *point))) });
            if *point > 0 {
                let middle = around(f64::midpoint(from, to), 75.0);
                let number = (to - from > 0.05).then_some((middle.0.round() as i32, middle.1.round() as i32));
                slices.push(Slice { look, path: slice(from, to), number });
            }
        }
        Drawing::Ring { slices, legend }
    }
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

fn percent(point: i64, whole: i128, language: vatra_core::manifest::Language) -> String {
    let tenths = (i128::from(point) * 1000 + whole / 2) / whole.max(1);
    let sign = if language == vatra_core::manifest::Language::En { '.' } else { ',' };
    format!("{}{sign}{}", tenths / 10, tenths % 10)
}

/// An amount on an axis: whole lei, unless the steps are smaller.
fn lei(bani: i64, language: vatra_core::manifest::Language) -> String {
    if bani % 100 == 0 {
        format!("{}\u{a0}{}", format::number(bani / 100, language), format::currency(language))
    } else {
        format::money(Money(bani), language)
    }
}

/// Round numbers from the least to the most, four to seven of them, with zero among them.
fn ticks(least: i128, most: i128, money: bool) -> Vec<i128> {
    let across = (most - least).max(1);
    // An axis of money goes by whole lei, unless it is all about bani.
    let mut step: i128 = if money && across >= 400 { 100 } else { 1 };
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
        assert_eq!(ticks(0, 7, false), [0, 2, 4, 6, 8]);
        assert_eq!(ticks(-3, 12, false), [-5, 0, 5, 10, 15]);
        assert_eq!(ticks(0, 123_450, true), [0, 50_000, 100_000, 150_000]);
        assert_eq!(ticks(0, 150, true), [0, 50, 100, 150]);
        for (least, most) in [(0, 0), (0, 1), (-1, 0), (i128::from(i64::MIN), i128::from(i64::MAX)), (0, i128::from(i64::MAX))] {
            let ticks = ticks(least, most, true);
            assert!(ticks.contains(&0) && ticks.len() <= 8 && ticks.first() <= Some(&least) && ticks.last() >= Some(&most), "{ticks:?}");
        }
    }

    #[test]
    fn a_single_slice_is_a_whole_ring() {
        assert_eq!(slice(0.0, 1.0).matches('a').count(), 4);
        assert_eq!(percent(1, 3, vatra_core::manifest::Language::Ro), "33,3");
    }
}
