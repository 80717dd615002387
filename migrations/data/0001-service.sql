-- The service's data. Times are milliseconds since 1970, UTC. 0 means never where a time is NOT NULL.
-- A column marked "personal" holds sealed bytes or is deleted with its person; policy/data-map says more.

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    role TEXT NOT NULL,                -- member, operator
    state TEXT NOT NULL,               -- unconfirmed, active, closed
    email BLOB,                        -- personal, sealed
    name BLOB,                         -- personal, sealed
    password BLOB,                     -- personal, sealed: an Argon2id string; NULL: none set yet
    next_email BLOB,                   -- personal, sealed: wanted, until both addresses agreed
    next_old_agreed INTEGER NOT NULL,  -- the old address agreed at
    next_new_agreed INTEGER NOT NULL,  -- the new address agreed at
    past_email BLOB,                   -- personal, sealed: the address before, while undoing is possible
    past_until INTEGER NOT NULL,
    totp BLOB,                         -- personal, sealed: the secret of one-time codes; NULL: none
    totp_next BLOB,                    -- personal, sealed: a secret not yet proved
    totp_step INTEGER NOT NULL,        -- the last time step a code was taken of
    policy TEXT NOT NULL,              -- version of the policy agreed to
    terms TEXT NOT NULL,
    agreed INTEGER NOT NULL,
    age_passed INTEGER NOT NULL,       -- when the age question was passed; the answer is not kept
    credits INTEGER NOT NULL CHECK (credits >= 0),
    news INTEGER NOT NULL,             -- number of the newest event
    turn INTEGER NOT NULL,             -- place of the newest job in the fair queue
    created INTEGER NOT NULL,
    confirmed INTEGER NOT NULL
) STRICT;
CREATE INDEX account_unconfirmed ON account (created) WHERE state = 'unconfirmed';

CREATE TABLE session (
    hash BLOB PRIMARY KEY,             -- BLAKE2b of the cookie
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id INTEGER NOT NULL UNIQUE,        -- its name on the account page
    browser TEXT NOT NULL,             -- personal: family only: Firefox, Chromium, Safari, other
    system TEXT NOT NULL,              -- personal: family only
    strength TEXT NOT NULL,            -- password, password+code, link
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    proved INTEGER NOT NULL            -- when the password was last given
) STRICT;
CREATE INDEX session_account ON session (account);

