-- A ticket changes as long as it lives: the whole of it is one JSON value that the store does not look inside, beside
-- what is searched by.
ALTER TABLE tickets RENAME TO tickets_before;
DROP INDEX tickets_place;

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

INSERT INTO tickets (number, account, channel, member, status, opened, data)
SELECT number, account, channel, member, 'open', opened, json_object(
    'number', number, 'place', json_object('account', account, 'channel', channel), 'kind', 'group',
    'language', 'zh', 'member', member, 'member_name', member_name, 'message', message, 'subject', subject,
    'transcript', transcript, 'reason', reason,
    'opened', strftime('%Y-%m-%dT%H:%M:%fZ', opened / 1000000.0, 'unixepoch'),
    'rooms', json_array(), 'status', 'open', 'owner', NULL, 'watchers', json_array(),
    'member_spoke', strftime('%Y-%m-%dT%H:%M:%fZ', opened / 1000000.0, 'unixepoch'),
    'staff_acted', NULL, 'first_reply', NULL, 'ended', NULL,
    'in_digest', json('false'), 'escalated', json('false'))
FROM tickets_before;

DROP TABLE tickets_before;

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

-- The ticket that a reply belongs to, and who is told what became of it (JSON).
ALTER TABLE outbox ADD COLUMN about TEXT;
