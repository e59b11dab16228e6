//! Charts, maps, calendars, figures, codes and lists of the host.

use super::{Check, Problem};
use crate::limits;
use chrono::Days;
use vatra_core::register::FieldType;
use vatra_core::value::Value;
use vatra_core::view::{Application, Calendar, Chart, ChartKind, Figure, MapBlock, Progress, Qr, QrContent, Step};

impl Check<'_> {
    pub(super) fn chart(&mut self, at: &str, chart: &Chart) {
        self.label(at, &chart.title);
        let most = match chart.kind {
            ChartKind::Bar => limits::BARS,
            ChartKind::Line => limits::POINTS,
            ChartKind::Donut => limits::SLICES,
        };
        self.count(at, "labels", chart.labels.len(), most);
        self.count(at, "series", chart.series.len(), limits::SERIES);
        chart.labels.iter().take(most).for_each(|label| self.label(at, label));
        for (index, (name, points)) in chart.series.iter().enumerate() {
            let at = format!("{at}.series[{index}]");
            self.label(&at, name);
            if points.len() != chart.labels.len() {
                self.problem(&at, Problem::Unfit("a series of a chart has as many points as there are labels"));
            }
            points.iter().take(most).for_each(|point| self.value(&at, point));
        }
        if chart.series.is_empty() {
            self.problem(at, Problem::Unfit("a chart needs a series"));
        }
        let drawn = |point: &&Value| !point.is_none();
        let first = chart.points().find(drawn).map(std::mem::discriminant);
        if chart.points().filter(drawn).any(|point| Some(std::mem::discriminant(point)) != first || Chart::height(point).is_none()) {
            self.problem(at, Problem::Unfit("points of a chart are integers, money or decimals, all of one kind, or none"));
        }
        if chart.kind == ChartKind::Donut
            && (chart.series.len() > 1 || chart.points().any(|point| Chart::height(point).is_none_or(|point| point < 0)))
        {
            self.problem(at, Problem::Unfit("a donut shows the shares of one whole: one series, no point empty or below zero"));
        }
    }

    pub(super) fn map(&mut self, at: &str, map: &MapBlock) {
        self.bound += 1;
        self.id(at, "map", &map.id);
        self.label(at, &map.title);
        self.text(at, &map.empty);
        self.code(at, &map.field);
        let manifest = self.manifest;
        let Some(schema) = manifest.register(map.query.register.as_str()) else {
            return self.problem(at, Problem::Undeclared { what: "register", name: map.query.register.to_string() });
        };
        match schema.field(&map.field) {
            None => self.problem(at, Problem::Undeclared { what: "field", name: map.field.chars().take(80).collect() }),
            Some(field) if field.kind != FieldType::Geometry => {
                self.problem(at, Problem::Unfit("a map draws a field of the type 'geometry'"))
            }
            Some(_) => {}
        }
        self.query(at, &map.query, schema);
        self.columns(at, &map.columns, schema);
    }

    pub(super) fn figures(&mut self, at: &str, figures: &[Figure]) {
        self.count(at, "figures", figures.len(), limits::FIGURES);
        for (index, figure) in figures.iter().enumerate() {
            let at = format!("{at}[{index}]");
            self.label(&at, &figure.label);
            self.value(&at, &figure.value);
            figure.note.iter().for_each(|note| self.label(&at, note));
            figure.opens.iter().for_each(|link| self.link(&at, link));
        }
    }

    pub(super) fn steps(&mut self, at: &str, steps: &[Step]) {
        self.count(at, "steps", steps.len(), limits::ITEMS);
        for (index, step) in steps.iter().enumerate() {
            let at = format!("{at}[{index}]");
            self.label(&at, &step.title);
            step.text.iter().for_each(|text| self.label(&at, text));
        }
        if steps.iter().filter(|step| step.progress == Progress::Current).count() > 1 {
            self.problem(at, Problem::Unfit("one stands at one step"));
        }
    }

    pub(super) fn calendar(&mut self, at: &str, calendar: &Calendar) {
        self.id(at, "calendar", &calendar.id);
        self.label(at, &calendar.title);
        self.text(at, &calendar.empty);
        self.count(at, "days", usize::from(calendar.days), limits::DAYS);
        if !self.count(at, "items", calendar.items.len(), limits::ROWS) {
            return;
        }
        let after = calendar.from.checked_add_days(Days::new(u64::from(calendar.days)));
        if calendar.days == 0 || after.is_none() {
            self.problem(at, Problem::Unfit("a calendar has at least a day"));
        }
        for (index, item) in calendar.items.iter().enumerate() {
            let at = format!("{at}.items[{index}]");
            self.label(&at, &item.label);
            item.opens.iter().for_each(|link| self.link(&at, link));
            item.button.iter().for_each(|button| self.button(&at, button, false));
            let day = item.at.civil_date();
            if day < calendar.from || after.is_some_and(|after| day >= after) {
                self.problem(&at, Problem::Unfit("something on a day that the calendar does not have"));
            }
            if item.opens.is_some() && item.button.is_some() {
                self.problem(&at, Problem::Unfit("an item of a calendar leads somewhere or does something, not both"));
            }
        }
    }

    pub(super) fn qr(&mut self, at: &str, qr: &Qr) {
        self.label(at, &qr.caption);
        match &qr.content {
            QrContent::Order(text) | QrContent::Document(text) => self.code(at, text),
            QrContent::Text(text) => self.bytes(at, text.chars().count(), limits::QR_CHARS),
        }
    }

    pub(super) fn application(&mut self, at: &str, application: &Application) {
        self.code(at, &application.service);
        self.link(at, &application.then);
    }
}
