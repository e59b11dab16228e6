// Keeps what the app is made of, so that it opens without a connection. Nothing of anybody is kept here: the API is never answered from a cache.
// KEPT, the addresses of the app's files, is written before this text by the host.
const NAME = `evo-${KEPT.join().split("/")[2]}`;
const SHELL = "/evo";

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(NAME);
      await cache.addAll([...KEPT, SHELL]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith("evo-") && name !== NAME) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === SHELL) {
    event.respondWith(
      (async () => {
        const cache = await caches.open(NAME);
        try {
          const fresh = await fetch(request);
          // Whichever language was read last is the one that opens without a connection.
          if (fresh.ok) await cache.put(SHELL, fresh.clone());
          return fresh;
        } catch {
          return (await cache.match(SHELL)) ?? Response.error();
        }
      })(),
    );
  } else if (KEPT.includes(url.pathname)) {
    event.respondWith(caches.open(NAME).then(async (cache) => (await cache.match(url.pathname)) ?? fetch(request)));
  }
});
