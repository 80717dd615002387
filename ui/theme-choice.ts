// The choice between light and dark: kept in this browser alone, under one key.
export type Theme = 'light' | 'dark' | '';

// A browser that keeps nothing has no choice to remember.
export function chosen(): Theme {
    try {
        const kept = localStorage.getItem('ui.theme');
        return kept === 'light' || kept === 'dark' ? kept : '';
    } catch {
        return '';
    }
}

export function choose(theme: Theme): void {
    try {
        if (theme) localStorage.setItem('ui.theme', theme);
        else localStorage.removeItem('ui.theme');
    } catch {
        // The page changes all the same, until the next one.
    }
    show(theme);
}

export function show(theme: Theme): void {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
}
