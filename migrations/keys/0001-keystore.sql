-- The keystore: keys of people, wrapped, and the index of their addresses. Its backups live 14 days,
-- so that what was forgotten here cannot be read anywhere after that.

-- The installation's own secret, wrapped by the master key: tokens, throttles and the index of addresses
-- are keyed from it, so that a new master key changes none of them.
CREATE TABLE root (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    wrapped BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT;

-- Keys that wrap people's keys; each is wrapped by the master key.
CREATE TABLE epoch (
    id INTEGER PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created INTEGER NOT NULL,
    replaced INTEGER NOT NULL          -- 0: in use
) STRICT;

CREATE TABLE person_key (
    account INTEGER NOT NULL,
    class TEXT NOT NULL,               -- account, audio, billing
    epoch INTEGER NOT NULL REFERENCES epoch (id),
    wrapped BLOB NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, class)
) STRICT;
CREATE INDEX person_key_epoch ON person_key (epoch);

-- Who has this mail address: a keyed hash of it.
CREATE TABLE address (
    hash BLOB PRIMARY KEY,
    account INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX address_account ON address (account);
