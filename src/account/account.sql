-- name: account_find
SELECT id, role, state, created, password IS NOT NULL, totp IS NOT NULL FROM account WHERE id = ?1;

-- name: person_find
SELECT id, role, state, email, name, password, next_email, next_old_agreed, next_new_agreed, past_email, past_until,
       totp, totp_next, totp_step, created
FROM account WHERE id = ?1;

-- name: person_add
-- A second one with the same id does nothing: two sign-ups for one address may end here together.
INSERT INTO account (id, role, state, email, name, password, next_old_agreed, next_new_agreed, past_until, totp_step,
                     policy, terms, agreed, age_passed, news, turn, created, confirmed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, ?7, ?8, ?9, ?9, 0, 0, ?9, ?10)
ON CONFLICT (id) DO NOTHING;

-- name: person_again
UPDATE account SET email = ?2, name = ?3, password = ?4, policy = ?5, terms = ?6, agreed = ?7, age_passed = ?7, created = ?7
WHERE id = ?1 AND state = 'unconfirmed' AND confirmed = 0;

-- name: person_lock
-- Whoever changes what belongs to a person takes the row first, so that two never count at the same time.
UPDATE account SET turn = turn WHERE id = ?1 AND state = 'active';

-- name: person_confirm
UPDATE account SET state = 'active', confirmed = ?2 WHERE id = ?1 AND state = 'unconfirmed' AND confirmed = 0;

-- name: person_rename
UPDATE account SET name = ?2 WHERE id = ?1 AND state = 'active';

-- name: person_password
-- Only when it is still the one that was checked.
UPDATE account SET password = ?2
WHERE id = ?1 AND state = 'active' AND password = ?3;

-- name: person_password_first
UPDATE account SET password = ?2 WHERE id = ?1 AND state = 'active' AND password IS NULL;

-- name: person_password_reset
UPDATE account SET password = ?2 WHERE id = ?1 AND state = 'active';

-- name: person_list_unconfirmed
SELECT id FROM account WHERE state = 'unconfirmed' AND created <= ?1 ORDER BY created LIMIT 1000;

-- name: person_doom_unconfirmed
-- From here on it can be neither confirmed nor taken over by another sign-up.
UPDATE account SET confirmed = -1 WHERE id = ?1 AND state = 'unconfirmed' AND created <= ?2;

-- name: person_drop_unconfirmed
DELETE FROM account WHERE id = ?1 AND state = 'unconfirmed' AND confirmed = -1;

-- name: email_ask
UPDATE account SET next_email = ?2, next_old_agreed = 0, next_new_agreed = 0 WHERE id = ?1 AND state = 'active';

-- name: email_agree_old
UPDATE account SET next_old_agreed = ?3
WHERE id = ?1 AND state = 'active' AND next_email = ?2 AND next_new_agreed = 0;

-- name: email_agree_new
UPDATE account SET next_new_agreed = ?3
WHERE id = ?1 AND state = 'active' AND next_email = ?2 AND next_old_agreed = 0;

-- name: email_change
UPDATE account SET email = ?3, past_email = ?4, past_until = ?5,
                   next_email = NULL, next_old_agreed = 0, next_new_agreed = 0
WHERE id = ?1 AND state = 'active' AND next_email = ?2;

-- name: email_undo
UPDATE account SET email = ?3, past_email = NULL, past_until = 0,
                   next_email = NULL, next_old_agreed = 0, next_new_agreed = 0
WHERE id = ?1 AND state = 'active' AND past_email = ?2;

-- name: email_list_past
SELECT id, past_email, email FROM account WHERE past_until > 0 AND past_until <= ?1 ORDER BY id LIMIT 50;

-- name: email_forget_past
UPDATE account SET past_email = NULL, past_until = 0 WHERE id = ?1 AND past_email = ?2;

-- name: totp_begin
UPDATE account SET totp_next = ?2 WHERE id = ?1 AND state = 'active' AND totp IS NULL;

-- name: totp_confirm
UPDATE account SET totp = ?3, totp_next = NULL, totp_step = ?4 WHERE id = ?1 AND totp_next = ?2 AND totp IS NULL;

-- name: totp_take
-- Each step once, and none before it.
UPDATE account SET totp_step = ?2 WHERE id = ?1 AND totp IS NOT NULL AND totp_step < ?2;

-- name: totp_end
UPDATE account SET totp = NULL, totp_next = NULL, totp_step = 0 WHERE id = ?1 AND totp IS NOT NULL;

-- name: recovery_add
INSERT INTO recovery_code (hash, account) VALUES (?1, ?2);

-- name: recovery_take
DELETE FROM recovery_code WHERE hash = ?1 AND account = ?2;

-- name: recovery_drop
DELETE FROM recovery_code WHERE account = ?1;

-- name: session_add
INSERT INTO session (hash, account, id, browser, system, strength, created, seen, proved)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8);

-- name: session_trim
DELETE FROM session WHERE account = ?1
    AND id NOT IN (SELECT id FROM session WHERE account = ?1 ORDER BY created DESC, id DESC LIMIT 50);

-- name: session_find
SELECT s.account, s.id, s.strength, s.created, s.seen, s.proved
FROM session s JOIN account a ON a.id = s.account
WHERE s.hash = ?1 AND s.seen > ?2 AND s.created > ?3 AND a.state = 'active';

-- name: session_seen
UPDATE session SET seen = ?2 WHERE hash = ?1 AND seen < ?3;

