// Forms: one page or several, their conditions, their errors. What is typed stays on the phone until the form is sent.
import { el, say } from "./dom.mjs";

const field = (id, input, errors, control, hint = input.hint) => {
  const wrong = errors.get(input.name);
  const described = [hint && `${id}-hint`, wrong && `${id}-error`].filter(Boolean).join(" ") || null;
  for (const one of control.matches?.("input, select, textarea") ? [control] : control.querySelectorAll("input, select, textarea")) {
    if (described) one.setAttribute("aria-describedby", described);
    if (wrong) one.setAttribute("aria-invalid", "true");
  }
  const optional = input.required === false && !["flag"].includes(input.type) ? ` (${say("evo-optional")})` : "";
  const inside = [
    hint && el("div.govuk-hint", { id: `${id}-hint` }, hint),
    wrong && el("p.govuk-error-message", { id: `${id}-error` }, el("span.govuk-visually-hidden", {}, `${say("evo-error")}: `), wrong),
    control,
  ];
  const group = `div.govuk-form-group${wrong ? ".govuk-form-group--error" : ""}`;
  if (control.matches("fieldset, .govuk-radios, .govuk-date-input, .evo-parts, .govuk-checkboxes")) {
    return el(group, { "data-input": input.name }, el("fieldset.govuk-fieldset", {}, el("legend.govuk-fieldset__legend.govuk-fieldset__legend--s", {}, input.label, optional), inside));
  }
  return el(group, { "data-input": input.name }, el("label.govuk-label", { for: id }, input.label, optional), inside);
};

const plain = (id, name, value, more = {}) => el("input.govuk-input", { id, name, type: "text", value: value ?? "", autocomplete: "off", ...more });

const choice = (id, name, choices, value, type = "radio") => {
  if (choices.length > 7 && type === "radio") {
    return el("select.govuk-select", { id, name }, el("option", { value: "" }), choices.map((one) => el("option", { value: one.code, selected: one.code === value }, one.label)));
  }
  const shape = type === "radio" ? "radios" : "checkboxes";
  return el(
    `div.govuk-${shape}`,
    {},
    choices.map((one, place) =>
      el(
        `div.govuk-${shape}__item`,
        {},
        el(`input.govuk-${shape}__input`, { id: place ? `${id}-${place}` : id, name, type, value: one.code, checked: [value].flat().includes(one.code) }),
        el(`label.govuk-label.govuk-${shape}__label`, { for: place ? `${id}-${place}` : id }, one.label),
      ),
    ),
  );
};

const raw = (input) => input.value?.raw ?? null;

const control = (id, input) => {
  const { name, type = "text" } = input;
  const [kind] = (type ?? "text").split(":");
  const value = raw(input);
  switch (kind) {
    case "choice":
      return choice(id, name, input.choices, value, input.many ? "checkbox" : "radio");
    case "yes-no":
      return choice(id, name, [{ code: "yes", label: say("evo-yes") }, { code: "no", label: say("evo-no") }], value === true ? "yes" : value === false ? "no" : "");
    case "flag":
      return el(
        "div.govuk-checkboxes",
        {},
        el("div.govuk-checkboxes__item", {}, el("input.govuk-checkboxes__input", { id, name, type: "checkbox", value: "yes", checked: value === true }), el("label.govuk-label.govuk-checkboxes__label", { for: id }, input.label)),
      );
    case "long-text":
      return el("textarea.govuk-textarea", { id, name, rows: 5 }, value ?? "");
    case "date":
      return el("input.govuk-input.evo-short", { id, name, type: "date", value: value ?? "" });
    case "period":
      return el("div.evo-parts", {}, ["from", "to"].map((part) => el("input.govuk-input.evo-short", { id: `${id}-${part}`, name: `${name}.${part}`, type: "date", "aria-label": `${input.label} ${part === "from" ? "–" : "…"}` })));
    case "money":
      return plain(id, name, typeof value === "number" ? (value / 100).toFixed(2) : value, { inputmode: "decimal", class: "govuk-input evo-short" });
    case "integer":
      return plain(id, name, value, { inputmode: "numeric", class: "govuk-input evo-short" });
    case "decimal":
      return plain(id, name, value, { inputmode: "decimal", class: "govuk-input evo-short" });
    case "phone":
      return plain(id, name, value, { type: "tel", autocomplete: "tel" });
    case "email":
      return plain(id, name, value, { type: "email", autocomplete: "email" });
    case "file":
    case "table-file":
      return el("input.govuk-file-upload", { id, name, type: "file" });
    case "entry":
    case "subject":
    case "document":
      return el("input", { id, name, type: "hidden", value: value?.id ?? value ?? "" });
    default:
      return plain(id, name, value);
  }
};

