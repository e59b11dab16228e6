// The citizens' app in a phone-sized browser: what is signed and checked, an appointment from booking to cancelling, the same in three languages, without a
// connection, withdrawn, and tampered with on the way. Every screen is checked for accessibility at 360 px.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
// Somebody who is an official nowhere.
const CITIZEN = { IDNP: "2999999999997", Nume: "Bejenari", Prenume: "Maria" };
const PHONE = { width: 360, height: 740 };

describe("the citizens' app", { concurrency: false }, () => {
  let demo, browser, phone;
  const settled = (visitor = phone) => visitor.page.waitForFunction(() => document.querySelector("#evo-main h1") && !document.querySelector("#evo-main[aria-busy]"));
  const tap = async (name, visitor = phone) => {
    const pattern = typeof name === "string" ? { name, exact: true } : { name };
    await visitor.page.getByRole("button", pattern).or(visitor.page.getByRole("link", pattern)).first().click();
    await visitor.page.waitForTimeout(50);
    await settled(visitor);
  };
  const open = async (hash, visitor = phone) => {
    await visitor.page.goto(`${demo.address}/evo${hash}`);
    await settled(visitor);
  };
  async function narrow(what, visitor = phone) {
    const wide = await visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    assert.equal(wide, false, `${what} scrolls sideways at 360 px`);
    await visitor.check(what);
  }
  const arrive = async (name) => {
    const visitor = await Visitor.arrive(browser, { name });
    await visitor.page.setViewportSize(PHONE);
    return visitor;
  };

  before(async () => {
    demo = await startDemo({ clock: TODAY, data: await newData() });
    browser = await openBrowser();
    phone = await arrive("evo");
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  test("it can be installed", async () => {
    await open("");
    await phone.page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
    await phone.page.reload();
    await settled();
    const session = await phone.context.newCDPSession(phone.page);
    // The tests' window has no profile that an app could be installed in.
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors.map((error) => error.errorId).filter((id) => id !== "in-incognito"), []);
    const { manifest } = await session.send("Page.getAppManifest");
    assert.equal(manifest?.startUrl ?? `${demo.address}/evo`, `${demo.address}/evo`);
    await narrow("start");
  });

  test("a guest chooses a town hall, reads what a module may do, and sees what is free", async () => {
    await tap(/^Sculeni/);
    await narrow("modules");
    await tap(/^Ce poate face/);
    await phone.says(/Programări/);
    await phone.says(/permis/);
    await narrow("permissions");
    await tap("Deschide");
    await phone.says(/Intrați prin MPass ca să vă programați/);
    await narrow("guest-home");
  });

  test("a citizen signs in and comes back to where they were", async () => {
    await open("#/sculeni/appointments/ticket");
    await phone.says(/Trebuie să intrați în cont/);
    phone.forgive();
    await narrow("sign-in");
    await phone.page.getByRole("button", { name: "Intră cu MPass" }).click();
    await phone.page.waitForURL(/\/emulators\/mpass\//);
    for (const [label, value] of Object.entries(CITIZEN)) await phone.page.getByLabel(label, { exact: true }).fill(value);
    await phone.page.locator("form").filter({ has: phone.page.getByLabel("Prenume", { exact: true }) }).getByRole("button").click();
    await phone.press("Confirmați");
    await phone.press("Continuați spre portal");
    await settled();
    assert.match(phone.page.url(), /#\/sculeni\/appointments\/ticket$/);
    await phone.says(/azi/);
    await narrow("ticket");
  });

  test("a visit is booked, moved and cancelled", async () => {
    await open("#/sculeni/appointments/home");
    await tap("Programați o vizită");
    await narrow("choose-service");
    await phone.page.locator("main ul.evo-links a, main .evo-card a, main button.govuk-button").first().click();
    await settled();
    // Step by step to an hour: counter (where there are several), day, hour.
    for (let step = 0; step < 4 && !(await phone.page.getByRole("button", { name: "Mă programez" }).count()); step += 1) {
      const choice = phone.page.locator("main").getByRole("link", { name: /ora \d|locuri libere|un loc liber|Ghișeul|de locuri/ }).first();
      await choice.click();
      await phone.page.waitForTimeout(100);
      await settled();
      await narrow(`choose-${step}`);
    }
    await tap("Mă programez");
    await phone.says(/Vizita dumneavoastră|P-|programată/);
    await narrow("booked");
    await open("#/sculeni/appointments/home");
    await phone.says(/Vizitele care urmează/);
    await narrow("home");
    await phone.page.locator("main").getByRole("link", { name: /Deschide programarea|ora \d/ }).first().click();
    await phone.page.waitForTimeout(100);
    await settled();
    await narrow("visit");
    const when = async () => (await phone.words()).match(/ora \d+:\d\d/)[0];
    const before = await when();
    await tap("Mutați vizita la altă oră");
    for (let step = 0; step < 4 && !(await phone.page.getByRole("button", { name: /Mut vizita|Înainte/ }).count()); step += 1) {
      await phone.page.locator("main").getByRole("link", { name: /ora \d|loc liber|locuri libere/ }).last().click();
      await phone.page.waitForTimeout(100);
      await settled();
    }
    if (await phone.page.getByRole("button", { name: "Înainte" }).count()) await tap("Înainte");
    await tap("Mut vizita");
    await narrow("moved");
    assert.notEqual(await when(), before);
    // What cannot be taken back is looked at once more.
    await tap("Înainte");
    await narrow("cancel-check");
    await tap("Anulez vizita");
    await phone.says(/anulată/);
    await narrow("cancelled");
  });

  test("the other languages are on the same screen", async () => {
    await open("#/sculeni/appointments/home");
    for (const [code, word] of [["ru", /Запись на приём/], ["en", /Appointments/], ["ro", /Programări/]]) {
      await phone.page.locator(`.evo-bar__languages a[lang=${code}]`).click();
      await phone.page.waitForFunction((lang) => document.documentElement.lang === lang, code);
      await settled();
      await phone.says(word);
      assert.match(phone.page.url(), /#\/sculeni\/appointments\/home$/);
      await narrow(`home-${code}`);
    }
  });

  test("it opens without a connection, and says what that means", async () => {
    await open("#/sculeni");
    await phone.context.setOffline(true);
    await phone.page.reload();
    await settled();
    await phone.says(/Nu este conexiune/);
    await phone.says(/Programări/);
    phone.complaints = phone.complaints.filter((complaint) => !/ERR_INTERNET_DISCONNECTED/.test(complaint));
    await narrow("offline");
    await phone.page.goto(`${demo.address}/evo#/sculeni/appointments/home`);
    await settled();
    await phone.says(/Nu este conexiune/);
    phone.complaints = phone.complaints.filter((complaint) => !/ERR_INTERNET_DISCONNECTED/.test(complaint));
    await phone.context.setOffline(false);
    await tap("Încearcă din nou");
    await phone.says(/Programați/);
  });

  test("what the town hall withdraws while the phone is away is not opened again", async () => {
    await phone.context.setOffline(true);
    const { code, stderr } = await demo.vatra("plugin", "disable", "sculeni", "appointments");
    assert.equal(code, 0, stderr);
    await phone.context.setOffline(false);
    await open("#/sculeni/appointments/home");
    await phone.page.reload();
    await settled();
    await phone.says(/Serviciul nu mai este oferit/);
    phone.complaints = [];
    await narrow("withdrawn");
    await open("#/sculeni");
    await phone.page.reload();
    await settled();
    assert.equal(await phone.page.getByText("Programări", { exact: true }).count(), 0);
    const again = await demo.vatra("plugin", "enable", "sculeni", "appointments");
    assert.equal(again.code, 0, again.stderr);
  });

  test("what is changed on the way is not believed", async () => {
    const victim = await arrive("evo-tampered");
    // Somebody who holds the network rewrites a bundle: another name, the same digest promised.
    await victim.context.route(/\/evo\/api\/sculeni\/bundles\//, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replaceAll("Programări", "Premii");
      await route.fulfill({ response, body });
    });
    await open("#/sculeni/appointments/home", victim);
    await victim.says(/Serviciul nu poate fi verificat/);
    await narrow("forged-bundle", victim);
    await victim.context.unroute(/\/evo\/api\/sculeni\/bundles\//);
    // Or the list itself.
    await victim.context.route(/\/evo\/api\/sculeni(\?.*)?$/, async (route) => {
      const response = await route.fetch();
      const envelope = await response.json();
      const payload = JSON.parse(Buffer.from(envelope.payload, "base64").toString());
      payload.modules = [];
      envelope.payload = Buffer.from(JSON.stringify(payload)).toString("base64");
      await route.fulfill({ response, json: envelope });
    });
    await open("#/sculeni", victim);
    await victim.page.reload();
    await settled(victim);
    await victim.says(/Serviciul nu poate fi verificat/);
  });

  test("an older list than one seen before is not believed", async () => {
    const victim = await arrive("evo-replayed");
    let first, asked = 0;
    await victim.context.route(/\/evo\/api\/sculeni(\?.*)?$/, async (route) => {
      const response = await route.fetch();
      asked += 1;
      first ??= await response.text();
      // Once a later one was seen, the first comes again.
      await route.fulfill({ response, body: asked > 2 ? first : await response.text() });
    });
    await open("#/sculeni", victim);
    await victim.page.reload();
    await settled(victim);
    await victim.says(/Programări/);
    await victim.page.reload();
    await settled(victim);
    await victim.says(/Serviciul nu poate fi verificat/);
  });
});
