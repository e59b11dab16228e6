// A screen as the host describes it, drawn for a phone: one column, rows as cards, everything that the contract has.
import { dateText, el, numberText, say, svg, tones } from "./dom.mjs";
import { drawForm } from "./forms.mjs";
import { drawMap } from "./map.mjs";

const text = (value) => value?.text ?? "";
const tag = (tone, words) => el(`strong.govuk-tag.govuk-tag--${tones[tone] ?? "grey"}`, {}, words);
const titled = (title) => title && el("h2.govuk-heading-m", {}, title);

// `on` says what links and buttons do: `open(screen, query)`, `press(button, element)`, `send(action, fields)`, `document(id)`, `leave(url)`,
// `address(screen, query)`.
export const drawScreen = (screen, on, state) => {
  const blocks = screen.blocks.map((block, index) => el("div.evo-block", { "data-block": block.type }, draw(block, on, { ...state, index })));
  return [el("h1.govuk-heading-l", { id: "evo-title", tabindex: "-1" }, screen.title), ...blocks];
};

const link = (link, on) => el("a.govuk-link", { href: on.address(link.screen, link.query) }, link.label);

const button = (button, on) => {
  const kind = { danger: ".govuk-button--warning", neutral: ".govuk-button--secondary" }[button.tone] ?? "";
  return el(`button.govuk-button${kind}`, { type: "button", onclick: (event) => on.press(button, event.currentTarget) }, button.label);
};

// Each row a label and what stands beside it.
const facts = (title, rows) => [
  titled(title),
  rows.length > 0 &&
    el(
      "dl.govuk-summary-list",
      {},
      rows.map(([label, value]) => el("div.govuk-summary-list__row", {}, el("dt.govuk-summary-list__key", {}, label), el("dd.govuk-summary-list__value", {}, value || "–"))),
    ),
];

const summary = (title, items) => facts(title, items.map((item) => [item.label, text(item.value)]));

// What the host knows of an order, a document, a case, a mandate or a holding.
const known = ({ title, facts: rows, said, leave }, on, top) => [
  facts(title, rows.map((fact) => [fact.label, fact.tone ? tag(fact.tone, fact.text) : fact.text])),
  top,
  said && notice(said),
  leave.map((one) => el("a.govuk-button", { href: one.url, role: "button", onclick: (event) => (event.preventDefault(), on.leave(one.url)) }, one.label)),
];

// Rows as cards: a table does not fit a phone.
const cards = (title, columns, rows, empty) => [
  titled(title),
  rows.length === 0 && el("p.govuk-body", {}, empty || say("evo-empty")),
  rows.length > 0 &&
    el(
      "ul.evo-cards",
      {},
      rows.map((cells) => el("li.evo-card", {}, cells.map((cell, place) => cell && el("p.evo-card__line", {}, columns[place] && el("span.evo-card__label", {}, columns[place], " "), cell)))),
    ),
];

const opening = (columns, { entry, cells }, on) =>
  cells.map((cell, place) => cell && (columns[place].opens ? el("a.govuk-link", { href: on.address(columns[place].opens, [["entry", entry]]) }, text(cell)) : text(cell)));

const bound = (block, on, state) => {
  const titles = block.columns.map((column) => column.title);
  const summed = block.columns.filter((column) => block.totals[column.name]);
  const others = (state.query ?? []).filter(([name]) => name !== `${block.id}.page`);
  const turn = (page, words) => el("a.govuk-link", { href: on.address(state.screen, [...others, [`${block.id}.page`, page]]) }, words);
  return [
    ...cards(block.title, titles, block.rows.map((row) => opening(block.columns, row, on)), block.empty),
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
    block.pages > 1 &&
      el(
        "p.govuk-body.evo-pages",
        {},
        block.page > 1 && turn(block.page - 1, say("evo-page-before")),
        el("span", {}, say("evo-page-of", { page: block.page, pages: block.pages, total: block.total })),
        block.page < block.pages && turn(block.page + 1, say("evo-page-after")),
      ),
  ];
};

const document_ = (block, on) =>
  known(
    block.known,
    on,
    (block.kept || block["check-url"]) &&
      el(
        "div.govuk-button-group",
        {},
        block.kept && el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: () => on.document(block.id) }, say("evo-save"), el("span.govuk-visually-hidden", {}, `: ${block.title}`)),
        block["check-url"] && el("a.govuk-link", { href: block["check-url"], target: "_blank", rel: "noopener" }, say("evo-check-document")),
      ),
  );

const payment = (block, on) => known(block.known, on);

