/**
 * The site's service worker. What a reader has seen, and everything small that figures and pages need, is kept, so that the site works
 * without a network after the first visit. Pages come from the network first, where there is one; files whose names hold their hash never
 * change and come from what is kept.
 */
export const serviceWorker = (version: string, files: readonly string[], base: string): string => {
  const kept = files
    .filter((file) => /\.(html|js|css|svg|woff2|json)$/.test(file) && file !== "sw.js")
    .map((file) => base + file.replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, ""));
  return `// Made by the lab's build.
const cacheName = ${JSON.stringify(`steepest-lab-${version}`)};
const files = ${JSON.stringify(kept)};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepAll());
});

/** One after the other in small groups, so that the page that is being read comes first. */
const keepAll = async () => {
  const cache = await caches.open(cacheName);
  for (let i = 0; i < files.length; i += 6) {
    await Promise.allSettled(files.slice(i, i + 6).map((file) => cache.add(file)));
  }
};

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("steepest-lab-") && name !== cacheName) await caches.delete(name);
    await self.clients.claim();
  })());
});

const fromNetwork = async (request, cache) => {
  const response = await fetch(request);
  if (response.ok) await cache.put(request.url.split(/[?#]/)[0], response.clone());
  return response;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  event.respondWith((async () => {
    const cache = await caches.open(cacheName);
    const key = address.origin + address.pathname;
    const isUnchanging = address.pathname.includes("/assets/");
    const kept = await cache.match(key);
    if (isUnchanging && kept) return kept;
    try {
      return await fromNetwork(request, cache);
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  })());
});
`;
};
