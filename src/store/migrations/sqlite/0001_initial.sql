-- The whole schema of 0.1.0. Times are microseconds since 1970 (UTC).

-- Messages taken in, by what was said and when beside the platform's id: ids begin again after a restart of some
-- platforms' programs, and some programs give every message the same. `fingerprint` is a digest of sender and text, `at`
-- the platform's time. Rows are numbered in the order in which they came, so that the oldest are found without an index by
-- time.
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

-- The same, of a version that knew ids only: it is read until its last row is old, and nobody writes it. The message comes
-- first in the key: platforms number messages upwards, so that the messages of one batch lie side by side.
CREATE TABLE inbox (
    message  TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (message, channel, account)
) WITHOUT ROWID;

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

-- The state of each channel.
CREATE TABLE channels (
    channel TEXT    NOT NULL,
    account TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    wake_at INTEGER,
    touched INTEGER NOT NULL DEFAULT 0, -- when it was last written: what nobody touched for long is forgotten; 0: not known
    PRIMARY KEY (channel, account)
);

CREATE INDEX channels_waking ON channels (wake_at) WHERE wake_at IS NOT NULL;

-- A ticket changes as long as it lives: the whole of it is one JSON value that the store does not look inside, beside
-- what is searched by.
CREATE TABLE tickets (
    number  INTEGER PRIMARY KEY,
    account TEXT    NOT NULL,
    channel TEXT    NOT NULL,
    member  TEXT    NOT NULL,
    status  TEXT    NOT NULL, -- open, claimed, waiting, resolved, closed
    opened  INTEGER NOT NULL,
    data    TEXT    NOT NULL
);

CREATE INDEX tickets_place ON tickets (channel, account, number);
CREATE INDEX tickets_not_closed ON tickets (number) WHERE status <> 'closed';
CREATE INDEX tickets_member ON tickets (member, account, number);
CREATE INDEX tickets_status ON tickets (status, number);

-- What was said and done in a ticket, in order.
CREATE TABLE ticket_lines (
    id      INTEGER PRIMARY KEY,
    ticket  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    kind    TEXT    NOT NULL, -- member, staff, note, event
    who     TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    account TEXT,             -- where it was said, and the platform's id of it
    channel TEXT,
    message TEXT
);

CREATE INDEX ticket_lines_ticket ON ticket_lines (ticket, id);
CREATE INDEX ticket_lines_message ON ticket_lines (message, channel, account) WHERE message IS NOT NULL;

-- The terms by which tickets are found. They are made when tickets are searched, of those that changed since: the triggers name them.
-- Whatever deletes a part of a ticket deletes its terms with it.
CREATE TABLE ticket_terms (
    term   TEXT    NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (term, ticket)
) WITHOUT ROWID;

CREATE INDEX ticket_terms_ticket ON ticket_terms (ticket);

-- Tickets whose terms are to be made.
CREATE TABLE ticket_terms_due (
    ticket INTEGER PRIMARY KEY
);

CREATE TRIGGER ticket_terms_opened AFTER INSERT ON tickets BEGIN
    INSERT INTO ticket_terms_due (ticket)
    SELECT NEW.number WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = NEW.number);
END;

CREATE TRIGGER ticket_terms_changed AFTER UPDATE OF data ON tickets WHEN NEW.data ->> '$.subject' <> OLD.data ->> '$.subject' BEGIN
    INSERT INTO ticket_terms_due (ticket)
    SELECT NEW.number WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = NEW.number);
END;

CREATE TRIGGER ticket_terms_said AFTER INSERT ON ticket_lines BEGIN
    INSERT INTO ticket_terms_due (ticket)
    SELECT NEW.ticket WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = NEW.ticket);
END;

CREATE TRIGGER ticket_terms_unsaid AFTER DELETE ON ticket_lines BEGIN
    DELETE FROM ticket_terms WHERE ticket = OLD.ticket;
    INSERT INTO ticket_terms_due (ticket)
    SELECT OLD.ticket WHERE NOT EXISTS (SELECT 1 FROM ticket_terms_due WHERE ticket = OLD.ticket);
