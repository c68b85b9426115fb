//! The progress of a reply over several tries, and the form of the next try. Pure.

use crate::verdict::Verdict;
use crate::write::{self, OutSegment};
use groupdesk_contract::{Delivery, MessageId};
use jiff::Timestamp;
use std::borrow::Cow;
use std::time::Duration;
use tokio::time::Instant;

/// The pauses between tries that failed for a reason that nobody knows. The channel's other replies wait behind it, so that it is
/// not for long.
const UNCLEAR_PAUSES: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(45),
];

/// The state of a reply that is not settled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// The number of its messages that were sent.
    pub(crate) said: usize,
    /// The id of the first of them.
    pub(crate) first: Option<MessageId>,
    /// All of it was sent.
    pub(crate) is_whole: bool,
    /// The time of the first try.
    pub(crate) since: Option<Timestamp>,
    /// A try was answered with a failure although it may have been sent: the history is asked before the next one.
    pub(crate) look_first: bool,
    /// An answer came when nobody waited for it any more.
    pub(crate) heard_late: bool,
    /// The late response, if it was a failure.
    pub(crate) late: Option<(Verdict, String)>,
    /// Pictures are sent as links.
    without_pictures: bool,
    /// Nothing is quoted.
    without_quote: bool,
    /// The number of failures for unknown reasons.
    unclear: usize,
    /// The number of times it was resent on weak evidence: a history that shows no message of ours.
    pub(crate) unproven: usize,
    /// The time of the first such doubt.
    pub(crate) unproven_since: Option<Instant>,
}

/// The next step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The message was sent; go on to the following one.
    Said(Option<MessageId>),
    /// The same message at once, in another form, because of this.
    Again(String),
    /// No more for now.
    End(Delivery),
}

impl Progress {
    /// Returns a message in the form of the next try.
    pub(crate) fn form(&self, message: &[OutSegment]) -> Vec<OutSegment> {
        let mut form = Cow::Borrowed(message);
        if self.without_pictures {
            form = Cow::Owned(write::without_pictures(&form));
        }
        if self.without_quote {
            form = Cow::Owned(write::without_quote(&form));
        }
        form.into_owned()
    }

    /// Records that the next message was sent.
    pub(crate) fn was_said(&mut self, id: Option<MessageId>) {
        if self.said == 0 {
            self.first = id;
        }
        self.said += 1;
    }

    /// Takes in what the implementation answered to `message`.
    pub(crate) fn take(&mut self, verdict: Verdict, reason: String, message: &[OutSegment]) -> Next {
        let has_picture = message
            .iter()
            .any(|segment| matches!(segment, OutSegment::Image { .. }));
        let has_quote = message
            .iter()
            .any(|segment| matches!(segment, OutSegment::Reply { .. }));
        match verdict {
            Verdict::Sent(id) => Next::Said(id),
            Verdict::Refused => Next::End(Delivery::Refused { reason }),
            Verdict::Later(after) => Next::End(Delivery::Later { reason, after }),
            Verdict::Network => {
                self.look_first = true;
                Next::End(Delivery::Later { reason, after: None })
            }
            Verdict::Doubtful => Next::End(Delivery::Unknown { reason }),
            Verdict::Picture if has_picture => {
                self.without_pictures = true;
                Next::Again(reason)
            }
            Verdict::Quote if has_quote => {
                self.without_quote = true;
                Next::Again(reason)
            }
            Verdict::Picture | Verdict::Quote | Verdict::Unclear => {
                self.look_first = true;
                self.unclear += 1;
                // The picture is the likeliest reason, then the quote: the words are what counts.
                if has_picture {
                    self.without_pictures = true;
                } else if has_quote && self.unclear > 1 {
                    self.without_quote = true;
                }
                match UNCLEAR_PAUSES.get(self.unclear - 1) {
                    Some(pause) => Next::End(Delivery::Later {
                        reason,
                        after: Some(*pause),
                    }),
                    None => Next::End(Delivery::Refused {
                        reason: format!("tried {} times in vain: {reason}", self.unclear),
                    }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Vec<OutSegment> {
        vec![
            OutSegment::Reply { id: "1".to_owned() },
            OutSegment::Text {
                text: "看图".to_owned(),
            },
            OutSegment::Image {
                file: "https://x/a".to_owned(),
            },
        ]
    }

    #[test]
    fn what_nobody_knows_is_tried_in_simpler_forms_and_not_for_ever() {
        let mut progress = Progress::default();
        let mut forms = Vec::new();
        let last = loop {
            let form = progress.form(&message());
            forms.push(form.len());
            match progress.take(Verdict::Unclear, "?".to_owned(), &form) {
                Next::End(Delivery::Later { after: Some(_), .. }) => assert!(progress.look_first),
                other => break other,
            }
        };
        assert_eq!(forms, [3, 2, 1, 1, 1]);
        assert!(matches!(last, Next::End(Delivery::Refused { reason }) if reason.contains("5 times")));
    }

    #[test]
    fn a_network_that_is_down_gives_nothing_up() {
        let mut progress = Progress::default();
        for _ in 0..1_000 {
            let form = progress.form(&message());
            assert_eq!(form.len(), 3);
            let next = progress.take(Verdict::Network, "网络连接异常".to_owned(), &form);
            assert!(matches!(next, Next::End(Delivery::Later { after: None, .. })));
            assert!(progress.look_first);
        }
    }

    #[test]
    fn a_picture_or_a_quote_that_is_gone_costs_no_words_and_no_time() {
        let mut progress = Progress::default();
        let form = progress.form(&message());
        assert!(matches!(
            progress.take(Verdict::Picture, String::new(), &form),
            Next::Again(_)
        ));
        let form = progress.form(&message());
        assert_eq!(write::text(&form), "看图\nhttps://x/a");
        assert!(matches!(
            progress.take(Verdict::Quote, String::new(), &form),
            Next::Again(_)
        ));
        let form = progress.form(&message());
        assert_eq!(form.len(), 1);
        // An implementation that says the same of plain words is not asked for ever.
        assert!(matches!(
            progress.take(Verdict::Picture, String::new(), &form),
            Next::End(_)
        ));
    }
}