-- Secrets sent by mail, and the operator's first sign-in. Used once.
CREATE TABLE token (
    hash BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,             -- confirm, reset, email_old, email_new, email_undo, first, login
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX token_account ON token (account, purpose);
CREATE INDEX token_expires ON token (expires);

CREATE TABLE recovery_code (
    hash BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX recovery_code_account ON recovery_code (account);

CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    hash BLOB NOT NULL UNIQUE,
    name BLOB NOT NULL,                -- personal, sealed
    scopes TEXT NOT NULL,              -- words: read make delete
    cap INTEGER NOT NULL,              -- most credits it may spend; -1: no limit of its own
    spent INTEGER NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT;
CREATE INDEX api_token_account ON api_token (account);

-- Buckets that slow guessing down. The key is a keyed hash, so no address or network stands here.
CREATE TABLE throttle (
    key BLOB PRIMARY KEY,
    level INTEGER NOT NULL,            -- thousandths of a try
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX throttle_at ON throttle (at);

-- What happened to an account that its owner should know of.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    browser TEXT NOT NULL,             -- personal
    system TEXT NOT NULL,              -- personal
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_account ON notice (account, id);

-- What staff did and saw: ids only.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    staff INTEGER NOT NULL,
    action TEXT NOT NULL,
    account INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE mail (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                -- the template's name
    cause TEXT NOT NULL UNIQUE,        -- one mail for one cause
    body BLOB,                         -- personal, sealed: where to and what is filled in; NULL once gone
    state TEXT NOT NULL,               -- waiting, sent, shown, bounced, dropped
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    lease INTEGER NOT NULL,            -- taken by a sender until
    reply INTEGER NOT NULL,            -- the last SMTP status
    created INTEGER NOT NULL,
    sent INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_due ON mail (due) WHERE state = 'waiting';
CREATE INDEX mail_account ON mail (account, id);

CREATE TABLE folder (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name BLOB NOT NULL,                -- personal, sealed
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX folder_account ON folder (account, id);

-- A person's songs lie side by side, newest last, and what is long and seldom read stands in song_words, so
-- that a page of a library is read in one go, however many other people there are.
CREATE TABLE song (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id INTEGER NOT NULL UNIQUE,
    root INTEGER NOT NULL,             -- the first version; its own id when it is the first
    parent INTEGER,                    -- the version it was made from
    folder INTEGER REFERENCES folder (id) ON DELETE SET NULL,
    favourite INTEGER NOT NULL,        -- 0 or 1
    state TEXT NOT NULL,               -- making, ready, failed
    named INTEGER NOT NULL DEFAULT 0,  -- 1: the title is the person's own words, the maker leaves it
    seed INTEGER NOT NULL,             -- personal
    engine TEXT NOT NULL,
    length_ms INTEGER NOT NULL,        -- 0 until it is known
    lufs_milli INTEGER NOT NULL,       -- loudness, thousandths of a LUFS; 0 until it is known
    created INTEGER NOT NULL,
    trashed INTEGER NOT NULL,          -- deleted at; may be undone for 30 days
    title BLOB NOT NULL,               -- personal, sealed
    prompt BLOB NOT NULL,              -- personal, sealed
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX song_favourite ON song (account, favourite, id) WHERE favourite = 1;
CREATE INDEX song_bin ON song (account, id) WHERE trashed > 0;
CREATE INDEX song_root ON song (account, root, id);
CREATE INDEX song_folder ON song (folder, account, id, trashed);
CREATE INDEX song_trashed ON song (trashed) WHERE trashed > 0;

CREATE TABLE song_words (
    song INTEGER PRIMARY KEY REFERENCES song (id) ON DELETE CASCADE,
    settings BLOB NOT NULL,            -- personal, sealed: what was chosen besides, as JSON
    lyrics BLOB,                       -- personal, sealed
    brief BLOB                         -- personal, sealed: what was understood, as JSON
) STRICT;

-- A sealed file. The row is there before the file, and goes after it.
CREATE TABLE blob (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,          -- no reference: the row outlives its person until the file is gone
    song INTEGER NOT NULL,
    job INTEGER NOT NULL,              -- who writes it
    kind TEXT NOT NULL,                -- mp3, flac, opus, mid, lrc, recipe, peaks, stems
    state TEXT NOT NULL,               -- growing, whole, damaged, condemned
    bytes INTEGER NOT NULL,            -- of what is inside; 0 while growing
    digest BLOB,                       -- BLAKE2b of the file as it lies on the disk; NULL while growing
    checked INTEGER NOT NULL,          -- last scrubbed
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX blob_song ON blob (song, kind);
CREATE INDEX blob_account ON blob (account);
CREATE INDEX blob_checked ON blob (checked) WHERE state = 'whole';
CREATE INDEX blob_condemned ON blob (id) WHERE state = 'condemned';

CREATE TABLE share (
    song INTEGER PRIMARY KEY REFERENCES song (id) ON DELETE CASCADE,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    hash BLOB NOT NULL UNIQUE,         -- of the link's secret
    secret BLOB NOT NULL,              -- personal, sealed
    expires INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX share_account ON share (account);
CREATE INDEX share_expires ON share (expires);

--   queued ──> running ──> done
--     │  ^        │ ├────> failed       the engine refused, or gave up after three tries
--     │  └────────┘ │
--     └─────────────┴────> cancelled
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    song INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                -- song, stems
    state TEXT NOT NULL,
    stage TEXT NOT NULL,               -- waiting, composing, playing, finishing, done
    progress INTEGER NOT NULL,         -- 0..1000
    turn INTEGER NOT NULL,             -- the fair queue's order
    attempt INTEGER NOT NULL,          -- how often it was claimed; also the fence against a late worker
    lease INTEGER NOT NULL,            -- claimed until
    due INTEGER NOT NULL,              -- not before
    stop INTEGER NOT NULL,             -- 1: its owner wants it cancelled
    reason TEXT NOT NULL,              -- why it failed: a word the pages know
    credits INTEGER NOT NULL,          -- held for it
    once BLOB,                         -- the hash of its idempotency key
    request BLOB,                      -- the hash of what was asked with that key
    created INTEGER NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX job_once ON job (account, once);
CREATE INDEX job_queue ON job (turn, id) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease) WHERE state = 'running';
CREATE INDEX job_account ON job (account, id);
CREATE INDEX job_open ON job (account) WHERE ended = 0;
CREATE INDEX job_song ON job (song);

-- News of jobs for open pages; swept after an hour.
CREATE TABLE event (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,           -- 1, 2, 3 ... for each account
    job INTEGER NOT NULL,
    song INTEGER NOT NULL,
    kind TEXT NOT NULL,                -- queued, stage, progress, audio, done, failed, cancelled
    stage TEXT NOT NULL,
    progress INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, number)
) STRICT;
CREATE INDEX event_at ON event (at);

-- The ledger. Only ever appended to.
CREATE TABLE credit_line (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    job INTEGER NOT NULL,
    kind TEXT NOT NULL,                -- hold, charge, return
    amount INTEGER NOT NULL,           -- what the balance changed by
    at INTEGER NOT NULL,
    UNIQUE (job, kind)
) STRICT;
CREATE INDEX credit_line_account ON credit_line (account, id);

-- Small facts of the installation itself.
CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
