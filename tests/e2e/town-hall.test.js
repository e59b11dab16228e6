// A day in a town hall, in a browser: the roll is imported and searched, notices are issued and paid, a right is withdrawn and restored, the trail is
// read. Once with scripts and once without; every page is checked for accessibility on the way.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { newData, startDemo } from "./lib/vatra.js";
import * as roll from "./lib/roll.js";

const TODAY = "2026-10-01T09:00";
const LATER = "2026-12-01T09:00";
const [COLLECTOR, ADMINISTRATOR, OTHER_COLLECTOR] = ["Vasile Moraru", "Natalia Grosu", "Elena Pascari"];
// Accounts of the roll on which nothing is paid yet.
const [PAID, CANCELLED, EXPIRED, MEANWHILE] = ["9256000-000017", "9256000-000038", "9256000-000059", "9256000-000013"];

for (const scripts of [true, false]) {
  describe(`a town hall with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, collector, administrator, payer;
    const orders = {};
    const at = (path) => `${demo.address}${path}`;
    const module = (path) => at(`/sculeni/tax-collector/${path}`);

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      browser = await openBrowser();
      const name = (who) => ({ scripts, name: who });
      collector = await Visitor.arrive(browser, name("collector"));
      administrator = await Visitor.arrive(browser, name("administrator"));
      payer = await Visitor.arrive(browser, name("payer"));
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    /** The account's own page, by way of the search. */
    async function openAccount(number) {
      await collector.go(module("accounts"));
      await collector.search("accounts", number);
      await collector.press(number);
    }
    /** Issues a notice for this sum and returns the order's number. */
    async function issue(number, { amount, expires } = {}) {
      await openAccount(number);
      if (amount) await collector.fill("Suma de plată, lei", amount);
      if (expires) {
        const group = collector.page.getByRole("group", { name: "Valabil până la" });
        for (const [part, value] of Object.entries(expires)) await collector.fill(part, value, group);
      }
      await collector.press("Emite avizul");
      await collector.check("notice-answers");
      await collector.press("Emite avizul");
      assert.match(await collector.page.locator("h1").innerText(), /^Avizul IP-2026-\d{5}$/);
      await collector.check("notice");
      orders[number] = await collector.fact("Nr. comenzii MPay");
      assert.ok(orders[number].length > 5);
      return orders[number];
    }
    /** Whoever has the number finds the order on the emulated MPay's page. */
    async function findOrder(order) {
      await payer.go(at("/emulators/mpay"));
      await payer.fill("Numărul comenzii", order);
      await payer.press("Caută");
    }
    async function pay(order, { amount, delivery } = {}) {
      await findOrder(order);
      if (amount) await payer.fill("Suma de plătit, în lei", amount);
      if (delivery) {
        await payer.page.getByText("Cum se comportă MPay").first().click();
        await payer.page.getByLabel(delivery).check();
      }
      await payer.check("order");
      await payer.press("Plătește");
      await payer.says(/Recipisa/);
      await payer.check("receipt");
    }
    /** Waits until the account's page shows this value; events are handled soon after they arrive. */
    async function settles(number, label, value) {
      for (let attempt = 0; ; attempt += 1) {
        await openAccount(number);
        const shown = await collector.fact(label);
        if (shown === value) return;
        assert.ok(attempt < 20, `${label} of ${number} stays ${shown}, awaited ${value}`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }

    test("one signs in and finds the module in Sculeni", async () => {
      await collector.go(at("/"));
      await collector.check("start");
      await collector.goToMPass(/^Intrați prin MPass/);
      await collector.check("mpass");
      await collector.beAtMPass(COLLECTOR);
      await collector.check("municipality");
      await collector.press("Percepere fiscală");
      await collector.check("home");
      assert.equal(await collector.fact("Conturi"), "0");
    });

    test("Lozova has no module, and neither sees the other", async () => {
      await collector.go(at("/lozova"), 404);
      await collector.check("not-found");
      const other = await Visitor.arrive(browser, { scripts, name: "lozova" });
      await other.signIn(demo.address, OTHER_COLLECTOR);
      await other.says(/Primăria Lozova/);
      assert.doesNotMatch(await other.words(), /Percepere fiscală/);
      await other.check("lozova");
      for (const path of ["/lozova/tax-collector", "/sculeni", "/sculeni/tax-collector/accounts"]) await other.go(at(path), 404);
      await other.leave();
    });

    test("a stranger is asked to sign in", async () => {
      const stranger = await Visitor.arrive(browser, { scripts, name: "stranger" });
      const response = await stranger.page.goto(module("accounts"));
      assert.ok(response.status() === 401 || /mpass|signin/.test(stranger.page.url()), `${response.status()} ${stranger.page.url()}`);
      assert.doesNotMatch(await stranger.page.content(), /Percepere fiscală/);
      await stranger.leave();
    });

    test("a wrong file is refused with what to do", async () => {
      const wrong = [
        ["gol.csv", "", /gol/],
        ["alte-coloane.csv", "a;b\r\n1;2\r\n", /coloane/],
        ["poza.png", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), /CSV/],
      ];
      for (const [name, text, words] of wrong) {
        await collector.go(module("import"));
        await collector.page.getByLabel("Fișierul CSV").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
        await collector.press("Importă");
        await collector.says(words);
        collector.forgive();
        await collector.check(`refused-${name.split(".")[0]}`);
      }
    });

    test("the roll is imported, and the report says what was wrong with it", async () => {
      await collector.go(module("import"));
      await collector.check("import");
      await collector.page.getByLabel("Fișierul CSV").setInputFiles(roll.file);
      await collector.press("Importă");
      await collector.check("report");
      const { expected } = roll;
      const facts = {
        "Rânduri în fișier": roll.number(expected.rows),
        "Rânduri acceptate": roll.number(expected.accepted),
        "Rânduri respinse": roll.number(expected.rejected),
        "Rânduri acceptate, dar îndoielnice": roll.number(expected.warned),
        "Impozit calculat": roll.lei(expected.due_bani),
        Achitat: roll.lei(expected.paid_bani),
        Contribuabili: roll.number(expected.taxpayers),
        "Conturi adăugate": roll.number(expected.accepted),
      };
      for (const [label, value] of Object.entries(facts)) assert.equal(await collector.fact(label), value, label);
      const words = await collector.words();
      for (const [reason, count] of Object.entries(expected.reasons)) assert.ok(words.includes(`${roll.reasons[reason]} ${count}`), `${reason}: ${count}`);

      const problems = await collector.download(/CSV/);
      const lines = problems.text.trimEnd().split(/\r?\n/).slice(1);
      assert.equal(lines.length, Object.values(expected.reasons).reduce((sum, count) => sum + count, 0));
      // Each line names a line of the file whose cell bears it out.
      const unreadable = lines.filter((line) => /sumă care nu|nu poate fi citită/i.test(line)).map((line) => Number(line.match(/\d+/)[0]));
      assert.equal(unreadable.length, expected.reasons["amount-unreadable"]);
      for (const line of unreadable) {
        const row = roll.rows[line - 2];
        const amounts = [row["Impozit calculat, lei"], row["Achitat, lei"]];
        assert.ok(amounts.some((amount) => !/^-?[\d\s.,]+$/.test(amount) || !/\d/.test(amount)), `line ${line}: ${amounts}`);
      }
    });

    test("another program's headings are said, the rows looked at, and nothing is done twice", async () => {
      const own = ["Cont fiscal", "Persoana", "Cod fiscal", "Contribuabil", "Numărul cadastral", "Bun", "Aria", "Prețul", "Impozitul calculat", "Suma achitată", "Ziua de plată", "Tel.", "E-mail"];
      const buffer = Buffer.from(roll.text.replace(/^.*/, own.join(";")));
      const narrow = async (what) => {
        await collector.page.setViewportSize({ width: 320, height: 800 });
        const wider = await collector.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert.equal(wider, 0, `${what} is wider than a telephone`);
        await collector.check(what);
        await collector.page.setViewportSize({ width: 1280, height: 900 });
      };
      const send = async () => {
        await collector.go(module("import"));
        await collector.page.getByLabel("Fișierul CSV").setInputFiles({ name: "alt-program.csv", mimeType: "text/csv", buffer });
        await collector.press("Importă");
      };
      await send();
      await collector.says(/Ce conține fiecare coloană/);
      await collector.check("import-columns");
      await collector.press("Continuă");
      await collector.says(/Alegeți|Completați/);
      collector.forgive();
      await collector.check("import-columns-wrong");
      for (const [label, column] of [["Nr. cont", "A · Cont fiscal"], ["Nume / Denumire", "D · Contribuabil"], ["Achitat, lei", "J · Suma achitată"], ["Termen", "K · Ziua de plată"],
        ["Tip (opțional)", "B · Persoana"], ["Obiect (opțional)", "F · Bun"], ["Suprafața, ha (opțional)", "G · Aria"], ["Valoarea, lei (opțional)", "H · Prețul"]]) {
        await collector.page.getByLabel(label, { exact: true }).selectOption({ label: column });
      }
      await narrow("import-columns-narrow");
      await collector.press("Continuă");
      await collector.says(/Așa va fi citit fișierul/);
      assert.equal(await collector.fact("Rânduri în fișier"), roll.number(roll.expected.rows));
      assert.equal(await collector.fact("Rânduri respinse"), roll.number(roll.expected.rejected));
      await collector.check("import-preview");
      await narrow("import-preview-narrow");
      await collector.press(/^Preia rândurile/);
      // It is the same roll under other headings.
      assert.equal(await collector.fact("Conturi neschimbate"), roll.number(roll.expected.accepted));
      assert.equal(await collector.fact("Conturi corectate"), "0");
      await collector.check("import-taken");
      // The next time the host knows.
      await send();
      await collector.says(/Așa va fi citit fișierul/);
      await collector.press("Renunță la fișier");
      await collector.says(/nimic nu s-a salvat/);
    });

    test("the same file again changes nothing and says so", async () => {
      await collector.go(module("import"));
      await collector.page.getByLabel("Fișierul CSV").setInputFiles(roll.file);
      await collector.press("Importă");
      await collector.says(/nimic nu s-a schimbat/);
      await collector.check("report-again");
      await collector.go(module("home"));
      assert.equal(await collector.fact("Conturi"), roll.number(roll.expected.accepted));
      assert.equal(await collector.fact("Impozit calculat"), roll.lei(roll.expected.due_bani));
      await collector.check("home-with-roll");
    });

    test("the register is searched without regard to diacritics, paged and sorted", async () => {
      for (const [words, family] of [["pislaru", "pislaru"], ["ştirbu", "stirbu"], ["ȘTIRBU", "stirbu"]]) {
        await collector.go(module("accounts"));
        await collector.search("accounts", words);
        const rows = await collector.rows("accounts");
        assert.ok(rows.length > 5, words);
        for (const row of rows) assert.ok(roll.fold(row.join(" ")).includes(family), `${words} found ${row}`);
      }
      await collector.check("search");
      for (const words of [PAID, roll.account(PAID)["Nr. cadastral"]]) {
        await collector.go(module("accounts"));
        await collector.search("accounts", words);
        const rows = await collector.rows("accounts");
        assert.equal(rows.length, 1, words);
        assert.equal(rows[0][0], PAID);
      }
      await collector.go(module("accounts"));
      const first = (await collector.rows("accounts")).map((row) => row[0]);
      assert.equal(first.length, 25);
      await collector.press(/^Înainte/);
      const second = (await collector.rows("accounts")).map((row) => row[0]);
      assert.deepEqual([...first, ...second], [...first, ...second].sort());
      assert.equal(new Set([...first, ...second]).size, 50);
      await collector.press("De plată");
      await collector.check("sorted");
      const bani = (text) => Number(text.replace(/[^\d,-]/g, "").replace(",", ""));
      const column = (await collector.page.locator("#t-accounts thead th").allInnerTexts()).map((text) => text.trim()).indexOf("De plată");
      const sums = (await collector.rows("accounts")).map((row) => bani(row[column]));
      assert.deepEqual(sums, [...sums].sort((a, b) => a - b));
    });

    test("a taxpayer is opened with objects, amounts and history", async () => {
      await openAccount(PAID);
      const row = roll.account(PAID);
      await collector.says(new RegExp(row["Nume / Denumire"]));
      assert.equal(await collector.fact("Impozit calculat"), `${row["Impozit calculat, lei"]} lei`);
      await collector.says(/Istoricul modificărilor/);
      await collector.check("account");
      await collector.press("Toate conturile contribuabilului");
      const words = await collector.words();
      for (const part of [row["Nume / Denumire"], row["Nr. cadastral"], "Restanțe", "Istoricul modificărilor"]) assert.ok(words.includes(part), part);
      await collector.check("taxpayer");
    });

    test("a notice beyond what is owed is refused", async () => {
      await openAccount(PAID);
      await collector.fill("Suma de plată, lei", "830,00");
      await collector.press("Emite avizul");
      await collector.press("Emite avizul").catch(() => undefined);
      await collector.says(/Suma depășește ce este de plată/);
      collector.forgive();
      await collector.check("notice-refused");
    });

    test("a notice is paid in part, told twice, and counted once", async () => {
      const order = await issue(PAID);
      await payer.go(at("/emulators/mpay"));
      await payer.check("mpay");
      await pay(order, { amount: "329,00", delivery: "Confirmă de două ori" });
      await settles(PAID, "Achitat prin MPay", "329,00 lei");
      assert.equal(await collector.fact("De plată"), "500,00 lei");
      await collector.check("account-partly-paid");
      await collector.go(module("home"));
      assert.equal(await collector.fact("Achitat prin MPay"), "329,00 lei");
    });

    test("the rest is paid late, and then nothing more is taken", async () => {
      const order = orders[PAID];
      await pay(order, { amount: "500,00", delivery: "Reține confirmarea până când este eliberată" });
      await openAccount(PAID);
      assert.equal(await collector.fact("De plată"), "500,00 lei");
      await payer.go(at("/emulators/mpay"));
      await payer.press(/^Confirmări nelivrate/);
      await payer.check("undelivered");
      await payer.press(/^Livrează acum/);
      await settles(PAID, "Achitat prin MPay", "829,00 lei");
      await findOrder(order);
      await payer.says(/deja achitată integral/);
      payer.forgive();
      await payer.check("already-paid");
    });

    test("a cancelled notice is refused", async () => {
      const order = await issue(CANCELLED, { amount: "100,00" });
      await collector.press("Anulează avizul");
      await collector.check("cancel-confirm");
      await collector.press("Anulează avizul");
      await collector.says(/Avizul a fost anulat/);
      await findOrder(order);
      await payer.says(/anulată/);
      payer.forgive();
      await payer.check("cancelled");
    });

    test("a withdrawn right is said, nothing half-done remains, and a payment meanwhile is kept", async () => {
      const order = await issue(MEANWHILE, { amount: "40,00" });
      await openAccount("9256000-000031");
      const before = await collector.page.url();
      await administrator.signIn(demo.address, ADMINISTRATOR);
      await administrator.go(at("/sculeni/admin"));
      await administrator.check("administration");
      await administrator.go(at("/sculeni/admin/modules/tax-collector"));
      await administrator.check("grants");
      await administrator.fill(/Motivul retragerii dreptului „Plăți \(MPay\)”/, "Contul trezorerial se schimbă");
      await administrator.press("Retrageți", administrator.page.locator("form", { has: administrator.page.getByLabel(/Plăți \(MPay\)/) }));
      await administrator.says(/Retras/);
      await administrator.check("revoked");

      // The form that was open when the right was withdrawn.
      assert.equal(collector.page.url(), before);
      await collector.press("Emite avizul");
      if (await collector.page.getByRole("button", { name: "Emite avizul" }).count()) await collector.press("Emite avizul");
      await collector.says(/retras/);
      collector.forgive();
      await collector.check("denied");
      await collector.go(module("notices"));
      await collector.says(/Dreptul de a folosi MPay a fost retras/);
      assert.equal((await collector.rows("notices")).length, 3);
      await collector.check("notices-without-mpay");

      await pay(order);
      await administrator.go(at("/sculeni/admin/inbox"));
      await administrator.says(/Plată confirmată de MPay/);
      await administrator.check("inbox");
      await openAccount(MEANWHILE);
      assert.equal(await collector.fact("Achitat prin MPay"), "0,00 lei");
    });

    test("restored, it works again without a restart", async () => {
      await administrator.go(at("/sculeni/admin/modules/tax-collector"));
      await administrator.fill(/Motivul restabilirii dreptului „Plăți \(MPay\)”/, "Contul nou este confirmat");
      await administrator.press("Restabiliți");
      await settles(MEANWHILE, "Achitat prin MPay", "40,00 lei");
      await issue(EXPIRED, { amount: "50,00", expires: { Ziua: "15", Luna: "11", Anul: "2026" } });
      await administrator.go(at("/sculeni/admin/inbox"));
      await administrator.says(/Tot ce a sosit a fost prelucrat/);
    });

    test("the trail has it all and is unbroken", async () => {
      await administrator.go(at("/sculeni/admin/audit"));
      await administrator.says(/Date văzute/);
      await administrator.check("audit");
      await administrator.press("Verificați integritatea jurnalului");
      await administrator.says(/Jurnalul este întreg/);
      await administrator.check("audit-verified");
      const verified = await demo.vatra("audit", "verify", "sculeni");
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      const told = await demo.vatra("audit", "list", "sculeni", "--json");
      assert.equal(told.code, 0, told.stderr);
      for (const kind of ["denial", "look", "action-kept", "received", "handled", "grant", "session"]) assert.ok(told.stdout.includes(`"${kind}"`), kind);
      assert.ok(!/\b[02]\d{12}\b/.test(told.stdout), "the trail names no IDNP");
      // The collector may not read it.
      await collector.go(at("/sculeni/admin/audit"), 403);
      await collector.check("forbidden");
    });

    test("services, mandates and the check of documents have their pages", async () => {
      await administrator.go(at("/sculeni/admin/services"));
      await administrator.says(/MPower/);
      await administrator.says(/Tot ce trebuia să plece a plecat/);
      await administrator.check("services");
      await collector.go(at("/sculeni/acting"));
      await collector.says(/Nu aveți niciun mandat în vigoare/);
      await collector.check("acting");
      await collector.go(at("/sculeni/signing"));
      await collector.check("signing");
      for (const [path, name] of [["/check", "check"], ["/emulators/", "emulators"], ["/emulators/control", "control"]]) {
        await payer.go(at(path));
        await payer.check(name);
      }
    });

    test("the pages speak Russian and English too", async () => {
      for (const language of ["RU", "EN"]) {
        await collector.go(module("home"));
        await collector.press(new RegExp(`^${language}`, "i"), collector.page.locator("header"));
        await collector.go(module("accounts"));
        assert.equal(await collector.page.locator("html").getAttribute("lang"), language.toLowerCase());
        await collector.check(`accounts-${language.toLowerCase()}`);
      }
      await collector.press(/^RO/i, collector.page.locator("header"));
    });

    test("after its last day a notice is refused", async () => {
      await demo.stop({ keep: true });
      demo = await startDemo({ clock: LATER, data: demo.data });
      await findOrder(orders[EXPIRED]);
      await payer.says(/Termenul până la care comanda putea fi plătită a trecut/);
      payer.forgive();
      await payer.check("expired");
    });

    test("an ended session is said, and nothing is lost but the session", async () => {
      await collector.context.clearCookies();
      const response = await collector.page.goto(module("accounts"));
      assert.ok(response.status() === 401 || /mpass|signin/.test(collector.page.url()), String(response.status()));
    });
  });
}
