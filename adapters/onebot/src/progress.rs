//! The progress of a reply over several tries, and the form of the next try. Pure.

use crate::codes::Verdict;
use crate::write::{self, OutSegment};
use groupdesk_contract::{Delivery, MessageId};
use jiff::Timestamp;
use std::borrow::Cow;
use std::time::Duration;
use tokio::time::Instant;

/// The pauses between tries that failed for a reason that nobody knows.
const UNCLEAR_PAUSES: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(45),
];

/// The longest of them that the desk is asked for, which the channel's other replies wait for as well. Longer ones are kept here:
/// the reply is tried again by the desk's own pauses meanwhile, and others go first.
const ASKED_PAUSE_MAX: Duration = Duration::from_secs(5);

/// The pause before a message that failed with a picture in it is tried without, where it may have been sent all the same: by then
/// the history shows it.
const PLAINER_AFTER: Duration = Duration::from_secs(1);

/// A response that came when nobody waited for it any more.
#[derive(Debug, Clone)]
pub(crate) struct Late {
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
    /// The message that it answers, in the form in which it was sent.
    pub(crate) message: Vec<OutSegment>,
}

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
    pub(crate) late: Option<Late>,
    /// Pictures are sent as links in the next try. After a failure that may have other reasons they take turns: what fails with its
    /// picture is tried without before it is tried with it again.
    without_pictures: bool,
    /// The file is named in words in the next try; it takes turns likewise.
    without_file: bool,
    /// Names of the files that stand there in words only.
    pub(crate) left_out: Vec<String>,
    /// Nothing is quoted.
    without_quote: bool,
    /// Members are named in words.
    without_mentions: bool,
    /// The number of failures for unknown reasons.
    unclear: usize,
    /// The pause before the next try, and its reason, where the desk is not asked for it.
    pub(crate) rest: Option<(Duration, String)>,
    /// End.
    pub(crate) rests_until: Option<(Instant, String)>,
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
    /// Returns a message in the form of the next try; `names` gives a member's name, where it is known.
    pub(crate) fn form(
        &self,
        message: &[OutSegment],
        names: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<OutSegment> {
        let mut form = Cow::Borrowed(message);
        if self.without_pictures {
            form = Cow::Owned(write::without_pictures(&form));
        }
        if self.without_file {
            form = Cow::Owned(write::without_file(&form));
        }
        if self.without_quote {
            form = Cow::Owned(write::without_quote(&form));
        }
        if self.without_mentions {
            form = Cow::Owned(write::without_mentions(&form, names));
        }
        form.into_owned()
    }

    /// Records that the next message, `whole`, was sent in the form `sent`.
    pub(crate) fn was_said(&mut self, id: Option<MessageId>, whole: &[OutSegment], sent: &[OutSegment]) {
        if self.said == 0 {
            self.first = id;
        }
        self.said += 1;
        self.without_file = false;
        if !write::has_file(sent) {
            let files = whole.iter().filter_map(|segment| match segment {
                OutSegment::File { name, .. } => Some(name.clone()),
                _ => None,
            });
            self.left_out.extend(files);
        }
    }

    /// Records that `message` was not taken, for whatever reason: a picture or file in it may be that. Returns the pause before the
    /// try without it.
    pub(crate) fn doubt_picture(&mut self, message: &[OutSegment]) -> Option<Duration> {
        self.without_pictures = write::has_picture(message);
        self.without_file = write::has_file(message);
        (self.without_pictures || self.without_file).then_some(PLAINER_AFTER)
    }

    /// Takes in what the implementation answered to `message`.
    pub(crate) fn take(&mut self, verdict: Verdict, reason: String, message: &[OutSegment]) -> Next {
        let has_picture = write::has_picture(message) || write::has_file(message);
        let has_quote = write::has_quote(message);
        let has_mention = write::has_mention(message);
        match verdict {
            Verdict::Sent(id) => Next::Said(id),
            Verdict::Refused => Next::End(Delivery::Refused { reason }),
            Verdict::Later(after) => Next::End(Delivery::Later {
                reason,
                after: self.doubt_picture(message).or(after),
            }),
            Verdict::Network => {
                self.look_first = true;
                Next::End(Delivery::Later {
                    reason,
                    after: self.doubt_picture(message),
                })
            }
            Verdict::Doubtful => {
                self.doubt_picture(message);
                Next::End(Delivery::Unknown { reason })
            }
            Verdict::Picture if has_picture => {
                self.doubt_picture(message);
                Next::Again(reason)
            }
            Verdict::Quote if has_quote => {
                self.without_quote = true;
                Next::Again(reason)
            }
            Verdict::Mention if has_mention => {
                self.without_mentions = true;
                Next::Again(reason)
            }
            Verdict::Picture | Verdict::Quote | Verdict::Mention | Verdict::Unclear => {
                self.look_first = true;
                self.unclear += 1;
                // The picture is the likeliest reason, then the quote, then the mention: the words are what counts.
                if has_picture {
                    self.doubt_picture(message);
                } else if has_quote && self.unclear > 1 {
                    self.without_quote = true;
                } else if has_mention && self.unclear > 1 {
                    self.without_mentions = true;
                }
                match UNCLEAR_PAUSES.get(self.unclear - 1) {
                    Some(pause) if *pause > ASKED_PAUSE_MAX => {
                        self.rest = Some((*pause, reason.clone()));
                        Next::End(Delivery::Later { reason, after: None })
                    }
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
            OutSegment::At { qq: "7".to_owned() },
            OutSegment::Text {
                text: " 看图".to_owned(),
            },
            OutSegment::Image {
                file: "https://x/a".to_owned(),
            },
        ]
    }

    fn no_names(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn what_nobody_knows_is_tried_in_simpler_forms_and_not_for_ever() {
        let mut progress = Progress::default();
        let mut forms = Vec::new();
        let last = loop {
            let form = progress.form(&message(), &no_names);
            forms.push(form.len());
            match progress.take(Verdict::Unclear, "?".to_owned(), &form) {
                Next::End(Delivery::Later { after, .. }) => {
                    assert!(progress.look_first);
                    // What is not asked of the desk is kept here.
                    assert_ne!(after, progress.rest.take().map(|(pause, _)| pause));
                }
                other => break other,
            }
        };
        assert_eq!(forms, [4, 3, 2, 1, 1]);
        assert!(matches!(last, Next::End(Delivery::Refused { reason }) if reason.contains("5 times")));
    }

    #[test]
    fn a_network_that_is_down_gives_nothing_up_and_the_picture_is_left_out_of_every_other_try() {
        for verdict in [Verdict::Network, Verdict::Doubtful, Verdict::Later(None)] {
            let mut progress = Progress::default();
            for number in 0..1_000 {
                let form = progress.form(&message(), &no_names);
                assert_eq!(form.len(), if number % 2 == 0 { 4 } else { 3 }, "{verdict:?}");
                let next = progress.take(verdict.clone(), "网络连接异常".to_owned(), &form);
                let soon = (number % 2 == 0).then_some(PLAINER_AFTER);
                let expected = match verdict {
                    Verdict::Doubtful => matches!(next, Next::End(Delivery::Unknown { .. })),
                    _ => matches!(next, Next::End(Delivery::Later { after, .. }) if after == soon),
                };
                assert!(expected, "{next:?}");
                assert_eq!(progress.look_first, verdict == Verdict::Network);
            }
        }
    }

    #[test]
    fn a_picture_a_quote_or_a_member_that_is_gone_costs_no_words_and_no_time() {
        let mut progress = Progress::default();
        let form = progress.form(&message(), &no_names);
        assert!(matches!(
            progress.take(Verdict::Picture, String::new(), &form),
            Next::Again(_)
        ));
        let form = progress.form(&message(), &no_names);
        assert_eq!(write::text(&form), " 看图\nhttps://x/a");
        assert!(matches!(
            progress.take(Verdict::Quote, String::new(), &form),
            Next::Again(_)
        ));
        let form = progress.form(&message(), &no_names);
        assert_eq!(form.len(), 2);
        assert!(matches!(
            progress.take(Verdict::Mention, String::new(), &form),
            Next::Again(_)
        ));
        let form = progress.form(&message(), &no_names);
        assert_eq!(write::text(&form), "@7 看图\nhttps://x/a");
        assert_eq!(form.len(), 1);
        // An implementation that says the same of plain words is not asked for ever.
        assert!(matches!(
            progress.take(Verdict::Picture, String::new(), &form),
            Next::End(_)
        ));
    }
}
