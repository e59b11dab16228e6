// The tax roll that acceptance is measured with, what its import must say, and what stands in its rows.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const place = (name) => fileURLToPath(new URL(`../../hosting/data/${name}`, import.meta.url));

/** The file to upload. */
export const file = place("tax-roll-sculeni.csv");
/** The report that its import must give. */
export const expected = JSON.parse(await readFile(place("tax-roll-sculeni.expected.json"), "utf8"));

/** What stands in it. */
export const text = (await readFile(file, "utf8")).replace(/^\ufeff/, "");
const [heading, ...lines] = text.trimEnd().split(/\r?\n/);
const columns = heading.split(";");
/** Its rows by the headings of their columns. */
export const rows = lines.map((line) => Object.fromEntries(line.split(";").map((cell, at) => [columns[at], cell])));
/** The row of this account. */
export const account = (number) => rows.find((row) => row["Nr. cont"] === number);

/** As people compare words: without case and diacritics. */
export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Bani as pages write lei. */
export const lei = (bani) => {
  const [whole, part] = [Math.trunc(bani / 100), String(Math.abs(bani % 100)).padStart(2, "0")];
  return `${String(whole).replace(/\B(?=(\d{3})+$)/g, " ")},${part} lei`;
};
/** A number as pages write it. */
export const number = (value) => (value < 10_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, " "));

/** Words of the reasons, as the report's table has them. */
export const reasons = {
  "identifier-length": "IDNP/IDNO fără 13 cifre",
  "idno-check-digit": "IDNO cu cifră de control greșită",
  "amount-unreadable": "sumă care nu poate fi citită",
  "negative-amount": "sumă negativă",
  "date-invalid": "dată care nu există",
  "cadastral-number": "număr cadastral greșit",
  "account-duplicate": "cont repetat",
  "idnp-check-digit": "IDNP cu cifră de control greșită (avertisment)",
  overpaid: "achitat mai mult decât s-a calculat (avertisment)",
};
