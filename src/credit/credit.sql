-- Amounts come signed: ?2 for what may be spent, ?3 for what is held.

-- name: credit_take
UPDATE wallet SET credits = credits + ?2, held = held + ?3, lines = lines + 1
WHERE account = ?1 AND credits >= ?3 RETURNING credits, lines;

-- name: credit_change
INSERT INTO wallet (account, credits, held, lines) VALUES (?1, ?2, ?3, 1)
ON CONFLICT (account) DO UPDATE SET credits = wallet.credits + excluded.credits, held = wallet.held + excluded.held,
    lines = wallet.lines + 1
RETURNING credits, lines;

-- name: credit_settle
UPDATE wallet SET credits = credits + ?2, held = held + ?3, lines = lines + 1
WHERE account = ?1 AND held + ?3 >= 0 RETURNING credits, lines;

-- name: credit_undo
UPDATE wallet SET credits = credits - ?2, held = held - ?3, lines = lines - 1 WHERE account = ?1;

-- name: credit_lock
UPDATE wallet SET lines = lines WHERE account = ?1;

-- name: credit_line_add
INSERT INTO credit_line (account, number, kind, cause, step, source, target, amount, balance, why, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (kind, cause, step) DO NOTHING;

-- name: credit_line_there
SELECT 1 FROM credit_line WHERE kind = ?1 AND cause = ?2 AND step = ?3;

-- name: credit_wallet
SELECT credits, held, lines FROM wallet WHERE account = ?1;

-- name: credit_open
INSERT INTO wallet (account, credits, held, lines) VALUES (?1, 0, 0, 0) ON CONFLICT (account) DO NOTHING;

-- name: credit_lines
SELECT number, kind, cause, step, source, target, amount, balance, why, at FROM credit_line
WHERE account = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3;

-- name: credit_sum
SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM credit_line WHERE kind = ?1 AND cause = ?2;

-- name: credit_charged
SELECT amount FROM credit_line WHERE kind = 'charge' AND cause = ?1 AND step = 0 AND account = ?2;

-- name: credit_given_back
SELECT COUNT(*) FROM credit_line WHERE account = ?1 AND at > ?2 AND kind = 'give-back';

-- ---- grants

-- name: grant_add
INSERT INTO credit_grant (id, account, kind, origin, amount, reason, staff, agreed, state, created, ended)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10)
ON CONFLICT (account, kind, origin) DO NOTHING;

-- name: grant_decide
UPDATE credit_grant SET state = ?2, agreed = ?3, ended = ?4
WHERE id = ?1 AND state = 'waiting' AND staff <> ?3 AND account <> ?3 RETURNING account, amount;

-- name: grant_find
SELECT id, account, kind, amount, reason, staff, agreed, state, created, ended, origin FROM credit_grant WHERE id = ?1;

-- name: grant_list_waiting
SELECT id, account, kind, amount, reason, staff, agreed, state, created, ended, origin FROM credit_grant
WHERE state = 'waiting' ORDER BY id LIMIT 200;

-- ---- codes

-- name: code_add
INSERT INTO credit_code (id, word, amount, uses, used, ends, closed, staff, created)
VALUES (?1, ?2, ?3, ?4, 0, ?5, 0, ?6, ?7) ON CONFLICT (word) DO NOTHING;

-- name: code_list
SELECT id, word, amount, uses, used, ends, closed FROM credit_code ORDER BY id DESC LIMIT 200;

-- name: code_read
SELECT id, word, amount, uses, used, ends, closed FROM credit_code WHERE id = ?1;

-- name: code_close
UPDATE credit_code SET closed = ?2 WHERE id = ?1 AND closed = 0;

-- name: code_find
SELECT id, amount FROM credit_code WHERE word = ?1 AND closed = 0 AND used < uses AND (ends = 0 OR ends > ?2);

-- One more use, while there are any; the row stays locked to the end of the transaction.
-- name: code_take
UPDATE credit_code SET used = used + 1 WHERE id = ?1 AND closed = 0 AND used < uses AND (ends = 0 OR ends > ?2);

