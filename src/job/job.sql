-- Whatever a worker writes says which attempt it is, and that the job still runs.

-- ---- asking

-- The person's row is locked from here to the end of the transaction, so a person's jobs come one after the other.
-- name: job_news
UPDATE account SET news = news + 1 WHERE id = ?1 RETURNING news, turn;

-- name: job_turn
UPDATE account SET turn = ?2 WHERE id = ?1;

-- Whose turn is next; how many of this person are open, and how many of them wait.
-- name: job_place
SELECT COALESCE((SELECT turn FROM job WHERE state = 'queued' ORDER BY turn, id LIMIT 1), 0),
       (SELECT COUNT(*) FROM job WHERE account = ?1 AND ended = 0),
       (SELECT COUNT(*) FROM job WHERE account = ?1 AND ended = 0 AND state = 'queued'),
       COALESCE((SELECT created FROM job WHERE account = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2), 0);

-- name: job_add
INSERT INTO job (id, account, song, kind, state, stage, progress, turn, attempt, lease, due, stop, reason, credits,
                 once, request, token, created, started, ended)
VALUES (?1, ?2, ?3, ?4, 'queued', 'waiting', 0, ?5, 0, 0, 0, 0, '', ?6, ?7, ?8, ?9, ?10, 0, 0);

-- ---- looking

-- name: job_once
SELECT id, song, account, state, kind, stage, reason, progress, attempt, credits, turn, created, ended, request
FROM job WHERE account = ?1 AND once = ?2;

-- name: job_find
SELECT id, song, account, state, kind, stage, reason, progress, attempt, credits, turn, created, ended
FROM job WHERE id = ?1 AND account = ?2;

-- name: job_of_song
SELECT id, song, account, state, kind, stage, reason, progress, attempt, credits, turn, created, ended
FROM job WHERE song = ?1 ORDER BY id DESC LIMIT 1;

-- name: job_that_made
SELECT id, song, account, state, kind, stage, reason, progress, attempt, credits, turn, created, ended
FROM job WHERE song = ?1 AND kind = 'song' ORDER BY id DESC LIMIT 1;

-- What was asked for at once came to be in one moment, in one tree.
-- name: job_variants
SELECT job.id, job.song, job.account, job.state, job.kind, job.stage, job.reason, job.progress, job.attempt, job.credits,
       job.turn, job.created, job.ended
FROM job JOIN song ON song.id = job.song
WHERE job.account = ?1 AND job.id >= ?2 AND job.created = ?3 AND job.kind = 'song'
    AND song.root = (SELECT root FROM song AS first WHERE first.id = ?4)
ORDER BY job.id LIMIT ?5;

-- name: job_stems_of_song
SELECT id, song, account, state, kind, stage, reason, progress, attempt, credits, turn, created, ended
FROM job WHERE song = ?1 AND kind = 'stems' AND state IN ('queued', 'running', 'done') ORDER BY id DESC LIMIT 1;

-- name: job_list_open
SELECT id, song, account, state, kind, stage, reason, progress, attempt, credits, turn, created, ended
FROM job WHERE account = ?1 AND ended = 0 ORDER BY id;

-- Beyond a thousand the number says nothing more.
-- name: job_ahead
SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state = 'queued' AND (turn < ?1 OR (turn = ?1 AND id < ?2)) LIMIT 1000) AS before;

-- ---- cancelling

-- name: job_mark_stop
UPDATE job SET stop = 1 WHERE id = ?1 AND account = ?2 AND ended = 0 RETURNING state, song, kind, attempt, credits, token;

-- name: job_cancel_queued
UPDATE job SET state = 'cancelled', stage = 'done', reason = 'cancelled', ended = ?2 WHERE id = ?1 AND state = 'queued';

-- ---- working

-- What is due more than a minute from now was put off before the clock was set back.
-- name: job_waiting
SELECT id FROM job WHERE state = 'queued' AND (due <= ?1 OR due > ?1 + 60000) ORDER BY turn, id LIMIT 1;

-- name: job_claim @sqlite
UPDATE job SET state = 'running', stage = 'composing', progress = 0, attempt = attempt + 1, lease = ?2,
    started = CASE WHEN started = 0 THEN ?1 ELSE started END
WHERE id = (SELECT id FROM job WHERE state = 'queued' AND (due <= ?1 OR due > ?1 + 60000) ORDER BY turn, id LIMIT 1)
RETURNING id, account, song, kind, attempt, credits, token, stop;

