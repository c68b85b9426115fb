-- What the desk decided on each message that called it, reads as a question or got a reply. One row a message; the row of a
-- message that waited is replaced by the final decision. `at` is when the message was received.
CREATE TABLE decisions (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    account     TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    member      TEXT    NOT NULL,
    message     TEXT,             -- NULL where the platform gave it no id of its own
    called      INTEGER NOT NULL,
    question    INTEGER NOT NULL, -- reads as a question
    act         TEXT    NOT NULL, -- the dialogue act: ask, request, trouble, ...
    decision    TEXT    NOT NULL, -- answer, clarify, handoff, quiet
    rule        TEXT    NOT NULL, -- the reason, such as called_and_known
    entry       TEXT,
    confidence  INTEGER,          -- in thousandths, as `needed`
    needed      INTEGER,
    best        TEXT,             -- the best three: `entry:987,entry:12`
    ticket      INTEGER,
    faq_version TEXT    NOT NULL, -- the first twelve digits of the SHA-256 of the file
    language    TEXT    NOT NULL,
    shadow      INTEGER NOT NULL, -- decided, and not said
    text        TEXT,             -- what was read, where the settings keep it
    joined      TEXT,             -- the message with whose decision this one is decided: the last of a burst, or itself after an edit
    outcome     INTEGER,          -- 1 helped, 2 answered by staff, 3 handed over, 4 did not help, 5 withdrawn
    outcome_at  INTEGER,
    outcome_by  TEXT,
    label       INTEGER,          -- 1 right, 2 wrong, 3 needless
    labelled_at INTEGER,
    labelled_by TEXT
);

CREATE INDEX decisions_at ON decisions (at);
CREATE UNIQUE INDEX decisions_message ON decisions (message, channel, account, at);
CREATE INDEX decisions_member ON decisions (member, account, at);
CREATE INDEX decisions_entry ON decisions (entry, at) WHERE entry IS NOT NULL;
CREATE INDEX decisions_ticket ON decisions (ticket) WHERE ticket IS NOT NULL;

-- All other messages, counted. `hour` is hours since 1970 (UTC).
CREATE TABLE decision_counts (
    hour     INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    rule     TEXT    NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (hour, account, channel, rule)
) WITHOUT ROWID;