-- ---- what must hold. Each gives the ids for which it does not.

-- name: check_wallet
SELECT w.account FROM wallet w LEFT JOIN (
    SELECT account, SUM(CASE WHEN target = 'person' THEN amount WHEN source = 'person' THEN -amount ELSE 0 END) AS credits,
        SUM(CASE WHEN target = 'held' THEN amount WHEN source = 'held' THEN -amount ELSE 0 END) AS held,
        COUNT(*) AS lines, MIN(number) AS oldest, MAX(number) AS newest
    FROM credit_line GROUP BY account) l ON l.account = w.account
WHERE w.credits <> COALESCE(l.credits, 0) OR w.held <> COALESCE(l.held, 0) OR w.lines <> COALESCE(l.lines, 0)
    OR w.lines <> COALESCE(l.newest, 0) OR l.oldest <> 1 LIMIT 100;

-- name: check_line_wallet
SELECT DISTINCT account FROM credit_line l WHERE NOT EXISTS (SELECT 1 FROM wallet w WHERE w.account = l.account) LIMIT 100;

-- The balance that a line says is the one before it and its own change.
-- name: check_running
SELECT account FROM (
    SELECT account, number, balance,
        CASE WHEN target = 'person' THEN amount WHEN source = 'person' THEN -amount ELSE 0 END AS change,
        COALESCE(LAG(balance) OVER (PARTITION BY account ORDER BY number), 0) AS earlier
    FROM credit_line) l WHERE balance <> earlier + change LIMIT 100;

-- Only a hold, a refund and a dispute lower a balance, and a hold never below 0.
-- name: check_below
SELECT account FROM credit_line WHERE kind = 'hold' AND balance < 0 LIMIT 100;

-- What can happen once to its cause has no steps.
-- name: check_once
SELECT cause FROM credit_line
WHERE step <> 0 AND kind IN ('hold', 'charge', 'return', 'give-back', 'purchase', 'grant') LIMIT 100;

-- Each kind moves between its own two books.
-- name: check_books
SELECT account FROM credit_line WHERE kind || ' ' || source || ' ' || target NOT IN (
    'hold person held', 'charge held spent', 'return held person', 'give-back spent person',
    'purchase purchased person', 'refund person refunded', 'refund-reversed refunded person',
    'dispute person disputed', 'dispute-released disputed person', 'grant granted person') LIMIT 100;

-- A grant that was given has its one line, and no other has one.
-- name: check_grant
SELECT g.id FROM credit_grant g WHERE (g.state = 'given') <> EXISTS (
    SELECT 1 FROM credit_line l WHERE l.kind = 'grant' AND l.cause = g.id AND l.account = g.account AND l.amount = g.amount) LIMIT 100;

-- name: check_grant_line
SELECT l.cause FROM credit_line l WHERE l.kind = 'grant' AND NOT EXISTS (
    SELECT 1 FROM credit_grant g WHERE g.id = l.cause AND g.state = 'given') LIMIT 100;

-- What was held is charged or returned, once, and as it was held.
-- name: check_settled
SELECT l.cause FROM credit_line l WHERE l.kind IN ('charge', 'return') AND NOT EXISTS (
    SELECT 1 FROM credit_line h WHERE h.kind = 'hold' AND h.cause = l.cause AND h.account = l.account AND h.amount = l.amount)
LIMIT 100;

-- name: check_twice
SELECT c.cause FROM credit_line c JOIN credit_line r ON r.kind = 'return' AND r.cause = c.cause
WHERE c.kind = 'charge' LIMIT 100;

-- name: check_back
SELECT b.cause FROM credit_line b WHERE b.kind = 'give-back' AND NOT EXISTS (
    SELECT 1 FROM credit_line c WHERE c.kind = 'charge' AND c.cause = b.cause AND c.account = b.account AND c.amount = b.amount)
LIMIT 100;

-- name: check_code
SELECT c.id FROM credit_code c WHERE c.used <> (
    SELECT COUNT(*) FROM credit_grant g WHERE g.kind = 'code' AND g.origin = c.id) LIMIT 100;
