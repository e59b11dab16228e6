// Forms: one page or several, their conditions, the answers checked before they are sent, and what is wrong. What is typed stays on the phone until
// the form is sent, through a reload too where there are several pages.
import { el, say } from "./dom.mjs";
import { answer, controlsOf, drawInputs, fill } from "./inputs.mjs";

// Files of one form together, in bytes, as the host takes them.
const MOST_BYTES = 20 << 20;

const hidden = (box) => box.closest("[data-when][hidden]") !== null;
// Boxes that are answered themselves: parts of a period or of an address are answered together.
const boxes = (page) => [...page.querySelectorAll("[data-input]")].filter((box) => box.dataset.kind !== "group" && !box.parentElement.closest(".evo-parts"));

// Parts that are asked only after another answer. What decides may be on another page, or be sent along unseen.
const reveal = (form, along) => {
  for (const box of form.querySelectorAll("[data-when]")) {
    const { input, is } = JSON.parse(box.dataset.when);
    const leader = form.querySelector(`[data-input="${CSS.escape(input)}"]`);
    const sent = new FormData(form).getAll(input).at(-1) ?? along.get(input);
    box.hidden = (sent ?? (leader?.dataset.kind === "flag" ? "no" : "")) !== is;
    for (const one of controlsOf(box)) one.disabled = box.hidden;
  }
};

