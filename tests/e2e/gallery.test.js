// Every block, every type of input and every page of the host, as a browser shows them: no axe violation, nothing wider than the screen, on
// telephones, tablets and desks, in forced colours and on paper; and what the page's script adds. `tests/run.sh` writes the pages.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";

const folder = process.env.VATRA_GALLERY;
if (!folder) throw new Error("VATRA_GALLERY names the folder that `cargo run -p vatra-view --example gallery -- FOLDER` wrote");
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2" };
// The portal's own policy, so that a page that needs more is noticed.
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
// What the app draws has a test of its own.
const files = (await readdir(folder)).filter((name) => name.endsWith(".html") && !name.startsWith("app-")).sort();
const blocks = ["blocks", "charts", "places", "days", "work", "inputs", "inputs-wrong", "votes", "votes-wrong", "step-first", "step-lease", "step-family", "step-check"];
let server, browser, address;

before(async () => {
  server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://gallery").pathname));
    try {
      const body = await readFile(join(folder, path));
      response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream", "content-security-policy": policy }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Whether the page can be read without moving it sideways. */
async function fits(page, what) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= room, `${what}: ${wide} px in ${room}`);
}

describe("the gallery", { concurrency: false }, () => {
  test("has every page in every language", () => {
    for (const name of blocks) for (const code of ["ro", "ru", "en"]) assert.ok(files.includes(`${name}.${code}.html`), `${name}.${code}`);
  });

  for (const [width, scripts] of [[320, true], [768, false], [1280, true]]) {
    test(`holds at ${width} px with scripts ${scripts ? "on" : "off"}`, async () => {
      const visitor = await Visitor.arrive(browser, { scripts, name: `gallery-${width}` });
      await visitor.page.setViewportSize({ width, height: 900 });
      // Blocks in all languages where words take the most room; the host's own pages where people sit.
      const isBlock = (name) => blocks.includes(name.split(".")[0]);
      const seen = files.filter((name) => (width === 320 ? isBlock(name) : name.endsWith(".ro.html") && (width === 1280 || isBlock(name))));
      for (const name of seen) {
        await visitor.go(`${address}/${name}`);
        await fits(visitor.page, name);
        await visitor.check(name.replace(".html", ""));
      }
      await visitor.leave();
    });
  }

  for (const media of [{ forcedColors: "active", colorScheme: "dark" }, { media: "print" }]) {
    test(`holds with ${Object.values(media)[0] === "print" ? "paper" : "forced colours"}`, async () => {
      const visitor = await Visitor.arrive(browser, { name: `gallery-${media.media ?? "forced"}` });
      await visitor.page.emulateMedia(media);
      for (const name of blocks) {
        await visitor.go(`${address}/${name}.ro.html`);
        // axe reads the style sheet's colours, not those that the reader has forced.
        await visitor.check(name, { except: media.forcedColors ? ["color-contrast"] : [] });
      }
      if (media.media === "print") {
        await visitor.go(`${address}/charts.ro.html`);
        assert.ok(await visitor.page.locator("#chart-1-table").isVisible(), "a chart's numbers are on paper");
      }
      await visitor.leave();
    });
  }

  test("a long list is searched by words without diacritics", async () => {
    const visitor = await Visitor.arrive(browser);
    await visitor.go(`${address}/inputs.ru.html`);
    const list = visitor.page.locator("select[data-vatra-find]");
    assert.equal(await list.locator("option").count(), 21);
    await visitor.page.locator(".vatra-find").fill("СЕЛО 17");
    assert.equal(await list.inputValue(), "v17");
    assert.equal(await list.locator("option").count(), 2);
    await visitor.leave();
  });

  test("a map is reached and left by the keyboard, and dragged by the mouse", async () => {
    const visitor = await Visitor.arrive(browser);
    await visitor.go(`${address}/places.ro.html`);
    const { page } = visitor;
    const map = page.locator("svg[data-vatra-map]").first();
    await map.locator("a").first().focus();
    for (let shape = 0; shape < 10; shape += 1) await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.vatraWay), "map-in", "after ten shapes come the ways");
    const box = await map.boundingBox();
    const view = () => map.getAttribute("viewBox");
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -100);
    await page.waitForFunction((before) => document.querySelector("svg[data-vatra-map]").viewBox.baseVal.width < before, 1000);
    await page.keyboard.up("Control");
    const near = await page.evaluate(() => document.querySelector("svg[data-vatra-map]").viewBox.baseVal.x);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 60, box.y + 20, { steps: 4 });
    await page.mouse.up();
    const moved = await page.evaluate(() => document.querySelector("svg[data-vatra-map]").viewBox.baseVal.x);
    assert.ok(moved > near, `${moved} is further east than ${near}`);
    assert.ok(await view());
    await visitor.leave();
  });

  test("the Enter key sends a form that has other buttons", async () => {
    const visitor = await Visitor.arrive(browser);
    await visitor.go(`${address}/inputs-wrong.ro.html`);
    const sent = visitor.page.waitForRequest((request) => request.method() === "POST");
    await visitor.page.locator("input[name='phone']").press("Enter");
    const body = (await sent).postData() ?? "";
    assert.ok(!body.includes("vatra-more") && !body.includes("vatra-less"), "nothing of the group was added or taken away");
    await visitor.leave();
  });
});
