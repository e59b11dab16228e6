// Enhancement only: everything works with scripts off. Bundled by build.sh into vatra.js.
import { Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink, createAll, isSupported } from "govuk-frontend";
import htmx from "htmx.org";

// Parts of a page that are asked for anew by themselves. No style of its own and nothing evaluated: our policy allows neither.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.historyEnabled = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  // The session is over, or the page moved: the reader sees that rather than nothing.
  const { xhr, requestConfig } = event.detail;
  if (new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location.href).pathname) location.reload();
});

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
if (isSupported()) {
  for (const component of [Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) {
    createAll(component);
  }
}

// Inputs that are asked only when a choice is made; without scripts they are always there. (The library's own way marks radios with
// aria-expanded, which ARIA does not allow on them.)
const leaders = [...document.querySelectorAll("input[data-vatra-shows]")];
const reveal = () => {
  for (const leader of leaders) {
    document.getElementById(leader.dataset.vatraShows)?.classList.toggle("vatra-then--hidden", !leader.checked);
  }
};
reveal();
document.addEventListener("change", reveal);
window.addEventListener("pageshow", reveal);

// A form that brings a message to another service goes by itself; without scripts its button is pressed.
for (const form of document.querySelectorAll("form[data-vatra-send]")) form.submit();

// A long list gets a box above it that leaves only what contains the words, whatever their case and diacritics.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
for (const list of document.querySelectorAll("select[data-vatra-find]")) {
  const box = document.createElement("input");
  Object.assign(box, { type: "search", className: "govuk-input vatra-find", autocomplete: "off", placeholder: list.dataset.vatraFind });
  box.setAttribute("aria-label", `${list.dataset.vatraFind}: ${list.labels[0]?.textContent ?? ""}`);
  const all = [...list.options];
  box.addEventListener("input", () => {
    const words = fold(box.value).split(/\s+/);
    const kept = all.filter((option) => !option.value || option.selected || words.every((word) => fold(option.text).includes(word)));
    list.replaceChildren(...kept);
    if (box.value && kept.length === 2 && !kept[0].value) kept[1].selected = true;
  });
  box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  list.before(box);
}

// Maps move without loading the page anew: by dragging and by the wheel with Ctrl, besides the links beneath.
for (const map of document.querySelectorAll("svg[data-vatra-map]")) {
  const view = map.viewBox.baseVal;
  const whole = { width: 1000, height: 700 };
  const move = (x, y, width) => {
    view.width = Math.min(whole.width, Math.max(whole.width / 256, width));
    view.height = (view.width / whole.width) * whole.height;
    view.x = Math.min(whole.width - view.width, Math.max(0, x));
    view.y = Math.min(whole.height - view.height, Math.max(0, y));
    const zoom = Math.min(8, Math.round(Math.log2(whole.width / view.width)));
    map.setAttribute("class", map.getAttribute("class").replace(/vatra-zoom-\d/, `vatra-zoom-${zoom}`));
  };
  let drag;
  map.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse") drag = { x: event.clientX, y: event.clientY, at: { x: view.x, y: view.y }, far: false };
  });
  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const scale = view.width / map.clientWidth;
    drag.far ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 5;
    if (drag.far) move(drag.at.x - (event.clientX - drag.x) * scale, drag.at.y - (event.clientY - drag.y) * scale, view.width);
  });
  window.addEventListener("pointerup", () => setTimeout(() => (drag = undefined)));
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener("click", (event) => drag?.far && event.preventDefault(), true);
  map.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const width = view.width * (event.deltaY > 0 ? 1.25 : 0.8);
      const box = map.getBoundingClientRect();
      const [shareX, shareY] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      move(view.x + (view.width - width) * shareX, view.y + (view.height - (width / whole.width) * whole.height) * shareY, width);
    },
    { passive: false },
  );
}
