// Inputs by their declared types: each in a box that knows its name, its label and whether it has to be filled in.
import { el, say } from "./dom.mjs";

// More choices than these are a list to open.
const RADIOS = 7;
const CONTROLS = "input:not([type=hidden]), select, textarea";
export const controlsOf = (box) => [...box.querySelectorAll(CONTROLS)];

const line = (id, name, value, more = {}) => el("input.govuk-input", { id, name, type: "text", value: value ?? "", autocomplete: "off", ...more });
const short = "govuk-input evo-short";

const choice = (id, name, choices, given, many) => {
  if (choices.length > RADIOS && !many) {
    return el("select.govuk-select", { id, name }, el("option", { value: "" }), choices.map((one) => el("option", { value: one.code, selected: one.code === given }, one.label)));
  }
  const shape = many ? "checkboxes" : "radios";
  return el(
    `div.govuk-${shape}`,
    {},
    choices.map((one, place) => {
      const own = place ? `${id}-${place}` : id;
      return el(
        `div.govuk-${shape}__item`,
        {},
        el(`input.govuk-${shape}__input`, { id: own, name, type: many ? "checkbox" : "radio", value: one.code, checked: [given].flat().includes(one.code) }),
        el(`label.govuk-label.govuk-${shape}__label`, { for: own }, one.label),
      );
    }),
  );
};

const control = (id, input, name) => {
  const [kind] = (input.type ?? "text").split(":");
  const value = input.value?.raw ?? null;
  switch (kind) {
    case "choice":
      return choice(id, name, input.choices, value, input.many);
    case "yes-no":
      return choice(id, name, [{ code: "yes", label: say("evo-yes") }, { code: "no", label: say("evo-no") }], { true: "yes", false: "no" }[value]);
    case "flag":
      return choice(id, name, [{ code: "yes", label: input.label }], value === true ? "yes" : "", true);
    case "period":
    case "address":
      return el("div.evo-parts", {}, input.parts.map((part) => box(`${id}-${part.name}`, { ...part, whole: input.label }, `${name}.${part.name}`)));
    case "long-text":
    case "geometry":
      return el("textarea.govuk-textarea", { id, name, rows: 5 }, value ?? "");
    case "date":
      return line(id, name, value, { type: "date", class: short });
    case "money":
      return line(id, name, typeof value === "number" ? (value / 100).toFixed(2) : value, { inputmode: "decimal", class: short });
    case "integer":
      return line(id, name, value, { inputmode: "numeric", class: short });
    case "decimal":
    case "cadastral":
      return line(id, name, value, { inputmode: "decimal", class: short });
    case "iban":
    case "treasury-iban":
      return line(id, name, value, { autocapitalize: "characters", spellcheck: "false" });
    case "phone":
      return line(id, name, value, { type: "tel", autocomplete: "tel" });
    case "email":
      return line(id, name, value, { type: "email", autocomplete: "email" });
    case "file":
    case "table-file":
      return el("input.govuk-file-upload", { id, name, type: "file", accept: input.accept });
    // References that nobody types.
    case "entry":
    case "document":
    case "instant":
      return el("input", { id, name, type: "hidden", value: value?.id ?? value ?? "" });
    // On phones one meets nobody but oneself: whom the module did not name cannot be looked for.
    case "subject":
      return el("div", {}, el("p.govuk-body", {}, input.value?.text ?? say("evo-nobody")), el("input", { name, type: "hidden", value: value ?? "" }));
    default:
      return line(id, name, value);
  }
};

// One input with its label, hint and place for what is wrong.
const box = (id, input, name = input.name) => {
  const made = control(id, input, name);
  if (made.type === "hidden") return made;
  const kind = (input.type ?? "text").split(":")[0];
  const hint = input.hint && el("div.govuk-hint", { id: `${id}-hint` }, input.hint);
  if (hint) for (const one of [...(made.matches(CONTROLS) ? [made] : controlsOf(made))]) one.setAttribute("aria-describedby", hint.id);
  const label = [input.label, input.required === false && kind !== "flag" && ` (${say("evo-optional")})`];
  const title = input.whole ? `${input.whole}, ${input.label}` : input.label;
  const attributes = { "data-input": name, "data-title": title, "data-required": input.required === true, "data-when": input.when && JSON.stringify(input.when), "data-kind": kind };
  // A box to tick says what it is about beside itself.
  if (kind === "flag") return el("div.govuk-form-group", attributes, hint, made);
  if (made.matches(".govuk-radios, .govuk-checkboxes, .evo-parts")) {
    return el("div.govuk-form-group", attributes, el("fieldset.govuk-fieldset", {}, el("legend.govuk-fieldset__legend.govuk-fieldset__legend--s", {}, label), hint, made));
  }
  return el("div.govuk-form-group", attributes, kind === "subject" ? el("p.govuk-label", {}, input.label) : el("label.govuk-label", { for: id }, label), hint, made);
};

