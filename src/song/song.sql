-- name: song_add
INSERT INTO song (id, account, root, parent, folder, favourite, state, title, named, prompt, seed, engine, length_ms,
                  lufs_milli, created, trashed)
VALUES (?1, ?2, ?3, ?4, NULL, 0, 'making', ?5, ?6, ?7, ?8, ?9, 0, 0, ?10, 0);

-- name: song_words_add
INSERT INTO song_words (song, settings, lyrics, brief) VALUES (?1, ?2, ?3, NULL);

-- name: song_root
SELECT root FROM song WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?3);

-- name: song_find
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed, lyrics, settings, brief
FROM song JOIN song_words ON song_words.song = song.id
WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?3);

-- name: song_page
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song WHERE account = ?1 AND trashed = 0 AND id < ?2 ORDER BY id DESC LIMIT ?3;

-- Left alone, SQLite would walk over all of a person's songs, which lie side by side, rather than use an index.
-- name: song_page_favourites @sqlite
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song INDEXED BY song_favourite WHERE account = ?1 AND favourite = 1 AND trashed = 0 AND id < ?2
ORDER BY id DESC LIMIT ?3;

-- name: song_page_favourites @postgres
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song WHERE account = ?1 AND favourite = 1 AND trashed = 0 AND id < ?2 ORDER BY id DESC LIMIT ?3;

-- name: song_page_folder @sqlite
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song INDEXED BY song_folder WHERE account = ?1 AND folder = ?4 AND favourite >= ?5 AND trashed = 0 AND id < ?2
ORDER BY id DESC LIMIT ?3;

-- name: song_page_folder @postgres
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song WHERE account = ?1 AND folder = ?4 AND favourite >= ?5 AND trashed = 0 AND id < ?2
ORDER BY id DESC LIMIT ?3;

-- name: song_page_bin @sqlite
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song INDEXED BY song_bin WHERE account = ?1 AND trashed > 0 AND trashed > ?6 AND id < ?2
    AND (CAST(?4 AS BIGINT) = 0 OR folder = CAST(?4 AS BIGINT)) AND favourite >= ?5
ORDER BY id DESC LIMIT ?3;

-- name: song_page_bin @postgres
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song WHERE account = ?1 AND trashed > 0 AND trashed > ?6 AND id < ?2
    AND (CAST(?4 AS BIGINT) = 0 OR folder = CAST(?4 AS BIGINT)) AND favourite >= ?5
ORDER BY id DESC LIMIT ?3;

-- The newest versions of one tree, those in the bin as well: they may be somebody's parents.
-- name: song_tree @sqlite
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song INDEXED BY song_root WHERE root = ?1 AND account = ?2 ORDER BY id DESC LIMIT ?3;

-- name: song_tree @postgres
SELECT id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song WHERE root = ?1 AND account = ?2 ORDER BY id DESC LIMIT ?3;

-- name: song_rename
UPDATE song SET title = ?3, named = 1 WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?4);

-- name: song_favourite
UPDATE song SET favourite = ?3 WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?4);

-- name: song_move_in
UPDATE song SET folder = ?3 WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?4)
    AND EXISTS (SELECT 1 FROM folder WHERE folder.id = ?3 AND folder.account = ?2);

-- name: song_move_out
UPDATE song SET folder = NULL WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?3);

-- A title that a person gave stays.
-- name: song_composed
UPDATE song SET title = CASE WHEN named = 1 THEN title ELSE COALESCE(?2, title) END, length_ms = ?3 WHERE id = ?1;

-- name: song_understood
UPDATE song_words SET brief = ?2 WHERE song = ?1;

-- name: song_ended
UPDATE song SET state = ?2, lufs_milli = ?3 WHERE id = ?1;

-- ---- the bin

-- The first time counts, so that deleting twice does not lengthen the 30 days.
-- name: song_trash
UPDATE song SET trashed = CASE WHEN trashed = 0 THEN ?3 ELSE trashed END
WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?4);

-- name: song_untrash
UPDATE song SET trashed = 0 WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?3);

-- name: song_purge_look
SELECT root, parent, state FROM song WHERE id = ?1 AND account = ?2;

-- name: song_adopt @sqlite
UPDATE song INDEXED BY song_root SET parent = ?3 WHERE account = ?4 AND root = ?2 AND parent = ?1;

-- name: song_adopt @postgres
UPDATE song SET parent = ?3 WHERE account = ?4 AND root = ?2 AND parent = ?1;

-- name: song_remove
DELETE FROM song WHERE id = ?1 AND account = ?2 AND state <> 'making';

