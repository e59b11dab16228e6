// Asking the host. Everything that goes wrong is a Trouble with a code.
export class Trouble extends Error {
  constructor(code, { title, detail, status } = {}) {
    super(title ?? code);
    Object.assign(this, { code, title, detail, status });
  }
}

const language = document.documentElement.lang;

export const api = async (path, { as = "json", body, query } = {}) => {
  const address = new URL(`/evo/api${path ? `/${path}` : ""}`, location.href);
  for (const [name, value] of query ?? []) address.searchParams.append(name, value);
  address.searchParams.set("lang", language);
  let response;
  try {
    response = await fetch(address, { method: body ? "POST" : "GET", body, headers: { accept: "application/json" }, cache: "no-store" });
  } catch {
    throw new Trouble("offline");
  }
  if (response.status === 422) return response.json();
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    const codes = { 401: "sign-in", 404: "not-found" };
    throw new Trouble(codes[response.status] ?? "failed", { ...problem, status: response.status });
  }
  if (as === "file") {
    // Still being made.
    if (response.status === 202) return null;
    const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("content-disposition") ?? "");
    return { name: named ? decodeURIComponent(named[1]) : "document", bytes: await response.arrayBuffer() };
  }
  return as === "bytes" ? response.arrayBuffer() : response.json();
};
