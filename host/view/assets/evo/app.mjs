// The app: a municipality, its modules, their screens. Addresses are after `#`, so that neither the host's log nor the browser's history of
// pages knows what somebody looked at elsewhere than in the app.
import { api, Trouble } from "./api.mjs";
import { el, say } from "./dom.mjs";
import { anyDrafts, draftsOf, ownedBy, signedOut } from "./drafts.mjs";
import { drawNotice, drawScreen } from "./screens.mjs";
import { bundle, list } from "./trust.mjs";

const main = document.getElementById("evo-main");
const place = document.getElementById("evo-place");
const live = document.getElementById("evo-live");
const language = document.documentElement.lang;
let session = null;
let turn = 0;

const address = (parts, query = []) => {
  const search = new URLSearchParams(query).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
};
const read = () => {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decodeURIComponent), query: [...new URLSearchParams(search)] };
};

// --- What is around a screen ------------------------------------------------------------------------------------------------------------

const page = (title, ...content) => {
  document.title = `${title} – Vatra`;
  main.replaceChildren(...content.flat(Infinity).filter(Boolean));
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
  window.scrollTo(0, 0);
};
const heading = (text) => el("h1.govuk-heading-l", {}, text);
const backTo = (href, text = say("evo-back")) => el("a.govuk-back-link", { href }, text);

const leaveFor = (href) => {
  sessionStorage.setItem("evo-back", location.hash);
  location.assign(href);
};
const signInButton = () => el("button.govuk-button", { type: "button", onclick: () => leaveFor(session?.["sign-in"] ?? "/signin?then=%2Fevo") }, say("evo-sign-in"));

const showPlace = (municipality, reader) => {
  place.hidden = false;
  const who = reader?.acting ? `${reader.name} · ${say("evo-acting", { name: reader.acting.name })}` : reader?.name;
  place.replaceChildren(
    ...[
      el("span.evo-place__name", {}, municipality.name ?? "", " ", el("a.govuk-link", { href: "#/" }, say("evo-change-place"))),
      el(
        "span.evo-place__who",
        {},
        who ? el("span", {}, `${say("evo-signed-in")} ${who} `) : el("span", {}, `${say("evo-guest")} `),
        who && el("a.govuk-link", { href: address([municipality.municipality, "-", "acting"]) }, say("evo-acting-choose")),
      ),
    ].filter(Boolean),
  );
};

const troubled = (trouble, municipality) => {
  const known = {
    offline: ["evo-offline", "evo-offline-text"],
    "old-list": ["evo-old-list", "evo-old-list-text"],
    forged: ["evo-forged", "evo-forged-text"],
    withdrawn: ["evo-withdrawn", "evo-withdrawn-text"],
    "not-found": ["evo-withdrawn", "evo-withdrawn-text"],
  }[trouble.code];
  const titles = {
    "evo-offline": say("evo-offline"),
    "evo-offline-text": say("evo-offline-text"),
    "evo-old-list": say("evo-old-list"),
    "evo-old-list-text": say("evo-old-list-text"),
    "evo-forged": say("evo-forged"),
    "evo-forged-text": say("evo-forged-text"),
    "evo-withdrawn": say("evo-withdrawn"),
    "evo-withdrawn-text": say("evo-withdrawn-text"),
  };
  const again = el("button.govuk-button", { type: "button", onclick: () => route() }, say("evo-again"));
  const home = municipality ? backTo(address([municipality])) : backTo("#/");
  if (trouble.code === "sign-in") return page(say("evo-sign-in-needed"), home, heading(say("evo-sign-in-needed")), el("p.govuk-body", {}, say("evo-sign-in-text")), signInButton());
  if (known) return page(titles[known[0]], home, heading(titles[known[0]]), el("p.govuk-body", {}, titles[known[1]]), trouble.code === "offline" && again);
  page(trouble.title ?? say("evo-failed"), home, heading(trouble.title ?? say("evo-failed")), trouble.detail && el("p.govuk-body", {}, trouble.detail), again);
};

// --- Screens of the app itself -------------------------------------------------------------------------------------------------------------

