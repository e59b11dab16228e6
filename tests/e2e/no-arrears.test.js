// The certificate of no arrears, in a browser: not for who owes, whatever they post; given to who does not, on paper with a code that anybody checks, until it
// no longer holds.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { codeOf, paper } from "./lib/services.js";
import { newData, startDemo } from "./lib/vatra.js";
import * as roll from "./lib/roll.js";

const TODAY = "2026-10-01T09:00";
// A certificate holds for 15 days.
const LATER = "2026-10-20T09:00";
const COLLECTOR = "Vasile Moraru";
// Both terms have passed: one paid everything, the other nothing.
const [CLEAN, OWING] = ["9256000-000044", "9256000-000001"].map(roll.account);
// The portal writes the comma below, whatever the roll has.
const name = (row) => row["Nume / Denumire"].replaceAll("ş", "ș").replaceAll("Ş", "Ș").replaceAll("ţ", "ț").replaceAll("Ţ", "Ț");

for (const scripts of [true, false]) {
  describe(`no arrears with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, collector, citizen, code, number;
    const at = (path) => `${demo.address}${path}`;
    const module = (path) => at(`/sculeni/tax-collector/${path}`);

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      browser = await openBrowser();
      collector = await Visitor.arrive(browser, { scripts, name: "arrears-collector" });
      citizen = await Visitor.arrive(browser, { scripts, name: "arrears-citizen" });
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    /** The page of the taxpayer of this row. */
    async function openTaxpayer(row) {
      await collector.go(module("accounts"));
      await collector.search("accounts", row["Nr. cont"]);
      await collector.press(row["Nr. cont"]);
      await collector.press("Toate conturile contribuabilului");
      await collector.says(new RegExp(name(row)));
    }
    const offers = () => collector.page.getByRole("button", { name: "Eliberează certificatul" }).count();

    test("two taxpayers are in the roll", async () => {
      await collector.signIn(demo.address, COLLECTOR);
      await collector.go(module("import"));
      const heading = roll.text.split(/\r?\n/)[0];
      const text = [heading, ...[CLEAN, OWING].map((row) => Object.values(row).join(";"))].join("\r\n");
      await collector.page.getByLabel("Fișierul CSV").setInputFiles({ name: "rol.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      await collector.press("Importă");
      assert.equal(await collector.fact("Conturi adăugate"), "2");
    });

    test("who owes is not given one, and the page says why", async () => {
      await openTaxpayer(OWING);
      assert.equal(await offers(), 0);
      await collector.says(new RegExp(`Contribuabilul are restanțe de ${OWING["Impozit calculat, lei"]} lei\\. Certificatul se poate elibera după achitarea lor`));
      await collector.everyWidth("owing");
    });

    test("a form that was changed on its way is refused", async () => {
      await openTaxpayer(OWING);
      const owing = new URL(collector.page.url()).searchParams.get("taxpayer");
      await openTaxpayer(CLEAN);
      const form = collector.page.locator("form").filter({ has: collector.page.getByRole("button", { name: "Eliberează certificatul" }) });
      await form.locator("input[type=hidden]").evaluateAll((inputs, [idnp, other]) => {
        const named = inputs.filter((input) => input.value.includes(idnp) || /taxpayer/.test(input.name));
        if (!named.length) throw new Error(inputs.map((input) => `${input.name}=${input.value}`).join(" "));
        for (const input of named) input.value = other;
      }, [CLEAN["IDNP/IDNO"], owing]);
      await form.getByRole("button", { name: "Eliberează certificatul" }).click();
      await collector.says(/Contribuabilul are restanțe/);
      collector.forgive();
      await collector.check("tampered");
      await collector.go(module("certificates"));
      await collector.says(/Nu s-a eliberat niciun certificat/);
    });

    test("who owes nothing is given one", async () => {
      await openTaxpayer(CLEAN);
      await collector.everyWidth("owing-nothing");
      await collector.press("Eliberează certificatul");
      assert.equal(await collector.heading(), "Certificat privind lipsa restanțelor");
      await collector.comesToSay(/Descarcă/);
      await collector.everyWidth("certificate");
      const words = paper((await collector.download(/Descarcă/)).bytes);
      for (const part of [name(CLEAN), CLEAN["IDNP/IDNO"], "nu are restanțe", "1 octombrie 2026", COLLECTOR]) {
        assert.ok(words.includes(part), `${part}: ${words}`);
      }
      code = codeOf(words).code;
      number = await collector.fact("Numărul");
      assert.ok(words.includes(number), `${number}: ${words}`);
    });

    test("anybody checks it by its code", async () => {
      await citizen.go(at(`/check/${code}`));
      await citizen.says(/Documentul este autentic și valabil/);
      // What the paper says of the person is for who has the paper.
      assert.ok(!(await citizen.words()).includes(CLEAN["IDNP/IDNO"]));
      await citizen.everyWidth("checked");
    });

    test("it stands in the register of certificates, in three languages", async () => {
      for (const [language, words] of [["ru", /Справки/], ["en", /Certificates/], ["ro", /Certificate/]]) {
        await collector.go(module(`certificates?lang=${language}`));
        await collector.says(words);
        const [row, ...others] = await collector.rows("certificates");
        assert.deepEqual(others, []);
        // It is found by whose it is.
        assert.equal(row[0], name(CLEAN));
        await collector.check(`certificates-${language}`);
      }
      await collector.press(name(CLEAN));
      assert.equal(await collector.fact("Numărul"), number);
    });

    test("after fifteen days it no longer holds", async () => {
      const { data } = demo;
      await demo.stop({ keep: true });
      demo = await startDemo({ clock: LATER, data });
      await citizen.go(at(`/check/${code}`));
      await citizen.says(/expirat|nu mai este valabil/i);
      await citizen.everyWidth("expired");
    });
  });
}
