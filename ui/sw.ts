// The service worker: says kindly that there is no connection, and nothing else. It keeps one page and what that page
// looks like; nothing of a person ever comes into it.
declare const self: ServiceWorkerGlobalScope;
interface ServiceWorkerGlobalScope extends EventTarget {
    registration: ServiceWorkerRegistration;
    skipWaiting(): Promise<void>;
    clients: { claim(): Promise<void> };
}
interface LateEvent extends Event {
    waitUntil(work: Promise<unknown>): void;
}
interface AskedEvent extends LateEvent {
    request: Request;
    preloadResponse: Promise<Response | undefined>;
    respondWith(answer: Promise<Response>): void;
}

const PAGE = '/offline';

async function keep(): Promise<void> {
    const page = await fetch(PAGE, { cache: 'no-store' }), kept = await caches.open('offline');
    if (!page.ok) return;
    const text = await page.clone().text();
    for (const old of await kept.keys()) await kept.delete(old);
    await kept.put(PAGE, page);
    await kept.addAll(text.match(/\/static\/[\w.-]+/g) || []);
}

async function answer(event: AskedEvent): Promise<Response> {
    try {
        return (await event.preloadResponse) || (await fetch(event.request));
    } catch {
        return (await caches.match(PAGE)) || Response.error();
    }
}

async function asset(request: Request): Promise<Response> {
    return (await caches.match(request)) || fetch(request);
}

self.addEventListener('install', (event) => (event as LateEvent).waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => (event as LateEvent).waitUntil(
    Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()])));
self.addEventListener('fetch', (event) => {
    const asked = event as AskedEvent, request = asked.request;
    if (request.mode === 'navigate' && request.method === 'GET') asked.respondWith(answer(asked));
    else if (new URL(request.url).pathname.startsWith('/static/')) asked.respondWith(asset(request));
});
export {};
