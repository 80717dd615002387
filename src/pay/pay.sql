-- name: purchase_add
INSERT INTO purchase (id, account, state, pack, title, credits, price, currency, live, once, session, intent, charge,
    paid_amount, paid_currency, refunded, dispute, dispute_state, evidence_due, step, fence, asked, seen, due, attempts,
    trouble, created, expires, paid)
SELECT ?1, ?2, 'new', ?3, ?4, ?5, ?6, ?7, ?8, ?9, '', '', '', 0, '', 0, '', '', 0, 0, 0, 0, 0, 0, 0, '', ?10, 0, 0
WHERE (SELECT COUNT(*) FROM purchase WHERE account = ?2 AND created > ?11) < ?12;

-- name: purchase_once
SELECT id FROM purchase WHERE account = ?1 AND once = ?2;

-- name: purchase_find
SELECT id, account, state, pack, title, credits, price, currency, live, session, intent, charge, link, paid_amount,
    paid_currency, refunded, dispute, dispute_state, evidence_due, billing, step, fence, asked, seen, attempts, trouble,
    created, expires, paid
FROM purchase WHERE id = ?1;

-- name: purchase_list
SELECT id, account, state, pack, title, credits, price, currency, live, session, intent, charge, link, paid_amount,
    paid_currency, refunded, dispute, dispute_state, evidence_due, billing, step, fence, asked, seen, attempts, trouble,
    created, expires, paid
FROM purchase WHERE account = ?1 ORDER BY id DESC LIMIT ?2;

-- name: purchase_list_all
SELECT id, account, state, pack, title, credits, price, currency, live, session, intent, charge, link, paid_amount,
    paid_currency, refunded, dispute, dispute_state, evidence_due, billing, step, fence, asked, seen, attempts, trouble,
    created, expires, paid
FROM purchase WHERE CAST(?1 AS BIGINT) = 0 OR trouble <> '' OR state = 'awaiting'
    OR dispute_state IN ('needs_response', 'under_review', 'warning_needs_response', 'warning_under_review')
ORDER BY id DESC LIMIT ?2;

-- name: purchase_open
UPDATE purchase SET state = 'open', session = ?2, link = ?3, expires = ?4, trouble = '' WHERE id = ?1 AND state = 'new' AND session = '';

-- Why it could not begin; its page tells.
-- name: purchase_not_open
UPDATE purchase SET trouble = ?2 WHERE id = ?1 AND state = 'new' AND session = '';

-- What Stripe has and we never kept: its session, without a link.
-- name: purchase_found
UPDATE purchase SET state = 'open', session = ?2, asked = asked + 1 WHERE id = ?1 AND session = '';

-- name: purchase_look
UPDATE purchase SET asked = asked + 1, due = CASE WHEN due > ?2 AND asked > seen THEN due ELSE ?2 END WHERE id = ?1;

-- name: purchase_look_over
UPDATE purchase SET asked = asked + 1, due = ?1
WHERE asked = seen AND (state = 'new' AND created < CAST(?1 AS BIGINT) - 86400000 OR state = 'open' AND expires < ?1);

-- name: purchase_list_due
SELECT id FROM purchase WHERE asked > seen AND due <= ?1 ORDER BY due LIMIT ?2;

-- name: purchase_list_recent
SELECT id FROM purchase WHERE session <> '' AND (created > ?1 OR paid > ?1 OR state IN ('open', 'awaiting')
    OR EXISTS (SELECT 1 FROM stripe_event e WHERE e.purchase = purchase.id AND e.received > ?1)) ORDER BY id;

-- Whoever raised it last asked Stripe last.
-- name: purchase_fence
UPDATE purchase SET fence = fence + 1 WHERE id = ?1
RETURNING id, account, state, pack, title, credits, price, currency, live, session, intent, charge, link, paid_amount,
    paid_currency, refunded, dispute, dispute_state, evidence_due, billing, step, fence, asked, seen, attempts, trouble,
    created, expires, paid;