-- name: job_claim @postgres
UPDATE job SET state = 'running', stage = 'composing', progress = 0, attempt = attempt + 1, lease = ?2,
    started = CASE WHEN started = 0 THEN ?1 ELSE started END
WHERE id = (SELECT id FROM job WHERE state = 'queued' AND (due <= ?1 OR due > ?1 + 60000) ORDER BY turn, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, account, song, kind, attempt, credits, token, stop;

-- name: job_beat
UPDATE job SET lease = ?3 WHERE id = ?1 AND attempt = ?2 AND state = 'running' RETURNING stop;

-- name: job_tell
UPDATE job SET stage = ?3, progress = ?4 WHERE id = ?1 AND attempt = ?2 AND state = 'running' RETURNING stop;

-- A job whose owner wants it stopped is not done any more.
-- name: job_done
UPDATE job SET state = 'done', stage = 'done', progress = 1000, lease = 0, ended = ?3
WHERE id = ?1 AND attempt = ?2 AND state = 'running' AND stop = 0;

-- name: job_end
UPDATE job SET state = ?3, stage = 'done', reason = ?4, lease = 0, ended = ?5
WHERE id = ?1 AND attempt = ?2 AND state = 'running' AND lease < ?6;

-- name: job_again
UPDATE job SET state = 'queued', stage = 'waiting', progress = 0, lease = 0, due = ?3
WHERE id = ?1 AND attempt = ?2 AND state = 'running' AND stop = 0 AND lease < ?4;

-- Over, or so far ahead that the clock must have been set back.
-- name: job_list_over
SELECT id, account, song, kind, attempt, credits, token, stop, lease FROM job
WHERE state = 'running' AND (lease < ?1 OR lease > ?2) ORDER BY lease LIMIT 50;

-- It lasts as long as a new one.
-- name: job_shorten
UPDATE job SET lease = ?3 WHERE id = ?1 AND attempt = ?2 AND state = 'running' AND lease > ?3;

-- ---- the fuse

-- name: fuse_seen
SELECT value FROM fact WHERE name = 'clock.seen';

-- name: fuse_note
INSERT INTO fact (name, value) VALUES ('clock.seen', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1;

-- ---- news

-- name: event_add
INSERT INTO event (account, number, job, song, kind, stage, progress, reason, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: event_list
SELECT number, job, song, kind, stage, progress, reason, at FROM event
WHERE account = ?1 AND number > ?2 ORDER BY number LIMIT 200;

-- name: event_newest
SELECT news FROM account WHERE id = ?1;

-- name: event_sweep
DELETE FROM event WHERE at < ?1;

-- ---- what must hold

-- What is held for a person is what their open jobs cost.
-- name: check_held
SELECT w.account FROM wallet w WHERE w.held <> COALESCE(
    (SELECT SUM(j.credits) FROM job j WHERE j.account = w.account AND j.ended = 0), 0) LIMIT 100;

-- A job that is over was charged or got its credits back; one that is open did neither.
-- name: check_job_over
SELECT j.id FROM job j WHERE j.credits > 0 AND NOT EXISTS (
    SELECT 1 FROM credit_line l WHERE l.kind = CASE WHEN j.ended = 0 THEN 'hold' WHEN j.state = 'done' THEN 'charge' ELSE 'return' END
        AND l.cause = j.id AND l.account = j.account AND l.amount = j.credits) LIMIT 100;

-- name: check_job_open
SELECT j.id FROM job j JOIN credit_line l ON l.cause = j.id AND l.kind IN ('charge', 'return') WHERE j.ended = 0 LIMIT 100;

-- What was charged can be heard: the song of a job that is done has its files.
-- name: check_charged
SELECT j.id FROM job j WHERE j.state = 'done' AND j.credits > 0 AND j.kind = 'song' AND NOT EXISTS (
    SELECT 1 FROM blob b WHERE b.song = j.song AND b.kind = 'mp3' AND b.state IN ('whole', 'damaged')) LIMIT 100;

-- ---- songs of guests

-- name: guest_find
SELECT id FROM account WHERE id = ?1;

-- name: guest_add
INSERT INTO account (id, role, state, next_old_agreed, next_new_agreed, past_until, totp_step, policy, terms, agreed,
                     age_passed, news, turn, created, confirmed)
VALUES (?1, 'guest', 'active', 0, 0, 0, 0, '', '', 0, 0, 0, 0, ?2, ?2)
ON CONFLICT (id) DO NOTHING;

-- name: guest_over
SELECT id FROM song WHERE account = ?1 AND id > ?2 AND created < ?3 AND state <> 'making' ORDER BY id LIMIT ?4;
