// Enhancement only: everything works with scripts off. Bundled by build.sh into vatra.js.
import { Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink, createAll, isSupported } from "govuk-frontend";

document.body.classList.add("js-enabled");
if (isSupported() || "noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
  for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink]) {
    createAll(component);
  }
}
