-- Replies that a platform refused, the latest first, for the dashboard.
CREATE INDEX outbox_refused ON outbox (settled_at) WHERE state = 2;

-- Tickets of a staff member, by the name under which they are known.
CREATE INDEX tickets_owner ON tickets (data ->> '$.owner.name', number) WHERE data ->> '$.owner.name' IS NOT NULL;
