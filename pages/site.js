// What pages gain from a script: states and progress without reloading. Every page works without it.
// One tab of a browser listens to the server and tells the others, since a browser opens only six
// connections to one place.
'use strict';

(function () {
    const words = { queued: 'Waiting', composing: 'Composing', playing: 'Playing', finishing: 'Finishing', done: 'Ready', failed: 'Failed', cancelled: 'Cancelled' };
    const over = ['done', 'failed', 'cancelled'];
    const open = new Set(document.querySelectorAll('[data-job][data-open]'));
    if (open.size === 0 || !window.BroadcastChannel) return;

    function show(event) {
        for (const place of open) {
            if (place.dataset.job !== event.job) continue;
            const word = words[event.kind] || words[event.stage];
            const state = place.querySelector('[data-state]');
            if (word && state && state.textContent !== word) state.textContent = word;
            const progress = place.querySelector('[data-progress]');
            if (progress) progress.value = event.progress;
            if (event.kind === 'audio' || event.stage === 'playing') hear();
            if (!over.includes(event.kind)) continue;
            open.delete(place);
            if (place.dataset.song) renew();
        }
        if (open.size === 0) stop();
    }

    // A player that waited longer than the server holds a connection has given up.
    function hear() {
        const audio = document.querySelector('audio');
        if (audio && audio.error) audio.load();
    }

    // The page's other parts change, too. They come anew, all but the player, since somebody may be listening.
    async function renew() {
        const reply = await fetch(location.href).catch(() => null);
        if (!reply || !reply.ok || reply.redirected) return;
        const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').querySelector('main');
        const main = document.querySelector('main'), audio = main.querySelector(':scope > audio');
        const restore = keep(main), nodes = [...fresh.childNodes], at = nodes.indexOf(fresh.querySelector(':scope > audio'));
        if (audio && at >= 0) {
            for (const node of [...main.childNodes]) if (node !== audio) node.remove();
            audio.before(...nodes.slice(0, at));
            audio.after(...nodes.slice(at + 1));
        } else main.replaceChildren(...nodes);
        restore();
    }

    // What somebody has entered and not sent yet, and where they are.
    function keep(main) {
        const entered = [...main.querySelectorAll('input[id], textarea[id]')].filter((field) => field.value !== field.defaultValue);
        const here = main.contains(document.activeElement) ? document.activeElement : null;
        return () => {
            for (const field of entered) {
                const now = document.getElementById(field.id);
                if (now) now.value = field.value;
            }
            const now = here && here.id && !here.isConnected ? document.getElementById(here.id) : null;
            if (!now) return;
            now.focus();
            if (now.setSelectionRange && here.selectionStart != null) now.setSelectionRange(here.selectionStart, here.selectionEnd);
        };
    }

    // What happened before we listened, and the net below a lost message.
    async function look() {
        for (const place of [...open]) {
            const reply = await fetch('/api/v1/jobs/' + place.dataset.job).catch(() => null);
            if (!reply || !reply.ok) continue;
            const job = await reply.json();
            const kind = over.includes(job.state) || job.state === 'queued' ? job.state : 'stage';
            show({ kind, job: job.id, stage: job.stage, progress: job.progress });
        }
    }
    setTimeout(look, 300);
    const looking = setInterval(look, 5000);

    const channel = new BroadcastChannel('events');
    channel.onmessage = (message) => show(message.data);

    let stopped = false, release = null;
    function listen() {
        if (stopped) return null;
        const source = new EventSource('/api/v1/events');
        for (const kind of ['queued', 'stage', 'progress', 'audio', ...over])
            source.addEventListener(kind, (message) => {
                const event = Object.assign({ kind }, JSON.parse(message.data));
                channel.postMessage(event);
                show(event);
            });
        look();
        return new Promise((done) => { release = () => { source.close(); done(); }; });
    }

    // Nothing is open here any more: another tab may listen.
    function stop() {
        stopped = true;
        clearInterval(looking);
        if (release) release();
    }

    if (navigator.locks) navigator.locks.request('events', listen);
    else listen();
})();

// A password may be looked at by whoever typed it.
(function () {
    for (const field of document.querySelectorAll('input[type=password]')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = 'Show';
        button.setAttribute('aria-controls', field.id);
        button.setAttribute('aria-pressed', 'false');
        button.addEventListener('click', () => {
            const shown = field.type === 'text';
            field.type = shown ? 'password' : 'text';
            button.textContent = shown ? 'Show' : 'Hide';
            button.setAttribute('aria-pressed', String(!shown));
        });
        field.after(' ', button);
    }
})();
