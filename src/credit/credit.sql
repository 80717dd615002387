-- name: credit_take
UPDATE account SET credits = credits - ?2 WHERE id = ?1 AND credits >= ?2;

-- name: credit_give
UPDATE account SET credits = credits + ?2 WHERE id = ?1;

-- name: credit_line_add
INSERT INTO credit_line (id, account, job, kind, amount, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (job, kind) DO NOTHING;

-- name: credit_balance
SELECT credits FROM account WHERE id = ?1;
