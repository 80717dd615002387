// Objects: the shapes of what Stripe keeps, as version 2026-10-28.endive tells them, filled with what a shop
// would see. What a buyer enters comes from `buyer`, whose words are made up for each run, so that a test can
// look for them wherever they must not be.
import { randomBytes, randomInt } from 'node:crypto';

export const VERSION = '2026-10-28.endive';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const DAY = 24 * 60 * 60;

export function letters(count) {
    return Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

export function new_id(prefix, count = 24) {
    return prefix + '_' + letters(count);
}

// Somebody whose every word is found again, which four digits would not be; the names say what each one is.
export function new_buyer() {
    const word = () => randomBytes(6).toString('hex');
    return {
        name: 'Nanna Name' + word(), business: 'Business' + word(), email: `mail${word()}@example.com`, phone: '+4930' + randomInt(1e9, 9e9),
        tax_id: 'DE' + randomInt(1e8, 9e8), ip: `203.0.113.${randomInt(1, 255)}`, statement: 'Statement' + word(),
        address: { line1: 'Street' + word() + ' 7', line2: 'Floor' + word(), city: 'City' + word(), state: 'State' + word(), postal_code: 'P' + word(), country: 'DE' },
        last4: 'Last' + word(), fingerprint: 'Finger' + word(), authorization: 'Auth' + word(), network: 'Net' + word(), note: 'Note' + word(),
    };
}

export function list(url, data, more = false) {
    return { object: 'list', data, has_more: more, url };
}

export function session(form, amount, currency, now, live) {
    const id = 'cs_' + (live ? 'live' : 'test') + '_' + letters(58);
    return {
        id, object: 'checkout.session', adaptive_pricing: { enabled: true }, after_expiration: null, allow_promotion_codes: null, allowed_payment_method_types: form.allowed_payment_method_types || null, amount_subtotal: amount,
        amount_total: amount, automatic_tax: { enabled: false, liability: null, provider: null, status: null },
        billing_address_collection: form.billing_address_collection || null, cancel_url: form.cancel_url || null, client_reference_id: form.client_reference_id || null,
        client_secret: null, collected_information: null, consent: null, consent_collection: null, created: now, currency, currency_conversion: null,
        custom_fields: [], custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
        customer: form.customer || null, customer_account: null, customer_creation: form.customer_creation || 'if_required',
        customer_details: form.customer_email ? { ...details({}), email: form.customer_email } : null, customer_email: form.customer_email || null, discounts: [],
        expires_at: form.expires_at ? Number(form.expires_at) : now + DAY, integration_identifier: null, invoice: null,
        invoice_creation: { enabled: false, invoice_data: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: null, metadata: {}, rendering_options: null } },
        livemode: live, locale: form.locale || null, managed_payments: { enabled: false }, metadata: form.metadata || {}, mode: 'payment', origin_context: null,
        payment_intent: null, payment_link: null, payment_method_collection: 'if_required', payment_method_configuration_details: null,
        payment_method_options: { card: { request_three_d_secure: 'automatic' } }, payment_method_types: form.allowed_payment_method_types || ['card', 'sepa_debit'], payment_status: 'unpaid',
        permissions: null, phone_number_collection: { enabled: false }, presentment_details: null, recovered_from: null, saved_payment_method_options: null,
        setup_intent: null, shipping_address_collection: null, shipping_cost: null, shipping_options: [], status: 'open', submit_type: form.submit_type || null,
        subscription: null, success_url: form.success_url, total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 }, ui_mode: 'hosted_page',
        url: null, wallet_options: null,
    };
}

export function details(buyer) {
    const { line1 = null, line2 = null, city = null, state = null, postal_code = null, country = null } = buyer.address || {};
    return {
        address: { city, country, line1, line2, postal_code, state }, business_name: buyer.business || null, email: buyer.email || null,
        individual_name: buyer.name || null, name: buyer.name || null, phone: buyer.phone || null, tax_exempt: 'none',
        tax_ids: buyer.tax_id ? [{ type: 'eu_vat', value: buyer.tax_id }] : null,
    };
}

