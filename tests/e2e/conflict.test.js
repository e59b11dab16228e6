// Two officials correct the same entry at once: whoever comes second sees both sides, has lost nothing of what was entered, and finishes either way.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, plain, Visitor } from "./lib/browser.js";
import { importSample, newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const [FIRST, SECOND, ADMINISTRATOR] = ["Vasile Moraru", "Ludmila Cebotari", "Natalia Grosu"];
const ACCOUNT = "9234000-900002";

describe("two officials at one entry", { concurrency: false }, () => {
  let demo, browser, first, second;
  const at = (path) => `${demo.address}${path}`;

  before(async () => {
    demo = await startDemo({ clock: TODAY, data: await newData() });
    await importSample(demo);
    browser = await openBrowser();
    first = await Visitor.arrive(browser, { name: "conflict-first" });
    second = await Visitor.arrive(browser, { name: "conflict-second" });
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  async function openAccount(visitor) {
    await visitor.go(at(`/sculeni/tax-collector/accounts?accounts.q=${ACCOUNT}`));
    await visitor.press(ACCOUNT);
  }
  /** Fills the form that corrects an object and sends it. */
  async function fill(visitor, { value, area, reason }) {
    if (value) await visitor.fill("Valoarea", value, visitor.page.locator("form", { hasText: "Motivul corectării" }));
    if (area) await visitor.fill("Suprafața, ha", area, visitor.page.locator("form", { hasText: "Motivul corectării" }));
    await visitor.fill("Motivul corectării", reason);
    await visitor.press("Corectează");
  }
  /** The same, with the page that shows the answers. */
  async function correct(visitor, answers) {
    await fill(visitor, answers);
    await visitor.says(/Verificați/);
    await visitor.press("Corectează");
    await visitor.says(/Obiectul a fost corectat/);
  }
  const rows = async (table) => {
    const found = await second.page.locator(`${table} tbody tr`).all();
    return Promise.all(found.map(async (row) => (await row.locator("th, td").allInnerTexts()).map(plain)));
  };
  /** The rows of the comparison by their fields: as seen, as entered, as it is now, as it will be. */
  const sides = async () => Object.fromEntries((await rows("#conflict")).map(([field, ...cells]) => [field, cells]));

  test("the administrator lets a second official collect taxes", async () => {
    const administrator = await Visitor.arrive(browser, { name: "conflict-administrator" });
    await administrator.signIn(demo.address, ADMINISTRATOR);
    await administrator.go(at("/sculeni/admin/officials/contabil"));
    await administrator.page.getByLabel("Perceptor fiscal").check();
    await administrator.press("Salvați rolurile");
    await administrator.says(/Contabil, Perceptor fiscal/);
    await administrator.check("officials");
    await administrator.leave();
  });

  test("the second sees what the first saved meanwhile, beside what was entered", async () => {
    await first.signIn(demo.address, FIRST);
    await second.signIn(demo.address, SECOND);
    await openAccount(first);
    await openAccount(second);
    await correct(first, { value: "300000,00", reason: "Reevaluare cadastrală" });
    await fill(second, { value: "310000,00", area: "1,2", reason: "Măsurare nouă" });
    second.forgive();
    assert.equal(await second.heading(), "Altcineva a modificat înregistrarea între timp");
    await second.says(new RegExp(`${FIRST} a salvat versiunea 2 la 01\\.10\\.2026 09:00`));
    await second.everyWidth("both-sides");
    const seen = await sides();
    assert.deepEqual(seen["Valoarea"], ["290 906,29 lei", "310 000,00 lei", "300 000,00 lei", "310 000,00 lei"]);
    assert.deepEqual(seen["Suprafața, ha"], ["1,0592", "1,2", "1,0592", "1,2"]);
  });

  test("nothing was overwritten until the second says so", async () => {
    await openAccount(first);
    assert.equal(await first.fact("Valoarea"), "300 000,00 lei");
    assert.equal(await first.fact("Suprafața, ha"), "1,0592");
  });

  test("the second keeps theirs, and the history has both", async () => {
    await second.press("Păstrați valorile mele");
    await second.says(/Obiectul a fost corectat/);
    assert.equal(await second.fact("Valoarea"), "310 000,00 lei");
    assert.equal(await second.fact("Suprafața, ha"), "1,2");
    await second.press("Istoricul înregistrării");
    const words = await second.words();
    const told = ["Versiunea 3", "Măsurare nouă", SECOND, "Reevaluare cadastrală", FIRST, "300 000,00 lei", "310 000,00 lei"];
    for (const part of told) assert.ok(words.includes(part), `${part}: ${words.slice(0, 900)}`);
    await second.check("history");
  });

  test("or drops them, and sees what holds", async () => {
    await openAccount(second);
    await openAccount(first);
    await correct(first, { area: "1,3", reason: "Corectare după act" });
    await fill(second, { area: "1,4", reason: "Altă măsurare" });
    await second.says(/Altcineva a modificat/);
    second.forgive();
    await second.press("Renunț la modificările mele");
    assert.equal(await second.heading(), `Contul ${ACCOUNT}`);
    assert.equal(await second.fact("Suprafața, ha"), "1,3");
  });

  test("who corrects what holds now conflicts with nobody", async () => {
    await correct(second, { area: "1,5", reason: "Măsurare nouă" });
    assert.equal(await second.fact("Suprafața, ha"), "1,5");
  });
});
