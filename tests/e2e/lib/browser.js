// Chromium with or without scripts, and what is asked of every page: no axe violation, a title, a language, no error in the console.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const shots = process.env.VATRA_SCREENSHOTS;
const WIDTHS = [320, 768, 1280];

/** A browser of its own. The sandbox is off only for root, who cannot have it. */
export async function openBrowser() {
  const root = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: root ? ["--no-sandbox"] : [] });
}

/** One person's browser window. `scripts: false` switches JavaScript off. */
export class Visitor {
  static async arrive(browser, { scripts = true, name = "visitor" } = {}) {
    const context = await browser.newContext({ javaScriptEnabled: scripts, locale: "ro-MD", viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    context.setDefaultTimeout(15_000);
    const visitor = new Visitor();
    visitor.context = context;
    visitor.browser = browser;
    visitor.scripts = scripts;
    visitor.name = name + (scripts ? "" : "-noscript");
    visitor.page = await context.newPage();
    visitor.complaints = [];
    visitor.seen = 0;
    visitor.page.on("console", (message) => message.type() === "error" && visitor.complaints.push(message.text()));
    visitor.page.on("pageerror", (error) => visitor.complaints.push(String(error)));
    return visitor;
  }

  /** Goes to an address and expects this status. */
  async go(address, status = 200) {
    const response = await this.page.goto(address);
    assert.equal(response.status(), status, `${address} answered ${response.status()}`);
    if (status >= 400) this.forgive();
    return response;
  }

  /** Presses what is called so (a button or a link) and waits for the page that follows. */
  async press(name, within = this.page) {
    const pattern = typeof name === "string" ? { name, exact: true } : { name };
    const control = within.getByRole("button", pattern).or(within.getByRole("link", pattern)).first();
    await Promise.all([this.page.waitForEvent("domcontentloaded"), control.click()]);
  }

  /** Forgets what the console complained of: Chromium reports a page's own refusal (a status of 400 and above) there. */
  forgive() {
    this.complaints = this.complaints.filter((complaint) => !/status of 4\d\d/.test(complaint));
  }

  /** Goes on to MPass from a page of the portal: by itself where scripts run, by its button elsewhere. */
  async goToMPass(name) {
    const control = this.page.getByRole("button", { name }).or(this.page.getByRole("link", { name })).first();
    await control.click();
    if (!this.scripts) await this.page.getByRole("button", { name: "Continuați la MPass" }).click();
    await this.page.waitForURL(/\/emulators\/mpass\//);
  }

  /** Is this person at the emulated MPass, proves it, and comes back to the portal. */
  async beAtMPass(name) {
    await this.press(new RegExp(name));
    await this.press("Confirmați");
    await this.press("Continuați spre portal");
  }

  /** Signs in at the emulated MPass as the person of this name. */
  async signIn(address, name) {
    await this.go(`${address}/`);
    await this.goToMPass(/^Intrați prin MPass/);
    await this.beAtMPass(name);
  }

  /** Leaves the session, here and at MPass. */
  async signOut() {
    await this.goToMPass("Ieșire");
    await this.press("Continuați spre portal");
  }

  /** Fills the field with this label. */
  async fill(label, value, within = this.page) {
    await within.getByLabel(label).first().fill(value);
  }

  /** The rows of the bound table with this id, as texts of their cells. */
  async rows(id) {
    const rows = await this.page.locator(`#t-${id} tbody tr`).all();
    return Promise.all(rows.map(async (row) => (await row.locator("th, td").allInnerTexts()).map(plain)));
  }

  /** Searches the bound table with this id. */
  async search(id, words) {
    const table = this.page.locator(`#t-${id}`);
    await table.locator("input[type=search]").fill(words);
    await this.press("Căutați", table);
  }

  /** The page as a person with a screen reader finds it: fails on any axe violation. Takes a screenshot when a folder is named. `except`: axe's
   *  rules that it cannot judge there. */
  async check(what, { except = [] } = {}) {
    this.seen += 1;
    if (shots) {
      await mkdir(shots, { recursive: true });
      const number = String(this.seen).padStart(2, "0");
      await this.page.screenshot({ path: join(shots, `${this.name}-${number}-${what}.png`), fullPage: true });
    }
    assert.ok(await this.page.title(), `${what}: the page has no title`);
    assert.match(await this.page.locator("html").getAttribute("lang"), /^(ro|ru|en)$/, `${what}: the page names no language`);
    assert.equal(await this.page.locator("h1").count(), 1, `${what}: one heading of the first level`);
    const violations = await (this.scripts ? violationsOf(this.page) : this.withScripts((twin) => violationsOf(twin)));
    const told = violations.filter(({ id }) => !except.includes(id)).map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.map((node) => node.html).join("\n    ")}`);
    assert.deepEqual(told, [], `${what}: axe found\n  ${told.join("\n  ")}`);
    assert.deepEqual(this.complaints, [], `${what}: the console has errors`);
  }

  /** The same page at every width that people have, without scrolling sideways. */
  async everyWidth(what, widths = WIDTHS) {
    for (const width of widths) {
      await this.page.setViewportSize({ width, height: 900 });
      const wide = await this.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
      assert.equal(wide, false, `${what} scrolls sideways at ${width}`);
      await this.check(`${what}-${width}`);
    }
  }

  /** The heading of the page. */
  async heading() {
    return plain(await this.page.locator("h1").innerText());
  }

  /** Fills a date's three inputs, by what the date is called. */
  async date(group, [day, month, year]) {
    const within = this.page.getByRole("group", { name: group });
    for (const [part, value] of Object.entries({ Ziua: day, Luna: month, Anul: year })) await this.fill(part, value, within);
  }

  /** Asks for the page again until it says this: what was told to a module is handled soon after. */
  async comesToSay(pattern, address = this.page.url()) {
    for (let attempt = 0; ; attempt += 1) {
      await this.go(address);
      if (pattern.test(await this.words())) return;
      assert.ok(attempt < 60, `${address} does not come to say ${pattern}: ${(await this.words()).slice(0, 600)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** The value beside a label of a summary list, its spaces made plain. */
  async fact(label) {
    const row = this.page.locator("dl > div").filter({ has: this.page.getByText(label, { exact: true }) }).first();
    return plain(await row.locator("dd").first().innerText());
  }

  /** All words of the page's main part, spaces made plain. */
  async words() {
    return plain(await this.page.locator("main").innerText());
  }

  /** The page says this. */
  async says(pattern) {
    const words = await this.words();
    assert.ok(pattern.test(words), `${this.page.url()} does not say ${pattern}: ${words.slice(0, 600)}`);
  }

  /** What is downloaded by pressing this. */
  async download(name) {
    const control = this.page.getByRole("link", { name }).or(this.page.getByRole("button", { name })).first();
    const [download] = await Promise.all([this.page.waitForEvent("download"), control.click()]);
    assert.equal(await download.failure(), null, `${download.url()} cannot be downloaded`);
    const pieces = [];
    for await (const piece of await download.createReadStream()) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    return { name: download.suggestedFilename(), bytes, text: bytes.toString("utf8") };
  }

  /** axe is a script itself: where they are off it reads a twin of the page, the same markup and style without the page's scripts. */
  async withScripts(use) {
    const context = await this.browser.newContext({ locale: "ro-MD", viewport: this.page.viewportSize() });
    try {
      const [address, body] = [this.page.url(), await this.page.content()];
      await context.route(/\.m?js([?#]|$)/, (route) => route.abort());
      await context.route(address, (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
      const twin = await context.newPage();
      await twin.goto(address);
      return await use(twin);
    } finally {
      await context.close();
    }
  }

  async leave() {
    await this.context.close();
  }
}

/** Evaluated by the debugger, so that the page's own content security policy stays as it is. */
const violationsOf = async (page) => (await page.evaluate(`${axe.source}; axe.run(document, { resultTypes: ["violations"] })`)).violations;

/** Runs of any space as one ordinary space. */
export const plain = (text) => text.replace(/[\s\u00a0\u202f]+/g, " ").trim();