export function line(item) {
    const product = new_id('prod', 14), total = item.unit_amount * item.quantity;
    return {
        id: new_id('li'), object: 'item', adjustable_quantity: null, amount_discount: 0, amount_subtotal: total, amount_tax: 0, amount_total: total,
        currency: item.currency, description: item.name, metadata: {},
        price: {
            id: item.price || new_id('price'), object: 'price', active: !!item.price, billing_scheme: 'per_unit', created: item.now, currency: item.currency,
            custom_unit_amount: null, livemode: false, lookup_key: null, metadata: {}, nickname: null, product, recurring: null, tax_behavior: 'unspecified',
            tiers_mode: null, transform_quantity: null, type: 'one_time', unit_amount: item.unit_amount, unit_amount_decimal: String(item.unit_amount),
        },
        quantity: item.quantity,
    };
}

export function intent(made, data, now) {
    const id = new_id('pi');
    return {
        id, object: 'payment_intent', amount: made.amount_total, amount_capturable: 0, amount_details: { tip: {} }, amount_received: 0, application: null,
        application_fee_amount: null, automatic_payment_methods: null, canceled_at: null, cancellation_reason: null, capture_method: 'automatic_async',
        client_secret: id + '_secret_' + letters(25), confirmation_method: 'automatic', created: now, currency: made.currency, customer: made.customer,
        customer_account: null, description: data.description || null, excluded_payment_method_types: null, last_payment_error: null, latest_charge: null,
        livemode: made.livemode, managed_payments: { enabled: false }, metadata: data.metadata || {}, next_action: null, on_behalf_of: null, payment_method: null,
        payment_method_configuration_details: null, payment_method_options: { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
        payment_method_types: made.payment_method_types, processing: null, receipt_email: null, review: null, setup_future_usage: null, shipping: null,
        source: null, statement_descriptor: null, statement_descriptor_suffix: null, status: 'requires_payment_method', transfer_data: null, transfer_group: null,
    };
}

function card_details(buyer, amount) {
    return {
        card: {
            amount_authorized: amount, authorization_code: buyer.authorization, brand: 'visa', checks: { address_line1_check: 'pass', address_postal_code_check: 'pass', cvc_check: 'pass' },
            country: 'US', exp_month: 8, exp_year: 2031, extended_authorization: { status: 'disabled' }, fingerprint: buyer.fingerprint, funding: 'credit',
            incremental_authorization: { status: 'unavailable' }, installments: null, last4: buyer.last4, mandate: null, multicapture: { status: 'unavailable' },
            network: 'visa', network_token: { used: false }, network_transaction_id: buyer.network, overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
            regulated_status: 'unregulated', three_d_secure: null, transaction_link_id: null, wallet: null,
        },
        type: 'card',
    };
}

function debit_details(buyer) {
    return {
        sepa_debit: { bank_code: '37040044', branch_code: '', country: 'DE', expected_debit_date: null, fingerprint: buyer.fingerprint, last4: buyer.last4, mandate: new_id('mandate') },
        type: 'sepa_debit',
    };
}

export function charge(paying, buyer, status, now) {
    const id = new_id(status === 'pending' ? 'py' : 'ch'), done = status === 'succeeded';
    const { tax_exempt, tax_ids, business_name, individual_name, ...billing } = details(buyer);
    return {
        id, object: 'charge', amount: paying.amount, amount_captured: done ? paying.amount : 0, amount_refunded: 0, application: null, application_fee: null,
        application_fee_amount: null, balance_transaction: done ? new_id('txn') : null, billing_details: { ...billing, tax_id: buyer.tax_id },
        calculated_statement_descriptor: buyer.statement, captured: done, created: now, currency: paying.currency, customer: paying.customer,
        description: paying.description, disputed: false, failure_balance_transaction: null, failure_code: null, failure_message: null, fraud_details: {},
        livemode: paying.livemode, metadata: { ...paying.metadata }, on_behalf_of: null, order: null,
        outcome: {
            advice_code: null, network_advice_code: null, network_decline_code: null, network_status: 'approved_by_network', reason: null, risk_level: 'normal',
            risk_score: 32, seller_message: 'Payment complete.', type: 'authorized',
        },
        paid: done, payment_intent: paying.id, payment_method: new_id('pm'),
        payment_method_details: status === 'pending' ? debit_details(buyer) : card_details(buyer, paying.amount), radar_options: {}, receipt_email: buyer.email || null,
        receipt_number: null, receipt_url: 'https://pay.stripe.com/receipts/payment/' + letters(64), refunded: false, review: null, shipping: null, source: null,
        source_transfer: null, statement_descriptor: null, statement_descriptor_suffix: null, status, transfer_data: null, transfer_group: null,
    };
}

export function refund(of, amount, words, now) {
    return {
        id: new_id('re'), object: 'refund', amount, balance_transaction: new_id('txn'), charge: of.id, created: now, currency: of.currency, customer: null,
        customer_account: null, destination_details: { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' }, type: 'card' },
        metadata: words.metadata || {}, payment_intent: of.payment_intent, payment_method: of.payment_method, reason: words.reason || null, receipt_number: null,
        source_transfer_reversal: null, status: words.status || 'succeeded', transfer_reversal: null,
    };
}

function evidence(buyer) {
    const empty = ['access_activity_log', 'billing_address', 'cancellation_policy', 'cancellation_policy_disclosure', 'cancellation_rebuttal',
        'customer_communication', 'customer_signature', 'duplicate_charge_documentation', 'duplicate_charge_explanation', 'duplicate_charge_id',
        'product_description', 'receipt', 'refund_policy', 'refund_policy_disclosure', 'refund_refusal_explanation', 'service_date', 'service_documentation',
        'shipping_address', 'shipping_carrier', 'shipping_date', 'shipping_documentation', 'shipping_tracking_number', 'uncategorized_file'];
    return {
        ...Object.fromEntries(empty.map((name) => [name, null])), customer_email_address: buyer.email, customer_name: buyer.name,
        customer_purchase_ip: buyer.ip, enhanced_evidence: {}, uncategorized_text: buyer.note,
    };
}

export function dispute(of, words, buyer, now) {
    const status = words.status || (words.warning ? 'warning_needs_response' : 'needs_response');
    return {
        id: new_id('du'), object: 'dispute', amount: words.amount || of.amount, balance_transactions: [], charge: of.id, created: now, currency: of.currency,
        enhanced_eligibility_types: [], evidence: evidence(buyer),
        evidence_details: { due_by: words.due_by || now + 7 * DAY, enhanced_eligibility: {}, has_evidence: false, past_due: false, submission_count: 0 },
        is_charge_refundable: status.startsWith('warning_'), livemode: of.livemode, metadata: {}, payment_intent: of.payment_intent,
        payment_method_details: { card: { brand: 'visa', case_type: words.warning ? 'inquiry' : 'chargeback', network_reason_code: '10.4' }, type: 'card' },
        reason: words.reason || 'fraudulent', status,
    };
}

// Money that goes, or comes back, because of a dispute; the fee goes with it.
export function movement(of, amount, now) {
    return {
        id: new_id('txn'), object: 'balance_transaction', amount, available_on: now + 2 * DAY, created: now, currency: of.currency,
        description: `Chargeback ${amount < 0 ? 'withdrawal' : 'reversal'} for ${of.charge}`, exchange_rate: null, fee: amount < 0 ? 1500 : 0, fee_details: [],
        net: amount < 0 ? amount - 1500 : amount, reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal', source: of.id, status: 'pending', type: 'adjustment',
    };
}

export function fraud_warning(of, actionable, now) {
    return {
        id: new_id('issfr'), object: 'radar.early_fraud_warning', actionable, charge: of.id, created: now, fraud_type: 'made_with_stolen_card',
        livemode: of.livemode, payment_intent: of.payment_intent,
    };
}

export function event(type, object, previous, asked, now) {
    return {
        id: 'evt_' + letters(24), object: 'event', api_version: VERSION, created: now,
        data: { object: structuredClone(object), ...(previous ? { previous_attributes: previous } : {}) }, livemode: object.livemode ?? false,
        pending_webhooks: 1, request: { id: asked ? asked.id : null, idempotency_key: asked ? asked.key : null }, type,
    };
}
