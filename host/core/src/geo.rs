//! Where parcels and places are: GeoJSON geometries (RFC 7946) of registers' fields, in WGS 84.

use serde_json::{Value as Json, json};

/// Characters that a geometry has at most.
pub const MOST_CHARS: usize = 100_000;
/// Points that a geometry has at most.
pub const MOST_POINTS: usize = 5_000;

/// Degrees in units of 10^-7, about a centimetre: exact, comparable, never infinite.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Point {
    /// East of Greenwich.
    pub longitude: i32,
    /// North of the equator.
    pub latitude: i32,
}

/// A part of a geometry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// A place.
    Place(Point),
    /// A way.
    Way(Vec<Point>),
    /// An area: its outline, then its holes.
    Area(Vec<Vec<Point>>),
}

/// A geometry: one or several parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Geometry(pub Vec<Part>);

/// Why a text is no geometry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GeoError {
    /// Not JSON, or not of this shape.
    #[error("not a GeoJSON geometry: Point, LineString, Polygon, or Multi… of them")]
    Shape,
    /// Longer than allowed.
    #[error("a geometry has at most {MOST_POINTS} points and {MOST_CHARS} characters")]
    TooLarge,
    /// Not on earth: longitude beyond ±180, latitude beyond ±90.
    #[error("a longitude is between -180 and 180 degrees, a latitude between -90 and 90, in this order")]
    OffEarth,
}

impl Geometry {
    /// Reads a geometry, or a `Feature` around one.
    ///
    /// # Errors
    /// [`GeoError`].
    pub fn parse(text: &str) -> Result<Self, GeoError> {
        if text.len() > MOST_CHARS {
            return Err(GeoError::TooLarge);
        }
        // The parser refuses depth by itself (128), and numbers that are none.
        let json: Json = serde_json::from_str(text).map_err(|_| GeoError::Shape)?;
        let json =
            if json.get("type").and_then(Json::as_str) == Some("Feature") { json.get("geometry").ok_or(GeoError::Shape)? } else { &json };
        let kind = json.get("type").and_then(Json::as_str).ok_or(GeoError::Shape)?;
        let at = json.get("coordinates").ok_or(GeoError::Shape)?;
        let mut read = Read { left: MOST_POINTS };
        let parts = match kind {
            "Point" => vec![Part::Place(read.point(at)?)],
            "LineString" => vec![Part::Way(read.line(at, 2)?)],
            "Polygon" => vec![Part::Area(read.rings(at)?)],
            "MultiPoint" => list(at)?.iter().map(|one| read.point(one).map(Part::Place)).collect::<Result<_, _>>()?,
            "MultiLineString" => list(at)?.iter().map(|one| read.line(one, 2).map(Part::Way)).collect::<Result<_, _>>()?,
            "MultiPolygon" => list(at)?.iter().map(|one| read.rings(one).map(Part::Area)).collect::<Result<_, _>>()?,
            _ => return Err(GeoError::Shape),
        };
        if parts.is_empty() { Err(GeoError::Shape) } else { Ok(Self(parts)) }
    }

    /// Every point of the outlines.
    pub fn points(&self) -> impl Iterator<Item = Point> + '_ {
        let parts = self.0.iter().map(|part| match part {
            Part::Place(point) => std::slice::from_ref(point),
            Part::Way(points) => points,
            Part::Area(rings) => rings.first().map_or([].as_slice(), Vec::as_slice),
        });
        parts.flatten().copied()
    }

    /// As a GeoJSON geometry.
    pub fn to_json(&self) -> Json {
        let degrees = |units: i32| f64::from(units) / 1e7;
        let point = |point: &Point| json!([degrees(point.longitude), degrees(point.latitude)]);
        let line = |points: &[Point]| Json::Array(points.iter().map(point).collect());
        let parts: Vec<(&str, Json)> = self
            .0
            .iter()
            .map(|part| match part {
                Part::Place(one) => ("Point", point(one)),
                Part::Way(points) => ("LineString", line(points)),
                Part::Area(rings) => ("Polygon", Json::Array(rings.iter().map(|ring| line(ring)).collect())),
            })
            .collect();
        // What is read is all of one kind.
        match parts.as_slice() {
            [(kind, coordinates)] => json!({"type": kind, "coordinates": coordinates}),
            several => {
                let kind = several.first().map_or("Point", |(kind, _)| kind);
                json!({"type": format!("Multi{kind}"), "coordinates": several.iter().map(|(_, coordinates)| coordinates).collect::<Vec<_>>()})
            }
        }
    }
}

fn list(json: &Json) -> Result<&Vec<Json>, GeoError> {
    json.as_array().ok_or(GeoError::Shape)
}

struct Read {
    left: usize,
}

