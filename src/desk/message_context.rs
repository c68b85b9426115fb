//! Context in which one message is decided.

use super::member_state::{BurstPart, Recent};
use super::reading::{Response, is_idle, language_of, objects_to_closing, readable, response};
use super::relay::shown_link;
use super::{BURST_PARTS, ChannelContext};
use crate::language::Language;
use groupdesk_contract::{ChannelKind, MemberId, Message, clean_name, read_held_file};
use jiff::Timestamp;

/// Context in which one message is decided: channel, member, and the burst that the message ends.
pub(super) struct MessageContext<'a> {
    pub(super) channel_context: &'a ChannelContext<'a>,
    pub(super) now: Timestamp,
    pub(super) kind: ChannelKind,
    pub(super) channel_name: Option<&'a str>,
    pub(super) member: &'a MemberId,
    pub(super) member_name: &'a str,
    /// Messages that waited to be read when this one went to a human, oldest first: staff get them with it.
    pub(super) unread: Vec<BurstPart>,
    /// The messages of the burst before the last one, oldest first.
    pub(super) earlier: Vec<BurstPart>,
    /// The message that a reply quotes.
    pub(super) last: BurstPart,
    /// `true` if nothing more is waited for.
    pub(super) last_word: bool,
    /// `true` if the judge's voice is not waited for, or not any longer.
    pub(super) voice_over: bool,
    /// Language of the member's own text, where it shows one: what they quote may be in another.
    pub(super) own_language: Option<Language>,
}

impl MessageContext<'_> {
    /// Messages of the burst, oldest first.
    pub(super) fn parts(&self) -> impl Iterator<Item = &BurstPart> {
        self.earlier.iter().chain(std::iter::once(&self.last))
    }

    /// Messages that staff get, oldest first.
    pub(super) fn for_staff(&self) -> impl Iterator<Item = &BurstPart> {
        self.unread.iter().chain(self.parts())
    }

    pub(super) fn called(&self) -> bool {
        self.parts().any(|part| part.called)
    }

    /// `true` if it quotes a line of a closed ticket and objects to the end.
    pub(super) fn objects_to_closing(&self) -> bool {
        self.parts().any(|part| part.of_closed.is_some()) && objects_to_closing(&self.said())
    }

    /// `true` if its text holds words of somebody else's message.
    pub(super) fn quotes_others(&self) -> bool {
        self.parts().any(|part| part.quotes)
    }

    /// Reads what the message says about the help that the member got; `None` if it says anything else.
    pub(super) fn response(&self) -> Option<Response> {
        if self.parts().any(|part| part.picture) {
            return None;
        }
        response(&self.said())
    }

    /// `true` if a picture or a file came, and no text with it.
    pub(super) fn is_picture_alone(&self) -> bool {
        self.parts().any(|part| part.picture) && !self.said().chars().any(char::is_alphanumeric)
    }

    /// Returns the text as it is read: as much of it as a question can be.
    pub(super) fn said(&self) -> String {
        said(
            self.earlier.iter().map(|part| part.text.as_str()),
            &self.last.text,
        )
    }

    /// Returns all of the text, for staff.
    pub(super) fn transcript(&self) -> String {
        let before = self.unread.iter().chain(&self.earlier);
        together(before.map(|part| part.text.as_str()), &self.last.text)
    }
}

/// Joins texts by line breaks, without empty ones.
pub(super) fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

/// Joins the texts of a burst, as far as they are read: the latest few, and the last one alone where those are more than a question.
/// A laugh or a number before the last text is left out.
pub(super) fn said<'t>(earlier: impl Iterator<Item = &'t str>, last: &'t str) -> String {
    let earlier: Vec<&str> = earlier.collect();
    let unread = earlier.len().saturating_sub(BURST_PARTS - 1);
    let all = together(earlier.into_iter().skip(unread).map(readable), readable(last));
    if readable(&all).len() < all.len() {
        readable(last).to_owned()
    } else {
        all
    }
}

fn together<'t>(earlier: impl Iterator<Item = &'t str>, last: &'t str) -> String {
    let speaks = last.chars().any(char::is_alphanumeric);
    let telling = earlier.filter(|text| !speaks || !is_idle(readable(text)));
    joined(telling.chain([last]))
}

/// Returns the language that a text shows, if it shows one.
fn own_language(text: &str) -> Option<Language> {
    let language = language_of(text, Language::CHINESE);
    let mut others = [
        Language::ENGLISH,
        Language::JAPANESE,
        Language::TRADITIONAL_CHINESE,
    ]
    .into_iter();
    others
        .all(|default| language == language_of(text, default))
        .then_some(language)
}

/// Returns the member's name and id.
pub(super) fn who(context: &MessageContext<'_>) -> String {
    format!("{}（{}）", clean_name(context.member_name), context.member)
}

impl<'a> MessageContext<'a> {
    pub(super) fn new(
        channel_context: &'a ChannelContext<'a>,
        now: Timestamp,
        message: &'a Message,
        earlier: Vec<BurstPart>,
        last: BurstPart,
    ) -> Self {
        Self {
            channel_context,
            now,
            kind: message.channel.kind,
            channel_name: message.channel.name.as_deref(),
            member: &message.sender.id,
            member_name: &message.sender.name,
            unread: Vec::new(),
            earlier,
            last,
            last_word: false,
            voice_over: false,
            own_language: own_language(readable(&message.text())),
        }
    }

    /// Returns the addresses of the pictures and files for staff, those of messages from `before` first, each once.
    pub(super) fn attached<'c>(&'c self, before: &'c [Recent]) -> impl Iterator<Item = &'c String> {
        let now = || self.for_staff().flat_map(|part| &part.attached);
        let shown_before = before.iter().flat_map(|recent| &recent.attached);
        let only_before = shown_before.filter(move |url| !now().any(|shown| shown == *url));
        only_before.chain(now())
    }

    /// Returns the addresses of those that only the account can fetch.
    pub(super) fn held_pictures(&self, before: &[Recent]) -> Vec<String> {
        let held = self.attached(before).filter(|url| read_held_file(url).is_some());
        held.cloned().collect()
    }

    /// Returns a text of the member with the links of their pictures, as the history and ticket systems keep it.
    pub(super) fn with_links(&self, said: &str, before: &[Recent]) -> String {
        let links = self.attached(before).map(|url| shown_link(url));
        let lines: Vec<&str> = std::iter::once(said)
            .chain(links)
            .filter(|line| !line.is_empty())
            .collect();
        lines.join("\n")
    }
}
