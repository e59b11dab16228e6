// What the phone believes: a municipality's list of modules, signed by the host (DSSE, Ed25519), and bundles whose bytes have the digest that the
// list says. Both are kept for when there is no connection. A list that is older than one seen before, or was got too long ago, is not believed.
import { api, Trouble } from "./api.mjs";

const TYPE = "application/vnd.vatra.evo-list+json";
const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// --- What is kept on the phone --------------------------------------------------------------------------------------------------------

const open = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("vatra-evo", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("lists");
      asked.result.createObjectStore("bundles");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
const within = async (store, mode, what) => {
  const db = await open();
  try {
    return await new Promise((resolve, reject) => {
      const asked = what(db.transaction(store, mode).objectStore(store));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    db.close();
  }
};
const kept = (store, key) => within(store, "readonly", (all) => all.get(key));
const keep = (store, key, value) => within(store, "readwrite", (all) => all.put(value, key));
const forget = (store, key) => within(store, "readwrite", (all) => all.delete(key));

// --- Lists -----------------------------------------------------------------------------------------------------------------------------

// The key comes with the app's page.
const { key, keyId } = document.body.dataset;
let imported;
const publicKey = () => (imported ??= crypto.subtle.importKey("raw", bytesOf(key), { name: "Ed25519" }, false, ["verify"]));

const read = async (envelope, municipality) => {
  const forged = () => new Trouble("forged");
  if (envelope?.payloadType !== TYPE) throw forged();
  const payload = bytesOf(envelope.payload);
  const type = new TextEncoder().encode(TYPE);
  const head = new TextEncoder().encode(`DSSEv1 ${type.length} ${TYPE} ${payload.length} `);
  const message = new Uint8Array(head.length + payload.length);
  message.set(head);
  message.set(payload, head.length);
  const signature = envelope.signatures?.find((one) => one.keyid === keyId);
  if (!signature) throw forged();
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, await publicKey(), bytesOf(signature.sig), message))) throw forged();
  const list = JSON.parse(new TextDecoder().decode(payload));
  if (list.municipality !== municipality) throw forged();
  return list;
};

// The list as the host says it now; without a connection as it was said last. Modules that it names no longer are forgotten.
export const list = async (municipality) => {
  const before = await kept("lists", municipality);
  let known = before && (await read(before.envelope, municipality).catch(() => null));
  let received = before?.received;
  let fresh = true;
  try {
    const envelope = await api(municipality);
    const now = await read(envelope, municipality);
    // Somebody between us and the host cannot bring back what was withdrawn.
    if (known && now.issued < known.issued) throw new Trouble("forged");
    received = Date.now();
    await keep("lists", municipality, { envelope, received });
    const stays = new Set(now.modules.map((module) => module.sha256));
    for (const module of known?.modules ?? []) if (!stays.has(module.sha256)) await forget("bundles", module.sha256);
    known = now;
  } catch (trouble) {
    if (trouble.code !== "offline" || !known) throw trouble;
    fresh = false;
  }
  // By how long ago this phone got it: phones' clocks are often wrong, and the host's is not theirs.
  const age = Date.now() - received;
  if (age < 0 || age >= known.expires - known.issued) throw new Trouble("old-list");
  return { ...known, fresh };
};

// A module as the list has it: from the phone, or from the host; either way with the digest that was signed.
export const bundle = async (municipality, module) => {
  const check = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes)) === module.sha256;
  let bytes = await kept("bundles", module.sha256);
  if (!bytes || !(await check(bytes))) {
    bytes = await api(`${municipality}/bundles/${module.sha256}`, { as: "bytes" });
    if (!(await check(bytes))) throw new Trouble("forged");
    await keep("bundles", module.sha256, bytes);
  }
  return JSON.parse(new TextDecoder().decode(bytes));
};
