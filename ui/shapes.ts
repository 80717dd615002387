// Small pictures for buttons, and elements made in one line.
const PATHS = {
    play: 'M5 3l13 7-13 7z',
    pause: 'M5 3h4v14H5zM11 3h4v14h-4z',
    close: 'M4 5.4 5.4 4 10 8.6 14.6 4 16 5.4 11.4 10 16 14.6 14.6 16 10 11.4 5.4 16 4 14.6 8.6 10z',
    sound: 'M2 7v6h4l5 4V3L6 7zM13 6a5 5 0 0 1 0 8z',
    mute: 'M2 7v6h4l5 4V3L6 7zM13 8l1.2-1.2 4 5L17 13zM17 7l1.2 1-4 5-1.2-1z',
    loop: 'M4 9V6a2 2 0 0 1 2-2h8V2l4 3-4 3V6H6v3zM16 11v3a2 2 0 0 1-2 2H6v2l-4-3 4-3v2h8v-3z',
    keys: 'M2 5h16v10H2zM4 7v1.5h1.5V7zM7.5 7v1.5H9V7zM11 7v1.5h1.5V7zM14.5 7v1.5H16V7zM5 11.5V13h10v-1.5z',
};
export type Shape = keyof typeof PATHS;

export function icon(path: string): SVGSVGElement {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 20 20');
    svg.setAttribute('width', '20');
    svg.setAttribute('height', '20');
    svg.setAttribute('aria-hidden', 'true');
    const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    shape.setAttribute('d', path);
    shape.setAttribute('fill', 'currentColor');
    shape.setAttribute('fill-rule', 'evenodd');
    svg.append(shape);
    return svg;
}

export function make<K extends keyof HTMLElementTagNameMap>(name: K, facts: Record<string, string> = {}, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
}

export function button(words: string, shape: Shape | null, press: () => void, facts: Record<string, string> = {}): HTMLButtonElement {
    const made = make('button', { type: 'button', ...facts });
    if (shape) {
        made.append(icon(PATHS[shape]));
        made.setAttribute('aria-label', words);
        made.title = words;
    } else made.append(words);
    made.addEventListener('click', press);
    return made;
}

export function turn(pressed: HTMLButtonElement, words: string, shape: Shape): void {
    if (pressed.getAttribute('aria-label') === words) return;
    pressed.setAttribute('aria-label', words);
    pressed.title = words;
    pressed.replaceChildren(icon(PATHS[shape]));
}
