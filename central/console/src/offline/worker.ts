// The service worker of the small pages: it keeps the page itself, with its scripts, styles and words. Of what the
// centre tells it keeps nothing, and asks of the API go past it. The build names its files (vite.worker.ts). It sends
// what grid workers left to be sent when the browser wakes it.
import { BEHIND, sendBehind } from "@/phone/engine/behind";

interface Extending extends Event {
  waitUntil: (until: Promise<unknown>) => void;
}
interface Fetching extends Extending {
  request: Request;
  respondWith: (answer: Promise<Response>) => void;
}
interface Syncing extends Extending {
  tag: string;
}
interface Scope {
  registration: { scope: string };
  clients: {
    claim: () => Promise<void>;
    matchAll: () => Promise<{ postMessage: (said: string) => void }[]>;
  };
  skipWaiting: () => Promise<void>;
  addEventListener: (kind: string, listener: (event: never) => void) => void;
}
declare const __GEWU_FILES__: Readonly<Record<string, { files: string[]; version: string }>>;

const scope = self as unknown as Scope;
const page = new URL(scope.registration.scope).pathname.replace(/\/$/, "");
const { files, version } = __GEWU_FILES__[page] ?? { files: [], version: "none" };
const PREFIX = `gewu ${page} `;
const CACHE = PREFIX + version;
const PATIENCE_MS = 3_000; // a line that is there but carries nothing

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([page, ...files]);
  await scope.skipWaiting();
}

async function clean(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The page as the centre has it now; as it was kept, where no answer comes. */
async function opened(request: Request): Promise<Response> {
  const kept = await caches.match(page, { cacheName: CACHE });
  const stop = new AbortController();
  const timer = kept && setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    return answer.ok || !kept ? answer : kept;
  } catch (error) {
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const keptFile = async (request: Request): Promise<Response> =>
  (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);

async function wake(): Promise<void> {
  await sendBehind();
  for (const each of await scope.clients.matchAll()) each.postMessage(BEHIND);
}

scope.addEventListener("sync", (event: Syncing) => {
  if (event.tag === BEHIND) event.waitUntil(wake());
});
scope.addEventListener("install", (event: Extending) => event.waitUntil(install()));
scope.addEventListener("activate", (event: Extending) => event.waitUntil(clean()));
scope.addEventListener("fetch", (event: Fetching) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(opened(request));
  else if (files.includes(pathname)) event.respondWith(keptFile(request));
});
