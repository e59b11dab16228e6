// The administrator's pages for packages in three languages: what is held, what one could do, its life; and one that is installed by an approval signed at
// MSign, gone from and found again.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { readyToSign, signThere } from "./lib/services.js";
import { newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const ADMINISTRATOR = "Natalia Grosu";
const WORDS = {
  ro: ["Module disponibile", "Ce ar putea face", "Istoricul"],
  ru: ["Доступные модули", "Что он сможет делать", "История"],
  en: ["Available modules", "What it could do", "History"],
};

for (const scripts of [true, false]) {
  describe(`packages with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, administrator;
    const at = (path) => `${demo.address}/sculeni/${path}`;

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      browser = await openBrowser();
      administrator = await Visitor.arrive(browser, { scripts, name: `packages-${scripts ? "scripts" : "plain"}` });
      await administrator.signIn(demo.address, ADMINISTRATOR);
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    async function openPlan() {
      await administrator.go(at("admin/packages?lang=ro"));
      await administrator.page.getByRole("link", { name: "Ghișee și programări" }).first().click();
      await administrator.says(/Ce ar putea face/);
    }

    test("what is held, what it could do and its life are read in three languages", async () => {
      for (const [language, [held, could, history]] of Object.entries(WORDS)) {
        await administrator.go(at(`admin/packages?lang=${language}`));
        assert.equal(await administrator.heading(), held);
        await administrator.everyWidth(`held-${language}`);
        await administrator.page.locator("#packages th a").first().click();
        await administrator.says(new RegExp(could));
        await administrator.everyWidth(`plan-${language}`);
        await administrator.go(at(`admin/modules/service-centre/life?lang=${language}`));
        await administrator.says(new RegExp(history));
        await administrator.everyWidth(`life-${language}`);
      }
    });

    test("an approval is signed at MSign before the module is installed, and the module removed and found again", async () => {
      await administrator.go(at("admin/modules/service-centre/life?lang=ro"));
      await administrator.page.getByLabel("Da, modulul nu mai este necesar").check();
      await administrator.press("Elimină");
      await administrator.says(/Modulul a fost eliminat; datele sale rămân/);
      await openPlan();
      await administrator.page.getByLabel("Corecturile se instalează singure").check();
      await administrator.press("Trimite la semnare");
      await administrator.says(/Aprobarea modulului/);
      for (const box of await readyToSign(administrator, at("signing"))) await box.check();
      await administrator.check("approval-in-queue");
      await administrator.page.getByRole("button", { name: "Semnați" }).click();
      await signThere(administrator, { name: ADMINISTRATOR });
      await administrator.go(at("admin/modules/service-centre/life"));
      await administrator.says(new RegExp(`${ADMINISTRATOR} · `));
      assert.equal(await administrator.page.locator("#turns tbody tr").count(), 3);
      await administrator.check("approved");
    });
  });
}