// A group is filled in once or more; its parts are named `group.1.part`. `form.times(name, count)` makes it so many.
const group = (id, input, parts, times) => {
  const list = el("div", {});
  let made = 0;
  const renumber = () => {
    const cards = [...list.children];
    cards.forEach((card, place) => {
      const begin = `${input.name}.${place + 1}.`;
      const title = `${input.label} ${place + 1}`;
      card.querySelector(".evo-card__title").textContent = title;
      card.setAttribute("aria-label", title);
      for (const one of card.querySelectorAll("[name]")) one.name = begin + one.name.split(".").slice(2).join(".");
      for (const one of card.querySelectorAll("[data-input]")) {
        one.dataset.input = begin + one.dataset.input.split(".").slice(2).join(".");
        one.dataset.title = `${title}: ${one.dataset.part}`;
      }
      card.querySelector("button").hidden = cards.length === 1;
      card.querySelector("button span").textContent = `: ${title}`;
    });
    more.hidden = cards.length >= (input.most ?? 10);
  };
  const add = () => {
    made += 1;
    const inner = parts.map((part) => {
      const own = part.name.split(".")[1];
      const one = box(`${id}-${made}-${own}`, part, `${input.name}.${made}.${own}`);
      one.dataset.part = part.label;
      return one;
    });
    const less = el("button.govuk-button.govuk-button--secondary", { type: "button" }, say("evo-less"), el("span.govuk-visually-hidden", {}));
    const card = el("div.evo-card", { role: "group" }, el("p.evo-card__title.govuk-body"), inner, less);
    less.addEventListener("click", () => {
      card.remove();
      renumber();
      list.dispatchEvent(new Event("change", { bubbles: true }));
      (more.hidden ? list.querySelector("button") : more).focus();
    });
    list.append(card);
    renumber();
    return card;
  };
  const more = el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: () => controlsOf(add())[0]?.focus() }, say("evo-more"), el("span.govuk-visually-hidden", {}, `: ${input.label}`));
  add();
  times.set(input.name, (count) => {
    while (list.children.length < Math.min(count, input.most ?? 10)) add();
  });
  return el("div.govuk-form-group", { "data-input": input.name, "data-title": input.label, "data-when": input.when && JSON.stringify(input.when), "data-kind": "group" }, input.hint && el("div.govuk-hint", {}, input.hint), list, more);
};

// The inputs of a page. Where each of several rows is asked the same (`rows`), they are named `row.input`.
export const drawInputs = (id, { inputs, rows = [], each = [] }, times) => {
  const groups = new Set(inputs.filter((input) => input.type === "group").map((input) => input.name));
  const own = (input) => `${id}-${input.name.replaceAll(".", "-")}`;
  return [
    inputs
      .filter((input) => groups.has(input.name) || !groups.has(input.name.split(".")[0]))
      .map((input) => (groups.has(input.name) ? group(own(input), input, inputs.filter((part) => part.name.startsWith(`${input.name}.`)), times) : box(own(input), input))),
    rows.map((row) =>
      el(
        "div.evo-card",
        { role: "group", "aria-label": row.label?.text },
        el("p.evo-card__title.govuk-body", {}, row.label?.text),
        el("input", { type: "hidden", name: "vatra-row", value: row.id }),
        each.map((input) => box(`${id}-${row.id}-${input.name}`, { ...input, whole: row.label?.text, value: row.values[input.name] ?? input.value }, `${row.id}.${input.name}`)),
      ),
    ),
  ];
};

// What somebody answered in a box, as they read it.
export const answer = (box) => {
  const spoken = controlsOf(box)
    .filter((one) => !one.disabled)
    .map((one) => {
      if (["radio", "checkbox"].includes(one.type)) return one.checked ? (one.labels[0]?.textContent ?? "") : "";
      if (one.type === "file") return [...one.files].map((file) => file.name).join(", ");
      if (one.type === "date") return one.value.split("-").reverse().join(".");
      return one.tagName === "SELECT" ? (one.selectedOptions[0]?.text ?? "") : one.value.trim();
    })
    .filter(Boolean);
  if (box.dataset.kind === "subject") return box.querySelector("p.govuk-body").textContent;
  return spoken.join(box.dataset.kind === "period" ? " – " : ", ");
};

// Puts back what was answered before.
export const fill = (form, pairs, times) => {
  for (const [name, grow] of times) {
    grow(Math.max(0, ...pairs.map(([key]) => (key.startsWith(`${name}.`) ? Number(key.split(".")[1]) : 0))));
  }
  const given = new Map();
  for (const [name, value] of pairs) given.set(name, [...(given.get(name) ?? []), value]);
  for (const one of form.querySelectorAll(CONTROLS)) {
    const values = given.get(one.name) ?? [];
    if (one.type === "file") continue;
    if (["radio", "checkbox"].includes(one.type)) one.checked = values.includes(one.value);
    else one.value = values[0] ?? "";
  }
};