-- name: purchase_hold
UPDATE purchase SET fence = fence WHERE id = ?1 AND fence = ?2;

-- name: purchase_step
UPDATE purchase SET step = ?2 WHERE id = ?1;

-- name: purchase_write
UPDATE purchase SET state = ?2, intent = ?3, charge = ?4, paid_amount = ?5, paid_currency = ?6, refunded = ?7,
    dispute = ?8, dispute_state = ?9, evidence_due = ?10, billing = ?11, step = ?12, seen = ?13, paid = ?14, expires = ?15,
    link = CASE WHEN ?2 = 'open' THEN link ELSE NULL END, attempts = 0, trouble = ''
WHERE id = ?1;

-- name: purchase_trouble
UPDATE purchase SET trouble = ?3, attempts = attempts + 1, due = ?4 WHERE id = ?1 AND fence = ?2;

-- name: purchase_unopened
UPDATE purchase SET state = ?3, seen = ?4 WHERE id = ?1 AND fence = ?2 AND session = '';

-- ---- refunds

-- name: refund_add
INSERT INTO refund (id, purchase, credits, amount, state, remote, once, staff, created, ended)
VALUES (?1, ?2, ?3, ?4, 'asked', '', ?5, ?6, ?7, 0);

-- name: refund_once
SELECT id FROM refund WHERE purchase = ?1 AND once = ?2;

-- Of one purchase what Stripe may not know yet; of all (0) what has to be sent.
-- name: refund_list_open
SELECT id, purchase, credits, amount, state, remote, created FROM refund
WHERE (purchase = ?1 AND state IN ('asked', 'sent')) OR (?1 = 0 AND state = 'asked' AND created < ?2) ORDER BY id LIMIT 100;

-- name: refund_end
UPDATE refund SET state = ?2, remote = CASE WHEN ?3 = '' THEN remote ELSE ?3 END, ended = ?4
WHERE id = ?1 AND state IN ('asked', 'sent');

-- ---- events

-- name: event_store
INSERT INTO stripe_event (id, type, object, session, intent, charge, purchase, status, until, digest, state, due,
    attempts, created, received)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, ?12)
ON CONFLICT (id) DO NOTHING;

-- name: event_list_waiting
SELECT id, type, object, session, intent, charge, purchase, status, until, attempts FROM stripe_event
WHERE state = 'waiting' AND due <= ?1 ORDER BY due, id LIMIT ?2;

-- name: event_mark_end
UPDATE stripe_event SET state = ?2, purchase = ?3, due = ?4, attempts = attempts + 1 WHERE id = ?1;

-- name: event_sweep_old
DELETE FROM stripe_event WHERE received < ?1 AND state <> 'waiting';

-- name: purchase_of_event
SELECT id FROM purchase WHERE id = ?1 OR (session = ?2 AND session <> '') OR (intent = ?3 AND intent <> '')
    OR (charge = ?4 AND charge <> '') ORDER BY id LIMIT 1;

-- ---- receipts

-- name: receipt_number
UPDATE counter SET value = value + 1 WHERE name = 'receipt' RETURNING value;

-- name: receipt_add
INSERT INTO receipt (number, kind, purchase, step, account, title, credits, amount, currency, seller, tax_line, billing,
    live, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: receipt_find
SELECT number, kind, purchase, step, account, title, credits, amount, currency, seller, tax_line, billing, live, at
FROM receipt WHERE account = ?1 AND number = ?2;

-- name: receipt_list
SELECT number, kind, purchase, step, account, title, credits, amount, currency, seller, tax_line, billing, live, at
FROM receipt WHERE account = ?1 ORDER BY number DESC LIMIT ?2;

-- name: receipt_list_of
SELECT number, kind, purchase, step, account, title, credits, amount, currency, seller, tax_line, billing, live, at
FROM receipt WHERE purchase = ?1 ORDER BY number LIMIT ?2;

-- ---- the operator

-- name: attention_add
INSERT INTO attention (id, kind, purchase, cause, until, created, told, done, staff)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0) ON CONFLICT (cause) DO NOTHING;

