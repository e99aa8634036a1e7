// The service worker: lets the app start without a network. It keeps the app's own files and the last
// `config.json`; never mail, which it does not see: that comes through the tunnel, a WebSocket.
//
// The build fills in two things: its id, and the addresses of its files, relative to this one.
//
// What keeps the parts of two builds from meeting: every file but the page itself has a name that only its
// build has (a hash, or a folder named by the build). A start asks the network for the page first, so
// that what is on the server is what one sees; a page that is open keeps finding its own files here, because
// a new worker takes over, and drops the old build, only when no page of the old build is open.

const BUILD = '/*BUILD*/';
const PRECACHE = [/*PRECACHE*/];

const PREFIX = 'samma-shell-';
const SHELL = PREFIX + BUILD;
/** Outlives builds: it is the server's, not the app's. */
const CONFIG = 'samma-config';

/** How long a page may wait for the network before it starts from what is kept, in milliseconds. */
const PATIENCE = 3000;

const at = (path) => new URL(path, self.registration.scope).href;
const INDEX = at('./');
const CONFIG_URL = at('config.json');
const FILES = new Set(PRECACHE.map(at));

self.addEventListener('install', (event) => {
  event.waitUntil(keepFiles());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldBuilds());
});

// A page of this very build, and the only one open, may have its worker now instead of at its next start.
self.addEventListener('message', (event) => {
  const { type, build } = event.data ?? {};
  if (type !== 'activate' || build !== BUILD) return;
  event.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then((pages) => {
      if (pages.length <= 1) return self.skipWaiting();
    }),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || FILES.size === 0) return;
  const address = new URL(request.url);
  address.hash = '';
  address.search = '';
  if (request.mode === 'navigate') {
    if (address.href.startsWith(self.registration.scope)) event.respondWith(page(event));
  } else if (address.href === CONFIG_URL) {
    event.respondWith(config(request));
  } else if (FILES.has(address.href)) {
    event.respondWith(file(request, address.href));
  }
});

// A notification that this worker showed leads to its message, in a page that is open or in a new one.
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { open } = event.notification.data ?? {};
  if (typeof open !== 'string' || !open.startsWith('/mail/')) return;
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then(async ([page]) => {
      if (page === undefined) return self.clients.openWindow(at(`.${open}`));
      await page.focus();
      page.postMessage({ open });
    }),
  );
});

async function keepFiles() {
  const shell = await caches.open(SHELL);
  await Promise.all(
    [...FILES].map(async (address) => {
      const response = await fetch(address, { cache: 'no-cache' });
      if (!response.ok) throw new Error(`${address} answered ${response.status}`);
      await shell.put(address, await plain(response));
    }),
  );
}

async function dropOldBuilds() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== SHELL) await caches.delete(name);
  }
  // The network answers while this worker is still being started.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** A page: the server's, else the one that is kept, whatever place in the app it is for. */
async function page(event) {
  const network = Promise.resolve(event.preloadResponse).then((preloaded) => preloaded ?? fetch(event.request));
  const response = await within(PATIENCE, network);
  if (response?.ok || response?.type === 'opaqueredirect') return response;
  const kept = await caches.match(INDEX, { cacheName: SHELL });
  // A server of plain files has none at the app's places, and a gateway that is down none at all.
  return kept ?? response ?? network;
}

/** The list of servers: the network's, and for a start without one the last that was seen. */
async function config(request) {
  const kept = await caches.open(CONFIG);
  const network = fetch(request).then(async (response) => {
    if (response.ok) await kept.put(CONFIG_URL, await plain(response.clone()));
    return response;
  });
  const response = await within(PATIENCE, network);
  if (response?.ok) return response;
  return (await kept.match(CONFIG_URL)) ?? response ?? network;
}

/** A file of the app: its name says what is in it, so that what is kept is right. */
async function file(request, address) {
  return (await caches.match(address, { cacheName: SHELL })) ?? fetch(request);
}

/** What comes of it, if that is in time and no failure. */
function within(ms, promise) {
  return Promise.race([
    promise.catch(() => undefined),
    new Promise((resolve) => setTimeout(resolve, ms, undefined)),
  ]);
}

/** A copy that does not say that it came by a redirection: pages can't be made of those. */
async function plain(response) {
  if (!response.redirected) return response;
  return new Response(await response.blob(), { status: response.status, headers: response.headers });
}
