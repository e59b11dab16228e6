// Documents on their way to a signature, in a browser: a decision from its draft through vote, countersignature and signature to the public page of acts; answers
// to letters signed together by the mayor, one of them refused. What was signed is downloaded and checked by its code on the public page.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { codeOf, paper, readyToSign, signAll } from "./lib/services.js";
import { newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const [SECRETARY, MAYOR] = ["Tatiana Ursu", "Ion Bejan"];
// Somebody whom the town hall knows and MNotify reaches.
const WRITER = "2014763209583";

for (const scripts of [true, false]) {
  describe(`signatures with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, secretary, mayor, citizen, decision, signed;
    const at = (path) => `${demo.address}${path}`;
    const module = (path) => at(`/sculeni/secretary/${path}`);

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      browser = await openBrowser();
      secretary = await Visitor.arrive(browser, { scripts, name: "signature-secretary" });
      mayor = await Visitor.arrive(browser, { scripts, name: "signature-mayor" });
      citizen = await Visitor.arrive(browser, { scripts, name: "signature-citizen" });
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    /** A letter of this person or institution is registered, and its answer sent to be signed. The answer's page. */
    async function answered({ person, institution }, subject) {
      await secretary.go(module("register"));
      await secretary.page.getByLabel("cerere de informații", { exact: true }).check();
      await secretary.page.getByLabel(person ? "persoană sau companie" : "instituție", { exact: true }).check();
      if (person) await secretary.fill(/^Expeditor/, person);
      else await secretary.fill("Instituția", institution);
      await secretary.fill("Subiectul", subject);
      await secretary.page.getByLabel("secretarul", { exact: true }).check();
      await secretary.press("Înregistrează");
      await secretary.fill("Textul răspunsului", "Drumul va fi reparat până la 1 noiembrie.");
      await secretary.press("Trimite la semnat");
      await secretary.press("Trimite la semnat");
      assert.match(await secretary.heading(), /^E-2026-\d{5}: /);
      return secretary.page.url();
    }

    test("a decision is voted and sent to be countersigned and signed", async () => {
      await secretary.signIn(demo.address, SECRETARY);
      await secretary.go(module("draft"));
      await secretary.fill("Titlul", "Cu privire la impozitele locale");
      await secretary.fill("Textul", "Art. 1. Se aprobă cotele impozitelor locale pentru anul 2027.\nArt. 2. Decizia se publică.");
      await secretary.date("Ședința", ["30", "9", "2026"]);
      await secretary.press("Păstrează proiectul");
      decision = secretary.page.url();
      await secretary.fill("Voturi pentru", "7");
      await secretary.fill("Voturi împotrivă", "1");
      await secretary.fill("Abțineri", "1");
      await secretary.press("Înscrie votul");
      await secretary.press("Trimite la contrasemnat și semnat");
      await secretary.says(/nu mai poate fi schimbată/);
      await secretary.check("decision-asked");
      await secretary.press("Trimite la contrasemnat și semnat");
      await secretary.says(/așteaptă contrasemnătura secretarului/);
      await secretary.everyWidth("decision-sent");
    });

    test("the mayor cannot sign before the secretary has countersigned", async () => {
      await mayor.signIn(demo.address, MAYOR);
      await mayor.go(at("/sculeni/signing"));
      await mayor.says(/Nimic nu așteaptă semnătura/);
    });

    test("the secretary countersigns at MSign", async () => {
      await signAll(secretary, at("/sculeni/signing"));
      await secretary.says(/Documentele sunt semnate/);
      await secretary.check("countersigned");
      await secretary.comesToSay(/Contrasemnată pentru legalitate/, decision);
      await secretary.check("decision-countersigned");
    });

    test("the mayor signs", async () => {
      await readyToSign(mayor, at("/sculeni/signing"));
      await mayor.says(/Cu privire la impozitele locale/);
      await mayor.everyWidth("queue");
      await signAll(mayor, at("/sculeni/signing"));
      await mayor.says(/Documentele sunt semnate/);
      await secretary.comesToSay(/Publică decizia/, decision);
      await secretary.check("decision-signed");
    });

    test("the decision is published, and anybody has the signed paper", async () => {
      await secretary.press("Publică");
      await secretary.says(/Decizia a fost publicată pe pagina primăriei/);
      await secretary.everyWidth("decision-published");
      await citizen.go(at("/sculeni/acts"));
      await citizen.says(/1\/2026.*Cu privire la impozitele locale/);
      await citizen.everyWidth("acts");
      const file = await citizen.download(/Cu privire la impozitele locale/);
      const words = paper(file.bytes);
      for (const part of ["Cu privire la impozitele locale", "Se aprobă cotele", "Ion Bejan", "Tatiana Ursu"]) assert.ok(words.includes(part), `${part}: ${words}`);
      assert.doesNotMatch(words, /PROIECT/);
      signed = { ...codeOf(words), bytes: file.bytes };
    });

    test("its code is checked on the public page: two signatures hold", async () => {
      // Where the printed address and QR lead.
      assert.equal(new URL(signed.address).pathname, `/check/${signed.code}`);
      await citizen.go(at("/check"));
      await citizen.everyWidth("check");
      await citizen.fill("Codul de verificare", signed.code.toLowerCase());
      await citizen.press("Verificați");
      await citizen.says(/Documentul este autentic și valabil/);
      assert.equal(await citizen.fact("Numărul"), "1/2026");
      assert.equal(await citizen.fact("Semnături electronice"), "2 semnături valabile");
      await citizen.everyWidth("check-valid");
      await citizen.go(signed.address);
      await citizen.says(/Documentul este autentic și valabil/);
      const other = signed.code.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
      await citizen.go(at(`/check/${other}`), 404);
      await citizen.says(/Niciun document nu are acest cod/);
      await citizen.check("check-unknown");
    });

    test("answers to letters are signed together, sent and handed over", async () => {
      const toPost = await answered({ institution: "Consiliul raional Ungheni" }, "Date despre starea drumurilor");
      const toTell = await answered({ person: WRITER }, "Starea drumului spre cimitir");
      await signAll(mayor, at("/sculeni/signing"), 2);
      await mayor.says(/Documentele sunt semnate/);
      await mayor.go(at("/sculeni/signing"));
      await mayor.says(/Nimic nu așteaptă semnătura/);

      await secretary.comesToSay(/trimiteți-l prin poștă sau înmânați-l/, toPost);
      await secretary.everyWidth("answer-to-post");
      const words = paper((await secretary.download(/Descarcă/)).bytes);
      assert.match(words, /Consiliul raional Ungheni/);
      await citizen.go(at(`/check/${codeOf(words).code}`));
      assert.equal(await citizen.fact("Semnături electronice"), "1 semnătură valabilă");
      await secretary.press("A fost trimis sau înmânat");
      await secretary.press("A fost trimis sau înmânat");
      await secretary.says(/Trimiterea a fost notată/);

      await secretary.comesToSay(/Răspunsul semnat a fost trimis prin MNotify/, toTell);
      await secretary.check("answer-told");
      const inbox = async () => {
        await citizen.go(at("/emulators/mnotify"));
        await citizen.fill("IDNP, IDNO, e-mail sau telefon", WRITER);
        await citizen.press("Arată mesajele");
        return /Răspunsul primăriei/.test(await citizen.words());
      };
      for (let attempt = 0; !(await inbox()); attempt += 1) {
        assert.ok(attempt < 40, "MNotify has no answer");
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      await citizen.says(/Fișiere atașate: .*\.pdf/);
      await citizen.check("mnotify");
    });

    test("the mayor says why an answer is not signed, and the letter is open again", async () => {
      const answer = await answered({ institution: "Inspectoratul ecologic" }, "Curățarea izvorului");
      const [box] = await readyToSign(mayor, at("/sculeni/signing"));
      await box.check();
      await mayor.press("Refuzați");
      await mayor.everyWidth("refusing");
      await mayor.press("Refuzați");
      await mayor.says(/Scrieți motivul refuzului/);
      mayor.forgive();
      await mayor.check("refusing-without-reason");
      await mayor.fill("De ce refuzați să semnați?", "Lipsește termenul lucrării.");
      await mayor.press("Refuzați");
      await mayor.says(/Refuzul a fost înregistrat/);
      // Whoever wrote it reads why, on the answer and on the letter.
      await secretary.comesToSay(/nesemnată/, answer);
      await secretary.says(/Semnătura a fost refuzată: Lipsește termenul lucrării\./);
      await secretary.press("Scrisoarea la care se răspunde");
      await secretary.says(/Textul răspunsului/);
      await secretary.says(/Semnătura a fost refuzată: Lipsește termenul lucrării\./);
      await secretary.check("letter-open-again");
    });

    test("queue, acts and check read in Russian and English", async () => {
      for (const [language, queue, acts, check] of [
        ["ru", /На подпись|Ожидает вашей подписи|подпис/, /Акты|Решение/, /Документ подлинный|подлинн/],
        ["en", /signature/, /Acts|decision/i, /genuine|authentic/],
      ]) {
        await mayor.go(at(`/sculeni/signing?lang=${language}`));
        await mayor.says(queue);
        await mayor.check(`queue-${language}`);
        await citizen.go(at(`/sculeni/acts?lang=${language}`));
        await citizen.says(acts);
        await citizen.check(`acts-${language}`);
        await citizen.go(at(`/check/${signed.code}?lang=${language}`));
        await citizen.says(check);
        await citizen.check(`check-${language}`);
      }
    });
  });
}
