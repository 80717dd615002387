// News of this person's jobs. One tab of a browser listens to the server and tells the others, since a browser
// opens only six connections to one place. Whoever listens hears from the stream, from other tabs, and from a
// look now and then, which is the net below a lost message.
export interface News {
    kind: string; // queued stage progress audio done failed cancelled
    job: string;
    stage: string;
    progress: number; // thousandths
}

interface JobReply {
    id: string;
    state: string;
    stage: string;
    progress: number;
}

const OVER = ['done', 'failed', 'cancelled'];
const KINDS = ['queued', 'stage', 'progress', 'audio', ...OVER];
const LOOK_MS = 5000, FIRST_LOOK_MS = 300;

const hearers = new Map<string, Set<(news: News) => void>>(); // by job
let channel: BroadcastChannel | null = null;
let looking = 0;
let release: (() => void) | null = null;
let asked = false;

export function is_over(kind: string): boolean {
    return OVER.includes(kind);
}

function tell(news: News): void {
    for (const hear of [...(hearers.get(news.job) || [])]) hear(news);
}

function stream(): Promise<void> | null {
    asked = false;
    if (hearers.size === 0) return null;
    const source = new EventSource('/api/v1/events');
    for (const kind of KINDS)
        source.addEventListener(kind, (message) => {
            const news = { ...(JSON.parse((message as MessageEvent<string>).data) as News), kind };
            channel?.postMessage(news);
            tell(news);
        });
    void look();
    return new Promise((done) => {
        release = () => {
            release = null;
            source.close();
            done();
        };
    });
}

async function look(): Promise<void> {
    for (const job of [...hearers.keys()]) {
        const reply = await fetch('/api/v1/jobs/' + job).catch(() => null);
        if (!reply || !reply.ok) continue;
        const now = (await reply.json()) as JobReply;
        const kind = is_over(now.state) || now.state === 'queued' ? now.state : 'stage';
        tell({ kind, job: now.id, stage: now.stage, progress: now.progress });
    }
}

function begin(): void {
    channel = channel || new BroadcastChannel('events');
    channel.onmessage = (message) => tell(message.data as News);
    looking = looking || window.setInterval(() => void look(), LOOK_MS);
    setTimeout(() => void look(), FIRST_LOOK_MS);
    if (release || asked) return;
    asked = true;
    if (navigator.locks) void navigator.locks.request('events', stream);
    else void stream();
}

// Nothing is open here any more: another tab may listen.
function end(): void {
    clearInterval(looking);
    looking = 0;
    if (release) release();
}

export function hear(job: string, hearer: (news: News) => void): () => void {
    const all = hearers.get(job) || new Set();
    all.add(hearer);
    hearers.set(job, all);
    begin();
    return () => {
        all.delete(hearer);
        if (all.size === 0) hearers.delete(job);
        if (hearers.size === 0) end();
    };
}
