// A letter through the secretariat and a decision's draft, in a browser: registered with its term, found on the worklist, answered, waiting for the mayor's
// signature; the public page of acts; the certificate's form at the counter. Every page is checked for accessibility, at three widths where it matters.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const [SECRETARY, MAYOR] = ["Tatiana Ursu", "Ion Bejan"];

for (const scripts of [true, false]) {
  describe(`the secretariat with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, secretary, mayor;
    const at = (path) => `${demo.address}${path}`;
    const module = (path) => at(`/sculeni/secretary/${path}`);

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      browser = await openBrowser();
      secretary = await Visitor.arrive(browser, { scripts, name: "secretary" });
      mayor = await Visitor.arrive(browser, { scripts, name: "mayor" });
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    test("the secretary's home says what is to be done", async () => {
      await secretary.signIn(demo.address, SECRETARY);
      await secretary.press("Secretariat");
      await secretary.says(/Ce este de făcut/);
      await secretary.everyWidth("home");
    });

    test("a letter is registered with its number and its term", async () => {
      await secretary.go(module("register"));
      await secretary.check("register");
      await secretary.page.getByLabel("de la o instituție", { exact: true }).check();
      await secretary.page.getByLabel("instituție", { exact: true }).check();
      await secretary.fill("Instituția", "Consiliul raional Ungheni");
      await secretary.fill("Subiectul", "Date despre starea drumurilor");
      await secretary.date("Termen", ["12", "10", "2026"]);
      await secretary.page.getByLabel("secretarul", { exact: true }).check();
      await secretary.press("Înregistrează");
      assert.match(await secretary.heading(), /^I-2026-00001: Date despre starea drumurilor$/);
      await secretary.everyWidth("letter");
      await secretary.go(module("home"));
      await secretary.says(/Răspundeți la I-2026-00001/);
      await secretary.check("home-with-work");
    });

    test("the answer is checked and waits for the mayor", async () => {
      await secretary.press(/Răspundeți la I-2026-00001/);
      await secretary.fill("Textul răspunsului", "Drumurile locale au fost reparate.\nLista este anexată.");
      await secretary.press("Trimite la semnat");
      await secretary.check("answer-checked");
      await secretary.press("Trimite la semnat");
      assert.match(await secretary.heading(), /^E-2026-00001: Cu privire la I-2026-00001$/);
      await secretary.check("answer");
      await mayor.signIn(demo.address, MAYOR);
      await mayor.go(at("/sculeni/signing"));
      await mayor.says(/Răspuns la I-2026-00001/);
      await mayor.check("signing");
    });

    test("what was done stands in the entry's own history", async () => {
      await secretary.go(module("incoming"));
      await secretary.search("incoming", "drumurilor");
      assert.equal((await secretary.rows("incoming")).length, 1);
      await secretary.check("incoming");
      await secretary.press("I-2026-00001");
      await secretary.press("Istoricul înregistrării");
      await secretary.check("history");
      await secretary.says(/Răspunsul a fost trimis la semnat/);
    });

    test("one search finds the letter", async () => {
      await secretary.go(at("/sculeni/search?q=drumurilor"));
      await secretary.says(/I-2026-00001/);
      await secretary.everyWidth("search");
    });

    test("a decision is drafted, and cannot be sent before the council voted", async () => {
      await secretary.go(module("draft"));
      await secretary.fill("Titlul", "Cu privire la impozitele locale");
      await secretary.fill("Textul", "Art. 1. Se aprobă cotele.\nArt. 2. Decizia se publică.");
      await secretary.date("Ședința", ["30", "9", "2026"]);
      await secretary.press("Păstrează proiectul");
      assert.equal(await secretary.heading(), "Cu privire la impozitele locale");
      await secretary.everyWidth("decision");
      assert.equal(await secretary.page.getByRole("button", { name: "Trimite la contrasemnat și semnat" }).count(), 0);
      await secretary.fill("Voturi pentru", "7");
      await secretary.fill("Voturi împotrivă", "1");
      await secretary.fill("Abțineri", "0");
      await secretary.press("Înscrie votul");
      assert.equal(await secretary.page.getByRole("button", { name: "Trimite la contrasemnat și semnat" }).count(), 1);
      await secretary.check("voted");
    });

    test("the public page of acts is everybody's", async () => {
      const citizen = await Visitor.arrive(browser, { scripts, name: "citizen" });
      await citizen.go(at("/sculeni/acts"));
      await citizen.says(/Nu s-a publicat niciun act/);
      await citizen.everyWidth("acts");
      await citizen.go(at("/sculeni/cases"));
      await citizen.everyWidth("cases");
      await citizen.leave();
    });

    test("a letter is written about in the reader's language", async () => {
      for (const [language, words] of [["ru", /Входящая корреспонденция/], ["en", /Incoming letters/]]) {
        await secretary.go(module(`incoming?lang=${language}`));
        await secretary.says(words);
        await secretary.check(`incoming-${language}`);
      }
      await secretary.go(module("home?lang=ro"));
    });
  });
}