// A repeating group is filled in once or more; its parts are named `group.1.part`.
const groupOf = (input, parts, id, errors) => {
  const box = el("div", {});
  let count = 0;
  const add = () => {
    count += 1;
    const number = count;
    const inner = parts.map((part) => {
      const name = `${input.name}.${number}.${part.name.split(".")[1]}`;
      const own = { ...part, name };
      return field(`${id}-${number}-${part.name.split(".")[1]}`, own, errors, control(`${id}-${number}-${part.name.split(".")[1]}`, own));
    });
    const less = el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: (event) => event.currentTarget.parentElement.remove() }, say("evo-less"));
    box.append(el("div.evo-card", {}, inner, number > 1 && less));
  };
  add();
  const more = el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: () => box.children.length < (input.most ?? 10) && add() }, say("evo-more"));
  return el("fieldset.govuk-fieldset", {}, el("legend.govuk-fieldset__legend.govuk-fieldset__legend--s", {}, input.label), box, more);
};

const inputsOf = (inputs, id, errors) => {
  const groups = new Set(inputs.filter((input) => input.type === "group").map((input) => input.name));
  return inputs
    .filter((input) => !groups.has(input.name.split(".")[0]) || groups.has(input.name))
    .map((input, place) => {
      const own = `${id}-${place}`;
      let shown;
      if (input.type === "group") shown = groupOf(input, inputs.filter((part) => part.name.startsWith(`${input.name}.`)), own, errors);
      else {
        const made = control(own, input);
        if (made.type === "hidden") return made;
        shown = field(own, input, errors, made);
      }
      if (input.when) shown.dataset.when = JSON.stringify(input.when);
      return shown;
    });
};

// Parts that are asked only after another answer.
const reveal = (form) => {
  for (const part of form.querySelectorAll("[data-when]")) {
    const { input, is } = JSON.parse(part.dataset.when);
    const given = new FormData(form).get(input) ?? "no";
    part.hidden = given !== is;
    for (const one of part.querySelectorAll("input, select, textarea")) one.disabled = part.hidden;
  }
};

const readable = (box) => {
  const wrong = box.querySelector(".govuk-error-message");
  const controls = [...box.querySelectorAll("input, select, textarea")].filter((one) => !one.disabled && one.type !== "hidden");
  const texts = controls.map((one) => {
    if (["radio", "checkbox"].includes(one.type)) return one.checked ? (one.labels[0]?.textContent ?? "") : "";
    if (one.type === "file") return [...one.files].map((file) => file.name).join(", ");
    if (one.type === "date") return one.value.split("-").reverse().join(".");
    return one.tagName === "SELECT" ? (one.selectedOptions[0]?.text ?? "") : one.value;
  });
  return { wrong, text: texts.filter(Boolean).join(" ") };
};

