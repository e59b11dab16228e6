// A screen as the host describes it, drawn for a phone. Only what a citizen meets is drawn; anything else says that it is not for phones.
import { dateText, el, say, svg, tones } from "./dom.mjs";
import { drawForm } from "./forms.mjs";

const text = (value) => value?.text ?? "";
const tag = (tone, words) => el(`strong.govuk-tag.govuk-tag--${tones[tone] ?? "grey"}`, {}, words);

// `on` says what links and buttons do: `open(screen, query)`, `act(action, fields)`, `document(id)`, `address(screen, query)`.
export const drawScreen = (screen, on, state) => {
  const blocks = screen.blocks.map((block, index) => draw(block, on, { ...state, index }));
  return [el("h1.govuk-heading-l", { id: "evo-title", tabindex: "-1" }, screen.title), ...blocks.flat()];
};

const link = (link, on) => el("a.govuk-link", { href: on.address(link.screen, link.query) }, link.label);

const button = (button, on) => {
  const kind = { danger: ".govuk-button--warning", neutral: ".govuk-button--secondary" }[button.tone] ?? "";
  return el(`button.govuk-button${kind}`, { type: "button", onclick: (event) => on.press(button, event.currentTarget) }, button.label);
};

const summary = (title, items) => [
  title && el("h2.govuk-heading-m", {}, title),
  el(
    "dl.govuk-summary-list",
    {},
    items.map((item) =>
      el("div.govuk-summary-list__row", {}, el("dt.govuk-summary-list__key", {}, item.label), el("dd.govuk-summary-list__value", {}, text(item.value))),
    ),
  ),
];

// Rows as cards: a table does not fit a phone.
const cards = (title, columns, rows, empty) => [
  title && el("h2.govuk-heading-m", {}, title),
  rows.length === 0 && empty && el("p.govuk-body", {}, empty),
  rows.length > 0 &&
    el(
      "ul.evo-cards",
      {},
      rows.map((cells) =>
        el(
          "li.evo-card",
          {},
          cells.map((cell, place) =>
            cell && el("p.evo-card__line", {}, columns[place] && el("span.evo-card__label", {}, columns[place], " "), cell),
          ),
        ),
      ),
    ),
];

const bound = (block, on, state) => {
  const rows = block.rows.map((row) =>
    row.cells.map((cell, place) => {
      const opens = block.columns[place].opens;
      if (!cell) return null;
      return opens ? el("a.govuk-link", { href: on.address(opens, [["entry", row.entry]]) }, text(cell)) : text(cell);
    }),
  );
  const titles = block.columns.map((column) => column.title);
  const summed = block.columns.filter((column) => block.totals[column.name]);
  const others = (state.query ?? []).filter(([name]) => name !== `${block.id}.page`);
  const turn = (page, words) => el("a.govuk-link", { href: on.address(state.screen, [...others, [`${block.id}.page`, page]]) }, words);
  const per = Math.max(block.rows.length, 1);
  return [
    ...cards(block.title, titles, rows, block.empty),
    block.rows.length > 0 && summed.length > 0 && summary(say("evo-total"), summed.map((column) => ({ label: column.title, value: block.totals[column.name] }))),
    block.searchable &&
      el(
        "form.evo-search",
        {
          role: "search",
          onsubmit: (event) => {
            event.preventDefault();
            const words = new FormData(event.currentTarget).get("q");
            const kept = (state.query ?? []).filter(([name]) => !name.startsWith(`${block.id}.`));
            on.open(state.screen, [...kept, [`${block.id}.q`, words]]);
          },
        },
        el("label.govuk-label", { for: `q-${block.id}` }, say("evo-search")),
        el("input.govuk-input", { id: `q-${block.id}`, name: "q", type: "search", value: block.search ?? "" }),
        el("button.govuk-button.govuk-button--secondary", { type: "submit" }, say("evo-search")),
      ),
    (block.page > 1 || block.page * per < block.total) &&
      el(
        "p.govuk-body.evo-pages",
        {},
        block.page > 1 && turn(block.page - 1, say("evo-previous")),
        " ",
        say("evo-page-of", { page: block.page, total: block.total }),
        " ",
        block.page * per < block.total && turn(block.page + 1, say("evo-next")),
      ),
  ];
};

const document_ = (block, on) =>
  el(
    "div.evo-card",
    {},
    el("p.evo-card__line", {}, el("strong", {}, block.title ?? "")),
    block.number && el("p.evo-card__line", {}, block.number),
    block["issued-on"] && el("p.evo-card__line", {}, dateText(block["issued-on"])),
    block.note && el("p.evo-card__line", {}, block.note),
    block.title && el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: () => on.document(block.id) }, say("evo-open")),
  );

const chart = (block) => {
  const height = (point) => Math.abs(Number(point?.raw ?? 0));
  const most = Math.max(...block.series.flatMap((series) => series.points.map(height))) || 1;
  return [
    el("h2.govuk-heading-m", {}, block.title),
    block.series.map((series) =>
      el(
        "table.govuk-table.evo-chart",
        {},
        el("caption.govuk-table__caption", {}, series.name),
        el(
          "tbody.govuk-table__body",
          {},
          block.labels.map((label, place) => {
            const value = series.points[place];
            const bar = svg("svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", class: "evo-chart__bar" });
            bar.append(svg("rect", { width: (height(value) / most) * 100, height: 4 }));
            return el("tr.govuk-table__row", {}, el("th.govuk-table__header", { scope: "row" }, label), el("td.govuk-table__cell", {}, value ? text(value) : "–", bar));
          }),
        ),
      ),
    ),
  ];
};