const know = async () => {
  try {
    session = await api("");
    session.changed = ownedBy(session.person?.key ?? "");
    localStorage.setItem("evo-places", JSON.stringify(session.municipalities));
  } catch (trouble) {
    if (trouble.code !== "offline") throw trouble;
    const kept = JSON.parse(localStorage.getItem("evo-places") ?? "null");
    if (!kept) throw trouble;
    session = { municipalities: kept, person: null, offline: true };
  }
  return session;
};

const places = async () => {
  const { municipalities, person } = await know();
  place.hidden = true;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = (words) => {
    const found = municipalities.filter((one) => fold(`${one.name} ${one.district}`).includes(fold(words)));
    if (found.length === 0) return el("p.govuk-body", {}, say("evo-nothing-found"));
    return el("ul.evo-tiles", {}, found.slice(0, 60).map((one) => el("li", {}, el("a.evo-tile", { href: address([one.slug]) }, el("strong", {}, one.name), one.district && el("span", {}, one.district)))));
  };
  const results = el("div", { id: "evo-found" }, entries(""));
  page(
    say("evo-choose"),
    heading(say("evo-choose")),
    el("p.govuk-body", {}, say("evo-about")),
    municipalities.length === 0
      ? el("p.govuk-body", {}, say("evo-no-places"))
      : [
          municipalities.length > 5 && [
            el("label.govuk-label", { for: "evo-find" }, say("evo-find")),
            el("input.govuk-input", { id: "evo-find", type: "search", autocomplete: "off", oninput: (event) => results.replaceChildren(entries(event.currentTarget.value)) }),
          ],
          results,
        ],
    person ? signOut(person) : signInButton(),
  );
};

const signOut = (person) =>
  el("form", { method: "post", action: session["sign-out"], onsubmit: signedOut }, el("p.govuk-body", {}, `${say("evo-signed-in")} ${person.name}`), el("button.govuk-button.govuk-button--secondary", { type: "submit" }, say("evo-sign-out")));

const modules = async (municipality) => {
  const known = await list(municipality);
  if (!session) await know();
  showPlace(known, session?.person);
  const all = await Promise.all(known.modules.map((module) => bundle(municipality, module).catch(() => null)));
  const there = all.filter(Boolean);
  page(
    known.name,
    backTo("#/", say("evo-change-place")),
    heading(say("evo-modules")),
    !known.fresh && drawNotice({ tone: "warning", title: say("evo-offline"), text: say("evo-offline-text") }),
    there.length === 0 && el("p.govuk-body", {}, say("evo-no-modules")),
    el(
      "ul.evo-tiles",
      {},
      there.map((module) =>
        el(
          "li",
          {},
          el("a.evo-tile", { href: address([municipality, module.name, module.home]) }, el("strong", {}, module.title[language]), el("span", {}, module.description[language])),
          el("a.govuk-link.evo-tile__more", { href: address([municipality, "-", "about", module.name]) }, say("evo-permissions"), el("span.govuk-visually-hidden", {}, `: ${module.title[language]}`)),
        ),
      ),
    ),
    session?.person ? signOut(session.person) : signInButton(),
  );
};

// What the module may do here, in the words of whoever made it, and what the town hall gave it.
const about = async (municipality, name) => {
  const known = await list(municipality);
  const entry = known.modules.find((module) => module.name === name);
  if (!entry) throw new Trouble("withdrawn");
  const module = await bundle(municipality, entry);
  showPlace(known, session?.person);
  page(
    say("evo-permissions"),
    backTo(address([municipality])),
    el("span.govuk-caption-l", {}, module.title[language]),
    heading(say("evo-permissions")),
    el("p.govuk-body", {}, say("evo-permissions-text")),
    el(
      "ul.evo-cards",
      {},
      module.permissions.map((permission) =>
        el(
          "li.evo-card",
          {},
          el("p.evo-card__line", {}, el("strong", {}, permission.title[language]), " ", el(`strong.govuk-tag.govuk-tag--${permission.granted ? "green" : "grey"}`, {}, permission.granted ? say("evo-granted") : say("evo-withheld"))),
          el("p.evo-card__line", {}, permission.purpose[language]),
          permission["legal-basis"] && el("p.evo-card__line.govuk-hint", {}, `${say("evo-law")}: ${permission["legal-basis"]}`),
        ),
      ),
    ),
    el(
      "dl.govuk-summary-list",
      {},
      [
        [say("evo-publisher"), module.publisher],
        [say("evo-version"), module.version],
        [say("evo-digest"), `${module.component.slice(0, 16)}…`],
        [say("evo-checked"), new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(known.issued)],
      ].map(([label, value]) => el("div.govuk-summary-list__row", {}, el("dt.govuk-summary-list__key", {}, label), el("dd.govuk-summary-list__value.evo-break", {}, value))),
    ),
    el("a.govuk-button", { href: address([municipality, module.name, module.home]), role: "button" }, say("evo-open")),
  );
};