export const drawForm = (block, on, state) => {
  const id = `form-${state.index}`;
  // One id for the form, however often it is sent: it is performed once.
  const submission = crypto.randomUUID();
  const errors = new Map();
  const form = el("form.evo-form", { novalidate: true, id });
  const pages = block.pages.map((page, place) => el("div", { hidden: place > 0 }, page.title && el("h3.govuk-heading-s", {}, page.title), inputsOf(page.inputs, `${id}-p${place}`, errors)));
  const asks = pages.length > 1 || block["check-answers"];
  const check = el("div", { hidden: true });
  const summaryBox = el("div", {});
  let at = 0;
  const last = () => pages.length - 1;
  const back = el("button.govuk-button.govuk-button--secondary", { type: "button", hidden: true }, say("evo-previous"));
  const go = el("button.govuk-button", { type: "submit" }, block.submit);
  const show = (place, focus = true) => {
    at = place;
    pages.forEach((page, index) => (page.hidden = index !== at));
    check.hidden = at <= last();
    back.hidden = at === 0;
    go.textContent = asks && at <= last() ? say("evo-next") : block.submit;
    if (!check.hidden) {
      const parts = pages.flatMap((page, index) => [...page.querySelectorAll("[data-input]")].filter((part) => !part.closest("[hidden][data-when]")).map((part) => [part, index]));
      check.replaceChildren(
        el("h3.govuk-heading-m", {}, say("evo-check")),
        el(
          "dl.govuk-summary-list",
          {},
          parts.map(([part, index]) =>
            el(
              "div.govuk-summary-list__row",
              {},
              el("dt.govuk-summary-list__key", {}, part.querySelector("label, legend")?.textContent ?? ""),
              el("dd.govuk-summary-list__value", {}, readable(part).text),
              el("dd.govuk-summary-list__actions", {}, el("button.vatra-plain-button.evo-plain", { type: "button", onclick: () => show(index) }, say("evo-change"))),
            ),
          ),
        ),
      );
    }
    if (focus) (at <= last() ? pages[at] : check).querySelector("input:not([type=hidden]), select, textarea, h3")?.focus?.();
  };
  const complain = (wrong) => {
    for (const old of form.querySelectorAll(".govuk-error-message")) old.remove();
    for (const old of form.querySelectorAll(".govuk-form-group--error")) old.classList.remove("govuk-form-group--error");
    const items = wrong.map(({ input, text }) => {
      const name = input.replace(/\.\d+\./, (all) => all);
      const box = [...form.querySelectorAll("[data-input]")].find((part) => name === part.dataset.input || name.startsWith(`${part.dataset.input}.`));
      const first = box?.querySelector("input, select, textarea");
      if (box) {
        box.classList.add("govuk-form-group--error");
        const place = box.querySelector(".govuk-hint") ?? box.querySelector("legend, label");
        const message = el("p.govuk-error-message", { id: `${first?.id}-error` }, el("span.govuk-visually-hidden", {}, `${say("evo-error")}: `), text);
        place?.after(message);
        first?.setAttribute("aria-describedby", `${first.id}-error`);
        const page = pages.findIndex((one) => one.contains(box));
        if (page >= 0 && wrong[0].input === input) show(page, false);
      }
      return el("li", {}, first ? el("a", { href: `#${first.id}`, onclick: (event) => (event.preventDefault(), show(Math.max(0, pages.findIndex((one) => one.contains(box))), false), first.focus()) }, text) : text);
    });
    summaryBox.replaceChildren(
      el("div.govuk-error-summary", { tabindex: "-1", role: "alert" }, el("h2.govuk-error-summary__title", {}, say("evo-errors")), el("ul.govuk-list.govuk-error-summary__list", {}, items)),
    );
    summaryBox.firstChild.focus();
  };
  back.addEventListener("click", () => show(at - 1));
  form.addEventListener("change", () => reveal(form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const missing = at <= last() ? [...pages[at].querySelectorAll("[data-input]")].filter((part) => !part.closest("[hidden][data-when]") && requiredOf(block, part.dataset.input) && !readable(part).text) : [];
    if (asks && missing.length) return complain(missing.map((part) => ({ input: part.dataset.input, text: `${part.querySelector("label, legend")?.textContent}: ${say("evo-required")}` })));
    summaryBox.replaceChildren();
    if (asks && at <= last()) return show(at + 1);
    go.disabled = true;
    try {
      const body = new FormData(form);
      for (const [name, value] of block.query) body.append(name, value);
      body.set("submission", submission);
      if (block.type === "stepped-form") body.set("vatra-step", block.id);
      const wrong = await on.send(block.action, body);
      if (wrong) complain(wrong);
    } finally {
      go.disabled = false;
    }
  });
  form.append(summaryBox, ...pages, check, el("div.govuk-button-group", {}, go, back));
  reveal(form);
  show(0, false);
  return [block.title && el("h2.govuk-heading-m", {}, block.title), form];
};

const requiredOf = (block, name) => {
  const input = block.pages.flatMap((page) => page.inputs).find((one) => one.name === name);
  return input?.required === true;
};
