//! Statements in PostgreSQL's words. They are written once, for SQLite, as far as both databases mean the same by them
//! ([`sql`] changes the words); the rest stands here, under the names of `sqlite/dialect.rs`.

use parking_lot::Mutex;
use std::collections::HashMap;

/// Number of the ticket that a reply belongs to.
macro_rules! reply_ticket {
    () => {
        "(about ->> 'ticket')::bigint"
    };
}
pub(super) use reply_ticket;

/// Condition: a ticket was told to one of the rooms of a list, in JSON, of `account/channel`.
pub(super) const OF_ROOMS: &str = "EXISTS (SELECT 1 FROM json_array_elements(data -> 'rooms') AS room \
    WHERE (room ->> 'account') || '/' || (room ->> 'channel') IN (SELECT json_array_elements_text(?)))";

/// Deletes the decisions of a step (from, until) that are of the future (later than the third value) or older than their channel
/// keeps: a list of `[channel, account, time]`, else the fifth value.
pub(super) const OLD_DECISIONS: &str = "DELETE FROM decisions WHERE id > ?1 AND id <= ?2 AND (at > ?3 OR at < coalesce((SELECT (k ->> 2)::bigint \
    FROM json_array_elements(?4) AS k WHERE k ->> 0 = channel AND k ->> 1 = account), ?5))";

/// Deletes replies that name a member, or were sent in their direct chats, and notices about their tickets and their calls in staff
/// rooms; those of calls, and answers to staff that may hold words of anybody, while they wait, too.
pub(super) const FROM_OUTBOX: &str = "DELETE FROM outbox WHERE id > ?1 AND id <= ?2 AND ((caller IS NOT NULL \
    AND (caller ->> 'several' = 'true' OR (caller ->> 'member' = ?8 AND caller #>> '{place,account}' = ?3))) OR state <> 0 \
    AND ((account = ?3 AND (strpos(reply::text, ?4) > 0 OR channel IN (SELECT json_array_elements_text(?5)))) \
    OR (about IS NULL AND EXISTS (SELECT 1 FROM json_array_elements(?6) AS room \
    WHERE room ->> 'channel' = channel AND room ->> 'account' = account) \
    AND EXISTS (SELECT 1 FROM json_array_elements_text(?7) AS words WHERE strpos(reply::text, words) > 0))))";

/// Finds closed tickets of a step (from, until) in which a member took part: by the id as JSON, the id, the account, and as the
/// history names people in either form.
pub(super) const WATCHED: &str = "SELECT number FROM tickets WHERE number > ?1 AND number <= ?2 AND status = 'closed' AND (\
    (strpos(data::text, ?3) > 0 AND EXISTS (SELECT 1 FROM json_array_elements(data -> 'watchers') AS w \
    WHERE w ->> 'member' = ?4 AND coalesce(w #>> '{elsewhere,0,account}', account) = ?5)) \
    OR (account = ?5 AND EXISTS (SELECT 1 FROM ticket_lines WHERE ticket = number \
    AND (right(who, length(?6)) = ?6 OR right(who, length(?7)) = ?7))))";

/// Deletes the lines of a ticket of whose author the name ends in this.
pub(super) const LINES_OF: &str =
    "DELETE FROM ticket_lines WHERE ticket = ?1 AND right(who, length(?2)) = ?2";

/// Takes a member out of those who watch a ticket.
pub(super) const UNWATCHED: &str = "UPDATE tickets SET data = jsonb_set(data::jsonb, '{watchers}', (SELECT coalesce(jsonb_agg(w), '[]'::jsonb) \
    FROM jsonb_array_elements(data::jsonb -> 'watchers') AS w WHERE w ->> 'member' <> ?2))::json WHERE number = ?1";

/// Returns a text as it stands in a statement that takes no values.
pub(super) fn quoted(text: &str) -> String {
    // A NUL ends a text on the wire, and a backslash means itself.
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

/// Statements as they were written, with their translations. There are as many as the program has.
static TRANSLATED: Mutex<Option<HashMap<&'static str, &'static str>>> = Mutex::new(None);

/// Returns a statement in PostgreSQL's words.
pub(super) fn sql(statement: &'static str) -> &'static str {
    let mut known = TRANSLATED.lock();
    known
        .get_or_insert_default()
        .entry(statement)
        .or_insert_with(|| Box::leak(translated(statement).into_boxed_str()))
}

/// Changes the words that differ: the places of values (`?`, `?3`), paths in JSON (`->> '$.a.b'`), how a text is searched in another
/// (`instr`), and the advice for SQLite's planner (`CROSS JOIN`, `INDEXED BY`, a `+` before a column).
pub(super) fn translated(statement: &str) -> String {
    let mut written = String::with_capacity(statement.len() + 16);
    let (mut rest, mut next) = (statement, 1);
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = rest
            .strip_prefix("->> '$.")
            .or_else(|| rest.strip_prefix("-> '$."))
            && let Some((path, behind)) = behind.split_once('\'')
        {
            let operator = if rest.starts_with("->>") { "#>>" } else { "#>" };
            written.push_str(&format!("{operator} '{{{}}}'", path.replace('.', ",")));
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix('\'') {
            let (quoted, behind) = behind.split_once('\'').unwrap_or((behind, ""));
            written.push_str(&format!("'{quoted}'"));
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix('?') {
            let end = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
            let (number, behind) = behind.split_at(end);
            if number.is_empty() {
                written.push_str(&format!("${next}"));
                next += 1;
            } else {
                written.push_str(&format!("${number}"));
            }
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix("CROSS JOIN ") {
            written.push_str("JOIN ");
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix("INDEXED BY ") {
            rest = behind.split_once(' ').map_or("", |(_, behind)| behind);
        } else if let Some((text, behind)) = rest
            .strip_prefix("instr(")
            .and_then(|behind| behind.split_once(','))
        {
            written.push_str(&format!("strpos({text}::text,"));
            rest = behind;
        } else if rest.starts_with(" +") && rest.chars().nth(2).is_some_and(char::is_alphabetic) {
            written.push(' ');
            rest = rest.get(2..).unwrap_or_default();
        } else {
            written.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::translated;

    #[test]
    fn a_statement_for_sqlite_becomes_one_for_postgresql() {
        let cases = [
            (
                "WHERE a = ? AND b = ? LIMIT ?",
                "WHERE a = $1 AND b = $2 LIMIT $3",
            ),
            ("a BETWEEN ?2 - ?1 AND ?2", "a BETWEEN $2 - $1 AND $2"),
            ("data ->> '$.owner.name' = ?", "data #>> '{owner,name}' = $1"),
            ("reply -> '$.note' IS NULL", "reply #> '{note}' IS NULL"),
            ("rule = 'what? +a' AND +b = ?", "rule = 'what? +a' AND b = $1"),
            ("FROM k CROSS JOIN seen USING (a)", "FROM k JOIN seen USING (a)"),
            (
                "FROM outbox INDEXED BY outbox_queued WHERE a",
                "FROM outbox WHERE a",
            ),
            ("instr(state, ?4) > 0", "strpos(state::text, $4) > 0"),
            ("a = b + 1, '工单?'", "a = b + 1, '工单?'"),
        ];
        for (ours, theirs) in cases {
            assert_eq!(translated(ours), theirs);
        }
    }
}
