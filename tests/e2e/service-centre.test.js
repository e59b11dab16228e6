// A day at the counters, in a browser: the head sets hours, services and a closure; the specialist books somebody who calls, marks them, gives tickets and calls
// the next one. Every page is checked for accessibility, at three widths where it matters.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, Visitor } from "./lib/browser.js";
import { newData, startDemo } from "./lib/vatra.js";

// A Thursday morning.
const TODAY = "2026-10-01T09:00";
const [SPECIALIST, HEAD] = ["Doina Ceban", "Tatiana Ursu"];

for (const scripts of [true, false]) {
  describe(`the counters with scripts ${scripts ? "on" : "off"}`, { concurrency: false }, () => {
    let demo, browser, specialist, head;
    const at = (path) => `${demo.address}${path}`;
    const module = (path) => at(`/sculeni/service-centre/${path}`);

    before(async () => {
      demo = await startDemo({ clock: TODAY, data: await newData() });
      browser = await openBrowser();
      specialist = await Visitor.arrive(browser, { scripts, name: "specialist" });
      head = await Visitor.arrive(browser, { scripts, name: "head" });
    });
    after(async () => {
      await browser?.close();
      await demo?.stop();
    });

    test("the specialist's home is today", async () => {
      await specialist.signIn(demo.address, SPECIALIST);
      await specialist.press("Ghișee și programări");
      assert.equal(await specialist.heading(), "Azi, joi, 1 octombrie");
      await specialist.says(/Azi nu mai este nimeni programat/);
      await specialist.everyWidth("home");
      await specialist.go(module("guide"));
      await specialist.check("guide");
    });

    test("the head opens the first counter for the whole day", async () => {
      await head.signIn(demo.address, HEAD);
      await head.go(module("counter?counter=counter-1"));
      await head.everyWidth("counter-1");
      await head.fill("Joi", "0:00-24:00");
      await head.press("Păstrează programul");
      await head.says(/Programul este păstrat și ține de joi, 1 octombrie/);
      await head.says(/0:00–24:00/);
    });

    test("somebody who calls is booked step by step", async () => {
      await specialist.go(module("book"));
      await specialist.check("book-services");
      await specialist.press("Certificat privind componența familiei");
      await specialist.says(/joi, 1 octombrie: \d+ (de )?locuri libere/);
      await specialist.everyWidth("book-days");
      await specialist.press(/^joi, 1 octombrie/);
      await specialist.everyWidth("book-hours");
      await specialist.press(/^ora 23:40/);
      await specialist.everyWidth("book-person");
      // The secretary is somebody whom the town hall knows.
      const person = specialist.page.getByRole("group", { name: /Vizitatorul/ });
      await ((await person.count()) ? person : specialist.page).getByRole("textbox").first().fill("2021589084784");
      await specialist.fill(/^Telefon/, "069123456");
      await specialist.press("Programează", specialist.page.locator("form").filter({ hasText: "Telefon" }));
      if (!/^Vizita/.test(await specialist.heading())) await specialist.press("Programează", specialist.page.locator("form").filter({ hasText: "Telefon" }));
      assert.equal(await specialist.heading(), "Vizita de joi, 1 octombrie, ora 23:40");
      await specialist.says(/P-2026-00001/);
      await specialist.everyWidth("visit");
    });

    test("the day shows who comes, and what became of them", async () => {
      await specialist.go(module("home"));
      await specialist.says(/23:40 .*Ursu/);
      await specialist.everyWidth("home-with-visitor");
      await specialist.go(module("day"));
      await specialist.everyWidth("day");
      await specialist.press("A venit");
      await specialist.says(/S-a notat: a venit/);
      await specialist.press("Servit");
      await specialist.says(/Încheiate și anulate/);
      await specialist.check("day-served");
      await specialist.press(/^23:40 .*Ursu/);
      await specialist.press("Înapoi: a fost o greșeală");
      await specialist.says(/Vizita: a venit/);
      await specialist.check("visit-slip");
    });

    test("the calendar counts them by day", async () => {
      await specialist.go(module("calendar"));
      await specialist.says(/Ghișeul 1: un vizitator/);
      await specialist.everyWidth("calendar");
      await specialist.press(/Ghișeul 1: un vizitator/);
      assert.equal(await specialist.heading(), "Vizitatori: joi, 1 octombrie");
    });

    test("the queue gives tickets and calls them", async () => {
      await specialist.go(module("queue"));
      await specialist.press("Bilet: Ajutor cu serviciile electronice");
      await specialist.says(/Biletul [A-Z]01/);
      await specialist.everyWidth("queue");
      await specialist.press("Cheamă la Ghișeul 1");
      await specialist.says(/[A-Z]01 este chemat la Ghișeul 1/);
      await specialist.check("called");
      await specialist.press("Cheamă la Ghișeul 1");
      await specialist.says(/Nu așteaptă nimeni pentru acest ghișeu/);
      await specialist.check("nobody");
    });

    test("the head changes hours and services, and closes the counter", async () => {
      await head.go(module("counters"));
      await head.everyWidth("counters");
      await head.press("Deschide: Ghișeul 2");
      await head.everyWidth("counter");
      await head.fill("Luni", "9-25");
      await head.press("Păstrează programul");
      await head.says(/Scrieți orele așa/);
      head.forgive();
      await head.check("hours-wrong");
      await head.fill("Luni", "9:00-12:30");
      await head.press("Păstrează programul");
      await head.says(/Programul este păstrat/);
      await head.says(/9:00–12:30/);
      await head.page.getByRole("checkbox", { name: /electronice/ }).check();
      await head.press("Păstrează serviciile");
      await head.says(/Serviciile sunt păstrate/);
      await head.check("counter-kept");
      await head.date("Din ziua", ["5", "10", "2026"]);
      await head.date("Până în ziua", ["5", "10", "2026"]);
      await head.fill("Motivul", "Ședința consiliului");
      await head.press("Închide ghișeul");
      await head.check("close-checked");
      await head.press("Închide ghișeul");
      await head.says(/Închis: 05\.10\.2026/);
      await head.everyWidth("closed");
    });

    test("the specialist changes no hours", async () => {
      await specialist.go(module("counter?counter=counter-1"));
      await specialist.says(/Programul îl schimbă responsabilul de ghișee/);
      assert.equal(await specialist.page.getByRole("button", { name: "Păstrează programul" }).count(), 0);
      await specialist.check("counter-specialist");
    });

    test("it all reads in Russian and English", async () => {
      for (const [language, words] of [["ru", /Посетители, которых ждём сегодня/], ["en", /Visitors expected today/]]) {
        await specialist.go(module(`home?lang=${language}`));
        await specialist.says(words);
        await specialist.everyWidth(`home-${language}`);
        await specialist.go(module(`day?lang=${language}`));
        await specialist.check(`day-${language}`);
      }
      await specialist.go(module("home?lang=ro"));
    });
  });
}
