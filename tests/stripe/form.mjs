// Form: what a request may say. A name that Stripe does not know is refused, as it refuses it.
import { Refusal } from './books.mjs';

const wrong = (code, param, message) => new Refusal(400, { code, param, message });

export function text(most = 5000) {
    return (value, name) => {
        if (typeof value !== 'string') throw wrong('parameter_invalid_string', name, `Invalid string: ${JSON.stringify(value)}`);
        if (value === '') throw wrong('parameter_invalid_empty', name, `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset.`);
        if ([...value].length > most) throw wrong('parameter_invalid_string', name, `Invalid string: ${value.slice(0, 9)}...; must be at most ${most} characters`);
        return value;
    };
}

export function number(least, most = 99999999999) {
    return (value, name) => {
        if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value) || Number(value) < least || Number(value) > most)
            throw wrong('parameter_invalid_integer', name, `Invalid integer: ${value}`);
        return Number(value);
    };
}

export function word(...words) {
    return (value, name) => {
        if (!words.includes(value)) throw wrong('parameter_invalid', name, `Invalid ${name}: must be one of ${words.join(', ')}`);
        return value;
    };
}

export function flag(value, name) {
    return word('true', 'false')(value, name) === 'true';
}

export function address(value, name) {
    const whole = text(5000)(value, name);
    if (!/^https?:\/\/[^/\s]+/.test(whole) || !URL.canParse(whole.replace(/[{}]/g, ''))) throw wrong('url_invalid', name, 'Not a valid URL');
    return whole;
}

export function mail(value, name) {
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text(800)(value, name))) throw wrong('email_invalid', name, `Invalid email address: ${value}`);
    return value;
}

export function currency(value, name) {
    if (!/^[a-z]{3}$/i.test(text()(value, name))) throw wrong('invalid_currency', name, `Invalid currency: ${value}`);
    return value.toLowerCase();
}

export function many(one, most = 100) {
    return (value, name) => {
        if (!Array.isArray(value) || value.length > most) throw wrong('parameter_invalid_array', name, 'Invalid array');
        return value.map((item, index) => one(item, `${name}[${index}]`));
    };
}

// A name with "!" must be there.
export function object(parts) {
    const names = new Map(Object.entries(parts).map(([name, one]) => [name.replace('!', ''), one]));
    const needed = Object.keys(parts).filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1));
    return (value, name = '') => {
        const full = (part) => (name ? `${name}[${part}]` : part);
        if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong('parameter_invalid_object', name, 'Invalid object');
        for (const part of Object.keys(value))
            if (!names.has(part)) throw wrong('parameter_unknown', full(part), `Received unknown parameter: ${full(part)}`);
        for (const part of needed)
            if (!(part in value)) throw wrong('parameter_missing', full(part), `Missing required param: ${full(part)}.`);
        return Object.fromEntries(Object.entries(value).map(([part, inner]) => [part, names.get(part)(inner, full(part))]));
    };
}

export function metadata(value, name) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong('parameter_invalid_object', name, 'Invalid object');
    if (Object.keys(value).length > 50) throw wrong('parameter_invalid_object', name, 'Metadata can have up to 50 keys');
    for (const [key, inner] of Object.entries(value))
        if (key.length > 40 || typeof inner !== 'string' || inner.length > 500) throw wrong('parameter_invalid_string', `${name}[${key}]`, 'Metadata keys have up to 40, values up to 500 characters');
    return { ...value };
}

export const expand = many(text(), 20);
const when = number(0);
export const page = { limit: number(1, 100), starting_after: text(), ending_before: text(), expand };
export const created = (value, name) => (typeof value === 'string' ? { gte: when(value, name), lte: when(value, name) }
    : object({ gte: when, gt: when, lte: when, lt: when })(value, name));

const price_data = object({ 'currency!': currency, unit_amount: number(0, 99999999), product: text(), tax_behavior: word('inclusive', 'exclusive', 'unspecified'),
    product_data: object({ 'name!': text(), description: text(), images: many(address, 8), metadata, tax_code: text() }) });
const item = object({ price: text(), price_data, quantity: number(1, 999999), adjustable_quantity: object({ 'enabled!': flag, minimum: number(0), maximum: number(0) }) });
const message = object({ 'message!': text(1200) });
const enabled = object({ 'enabled!': flag });

export const new_session = object({
    'mode!': word('payment', 'setup', 'subscription'), line_items: many(item), 'success_url!': address, cancel_url: address, client_reference_id: text(200),
    customer: text(), customer_email: mail, customer_creation: word('always', 'if_required'), metadata, expires_at: number(0), automatic_tax: enabled,
    invoice_creation: enabled, allow_promotion_codes: flag, ui_mode: word('hosted_page', 'embedded_page', 'elements', 'form'), adaptive_pricing: enabled,
    allowed_payment_method_types: many(text()), excluded_payment_method_types: many(text()), billing_address_collection: word('auto', 'required'), locale: text(), submit_type: word('auto', 'book', 'donate', 'pay', 'subscribe'),
    custom_text: object({ submit: message, after_submit: message, terms_of_service_acceptance: message }), phone_number_collection: enabled, tax_id_collection: enabled,
    payment_intent_data: object({ metadata, description: text(1000), statement_descriptor: text(22), statement_descriptor_suffix: text(22), receipt_email: mail,
        capture_method: word('automatic', 'automatic_async', 'manual'), setup_future_usage: word('off_session', 'on_session') }), expand,
});

export const new_refund = object({ charge: text(), payment_intent: text(), amount: number(1), reason: word('duplicate', 'fraudulent', 'requested_by_customer'), metadata,
    reverse_transfer: flag, refund_application_fee: flag, expand });
