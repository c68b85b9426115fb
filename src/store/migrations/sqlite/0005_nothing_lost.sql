-- Messages taken in, by what was said and when beside the platform's id: ids begin again after a restart of some
-- platforms' programs, and some programs give every message the same. `fingerprint` is a digest of sender and text, `at`
-- the platform's time. Rows are numbered in the order in which they came, so that the oldest are found without an index by
-- time. `inbox`, which knew ids only, is read until its last row is old.
CREATE TABLE seen (
    id          INTEGER PRIMARY KEY,
    message     TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    fingerprint INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    received    INTEGER NOT NULL
);

CREATE UNIQUE INDEX seen_message ON seen (message, channel, account, fingerprint, at);

-- Events that could not be handled, kept for people to look at.
CREATE TABLE quarantine (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    account TEXT    NOT NULL,
    channel TEXT    NOT NULL,
    member  TEXT    NOT NULL,
    message TEXT    NOT NULL,
    kind    TEXT    NOT NULL, -- message, recall, edit, ...
    reason  TEXT    NOT NULL,
    payload TEXT    NOT NULL
);

CREATE INDEX quarantine_member ON quarantine (member, account);

-- When a channel's memory was last written: what nobody touched for long is forgotten. 0: not known.
ALTER TABLE channels ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;

-- The replies of a ticket, and those that carry what staff wrote.
CREATE INDEX outbox_ticket ON outbox (about ->> '$.ticket') WHERE about IS NOT NULL;
CREATE INDEX outbox_report ON outbox (about ->> '$.report.message') WHERE about IS NOT NULL;

CREATE INDEX tickets_member ON tickets (member, account, number);
CREATE INDEX tickets_status ON tickets (status, number);