END;

CREATE TRIGGER ticket_terms_forgotten AFTER DELETE ON tickets BEGIN
    DELETE FROM ticket_terms WHERE ticket = OLD.number;
    DELETE FROM ticket_terms_due WHERE ticket = OLD.number;
END;

-- Committed replies. AUTOINCREMENT: an id names one reply for ever, also after it was pruned.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    state      INTEGER NOT NULL DEFAULT 0, -- 0 queued, 1 sent, 2 refused, 3 unknown
    attempts   INTEGER NOT NULL DEFAULT 0,
    decided    INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    settled_at INTEGER,
    answers    TEXT,
    message    TEXT,                       -- the platform's id of what was sent
    reason     TEXT,
    reply      TEXT    NOT NULL,
    about      TEXT,                       -- the ticket that it belongs to, and who is told what became of it (JSON)
    caller     TEXT                        -- the member whom a notice without a ticket is about (JSON): it leaves with them
);

CREATE INDEX outbox_queued ON outbox (id) WHERE state = 0;
CREATE INDEX outbox_sent ON outbox (message, channel, account) WHERE message IS NOT NULL;
-- The replies of a ticket, and those that carry what staff wrote.
CREATE INDEX outbox_ticket ON outbox (about ->> '$.ticket') WHERE about IS NOT NULL;
CREATE INDEX outbox_report ON outbox (about ->> '$.report.message') WHERE about IS NOT NULL;

-- What adapters and the desk remember over a restart: how far a mailbox was read, which issue is which ticket, who of the
-- staff is there. `owner` is whose memo it is.
CREATE TABLE memos (
    owner TEXT NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, key)
) WITHOUT ROWID;

-- What a semantic model made of the FAQ's questions, so that a restart need not ask for it again. `key` is the SHA-256 of the
-- text; `vector` is numbers of 32 bits, little-endian.
CREATE TABLE vectors (
    id     INTEGER PRIMARY KEY,
    model  TEXT NOT NULL,
    key    BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model, key)
);

-- Versions of faq.yaml that were in service. Two with the same bytes have one content; `version` is the first twelve hexadecimal
-- digits of the SHA-256 of those.
CREATE TABLE faq_contents (
    version TEXT PRIMARY KEY,
    content BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE faq_versions (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    version TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    source  TEXT    NOT NULL, -- file, chat, import, rollback, dashboard, built_in
    author  TEXT    NOT NULL, -- empty where nobody is known
    note    TEXT    NOT NULL,
    bytes   INTEGER NOT NULL
);

CREATE INDEX faq_versions_version ON faq_versions (version);

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

-- Decisions that a person or what followed has judged: the training examples of the calibration are found without reading the others.
CREATE INDEX decisions_judged ON decisions (at) WHERE label IS NOT NULL OR outcome IS NOT NULL;

-- What labels say of a channel is counted from this index alone.
CREATE INDEX decisions_judgements ON decisions (account, channel, label, outcome, shadow, entry)
WHERE entry IS NOT NULL AND (label IS NOT NULL OR outcome IS NOT NULL);

-- All other messages, counted. `hour` is hours since 1970 (UTC).
CREATE TABLE decision_counts (
    hour     INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    rule     TEXT    NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (hour, account, channel, rule)
) WITHOUT ROWID;

-- Questions that nobody answered, in groups. A decision that is a miss is queued by the triggers below, whoever writes it; the program
-- that serves puts it into a group. What is pruned or forgotten among the decisions leaves the groups with them: no text is kept here.
CREATE TABLE miss_groups (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    state      TEXT    NOT NULL, -- open, accepted, out_of_scope, ignored, merged
    rank       REAL    NOT NULL, -- orders the groups of a state; see src/unanswered/weight.rs
    sum        REAL    NOT NULL, -- weights of the messages, in the same form
    messages   INTEGER NOT NULL,
    members    INTEGER NOT NULL,
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    merged     INTEGER,          -- the group of which it is a part now
    mean       BLOB,             -- of a group that was put aside: hashes of terms, so that what is near it stays aside too
    settled_at INTEGER,
    settled_by TEXT,
    changed    INTEGER NOT NULL  -- 1 where messages left it: the figures are to be counted anew
);

CREATE INDEX miss_groups_rank ON miss_groups (state, rank DESC, last_at);
CREATE INDEX miss_groups_changed ON miss_groups (id) WHERE changed = 1;

CREATE TABLE misses (
    decision INTEGER PRIMARY KEY,
    grp      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    member   TEXT    NOT NULL,
    weight   INTEGER NOT NULL -- 5 led to a ticket, 3 called the bot, 1 otherwise
);

CREATE INDEX misses_group ON misses (grp, at);
CREATE INDEX misses_member ON misses (grp, member, account);

-- Decisions to look at: new misses, and those whose outcome has changed.
CREATE TABLE miss_queue (
    decision INTEGER PRIMARY KEY
);

-- Answers that staff gave in the group itself, where its texts are kept.
CREATE TABLE staff_answers (
    decision INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    staff    TEXT    NOT NULL,
    text     TEXT    NOT NULL,
    PRIMARY KEY (decision, at)
) WITHOUT ROWID;

CREATE INDEX staff_answers_staff ON staff_answers (staff, account);

-- Not OR IGNORE: in a trigger the statement that fires it rules, and an upsert of decisions rules that conflicts fail.
CREATE TRIGGER misses_new AFTER INSERT ON decisions
WHEN new.question = 1 AND new.joined IS NULL AND new.text IS NOT NULL
    AND new.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit', 'doubted_answer',
        'did_not_help')
