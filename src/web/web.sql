-- name: web_account_count
SELECT COUNT(*) FROM account WHERE state = 'active';

-- name: web_song_count
SELECT COUNT(*) FROM song WHERE trashed = 0;

-- name: web_job_count
SELECT COUNT(*) FROM job WHERE state = ?1;
