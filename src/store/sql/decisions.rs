//! Kept decisions: written with the batch that decides, read by time, by message and by ticket.

use super::engine::{Cells as _, Connection, Readers, Row, query, query_scalar, query_text};
use super::read::{place, timestamp};
use super::rows::{Bound, Statement, Values};
use crate::store::columns::insert;
use crate::store::{
    Answered, DecisionCount, DecisionFilter, DecisionOutcome, Decisions, Dropped, Joined, Judgements,
    KeptDecision, Label, NewDecision, NewLabel, Outcome, Unlabelled, names_nothing,
};
use groupdesk_contract::{MemberId, MessageId, Place};
use jiff::Timestamp;
use std::collections::HashMap;
use std::fmt::Write;

insert! {
    ROWS into "decisions", bound by bind_row;
    key: 4, tail: " ON CONFLICT (message, channel, account, at) DO UPDATE SET called = excluded.called, \
           question = excluded.question, act = excluded.act, decision = excluded.decision, rule = excluded.rule, \
           entry = excluded.entry, confidence = excluded.confidence, needed = excluded.needed, best = excluded.best, \
           ticket = excluded.ticket, faq_version = excluded.faq_version, language = excluded.language, \
           shadow = excluded.shadow, text = excluded.text, joined = NULL";
    row = row, &NewDecision {
        // By an id that names nothing no message is found again.
        message: (!names_nothing(&row.message)).then(|| row.message.as_str()),
        channel: row.place.channel.as_str(),
        account: row.place.account.as_str(),
        at: row.at.as_microsecond(),
        member: row.member.as_str(),
        called: row.called,
        question: row.question,
        act: row.act.as_str(),
        decision: row.decision.as_str(),
        rule: row.rule.as_str(),
        entry: row.entry.as_deref(),
        confidence: row.confidence.map(thousandths),
        needed: row.needed.map(thousandths),
        best: written(&row.best),
        ticket: row.ticket.map(i64::try_from).transpose()?,
        faq_version: row.faq_version.as_str(),
        language: row.language.as_str(),
        shadow: row.shadow,
        text: row.text.as_deref(),
    }
}

const JOINED: Statement = Statement {
    head: "WITH s (message, channel, account, joined, at) AS (",
    values: 5,
    key: 0,
    tail: ") UPDATE decisions SET joined = s.joined FROM s WHERE decisions.message = s.message \
           AND decisions.channel = s.channel AND decisions.account = s.account AND decisions.at <= s.at \
           AND decisions.at > s.at - 3600000000 AND (s.message <> s.joined OR decisions.at < s.at)",
};

const DROPPED: Statement = Statement {
    head: "WITH s (message, channel, account, at, rule) AS (",
    values: 5,
    key: 0,
    tail: ") UPDATE decisions SET rule = s.rule FROM s WHERE decisions.message = s.message \
           AND decisions.channel = s.channel AND decisions.account = s.account AND decisions.at <= s.at \
           AND decisions.at > s.at - 3600000000 AND decisions.rule = 'waiting'",
};

/// Finds the decision that an outcome is about.
const OF_MESSAGE: &str = "SELECT id FROM decisions WHERE message = ?1 AND channel = ?2 AND account = ?3 AND at <= ?4 \
    ORDER BY at DESC LIMIT 1";
const OF_REPLY: &str = "SELECT id FROM decisions WHERE message = (SELECT answers FROM outbox WHERE message = ?1 \
    AND channel = ?2 AND account = ?3 AND about IS NULL ORDER BY id DESC LIMIT 1) AND channel = ?2 AND account = ?3 AND at <= ?4 \
    ORDER BY at DESC LIMIT 1";
const OF_MEMBER: &str = "SELECT id FROM decisions WHERE member = ?1 AND account = ?3 AND at <= ?4 \
    AND at > ?4 - 600000000 AND channel = ?2 AND joined IS NULL ORDER BY at DESC LIMIT 1";

