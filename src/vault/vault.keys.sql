-- The keystore's statements.

-- name: vault_root_add
INSERT INTO root (id, wrapped, created) VALUES (1, ?1, ?2) ON CONFLICT (id) DO NOTHING;

-- name: vault_root_find
SELECT wrapped FROM root WHERE id = 1;

-- name: vault_epoch_add
INSERT INTO epoch (id, wrapped, created, replaced) VALUES (?1, ?2, ?3, 0) ON CONFLICT (id) DO NOTHING;

-- name: vault_epoch_newest
SELECT id FROM epoch ORDER BY id DESC LIMIT 1;

-- name: vault_epoch_find
SELECT wrapped FROM epoch WHERE id = ?1;

-- name: vault_epoch_in_use
SELECT COUNT(*) FROM epoch WHERE replaced = 0;

-- name: vault_epoch_replace
UPDATE epoch SET replaced = ?2 WHERE id < ?1 AND replaced = 0;

-- Never one that a person's key still needs.
-- name: vault_epoch_destroy
DELETE FROM epoch WHERE id < ?1 AND replaced > 0 AND replaced <= ?2
    AND NOT EXISTS (SELECT 1 FROM person_key WHERE person_key.epoch = epoch.id)
    RETURNING id;

-- name: vault_key_add
INSERT INTO person_key (account, class, epoch, wrapped, created) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: vault_key_find
SELECT epoch, wrapped FROM person_key WHERE account = ?1 AND class = ?2;

-- name: vault_key_list_old
SELECT account, class, epoch, wrapped FROM person_key
    WHERE epoch < ?1 AND (account, class) > (?2, ?3) ORDER BY account, class LIMIT 200;

-- name: vault_key_rewrap
UPDATE person_key SET epoch = ?1, wrapped = ?2 WHERE account = ?3 AND class = ?4 AND epoch = ?5;

-- name: vault_key_forget
DELETE FROM person_key WHERE account = ?1 AND class = ?2;

-- name: vault_account_list
SELECT DISTINCT account FROM person_key WHERE account > ?1 AND created < ?2 ORDER BY account LIMIT 500;

-- name: vault_address_add
INSERT INTO address (hash, account, created) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO NOTHING;

-- name: vault_address_find
SELECT account FROM address WHERE hash = ?1;

-- name: vault_address_drop
DELETE FROM address WHERE hash = ?1 AND account = ?2;

-- name: vault_address_forget
DELETE FROM address WHERE account = ?1;