-- name: attention_list
SELECT id, kind, purchase, until, created FROM attention WHERE done = 0 ORDER BY id DESC LIMIT 200;

-- name: attention_untold
SELECT id, kind, cause FROM attention WHERE told = 0 ORDER BY id LIMIT 20;

-- name: attention_told
UPDATE attention SET told = 1 WHERE id = ?1;

-- name: attention_done
UPDATE attention SET done = ?2, staff = ?3 WHERE id = ?1 AND done = 0;

-- name: reconciliation_add
INSERT INTO reconciliation (id, since, purchases, events, differences, repaired, finished)
VALUES (?1, ?2, 0, 0, 0, 0, 0);

-- name: reconciliation_end
UPDATE reconciliation SET purchases = ?2, events = ?3, differences = ?4, repaired = ?5, finished = ?6 WHERE id = ?1;

-- name: reconciliation_last
SELECT id, since, purchases, events, differences, repaired, finished FROM reconciliation ORDER BY id DESC LIMIT 1;

-- name: night_take
INSERT INTO counter (name, value) VALUES ('night', ?1)
ON CONFLICT (name) DO UPDATE SET value = ?1 WHERE counter.value < ?2 OR counter.value > ?1 + 60000;

-- ---- what must hold

-- name: check_purchase
SELECT p.id FROM purchase p WHERE (p.state = 'paid') <> EXISTS (
    SELECT 1 FROM credit_line l WHERE l.kind = 'purchase' AND l.cause = p.id AND l.account = p.account AND l.amount = p.credits)
LIMIT 100;

-- name: check_purchase_line
SELECT l.cause FROM credit_line l WHERE l.kind IN ('purchase', 'refund', 'refund-reversed', 'dispute', 'dispute-released')
    AND NOT EXISTS (SELECT 1 FROM purchase p WHERE p.id = l.cause AND p.account = l.account) LIMIT 100;

-- name: check_refunded
SELECT p.id FROM purchase p WHERE COALESCE((
    SELECT SUM(CASE WHEN l.kind IN ('refund', 'dispute') THEN l.amount ELSE -l.amount END) FROM credit_line l
    WHERE l.cause = p.id AND l.kind IN ('refund', 'refund-reversed', 'dispute', 'dispute-released')), 0)
    NOT BETWEEN 0 AND p.credits LIMIT 100;

-- name: check_receipt
SELECT l.cause FROM credit_line l WHERE l.kind = 'purchase' AND NOT EXISTS (
    SELECT 1 FROM receipt r WHERE r.purchase = l.cause AND r.kind = 'sale' AND r.account = l.account AND r.credits = l.amount)
LIMIT 100;

-- name: check_receipt_sale
SELECT r.number FROM receipt r WHERE r.kind = 'sale' AND NOT EXISTS (
    SELECT 1 FROM credit_line l JOIN purchase p ON p.id = l.cause WHERE l.kind = 'purchase' AND l.cause = r.purchase
        AND l.account = r.account AND l.amount = r.credits AND p.paid_amount = r.amount) LIMIT 100;

-- name: check_receipt_sum
SELECT p.id FROM purchase p WHERE p.refunded <> COALESCE((
    SELECT SUM(r.amount) FROM receipt r WHERE r.purchase = p.id AND r.kind = 'refund'), 0) LIMIT 100;

-- name: check_receipt_gap
SELECT r.number FROM receipt r WHERE r.number > 1 AND NOT EXISTS (
    SELECT 1 FROM receipt b WHERE b.number = r.number - 1) LIMIT 100;

-- name: check_receipt_count
SELECT c.value FROM counter c WHERE c.name = 'receipt' AND c.value <> COALESCE((SELECT MAX(number) FROM receipt), 0) LIMIT 100;
