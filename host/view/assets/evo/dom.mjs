// Elements, without markup: text stays text, whatever is in it.
const words = JSON.parse(document.getElementById("evo-words").textContent);

export const say = (key, values = {}) => (words[key] ?? key).replace(/\{\s*\$?(\w+)\s*\}/g, (_, name) => values[name] ?? "");

// el("p.govuk-body", { id: "x" }, "text", child…)
export const el = (shape, attributes = {}, ...children) => {
  const [name, ...classes] = shape.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
};

export const svg = (name, attributes, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

export const dateText = (iso) => (iso ? new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`)) : "");

// As the host writes numbers: groups apart by a space in Romanian and in Russian.
export const numberText = (number, decimals = 0) =>
  new Intl.NumberFormat(document.documentElement.lang === "en" ? "en" : "ru", { minimumFractionDigits: decimals }).format(number);

export const tones = { success: "green", warning: "yellow", danger: "red", neutral: "grey" };
