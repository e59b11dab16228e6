// A sample in the citizens' app's own page: its modules draw it, nothing is asked of a host. What a form sends is answered with what the host says
// when nothing was filled in, once; after that it is taken. What was done is noted for tests.
import { draftsOf } from "./drafts.mjs";
import { drawScreen } from "./screens.mjs";

const { screen, errors } = JSON.parse(document.getElementById("sample").textContent);
const done = (window.gallery = []);
let told = false;
const on = {
  address: (name, query) => `#/${name}?${new URLSearchParams(query)}`,
  open: (name, query) => done.push(["open", name, query]),
  press: (button) => done.push(["press", button.action, button.query]),
  leave: (url) => done.push(["leave", url]),
  document: (id) => done.push(["document", id]),
  send: (action, body) => {
    done.push(["send", action, [...body].map(([name, value]) => [name, typeof value === "string" ? value : value.name])]);
    if (told || errors.length === 0) return null;
    told = true;
    return errors;
  },
};
const main = document.getElementById("evo-main");
main.replaceChildren(...drawScreen(screen, on, { screen: "account", query: [], drafts: draftsOf("", ["gallery"]) }).flat(Infinity).filter(Boolean));
main.dataset.drawn = "yes";
