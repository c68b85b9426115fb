-- What is said between the desk and visitors of websites, as JSON of the adapter's: the store does not look inside.
CREATE TABLE web_messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    account  TEXT    NOT NULL,
    visitor  TEXT    NOT NULL,
    id       TEXT    NOT NULL, -- of the message, unique with its visitor
    at       INTEGER NOT NULL,
    content  TEXT    NOT NULL
);

CREATE UNIQUE INDEX web_messages_id ON web_messages (visitor, id, account);
CREATE INDEX web_messages_visitor ON web_messages (visitor, account, position);
CREATE INDEX web_messages_account ON web_messages (account, position);
CREATE INDEX web_messages_at ON web_messages (account, at);

-- Keys with which programs call the API of a website, by their SHA-256.
CREATE TABLE api_keys (
    hash    BLOB    PRIMARY KEY,
    account TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    creator TEXT    NOT NULL, -- who made it
    created INTEGER NOT NULL,
    used    INTEGER,          -- the last use, to an hour
    ended   INTEGER
) WITHOUT ROWID;

-- Of those that are good no two have one name.
CREATE UNIQUE INDEX api_keys_name ON api_keys (account, name) WHERE ended IS NULL;
