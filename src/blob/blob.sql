-- name: blob_add
INSERT INTO blob (id, account, song, job, kind, state, bytes, digest, checked, created)
    VALUES (?1, ?2, ?3, ?4, ?5, 'growing', 0, NULL, 0, ?6);

-- Condemned meanwhile: nothing changes, and the writer hears of it.
-- name: blob_settle
UPDATE blob SET state = 'whole', bytes = ?2, digest = ?3, checked = ?4 WHERE id = ?1 AND state = 'growing';

-- name: blob_newest
SELECT id, account, song, state, bytes FROM blob
    WHERE song = ?1 AND kind = ?2 AND state IN ('growing', 'whole') ORDER BY id DESC LIMIT 1;

-- name: blob_condemn
UPDATE blob SET state = 'condemned' WHERE id = ?1 AND state = 'growing';

-- name: blob_condemn_song
UPDATE blob SET state = 'condemned' WHERE song = ?1 AND state <> 'condemned';

-- name: blob_condemn_job
UPDATE blob SET state = 'condemned' WHERE job = ?1 AND state = 'growing';

-- name: blob_list_condemned
SELECT id FROM blob WHERE state = 'condemned' AND id > ?1 ORDER BY id LIMIT 200;

-- name: blob_list_stale
SELECT id FROM blob WHERE state = 'growing' AND created < ?1 AND id > ?2 ORDER BY id LIMIT 200;

-- name: blob_remove
DELETE FROM blob WHERE id = ?1 AND state = 'condemned';

-- name: blob_row
SELECT 1 FROM blob WHERE id = ?1;

-- name: blob_list_unchecked
SELECT id, bytes, digest FROM blob WHERE state = 'whole' ORDER BY checked, id LIMIT ?1;

-- name: blob_checked
UPDATE blob SET checked = ?2 WHERE id = ?1 AND state = 'whole';

-- name: blob_damaged
UPDATE blob SET state = 'damaged', checked = ?2 WHERE id = ?1 AND state = 'whole';
