// The service worker: pages from the network first, from the telephone when there is none. BUILD stands before this file.
"use strict";

const ASSETS = `assets-${BUILD.version}`;
const PAGES = "pages-1";
const PICTURES = "pictures-1";
const PATIENCE_MS = 5000;
const RENEW_AFTER_MS = 6 * 60 * 60 * 1000;
const MOST_PAGES = 80;
const MOST_PICTURES = 40;

const page = new RegExp(`^/(${BUILD.languages.join("|")})/`);
const languageOf = (pathname) => page.exec(pathname)?.[1];
const withoutHash = (pathname) => pathname.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "");

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const assets = await caches.open(ASSETS);
      await assets.addAll(BUILD.assets);
      await keepFirst(await languageOfReader());
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const current = [ASSETS, PAGES, PICTURES];
      const names = await caches.keys();
      await Promise.all(names.filter((name) => !current.includes(name)).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  const { keep: language, frugal } = event.data ?? {};
  // The page of a first visit came before there was a worker.
  const { pathname, search } = new URL(event.source.url);
  if (!search && languageOf(pathname)) event.waitUntil(fetchAndKeep(pathname));
  if (BUILD.languages.includes(language)) event.waitUntil(keepAll(language, Boolean(frugal)));
});

// What is not named here goes to the network as if this worker were not there: accounts, dossiers, forms, the admin.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || request.headers.has("range")) return;
  if (url.pathname.startsWith(BUILD.static)) {
    event.respondWith(asset(request, url));
  } else if (request.destination === "image" && url.pathname.startsWith(BUILD.media)) {
    event.respondWith(picture(event));
  } else if (request.mode === "navigate" && (url.pathname === "/" || languageOf(url.pathname))) {
    event.respondWith(navigation(event, url));
  }
});

async function languageOfReader() {
  const windows = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const found = windows.map((client) => languageOf(new URL(client.url).pathname));
  return found.find(Boolean) ?? BUILD.languages[0];
}

const addressesOf = (language) => BUILD.saved.map((path) => `/${language}/${path}`);

// The page for need, and the one that says what is not kept.
async function keepFirst(language) {
  const [need] = addressesOf(language);
  for (const address of [need, `/${language}/${BUILD.standIn}`]) if (address) await fetchAndKeep(address);
}

async function keepAll(language, frugal) {
  await keepFirst(language);
  if (!frugal) for (const address of addressesOf(language)) await fetchAndKeep(address);
}

async function fetchAndKeep(address) {
  const kept = await (await caches.open(PAGES)).match(address);
  if (kept && Date.now() - Date.parse(kept.headers.get("Date")) < RENEW_AFTER_MS) return;
  try {
    // Without cookies: the answer is that for a stranger.
    await remember(address, await fetch(address, { credentials: "omit", cache: "no-cache" }));
  } catch {
    // No network: what is kept stays.
  }
}

function mayBeKept(response) {
  const control = response.headers.get("Cache-Control") ?? "";
  const isPublic = /\bpublic\b/.test(control) && !/\b(no-store|private)\b/.test(control);
  return response.status === 200 && response.type === "basic" && !response.redirected && isPublic;
}

async function remember(address, response) {
  const pages = await caches.open(PAGES);
  const isPage = (response.headers.get("Content-Type") ?? "").startsWith("text/html");
  if (isPage && mayBeKept(response)) {
    await pages.delete(address);
    await pages.put(address, response);
    await forgetOldest(pages, MOST_PAGES);
  } else if (response.type === "basic" && response.status < 500) {
    await pages.delete(address); // taken down, or not for everybody any more
  }
}

async function forgetOldest(cache, most) {
  const keys = await cache.keys();
  const saved = (key) => {
    const { pathname } = new URL(key.url);
    return [...BUILD.saved, BUILD.standIn].includes(pathname.split("/").slice(2).join("/"));
  };
  const visited = keys.filter((key) => !saved(key));
  for (const key of visited.slice(0, Math.max(0, visited.length - most))) await cache.delete(key);
}

async function navigation(event, url) {
  const kept = url.search ? undefined : await (await caches.open(PAGES)).match(url.pathname);
  const answer = fetch(event.request).then((response) => {
    // A question (search, filter) is nobody's business later: only bare addresses are kept.
    if (!url.search && languageOf(url.pathname)) event.waitUntil(remember(url.pathname, response.clone()));
    return response;
  });
  event.waitUntil(answer.catch(() => {}));
  try {
    const response = await (kept ? Promise.race([answer, impatience()]) : answer);
    return kept && response.status >= 500 ? await saidToBeKept(kept) : response;
  } catch {
    return kept ? saidToBeKept(kept) : standIn(url);
  }
}

function impatience() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE_MS));
}

// Shows the line "you read the kept text", which every page carries hidden.
async function saidToBeKept(kept) {
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const html = await kept.text();
  return new Response(html.replace('id="kept" hidden', 'id="kept"'), { headers });
}

async function standIn(url) {
  const pages = await caches.open(PAGES);
  if (url.pathname === "/") {
    for (const language of [await languageOfReader(), ...BUILD.languages]) {
      if (await pages.match(`/${language}/`)) return Response.redirect(`/${language}/`);
    }
  }
  for (const language of [languageOf(url.pathname), await languageOfReader(), ...BUILD.languages]) {
    const found = language && (await pages.match(`/${language}/${BUILD.standIn}`));
    if (found) return found;
  }
  return Response.error();
}

async function asset(request, url) {
  const assets = await caches.open(ASSETS);
  const kept = await assets.match(request);
  if (kept) return kept;
  try {
    const response = await fetch(request);
    if (response.status === 200 && response.type === "basic") await assets.put(request, response.clone());
    return response;
  } catch (error) {
    // A page that was kept before an update asks for the files of that time: today's will do.
    const names = await assets.keys();
    const wanted = withoutHash(url.pathname);
    const same = names.find((name) => withoutHash(new URL(name.url).pathname) === wanted);
    if (same) return assets.match(same);
    throw error;
  }
}

async function picture(event) {
  const pictures = await caches.open(PICTURES);
  try {
    const response = await fetch(event.request);
    if (mayBeKept(response)) {
      const copy = response.clone();
      event.waitUntil(
        (async () => {
          await pictures.delete(event.request);
          await pictures.put(event.request, copy);
          await forgetOldest(pictures, MOST_PICTURES);
        })(),
      );
    }
    return response;
  } catch (error) {
    const kept = await pictures.match(event.request);
    if (kept) return kept;
    throw error;
  }
}
