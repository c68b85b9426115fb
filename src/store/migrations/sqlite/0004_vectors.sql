-- What a semantic model made of the FAQ's questions, so that a restart need not ask for it again. `key` is the SHA-256 of the
-- text; `vector` is numbers of 32 bits, little-endian.
CREATE TABLE vectors (
    id     INTEGER PRIMARY KEY,
    model  TEXT NOT NULL,
    key    BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model, key)
);
