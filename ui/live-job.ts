// <live-job job="..." song="...">: says how far a job is without reloading. What stands inside was written by the
// server: [data-state] for the word, [data-progress] for the bar.
import { hear, is_over, type News } from './news';
import { renew } from './swap';

const words: Record<string, string> = {
    queued: 'Waiting', composing: 'Composing', playing: 'Playing', finishing: 'Finishing', done: 'Ready', failed: 'Failed', cancelled: 'Cancelled',
};

class LiveJob extends HTMLElement {
    #stop: (() => void) | null = null;

    connectedCallback(): void {
        const job = this.dataset.job;
        if (!job || this.dataset.open === undefined) return;
        this.#stop = hear(job, (news) => this.#show(news));
    }

    disconnectedCallback(): void {
        this.#stop?.();
        this.#stop = null;
    }

    #show(news: News): void {
        const word = words[news.kind] || words[news.stage];
        const state = this.querySelector('[data-state]'), bar = this.querySelector<HTMLProgressElement>('[data-progress]');
        if (word && state && state.textContent !== word) state.textContent = word;
        if (bar) bar.value = news.progress;
        if (news.kind === 'audio' || news.stage === 'playing') this.dispatchEvent(new CustomEvent('audible', { bubbles: true }));
        if (!is_over(news.kind)) return;
        this.#stop?.();
        this.#stop = null;
        if (this.dataset.song) void renew();
    }
}
customElements.define('live-job', LiveJob);