const calendar = (block, on) => {
  const day = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "Europe/Chisinau" }).format(new Date(at));
  const hour = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", timeZone: "Europe/Chisinau" }).format(new Date(at));
  const days = new Map();
  for (const item of block.items) days.set(day(item.at), [...(days.get(day(item.at)) ?? []), item]);
  return [
    el("h2.govuk-heading-m", {}, block.title),
    days.size === 0 && el("p.govuk-body", {}, block.empty),
    [...days].map(([title, items]) => [
      el("h3.govuk-heading-s", {}, title),
      el(
        "ul.evo-slots",
        {},
        items.map((item) =>
          el(
            "li",
            {},
            item.button
              ? el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: (event) => on.press(item.button, event.currentTarget) }, `${hour(item.at)} ${item.label}`)
              : item.opens
                ? el("a.evo-slot", { href: on.address(item.opens.screen, item.opens.query) }, `${hour(item.at)} ${item.label}`)
                : el("span.evo-slot", {}, `${hour(item.at)} ${item.label}`),
          ),
        ),
      ),
    ]),
  ];
};

const notice = (block) =>
  el(
    `div.govuk-inset-text.evo-notice.evo-notice--${block.tone ?? "neutral"}`,
    {},
    el("p.govuk-body", {}, el("strong", {}, block.title)),
    block.text && el("p.govuk-body", {}, block.text),
  );

const draws = {
  heading: (block) => el(block.level > 2 ? "h3.govuk-heading-s" : "h2.govuk-heading-m", {}, block.text),
  text: (block) => block.text.split("\n").filter(Boolean).map((line) => el("p.govuk-body", {}, line)),
  notice,
  summary: (block) => summary(block.title, block.items),
  person: (block) => summary(null, [{ label: block.name, value: { text: block.idn ?? "" } }]),
  payment: (block, on) =>
    el(
      "div.evo-card",
      {},
      el("p.evo-card__line", {}, el("strong", {}, text(block.due))),
      el("p.evo-card__line", {}, block.number),
      block["pay-url"] && block.status !== "paid" && el("p.evo-card__line", {}, el("a.govuk-link", { href: block["pay-url"] }, say("evo-open"))),
    ),
  table: (block, on) =>
    cards(block.title, block.columns, block.rows.map((row) => [...row.cells.map((cell) => (cell ? text(cell) : null)), row.opens && link(row.opens, on)]), ""),
  "bound-table": bound,
  form: (block, on, state) => drawForm({ ...block, pages: [{ title: "", inputs: block.inputs }] }, on, state),
  "stepped-form": drawForm,
  timeline: (block) =>
    el(
      "ol.evo-timeline",
      {},
      block.happenings.map((one) =>
        el("li", {}, el("strong", {}, one.what), el("br"), text(one.at), one.who && [el("br"), text(one.who)], one.details.map((item) => [el("br"), `${item.label}: ${text(item.value)}`])),
      ),
    ),
  buttons: (block, on) => el("div.govuk-button-group", {}, block.buttons.map((one) => button(one, on))),
  links: (block, on) => el("ul.evo-links", {}, block.links.map((one) => el("li", {}, link(one, on)))),
  section: (block) => el("h2.govuk-heading-m", { id: `section-${block.id}` }, block.title),
  document: document_,
  figures: (block, on) =>
    el(
      "dl.evo-figures",
      {},
      block.figures.map((figure) =>
        el("div", {}, el("dt", {}, figure.opens ? el("a.govuk-link", { href: on.address(figure.opens.screen, figure.opens.query) }, figure.label) : figure.label), el("dd", {}, text(figure.value)), figure.note && el("dd.govuk-hint", {}, figure.note)),
      ),
    ),
  steps: (block) => el("ol.evo-timeline", {}, block.steps.map((step) => el("li", { "aria-current": step.progress === "current" ? "step" : null }, el("strong", {}, step.title), step.text && [el("br"), step.text]))),
  calendar,
  chart,
  qr: (block) => {
    if (!block.drawn) return el("p.govuk-body", {}, block.caption);
    const { side, path } = block.drawn;
    const code = svg("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": block.caption, class: "vatra-qr", "shape-rendering": "crispEdges" });
    code.append(svg("rect", { class: "vatra-qr__light", width: side, height: side }), svg("path", { class: "vatra-qr__dark", d: path }));
    return el("figure.evo-qr", {}, code, el("figcaption.govuk-body-s", {}, block.caption));
  },
  "geo-map": (block, on) =>
    cards(
      block.title,
      block.columns.map((column) => column.title),
      block.features.map((feature) =>
        feature.cells.map((cell, place) =>
          cell && (block.columns[place].opens ? el("a.govuk-link", { href: on.address(block.columns[place].opens, [["entry", feature.entry]]) }, text(cell)) : text(cell)),
        ),
      ),
      block.empty,
    ),
  case: (block) => [
    summary(block.service, [
      { label: block.number ?? "", value: { text: block.standing ?? "" } },
      ...(block.due ? [{ label: "", value: { text: dateText(block.due) } }] : []),
    ]),
    el("ol.evo-timeline", {}, block.steps.map((step) => el("li", {}, el("strong", {}, text(step.at)), el("br"), step.note || step.standing))),
  ],
};

const draw = (block, on, state) => {
  const known = draws[block.type];
  return [known ? known(block, on, state) : el("p.govuk-body", {}, say("evo-not-shown"))].flat(Infinity).filter(Boolean);
};

export const drawNotice = notice;
