//! Maps: the geometries of a register's entries, fitted to the drawing, with pan and zoom in the address and the list beside it.

use super::Lower;
use crate::messages::{say, say_with};
use crate::ui::{Atlas, Grid, Head, Piece, Row, Shape};
use crate::urls;
use std::fmt::Write;
use vatra_core::geo::{Geometry, Part, Point};
use vatra_core::value::Fields;
use vatra_core::view::{BoundData, BoundRow, BoundTable, MapBlock, MapData, TableRequest};

/// The drawing, in units.
const WIDTH: f64 = 1000.0;
/// Likewise.
const HEIGHT: f64 = 700.0;
/// How often it can be looked at from twice as near.
const MOST_ZOOM: i32 = 8;
/// Points of all outlines together: what a page can carry.
const MOST_POINTS: usize = 8_000;
/// Metres in a degree of latitude.
const DEGREE: f64 = 111_320.0;

/// Where on the drawing a place of the earth is: straight, with degrees of longitude as narrow as they are there.
struct Fit {
    west: f64,
    north: f64,
    narrow: f64,
    /// Units to a degree of latitude.
    scale: f64,
}

/// What is looked at: how near, and the middle as shares of the drawing.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Look {
    zoom: i32,
    x: f64,
    y: f64,
}

impl Lower<'_> {
    pub(super) fn map(&self, map: &MapBlock) -> Piece {
        let language = self.language();
        let nothing = MapData::default();
        let data = self.resolved.maps.get(&map.id).unwrap_or(&nothing);
        let title = self.wording.words(&map.title);
        let fit = Fit::of(data.features.iter().filter_map(|feature| feature.geometry.as_ref()).flat_map(Geometry::points));
        let look = self.look(&map.id);
        let across = 1.0 / f64::from(1 << look.zoom);
        let (width, height) = (WIDTH * across, HEIGHT * across);
        let (left, top) = (look.x * WIDTH - width / 2.0, look.y * HEIGHT - height / 2.0);
        let list = self.map_list(map, data, &title);
        let mut shapes = Vec::new();
        // Nearer, more of an outline is worth drawing; what is out of sight is not drawn.
        let mut fine = across;
        if let Some(fit) = &fit {
            loop {
                shapes.clear();
                let mut points = 0;
                for (index, feature) in data.features.iter().enumerate() {
                    let Some(geometry) = &feature.geometry else { continue };
                    let drawn = fit.draw(geometry, fine, 6.0 * across);
                    if !drawn.touches(left, top, width, height) {
                        continue;
                    }
                    points += drawn.points;
                    let row = list.rows.get(index);
                    let cell = row.and_then(|row| row.cells.get(1));
                    shapes.push(Shape {
                        number: index + 1,
                        title: cell.map(|cell| cell.text.clone()).unwrap_or_default(),
                        href: row.and_then(|row| row.cells.iter().find_map(|cell| cell.href.clone())),
                        path: drawn.path,
                        area: drawn.area,
                        at: drawn.middle,
                    });
                }
                if points <= MOST_POINTS || fine > 64.0 {
                    break;
                }
                fine *= 2.0;
            }
        }
        let metres = fit.as_ref().map_or(0.0, |fit| width / fit.scale * DEGREE);
        let distance = if metres >= 2_000.0 {
            say_with(language, "map-kilometres", &[("count", ((metres / 1000.0).round() as i64).into())])
        } else {
            say_with(language, "map-metres", &[("count", (metres.round() as i64).into())])
        };
        Piece::Map(Box::new(Atlas {
            id: format!("m-{}", map.id),
            view_box: format!("{left:.1} {top:.1} {width:.1} {height:.1}"),
            zoom: look.zoom,
            ways: if shapes.is_empty() && look.zoom == 0 { Vec::new() } else { self.ways(&map.id, look) },
            scale: if fit.is_some() { say_with(language, "map-across", &[("distance", distance.into())]) } else { String::new() },
            title,
            shapes,
            list,
        }))
    }

    /// The list has the numbers that stand on the map.
    fn map_list(&self, map: &MapBlock, data: &MapData, title: &str) -> Grid {
        let language = self.language();
        let rows: Vec<BoundRow> =
            data.features.iter().map(|feature| BoundRow { entry: feature.entry.clone(), cells: feature.cells.clone() }).collect();
        let table = BoundTable {
            id: map.id.clone(),
            title: map.title.clone(),
            query: map.query.clone(),
            columns: map.columns.clone(),
            searchable: false,
            exportable: false,
            totals: Vec::new(),
            empty: map.empty.clone(),
            bulk: Vec::new(),
        };
        let found = BoundData { request: TableRequest::default(), rows, total: data.total, sums: Fields::new(), sortable: Vec::new() };
        let schema = self.context.manifest.register(map.query.register.as_str());
        let mut heads = vec![Head::text(say(language, "map-number"))];
        heads.extend(self.heads(&table, schema, &found));
        let rows = found.rows.iter().zip(&data.features).enumerate().map(|(index, (row, feature))| {
            let mut row: Row = self.row(&table, schema, row, false);
            let number = if feature.geometry.is_some() { (index + 1).to_string() } else { String::new() };
            row.cells.insert(0, crate::ui::Cell::text(number));
            row.id = Some(format!("m-{}-{}", map.id, index + 1));
            row
        });
        let shown = data.features.len() as u64;
        let status = match data.total {
            0 => None,
            total if total > shown => Some(say_with(language, "map-part", &[("shown", shown.into()), ("count", total.into())])),
            total => Some(say_with(language, "rows-in-all", &[("count", total.into())])),
        };
        let caption = say_with(language, "map-list", &[("title", title.to_owned().into())]);
        Grid {
            id: format!("m-{}-list", map.id),
            caption,
            heads,
            rows: rows.collect(),
            status,
            empty: self.wording.words(&map.empty),
            ..Grid::default()
        }
    }

    fn look(&self, id: &str) -> Look {
        let name = format!("{id}.look");
        let asked = self.context.frame.query.iter().rev().find(|(asked, _)| *asked == name).map_or("", |(_, value)| value.as_str());
        let numbers: Vec<i32> = asked.split('_').filter_map(|part| part.parse().ok()).collect();
        match numbers.as_slice() {
            [zoom, x, y] => Look { zoom: *zoom, x: f64::from(*x) / 1000.0, y: f64::from(*y) / 1000.0 }.within(),
            _ => Look { zoom: 0, x: 0.5, y: 0.5 },
        }
    }

    /// Which, its words, its address; without one where there is nothing further.
    fn ways(&self, id: &str, look: Look) -> Vec<(&'static str, String, Option<String>)> {
        let name = format!("{id}.look");
        let step = 0.4 / f64::from(1 << look.zoom);
        let to = |zoom: i32, x: f64, y: f64| Look { zoom: look.zoom + zoom, x: look.x + x, y: look.y + y }.within();
        let ways = [
            ("map-in", to(1, 0.0, 0.0)),
            ("map-out", to(-1, 0.0, 0.0)),
            ("map-left", to(0, -step, 0.0)),
            ("map-right", to(0, step, 0.0)),
            ("map-up", to(0, 0.0, -step)),
            ("map-down", to(0, 0.0, step)),
            ("map-whole", Look { zoom: 0, x: 0.5, y: 0.5 }),
        ];
        let ways = ways.into_iter().map(|(key, to)| {
            let mut pairs = self.context.query_without(&[&name, "confirm", "confirm.", "export"]);
            if to.zoom > 0 {
                pairs.push((name.clone(), format!("{}_{}_{}", to.zoom, (to.x * 1000.0).round() as i32, (to.y * 1000.0).round() as i32)));
            }
            let href = (to != look).then(|| format!("{}#m-{id}", urls::with_query(self.context.frame.path, pairs)));
            (key, say(self.language(), key), href)
        });
        ways.collect()
    }
}

