// What pages gain from a script: states and progress without reloading. Every page works without it.
// One tab of a browser listens to the server and tells the others, since a browser opens only six
// connections to one place.
'use strict';

(function () {
    const open = document.querySelectorAll('[data-job]:not([data-open="0"])');
    if (open.length === 0 || !window.BroadcastChannel) return;

    const words = { queued: 'Waiting', composing: 'Composing', playing: 'Playing', finishing: 'Finishing', done: 'Ready', failed: 'Failed', cancelled: 'Cancelled' };

    function show(event) {
        for (const place of open) {
            if (place.dataset.job !== event.job) continue;
            const word = words[event.kind] || words[event.stage];
            const state = place.querySelector('[data-state]');
            if (word && state) state.textContent = word;
            const progress = place.querySelector('[data-progress]');
            if (progress) progress.value = event.progress;
            if (['done', 'failed', 'cancelled'].includes(event.kind)) ended();
        }
    }

    // The page's other parts change, too. Who is listening goes on listening: then a link is offered instead.
    function ended() {
        const audio = document.querySelector('audio');
        if (audio && !audio.paused && !audio.ended) {
            audio.addEventListener('ended', () => location.reload(), { once: true });
            return;
        }
        location.reload();
    }

    // What happened before we listened, and the net below a lost message.
    async function look() {
        for (const place of open) {
            const reply = await fetch('/api/v1/jobs/' + place.dataset.job).catch(() => null);
            if (!reply || !reply.ok) continue;
            const job = await reply.json();
            const kind = ['done', 'failed', 'cancelled', 'queued'].includes(job.state) ? job.state : 'stage';
            show({ kind, job: job.id, stage: job.stage, progress: job.progress });
        }
    }
    setTimeout(look, 300);
    setInterval(look, 5000);

    const channel = new BroadcastChannel('events');
    channel.onmessage = (message) => show(message.data);

    function listen() {
        const source = new EventSource('/api/v1/events');
        for (const kind of ['queued', 'stage', 'progress', 'audio', 'done', 'failed', 'cancelled'])
            source.addEventListener(kind, (message) => {
                const event = Object.assign({ kind }, JSON.parse(message.data));
                channel.postMessage(event);
                show(event);
            });
    }

    if (navigator.locks) navigator.locks.request('events', () => { listen(); return new Promise(() => {}); });
    else listen();
})();
