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
