// The certificate of family composition, in a browser: applied for at the counter, paid through MPay, issued and signed by the secretary, followed by number and
// code, checked by the code on the paper.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { codeOf, paper, signAll } from "./lib/services.js";
import { newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const SECRETARY = "Tatiana Ursu";
// Somebody whom the town hall knows.
const APPLICANT = "2014763209583";

for (const scripts of [true, false]) {
  describe(`certificates with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, secretary, citizen, number, code, page, signed;
    const at = (path) => `${demo.address}${path}`;
    const module = (path) => at(`/sculeni/secretary/${path}`);

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      browser = await openBrowser();
      secretary = await Visitor.arrive(browser, { scripts, name: "family-certificate-secretary" });
      citizen = await Visitor.arrive(browser, { scripts, name: "family-certificate-citizen" });
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    const follow = async (by = code) => {
      await citizen.go(at("/sculeni/cases"));
      await citizen.fill("Numărul cererii", number);
      await citizen.fill("Codul de urmărire", by);
      await citizen.press("Arată starea");
    };

    test("the secretary writes down the application of who stands at the counter", async () => {
      await secretary.signIn(demo.address, SECRETARY);
      await secretary.go(module("certificates"));
      await secretary.everyWidth("certificates");
      await secretary.fill("Solicitant", APPLICANT);
      await secretary.press("Mai departe");
      await secretary.says(/Doina Ceban/);
      await secretary.everyWidth("application");
      // Something is missing: it is said, linked, and what was written stays.
      await secretary.fill("Pentru ce aveți nevoie de certificat", "înscrierea la grădiniță");
      await secretary.press("Continuați", secretary.page.locator("main .govuk-button-group").last());
      secretary.forgive();
      await secretary.check("application-incomplete");
      assert.ok(await secretary.page.locator(".govuk-error-summary a").count());
      assert.equal(await secretary.page.getByLabel("Pentru ce aveți nevoie de certificat").inputValue(), "înscrierea la grădiniță");
      const member = (place) => secretary.page.getByRole("group", { name: `Membrii familiei ${place}` });
      await secretary.fill("Numele și prenumele", "Ceban Doina", member(1));
      await secretary.fill("Gradul de rudenie", "solicitant", member(1));
      await secretary.press(/^Adăugați încă/);
      secretary.forgive();
      await secretary.fill("Numele și prenumele", "Ceban Matei", member(2));
      await secretary.fill("Gradul de rudenie", "fiu", member(2));
      await secretary.fill(/^Anul nașterii/, "2022", member(2));
      await secretary.press("Continuați", secretary.page.locator("main .govuk-button-group").last());
      await secretary.says(/Ceban Matei; Gradul de rudenie: fiu; Anul nașterii: 2022/);
      await secretary.everyWidth("application-checked");
      await secretary.press("Depuneți cererea");
      const words = await secretary.words();
      [, number, code] = words.match(/cu numărul (C-2026-\d{5}) și codul ([A-Z0-9-]{14})/) ?? [];
      assert.ok(code, words);
      await secretary.check("application-handed-in");
    });

    test("the applicant follows it by number and code, and nobody without the code", async () => {
      await follow();
      await citizen.says(/Se așteaptă plata/);
      // The page says nothing of the applicant.
      assert.doesNotMatch(await citizen.words(), /Ceban|2014763209583/);
      await citizen.everyWidth("followed");
      await follow(code.replace(/.$/, (last) => (last === "A" ? "B" : "A")));
      await citizen.says(/Nu există o cerere cu acest număr și cod/);
      citizen.forgive();
      await citizen.check("followed-wrong-code");
    });

    test("the fee is paid at MPay, and the work begins", async () => {
      await secretary.comesToSay(/C-2026-00001/, module("certificates"));
      await secretary.press(number);
      page = secretary.page.url();
      await secretary.comesToSay(/Achitați prin MPay/, page);
      await secretary.everyWidth("certificate-to-pay");
      await secretary.press("Achitați prin MPay");
      await secretary.says(/25,00/);
      await secretary.press("Plătește");
      await secretary.says(/Recipisa/);
      await secretary.comesToSay(/Întocmește și semnează/, page);
      // What happened is said in words, never by a code.
      assert.doesNotMatch(await secretary.words(), /certificate-/);
      await secretary.everyWidth("certificate-to-issue");
      await secretary.go(module("home"));
      await secretary.says(/Eliberați certificatul/);
      await follow();
      await citizen.says(/În lucru/);
    });

    test("it is issued only when the household register was looked at, then signed", async () => {
      await secretary.go(page);
      const form = secretary.page.locator("form").filter({ has: secretary.page.locator("[name=checked]") });
      await secretary.press(await form.getByRole("button").last().innerText(), form);
      secretary.forgive();
      await secretary.check("certificate-not-looked-up");
      assert.ok(await secretary.page.locator(".govuk-error-summary a").count());
      await form.locator("[name=checked]").last().check();
      await secretary.press(await form.getByRole("button").last().innerText(), form);
      // The paper is still being made: it is signed from the queue.
      await secretary.says(/Așteaptă semnătura dumneavoastră/);
      await signAll(secretary, at("/sculeni/signing"));
      await secretary.comesToSay(/Aprobat/, page);
      assert.equal(await secretary.page.getByRole("link", { name: "Descarcă" }).count(), 1, "the paper stands once on the page");
      await secretary.everyWidth("certificate-handed");
    });

    test("the paper holds, and its code says so to anybody", async () => {
      const file = await secretary.download(/Descarcă/);
      const words = paper(file.bytes);
      for (const part of ["CERTIFICAT PRIVIND COMPONENȚA FAMILIEI", "Ceban Matei", "fiu", "2022", "înscrierea la grădiniță", "CF-2026-0001"]) assert.ok(words.includes(part), `${part}: ${words}`);
      signed = codeOf(words);
      await citizen.go(at(`/check/${signed.code}`));
      await citizen.says(/Documentul este autentic și valabil/);
      assert.equal(await citizen.fact("Numărul"), "CF-2026-0001");
      assert.equal(await citizen.fact("Semnături electronice"), "1 semnătură valabilă");
      assert.doesNotMatch(await citizen.words(), /Matei/);
      await citizen.everyWidth("certificate-checked");
      await follow();
      await citizen.says(/Aprobat/);
      await citizen.check("followed-approved");
    });

    test("followed in Russian and English", async () => {
      for (const [language, words] of [["ru", /Одобрено/], ["en", /Approved/]]) {
        await citizen.go(at(`/sculeni/cases?lang=${language}`));
        await citizen.page.locator("main input[type=text]").first().fill(number);
        await citizen.page.locator("main input[type=text]").nth(1).fill(code);
        await Promise.all([citizen.page.waitForEvent("domcontentloaded"), citizen.page.locator("main form button").last().click()]);
        await citizen.says(words);
        await citizen.check(`followed-${language}`);
      }
    });
  });
}