const acting = async (municipality) => {
  const known = await list(municipality);
  const { for: reader, mandates } = await api(`${municipality}/acting`);
  showPlace(known, reader);
  const choose = (code) => async () => {
    const body = new FormData();
    body.set("mandate", code);
    await api(`${municipality}/acting`, { body });
    location.hash = address([municipality]);
  };
  const choice = (code, name, note) => el("li.evo-card", {}, el("p.evo-card__line", {}, el("strong", {}, name)), note && el("p.evo-card__line", {}, note), el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: guarded(choose(code), municipality) }, say("evo-acting-choose")));
  page(
    say("evo-acting-choose"),
    backTo(address([municipality])),
    heading(say("evo-acting-choose")),
    mandates.length === 0 && el("p.govuk-body", {}, say("evo-acting-none")),
    el("ul.evo-cards", {}, reader.acting && choice("", say("evo-acting-self")), mandates.filter((one) => !one.chosen).map((one) => choice(one.code, one.name, one.kind))),
  );
};

// --- A module's screens --------------------------------------------------------------------------------------------------------------------

// What an action said, until the next screen.
let said = null;

const screen = async (municipality, name, at, query) => {
  // The list first: what was withdrawn while the phone was away is not opened any more.
  const known = await list(municipality);
  const entry = known.modules.find((module) => module.name === name);
  if (!entry) throw new Trouble("withdrawn");
  const module = await bundle(municipality, entry);
  const base = `${municipality}/modules/${name}`;
  const content = await api(`${base}/screens/${encodeURIComponent(at)}`, { query });
  const from = `${at}${query.length ? `?${new URLSearchParams(query)}` : ""}`;
  draw(content);

  function draw(content) {
    showPlace(known, content.for);
    const owner = content.for ? `${content.for.key} ${content.for.acting?.code ?? ""}` : "";
    const on = {
      address: (screen, query) => address([municipality, name, screen], query),
      leave: leaveFor,
      open: (screen, query) => (location.hash = address([municipality, name, screen], query)),
      document: guarded((id) => save(`${base}/documents/${id}`), municipality),
      press: guarded(async (button, element) => {
        if (button.confirm && !(await sure(button.confirm, element))) return;
        const body = new FormData();
        for (const [key, value] of button.query) body.append(key, value);
        body.set("submission", crypto.randomUUID());
        const wrong = await on.send(button.action, body);
        if (wrong) said = { tone: "danger", title: wrong.map((one) => one.text).join(" ") };
        if (wrong) draw(content);
      }, municipality),
      // What is wrong with the form; null when it was taken. Whatever else goes wrong is said above it, so that nothing typed is lost.
      send: async (action, body) => {
        body.set("vatra-from", from);
        const mine = turn;
        main.setAttribute("aria-busy", "true");
        try {
          const outcome = await api(`${base}/actions/${encodeURIComponent(action)}`, { body });
          if (mine === turn) return came(outcome);
          // Whoever has gone elsewhere meanwhile is told, and not led back.
          if (outcome.notice) live.textContent = outcome.notice.title;
          return outcome.outcome === "rejected" ? undefined : null;
        } catch (trouble) {
          if (!(trouble instanceof Trouble)) throw trouble;
          if (mine !== turn) return undefined;
          if (["sign-in", "not-found"].includes(trouble.code)) return troubled(trouble, municipality);
          const text = trouble.code === "offline" ? say("evo-offline-text") : [trouble.title ?? say("evo-failed"), trouble.detail].filter(Boolean).join(". ");
          return [{ input: "", text }];
        } finally {
          if (mine === turn) main.removeAttribute("aria-busy");
        }
      },
    };
    const links = content.breadcrumbs ?? [];
    const above = links.length ? links[links.length - 1] : null;
    const tabs = module.screens.filter((one) => one.title);
    page(
      content.title,
      above ? backTo(address([municipality, name, above.screen], above.query), above.label) : backTo(address([municipality]), say("evo-modules")),
      tabs.length > 1 &&
        el("nav.evo-tabs", { "aria-label": module.title[language] }, el("ul", {}, tabs.map((one) => el("li", {}, el("a", { href: address([municipality, name, one.name]), "aria-current": one.name === at ? "page" : null }, one.title[language]))))),
      said && drawNotice(said),
      drawScreen(content, on, { screen: at, query, drafts: draftsOf(owner, [municipality, name, from]) }),
    );
    if (said) live.textContent = said.title;
    said = null;
  }

  function came(outcome) {
    switch (outcome.outcome) {
      case "rejected":
        return outcome.errors;
      case "show":
        draw(outcome.screen);
        return null;
      case "go":
      case "before": {
        said = outcome.notice ?? null;
        const led = outcome.outcome === "go" ? outcome : outcome.led;
        const to = led ? address([municipality, name, led.screen], led.query) : location.hash;
        if (to !== location.hash) history.pushState(null, "", to);
        route();
        return null;
      }
      case "pay":
        leaveFor(outcome.url);
        return null;
      case "download":
        save(`${base}/documents/${outcome.document}`).catch((trouble) => troubled(trouble, municipality));
        return null;
      default:
        said = outcome.notice ?? null;
        route();
        return null;
    }
  }
};

