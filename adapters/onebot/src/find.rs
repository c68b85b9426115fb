//! Finds out whether a reply was sent: from a late response, else from the channel's history.

use crate::calls::{Answer, LATE_ANSWER_TIMEOUT, Overdue, Unanswered};
use crate::channel_id::Target;
use crate::codes::{self, Verdict};
use crate::core::Core;
use crate::failed_lookups::{FEW_MESSAGES, MANY_MESSAGES};
use crate::pictures;
use crate::progress::Progress;
use crate::read;
use crate::wire::{Frame, read_fields};
use crate::write::{self, Address, MAX_TEXT, OutSegment};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use groupdesk_contract::{MessageId, PastReply, Reply, ReplyKey};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::time::Duration;
use tokio::time::Instant;

/// The longest time by which the platform's clock may be behind ours.
const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_secs(60);

/// The longest wait of one look-up for a late response.
const LATE_WAIT: Duration = Duration::from_secs(10);

/// The timeout of a history call. It is four times as long as that of other calls, since a slow implementation must not be asked
/// in vain again and again.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(45);

/// The delay after which the history is asked for a second time while the first call still runs: an implementation that stalled
/// for a while must not cost a member the whole of [`LOOKUP_TIMEOUT`].
const LOOKUP_INTERVAL: Duration = Duration::from_secs(12);

/// [`LATE_ANSWER_TIMEOUT`] where something that was sent later was answered. Longer, and members wait for lost replies; shorter, and an
/// implementation that is slow with some says them twice.
const PASSED_ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// The delays between first doubt and resending, where no history can prove that a reply is missing.
const UNPROVEN_AFTER: [Duration; 2] = [Duration::ZERO, Duration::from_secs(30)];

/// The failure of the last try of a reply that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The implementation answered that it was not sent. That is believed, unless the history shows it: where the history has
    /// nothing of ours it proves nothing, and to wait would cost members time.
    Answered,
    /// Nothing is known of it.
    Unanswered,
}

/// Looks for `reply`, which was decided at `since`.
pub(crate) async fn find(core: &Core, key: ReplyKey, reply: &Reply, since: Timestamp) -> PastReply {
    let deadline = Instant::now() + core.settings.call_timeout.0.min(LATE_WAIT);
    loop {
        let heard = core.late_answers.notified();
        tokio::pin!(heard);
        heard.as_mut().enable();
        let mut progress = core.progress(key);
        if std::mem::take(&mut progress.heard_late) {
            core.keep_progress(key, &progress);
            // With no id the next try finds that nothing is left to be said; after a failure it goes by what was answered.
            return match (&progress.late, progress.first) {
                (None, Some(first)) if progress.is_whole => {
                    core.notes().replies.remove(&key);
                    PastReply::Arrived(first)
                }
                _ => PastReply::Missing,
            };
        }
        if core.connections.overdue(key).is_none() || Instant::now() >= deadline {
            break;
        }
        tokio::select! {
            () = heard => {}
            () = tokio::time::sleep_until(deadline) => {}
        }
    }
    let reply = pictures::screened(core, reply).await;
    let messages = write::messages(&reply, MAX_TEXT);
    match look(core, key, &reply, &messages, since, Failure::Unanswered).await {
        PastReply::Missing | PastReply::CannotTell
            if core
                .connections
                .overdue(key)
                .is_some_and(|overdue| may_come(overdue, Instant::now())) =>
        {
            PastReply::NotNow
        }
        found => found,
    }
}

/// True while the answer to a call that was given up may still come.
fn may_come(overdue: Overdue, now: Instant) -> bool {
    let within = if overdue.is_passed {
        PASSED_ANSWER_TIMEOUT
    } else {
        LATE_ANSWER_TIMEOUT
    };
    now.saturating_duration_since(overdue.since) < within
}