impl Look {
    fn within(self) -> Self {
        let zoom = self.zoom.clamp(0, MOST_ZOOM);
        let half = 0.5 / f64::from(1 << zoom);
        let hold = |share: f64| ((share.clamp(half, 1.0 - half)) * 1000.0).round() / 1000.0;
        Self { zoom, x: hold(self.x), y: hold(self.y) }
    }
}

/// A geometry, drawn.
struct Drawn {
    path: String,
    area: bool,
    middle: (i32, i32),
    points: usize,
    bounds: [f64; 4],
}

impl Drawn {
    fn touches(&self, left: f64, top: f64, width: f64, height: f64) -> bool {
        let [west, north, east, south] = self.bounds;
        west <= left + width && east >= left && north <= top + height && south >= top
    }
}

impl Fit {
    fn of(points: impl Iterator<Item = Point>) -> Option<Self> {
        let degrees = |units: i32| f64::from(units) / 1e7;
        let bounds = points.fold(None, |bounds: Option<[f64; 4]>, point| {
            let (x, y) = (degrees(point.longitude), degrees(point.latitude));
            let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
            Some([west.min(x), south.min(y), east.max(x), north.max(y)])
        })?;
        let [west, south, east, north] = bounds;
        let narrow = f64::midpoint(south, north).to_radians().cos().max(0.01);
        // A single place has room around it: about two hundred metres.
        let (wide, high) = (((east - west) * narrow).max(0.002), (north - south).max(0.0014));
        // With a margin, so that nothing lies on the edge.
        let scale = (WIDTH * 0.92 / wide).min(HEIGHT * 0.92 / high);
        let (middle_x, middle_y) = (f64::midpoint(west, east), f64::midpoint(south, north));
        Some(Self { west: middle_x - WIDTH / 2.0 / scale / narrow, north: middle_y + HEIGHT / 2.0 / scale, narrow, scale })
    }

