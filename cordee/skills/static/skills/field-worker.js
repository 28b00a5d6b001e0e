// Opens the page of the field without network, as it was last read. It keeps nothing else.
"use strict";
const CACHE = "cordee-terrain";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  const isPage = request.mode === "navigate" && url.pathname === scope.pathname;
  const isStatic = url.origin === scope.origin && /^\/static\//.test(url.pathname);
  if (request.method !== "GET" || !(isPage || isStatic)) return;
  const kept = isPage ? url.pathname : request;
  event.respondWith(fetch(request).then(
    (answer) => {
      if (answer.ok && !answer.redirected) {
        const copy = answer.clone();
        event.waitUntil(caches.open(CACHE).then((cache) => cache.put(kept, copy)));
      }
      return answer;
    },
    () => caches.match(kept).then((found) => found || Response.error()),
  ));
});
