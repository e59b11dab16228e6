// Lighthouse's scores and the weight of pages as they travel: the first page that a browser sees, and those after it. Medians of three looks.
// measure.mjs [--json FILE]
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { newData, startDemo } from "../../e2e/lib/vatra.js";

const PORT = Number(process.env.VATRA_DEBUGGING_PORT ?? 9333);
const LOOKS = 3;
const FLOORS = { accessibility: 100, "best-practices": 95, performance: 90 };
// In KiB: the first page with all it brings, and each one after.
const [FIRST, AFTER] = [200, 30];
const COMPUTER = { formFactor: "desktop", screenEmulation: { mobile: false, width: 1280, height: 900, deviceScaleFactor: 1, disabled: false } };

const profile = await mkdtemp(join(tmpdir(), "vatra-pages-"));
const demo = await startDemo({ clock: "2026-10-01", data: await newData() });
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [...sandbox, `--remote-debugging-port=${PORT}`],
  viewport: null,
  locale: "ro-MD",
});
const figures = [];
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

async function look(path, computer) {
  const settings = { port: PORT, output: "json", logLevel: "error", onlyCategories: Object.keys(FLOORS), disableStorageReset: true, ...(computer ? COMPUTER : {}) };
  const { lhr } = await lighthouse(`${demo.address}${path}`, settings);
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  const scores = Object.fromEntries(Object.entries(lhr.categories).map(([name, category]) => [name, Math.round(category.score * 100)]));
  return { ...scores, weight: lhr.audits["total-byte-weight"].numericValue / 1024, shown: new URL(lhr.finalDisplayedUrl).pathname };
}

function tell(figure, value, unit, floor, met) {
  figures.push({ figure, room: "pages", median: value, unit, floor, met: met ? "floor" : "missed" });
  console.log(`${figure.padEnd(76)} ${String(value).padStart(8)} ${unit.padEnd(4)} ${String(floor).padStart(6)}  ${met ? "floor" : "missed"}`);
}

async function measure(name, path, { first = false } = {}) {
  for (const computer of [true, false]) {
    const looks = [];
    for (let time = 0; time < LOOKS; time += 1) looks.push(await look(path, computer));
    const where = `${name}, as a ${computer ? "computer" : "phone"}`;
    for (const [category, floor] of Object.entries(FLOORS)) {
      const score = median(looks.map((one) => one[category]));
      tell(`${where}: ${category}`, score, "", floor, score >= floor);
    }
    // Only the very first look has nothing kept from before.
    const weight = Math.round((first && computer ? looks[0].weight : Math.max(...looks.slice(first ? 1 : 0).map((one) => one.weight))) * 10) / 10;
    const floor = first && computer ? FIRST : AFTER;
    tell(`${where}: weight${first && computer ? " of the first page" : ""}`, weight, "KiB", floor, weight <= floor);
  }
}

async function signIn(name) {
  const page = await browser.newPage();
  await page.goto(`${demo.address}/signin?then=%2Fsculeni`);
  for (const words of [new RegExp(name), "Confirmați", "Continuați spre portal"]) {
    await page.getByRole("button", { name: words }).or(page.getByRole("link", { name: words })).first().click();
    await page.waitForLoadState("domcontentloaded");
  }
  if (!page.url().startsWith(`${demo.address}/sculeni`)) throw new Error(`nobody is signed in: ${page.url()}`);
  await page.close();
}

try {
  await browser.newPage();
  await measure("where one signs in", "/", { first: true });
  await signIn("Vasile Moraru");
  await measure("home", "/sculeni");
  await measure("the tax collector's home", "/sculeni/tax-collector/home");
  await measure("a register", "/sculeni/tax-collector/accounts");
  await measure("certificates, with a form", "/sculeni/tax-collector/certificates");
  await measure("the citizens' app", "/evo");
} finally {
  await browser.close();
  await demo.stop();
  await rm(profile, { recursive: true, force: true });
}
const file = process.argv[process.argv.indexOf("--json") + 1];
if (process.argv.includes("--json") && file) writeFileSync(file, `${JSON.stringify({ figures }, null, 2)}\n`);
