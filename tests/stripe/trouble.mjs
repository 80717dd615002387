// Trouble: what goes wrong with coming requests, as a test has planned it.
//
//     how       answer: an error instead of the answer      reset: the connection breaks     hang: no answer ever
//               cut: half of the answer, then it breaks     garbage: 200 and no JSON         slow: later than usual
//     when      before: nothing has happened      after: it has, and only the answer is lost
//     times     so many requests; `skip` of them go well first; `method` and `path` (a pattern) choose them
const FRESH = { times: 1, skip: 0, method: null, path: '.', when: 'before', how: 'answer', status: 500, headers: {}, delay_ms: 1000, error: {} };
const TYPES = { 401: 'invalid_request_error', 402: 'card_error', 403: 'invalid_request_error', 404: 'invalid_request_error', 400: 'invalid_request_error', 409: 'invalid_request_error',
    429: 'invalid_request_error' };
const CODES = { 402: 'card_declined', 404: 'resource_missing', 409: 'lock_timeout', 429: 'rate_limit' };
const HOWS = ['answer', 'reset', 'hang', 'cut', 'garbage', 'slow'];

export class Trouble {
    constructor() {
        this.plans = [];
    }

    plan(words) {
        for (const name of Object.keys(words)) if (!(name in FRESH)) throw new Error(`trouble has no ${name}`);
        const made = { ...FRESH, ...words, met: 0 };
        if (!HOWS.includes(made.how) || !['before', 'after'].includes(made.when)) throw new Error('no such trouble');
        this.plans.push(made);
        return made;
    }

    // What awaits this request, or null; it counts.
    meet(asked) {
        for (const plan of this.plans) {
            if (plan.times === 0 || (plan.method && plan.method !== asked.method) || !new RegExp(plan.path).test(asked.path)) continue;
            if (plan.skip > 0) {
                plan.skip--;
                continue;
            }
            plan.times--;
            plan.met++;
            asked.trouble = `${plan.how} ${plan.when}`;
            return plan;
        }
        return null;
    }
}

export function failure(plan) {
    const type = TYPES[plan.status] || 'api_error', code = CODES[plan.status];
    return { status: plan.status, body: { error: { type, ...(code ? { code } : {}), message: 'This was planned.', ...plan.error } }, headers: plan.headers };
}
