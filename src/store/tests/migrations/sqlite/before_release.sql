-- A store of the last version before 0.1.0, as that made it: fourteen migrations, without rows. It is no migration, and never changes.

CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);

CREATE TABLE inbox (
    message  TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (message, channel, account)
) WITHOUT ROWID;

CREATE TABLE channels (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    state   TEXT NOT NULL,
    wake_at INTEGER, touched INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, account)
);

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
, about TEXT, caller TEXT);

CREATE TABLE tickets (
    number  INTEGER PRIMARY KEY,
    account TEXT    NOT NULL,
    channel TEXT    NOT NULL,
    member  TEXT    NOT NULL,
    status  TEXT    NOT NULL, -- open, claimed, waiting, resolved, closed
    opened  INTEGER NOT NULL,
    data    TEXT    NOT NULL
);

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

CREATE TABLE memos (
    owner TEXT NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, key)
) WITHOUT ROWID;

CREATE TABLE vectors (
    id     INTEGER PRIMARY KEY,
    model  TEXT NOT NULL,
    key    BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model, key)
);

CREATE TABLE seen (
    id          INTEGER PRIMARY KEY,
    message     TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    fingerprint INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    received    INTEGER NOT NULL
);

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

CREATE TABLE decision_counts (
    hour     INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    rule     TEXT    NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (hour, account, channel, rule)
) WITHOUT ROWID;

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

CREATE TABLE misses (
    decision INTEGER PRIMARY KEY,
    grp      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    member   TEXT    NOT NULL,
    weight   INTEGER NOT NULL -- 5 led to a ticket, 3 called the bot, 1 otherwise
);

CREATE TABLE miss_queue (
    decision INTEGER PRIMARY KEY
);

CREATE TABLE staff_answers (
    decision INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    staff    TEXT    NOT NULL,
    text     TEXT    NOT NULL,
    PRIMARY KEY (decision, at)
) WITHOUT ROWID;

CREATE TABLE ticket_terms (
    term   TEXT    NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (term, ticket)
) WITHOUT ROWID;

CREATE TABLE ticket_terms_due (
    ticket INTEGER PRIMARY KEY
);

CREATE TABLE dashboard_users (
    name TEXT PRIMARY KEY,
    data TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE dashboard_sessions (
    token   BLOB    PRIMARY KEY,
    user    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    agent   TEXT    NOT NULL -- the browser, as it names itself
) WITHOUT ROWID;

CREATE TABLE dashboard_drafts (
    ticket INTEGER NOT NULL,
    user   TEXT    NOT NULL,
    text   TEXT    NOT NULL,
    PRIMARY KEY (ticket, user)
) WITHOUT ROWID;

CREATE TABLE dashboard_audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    action TEXT    NOT NULL,
    detail TEXT    NOT NULL
);

CREATE INDEX channels_waking ON channels (wake_at) WHERE wake_at IS NOT NULL;

CREATE INDEX outbox_queued ON outbox (id) WHERE state = 0;

CREATE INDEX outbox_sent ON outbox (message, channel, account) WHERE message IS NOT NULL;

CREATE INDEX tickets_place ON tickets (channel, account, number);

CREATE INDEX tickets_not_closed ON tickets (number) WHERE status <> 'closed';

CREATE INDEX ticket_lines_ticket ON ticket_lines (ticket, id);

CREATE INDEX ticket_lines_message ON ticket_lines (message, channel, account) WHERE message IS NOT NULL;

CREATE UNIQUE INDEX seen_message ON seen (message, channel, account, fingerprint, at);

CREATE INDEX quarantine_member ON quarantine (member, account);

CREATE INDEX outbox_ticket ON outbox (about ->> '$.ticket') WHERE about IS NOT NULL;

CREATE INDEX outbox_report ON outbox (about ->> '$.report.message') WHERE about IS NOT NULL;

CREATE INDEX tickets_member ON tickets (member, account, number);

CREATE INDEX tickets_status ON tickets (status, number);

CREATE INDEX decisions_at ON decisions (at);

CREATE UNIQUE INDEX decisions_message ON decisions (message, channel, account, at);

CREATE INDEX decisions_member ON decisions (member, account, at);

CREATE INDEX decisions_entry ON decisions (entry, at) WHERE entry IS NOT NULL;

CREATE INDEX decisions_ticket ON decisions (ticket) WHERE ticket IS NOT NULL;

CREATE INDEX faq_versions_version ON faq_versions (version);

CREATE INDEX miss_groups_rank ON miss_groups (state, rank DESC, last_at);

CREATE INDEX miss_groups_changed ON miss_groups (id) WHERE changed = 1;

CREATE INDEX misses_group ON misses (grp, at);

CREATE INDEX misses_member ON misses (grp, member, account);

CREATE INDEX staff_answers_staff ON staff_answers (staff, account);

