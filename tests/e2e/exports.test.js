// What leaves a register: CSV, a workbook and PDF of exactly what is sought, each in the trail; and the page as it comes out of a printer.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openBrowser, plain, Visitor } from "./lib/browser.js";
import { fold } from "./lib/roll.js";
import { paper } from "./lib/services.js";
import { importSample, newData, startDemo } from "./lib/vatra.js";

const TODAY = "2026-10-01T09:00";
const [COLLECTOR, ADMINISTRATOR] = ["Vasile Moraru", "Natalia Grosu"];
const SOUGHT = "stirbu";
const HEADS = ["Nr. cont", "Contribuabil", "Nr. cadastral", "Obiect", "Impozit calculat", "De plată", "Termen de plată"];

describe("what leaves a register", { concurrency: false }, () => {
  let demo, browser, collector, administrator, sought;
  const at = (path) => `${demo.address}${path}`;
  const accounts = () => at(`/sculeni/tax-collector/accounts?accounts.q=${SOUGHT}&accounts.sort=-outstanding`);
  // The same amount on a page and in a file.
  const bare = (cell) => cell.replace(/ lei$/, "").replace(/\s/g, "");

  before(async () => {
    const data = await newData();
    demo = await startDemo({ clock: TODAY, data });
    const roll = await importSample(demo);
    sought = roll.filter((row) => fold(row["Nume / Denumire"]).includes(SOUGHT));
    assert.ok(sought.length > 2, "the roll has too few of them");
    browser = await openBrowser();
    collector = await Visitor.arrive(browser, { name: "exports-collector" });
    administrator = await Visitor.arrive(browser, { name: "exports-administrator" });
    await collector.signIn(demo.address, COLLECTOR);
    await administrator.signIn(demo.address, ADMINISTRATOR);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** The rows of the page, which every file must have in the same order. */
  async function shown() {
    await collector.go(accounts());
    const rows = (await collector.rows("accounts")).map((row) => row.slice(0, HEADS.length));
    assert.equal(rows.length, sought.length);
    return rows;
  }

  test("CSV opens in a spreadsheet: its mark, semicolons, and the rows that were sought", async () => {
    const rows = await shown();
    await collector.check("sought");
    const file = await collector.download(/^CSV/);
    assert.match(file.name, /^[a-z0-9-]+\.csv$/);
    assert.deepEqual([...file.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    assert.doesNotMatch(file.text, /[^\r]\n/);
    const [head, ...lines] = file.text.replace(/^\ufeff/, "").trimEnd().split("\r\n");
    assert.equal(head, HEADS.join(";"));
    assert.deepEqual(lines.map((line) => line.split(";").map((cell) => bare(cell.replace(/^"(.*)"$/, "$1")))), rows.map((row) => row.map(bare)));
  });

  test("the workbook has the same rows, amounts as numbers and days as days", async () => {
    const rows = await shown();
    const { bytes, name } = await collector.download(/^Excel/);
    assert.match(name, /\.xlsx$/);
    assert.equal(bytes.subarray(0, 4).toString("latin1"), "PK\x03\x04");
    const sheet = await inside(bytes, "xl/worksheets/sheet1.xml");
    const found = [...sheet.matchAll(/<row r="(\d+)"[^>]*>(.*?)<\/row>/gs)].filter(([, row]) => Number(row) > 5).map(([, , cells]) => [...cells.matchAll(/<c ([^>]*)>(.*?)<\/c>/gs)]);
    assert.equal(found.length, rows.length);
    found.forEach((cells, index) => {
      assert.ok(plain(cells[0][2].replace(/<[^>]*>/g, "")).includes(rows[index][0]), cells[0][2]);
      for (const column of [4, 5, 6]) assert.doesNotMatch(cells[column][1], /t="/, "a number is a word");
      const amount = Number(cells[4][2].match(/<v>([\d.]+)<\/v>/)[1]);
      assert.equal(amount.toFixed(2).replace(".", ","), bare(rows[index][4]));
    });
  });

  test("PDF says what was sought, by whom it was made, and has the same rows", async () => {
    const rows = await shown();
    const { bytes, name } = await collector.download(/^PDF/);
    assert.match(name, /\.pdf$/);
    const words = paper(bytes);
    for (const part of ["Primăria Sculeni", COLLECTOR, `Căutare: „${SOUGHT}”`, "Pagina 1 din 1"]) assert.ok(words.includes(part), `${part}: ${words}`);
    for (const row of rows) assert.ok(words.includes(row[0]) && words.includes(row[4].replace(/ lei$/, "")), row.join(" | "));
    assert.equal(words.match(/9234000-9000\d\d/g).length, rows.length);
  });

  test("each of them is in the trail, with whose data it held", async () => {
    await administrator.go(at("/sculeni/admin/audit"));
    await administrator.page.getByLabel("Felul", { exact: true }).selectOption({ label: "Date exportate" });
    await administrator.press("Filtrați");
    const rows = await administrator.page.locator("#audit tbody tr").allInnerTexts();
    assert.equal(rows.length, 3, rows.join("\n"));
    const people = new Set(sought.map((row) => row["IDNP/IDNO"])).size;
    for (const row of rows) {
      assert.match(row, new RegExp(COLLECTOR));
      assert.match(row, new RegExp(`\\b${people} persoane\\b`));
    }
    await administrator.check("trail");
    const verified = await demo.vatra("audit", "verify", "sculeni");
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });

  test("nobody else has the file", async () => {
    const stranger = await Visitor.arrive(browser, { name: "exports-stranger" });
    for (const ending of ["", ".xlsx", ".pdf"]) {
      const address = `${accounts()}&export=accounts${ending}`;
      const answers = [await stranger.context.request.get(address), await administrator.context.request.get(address)];
      for (const answer of answers) assert.doesNotMatch(await answer.text(), /9234000-9000/, `${address} answered ${answer.status()}`);
      assert.equal(answers[1].status(), 403);
    }
    await stranger.leave();
  });

  test("a printed page has its entry's number and says which page of how many it is", async () => {
    await collector.go(at("/sculeni/tax-collector/accounts"));
    const list = paper(await collector.page.pdf({ preferCSSPageSize: false, format: "A4" }));
    assert.match(list, /Pagina 1 din \d/);
    assert.doesNotMatch(list, /Căutați|Descărcați|Ieșire/);
    await collector.search("accounts", sought[0]["Nr. cont"]);
    await collector.press(sought[0]["Nr. cont"]);
    await collector.press("Emite avizul");
    await collector.press("Emite avizul");
    const notice = await collector.heading();
    assert.match(notice, /^Avizul IP-2026-\d{5}$/);
    for (const [language, words] of [["ro", /Pagina 1 din \d/], ["ru", /Страница 1 из \d/], ["en", /Page 1 of \d/]]) {
      await collector.go(`${collector.page.url().replace(/[?&]lang=..$/, "")}&lang=${language}`);
      const printed = paper(await collector.page.pdf({ format: "A4" }));
      assert.match(printed, words);
      assert.ok(printed.includes(notice.replace("Avizul ", "")), printed);
      assert.doesNotMatch(printed, /Anulează|Отозвать|Cancel the notice/);
    }
  });
});

/** A file inside a workbook. */
async function inside(bytes, place) {
  const folder = await mkdtemp(join(tmpdir(), "vatra-xlsx-"));
  try {
    await writeFile(join(folder, "book.xlsx"), bytes);
    return execFileSync("python3", ["-c", "import sys, zipfile; sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())", join(folder, "book.xlsx"), place], { encoding: "utf8" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
