-- What a standby shows the holder when it passes a request on, so that the holder believes what it says of the caller. Of each epoch its own.
ALTER TABLE desks ADD COLUMN pass TEXT COLLATE "C" NOT NULL DEFAULT '';

-- The nodes that wait for a desk, and when they last asked for it.
CREATE TABLE standbys (
    desk    TEXT COLLATE "C" NOT NULL,
    node    TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    seen    TIMESTAMPTZ      NOT NULL,
    PRIMARY KEY (desk, node)
);
