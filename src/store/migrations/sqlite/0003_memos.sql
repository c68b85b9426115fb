-- What adapters and the desk remember over a restart: how far a mailbox was read, which issue is which ticket, who of the
-- staff is there. `owner` is whose memo it is.
CREATE TABLE memos (
    owner TEXT NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, key)
) WITHOUT ROWID;