const COUNTS: Statement = Statement {
    head: "INSERT INTO decision_counts (hour, account, channel, rule, messages) ",
    values: 5,
    key: 0,
    tail: " ON CONFLICT (hour, account, channel, rule) DO UPDATE SET messages = decision_counts.messages + excluded.messages",
};

/// Columns of a row, in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "id, at, account, channel, member, message, called, question, act, decision, rule, entry, \
    confidence, needed, best, ticket, faq_version, language, shadow, text, joined, outcome, outcome_at, outcome_by, \
    label, labelled_at, labelled_by";

/// Prefix of a rule in the table of counts, for what was decided in shadow mode.
const SHADOW: &str = "shadow/";

/// Microseconds of an hour.
pub(super) const HOUR_MICROSECONDS: i64 = 3_600_000_000;

pub(super) async fn write(connection: &mut Connection, decisions: &Decisions) -> sqlx::Result<()> {
    ROWS.execute(&mut *connection, &decisions.rows, bind_row).await?;
    JOINED
        .execute(&mut *connection, &decisions.joined, bind_joined)
        .await?;
    DROPPED
        .execute(&mut *connection, &decisions.dropped, bind_dropped)
        .await?;
    for outcome in &decisions.outcomes {
        write_outcome(connection, outcome).await?;
    }
    for label in &decisions.labels {
        write_label(connection, label).await?;
    }
    COUNTS
        .execute(&mut *connection, &summed(&decisions.counts), bind_count)
        .await?;
    Ok(())
}

/// Returns the counts, one of each key. (One statement must not update a row twice.)
fn summed(counts: &[DecisionCount]) -> Vec<((i64, &Place, String), i64)> {
    let mut summed: Vec<((i64, &Place, String), i64)> = Vec::with_capacity(counts.len());
    let mut places = HashMap::with_capacity(counts.len());
    for count in counts {
        let rule = if count.shadow {
            format!("{SHADOW}{}", count.rule)
        } else {
            count.rule.clone()
        };
        let key = (
            count.at.as_microsecond().div_euclid(HOUR_MICROSECONDS),
            &count.place,
            rule,
        );
        let next = summed.len();
        match summed.get_mut(*places.entry(key.clone()).or_insert(next)) {
            Some((_, messages)) => *messages += i64::from(count.messages),
            None => summed.push((key, i64::from(count.messages))),
        }
    }
    summed
}

