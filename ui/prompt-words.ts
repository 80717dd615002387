// <prompt-words>: instruments and moods to be had, or left out, at a press; they become words of the description.
import { button, make } from './shapes';

const WORDS: Record<string, string[]> = {
    With: ['piano', 'acoustic guitar', 'strings', 'flute', 'saxophone', 'trumpet', 'synth pads', 'double bass', 'choir'],
    Without: ['drums', 'bass', 'brass', 'synths'],
    Mood: ['warm', 'dreamy', 'dark', 'happy', 'epic', 'calm'],
};

class PromptWords extends HTMLElement {
    connectedCallback(): void {
        const field = this.closest('form')?.querySelector<HTMLTextAreaElement>('textarea[name=prompt]');
        if (!field || this.firstChild) return;
        const box = make('details', {}, make('summary', {}, 'Instruments and moods'));
        for (const [group, words] of Object.entries(WORDS)) {
            const chips = make('div', { class: 'chips', role: 'group', 'aria-label': group }, make('span', { class: 'soft' }, group));
            for (const word of words) {
                const said = group === 'Mood' ? word : `${group.toLowerCase()} ${word}`;
                const chip = button(word, null, () => this.#turn(field, said), { class: 'chip', 'data-said': said, 'aria-pressed': 'false' });
                chips.append(chip);
            }
            box.append(chips);
        }
        this.append(box);
        field.addEventListener('input', () => this.#show(field));
        this.#show(field);
    }

    #parts(field: HTMLTextAreaElement): string[] {
        return field.value.split(',').map((part) => part.trim()).filter(Boolean);
    }

    #turn(field: HTMLTextAreaElement, said: string): void {
        const parts = this.#parts(field), at = parts.indexOf(said);
        if (at >= 0) parts.splice(at, 1);
        else parts.push(said);
        field.value = parts.join(', ');
        field.dispatchEvent(new Event('input', { bubbles: true }));
    }

    #show(field: HTMLTextAreaElement): void {
        const parts = this.#parts(field);
        for (const chip of this.querySelectorAll<HTMLElement>('[data-said]')) chip.setAttribute('aria-pressed', String(parts.includes(chip.dataset.said!)));
    }
}
customElements.define('prompt-words', PromptWords);
