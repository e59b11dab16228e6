// The officials' pages on paper, on a telephone and in colours that the reader forces: nothing cut off, nothing to press on paper, everything to press seen in forced colours.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { file } from "./lib/roll.js";
import { paper } from "./lib/services.js";
import { importSample, newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const [SECRETARY, COLLECTOR, ADMINISTRATOR] = ["Tatiana Ursu", "Vasile Moraru", "Natalia Grosu"];
const shots = process.env.VATRA_SCREENSHOTS;
// A4 between the margins that the style sheet asks for, in CSS pixels.
const A4 = Math.floor(((210 - 24) / 25.4) * 96);

describe("paper and forced colours", { concurrency: false }, () => {
  let demo, browser, secretary, collector, administrator, pages;
  const at = (path) => `${demo.address}${path}`;

  before(async () => {
    demo = await startDemo({ clock: TODAY, data: await newData() });
    await importSample(demo);
    browser = await openBrowser();
    const arrive = async (name, person) => {
      const visitor = await Visitor.arrive(browser, { name: `media-${name}` });
      await visitor.signIn(demo.address, person);
      return visitor;
    };
    secretary = await arrive("secretary", SECRETARY);
    collector = await arrive("collector", COLLECTOR);
    administrator = await arrive("administrator", ADMINISTRATOR);

    await secretary.go(at("/sculeni/secretary/register"));
    await secretary.page.getByLabel("de la o instituție", { exact: true }).check();
    await secretary.page.getByLabel("instituție", { exact: true }).check();
    await secretary.fill("Instituția", "Consiliul raional Ungheni");
    await secretary.fill("Subiectul", "Date despre starea drumurilor");
    await secretary.date("Termen", ["12", "10", "2026"]);
    await secretary.page.getByLabel("secretarul", { exact: true }).check();
    await secretary.press("Înregistrează");
    const letter = secretary.page.url();
    await collector.go(at("/sculeni/tax-collector/accounts?accounts.q=9234000-900002"));
    await collector.press("9234000-900002");
    const account = collector.page.url();
    await collector.press("Istoricul înregistrării");
    const history = collector.page.url();
    await collector.go(at("/sculeni/tax-collector/import"));
    const own = "Cont;Fel;IDNP/IDNO;Nume / Denumire;Nr. cadastral;Obiect;Suprafața, ha;Valoarea, lei;Impozit calculat, lei;Achitat, lei;Termen;Telefon;E-mail";
    await collector.page.getByLabel("Fișierul CSV").setInputFiles({ name: "alt-program.csv", mimeType: "text/csv", buffer: await otherHeadings(own) });
    await collector.press("Importă");
    const columns = collector.page.url();
    await collector.page.getByLabel("Nr. cont", { exact: true }).selectOption({ label: "A · Cont" });
    await collector.page.getByLabel("Tip (opțional)", { exact: true }).selectOption({ label: "B · Fel" });
    await collector.press("Continuă");
    const preview = collector.page.url();
    const tax = (path) => at(`/sculeni/tax-collector/${path}`);
    // Name, whose, where, what stands on paper.
    pages = [
      ["worklist", secretary, at("/sculeni/secretary/home"), /Răspundeți la I-2026-00001/],
      ["letter", secretary, letter, /I-2026-00001: Date despre starea drumurilor/],
      ["decisions", secretary, at("/sculeni/secretary/decisions"), /Decizii/],
      ["register", collector, tax("accounts"), /9234000-900025/],
      ["entry", collector, account, /Contul 9234000-900002/],
      ["history", collector, history, /Versiunea 1/],
      ["imports", collector, tax("imports"), /IMP-2026-0001/],
      ["columns", collector, columns, /Ce conține fiecare coloană/],
      ["preview", collector, preview, /Așa va fi citit fișierul/],
      ["journal", collector, tax("journal"), /Încasări la 01\.10\.2026/],
      ["year", collector, tax("year"), /Încasări în anul 2026/],
      ["audit", administrator, at("/sculeni/admin/audit"), /Date văzute/],
      ["budgets", administrator, at("/sculeni/admin/modules/tax-collector/budgets"), /Percepere fiscală/],
      ["grants", administrator, at("/sculeni/admin/modules/tax-collector"), /MPay/],
      ["settings", administrator, at("/sculeni/admin/settings/tax-rates"), /teren agricol/],
      ["jobs", administrator, at("/sculeni/admin/jobs"), /Lucrări de durată/],
    ];
  });
  // Whatever a test left behind.
  beforeEach(async () => {
    for (const { page } of [secretary, collector, administrator]) {
      await page.emulateMedia({ media: "screen", forcedColors: "none", colorScheme: "light" });
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  test("on paper nothing is cut off and nothing is there to be pressed", async () => {
    for (const [name, visitor, address, words] of pages) {
      await visitor.go(address);
      await visitor.page.setViewportSize({ width: A4, height: 1000 });
      await visitor.page.emulateMedia({ media: "print" });
      await visitor.check(`${name}-paper`);
      // The preview has as many columns as the file: what prints shrinks it.
      if (name !== "preview") assert.deepEqual(await visitor.page.evaluate(cutOff), [], `${name}: cut off on paper`);
      const pressed = visitor.page.locator("button:visible, input[type=search]:visible, nav a:visible");
      assert.deepEqual(await pressed.allInnerTexts(), [], `${name}: to be pressed on paper`);
      const printed = await visitor.page.pdf({ format: "A4" });
      if (shots) {
        await mkdir(shots, { recursive: true });
        await writeFile(join(shots, `media-${name}.pdf`), printed);
      }
      const said = paper(printed);
      assert.match(said, words, name);
      assert.match(said, /Pagina 1 din \d+/, name);
      await visitor.page.emulateMedia({ media: "screen" });
      await visitor.page.setViewportSize({ width: 1280, height: 900 });
    }
  });

  test("in forced colours everything is seen that one presses, ticks or fills", async () => {
    for (const [name, visitor, address] of pages) {
      await visitor.page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
      await visitor.go(address);
      // axe reads the style sheet's colours, not those that the reader has forced.
      await visitor.check(`${name}-forced`, { except: ["color-contrast"] });
      assert.deepEqual(await visitor.page.evaluate(unseen), [], `${name}: not seen in forced colours`);
    }
  });

  test("the menu folds on a telephone without moving the page, and comes by itself when its script does not", async () => {
    const { page } = collector;
    await page.setViewportSize({ width: 360, height: 800 });
    const menu = page.getByRole("link", { name: "Avize în masă", exact: true });
    const top = () => page.locator("h1").evaluate((heading) => heading.getBoundingClientRect().top);
    let arrive;
    const late = new Promise((resolve) => (arrive = resolve));
    await page.route("**/vatra.js", async (route) => {
      await late;
      await route.continue();
    });
    try {
      await page.goto(at("/sculeni/tax-collector/accounts"), { waitUntil: "commit" });
      await page.locator("h1").waitFor();
      assert.equal(await menu.isVisible(), false);
      const before = await top();
      arrive();
      const button = page.getByRole("button", { name: "Meniu", exact: true });
      await button.waitFor();
      assert.equal(await top(), before, "the page moved when the script began");
      await button.click();
      await menu.waitFor();
    } finally {
      arrive();
      await page.unroute("**/vatra.js");
    }
    await page.route("**/vatra.js", (route) => route.abort());
    try {
      await page.goto(at("/sculeni/tax-collector/accounts"));
      await menu.waitFor();
      await menu.click();
      await page.waitForURL(/mailings/);
    } finally {
      await page.unroute("**/vatra.js");
      collector.complaints = [];
    }
  });

  test("and at the width of a telephone", async () => {
    for (const [name, visitor, address] of pages) {
      await visitor.page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
      await visitor.page.setViewportSize({ width: 320, height: 800 });
      await visitor.go(address);
      const wide = await visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
      assert.equal(wide, false, `${name} scrolls sideways`);
      assert.deepEqual(await visitor.page.evaluate(unseen), [], `${name}: not seen in forced colours`);
    }
  });
});

/** The roll's first rows under other headings. */
async function otherHeadings(head) {
  const [, ...lines] = (await readFile(file, "utf8")).split(/\r?\n/);
  return Buffer.from([head, ...lines.slice(0, 30)].join("\r\n"));
}

/** Run in the page: what stands beyond the paper's edge, or in a box that hides it. */
function cutOff() {
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent.trim().slice(0, 40)}`;
  const edge = document.documentElement.clientWidth + 1;
  const hidden = (element) => element.closest(".govuk-visually-hidden, [hidden], svg") || !element.checkVisibility();
  return [...document.querySelectorAll("main *")].filter((element) => {
    if (hidden(element) || !element.textContent.trim()) return false;
    const clips = getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
    return clips || element.getBoundingClientRect().right > edge;
  }).map(name).slice(0, 5);
}

/** Run in the page: controls with no border and no background of their own against the page. */
function unseen() {
  const canvas = getComputedStyle(document.body).backgroundColor;
  const bare = (element) => {
    const style = getComputedStyle(element);
    const bordered = ["Top", "Bottom"].some((side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none" && style[`border${side}Color`] !== canvas);
    const underlined = style.textDecorationLine.includes("underline");
    return !bordered && !underlined && (style.backgroundColor === canvas || style.backgroundColor === "rgba(0, 0, 0, 0)");
  };
  // The menu is a word with an arrow, as links are words.
  const arrow = (element) => parseFloat(getComputedStyle(element, "::after").borderTopWidth) > 0;
  // A drawn tick or dot stands for the input that it covers.
  const drawn = (element) => element.matches(".govuk-checkboxes__input, .govuk-radios__input");
  const marked = (element) => ["::before"].some((part) => parseFloat(getComputedStyle(element.labels[0], part).borderTopWidth) > 0);
  return [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea")]
    .filter((element) => element.checkVisibility() && (drawn(element) ? !marked(element) : bare(element) && !arrow(element)))
    .map((element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}`);
}
