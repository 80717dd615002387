// The service worker is taken on when a page has nothing better to do.
export function open_offline(): void {
    if (!navigator.serviceWorker) return;
    const begin = () => void navigator.serviceWorker.register('/sw.js').catch(() => 0); // where nothing may be kept, there is none
    addEventListener('load', () => setTimeout(begin, 2000));
}
