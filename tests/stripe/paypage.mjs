// Paypage: what the buyer sees at Stripe. Here card data is entered, and only here.
import qs from 'qs';

const escape = (text) => String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
const REFUSED = /^4000\s*0000\s*0000\s*0002$/; // Stripe's test card that is always declined

function frame(title, inner) {
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title><link rel="icon" href="data:,"></head><body><main><h1>${escape(title)}</h1>${inner}</main></body></html>`;
}

function field(label, name, more = '') {
    return `<p><label for="${name}">${label}</label> <input id="${name}" name="${name}" ${more}></p>`;
}

function pay_form(session, lines, wrong) {
    const what = lines.map((one) => `<li>${escape(one.description)} × ${one.quantity}</li>`).join('');
    const debit = session.payment_method_types.length > 1 ? '<p><label for="debit">By bank debit</label> <input id="debit" name="debit" type="checkbox"></p>' : '';
    return frame('Pay', `<ul>${what}</ul><p id="sum">${session.amount_total} ${escape(session.currency)}</p>${wrong ? `<p role="alert">${escape(wrong)}</p>` : ''}
<form method="post" action="/c/pay/${session.id}">${field('Email', 'email', 'type="email" autocomplete="email"')}
${field('Card number', 'number', 'autocomplete="cc-number" inputmode="numeric" required')}${field('Expiry', 'expiry', 'autocomplete="cc-exp" required')}
${field('CVC', 'cvc', 'autocomplete="cc-csc" required')}${field('Name on card', 'name', 'autocomplete="cc-name"')}${debit}<button type="submit">Pay</button></form>
${session.cancel_url ? `<p><a href="${escape(session.cancel_url)}">Back to the shop</a></p>` : ''}`);
}

// {status, body} or {status, location}
export function show(books, id) {
    const session = books.things.get(id);
    if (!session || session.object !== 'checkout.session') return { status: 404, body: frame('Nothing here', '<p>There is no such page.</p>') };
    books.lapse(session);
    if (session.status !== 'open') return { status: 200, body: frame(session.status === 'complete' ? 'You are all done here' : 'This page has timed out', '<p>Go back to the shop.</p>') };
    return { status: 200, body: pay_form(session, books.lines.get(id), '') };
}

export function pay(books, id, raw) {
    const session = books.things.get(id), entered = qs.parse(raw);
    if (!session || session.object !== 'checkout.session' || session.status !== 'open') return show(books, id);
    if (REFUSED.test(entered.number || '')) {
        books.decline(id);
        return { status: 402, body: pay_form(session, books.lines.get(id), 'Your card was declined.') };
    }
    books.complete(id, { method: entered.debit ? 'debit' : 'card' });
    return { status: 303, location: session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id) };
}
