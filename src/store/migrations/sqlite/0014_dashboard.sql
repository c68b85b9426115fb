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
