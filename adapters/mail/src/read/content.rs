//! The message that an answer by mail becomes, and the reason for a notice to its author about what it does not carry.

use super::body::Body;
use super::{
    Answer, Arrived, MAX_ANSWER_CHARS, MAX_FILES, REPORTED_AGE_MAX, Rules, Which, Why, away, beginning,
};
use groupdesk_contract::{
    Channel, ChannelKind, ChannelRole, Message, Quote, Segment, Sender, Standing, held_file, plainly_said,
};

/// Content of a message.
pub(super) struct Content {
    pub(super) segments: Vec<Segment>,
    /// Reason for a notice to the author; `None` where everything is passed on.
    pub(super) why: Option<Why>,
}

/// Returns the reason for which an answer is not passed on; `None` where it is. The mail is `cut` where it is longer than what was
/// fetched of it.
pub(super) fn reason_to_return(answer: &Answer, body: &Body, is_order: bool, cut: bool) -> Option<Why> {
    let text = &body.own.text;
    if text.is_empty() && body.files.is_empty() {
        return Some(Why::Empty);
    }
    if text.is_empty() && body.files.iter().all(|file| file.is_mail || cut) {
        let names = body.files.iter().map(|file| file.name.clone()).collect();
        return Some(Why::Sealed(names));
    }
    // Who says it with an order says it themselves.
    if !is_order && (away::is_note(text) || away::is_marked_below(text, &body.below)) {
        return Some(Why::Automatic);
    }
    if answer.ticket.is_none() && !text.starts_with(['/', '／']) {
        return Some(Why::NoTicket);
    }
    None
}

impl Rules<'_> {
    /// Puts the segments of a message together: the mail that it answers, the text, and the files.
    pub(super) fn content(
        &self,
        arrived: Arrived<'_>,
        answer: &Answer,
        body: Body,
        is_order: bool,
    ) -> Content {
        let held = |which: Which| {
            Some(held_file(
                self.account,
                &format!("{}/{}", arrived.place, which.name()),
            ))
        };
        let mut why = body.own.guessed.map(Why::Cut);
        let mut segments = Vec::new();
        if let Some(answered) = &answer.answered {
            segments.push(Segment::Quote(Quote {
                message: answered.as_str().into(),
                of_bot: Some(true),
                text: None,
            }));
        }
        let text = body.own.text;
        let chars = text.chars().count();
        let mut files = Vec::new();
        if chars > MAX_ANSWER_CHARS && !is_order {
            why = Some(Why::Long(chars));
            files.push(Segment::File {
                name: Some("reply.txt".to_owned()),
                url: held(Which::Text),
            });
            segments.push(Segment::Text(of_ticket(answer, beginning(&text, chars))));
        } else if !text.is_empty() {
            segments.push(Segment::Text(match is_order {
                true => text,
                false => of_ticket(answer, text),
            }));
        }
        let mut left: Vec<String> = Vec::new();
        for file in body.files {
            if file.is_mail || arrived.cut || files.len() >= MAX_FILES {
                left.push(file.name);
            } else if file.is_picture {
                files.push(Segment::Image {
                    url: held(file.which),
                });
            } else {
                files.push(Segment::File {
                    name: Some(file.name),
                    url: held(file.which),
                });
            }
        }
        if !left.is_empty() {
            segments.push(Segment::Text(format!("\n[附件/attachment: {}]", left.join(", "))));
            why = Some(Why::Files(left));
        }
        segments.extend(files);
        if body.pictures_left > 0 {
            why = why.or(Some(Why::Pictures));
        }
        Content { segments, why }
    }
}

/// Marks a text as said about the ticket that it answers, where it answers one.
fn of_ticket(answer: &Answer, text: String) -> String {
    match answer.ticket {
        Some(ticket) => plainly_said(ticket, &text),
        None => text,
    }
}

/// Makes the message of an answer whose mail has the `id`.
pub(super) fn message(arrived: &Arrived<'_>, answer: Answer, id: &str, segments: Vec<Segment>) -> Message {
    let is_late = arrived.now.duration_since(arrived.received) > REPORTED_AGE_MAX;
    Message {
        id: id.into(),
        channel: Channel {
            id: answer.target.as_str().into(),
            kind: ChannelKind::Group,
            name: Some(answer.target),
        },
        sender: Sender {
            id: answer.from.as_str().into(),
            name: answer.name,
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments,
        mentions_bot: false,
        at: if is_late { arrived.now } else { arrived.received },
        ticket: answer.ticket,
        link: None,
    }
}
