-- Tags: words that a person gives to songs, any number of them, beside the one folder.

CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name BLOB NOT NULL,                -- personal, sealed
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX tag_account ON tag (account, id);

CREATE TABLE song_tag (
    tag INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    song INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, song)
) STRICT;
CREATE INDEX song_tag_song ON song_tag (song, tag);
