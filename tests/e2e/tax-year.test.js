// A year of the tax collector in a browser: the taxes of a year worked out by a job, looked over and entered; notices in bulk by another, on paper and told
// through MNotify; payments in the day's journal and in the year's totals with their charts; certificates of no arrears, refused and given.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { lei } from "./lib/roll.js";
import { codeOf, paper } from "./lib/services.js";
import { importSample, newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const COLLECTOR = "Vasile Moraru";
// Of the demo's council: bani for a hectare, or thousandths of the value.
const RATES = { "teren agricol": { hectare: 11_000 }, "teren intravilan": { value: 3 }, "construcție comercială": { value: 3 }, "casă de locuit": { value: 1 } };
// Owes, and has paid everything; both of the demo's roll.
const [OWING, SETTLED] = ["9234000-900002", "9234000-900025"];

const bani = (text) => Number(text.replace(/[\s\u00a0]/g, "").replace(",", ""));
/** What the council's rates make of a row of the roll. */
function taxOf(row) {
  const { hectare, value } = RATES[row.Obiect];
  if (value) return Math.round((bani(row["Valoarea, lei"]) * value) / 1_000);
  return Math.round((Number(row["Suprafața, ha"].replace(",", ".")) * 10_000 * hectare) / 10_000);
}

for (const scripts of [true, false]) {
  describe(`a tax year with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, collector, payer, roll, order, number;
    const at = (path) => `${demo.address}${path}`;
    const module = (path) => at(`/sculeni/tax-collector/${path}`);
    // At every width once; scripts change nothing about them.
    const look = (visitor, what) => (scripts ? visitor.everyWidth(what) : visitor.check(what));
    const account = (wanted) => roll.find((row) => row["Nr. cont"] === wanted);

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      roll = await importSample(demo);
      browser = await openBrowser();
      collector = await Visitor.arrive(browser, { scripts, name: "year-collector" });
      payer = await Visitor.arrive(browser, { scripts, name: "year-payer" });
      await collector.signIn(demo.address, COLLECTOR);
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    /** The page of a job until it has ended well; it asks for itself anew. */
    async function jobEnds(what) {
      assert.match(collector.page.url(), /\/jobs\//);
      await collector.page.locator("main").getByText("Încheiată", { exact: true }).first().waitFor({ timeout: 60_000 });
      await collector.check(`${what}-ended`);
      await collector.says(/(\d+) din \1/);
      await collector.press("Înapoi la pagina de unde ați pornit lucrarea");
    }
    async function openAccount(wanted) {
      await collector.go(module("accounts"));
      await collector.search("accounts", wanted);
      await collector.press(wanted);
    }

    test("a year too far away is refused, and so is a date in another year", async () => {
      await collector.go(module("assessments"));
      await look(collector, "assessments");
      await collector.fill("Anul", "2040");
      await collector.press("Calculează");
      await collector.says(/Alegeți anul viitor sau unul din ultimii cinci/);
      collector.forgive();
      await collector.check("assessment-wrong-year");
      await collector.fill("Anul", "2027");
      await collector.date("Termenul de plată", ["25", "9", "2025"]);
      await collector.press("Calculează");
      await collector.says(/Termenul trebuie să fie în anul impozitului sau în cel următor/);
      collector.forgive();
    });

    test("the year's taxes are worked out by a job, and change nothing yet", async () => {
      await collector.go(module("assessments"));
      await collector.fill("Anul", "2027");
      await collector.date("Termenul de plată", ["25", "9", "2027"]);
      await collector.press("Calculează");
      await jobEnds("assessing");
      assert.deepEqual((await collector.rows("assessment-runs")).map((row) => row.slice(0, 4)), [["CI-2026-001", "2027", "de verificat", String(roll.length)]]);
      await collector.press("CI-2026-001");
      assert.equal(await collector.fact("Anul"), "2027");
      assert.equal(await collector.fact("Suma"), lei(roll.reduce((sum, row) => sum + taxOf(row), 0)));
      await look(collector, "assessment");
      await openAccount(OWING);
      assert.equal(await collector.fact("Impozit calculat"), lei(bani(account(OWING)["Impozit calculat, lei"])));
    });

    test("one amount is corrected before it is entered, and the total with it", async () => {
      await collector.go(module("assessments"));
      await collector.press("CI-2026-001");
      await collector.search("assessed", OWING);
      assert.equal((await collector.rows("assessed")).length, 1);
      await collector.press(OWING);
      await collector.fill("Suma", "100,00");
      await collector.fill("Motivul corectării", "Scutire de 50 % (decizia nr. 7/5)");
      await collector.press("Corectează");
      await collector.says(/Suma a fost corectată/);
      await collector.check("assessed");
      await collector.go(module("assessments"));
      const sum = roll.reduce((sum, row) => sum + taxOf(row), 0) - taxOf(account(OWING)) + 10_000;
      assert.equal((await collector.rows("assessment-runs"))[0][5], lei(sum));
    });

    test("looked over, it is entered into the accounts by a job", async () => {
      await collector.press("CI-2026-001");
      await collector.press("Înscrie în conturi");
      await collector.says(/Le înscrieți în conturi\?/);
      await look(collector, "assessment-asked");
      await collector.press("Înscrie în conturi");
      await jobEnds("entering");
      await collector.says(/înscris în conturi/);
      assert.equal(await collector.page.getByRole("button", { name: "Înscrie în conturi" }).count(), 0);
      await openAccount(OWING);
      const before = bani(account(OWING)["Impozit calculat, lei"]);
      assert.equal(await collector.fact("Impozit calculat"), lei(before + 10_000));
      assert.equal(await collector.fact("Restanțe din anii trecuți"), lei(before));
      await look(collector, "account-assessed");
    });

    test("notices in bulk are looked at, issued by a job, and nobody gets two", async () => {
      await collector.go(module("mailings"));
      await look(collector, "mailings");
      await collector.date("Termenul de plată", ["31", "10", "2026"]);
      await collector.press("Emite avizele");
      await collector.says(/31\.10\.2026/);
      await look(collector, "mailing-asked");
      await collector.press("Emite avizele");
      await jobEnds("mailing");
      const [row] = await collector.rows("mailings");
      const [name, , , , issued, covered] = row;
      assert.equal(name, "TA-2026-001");
      assert.ok(Number(issued) > 25 && covered === "0", row.join(" | "));
      await collector.press("TA-2026-001");
      await collector.comesToSay(new RegExp(`Mesaje livrate ${issued}`));
      await look(collector, "mailing");
      assert.equal((await collector.rows("notices")).length, Math.min(25, Number(issued)));

      await collector.go(module("mailings"));
      await collector.press("Emite avizele");
      await collector.press("Emite avizele");
      await jobEnds("mailing-again");
      const [again] = await collector.rows("mailings");
      assert.deepEqual([again[0], again[4], again[5], again[6]], ["TA-2026-002", "0", issued, lei(0)]);
    });

    test("a notice's paper has the number by which it is paid", async () => {
      await openAccount(OWING);
      await collector.press(/^IP-2026-\d{5}$/);
      number = (await collector.heading()).replace("Avizul ", "");
      order = await collector.fact("Nr. comenzii MPay");
      await look(collector, "notice");
      const file = await collector.download("Descarcă");
      const words = paper(file.bytes);
      for (const part of [order, OWING, "31 octombrie 2026"]) assert.ok(words.includes(part), `${part}: ${words}`);
    });

    test("the taxpayer was told through MNotify, with the paper", async () => {
      await payer.go(at("/emulators/mnotify"));
      await payer.fill("IDNP, IDNO, e-mail sau telefon", account(OWING)["IDNP/IDNO"]);
      await payer.press("Arată mesajele");
      await payer.says(/Aviz de plată a impozitului local/);
      await payer.says(new RegExp(`MPay, nr\\. ${order}`));
      await payer.says(/Fișiere atașate: .*\.pdf/);
      await look(payer, "mnotify");
    });

    test("with arrears no certificate is given; without, it is, and its code holds", async () => {
      await openAccount(OWING);
      await collector.press("Toate conturile contribuabilului");
      await collector.says(/Contribuabilul are restanțe de .* lei\. Certificatul se poate elibera după achitarea lor/);
      assert.equal(await collector.page.getByRole("button", { name: "Eliberează certificatul" }).count(), 0);
      await look(collector, "certificate-refused");

      await openAccount(SETTLED);
      await collector.press("Toate conturile contribuabilului");
      await collector.press("Eliberează certificatul");
      // It is made by the host, soon after.
      await collector.comesToSay(/Descarcă/);
      await look(collector, "certificate");
      const words = paper((await collector.download("Descarcă")).bytes);
      assert.ok(words.includes(account(SETTLED)["Nume / Denumire"].replace(/[„”"]/g, "").split(" ").pop()), words);
      const { code } = codeOf(words);
      await payer.go(at(`/check/${code}`));
      await payer.says(/Documentul este autentic și valabil/);
      assert.match(await payer.fact("Numărul"), /^CLR-2026-0001$/);
      await payer.check("check");
    });

    test("what is paid stands in the day's journal and in the year's totals", async () => {
      await payer.go(at("/emulators/mpay"));
      await payer.fill("Numărul comenzii", order);
      await payer.press("Caută");
      await payer.fill("Suma de plătit, în lei", "150,00");
      await payer.press("Plătește");
      await payer.says(/Recipisa/);
      await collector.comesToSay(/R-2026-000001/, module("journal"));
      assert.equal(await collector.fact("Plăți"), "1");
      assert.equal(await collector.fact("Încasat în total"), lei(15_000));
      await look(collector, "journal");
      await collector.press(number);
      await collector.check("receipt");
      await collector.go(module("journal"));
      await collector.press("Ziua precedentă");
      assert.equal(await collector.heading(), "Încasări la 30.09.2026");
      await collector.says(/În această zi nu s-a încasat nimic/);
      await collector.go(module("year"));
      assert.equal(await collector.heading(), "Încasări în anul 2026");
      assert.equal(await collector.fact("Încasat în total"), lei(15_000));
      assert.equal(await collector.page.locator("main .vatra-plot").count(), 2);
      await look(collector, "year");
    });

    test("the year's pages read in Russian and English", async () => {
      for (const [language, year, assessments, mailings] of [
        ["ru", /Поступления за 2026/, /Расчёт/, /Массовые извещения/],
        ["en", /2026/, /Assessment|assessment/, /Notices in bulk/],
      ]) {
        for (const [screen, words] of [["year", year], ["assessments", assessments], ["mailings", mailings], ["journal", /150/]]) {
          await collector.go(module(`${screen}?lang=${language}`));
          await collector.says(words);
          await collector.check(`${screen}-${language}`);
        }
      }
      await collector.go(module("home?lang=ro"));
    });
  });
}