/// Looks among the recent messages of the channel for the reply.
pub(crate) async fn look(
    core: &Core,
    key: ReplyKey,
    reply: &Reply,
    messages: &[Vec<OutSegment>],
    since: Timestamp,
    failure: Failure,
) -> PastReply {
    let (answer, count) = match ask_history(core, reply).await {
        Ok(asked) => asked,
        Err(found) => return found,
    };
    let Some(history) = answer.data::<History<'_>>() else {
        return PastReply::CannotTell;
    };
    let oldest = since.saturating_sub(CLOCK_SKEW_MAX).unwrap_or(Timestamp::MIN);
    let own: Vec<&Frame<'_>> = history
        .messages
        .iter()
        .filter(|past| is_ours(core, past))
        .filter(|past| read::past_time(past).is_none_or(|at| at >= oldest))
        .filter(|past| !read::past_failed(past))
        .filter(|past| !core.is_of_another(key, &reply.channel, past))
        .collect();
    let found = match_messages(core, reply, messages, &own);
    let first = found.first().cloned().flatten();
    if found.len() == messages.len()
        && let Some(first) = first
    {
        core.notes().replies.remove(&key);
        core.confirm(key, &reply.channel, &first);
        return PastReply::Arrived(first);
    }
    if messages.len() > 1 {
        // The next try says only what is not there yet.
        let mut progress = core.progress(key);
        (progress.said, progress.first) = (found.len(), first);
        core.keep_progress(key, &progress);
    }
    if history.is_cut(count, oldest) {
        return PastReply::CannotTell;
    }
    let shows_own = {
        let mut notes = core.notes();
        notes.lookups.shows_own |= history.messages.iter().any(|past| is_ours(core, past));
        notes.lookups.shows_own
    };
    let is_awaited = |overdue| may_come(overdue, Instant::now());
    if shows_own || failure == Failure::Answered || core.connections.overdue(key).is_some_and(is_awaited) {
        return PastReply::Missing;
    }
    let mut progress = core.progress(key);
    let found = unproven(&mut progress, Instant::now());
    core.keep_progress(key, &progress);
    found
}

/// Asks for the recent messages of a reply's channel. Returns the answer with the number of messages that were asked for.
///
/// # Errors
/// Fails with the result of the look-up where there is no history to look at.
async fn ask_history(core: &Core, reply: &Reply) -> Result<(Answer, u32), PastReply> {
    let target = Target::of(&reply.channel).ok_or(PastReply::Missing)?;
    let connection = core.connections.sender(core.route(&reply.channel).as_deref());
    // Which messages are our own is known only after the first event.
    let connection = connection.filter(|connection| connection.self_id().is_some());
    let connection = connection.ok_or(PastReply::NotNow)?;
    let count = core.notes().lookups.may_ask(&reply.channel, Instant::now());
    let mut count = count.ok_or(PastReply::CannotTell)?;
    let deadline = Instant::now() + (core.settings.call_timeout.0 * 4).min(LOOKUP_TIMEOUT);
    let ask = |count: u32| {
        let params = Params {
            address: target.address(connection.spells_places_as_text()),
            count,
        };
        let patience = deadline.saturating_duration_since(Instant::now());
        connection.call(target.history_action(), params, patience)
    };
    let mut asked = FuturesUnordered::new();
    let first = loop {
        asked.push(ask(count));
        let again = (Instant::now() + LOOKUP_INTERVAL).min(deadline);
        match tokio::time::timeout_at(again, asked.next()).await {
            Ok(Some(Err(Unanswered::Unreadable))) if count > FEW_MESSAGES => {
                count = FEW_MESSAGES;
                core.notes().lookups.was_too_much(&reply.channel);
            }
            Ok(Some(answer)) => break answer,
            Ok(None) => return Err(PastReply::NotNow),
            Err(_) if Instant::now() >= deadline => return Err(PastReply::NotNow),
            Err(_) => {}
        }
    };
    drop(asked);
    let answer = first.map_err(|unanswered| match unanswered {
        Unanswered::Unreadable => PastReply::CannotTell,
        Unanswered::Lost => broke(core, reply),
        Unanswered::NotWritten | Unanswered::TimedOut => PastReply::NotNow,
    })?;
    core.notes().lookups.answered(&reply.channel);
    match codes::of(&answer, &[]) {
        Verdict::Sent(_) => Ok((answer, count)),
        // The implementation could not ask the platform, which passes, as it does for what is sent.
        Verdict::Network | Verdict::Doubtful | Verdict::Later(_) => Err(PastReply::NotNow),
        Verdict::Refused | Verdict::Picture | Verdict::Quote | Verdict::Mention | Verdict::Unclear => {
            Err(PastReply::CannotTell)
        }
    }
}

/// `true` if a past message is of one of our accounts.
fn is_ours(core: &Core, past: &Frame<'_>) -> bool {
    read::past_author(past).is_some_and(|author| core.connections.is_own(&author))
}