const chart = (block) => {
  const height = (point) => Math.abs(Number(point?.raw ?? 0));
  const most = Math.max(...block.series.flatMap((series) => series.points.map(height))) || 1;
  if (block.labels.length === 0) return [titled(block.title), el("p.govuk-body", {}, say("evo-empty"))];
  return [
    titled(block.title),
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
            const bar = svg("svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", class: `evo-chart__bar${Number(value?.raw) < 0 ? " evo-chart__bar--below" : ""}` });
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
  for (const item of [...block.items].sort((one, other) => one.at.localeCompare(other.at))) days.set(day(item.at), [...(days.get(day(item.at)) ?? []), item]);
  return [
    titled(block.title),
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
  el(`div.govuk-inset-text.evo-notice.evo-notice--${block.tone ?? "neutral"}`, {}, el("p.govuk-body", {}, el("strong", {}, block.title)), block.text && el("p.govuk-body", {}, block.text));

const timeline = (happenings) =>
  happenings.length > 0 &&
  el(
    "ol.evo-timeline",
    {},
    happenings.map(({ what, when, who, details }) => el("li", {}, el("strong", {}, what), [when, who, ...details].filter(Boolean).map((line) => [el("br"), line]))),
  );

const single = (inputs, more = {}) => [{ title: "", inputs, ...more }];

const draws = {
  heading: (block) => el(block.level > 2 ? "h3.govuk-heading-s" : "h2.govuk-heading-m", {}, block.text),
  text: (block) => block.text.split("\n").filter(Boolean).map((line) => el("p.govuk-body", {}, line)),
  notice,
  summary: (block) => summary(block.title, block.items),
  person: (block) => el("div.evo-card", {}, el("p.evo-card__line", {}, el("strong", {}, block.name)), block.kind && el("p.evo-card__line", {}, [block.kind, block.idn].filter(Boolean).join(" · "))),
  payment,
  table: (block, on) => cards(block.title, block.columns, block.rows.map((row) => [...row.cells.map((cell) => cell && text(cell)), row.opens && link(row.opens, on)])),
  "bound-table": bound,
  form: (block, on, state) => drawForm({ ...block, pages: single(block.inputs) }, on, state),
  grid: (block, on, state) => drawForm({ ...block, pages: single([], { rows: block.rows, each: block.inputs }) }, on, state),
  "stepped-form": drawForm,
  timeline: (block) =>
    timeline(block.happenings.map((one) => ({ what: one.what, when: text(one.at), who: text(one.who), details: one.details.map((item) => `${item.label}: ${text(item.value)}`) }))),
  buttons: (block, on) => el("div.govuk-button-group", {}, block.buttons.map((one) => button(one, on))),
  links: (block, on) => el("ul.evo-links", {}, block.links.map((one) => el("li", {}, link(one, on)))),
  section: (block) => el("h2.govuk-heading-m", { id: `section-${block.id}` }, block.title),
  document: document_,
  figures: (block, on) =>
    el(
      "dl.evo-figures",
      {},
      block.figures.map((figure) =>
        el(
          "div",
          { class: `evo-figure--${figure.tone}` },
          el("dt", {}, figure.opens ? el("a.govuk-link", { href: on.address(figure.opens.screen, figure.opens.query) }, figure.label) : figure.label),
          el("dd", {}, text(figure.value) || "–"),
          figure.note && el("dd.govuk-hint", {}, figure.note),
        ),
      ),
    ),
  steps: (block) =>
    el(
      "ol.evo-timeline",
      {},
      block.steps.map((step) => el("li", { "aria-current": step.progress === "current" ? "step" : null }, el("strong", {}, step.title), " ", tag({ done: "success", current: "warning" }[step.progress], step.said), step.text && [el("br"), step.text])),
    ),
  calendar,
  chart,
  qr: (block) => {
    if (!block.drawn) return notice({ tone: "warning", title: block.missing, text: block.caption });
    const { side, path } = block.drawn;
    const code = svg("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": block.caption, class: "vatra-qr", "shape-rendering": "crispEdges" });
    code.append(svg("rect", { class: "vatra-qr__light", width: side, height: side }), svg("path", { class: "vatra-qr__dark", d: path }));
    return el("figure.evo-qr", {}, code, el("figcaption.govuk-body-s", {}, block.caption));
  },
  "geo-map": (block, on) => {
    const rows = block.features.map((feature, place) => [feature.geometry && `${place + 1}.`, ...opening(block.columns, feature, on)]);
    return [
      titled(block.title),
      drawMap(block.title, block.features),
      block.status && el("p.govuk-body-s", {}, block.status),
      ...cards("", ["", ...block.columns.map((column) => column.title)], rows, block.empty),
    ];
  },
  application: (block) => notice({ title: block.missing }),
  case: (block, on) => [
    known(block.known, on),
    block.payments.map((one) => payment(one, on)),
    block.documents.map((one) => document_(one, on)),
    timeline(block.known.events.map(({ what, when, facts: rows }) => ({ what, when, details: rows.map((fact) => `${fact.label}: ${fact.text}`) }))),
  ],
  worklist: (block) => cards(block.title, [], block.rows.map((row) => [el("strong", {}, row.title), row.module, row.due && tag(row.overdue ? "danger" : "neutral", dateText(row.due)), text(row.assignee)]), block.empty),
  "signing-queue": (block) => cards(block.title, [], block.rows.map((row) => [el("strong", {}, row.title), row.module, row.reason, row.until && tag("neutral", dateText(row.until))]), block.empty),
};

const draw = (block, on, state) => {
  const drawn = draws[block.type];
  return [drawn ? drawn(block, on, state) : el("p.govuk-body", {}, say("evo-not-shown"))];
};

export const drawNotice = notice;
