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
