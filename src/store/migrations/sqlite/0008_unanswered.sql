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
    AND new.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit')
BEGIN
    INSERT INTO miss_queue (decision)
    SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM miss_queue WHERE decision = new.id);
END;

CREATE TRIGGER misses_changed AFTER UPDATE OF rule, question, joined, ticket, text, outcome, label ON decisions
WHEN new.question = 1 AND (
    new.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit')
    OR old.rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit')
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

INSERT INTO miss_queue (decision)
SELECT id FROM decisions
WHERE question = 1 AND joined IS NULL AND text IS NOT NULL AND (
    rule IN ('not_certain', 'called_but_unknown', 'called_again_without_answer', 'several_fit')
    OR outcome IN (4, 5) OR label = 2);