// A document, once it is made, saved as any download: the app shows nothing of it.
const save = async (path) => {
  for (let tries = 0; tries < 15; tries += 1) {
    const file = await api(path, { as: "file" });
    if (file) {
      const href = URL.createObjectURL(new Blob([file.bytes], { type: "application/octet-stream" }));
      el("a", { href, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  throw new Trouble("failed");
};

// Asks before what cannot be taken back, in place of the button.
const sure = (question, element) =>
  new Promise((resolve) => {
    const answer = (yes) => () => {
      box.replaceWith(element);
      element.focus();
      resolve(yes);
    };
    const box = el(
      "div.evo-sure",
      { role: "group", "aria-label": say("evo-sure") },
      el("p.govuk-body", {}, question),
      el("div.govuk-button-group", {}, el("button.govuk-button.govuk-button--warning", { type: "button", onclick: answer(true) }, say("evo-yes")), el("button.govuk-button.govuk-button--secondary", { type: "button", onclick: answer(false) }, say("evo-no"))),
    );
    element.replaceWith(box);
    box.querySelector("button").focus();
  });

const guarded =
  (what, municipality) =>
  async (...given) => {
    try {
      return await what(...given);
    } catch (trouble) {
      troubled(trouble, municipality);
    }
  };

// --- Where to ----------------------------------------------------------------------------------------------------------------------------------

const route = async () => {
  const { parts, query } = read();
  const [municipality, name, at, which] = parts;
  const mine = ++turn;
  live.textContent = say("evo-loading");
  main.setAttribute("aria-busy", "true");
  try {
    if (!municipality) await places();
    else if (!name) await modules(municipality);
    else if (name === "-" && at === "about") await about(municipality, which);
    else if (name === "-") await acting(municipality);
    else {
      if (!session) await know();
      await screen(municipality, name, at ?? "home", query);
    }
  } catch (trouble) {
    if (mine === turn) troubled(trouble, municipality);
    if (!(trouble instanceof Trouble)) throw trouble;
  } finally {
    if (mine === turn) {
      main.removeAttribute("aria-busy");
      if (live.textContent === say("evo-loading")) live.textContent = "";
    }
  }
};

// Languages lead to the same screen.
for (const other of document.querySelectorAll(".evo-bar__languages a")) {
  other.addEventListener("click", () => (other.hash = location.hash));
}
window.addEventListener("hashchange", route);
// Who signed out elsewhere, or went back to a page that the browser had put by, finds nothing of what was typed.
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState !== "visible" || !anyDrafts()) return;
  await know().catch(() => {});
  if (session?.changed) route();
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
const back = sessionStorage.getItem("evo-back");
if (back && !location.hash) {
  sessionStorage.removeItem("evo-back");
  history.replaceState(null, "", `${location.pathname}${location.search}${back}`);
}
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/evo/worker.js", { scope: "/evo" }).catch(() => {});
route();
