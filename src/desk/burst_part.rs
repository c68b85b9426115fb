//! A message of a burst, as the desk remembers it until it is answered.

use super::ChannelContext;
use super::member_state::{BurstPart, MemberState};
use super::message_context::joined;
use super::ticket_subject::cut;
use groupdesk_contract::{Message, Segment};
use jiff::Timestamp;

/// Messages of a burst that are remembered each by itself.
const BURST_KEPT: usize = 64;

/// Characters that are remembered of a quoted message.
const QUOTE_KEPT_CHARS: usize = 120;

/// Returns the beginning of a quoted text on one line; `None` where it says nothing.
pub(super) fn quoted_words(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| cut(&line, QUOTE_KEPT_CHARS))
}

impl BurstPart {
    /// Adds the message before this one to it.
    pub(super) fn take_in(&mut self, before: Self) {
        self.text = joined([before.text.as_str(), &self.text].into_iter());
        self.called |= before.called;
        self.picture |= before.picture;
        self.attached.splice(..0, before.attached);
        self.left_out.splice(..0, before.left_out);
        self.of_closed = self.of_closed.or(before.of_closed);
    }

    /// Makes the part of a message that says nothing but `text`.
    pub(super) fn saying(message: &Message, text: &str, called: bool, at: Timestamp) -> Self {
        Self {
            message: message.id.clone(),
            text: text.to_owned(),
            called,
            by_quote: false,
            quotes: false,
            picture: false,
            attached: Vec::new(),
            left_out: Vec::new(),
            link: message.link.clone(),
            of_closed: None,
            of_answer: None,
            quoted: None,
            at,
        }
    }
}

/// Returns the addresses from which a message's pictures and files can be downloaded.
pub(super) fn attached(message: &Message) -> impl Iterator<Item = String> {
    message.segments.iter().filter_map(|segment| match segment {
        Segment::Image { url } | Segment::File { url, .. } => url.clone(),
        _ => None,
    })
}

/// Adds a message to the member's burst, or begins a new one.
pub(super) fn join_burst(
    channel_context: &ChannelContext<'_>,
    now: Timestamp,
    member: &mut MemberState,
    part: BurstPart,
) {
    let continues = member
        .burst
        .last()
        .is_some_and(|last| now.duration_since(last.at) <= channel_context.policy.burst);
    let waiting = member.pending.take();
    let called_before = waiting.is_some_and(|pending| pending.kind.is_call());
    if !continues && !called_before {
        member.burst.clear();
    }
    // All that was said is for staff, however much of it is read.
    if member.burst.len() >= BURST_KEPT {
        let oldest = member.burst.remove(0);
        if let Some(next) = member.burst.first_mut() {
            next.take_in(oldest);
        }
    }
    member.burst.push(part);
}