    fn place(&self, point: Point) -> (f64, f64) {
        let (x, y) = (f64::from(point.longitude) / 1e7, f64::from(point.latitude) / 1e7);
        ((x - self.west) * self.narrow * self.scale, (self.north - y) * self.scale)
    }

    /// `fine`: points nearer than this to the one before are left out. `dot`: how large a place is drawn.
    fn draw(&self, geometry: &Geometry, fine: f64, dot: f64) -> Drawn {
        let mut drawn =
            Drawn { path: String::new(), area: false, middle: (0, 0), points: 0, bounds: [f64::MAX, f64::MAX, f64::MIN, f64::MIN] };
        for part in &geometry.0 {
            match part {
                Part::Place(point) => {
                    let (x, y) = self.place(*point);
                    drawn.reach(x, y);
                    let _ = write!(
                        drawn.path,
                        "M{:.1} {y:.1}a{dot:.1} {dot:.1} 0 1 0 {:.1} 0a{dot:.1} {dot:.1} 0 1 0 {:.1} 0z",
                        x - dot,
                        dot * 2.0,
                        dot * -2.0
                    );
                    drawn.area = true;
                }
                Part::Way(points) => self.line(points, fine, false, &mut drawn),
                Part::Area(rings) => {
                    rings.iter().for_each(|ring| self.line(ring, fine, true, &mut drawn));
                    drawn.area = true;
                }
            }
        }
        let [west, north, east, south] = drawn.bounds;
        // The number of a place stands above it, not on it.
        let above = if west < east || north < south { 0.0 } else { dot * 4.0 };
        drawn.middle = (f64::midpoint(west, east).round() as i32, (f64::midpoint(north, south) - above).round() as i32);
        drawn
    }

    fn line(&self, points: &[Point], fine: f64, closed: bool, drawn: &mut Drawn) {
        let mut last: Option<(f64, f64)> = None;
        let end = points.len().saturating_sub(1);
        for (index, point) in points.iter().enumerate() {
            let (x, y) = self.place(*point);
            drawn.reach(x, y);
            let near = last.is_some_and(|(before_x, before_y)| (x - before_x).abs() < fine && (y - before_y).abs() < fine);
            // The first and last stay, so that something is left of everything.
            if near && index != end {
                continue;
            }
            let _ = write!(drawn.path, "{}{x:.1} {y:.1}", if last.is_none() { "M" } else { "L" });
            drawn.points += 1;
            last = Some((x, y));
        }
        if closed {
            drawn.path.push('z');
        }
    }
}

impl Drawn {
    fn reach(&mut self, x: f64, y: f64) {
        let [west, north, east, south] = self.bounds;
        self.bounds = [west.min(x), north.min(y), east.max(x), south.max(y)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(longitude: f64, latitude: f64) -> Point {
        Point { longitude: (longitude * 1e7) as i32, latitude: (latitude * 1e7) as i32 }
    }

    #[test]
    fn everything_fits_and_north_is_up() {
        for points in [vec![point(28.0, 47.0)], vec![point(28.0, 47.0), point(28.4, 47.01)], vec![point(-180.0, -90.0), point(180.0, 90.0)]]
        {
            let Some(fit) = Fit::of(points.iter().copied()) else { panic!("there are points") };
            for place in &points {
                let (x, y) = fit.place(*place);
                assert!((0.0..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y), "{x} {y}");
            }
        }
        let (low, high) = (point(28.0, 47.0), point(28.0, 47.2));
        assert!(Fit::of([low, high].into_iter()).is_some_and(|fit| fit.place(high).1 < fit.place(low).1));
        assert!(Fit::of(std::iter::empty()).is_none());
    }

    #[test]
    fn nobody_looks_beyond_the_edge() {
        assert_eq!(Look { zoom: 99, x: -3.0, y: 7.0 }.within().zoom, MOST_ZOOM);
        assert_eq!(Look { zoom: 1, x: 0.0, y: 1.0 }.within(), Look { zoom: 1, x: 0.25, y: 0.75 });
        assert_eq!(Look { zoom: -1, x: 0.1, y: 0.9 }.within(), Look { zoom: 0, x: 0.5, y: 0.5 });
    }
}