impl Read {
    fn point(&mut self, json: &Json) -> Result<Point, GeoError> {
        self.left = self.left.checked_sub(1).ok_or(GeoError::TooLarge)?;
        let (longitude, latitude) = match list(json)?.as_slice() {
            [longitude, latitude] | [longitude, latitude, _] => (longitude, latitude),
            _ => return Err(GeoError::Shape),
        };
        let degrees = |json: &Json, most: f64| {
            let degrees = json.as_f64().ok_or(GeoError::Shape)?;
            // Not a number fails here too.
            if degrees.abs() <= most { Ok((degrees * 1e7).round() as i32) } else { Err(GeoError::OffEarth) }
        };
        Ok(Point { longitude: degrees(longitude, 180.0)?, latitude: degrees(latitude, 90.0)? })
    }

    fn line(&mut self, json: &Json, least: usize) -> Result<Vec<Point>, GeoError> {
        let points: Vec<Point> = list(json)?.iter().map(|one| self.point(one)).collect::<Result<_, _>>()?;
        if points.len() < least { Err(GeoError::Shape) } else { Ok(points) }
    }

    /// Each closed by its first point again.
    fn rings(&mut self, json: &Json) -> Result<Vec<Vec<Point>>, GeoError> {
        let rings: Vec<Vec<Point>> = list(json)?.iter().map(|ring| self.line(ring, 4)).collect::<Result<_, _>>()?;
        if rings.is_empty() || rings.iter().any(|ring| ring.first() != ring.last()) { Err(GeoError::Shape) } else { Ok(rings) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read() -> Result<(), GeoError> {
        let square = "[[28.1,47.2],[28.2,47.2],[28.2,47.3],[28.1,47.2]]";
        for (text, points) in [
            (r#"{"type":"Point","coordinates":[28.1234567,47.2]}"#.to_owned(), 1),
            (r#"{"type":"MultiPoint","coordinates":[[28,47,110.5],[28.5,47]]}"#.to_owned(), 2),
            (r#"{"type":"LineString","coordinates":[[28,47],[28.5,47]]}"#.to_owned(), 2),
            (format!(r#"{{"type":"Polygon","coordinates":[{square},{square}]}}"#), 4),
            (format!(r#"{{"type":"MultiPolygon","coordinates":[[{square}],[{square}]]}}"#), 8),
            (format!(r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"MultiLineString","coordinates":[{square}]}}}}"#), 4),
        ] {
            let geometry = Geometry::parse(&text)?;
            assert_eq!(geometry.points().count(), points, "{text}");
            assert_eq!(Geometry::parse(&geometry.to_json().to_string())?, geometry);
        }
        let Geometry(parts) = Geometry::parse(r#"{"type":"Point","coordinates":[28.1234567,-47.2]}"#)?;
        assert_eq!(parts, [Part::Place(Point { longitude: 281_234_567, latitude: -472_000_000 })]);
        Ok(())
    }

    #[test]
    fn hostile_geometries_are_refused() {
        let deep = format!(r#"{{"type":"Polygon","coordinates":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
        let many = format!(r#"{{"type":"LineString","coordinates":[{}]}}"#, vec!["[1,2]"; MOST_POINTS + 1].join(","));
        let long = format!(r#"{{"type":"Point","coordinates":[1,2],"x":"{}"}}"#, "x".repeat(MOST_CHARS));
        for (text, error) in [
            ("", GeoError::Shape),
            ("null", GeoError::Shape),
            (r#"{"type":"Point","coordinates":[NaN,2]}"#, GeoError::Shape),
            (r#"{"type":"Point","coordinates":[1e999,2]}"#, GeoError::Shape),
            (r#"{"type":"Point","coordinates":[1]}"#, GeoError::Shape),
            (r#"{"type":"Point","coordinates":["1","2"]}"#, GeoError::Shape),
            (r#"{"type":"Point","coordinates":[47.2,281]}"#, GeoError::OffEarth),
            (r#"{"type":"Point","coordinates":[1e300,2]}"#, GeoError::OffEarth),
            (r#"{"type":"MultiPoint","coordinates":[]}"#, GeoError::Shape),
            (r#"{"type":"LineString","coordinates":[[1,2]]}"#, GeoError::Shape),
            (r#"{"type":"Polygon","coordinates":[[[1,2],[2,2],[2,3],[1,1]]]}"#, GeoError::Shape),
            (r#"{"type":"GeometryCollection","geometries":[]}"#, GeoError::Shape),
            (deep.as_str(), GeoError::Shape),
            (many.as_str(), GeoError::TooLarge),
            (long.as_str(), GeoError::TooLarge),
        ] {
            assert_eq!(Geometry::parse(text), Err(error), "{}", text.chars().take(60).collect::<String>());
        }
    }
}