BEGIN
    INSERT INTO miss_queue (decision)
    SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM miss_queue WHERE decision = new.id);
END;

CREATE TRIGGER misses_changed AFTER UPDATE OF rule, question, joined, ticket, text, outcome, label ON decisions
WHEN new.question = 1 AND (
    new.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit', 'doubted_answer',
        'did_not_help')
    OR old.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit', 'doubted_answer',
        'did_not_help')
    OR new.outcome IN (4, 5) OR old.outcome IN (4, 5) OR new.label = 2 OR old.label = 2)
BEGIN
    INSERT INTO miss_queue (decision)
    SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM miss_queue WHERE decision = new.id);
END;

CREATE TRIGGER misses_gone AFTER DELETE ON decisions
BEGIN
    DELETE FROM miss_queue WHERE decision = old.id;
    DELETE FROM misses WHERE decision = old.id;
    DELETE FROM staff_answers WHERE decision = old.id;
END;

CREATE TRIGGER misses_left AFTER DELETE ON misses
BEGIN
    UPDATE miss_groups SET changed = 1 WHERE id = old.grp;
END;

-- The dashboard's users, as JSON: the store does not look inside.
CREATE TABLE dashboard_users (
    name TEXT PRIMARY KEY,
    data TEXT NOT NULL
) WITHOUT ROWID;

-- Who is logged in, by the SHA-256 of the token in the browser's cookie.
CREATE TABLE dashboard_sessions (
    token   BLOB    PRIMARY KEY,
    user    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    agent   TEXT    NOT NULL -- the browser, as it names itself
) WITHOUT ROWID;

CREATE INDEX dashboard_sessions_user ON dashboard_sessions (user);
CREATE INDEX dashboard_sessions_seen ON dashboard_sessions (seen);

-- Half-written replies, which leave with their tickets.
CREATE TABLE dashboard_drafts (
    ticket INTEGER NOT NULL,
    user   TEXT    NOT NULL,
    text   TEXT    NOT NULL,
    PRIMARY KEY (ticket, user)
) WITHOUT ROWID;

CREATE TRIGGER dashboard_drafts_forgotten AFTER DELETE ON tickets BEGIN
    DELETE FROM dashboard_drafts WHERE ticket = OLD.number;
END;

-- Who did what, for ever: log-ins, users, edits of the FAQ, exports.
CREATE TABLE dashboard_audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    action TEXT    NOT NULL,
    detail TEXT    NOT NULL
);