/// Finds the messages of a reply among `own`, up to the first that is not there. Returns the id of each, where it has one.
fn match_messages(
    core: &Core,
    reply: &Reply,
    messages: &[Vec<OutSegment>],
    own: &[&Frame<'_>],
) -> Vec<Option<MessageId>> {
    let names = |member: &str| core.name_of(member);
    let found = messages.iter().enumerate().map_while(|(number, message)| {
        let quote = reply.quote.as_ref().filter(|_| number == 0);
        let past = own.iter().find(|past| is_said(past, message, quote, &names))?;
        Some(past.message_id.named().map(|id| MessageId::new(id.as_ref())))
    });
    found.collect()
}

impl History<'_> {
    /// `true` if it has fewer messages than usual, of which the oldest may be younger than the reply.
    fn is_cut(&self, asked_for: u32, oldest: Timestamp) -> bool {
        asked_for < MANY_MESSAGES
            && self.messages.len() >= asked_for as usize
            && self
                .messages
                .iter()
                .all(|past| read::past_time(past).is_some_and(|at| at > oldest))
    }
}

/// Decides about a reply missing from a history that never showed a message of ours: some implementations leave those out. The
/// reply is resent a few times with growing delays; after that nobody can tell.
fn unproven(progress: &mut Progress, now: Instant) -> PastReply {
    let since = *progress.unproven_since.get_or_insert(now);
    match UNPROVEN_AFTER.get(progress.unproven) {
        Some(after) if now.saturating_duration_since(since) < *after => PastReply::NotNow,
        Some(_) => {
            progress.unproven += 1;
            PastReply::Missing
        }
        None => PastReply::CannotTell,
    }
}

/// Handles a connection that was lost during a look-up. Once may be a coincidence; a question that breaks the connection itself
/// would silence the whole account if it were repeated.
fn broke(core: &Core, reply: &Reply) -> PastReply {
    let now = Instant::now();
    let mut notes = core.notes();
    notes.lookups.broke(&reply.channel, now);
    match notes.lookups.may_ask(&reply.channel, now) {
        Some(_) => PastReply::NotNow,
        None => PastReply::CannotTell,
    }
}

#[derive(Serialize)]
struct Params {
    #[serde(flatten)]
    address: Address,
    count: u32,
}

#[derive(Debug, Default)]
struct History<'a> {
    messages: Vec<Frame<'a>>,
}

read_fields!(History {
    "messages" => messages,
});

/// True if `past` is `message`: it quotes the same message (if any) and its text begins the same way. Platforms trim and respell
/// the rest, and another answer may quote the same message. It may have been sent with links in place of its pictures, with names
/// in place of its mentions, and without its quote, which implementations drop if they don't know the quoted message.
fn is_said(
    past: &Frame<'_>,
    message: &[OutSegment],
    quote: Option<&MessageId>,
    names: &dyn Fn(&str) -> Option<String>,
) -> bool {
    const OPENING: usize = 24;
    if let [OutSegment::File { name, .. }] = message
        && let Some(there) = read::past_file(past)
    {
        return there == name.as_str();
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<Vec<char>>()
    };
    let quoted = read::past_quote(past);
    let there = letters(&read::past_text(past).unwrap_or_default());
    let plain = write::without_file(&write::without_pictures(message));
    [
        write::text(message),
        write::text(&plain),
        write::text(&write::without_mentions(message, names)),
        write::text(&write::without_mentions(&plain, names)),
    ]
    .iter()
    .map(|text| letters(text))
    // A file has no words by which it is known.
    .filter(|text| !(text.is_empty() && write::has_file(message)))
    .any(|wanted| match (quote, &quoted) {
        (Some(quote), Some(quoted)) if quote == quoted => {
            let opening = wanted.len().min(OPENING);
            there.get(..opening) == wanted.get(..opening)
        }
        (Some(_), Some(_)) => false,
        (Some(_) | None, _) => wanted == there,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_awaited_for_more_than_a_minute_unless_a_later_one_came_before_it() {
        let since = Instant::now();
        for (is_passed, awaited, too_late) in [(false, 50, 66), (true, 19, 21)] {
            let overdue = Overdue { since, is_passed };
            assert!(may_come(overdue, since + Duration::from_secs(awaited)));
            assert!(!may_come(overdue, since + Duration::from_secs(too_late)));
        }
    }

    #[test]
    fn a_history_without_ours_is_believed_twice_and_late_and_then_no_more() {
        let mut progress = Progress::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(unproven(&mut progress, at(0)), PastReply::Missing);
        assert_eq!(unproven(&mut progress, at(3)), PastReply::NotNow);
        assert_eq!(unproven(&mut progress, at(29)), PastReply::NotNow);
        assert_eq!(unproven(&mut progress, at(31)), PastReply::Missing);
        for seconds in [32, 60, 600] {
            assert_eq!(unproven(&mut progress, at(seconds)), PastReply::CannotTell);
        }
    }
}