-- name: song_over
SELECT id, account FROM song WHERE trashed > 0 AND trashed <= ?1 AND state <> 'making' ORDER BY trashed LIMIT ?2;

-- ---- folders

-- Locks the person's row until the transaction ends, so that two tabs cannot make the same folder.
-- name: folder_lock
UPDATE account SET id = id WHERE id = ?1;

-- name: folder_add
INSERT INTO folder (id, account, name, created) VALUES (?1, ?2, ?3, ?4);

-- name: folder_rename
UPDATE folder SET name = ?3 WHERE id = ?1 AND account = ?2;

-- name: folder_remove
DELETE FROM folder WHERE id = ?1 AND account = ?2;

-- name: folder_list
SELECT id, name, (SELECT COUNT(*) FROM song WHERE song.folder = folder.id AND song.account = folder.account
    AND song.trashed = 0)
FROM folder WHERE account = ?1 ORDER BY id;

-- name: folder_names
SELECT id, name FROM folder WHERE account = ?1 ORDER BY id;

-- ---- tags

-- name: tag_names
SELECT id, name FROM tag WHERE account = ?1 ORDER BY id;

-- name: tag_counts
SELECT song_tag.tag, COUNT(*) FROM tag JOIN song_tag ON song_tag.tag = tag.id JOIN song ON song.id = song_tag.song
WHERE tag.account = ?1 AND song.trashed = 0 GROUP BY song_tag.tag;

-- name: tag_add
INSERT INTO tag (id, account, name, created) VALUES (?1, ?2, ?3, ?4);

-- name: tag_sweep
DELETE FROM tag WHERE account = ?1 AND NOT EXISTS (SELECT 1 FROM song_tag WHERE song_tag.tag = tag.id);

-- Whether it came to be or was there, one row has changed.
-- name: song_tag
INSERT INTO song_tag (tag, song)
SELECT tag.id, song.id FROM tag JOIN song ON song.account = tag.account
WHERE tag.id = ?3 AND song.id = ?1 AND song.account = ?2 AND (song.trashed = 0 OR song.trashed > ?4)
ON CONFLICT (tag, song) DO UPDATE SET song = excluded.song;

-- name: song_tag_count
SELECT COUNT(*) FROM song_tag WHERE song = ?1;

-- name: song_untag
DELETE FROM song_tag WHERE song = ?1 AND tag = ?2;

-- name: song_touch
UPDATE song SET id = id WHERE id = ?1 AND account = ?2 AND (trashed = 0 OR trashed > ?3);

-- name: tags_of
SELECT song, tag FROM song_tag
WHERE song IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20);

-- name: song_page_tag
SELECT song.id, root, parent, account, folder, favourite, state, title, prompt, seed, engine, length_ms, lufs_milli,
       created, trashed
FROM song_tag JOIN song ON song.id = song_tag.song
WHERE song_tag.tag = ?4 AND song_tag.song < ?2 AND song.account = ?1 AND song.trashed = 0 AND favourite >= ?5
    AND (CAST(?6 AS BIGINT) = 0 OR folder = CAST(?6 AS BIGINT))
ORDER BY song_tag.song DESC LIMIT ?3;

-- ---- sharing

-- A link that is over does not come back: it gets a new secret.
-- name: share_put
INSERT INTO share (song, account, hash, secret, expires, created)
SELECT id, account, ?3, ?4, ?5, ?6 FROM song WHERE id = ?1 AND account = ?2 AND trashed = 0
ON CONFLICT (song) DO UPDATE SET
    hash = CASE WHEN share.expires > excluded.created THEN share.hash ELSE excluded.hash END,
    secret = CASE WHEN share.expires > excluded.created THEN share.secret ELSE excluded.secret END,
    created = CASE WHEN share.expires > excluded.created THEN share.created ELSE excluded.created END,
    expires = excluded.expires
RETURNING secret, expires;

-- name: share_find
SELECT share.secret, share.expires FROM share JOIN song ON song.id = share.song
WHERE share.song = ?1 AND share.account = ?2 AND share.expires > ?3 AND song.trashed = 0;

-- name: share_remove
DELETE FROM share WHERE song = ?1 AND account = ?2;

-- name: share_remove_over
DELETE FROM share WHERE expires <= ?1;

-- name: share_open
SELECT song.id, song.root, song.account, song.state, song.title, song_words.lyrics, song.engine, song.length_ms,
       song.lufs_milli, song.created
FROM share JOIN song ON song.id = share.song JOIN song_words ON song_words.song = song.id JOIN account ON account.id = song.account
WHERE share.hash = ?1 AND share.expires > ?2 AND song.trashed = 0 AND account.state <> 'closed';
