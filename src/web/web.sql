-- name: web_account_count
SELECT COUNT(*) FROM account WHERE state = 'active' AND role <> 'guest';

-- name: web_song_count
SELECT COUNT(*) FROM song WHERE trashed = 0;

-- name: web_job_count
SELECT COUNT(*) FROM job WHERE state = ?1;

-- name: web_attention_open
SELECT COUNT(*) FROM attention WHERE done = 0;

-- name: web_grants_waiting
SELECT COUNT(*) FROM credit_grant WHERE state = 'waiting';

-- What has become of a blob that somebody is reading.
-- name: web_blob
SELECT state, bytes FROM blob WHERE id = ?1;

-- name: web_ready
SELECT 1;

-- Who had news since, and the newest number of each.
-- name: web_news
SELECT account, MAX(number) FROM event WHERE at >= ?1 GROUP BY account ORDER BY account;
