// Every block and every type of input as the citizens' app draws it: its own modules over the samples of `host/view`, at the widths of phones, in
// three languages. Nothing is asked of a host; `tests/run.sh` writes the pages.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";

const folder = process.env.VATRA_GALLERY;
if (!folder) throw new Error("VATRA_GALLERY names the folder that `cargo run -p vatra-view --example gallery -- FOLDER` wrote");
const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png" };
// The app's own policy but for the network, of which drawing needs none.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const samples = (await readdir(folder)).filter((name) => /^app-.*\.html$/.test(name)).sort();
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

const arrive = async (name, width = 360) => {
  const visitor = await Visitor.arrive(browser, { name });
  await visitor.page.setViewportSize({ width, height: 740 });
  return visitor;
};
const open = async (visitor, name) => {
  await visitor.go(`${address}/${name}`);
  await visitor.page.waitForSelector("#evo-main[data-drawn]");
};
async function holds(visitor, what) {
  const { wide, room, guilty } = await visitor.page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const guilty = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1).map((one) => one.outerHTML.slice(0, 120));
    return { wide: document.documentElement.scrollWidth, room, guilty };
  });
  assert.ok(wide <= room, `${what}: ${wide} px in ${room}: ${guilty.slice(0, 3).join("\n")}`);
  await visitor.check(what);
}
const done = (visitor) => visitor.page.evaluate(() => window.gallery);
const press = (visitor, name) => visitor.page.getByRole("button", { name, exact: true }).filter({ visible: true }).click();