CREATE INDEX decisions_judged ON decisions (at) WHERE label IS NOT NULL OR outcome IS NOT NULL;

CREATE INDEX ticket_terms_ticket ON ticket_terms (ticket);

CREATE INDEX decisions_judgements ON decisions (account, channel, label, outcome, shadow, entry)
WHERE entry IS NOT NULL AND (label IS NOT NULL OR outcome IS NOT NULL);

CREATE INDEX dashboard_sessions_user ON dashboard_sessions (user);

CREATE INDEX dashboard_sessions_seen ON dashboard_sessions (seen);

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

CREATE TRIGGER dashboard_drafts_forgotten AFTER DELETE ON tickets BEGIN
    DELETE FROM dashboard_drafts WHERE ticket = OLD.number;
END;

INSERT INTO _sqlx_migrations VALUES (1, 'init', '2026-12-01 12:05:51', 1, x'f90db3d44524059bc36b67b2ac5a1dfdb4ff92f31a88648472ed8e30c9792b9c95b9cf6c9140e3f44c622ef153bde152', 7078902);
INSERT INTO _sqlx_migrations VALUES (2, 'ticket lifecycle', '2026-12-01 12:05:51', 1, x'c82906d223fdf7e928f595b8124b87a4c6593bc16d18a8b6b0b684138694244e3ed3edee12b6912765432b7c7a5d2788', 11299436);
INSERT INTO _sqlx_migrations VALUES (3, 'memos', '2026-12-01 12:05:51', 1, x'9d347a0404c111decae681b1384d9cbaadfb54b89c5bbf7ca98177dc1d0744726bb514d356ed1ddc262eaa1a242f9f91', 7227711);
INSERT INTO _sqlx_migrations VALUES (4, 'vectors', '2026-12-01 12:05:51', 1, x'e9cd3ea50b2fb3fde74518ddc516b4d9f1a27d869bcfe1363cac3e8a07b9272ba4388d97a9b974c7cdfb7c8ee69e34d9', 3619626);
INSERT INTO _sqlx_migrations VALUES (5, 'nothing lost', '2026-12-01 12:05:51', 1, x'f42a4c7bd16984cdf3446ca454e434a98cc63d9e3036a0b79f7ef65279cd924d81b4ce796f311083ff514343011fba4f', 15914410);
INSERT INTO _sqlx_migrations VALUES (6, 'decisions', '2026-12-01 12:05:51', 1, x'63d040cfc32d82179433e8e3b3cd755c7e31bd3542df213c4557e2c2f89aa06f2d1e647f1d26238885cbf5b76c15139a', 3887920);
INSERT INTO _sqlx_migrations VALUES (7, 'faq versions', '2026-12-01 12:05:51', 1, x'd1cea591642394623a21cf3c66a9b528c83dd9560ec3e515cfdb30b0da5225e4ef62f6357811cd72ad08198a2af65def', 11318181);
INSERT INTO _sqlx_migrations VALUES (8, 'unanswered', '2026-12-01 12:05:51', 1, x'b316d6a1604e56b1538de968ebbf9ce692e97fb78052a25cd214cae119b72dfd76a345b0c304f6e6d84eb94834103a7a', 7022555);
INSERT INTO _sqlx_migrations VALUES (9, 'labels', '2026-12-01 12:05:51', 1, x'2d738c81dc54910ea338f9359d370d8220bd6345574261cd5b65a79cf677db8ab46897af424d5b5acfd4c5cdf8d7a7aa', 3154924);
INSERT INTO _sqlx_migrations VALUES (10, 'ticket terms', '2026-12-01 12:05:51', 1, x'b72d5ca9c5b5d8e2bf3259ae2fe3480e692088e218b7c57ea73f665719723704df430eceee96842aa760e6824b48881d', 2382995);
INSERT INTO _sqlx_migrations VALUES (11, 'callers', '2026-12-01 12:05:51', 1, x'33c9caa502f2dc2450f4b0c98681cba84641be3deca9bc2e0203a9ae4546335ffc593ee5c0929a46ff04284db5c04770', 1620993);
INSERT INTO _sqlx_migrations VALUES (12, 'doubted', '2026-12-01 12:05:51', 1, x'6de6588c4a8a8541283078443203212bcd95f966f8e66b0baa537d02e79db1dc6f251cea278b04eb3e89e7d42a06a276', 1410208);
INSERT INTO _sqlx_migrations VALUES (13, 'judged', '2026-12-01 12:05:51', 1, x'2a06e7d90a44a166e3bbfaee8807a797ebedb464354566b34c990bbb1def360b234ddae6204ef2c7e7ef88ec438b2ce1', 1494206);
INSERT INTO _sqlx_migrations VALUES (14, 'dashboard', '2026-12-01 12:05:51', 1, x'760a71f6d9336abf71ab526d33ca01b92d0a899e7d7edd870c70d501ee1d6e9c2f7555d54694361ef316498e4388c1cf', 1878808);
