-- Credits and what is bought with money. Credits are whole numbers; money is in the currency's smallest unit.
-- Ledger and receipts are only ever appended to: the database itself refuses anything else.
-- Nothing was ever sold with the first ledger, so it goes.

DROP TABLE credit_line;
ALTER TABLE account DROP COLUMN credits;

-- What a person has, as the sum of the lines says.
CREATE TABLE wallet (
    account INTEGER PRIMARY KEY,       -- no reference: the ledger outlives its person
    credits INTEGER NOT NULL,          -- may be spent; below 0 only when what was spent was paid back
    held INTEGER NOT NULL CHECK (held >= 0),
    lines INTEGER NOT NULL             -- number of the newest line
) STRICT;

-- Double entry: each line moves an amount from one book to another, so all books together are always 0.
-- The books: person, held (of this person); granted, purchased, refunded, disputed, spent (of the service).
CREATE TABLE credit_line (
    account INTEGER NOT NULL,
    number INTEGER NOT NULL,           -- 1, 2, 3 ... of each person, without a gap
    kind TEXT NOT NULL,                -- hold, charge, return, give-back, purchase, grant, refund, ...
    cause INTEGER NOT NULL,            -- the job, purchase or grant
    step INTEGER NOT NULL,             -- of causes that may have several lines of one kind; else 0
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    balance INTEGER NOT NULL,          -- what the person may spend after it
    why TEXT NOT NULL,                 -- a word that the pages know: silent, cancelled ...
    at INTEGER NOT NULL,
    PRIMARY KEY (account, number),
    UNIQUE (kind, cause, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_line_back ON credit_line (account, at) WHERE kind = 'give-back';

-- Credits that cost nothing: waiting for a second operator, given, or refused.
CREATE TABLE credit_grant (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    kind TEXT NOT NULL,                -- welcome, staff, code
    origin INTEGER NOT NULL,           -- welcome: the account; code: the code; staff: the grant itself
    amount INTEGER NOT NULL CHECK (amount > 0),
    reason BLOB,                       -- personal, sealed: staff's own words
    staff INTEGER NOT NULL,            -- 0: the service itself, or the command line
    agreed INTEGER NOT NULL,           -- who agreed to it, or refused; 0: nobody had to
    state TEXT NOT NULL,               -- waiting, given, refused
    created INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    UNIQUE (account, kind, origin)
) STRICT;
CREATE INDEX credit_grant_waiting ON credit_grant (id) WHERE state = 'waiting';

-- Codes of campaigns, which anybody may enter once.
CREATE TABLE credit_code (
    id INTEGER PRIMARY KEY,
    word TEXT NOT NULL UNIQUE,         -- capitals and digits
    amount INTEGER NOT NULL CHECK (amount > 0),
    uses INTEGER NOT NULL,             -- how often it may be used
    used INTEGER NOT NULL CHECK (used <= uses),
    ends INTEGER NOT NULL,             -- 0: when it is closed
    closed INTEGER NOT NULL,
    staff INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;

--   new ──(Stripe has a session)──> open ──> paid            what was paid back or is disputed stands beside it
--    │                               ├──> awaiting ──> paid   a method that takes days
--    │                               │        └──────> failed
--    └───────────────────────────────┴──> expired
CREATE TABLE purchase (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,          -- no reference: the law wants it kept
    state TEXT NOT NULL,
    pack TEXT NOT NULL,
    title TEXT NOT NULL,               -- of the pack, as it was sold
    credits INTEGER NOT NULL CHECK (credits > 0),
    price INTEGER NOT NULL,            -- asked
    currency TEXT NOT NULL,            -- usd
    live INTEGER NOT NULL,             -- 1: real money
    once BLOB,                         -- hash of the form's key
    session TEXT NOT NULL,             -- Stripe's names of things; '' until they are known
    intent TEXT NOT NULL,
    charge TEXT NOT NULL,
    link BLOB,                         -- personal, sealed: the page at Stripe, while it is open
    paid_amount INTEGER NOT NULL,      -- as Stripe says, in its own currency
    paid_currency TEXT NOT NULL,
    refunded INTEGER NOT NULL,         -- of it, so far
    dispute TEXT NOT NULL,             -- the newest one
    dispute_state TEXT NOT NULL,
    evidence_due INTEGER NOT NULL,
    billing BLOB,                      -- personal, sealed: name and address
    step INTEGER NOT NULL,             -- of its lines in the ledger
    fence INTEGER NOT NULL,            -- who asked Stripe last
    asked INTEGER NOT NULL,            -- how often somebody wanted it looked at
    seen INTEGER NOT NULL,             -- up to which of these it has been
    due INTEGER NOT NULL,              -- not before
    attempts INTEGER NOT NULL,         -- in a row that came to nothing
    trouble TEXT NOT NULL,             -- why the last one did
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    paid INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX purchase_once ON purchase (account, once);
CREATE INDEX purchase_account ON purchase (account, id);
CREATE INDEX purchase_session ON purchase (session) WHERE session <> '';
CREATE INDEX purchase_intent ON purchase (intent) WHERE intent <> '';
CREATE INDEX purchase_charge ON purchase (charge) WHERE charge <> '';
CREATE INDEX purchase_due ON purchase (due) WHERE asked > seen;

-- Money that goes back because we said so. The row is there before Stripe hears of it.
CREATE TABLE refund (
    id INTEGER PRIMARY KEY,
    purchase INTEGER NOT NULL REFERENCES purchase (id),
    credits INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL,               -- asked, sent, done, failed
    remote TEXT NOT NULL,              -- Stripe's name of it
    once BLOB,                         -- hash of the form's key
    staff INTEGER NOT NULL,            -- 0: the buyer
    created INTEGER NOT NULL,
    ended INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX refund_once ON refund (purchase, once);
CREATE INDEX refund_open ON refund (id) WHERE state IN ('asked', 'sent');

-- What Stripe told: only the fields named here are ever kept.
CREATE TABLE stripe_event (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    object TEXT NOT NULL,
    session TEXT NOT NULL,
    intent TEXT NOT NULL,
    charge TEXT NOT NULL,
    purchase INTEGER NOT NULL,         -- 0: not known yet
    status TEXT NOT NULL,
    until INTEGER NOT NULL,            -- evidence is due
    digest BLOB NOT NULL,              -- of the bytes that came
    state TEXT NOT NULL,               -- waiting, applied, foreign, ignored
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    created INTEGER NOT NULL,          -- at Stripe
    received INTEGER NOT NULL
) STRICT;
CREATE INDEX stripe_event_waiting ON stripe_event (due) WHERE state = 'waiting';
CREATE INDEX stripe_event_received ON stripe_event (received);

-- Numbers without a gap: counted in the transaction that uses them.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counter (name, value) VALUES ('receipt', 0);

CREATE TABLE receipt (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                -- sale, refund
    purchase INTEGER NOT NULL REFERENCES purchase (id),
    step INTEGER NOT NULL,             -- of the purchase, as in the ledger
    account INTEGER NOT NULL,
    title TEXT NOT NULL,
    credits INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    seller TEXT NOT NULL,              -- as configured then
    tax_line TEXT NOT NULL,
    billing BLOB,                      -- personal, sealed: name and address
    live INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (purchase, kind, step)
) STRICT;
CREATE INDEX receipt_account ON receipt (account, number);

-- What an operator should look at.
CREATE TABLE attention (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                -- dispute, refund-failed, fraud-warning, drift, ledger, foreign, key
    purchase INTEGER NOT NULL,         -- 0: none
    cause TEXT NOT NULL UNIQUE,
    until INTEGER NOT NULL,            -- by when; 0: no date
    created INTEGER NOT NULL,
    told INTEGER NOT NULL,             -- 1: mailed to the operators
    done INTEGER NOT NULL,
    staff INTEGER NOT NULL             -- who saw to it
) STRICT;
CREATE INDEX attention_open ON attention (id) WHERE done = 0;
CREATE INDEX attention_untold ON attention (id) WHERE told = 0;

-- The nightly comparison with Stripe.
CREATE TABLE reconciliation (
    id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL,
    purchases INTEGER NOT NULL,        -- compared
    events INTEGER NOT NULL,           -- that had not reached us
    differences INTEGER NOT NULL,      -- found
    repaired INTEGER NOT NULL,
    finished INTEGER NOT NULL          -- 0: it was cut off
) STRICT;

ALTER TABLE job ADD COLUMN token INTEGER NOT NULL DEFAULT 0; -- the API token that asked for it

-- @sqlite
CREATE TRIGGER credit_line_stays BEFORE UPDATE ON credit_line
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever appended to'); END;
CREATE TRIGGER credit_line_remains BEFORE DELETE ON credit_line
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever appended to'); END;
CREATE TRIGGER receipt_stays BEFORE UPDATE ON receipt
BEGIN SELECT RAISE(ABORT, 'a receipt is never changed'); END;
CREATE TRIGGER receipt_remains BEFORE DELETE ON receipt
BEGIN SELECT RAISE(ABORT, 'a receipt is never changed'); END;
-- @postgres
CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''% is only ever appended to'', TG_TABLE_NAME; END';
CREATE TRIGGER credit_line_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_line
FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER receipt_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt
FOR EACH STATEMENT EXECUTE FUNCTION stays();
-- @both
