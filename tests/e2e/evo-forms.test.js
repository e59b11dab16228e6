// Long forms and files in the citizens' app, through the host: a test module asks, the form is filled in over a reload, a wrong file is refused and
// a right one kept, saved again under its own name, and nothing typed outlives signing out.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { newData, startDemo } from "./lib/vatra.js";

const packages = process.env.VATRA_PACKAGES;
if (!packages) throw new Error("VATRA_PACKAGES names the folder of the test modules' packages; `make test` sets it");
const CITIZEN = { IDNP: "2999999999997", Nume: "Bejenari", Prenume: "Maria" };
const OTHER = { IDNP: "2999999999980", Nume: "Munteanu", Prenume: "Vasile" };
const PDF = Buffer.from("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
const FORM = "#/sculeni/pocket/ask";
const ATTACH = "#/sculeni/pocket/attach";

describe("long forms in the app", { concurrency: false }, () => {
  let demo, browser, phone;
  const settled = (visitor = phone) => visitor.page.waitForFunction(() => document.querySelector("#evo-main h1") && !document.querySelector("#evo-main[aria-busy]"));
  const open = async (hash, visitor = phone) => {
    await visitor.page.goto(`${demo.address}/evo${hash}`);
    await settled(visitor);
  };
  const holds = async (what, visitor = phone) => {
    const wide = await visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    assert.equal(wide, false, `${what} scrolls sideways at 360 px`);
    await visitor.check(what);
  };
  const arrive = async (name) => {
    const visitor = await Visitor.arrive(browser, { name });
    await visitor.page.setViewportSize({ width: 360, height: 740 });
    return visitor;
  };
  const button = (name, visitor = phone) => visitor.page.getByRole("button", { name, exact: true }).filter({ visible: true }).first();
  const next = (visitor = phone) => button("Înainte", visitor).click();
  const fill = (name, value, visitor = phone) => visitor.page.locator(`[name="${name}"]`).fill(value);
  const signIn = async (who, visitor) => {
    await open("", visitor);
    await button("Intră cu MPass", visitor).click();
    await visitor.page.waitForURL(/\/emulators\/mpass\//);
    for (const [label, value] of Object.entries(who)) await visitor.page.getByLabel(label, { exact: true }).fill(value);
    await visitor.page.locator("form").filter({ has: visitor.page.getByLabel("Prenume", { exact: true }) }).getByRole("button").click();
    await visitor.press("Confirmați");
    await visitor.press("Continuați spre portal");
    await settled(visitor);
  };
  const drafts = (visitor = phone) => visitor.page.evaluate(() => Object.entries(sessionStorage).filter(([key]) => key.startsWith("evo-draft:")).map(([, value]) => value).join());
  const step = (visitor = phone) => visitor.page.locator(".evo-step").innerText();
  // The first three pages, as somebody fills them in.
  const answers = async (visitor = phone) => {
    await fill("street.locality", "Sculeni", visitor);
    await fill("street.house", "12A", visitor);
    await next(visitor);
    await visitor.page.locator("input[name=kind][value=other]").check();
    await fill("what", "Lampa din fața casei nu arde.", visitor);
    await fill("since", "2026-09-20", visitor);
    await next(visitor);
    await fill("children.1.name", "Bejenari Ion", visitor);
  };

  before(async () => {
    demo = await startDemo({ clock: "2026-10-01T09:00", data: await newData() });
    const { code, stderr } = await demo.vatra("plugin", "install", "sculeni", join(packages, "pocket.wasm"), "--grant-all");
    assert.equal(code, 0, stderr);
    browser = await openBrowser();
    phone = await arrive("evo-forms");
    await signIn(CITIZEN, phone);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  test("page by page, kept through a reload", async () => {
    await open(FORM);
    await holds("first");
    await next();
    await phone.says(/Adresa: Completați câmpul/);
    await holds("first-missing");
    await answers();
    assert.equal(await step(), "Pasul 3 din 3");
    await phone.page.reload();
    await settled();
    assert.equal(await step(), "Pasul 3 din 3");
    await phone.says(/a rămas pe acest telefon/);
    await holds("kept");
    assert.match(await drafts(), /Lampa din fața casei/);
  });

  test("what the host finds wrong leads back to its page, with everything there; then it is sent once", async () => {
    await button("Pasul anterior").click();
    await button("Pasul anterior").click();
    await fill("phone", "nu am");
    for (let page = 0; page < 3; page += 1) await next();
    await phone.says(/Verificați răspunsurile/);
    await phone.says(/Lampa din fața casei/);
    await holds("check");
    await button("Trimite cererea").click();
    await phone.page.locator(".govuk-error-summary").waitFor();
    phone.forgive();
    assert.equal(await step(), "Pasul 1 din 3");
    await phone.says(/Telefon: .*069 123 456/);
    assert.equal(await phone.page.locator("[name='street.house']").inputValue(), "12A");
    await holds("wrong");
    await fill("phone", "069 123 456");
    for (let page = 0; page < 3; page += 1) await next();
    await button("Trimite cererea").click();
    await phone.page.locator("main").getByText("Cererea a fost primită").waitFor();
    await settled();
    // As the module was given it: what was not asked or not answered is not there.
    await phone.says(/street\.locality street\.house phone kind what since children\.1\.name/);
    assert.equal(await drafts(), "");
    assert.equal(await phone.page.locator("[name='street.house']").inputValue(), "", "the form begins anew");
    await holds("sent");
  });

  test("a file of a wrong kind is refused in words, whatever it is called", async () => {
    await open(ATTACH);
    await holds("attach");
    await fill("note", "Actul casei");
    await phone.page.locator("input[name=proof]").setInputFiles({ name: "act.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ this is a program") });
    await button("Trimite actul").click();
    await phone.page.locator(".govuk-error-summary").waitFor();
    phone.forgive();
    await phone.says(/Actul: Fișierul este de alt tip/);
    assert.equal(await phone.page.locator("input[name=proof]").getAttribute("aria-invalid"), "true");
    assert.equal(await phone.page.locator("input[name=note]").inputValue(), "Actul casei");
    await holds("wrong-file");
  });

  test("a file that is too large for the host is said in the form, not instead of it", async () => {
    // Somebody whose app does not look first.
    await phone.page.evaluate(() => Object.defineProperty(File.prototype, "size", { get: () => 1, configurable: true }));
    await phone.page.locator("input[name=proof]").setInputFiles({ name: "mare.pdf", mimeType: "application/pdf", buffer: Buffer.concat([PDF, Buffer.alloc(21 << 20)]) });
    await button("Trimite actul").click();
    await phone.page.locator(".govuk-error-summary", { hasText: "prea mare" }).waitFor({ timeout: 60_000 });
    phone.forgive();
    assert.equal(await phone.page.locator("input[name=note]").inputValue(), "Actul casei");
    await holds("too-large");
    await phone.page.reload();
    await settled();
  });

  test("a right one is kept, given back under its own name, and to nobody else", async () => {
    await phone.page.locator("input[name=proof]").setInputFiles({ name: "Actul meu ștampilat.pdf", mimeType: "application/pdf", buffer: PDF });
    await button("Trimite actul").click();
    await phone.page.waitForURL(/#\/sculeni\/pocket\/paper/);
    await settled();
    await phone.page.getByText("Actul meu ștampilat.pdf").first().waitFor();
    await holds("paper");
    const saved = await phone.download(/^Descarcă/);
    assert.equal(saved.name, "Actul meu ștampilat.pdf");
    assert.equal(saved.text, PDF.toString());
    const stranger = await arrive("evo-stranger");
    await signIn(OTHER, stranger);
    await open(phone.page.url().replace(/^.*#/, "#"), stranger);
    await stranger.says(/Nu există un astfel de document/);
    const id = new URLSearchParams(phone.page.url().split("?")[1]).get("paper");
    const status = await stranger.page.evaluate(async (id) => (await fetch(`/evo/api/sculeni/modules/pocket/documents/${id}`)).status, id);
    assert.equal(status, 404);
    await stranger.leave();
  });

  test("an answer that comes late leads nobody back from where they have gone", async () => {
    await open("#/sculeni/pocket/mine");
    await fill("text", "x");
    let answer;
    const held = new Promise((resolve) => (answer = resolve));
    const asked = new Promise((resolve) => {
      phone.page.route(/\/actions\/say/, async (route) => {
        resolve();
        await held;
        await route.continue();
      });
    });
    await button("Trimite").click();
    await asked;
    assert.equal(await phone.page.locator("#evo-main").getAttribute("aria-busy"), "true", "it says that it is busy");
    await phone.page.evaluate(() => (location.hash = "#/sculeni/pocket/attach"));
    await settled();
    const came = phone.page.waitForResponse(/\/actions\/say/);
    answer();
    assert.equal((await came).status(), 200);
    await phone.page.waitForFunction(() => document.getElementById("evo-live").textContent === "Done");
    assert.match(phone.page.url(), /#\/sculeni\/pocket\/attach$/);
    assert.equal(await phone.page.locator("input[name=proof]").count(), 1);
    await phone.page.unroute(/\/actions\/say/);
  });

  test("nothing that was typed outlives signing out, in any tab", async () => {
    await open(FORM);
    await answers();
    assert.match(await drafts(), /Lampa/);
    const other = await phone.context.newPage();
    await other.goto(`${demo.address}/evo${FORM}`);
    await other.waitForSelector("[name='street.house']");
    await other.locator("[name='street.house']").fill("99Z");
    assert.match(await drafts({ page: other }), /99Z/);
    await open("#/sculeni");
    await phone.page.bringToFront();
    await button("Ieși din cont").click();
    await phone.page.waitForURL((url) => !url.pathname.startsWith("/evo"));
    await other.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith("evo-draft:")));
    if (phone.page.url().includes("/emulators/")) await phone.press("Continuați spre portal");
    await open(FORM);
    assert.equal(await drafts(), "");
    await phone.page.goBack().catch(() => {});
    assert.ok(!/Lampa|12A/.test(await phone.page.content()), "nor does the page that one goes back to");
    phone.forgive();
    await other.close();
  });

  test("whoever signs in next in the same tab finds nothing, though nobody signed out here", async () => {
    const shared = await arrive("evo-shared");
    await signIn(CITIZEN, shared);
    await open(FORM, shared);
    await answers(shared);
    // The session ends elsewhere (at MPass, by its time): the tab hears nothing of it.
    await shared.context.clearCookies();
    await signIn(OTHER, shared);
    await open(FORM, shared);
    assert.equal(await drafts(shared), "");
    assert.equal(await step(shared), "Pasul 1 din 3");
    assert.equal(await shared.page.locator("[name='street.house']").inputValue(), "");
    await shared.leave();
  });
});