export const drawForm = (block, on, state) => {
  const id = `form-${state.index}`;
  // One id for the form, however often it is sent: it is performed once.
  const submission = crypto.randomUUID();
  const along = new Map(block.query);
  const times = new Map();
  const several = block.pages.length > 1;
  const asks = several || block["check-answers"] === true || block.type === "stepped-form";
  const level = block.title ? "h3" : "h2";
  const form = el("form.evo-form", { novalidate: true, id });
  const pages = block.pages.map((page, place) => el("div", { hidden: place > 0 }, page.title && el(`${level}.govuk-heading-s`, { tabindex: "-1" }, page.title), drawInputs(`${id}-${place}`, page, times)));
  const check = el("div", { hidden: true });
  const summary = el("div", {});
  const steps = several && el("p.govuk-caption-m.evo-step", {});
  const kept = el("div", {});
  // Of a group, what was left empty altogether does not count.
  const lacks = (box) => box.dataset.required !== undefined && !hidden(box) && !answer(box) && (box.dataset.part === undefined || boxes(box.closest(".evo-card")).some(answer));
  const back = el("button.govuk-button.govuk-button--secondary", { type: "button", hidden: true }, say("evo-previous"));
  const go = el("button.govuk-button", { type: "submit" }, block.submit);
  let at = 0;

  const end = pages.length;
  const asked = (page) => {
    const all = boxes(page);
    return all.length === 0 || all.some((box) => !hidden(box));
  };
  const following = (from, way) => {
    let to = from + way;
    while (pages[to] && !asked(pages[to])) to += way;
    return Math.min(to, end);
  };

  const show = (place, focus = true) => {
    at = place;
    pages.forEach((page, index) => (page.hidden = index !== at));
    check.hidden = at < end;
    back.hidden = at === 0;
    go.textContent = asks && at < end ? say("evo-next") : block.submit;
    const walk = pages.filter(asked);
    if (steps) steps.textContent = at < end ? say("evo-step", { at: walk.indexOf(pages[at]) + 1, of: walk.length }) : "";
    if (at === end) check.replaceChildren(...answers());
    if (focus) (at < end ? (pages[at].querySelector("[tabindex]") ?? controlsOf(pages[at])[0]) : check.firstChild)?.focus();
    keep();
  };

  const answers = () => [
    el(`${level}.govuk-heading-m`, { tabindex: "-1" }, say("evo-check")),
    el(
      "dl.govuk-summary-list",
      {},
      pages.flatMap((page, index) =>
        boxes(page)
          .filter((box) => !hidden(box))
          .map((box) =>
            el(
              "div.govuk-summary-list__row",
              {},
              el("dt.govuk-summary-list__key", {}, box.dataset.title),
              el("dd.govuk-summary-list__value", {}, answer(box) || say("evo-no-answer")),
              el("dd.govuk-summary-list__actions", {}, el("button.vatra-plain-button.evo-plain", { type: "button", onclick: () => (show(index, false), controlsOf(box)[0]?.focus()) }, say("evo-change"), el("span.govuk-visually-hidden", {}, `: ${box.dataset.title}`))),
            ),
          ),
      ),
    ),
  ];

  const clear = () => {
    summary.replaceChildren();
    for (const old of form.querySelectorAll(".govuk-error-message")) {
      for (const one of form.querySelectorAll(`[aria-describedby~="${old.id}"]`)) {
        one.removeAttribute("aria-invalid");
        one.setAttribute("aria-describedby", one.getAttribute("aria-describedby").replace(old.id, "").trim());
        if (!one.getAttribute("aria-describedby")) one.removeAttribute("aria-describedby");
      }
      old.remove();
    }
    for (const old of form.querySelectorAll(".govuk-form-group--error")) old.classList.remove("govuk-form-group--error");
  };

  // Says what is wrong above the form and at each input, and leads to the first page that has something.
  const complain = (wrong) => {
    clear();
    const found = wrong.map(({ input, text }) => {
      const all = [...form.querySelectorAll("[data-input]")].filter((box) => input === box.dataset.input || (input.startsWith(`${box.dataset.input}.`) && box.dataset.input));
      const box = all.sort((one, other) => other.dataset.input.length - one.dataset.input.length)[0];
      const first = box && controlsOf(box)[0];
      const page = pages.findIndex((one) => one.contains(box ?? null));
      if (box && first) {
        const message = el("p.govuk-error-message", { id: `${first.id}-error` }, el("span.govuk-visually-hidden", {}, `${say("evo-error")}: `), text);
        box.classList.add("govuk-form-group--error");
        const at = (what) => box.querySelector(`:scope > ${what}, :scope > fieldset > ${what}`);
        const before = at(".govuk-hint") ?? at("label") ?? at("legend");
        if (before) before.after(message);
        else box.prepend(message);
        for (const one of box.dataset.kind === "group" ? [first] : controlsOf(box)) {
          one.setAttribute("aria-invalid", "true");
          one.setAttribute("aria-describedby", [one.getAttribute("aria-describedby"), message.id].filter(Boolean).join(" "));
        }
      }
      return { text: box ? `${box.dataset.title}: ${text}` : text, first, page };
    });
    const pageOf = found.filter((one) => one.page >= 0).map((one) => one.page);
    if (pageOf.length) show(Math.min(...pageOf), false);
    const items = found.map(({ text, first, page }) =>
      el("li", {}, first ? el("a", { href: `#${first.id}`, onclick: (event) => (event.preventDefault(), page !== at && show(page, false), first.focus()) }, text) : text),
    );
    summary.replaceChildren(
      el("div.govuk-error-summary", { tabindex: "-1", role: "alert" }, el("h2.govuk-error-summary__title", {}, say("evo-errors")), el("ul.govuk-list.govuk-error-summary__list", {}, items)),
    );
    summary.firstChild.focus();
  };

  // --- What is kept until it is sent ------------------------------------------------------------------------------------------------------

  const drafts = several ? state.drafts : null;
  let touched = false;
  function keep() {
    if (touched) drafts?.keep(block.id ?? id, { at, answers: [...new FormData(form)].filter(([, value]) => typeof value === "string") });
  }
  const forget = () => {
    touched = false;
    drafts?.drop(block.id ?? id);
    form.reset();
    kept.replaceChildren();
    reveal(form, along);
    show(0);
  };

  const send = async () => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (typeof value !== "string" && !value.name) body.delete(name);
    const files = controlsOf(form).filter((one) => one.type === "file" && one.files.length);
    if (files.flatMap((one) => [...one.files]).reduce((sum, file) => sum + file.size, 0) > MOST_BYTES) {
      return complain([{ input: files.at(-1).closest("[data-input]").dataset.input, text: say("evo-too-large") }]);
    }
    for (const [name, value] of block.query) body.append(name, value);
    body.set("submission", submission);
    if (block.type === "stepped-form") body.set("vatra-step", block.id);
    go.disabled = true;
    if (files.length) go.textContent = say("evo-sending");
    try {
      const wrong = await on.send(block.action, body);
      if (wrong) complain(wrong);
      else if (wrong === null) {
        touched = false;
        drafts?.drop(block.id ?? id);
      }
    } finally {
      go.disabled = false;
      if (at === end || !asks) go.textContent = block.submit;
    }
  };

  back.addEventListener("click", () => (clear(), show(following(at, -1))));
  for (const event of ["input", "change"]) {
    form.addEventListener(event, () => {
      touched = true;
      reveal(form, along);
      keep();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clear();
    if (!asks || at === end) return send();
    const missing = boxes(pages[at]).filter(lacks);
    if (missing.length) return complain(missing.map((box) => ({ input: box.dataset.input, text: say("evo-required") })));
    show(following(at, 1));
  });
  form.append(summary, kept, ...[steps].filter(Boolean), ...pages, check, el("div.govuk-button-group", {}, go, back));
  const before = drafts?.read(block.id ?? id);
  if (before) {
    touched = true;
    fill(form, before.answers, times);
    kept.replaceChildren(
      el(
        "div.govuk-inset-text",
        {},
        el("p.govuk-body", {}, say("evo-kept")),
        el("button.vatra-plain-button.evo-plain", { type: "button", onclick: forget }, say("evo-forget")),
      ),
    );
  }
  reveal(form, along);
  show(before ? Math.min(before.at, end) : 0, false);
  return [block.title && el("h2.govuk-heading-m", {}, block.title), form];
};
