//! A measured figure beside its floor, its aim and its peers.

use anyhow::{Context, Result};
use serde_json::{Value as Json, json};

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Less,
    More,
}

/// Several measurements of one thing: the middle one, with the smallest and the largest.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) runs: usize,
}

impl Spread {
    pub(crate) fn of(mut samples: Vec<f64>) -> Result<Self> {
        samples.sort_by(f64::total_cmp);
        let median = *samples.get(samples.len() / 2).context("nothing was measured")?;
        let low = *samples.first().context("nothing was measured")?;
        let high = *samples.last().context("nothing was measured")?;
        Ok(Self { median, low, high, runs: samples.len() })
    }

    /// Of paired measurements, each round's first by its second: what the machine did to one round it did to both.
    pub(crate) fn of_ratios(first: &[f64], second: &[f64]) -> Result<Self> {
        Self::of(first.iter().zip(second).map(|(first, second)| first / second).collect())
    }
}

/// One measured figure.
pub(crate) struct Figure {
    pub(crate) room: &'static str,
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
    pub(crate) floor: Option<f64>,
    pub(crate) aim: Option<f64>,
    /// What was measured, or why it was not.
    pub(crate) measured: Result<Spread, String>,
    /// The same work done otherwise, in the same session: what, how much.
    pub(crate) beside: Vec<(String, String)>,
}

impl Figure {
    pub(crate) fn new(room: &'static str, name: impl Into<String>, unit: &'static str, measured: Spread) -> Self {
        Self { room, name: name.into(), unit, better: Better::Less, floor: None, aim: None, measured: Ok(measured), beside: Vec::new() }
    }

    /// One number, measured once.
    pub(crate) fn once(room: &'static str, name: impl Into<String>, unit: &'static str, value: f64) -> Self {
        Self::new(room, name, unit, Spread { median: value, low: value, high: value, runs: 1 })
    }

    /// What could not be measured, and why.
    pub(crate) fn missing(room: &'static str, name: impl Into<String>, unit: &'static str, why: impl Into<String>) -> Self {
        let none = Spread { median: 0.0, low: 0.0, high: 0.0, runs: 0 };
        Self { measured: Err(why.into()), ..Self::new(room, name, unit, none) }
    }

    pub(crate) fn more_is_better(mut self) -> Self {
        self.better = Better::More;
        self
    }

    pub(crate) fn aims(mut self, floor: f64, aim: f64) -> Self {
        (self.floor, self.aim) = (Some(floor), Some(aim));
        self
    }

    pub(crate) fn floor_of(mut self, floor: f64) -> Self {
        self.floor = Some(floor);
        self
    }

    pub(crate) fn aim_of(mut self, aim: f64) -> Self {
        self.aim = Some(aim);
        self
    }

    pub(crate) fn beside(mut self, what: impl Into<String>, value: impl Into<String>) -> Self {
        self.beside.push((what.into(), value.into()));
        self
    }

    /// `aim`, `floor` or `missed`; a dash for what has neither, or was not measured.
    pub(crate) fn met(&self) -> &'static str {
        let Ok(spread) = &self.measured else { return "-" };
        let reaches = |goal: f64| match self.better {
            Better::Less => spread.median <= goal,
            Better::More => spread.median >= goal,
        };
        match (self.floor.map(reaches), self.aim.map(reaches)) {
            (None, None) => "-",
            (Some(true) | None, Some(true)) => "aim",
            (Some(true), _) => "floor",
            _ => "missed",
        }
    }

    pub(crate) fn line(&self) -> String {
        let goal = |goal: Option<f64>| goal.map(|goal| format!("{} {}", number(goal), self.unit)).unwrap_or_default();
        let measured = match &self.measured {
            Ok(spread) if spread.runs > 1 => {
                format!("{} {} ({}..{})", number(spread.median), self.unit, number(spread.low), number(spread.high))
            }
            Ok(spread) => format!("{} {}", number(spread.median), self.unit),
            Err(why) => format!("not measured: {why}"),
        };
        let beside: Vec<String> = self.beside.iter().map(|(what, value)| format!("{what} {value}")).collect();
        let goals = format!("{:>10} {:>10} {:>7}", goal(self.floor), goal(self.aim), self.met());
        format!("{:<74} {measured:>34} {goals}   {}", self.name, beside.join(" · ")).trim_end().to_owned()
    }

    pub(crate) fn json(&self) -> Json {
        let spread = self.measured.as_ref().ok();
        json!({
            "room": self.room, "figure": self.name, "unit": self.unit,
            "median": spread.map(|spread| spread.median), "low": spread.map(|spread| spread.low),
            "high": spread.map(|spread| spread.high), "runs": spread.map(|spread| spread.runs),
            "floor": self.floor, "aim": self.aim, "met": self.met(),
            "not_measured": self.measured.as_ref().err(),
            "beside": self.beside.iter().map(|(what, value)| json!({ "what": what, "value": value })).collect::<Vec<_>>(),
        })
    }
}

/// The headings over [`Figure::line`].
pub(crate) fn headings() -> String {
    format!("{:<74} {:>34} {:>10} {:>10} {:>7}   beside it", "figure", "median (lowest..highest)", "floor", "aim", "met")
}

/// Three digits that matter.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        small if small >= 0.095 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(median: f64) -> Figure {
        Figure::once("room", "figure", "%", median).more_is_better().aims(40.0, 50.0)
    }

    #[test]
    fn aims_are_met_from_their_own_side() {
        assert_eq!([at(39.9).met(), at(40.0).met(), at(50.0).met()], ["missed", "floor", "aim"]);
        let less = |median| Figure::once("room", "figure", "s", median).aims(60.0, 30.0).met();
        assert_eq!([less(60.1), less(60.0), less(30.0)], ["missed", "floor", "aim"]);
        assert_eq!(Figure::once("room", "figure", "s", 31.0).floor_of(25.0).met(), "missed");
        assert_eq!(Figure::missing("room", "figure", "s", "wrk is not installed").aims(2.0, 1.0).met(), "-");
    }

    #[test]
    fn ratios_are_of_rounds() -> Result<()> {
        // Both got half as fast in the second round: the ratio did not change.
        let ratios = Spread::of_ratios(&[40.0, 20.0, 44.0], &[100.0, 50.0, 100.0])?;
        assert_eq!((ratios.low, ratios.median, ratios.high), (0.4, 0.4, 0.44));
        Ok(())
    }
}
