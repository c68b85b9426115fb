-- Times are microseconds since 1970 (UTC).

-- Messages taken in. The message comes first in the key: platforms number messages upwards, so that the messages of
-- one batch lie side by side and touch few pages, in however many channels they were said.
CREATE TABLE inbox (
    message  TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (message, channel, account)
) WITHOUT ROWID;

-- What the desk remembers of each channel.
CREATE TABLE channels (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    state   TEXT NOT NULL,
    wake_at INTEGER,
    PRIMARY KEY (channel, account)
);

CREATE INDEX channels_waking ON channels (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE tickets (
    number      INTEGER PRIMARY KEY,
    account     TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    member      TEXT    NOT NULL,
    member_name TEXT    NOT NULL,
    message     TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    opened      INTEGER NOT NULL,
    transcript  TEXT    NOT NULL
);

CREATE INDEX tickets_place ON tickets (channel, account, number);

-- AUTOINCREMENT: an id names one reply for ever, also after it was pruned.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    state      INTEGER NOT NULL DEFAULT 0, -- 0 queued, 1 sent, 2 refused, 3 unknown
    attempts   INTEGER NOT NULL DEFAULT 0,
    decided    INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    expires    INTEGER,
    settled_at INTEGER,
    answers    TEXT,
    message    TEXT,                       -- the platform's id of what was sent
    reason     TEXT,
    reply      TEXT    NOT NULL
);

CREATE INDEX outbox_queued ON outbox (id) WHERE state = 0;
CREATE INDEX outbox_sent ON outbox (message, channel, account) WHERE message IS NOT NULL;
