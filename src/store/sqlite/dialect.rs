//! Parts of statements that the two databases write differently; the same names are in `postgres/dialect.rs`.

/// Number of the ticket that a reply belongs to.
macro_rules! reply_ticket {
    () => {
        "about ->> '$.ticket'"
    };
}
pub(super) use reply_ticket;

/// Condition: a ticket was told to one of the rooms of a list, in JSON, of `account/channel`.
pub(super) const OF_ROOMS: &str = "EXISTS (SELECT 1 FROM json_each(data, '$.rooms') AS room \
    WHERE (room.value ->> '$.account') || '/' || (room.value ->> '$.channel') IN (SELECT value FROM json_each(?)))";

/// Deletes the decisions of a step (from, until) that are of the future (later than the third value) or older than their channel
/// keeps: a list of `[channel, account, time]`, else the fifth value.
pub(super) const OLD_DECISIONS: &str = "DELETE FROM decisions WHERE id > ?1 AND id <= ?2 AND (at > ?3 OR at < coalesce((SELECT k.value ->> 2 \
    FROM json_each(?4) AS k WHERE k.value ->> 0 = channel AND k.value ->> 1 = account), ?5))";

/// Deletes replies that name a member, or were sent in their direct chats, and notices about their tickets and their calls in staff
/// rooms; those of calls, and answers to staff that may hold words of anybody, while they wait, too.
pub(super) const FROM_OUTBOX: &str = "DELETE FROM outbox WHERE id > ?1 AND id <= ?2 AND ((caller IS NOT NULL \
    AND (caller ->> '$.several' OR (caller ->> '$.member' = ?8 AND caller ->> '$.place.account' = ?3))) OR state <> 0 \
    AND ((account = ?3 AND (instr(reply, ?4) > 0 OR channel IN (SELECT value FROM json_each(?5)))) \
    OR (about IS NULL AND EXISTS (SELECT 1 FROM json_each(?6) AS room \
    WHERE room.value ->> '$.channel' = channel AND room.value ->> '$.account' = account) \
    AND EXISTS (SELECT 1 FROM json_each(?7) AS words WHERE instr(reply, words.value) > 0))))";

/// Finds closed tickets of a step (from, until) in which a member took part: by the id as JSON, the id, the account, and as the
/// history names people in either form.
pub(super) const WATCHED: &str = "SELECT number FROM tickets WHERE number > ?1 AND number <= ?2 AND status = 'closed' AND (\
    (instr(data, ?3) > 0 AND EXISTS (SELECT 1 FROM json_each(data, '$.watchers') AS w \
    WHERE w.value ->> '$.member' = ?4 AND coalesce(w.value ->> '$.elsewhere[0].account', account) = ?5)) \
    OR (account = ?5 AND EXISTS (SELECT 1 FROM ticket_lines WHERE ticket = number \
    AND (substr(who, -length(?6)) = ?6 OR substr(who, -length(?7)) = ?7))))";

/// Deletes the lines of a ticket of whose author the name ends in this.
pub(super) const LINES_OF: &str =
    "DELETE FROM ticket_lines WHERE ticket = ?1 AND substr(who, -length(?2)) = ?2";

/// Takes a member out of those who watch a ticket.
pub(super) const UNWATCHED: &str = "UPDATE tickets SET data = json_set(data, '$.watchers', (SELECT json_group_array(json(w.value)) \
    FROM json_each(data, '$.watchers') AS w WHERE w.value ->> '$.member' <> ?2)) WHERE number = ?1";
