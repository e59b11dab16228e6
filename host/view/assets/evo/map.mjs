// Entries on a map: their outlines fitted to the drawing, north up, with the numbers of the list beneath it.
import { svg } from "./dom.mjs";

const WIDTH = 1000;
const HEIGHT = 700;

// Every geometry as runs of places: a place alone, a way, or the rings of an area.
const runs = ({ type, coordinates }) => {
  const one = { Point: (at) => [[at]], LineString: (way) => [way], Polygon: (rings) => rings };
  const kind = type.replace("Multi", "");
  return { area: kind === "Polygon", runs: type === kind ? one[kind](coordinates) : coordinates.flatMap(one[kind]) };
};

export const drawMap = (title, features) => {
  const drawn = features.map((feature, place) => feature.geometry && { number: place + 1, ...runs(feature.geometry) }).filter(Boolean);
  const places = drawn.flatMap((one) => one.runs.flat());
  if (places.length === 0) return null;
  const [west, east] = [0, 1].map((end) => places.reduce((edge, [x]) => (end ? Math.max : Math.min)(edge, x), places[0][0]));
  const [south, north] = [0, 1].map((end) => places.reduce((edge, [, y]) => (end ? Math.max : Math.min)(edge, y), places[0][1]));
  // Degrees of longitude are narrower than those of latitude; a single place has room around it.
  const narrow = Math.max(0.01, Math.cos((((south + north) / 2) * Math.PI) / 180));
  const scale = Math.min((WIDTH * 0.92) / Math.max((east - west) * narrow, 0.002), (HEIGHT * 0.92) / Math.max(north - south, 0.0014));
  const at = ([x, y]) => [WIDTH / 2 + (x - (west + east) / 2) * narrow * scale, HEIGHT / 2 - (y - (south + north) / 2) * scale].map(Math.round);
  const shapes = drawn.map(({ number, area, runs }) => {
    const lines = runs.map((run) => run.map(at));
    const path = lines.map((line) => (line.length > 1 ? `M${line.join("L")}${area ? "z" : ""}` : `M${line[0][0] - 12} ${line[0][1]}a12 12 0 1 0 24 0a12 12 0 1 0-24 0z`)).join("");
    const all = lines.flat();
    const middle = [0, 1].map((axis) => Math.round((Math.min(...all.map((one) => one[axis])) + Math.max(...all.map((one) => one[axis]))) / 2));
    const label = svg("text", { x: middle[0], y: middle[1] - (all.length > 1 ? 0 : 30), "text-anchor": "middle", "dominant-baseline": "central" }, String(number));
    return svg("g", { class: area || all.length === 1 ? "evo-map__area" : "evo-map__way" }, svg("path", { d: path }), label);
  });
  return svg("svg", { class: "evo-map", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title }, ...shapes);
};
