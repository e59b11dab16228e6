// A whole case without a mouse: signed in, a letter registered, found among what is to be done, answered, its answer signed by the mayor at MSign. Nothing here
// clicks or fills: every step is a key, and one always sees where one is.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { Keyboard } from "./lib/keyboard.js";
import { newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const [SECRETARY, MAYOR] = [/Tatiana Ursu/, /Ion Bejan/];

describe("by keyboard alone", { concurrency: false }, () => {
  let demo, browser, visitors;
  const at = (path) => `${demo.address}${path}`;

  before(async () => {
    demo = await startDemo({ clock: TODAY, data: await newData() });
    browser = await openBrowser();
    visitors = [];
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  async function signedIn(person, name) {
    const visitor = await Visitor.arrive(browser, { name });
    visitors.push(visitor);
    const keys = new Keyboard(visitor);
    await visitor.go(at("/"));
    await keys.to("Intrați prin MPass");
    await visitor.page.keyboard.press("Enter");
    await visitor.page.waitForURL(/\/emulators\/mpass\//);
    await keys.press(person);
    await keys.press("Confirmați");
    await keys.press("Continuați spre portal");
    return [visitor, keys];
  }

  let secretary, keys;

  test("one signs in, and skips what is the same on every page", async () => {
    [secretary, keys] = await signedIn(SECRETARY, "keyboard-secretary");
    await keys.to("Săriți la conținutul principal");
    await secretary.page.keyboard.press("Enter");
    const next = await keys.to(/./);
    const main = await secretary.page.evaluate(() => document.querySelector("main").contains(document.activeElement));
    assert.ok(main, `after skipping one is on “${next.words}”`);
  });

  test("the order of the keyboard is the order of the page", async () => {
    await secretary.go(at("/sculeni/secretary/register"));
    const places = [];
    for (let step = 0; step < 60; step += 1) {
      await secretary.page.keyboard.press("Tab");
      const here = await keys.here();
      if (here.kind === "body") break;
      const place = await secretary.page.evaluate(() => {
        const main = document.querySelector("main");
        return main.contains(document.activeElement) ? document.activeElement.getBoundingClientRect().top + window.scrollY : null;
      });
      if (place !== null) places.push([place, here.words]);
    }
    assert.ok(places.length > 8);
    const back = places.filter(([top], index) => index > 0 && top < places[index - 1][0] - 8);
    assert.deepEqual(back, [], "the focus goes up the page");
  });

  test("a letter is registered", async () => {
    await secretary.go(at("/sculeni"));
    await keys.press("Secretariat");
    await keys.press("Înregistrează o scrisoare");
    // A form that is not complete says so, and the keyboard begins at what is wrong.
    await keys.press("Înregistrează");
    secretary.forgive();
    const summary = await keys.here();
    assert.match(summary.words, /Ceva nu este în regulă/);
    await keys.to(/^Subiectul/);
    await secretary.page.keyboard.press("Enter");
    assert.equal((await keys.here()).kind, "input");
    await secretary.go(at("/sculeni/secretary/register"));
    await keys.choose("petiție", "cerere de informații");
    await keys.choose("persoană sau companie", "instituție");
    await keys.write("Instituția", "Consiliul raional Ungheni");
    await keys.write("Subiectul", "Date despre iluminatul stradal");
    await keys.choose("specialistul", "secretarul");
    await keys.press("Înregistrează");
    assert.equal(await secretary.heading(), "I-2026-00001: Date despre iluminatul stradal");
    await secretary.check("letter");
  });

  test("it is found among what is to be done, taken, and answered", async () => {
    await keys.press("Primăria Sculeni");
    await keys.press(/^(Neatribuite|Ale mele|Toate) 1$/);
    await keys.press(/Răspundeți la I-2026-00001/);
    await secretary.says(/Date despre iluminatul stradal/);
    await keys.write(/^Textul răspunsului/, "Iluminatul a fost reparat pe toate străzile.");
    await keys.press("Trimite la semnat");
    await keys.press("Trimite la semnat");
    assert.equal(await secretary.heading(), "E-2026-00001: Cu privire la I-2026-00001");
  });

  test("the mayor ticks it and signs it at MSign", async () => {
    const [mayor, fingers] = await signedIn(MAYOR, "keyboard-mayor");
    const queue = at("/sculeni/signing");
    const ready = mayor.page.locator("main tbody input[type=checkbox]");
    for (let attempt = 0; attempt < 80; attempt += 1) {
      await mayor.go(queue);
      if (await ready.count()) break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await fingers.to(/I-2026-00001/, { kind: "input" });
    await mayor.page.keyboard.press("Space");
    assert.ok(await ready.first().isChecked());
    await fingers.to("Semnați");
    await mayor.page.keyboard.press("Enter");
    await mayor.page.waitForURL(/\/emulators\/msign\//);
    await fingers.choose(/./, "Buletin de identitate electronic");
    await fingers.write("Numele și prenumele", "Bejan Ion");
    await fingers.press("Continuă");
    await fingers.write("PIN", "1234");
    await fingers.press("Semnează");
    await fingers.to("Înapoi la sistemul care a cerut semnătura");
    await mayor.page.keyboard.press("Enter");
    await mayor.page.waitForURL((url) => !/\/signing\/[^/]+$/.test(url.pathname) && !url.pathname.startsWith("/emulators/"));
    await mayor.says(/Documentele sunt semnate/);
    await mayor.check("signed");
  });

  test("a register is searched, and its entry opened", async () => {
    await secretary.go(at("/sculeni/secretary/incoming"));
    await keys.write(/^Căutare/, "iluminatul");
    await Promise.all([secretary.page.waitForEvent("domcontentloaded"), secretary.page.keyboard.press("Enter")]);
    await secretary.says(/I-2026-00001/);
    assert.match(secretary.page.url(), /q=iluminatul/);
    await keys.press(/^I-2026-00001$/);
    assert.equal(await secretary.heading(), "I-2026-00001: Date despre iluminatul stradal");
  });
});
