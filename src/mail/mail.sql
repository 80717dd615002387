-- name: mail_post
-- One mail for one cause: a second order for it does nothing.
INSERT INTO mail (id, account, kind, cause, body, state, attempts, due, lease, reply, created, sent)
VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', 0, ?6, 0, 0, ?6, 0)
ON CONFLICT (cause) DO NOTHING;

-- name: mail_lease @sqlite
UPDATE mail SET lease = ?2, attempts = attempts + 1
WHERE id = (SELECT id FROM mail WHERE state = 'waiting' AND due <= ?1 AND lease <= ?1 ORDER BY due, id LIMIT 1)
RETURNING id, account, kind, body, attempts, created;

-- name: mail_lease @postgres
UPDATE mail SET lease = ?2, attempts = attempts + 1
WHERE id = (SELECT id FROM mail WHERE state = 'waiting' AND due <= ?1 AND lease <= ?1 ORDER BY due, id LIMIT 1
            FOR UPDATE SKIP LOCKED)
RETURNING id, account, kind, body, attempts, created;

-- name: mail_later
-- The number of the attempt is the fence: a sender whose lease ran out changes nothing.
UPDATE mail SET due = ?3, lease = 0, reply = ?4 WHERE id = ?1 AND attempts = ?2 AND state = 'waiting';

-- name: mail_end
UPDATE mail SET state = ?3, reply = ?4, sent = ?5, lease = 0, body = NULL
WHERE id = ?1 AND attempts = ?2 AND state = 'waiting';

-- name: mail_list_shown
SELECT id, account, kind, sent FROM mail WHERE state = 'shown' ORDER BY id DESC LIMIT ?1;

-- name: mail_count
SELECT state, COUNT(*) FROM mail GROUP BY state;

-- name: mail_body
SELECT body, state, reply FROM mail WHERE id = ?1;