/// Records an outcome; what is known of a decision that is forgotten concerns nobody.
async fn write_outcome(connection: &mut Connection, outcome: &DecisionOutcome) -> sqlx::Result<()> {
    let (statement, about) = match &outcome.about {
        Answered::Message(message) => (OF_MESSAGE, message.as_str()),
        Answered::Reply(message) => (OF_REPLY, message.as_str()),
        Answered::Member(member) => (OF_MEMBER, member.as_str()),
    };
    let found = query_scalar::<i64>(statement)
        .bind(about)
        .bind(outcome.place.channel.as_str())
        .bind(outcome.place.account.as_str())
        .bind(outcome.at.as_microsecond())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(id) = found else { return Ok(()) };
    query(
        "UPDATE decisions SET outcome = ?2, outcome_at = ?3, outcome_by = ?4 WHERE id = ?1 AND coalesce(outcome, 0) <= ?2",
    )
    .bind(id)
    .bind(outcome.outcome as i64)
    .bind(outcome.at.as_microsecond())
    .bind(outcome.by.as_str())
    .execute(&mut *connection)
    .await?;
    if let Some(words) = &outcome.words {
        query(
            "INSERT INTO staff_answers (decision, at, account, staff, text) \
             SELECT id, ?2, account, ?3, ?4 FROM decisions WHERE id = ?1 AND text IS NOT NULL \
             ON CONFLICT (decision, at) DO UPDATE SET account = excluded.account, staff = excluded.staff, \
             text = excluded.text",
        )
        .bind(id)
        .bind(outcome.at.as_microsecond())
        .bind(outcome.by.as_str())
        .bind(words.as_str())
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// Records a label; one of a decision that is forgotten concerns nobody.
async fn write_label(connection: &mut Connection, label: &NewLabel) -> sqlx::Result<()> {
    let given = label.label;
    query("UPDATE decisions SET label = ?2, labelled_at = ?3, labelled_by = ?4 WHERE id = ?1")
        .bind(label.decision)
        .bind(given.map(|label| label as i64))
        .bind(given.map(|_| label.at.as_microsecond()))
        .bind(given.map(|_| label.by.as_str()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Converts a probability to thousandths.
fn thousandths(probability: f32) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a probability is at most 1, and `as` saturates"
    )]
    let whole = (probability.clamp(0.0, 1.0) * 1000.0).round() as i64;
    whole
}

#[expect(clippy::cast_precision_loss, reason = "thousandths are at most 1000")]
fn probability(thousandths: i64) -> f32 {
    thousandths as f32 / 1000.0
}

/// Writes candidates with their confidences: `id:0.912,id:0.031`.
fn written(best: &[(String, f32)]) -> Option<String> {
    let mut written = String::new();
    for (entry, confidence) in best {
        let comma = if written.is_empty() { "" } else { "," };
        // Writing to a string can't fail.
        let _ = write!(written, "{comma}{entry}:{}", thousandths(*confidence));
    }
    (!written.is_empty()).then_some(written)
}

fn bind_joined(values: &mut Values, joined: &Joined) -> Bound {
    values.add(joined.message.as_str())?;
    values.add(joined.place.channel.as_str())?;
    values.add(joined.place.account.as_str())?;
    values.add(joined.into.as_str())?;
    values.add(joined.at.as_microsecond())
}

fn bind_dropped(values: &mut Values, dropped: &Dropped) -> Bound {
    values.add(dropped.message.as_str())?;
    values.add(dropped.place.channel.as_str())?;
    values.add(dropped.place.account.as_str())?;
    values.add(dropped.at.as_microsecond())?;
    values.add(dropped.rule.as_str())
}

fn bind_count(values: &mut Values, ((hour, place, rule), messages): &((i64, &Place, String), i64)) -> Bound {
    values.add(*hour)?;
    values.add(place.account.as_str())?;
    values.add(place.channel.as_str())?;
    values.add(rule.as_str())?;
    values.add(*messages)
}

/// Returns the decisions that a condition selects, in its order; `numbers` are its values.
async fn select(readers: &Readers, condition: &str, numbers: &[i64]) -> sqlx::Result<Vec<KeptDecision>> {
    let statement = format!("SELECT {COLUMNS} FROM decisions WHERE {condition}");
    let query = query_text(statement);
    let query = numbers.iter().fold(query, |query, number| query.bind(*number));
    let rows = query.fetch_all(readers).await?;
    rows.iter().map(read).collect()
}

/// Returns the decisions of a filter, newest first.
pub(super) async fn list(readers: &Readers, filter: &DecisionFilter) -> sqlx::Result<Vec<KeptDecision>> {
    let (before, id) = match (filter.below, filter.until) {
        (Some((at, id)), Some(until)) if at < until => (at.as_microsecond(), id),
        (Some((at, id)), None) => (at.as_microsecond(), id),
        (_, Some(until)) => (until.as_microsecond(), i64::MIN),
        (None, None) => (i64::MAX, i64::MAX),
    };
    let since = filter.since.map_or(i64::MIN, Timestamp::as_microsecond);
    let limit = filter.limit.map_or(i64::MAX, i64::from);
    let condition = "at >= ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?";
    select(readers, condition, &[since, before, id, limit]).await
}

/// Returns the latest decisions with a text, newest first.
pub(super) async fn questions(readers: &Readers, limit: u32) -> sqlx::Result<Vec<KeptDecision>> {
    let condition = "at >= ? AND text IS NOT NULL AND joined IS NULL ORDER BY at DESC, id DESC LIMIT ?";
    select(readers, condition, &[i64::MIN, i64::from(limit)]).await
}

/// Returns the decision with this number.
pub(super) async fn numbered(readers: &Readers, id: i64) -> sqlx::Result<Option<KeptDecision>> {
    Ok(select(readers, "id = ?", &[id]).await?.pop())
}

/// Returns decisions without a label, newest first.
pub(super) async fn unlabelled(readers: &Readers, filter: &Unlabelled) -> sqlx::Result<Vec<KeptDecision>> {
    let which = if filter.answered {
        "entry IS NOT NULL"
    } else {
        "entry IS NULL AND question AND best IS NOT NULL AND rule <> 'waiting'"
    };
    let (before, id) = filter
        .below
        .map_or((i64::MAX, i64::MAX), |(at, id)| (at.as_microsecond(), id));
    let condition = format!(
        "at >= ? AND (at, id) < (?, ?) AND label IS NULL AND joined IS NULL AND {which} ORDER BY at DESC, id DESC LIMIT ?"
    );
    let limit = i64::from(filter.limit);
    select(readers, &condition, &[i64::MIN, before, id, limit]).await
}

/// Returns the latest decisions that were labelled, or of which it is known what became of them, newest first.
pub(super) async fn judged(readers: &Readers, limit: u32) -> sqlx::Result<Vec<KeptDecision>> {
    let condition =
        "at >= ? AND joined IS NULL AND (label IS NOT NULL OR outcome IS NOT NULL) ORDER BY at DESC LIMIT ?";
    select(readers, condition, &[i64::MIN, i64::from(limit)]).await
}

/// Returns the decisions on a message, or on that to which a message of ours replies, the latest first.
pub(super) async fn of_message(
    readers: &Readers,
    place: &Place,
    message: &MessageId,
) -> sqlx::Result<Vec<KeptDecision>> {
    let statement = format!(
        "SELECT {COLUMNS} FROM decisions WHERE message = ? AND channel = ? AND account = ? ORDER BY at DESC LIMIT 20"
    );
    let of = async |message: &str| {
        let rows = query_text(statement.clone())
            .bind(message)
            .bind(place.channel.as_str())
            .bind(place.account.as_str())
            .fetch_all(readers)
            .await?;
        rows.iter().map(read).collect::<sqlx::Result<Vec<_>>>()
    };
    let found = of(message.as_str()).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let answers = query_scalar::<Option<String>>(
        "SELECT answers FROM outbox WHERE message = ? AND channel = ? AND account = ? ORDER BY id DESC LIMIT 1",
    );
    let answers = answers
        .bind(message.as_str())
        .bind(place.channel.as_str())
        .bind(place.account.as_str())
        .fetch_optional(readers)
        .await?;
    match answers.flatten() {
        Some(asked) => of(&asked).await,
        None => Ok(Vec::new()),
    }
}

/// Returns the decisions on messages of this id in any channel, the latest first.
pub(super) async fn named(readers: &Readers, message: &str) -> sqlx::Result<Vec<KeptDecision>> {
    let statement = format!("SELECT {COLUMNS} FROM decisions WHERE message = ? ORDER BY at DESC LIMIT 100");
    let rows = query_text(statement).bind(message).fetch_all(readers).await?;
    rows.iter().map(read).collect()
}

/// Returns the decisions that opened a ticket or joined it, the first one first.
pub(super) async fn of_ticket(readers: &Readers, number: u64) -> sqlx::Result<Vec<KeptDecision>> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    select(readers, "ticket = ? ORDER BY ticket, id LIMIT 1000", &[number]).await
}

/// Counts judged answers.
pub(super) async fn judgements(readers: &Readers) -> sqlx::Result<Vec<Judgements>> {
    let rows = query(
        "SELECT account, channel, label, outcome, shadow, count(*) AS answers FROM decisions INDEXED BY decisions_judgements \
         WHERE entry IS NOT NULL AND (label IS NOT NULL OR outcome IS NOT NULL) \
         GROUP BY account, channel, label, outcome, shadow",
    );
    let rows = rows.fetch_all(readers).await?;
    let judgements = |row: &Row| {
        Ok(Judgements {
            place: place(row)?,
            label: row.try_get::<Option<i64>, _>("label")?.and_then(Label::of_code),
            outcome: row
                .try_get::<Option<i64>, _>("outcome")?
                .and_then(Outcome::of_code),
            shadow: row.try_get("shadow")?,
            answers: row.try_get::<i64, _>("answers")?.unsigned_abs(),
        })
    };
    rows.iter().map(judgements).collect()
}

/// Returns the counts of the hours of a span.
pub(super) async fn counts(
    readers: &Readers,
    since: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Vec<DecisionCount>> {
    let rows = query(
        "SELECT hour * 3600000000 AS at, account, channel, rule, messages FROM decision_counts \
         WHERE hour >= ? AND hour < ? ORDER BY hour, account, channel, rule",
    )
    .bind(since.as_microsecond().div_euclid(HOUR_MICROSECONDS))
    .bind(
        until
            .as_microsecond()
            .saturating_add(HOUR_MICROSECONDS - 1)
            .div_euclid(HOUR_MICROSECONDS),
    )
    .fetch_all(readers)
    .await?;
    let count = |row: &Row| {
        let rule: String = row.try_get("rule")?;
        let (rule, shadow) = match rule.strip_prefix(SHADOW) {
            Some(rule) => (rule, true),
            None => (rule.as_str(), false),
        };
        Ok(DecisionCount {
            at: timestamp(row, "at")?,
            place: place(row)?,
            rule: rule.to_owned(),
            shadow,
            messages: row.try_get("messages")?,
        })
    };
    rows.iter().map(count).collect()
}

pub(super) fn read(row: &Row) -> sqlx::Result<KeptDecision> {
    let best: Option<String> = row.try_get("best")?;
    let best = best.as_deref().into_iter().flat_map(|best| best.split(','));
    let best = best.filter_map(|one| {
        let (entry, confidence) = one.rsplit_once(':')?;
        Some((entry.to_owned(), probability(confidence.parse().ok()?)))
    });
    let message: Option<String> = row.try_get("message")?;
    let number = |column: &str| row.try_get::<Option<i64>, _>(column);
    let told = |at: &str, by: &str| -> sqlx::Result<Option<(Timestamp, String)>> {
        let by: Option<String> = row.try_get(by)?;
        number(at)?
            .map(|_| Ok((timestamp(row, at)?, by.unwrap_or_default())))
            .transpose()
    };
    let outcome = number("outcome")?.and_then(Outcome::of_code);
    let label = number("label")?.and_then(Label::of_code);
    let decision = NewDecision {
        at: timestamp(row, "at")?,
        place: place(row)?,
        member: MemberId::new(row.try_get::<String, _>("member")?),
        message: MessageId::new(message.unwrap_or_default()),
        called: row.try_get("called")?,
        question: row.try_get("question")?,
        act: row.try_get("act")?,
        decision: row.try_get("decision")?,
        rule: row.try_get("rule")?,
        entry: row.try_get("entry")?,
        confidence: number("confidence")?.map(probability),
        needed: number("needed")?.map(probability),
        best: best.collect(),
        ticket: number("ticket")?.and_then(|ticket| u64::try_from(ticket).ok()),
        faq_version: row.try_get("faq_version")?,
        language: row.try_get("language")?,
        shadow: row.try_get("shadow")?,
        text: row.try_get("text")?,
    };
    Ok(KeptDecision {
        id: row.try_get("id")?,
        decision,
        joined: row.try_get::<Option<String>, _>("joined")?.map(MessageId::new),
        outcome: outcome
            .zip(told("outcome_at", "outcome_by")?)
            .map(|(outcome, (at, by))| (outcome, at, by)),
        label: label
            .zip(told("labelled_at", "labelled_by")?)
            .map(|(label, (at, by))| (label, at, by)),
    })
}