describe("the app's gallery", { concurrency: false }, () => {
  test("every block of every sample is drawn, and none said to be left out", async () => {
    assert.equal(samples.length, 8 * 3, samples.join());
    const visitor = await arrive("app-drawn");
    for (const name of samples.filter((one) => one.endsWith(".ro.html"))) {
      await open(visitor, name);
      const { given, drawn, missing } = await visitor.page.evaluate(() => ({
        given: JSON.parse(document.getElementById("sample").textContent).screen.blocks.map((block) => block.type),
        drawn: [...document.querySelectorAll("[data-block]")].map((block) => [block.dataset.block, block.textContent.trim().length]),
        missing: JSON.parse(document.getElementById("evo-words").textContent)["evo-not-shown"],
      }));
      assert.deepEqual(drawn.map(([type]) => type), given, name);
      for (const [type, length] of drawn) assert.ok(length > 0, `${name}: ${type} is empty`);
      const words = await visitor.words();
      for (const odd of [missing, "undefined", "[object", "NaN", "null"]) assert.ok(!words.includes(odd), `${name} says ${odd}`);
    }
    await visitor.leave();
  });

  for (const width of [320, 360]) {
    test(`holds at ${width} px in three languages`, async () => {
      const visitor = await arrive(`app-${width}`, width);
      for (const name of samples) {
        await open(visitor, name);
        // Pages of a form that are not seen yet are looked at, too.
        await holds(visitor, name.replace(".html", ""));
      }
      await visitor.leave();
    });
  }

  test("what is wrong with any type of input is said above the form and at the input", async () => {
    const visitor = await arrive("app-wrong");
    for (const name of ["app-inputs.ro.html", "app-votes.ru.html"]) {
      await open(visitor, name);
      await visitor.page.locator("form.evo-form button[type=submit]").click();
      const summary = visitor.page.locator(".govuk-error-summary");
      await summary.waitFor();
      const links = await summary.locator("a").all();
      const told = await visitor.page.evaluate(() => JSON.parse(document.getElementById("sample").textContent).errors.length);
      assert.ok(told > 1 && links.length >= told - 1, `${links.length} of ${told} lead to their input`);
      await links[0].click();
      const focused = await visitor.page.evaluate(() => {
        const one = document.activeElement;
        const says = one.getAttribute("aria-describedby")?.split(" ").map((id) => document.getElementById(id)?.textContent ?? `no ${id}`);
        return { invalid: one.getAttribute("aria-invalid"), says };
      });
      assert.equal(focused.invalid, "true");
      assert.ok(focused.says?.some((text) => text.length > 5) && focused.says.every((text) => !text.startsWith("no ")), JSON.stringify(focused));
      await holds(visitor, name.replace(".html", "-wrong"));
      // What was wrong once is not said any more when it is sent again.
      await visitor.page.locator("form.evo-form button[type=submit]").click();
      await visitor.page.waitForFunction(() => window.gallery.length === 2);
      assert.equal(await visitor.page.locator(".govuk-error-message").count(), 0);
      assert.equal(await visitor.page.locator("[aria-invalid]").count(), 0);
    }
    await visitor.leave();
  });

  test("what is asked depends on what was answered, and is not sent otherwise", async () => {
    const visitor = await arrive("app-when");
    const { page } = visitor;
    await open(visitor, "app-inputs.ro.html");
    const asked = (name) => page.locator(`[data-input="${name}"]`).first().isVisible();
    assert.deepEqual([await asked("lease"), await asked("rent"), await asked("parcel")], [false, false, false], "nothing was answered");
    const choose = (input, value) => page.locator(`input[name="${input}"][value="${value}"]`).check();
    await choose("rented", "yes");
    await choose("kind", "land");
    assert.deepEqual([await asked("lease"), await asked("rent"), await asked("parcel")], [true, true, true]);
    await page.locator("input[name=rent]").fill("12,50");
    await choose("rented", "no");
    await page.locator("form.evo-form button[type=submit]").click();
    const [[, action, fields]] = await done(visitor);
    const names = fields.map(([name]) => name);
    assert.equal(action, "declare");
    assert.ok(names.includes("parcel") && !names.includes("rent") && !names.includes("lease.from"), names.join());
    assert.ok(["home.locality", "home.street", "home.house", "home.flat"].every((name) => names.includes(name)), names.join());
    assert.ok(!names.includes("contract"), "a file that was not chosen is not sent");
    assert.ok(names.includes("submission"));
    await visitor.leave();
  });

  test("a form of several pages: one page at a time, checked, kept through a reload, sent whole", async () => {
    const visitor = await arrive("app-steps");
    const { page } = visitor;
    await open(visitor, "app-steps.ro.html");
    const fill = (name, value) => page.locator(`[name="${name}"]`).fill(value);
    const step = () => page.locator(".evo-step").innerText();
    const check = (name, value = "yes") => page.locator(`input[name="${name}"][value="${value}"]`).check();
    assert.equal(await step(), "Pasul 1 din 5");
    await press(visitor, "Înainte");
    await visitor.says(/Verificați următoarele/);
    assert.match(await page.locator(".govuk-error-summary").innerText(), /Completați câmpul/);
    await holds(visitor, "page-1-missing");
    // Nobody is looked for on the phone; the rest of the form can be gone through.
    await page.evaluate(() => document.querySelectorAll('[data-input="owner"]').forEach((one) => one.removeAttribute("data-required")));
    await fill("home.locality", "Sculeni");
    await fill("home.house", "12A");
    await fill("phone", "069 123 456");
    await press(visitor, "Înainte");
    assert.equal(await step(), "Pasul 2 din 5");
    await check("kind", "land");
    await fill("parcel", "9256201541");
    await check("rented", "no");
    await holds(visitor, "page-2");
    await press(visitor, "Înainte");
    // Rent and lease are not asked; two accounts are, so the page stays.
    assert.equal(await step(), "Pasul 3 din 5");
    assert.ok(!(await page.locator('[data-input="lease"]').isVisible()));
    await press(visitor, "Înainte");
    assert.equal(await step(), "Pasul 4 din 5");
    await fill("children.1.name", "Pîslaru Dan");
    await fill("children.1.born", "2015-04-03");
    await page.getByRole("button", { name: /^Adaugă încă una/ }).click();
    await fill("children.2.name", "Pîslaru Eva");
    await page.getByRole("button", { name: /^Adaugă încă una/ }).click();
    await fill("children.3.name", "Pîslaru Ion");
    assert.ok(!(await page.getByRole("button", { name: /^Adaugă încă una/ }).isVisible()), "three at most");
    await page.getByRole("button", { name: /^Șterge ?: .* 2$/ }).click();
    assert.equal(await page.locator('[name="children.2.name"]').inputValue(), "Pîslaru Ion", "numbered anew");
    await press(visitor, "Înainte");
    assert.equal(await step(), "Pasul 4 din 5", "a child was begun and not finished");
    await fill("children.2.born", "2018-10-12");
    await holds(visitor, "page-4");
    await press(visitor, "Înainte");

    await page.reload();
    await page.waitForSelector("#evo-main[data-drawn]");
    assert.equal(await step(), "Pasul 5 din 5");
    await visitor.says(/a rămas pe acest telefon/);
    await holds(visitor, "kept");
    await page.evaluate(() => document.querySelectorAll('[data-input="owner"]').forEach((one) => one.removeAttribute("data-required")));
    await fill("note", "Casa de la drum");
    await check("sworn");
    await press(visitor, "Înainte");
    await visitor.says(/Verificați răspunsurile/);
    await visitor.says(/Sculeni, 12A/);
    await visitor.says(/Pîslaru Ion/);
    await visitor.says(/03\.04\.2015/);
    assert.ok(!/Pîslaru Eva/.test(await visitor.words()));
    await holds(visitor, "check");
    // One answer is changed, nothing else is lost.
    await page.getByRole("button", { name: /^Schimbă ?: .*[Tt]elefon/ }).first().click();
    await fill("phone", "069 000 111");
    for (let page_ = 1; page_ < 5; page_ += 1) await press(visitor, "Înainte");
    await press(visitor, "Înainte");
    await visitor.says(/069 000 111/);
    const send = page.locator("form.evo-form button[type=submit]");
    await send.click();
    // Everything wrong: the first page with a mistake, each of them linked, the values there.
    await page.locator(".govuk-error-summary").waitFor();
    assert.equal(await step(), "Pasul 1 din 5");
    assert.equal(await page.locator('[name="home.locality"]').inputValue(), "Sculeni");
    await page.locator(".govuk-error-summary a").last().click();
    assert.equal(await page.evaluate(() => document.activeElement.closest("[hidden]")), null, "the page of the mistake is shown");
    await holds(visitor, "wrong");
    while (!(await page.getByText("Verificați răspunsurile").isVisible())) {
      await page.evaluate(() => document.querySelectorAll('[data-input="owner"]').forEach((one) => one.removeAttribute("data-required")));
      await press(visitor, "Înainte");
    }
    await send.click();
    await page.waitForFunction(() => window.gallery.length === 2);
    const [[, , first], [, , second]] = await done(visitor);
    const value = (fields, name) => fields.filter(([key]) => key === name).map(([, one]) => one);
    assert.deepEqual(value(second, "vatra-step"), ["declare"]);
    assert.deepEqual([value(second, "children.2.name"), value(second, "children.3.name")], [["Pîslaru Ion"], []]);
    assert.deepEqual(value(first, "submission"), value(second, "submission"), "performed once, however often it is sent");
    assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("evo-draft:"))), [], "what was sent is kept no longer");
    await visitor.leave();
  });

  test("a file that is too large is refused before it is sent, and everything else stays", async () => {
    const visitor = await arrive("app-file");
    const { page } = visitor;
    await open(visitor, "app-inputs.ru.html");
    assert.equal(await page.locator("input[name=contract]").getAttribute("accept"), ".pdf,.jpg,.jpeg");
    await page.locator("input[name=phone]").fill("069 123 456");
    await page.locator("input[name=contract]").setInputFiles({ name: "договор.pdf", mimeType: "application/pdf", buffer: Buffer.alloc((20 << 20) + 1) });
    await page.locator("form.evo-form button[type=submit]").click();
    await visitor.says(/больше 20 МБ/);
    assert.deepEqual(await done(visitor), []);
    assert.equal(await page.locator("input[name=phone]").inputValue(), "069 123 456");
    await holds(visitor, "file-too-large");
    await visitor.leave();
  });

  test("documents, payments and cases do what they say", async () => {
    const visitor = await arrive("app-deeds");
    const { page } = visitor;
    await open(visitor, "app-blocks.ro.html");
    await page.getByRole("button", { name: /^Descarcă/ }).click();
    assert.equal(await page.getByRole("link", { name: "Verifică dacă este autentic" }).getAttribute("href"), "/check/K7QX-2M9T-8RWA");
    await page.getByRole("button", { name: "Achitați prin MPay" }).click();
    assert.deepEqual((await done(visitor)).map(([what]) => what), ["document", "leave"]);
    await visitor.says(/Rămas de achitat/);
    await open(visitor, "app-work.ro.html");
    await visitor.says(/SC-2026-00017/);
    await visitor.says(/Anexați contractul de locațiune/);
    await open(visitor, "app-places.ro.html");
    assert.equal(await page.locator("svg.evo-map path").count(), 10, "each entry with an outline is on the map");
    await visitor.leave();
  });
});
