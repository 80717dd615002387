// The parts of a page that changed come anew, and what somebody has entered or is looking at stays.

// What somebody has entered and not sent yet, and where they are.
function keep(main: HTMLElement): () => void {
    const fields = [...main.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input[id], textarea[id]')];
    const entered = fields.filter((field) => field.value !== field.defaultValue);
    const active = document.activeElement as HTMLInputElement | null;
    const here = active && main.contains(active) ? active : null;
    return () => {
        for (const field of entered) {
            const now = document.getElementById(field.id) as HTMLInputElement | null;
            if (now) now.value = field.value;
        }
        const now = here && here.id && !here.isConnected ? (document.getElementById(here.id) as HTMLInputElement | null) : null;
        if (!now) return;
        now.focus();
        if (now.setSelectionRange && here && here.selectionStart !== null) now.setSelectionRange(here.selectionStart, here.selectionEnd);
    };
}

// What stands there for browsers without scripts: the parser of texts takes it for real, and it would sound.
export function drop_plain(main: Element): void {
    for (const plain of main.querySelectorAll('noscript')) plain.remove();
}

export async function page_at(url: string): Promise<{ document: Document; url: string } | null> {
    const reply = await fetch(url).catch(() => null);
    if (!reply || !reply.ok || !(reply.headers.get('content-type') || '').startsWith('text/html')) return null;
    return { document: new DOMParser().parseFromString(await reply.text(), 'text/html'), url: reply.url };
}

export async function renew(): Promise<void> {
    const fresh = await page_at(location.href), old = document.querySelector('main');
    const main = fresh && fresh.url === location.href ? fresh.document.querySelector('main') : null;
    if (!main || !old) return;
    drop_plain(main);
    const restore = keep(old);
    old.replaceChildren(...main.childNodes);
    restore();
}