-- name: session_list
SELECT id, strength, created, seen, proved, browser, system FROM session
WHERE account = ?1 AND seen > ?2 AND created > ?3 ORDER BY seen DESC, id DESC;

-- name: session_end
DELETE FROM session WHERE account = ?1 AND id = ?2;

-- name: session_end_hash
DELETE FROM session WHERE hash = ?1;

-- name: session_end_others
DELETE FROM session WHERE account = ?1 AND id <> ?2;

-- name: session_prove
UPDATE session SET hash = ?3, strength = ?4, proved = ?5, seen = ?5
WHERE id = ?2 AND account = ?1 AND seen > ?6 AND created > ?7;

-- name: session_sweep
DELETE FROM session WHERE seen <= ?1 OR created <= ?2;

-- name: token_add
INSERT INTO token (hash, account, purpose, created, expires) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: token_find
SELECT account FROM token WHERE hash = ?1 AND purpose = ?2 AND expires > ?3;

-- name: token_use
DELETE FROM token WHERE hash = ?1 AND purpose = ?2 AND expires > ?3 RETURNING account;

-- name: token_drop
DELETE FROM token WHERE account = ?1 AND purpose = ?2;

-- name: token_drop_all
DELETE FROM token WHERE account = ?1;

-- name: token_sweep
DELETE FROM token WHERE expires <= ?1;

-- name: api_token_add
INSERT INTO api_token (id, account, hash, name, scopes, cap, spent, created, used)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, 0
WHERE (SELECT COUNT(*) FROM api_token WHERE account = ?2) < 50;

-- name: api_token_find
SELECT t.id, t.account, t.scopes, t.cap, t.spent, t.created, t.used
FROM api_token t JOIN account a ON a.id = t.account
WHERE t.hash = ?1 AND a.state = 'active';

-- name: api_token_used
UPDATE api_token SET used = ?2 WHERE id = ?1 AND used < ?3;

-- name: api_token_list
SELECT id, name, scopes, cap, spent, created, used FROM api_token WHERE account = ?1 ORDER BY id DESC;

-- name: api_token_spend
UPDATE api_token SET spent = spent + ?2 WHERE id = ?1 AND (cap < 0 OR spent + ?2 <= cap);

-- name: api_token_unspend
UPDATE api_token SET spent = spent - ?2 WHERE id = ?1 AND spent >= ?2;

-- name: api_token_revoke
DELETE FROM api_token WHERE account = ?1 AND id = ?2;

-- name: throttle_take @sqlite
INSERT INTO throttle (key, level, at) VALUES (?1, ?2 * 1000 - 1000, ?4)
ON CONFLICT (key) DO UPDATE SET
    level = MIN(?2 * 1000, throttle.level + MAX(?4 - throttle.at, 0) * 1000 / ?3) - 1000, at = ?4
WHERE MIN(?2 * 1000, throttle.level + MAX(?4 - throttle.at, 0) * 1000 / ?3) >= 1000;

-- name: throttle_take @postgres
INSERT INTO throttle (key, level, at)
VALUES (?1, CAST(?2 AS BIGINT) * 1000 - 1000, CAST(?4 AS BIGINT))
ON CONFLICT (key) DO UPDATE SET
    level = LEAST(CAST(?2 AS BIGINT) * 1000, throttle.level + GREATEST(CAST(?4 AS BIGINT) - throttle.at, 0) * 1000 / CAST(?3 AS BIGINT)) - 1000,
    at = CAST(?4 AS BIGINT)
WHERE LEAST(CAST(?2 AS BIGINT) * 1000, throttle.level + GREATEST(CAST(?4 AS BIGINT) - throttle.at, 0) * 1000 / CAST(?3 AS BIGINT)) >= 1000;

-- name: throttle_find
SELECT level, at FROM throttle WHERE key = ?1;

-- name: throttle_count
-- A counter in the same table: failures one after the other.
INSERT INTO throttle (key, level, at) VALUES (?1, 1, ?2)
ON CONFLICT (key) DO UPDATE SET level = throttle.level + 1, at = ?2;

-- name: throttle_drop
DELETE FROM throttle WHERE key = ?1;

-- name: throttle_sweep
DELETE FROM throttle WHERE at <= ?1;

-- name: notice_add
INSERT INTO notice (id, account, kind, browser, system, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: notice_trim
DELETE FROM notice WHERE account = ?1
    AND id NOT IN (SELECT id FROM notice WHERE account = ?1 ORDER BY id DESC LIMIT 200);

-- name: notice_list
SELECT kind, browser, system, at FROM notice WHERE account = ?1 ORDER BY id DESC LIMIT ?2;

-- name: audit_add
INSERT INTO audit (id, staff, action, account, at) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: operator_count
SELECT COUNT(*) FROM account WHERE role = 'operator' AND state = 'active';

-- name: operator_add
UPDATE account SET role = 'operator' WHERE id = ?1 AND state = 'active' AND role <> 'operator';

-- name: operator_list
SELECT id FROM account WHERE role = 'operator' AND state = 'active' ORDER BY id LIMIT 50;

-- name: operator_offer
INSERT INTO fact (name, value) VALUES ('operator.first', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1;

-- name: operator_offered
SELECT value FROM fact WHERE name = 'operator.first';

-- name: operator_take
DELETE FROM fact WHERE name = 'operator.first' AND value = ?1;
