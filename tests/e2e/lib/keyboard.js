// Somebody who has no mouse: goes from one thing to the next, and sees where they are.
import assert from "node:assert/strict";
import { plain } from "./browser.js";

const FURTHEST = 80;

export class Keyboard {
  constructor(visitor) {
    this.visitor = visitor;
    this.page = visitor.page;
  }

  /** What the focus is on: its kind, what it is called, whether one sees that it has the focus, and where it stands. */
  async here() {
    const here = await this.page.evaluate(() => {
      const one = document.activeElement;
      const drawn = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      // The portal's boxes and rings are drawn by their label, over the input itself, which nobody sees.
      const own = getComputedStyle(one);
      const ring = own.opacity === "0" && one.labels?.[0] ? getComputedStyle(one.labels[0], "::before") : own;
      const { width, height, top, left } = one.getBoundingClientRect();
      const by = document.getElementById(one.getAttribute("aria-labelledby") ?? "")?.innerText;
      const words = one.getAttribute("aria-label") ?? by ?? one.labels?.[0]?.innerText ?? one.innerText ?? "";
      const group = one.closest("fieldset")?.querySelector("legend")?.innerText ?? "";
      return { kind: one.tagName.toLowerCase(), words, group, seen: drawn(ring) && width > 0 && height > 0, top, left };
    });
    return { ...here, words: plain(here.words), group: plain(here.group) };
  }

  /** Goes on until the focus is on what is called so, in the group of that name and of the kind if they are named. Nothing on the way is out of sight. */
  async to(name, { group, kind, back = false } = {}) {
    const met = [];
    for (let step = 0; step < FURTHEST; step += 1) {
      await this.page.keyboard.press(back ? "Shift+Tab" : "Tab");
      const here = await this.here();
      // Between the last thing and the first lies the browser's own bar.
      if (here.kind === "body") continue;
      assert.ok(here.seen, `one does not see that the focus is on ${here.kind} “${here.words}”`);
      met.push(here.words.slice(0, 30));
      const called = typeof name === "string" ? here.words === name : name.test(here.words);
      if (called && (!group || here.group.includes(group)) && (!kind || here.kind === kind)) return here;
    }
    throw new assert.AssertionError({ message: `the keyboard does not reach ${name} on ${this.page.url()}; it meets ${met.join(" · ")}` });
  }

  /** Goes to a link or button and presses it; waits for the page that follows. */
  async press(name, options) {
    await this.to(name, options);
    await Promise.all([this.page.waitForEvent("domcontentloaded"), this.page.keyboard.press("Enter")]);
  }

  /** Goes to an input and writes into it. */
  async write(name, text, options) {
    await this.to(name, options);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  /** Goes to one of several and takes the one of this name with the arrows. */
  async choose(first, wanted) {
    await this.to(first, { kind: "input" });
    await this.page.keyboard.press("Space");
    for (let step = 0; (await this.here()).words !== wanted; step += 1) {
      assert.ok(step < 12, `the arrows do not reach ${wanted}`);
      await this.page.keyboard.press("ArrowDown");
      assert.ok((await this.here()).seen, "one does not see which is chosen");
    }
  }
}
