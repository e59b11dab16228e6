// What people do at the emulated MSign and MPay, and what stands on paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { plain } from "./browser.js";

/** Waits until so many documents are ready to be signed. `queue` is the page with the queue. */
export async function readyToSign(visitor, queue, count = 1) {
  const boxes = visitor.page.locator("main tbody input[type=checkbox]");
  for (let attempt = 0; ; attempt += 1) {
    await visitor.go(queue);
    if ((await boxes.count()) >= count) return boxes.all();
    assert.ok(attempt < 80, `${count} documents are not ready: ${await visitor.words()}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Signs so many documents that wait for this person with one errand, or refuses them there. */
export async function signAll(visitor, queue, count = 1, how = {}) {
  for (const box of await readyToSign(visitor, queue, count)) await box.check();
  await visitor.check("ticked");
  await visitor.page.getByRole("button", { name: "Semnați" }).click();
  await signThere(visitor, how);
}

/** The errand at MSign, from the portal's hand-over page to what the portal says after it. */
export async function signThere(visitor, { name = "Semnatar Inventat", refuse = false } = {}) {
  const { page } = visitor;
  const onward = page.getByRole("button", { name: "Continuați la MSign" });
  // Without scripts the page that waits is asked for anew by itself, and the one that hands over has a button.
  await page.waitForURL((url) => /\/emulators\/msign\//.test(url.pathname) || /\/signing\//.test(url.pathname));
  if (!visitor.scripts) {
    await onward.waitFor();
    await visitor.check("hand-over");
    await onward.click();
  }
  await page.waitForURL(/\/emulators\/msign\//);
  await visitor.check("msign");
  if (refuse) {
    await visitor.press("Refuz să semnez");
  } else {
    await page.getByLabel("Buletin de identitate electronic").check();
    await visitor.fill("Numele și prenumele", name);
    await visitor.press("Continuă");
    await visitor.fill("PIN", "1234");
    await visitor.check("msign-pin");
    await visitor.press("Semnează");
    assert.equal(await visitor.heading(), "Ați semnat");
  }
  await visitor.check("msign-done");
  await visitor.press("Înapoi la sistemul care a cerut semnătura");
  await page.waitForURL((url) => !/\/signing\/[^/]+$/.test(url.pathname) && !url.pathname.startsWith("/emulators/"));
}

/** What a PDF says, its spaces made plain. */
export function paper(bytes) {
  assert.equal(bytes.subarray(0, 5).toString("latin1"), "%PDF-");
  return plain(execFileSync("pdftotext", ["-enc", "UTF-8", "-layout", "-", "-"], { input: bytes, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] }));
}

/** Where a document says that it is checked, as it is printed: the address that its QR code leads to, and the code. */
export function codeOf(words) {
  const [, address, code] = words.match(/(https?:\/\/\S+\/check\/(\S+))/) ?? [];
  assert.ok(code, `no address is printed: ${words}`);
  return { address, code };
}
