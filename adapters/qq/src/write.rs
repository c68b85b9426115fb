//! Replies as QQ's messages, without any call.

use crate::channel_id::ChannelRef;
use groupdesk_contract::{FileBytes, NO_LINK, Reply, Segment, no_file_link};
use groupdesk_kit::{SplitLimit, split_text};
use groupdesk_texts::Catalogue;
use regex::Regex;
use std::sync::LazyLock;

/// The longest text of one message, in characters.
pub(crate) const MAX_TEXT: usize = 4_000;
/// A text that a picture may carry.
const CAPTION: usize = 1_000;
/// Stands for a mention while a text is cut.
const MARK: u32 = 0xe000;
/// The most mentions in a reply.
const MENTIONS: u32 = 0x100;
/// Keeps `<@` and the like from being taken for QQ's own marks; nobody sees it.
const BREAK: char = '\u{200b}';

/// Matches the text that QQ takes for a web address: with its scheme, or a host of names with a path or without.
#[expect(clippy::expect_used, reason = "a test compiles it")]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:https?://[\x21-\x7e&&[^<>]]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/[\x21-\x7e&&[^<>]]*)?)")
        .expect("it is well-formed")
});
/// Stands where a web address may not.
static NO_ADDRESS: LazyLock<String> =
    LazyLock::new(|| format!("[{}]", Catalogue::both().address_not_shown()));

/// One message of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: Text,
    pub(crate) media: Option<Media>,
}

/// Words, with the people whom they mention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    words: String,
    mentions: Vec<String>,
}

/// A picture or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Media {
    pub(crate) kind: MediaKind,
    pub(crate) name: Option<String>,
    pub(crate) source: Source,
}

/// The kind in which QQ shows it: `file_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Picture,
    Video,
    File,
}

impl MediaKind {
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Picture => 1,
            Self::Video => 2,
            Self::File => 4,
        }
    }
}

/// The source of the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Url(String),
    Bytes(FileBytes),
}

/// Renders the messages of `reply`. With `apart`, no picture shares a message with text, and the text comes last.
pub(crate) fn parts(reply: &Reply, room: &ChannelRef, apart: bool) -> Vec<Part> {
    let mut words = String::new();
    let mut mentions = Vec::new();
    let mut media = Vec::new();
    for segment in &reply.segments {
        match segment {
            Segment::Text(text) => words.extend(text.chars().filter(|c| !is_mark(*c))),
            Segment::Mention(member) => {
                let number = u32::try_from(mentions.len()).unwrap_or(MENTIONS);
                if let Some(mark) =
                    char::from_u32(MARK + number).filter(|_| number < MENTIONS && may_mention(room))
                {
                    words.push(mark);
                    mentions.push(at(member.as_str()));
                }
            }
            Segment::MentionAll => {
                let number = u32::try_from(mentions.len()).unwrap_or(MENTIONS);
                match (room, char::from_u32(MARK + number)) {
                    (ChannelRef::Channel(_), Some(mark)) if number < MENTIONS => {
                        words.push(mark);
                        mentions.push("<qqbot-at-everyone />".to_owned());
                    }
                    _ => words.push_str("@全体成员"),
                }
            }
            Segment::Image { url } => match url.as_deref().and_then(|url| file(url, None, true)) {
                Some(picture) => media.push(picture),
                None => words.push_str(NO_LINK),
            },
            Segment::File { name, url } => {
                match url.as_deref().and_then(|url| file(url, name.clone(), false)) {
                    // Guilds take pictures only.
                    Some(file) if !room.is_guild() || file.kind == MediaKind::Picture => media.push(file),
                    _ => words.push_str(&instead(name.as_deref())),
                }
            }
            Segment::Quote(_) => {}
            Segment::Other(what) => {
                words.push('[');
                words.push_str(what);
                words.push(']');
            }
        }
    }
    let text = |words: &str| Text {
        words: words.to_owned(),
        mentions: mentions.clone(),
    };
    let said: Vec<Text> = split_text(&words, SplitLimit::chars(MAX_TEXT))
        .into_iter()
        .map(text)
        .collect();
    let alone = |media: Media| Part {
        text: Text::default(),
        media: Some(media),
    };
    let words = said.into_iter().map(|text| Part { text, media: None });
    if apart {
        return media.into_iter().map(alone).chain(words).collect();
    }
    let mut parts: Vec<Part> = words.collect();
    let mut media = media.into_iter().peekable();
    if let Some(last) = parts.last_mut()
        && last.text.words.chars().count() <= CAPTION
        && let Some(picture) = media.next_if(|media| media.kind == MediaKind::Picture)
    {
        last.media = Some(picture);
    }
    parts.extend(media.map(alone));
    parts
}

/// The text in place of a file that can't be shown.
pub(crate) fn instead(name: Option<&str>) -> String {
    no_file_link(name)
}

impl Media {
    /// Kind and name of the file.
    pub(crate) fn what(&self) -> String {
        match self.kind {
            MediaKind::Picture => NO_LINK.to_owned(),
            _ => instead(self.name.as_deref()),
        }
    }

    /// The text in place of it: its name, and its address if people can open it.
    pub(crate) fn instead(&self) -> String {
        let words = self.what();
        match &self.source {
            Source::Url(url) => format!("{words} {url}"),
            Source::Bytes(_) => words,
        }
    }
}

fn file(url: &str, name: Option<String>, is_picture: bool) -> Option<Media> {
    if let Some(bytes) = FileBytes::from_url(url) {
        let kind = match bytes.kind.as_str() {
            kind if kind.starts_with("image/") => MediaKind::Picture,
            "video/mp4" => MediaKind::Video,
            _ => MediaKind::File,
        };
        return Some(Media {
            kind,
            name,
            source: Source::Bytes(bytes),
        });
    }
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web.then(|| Media {
        kind: if is_picture {
            MediaKind::Picture
        } else {
            MediaKind::File
        },
        name,
        source: Source::Url(url.to_owned()),
    })
}

fn may_mention(room: &ChannelRef) -> bool {
    matches!(room, ChannelRef::Group(_) | ChannelRef::Channel(_))
}

fn at(member: &str) -> String {
    let id: String = member
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    format!("<qqbot-at-user id=\"{id}\" />")
}

fn is_mark(c: char) -> bool {
    (MARK..MARK + MENTIONS).contains(&u32::from(c))
}

impl Text {
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the text with `more` in a line of its own.
    pub(crate) fn with(&self, more: &str) -> Self {
        let mut text = self.clone();
        if !text.words.is_empty() {
            text.words.push('\n');
        }
        text.words.push_str(more);
        text
    }

    pub(crate) fn has_address(&self) -> bool {
        ADDRESS.is_match(&self.words)
    }

    /// Returns the same text, with a placeholder for each web address.
    pub(crate) fn without_addresses(&self) -> Self {
        Self {
            words: ADDRESS.replace_all(&self.words, NO_ADDRESS.as_str()).into_owned(),
            mentions: self.mentions.clone(),
        }
    }

    /// Renders the `content` of a message in `channel_id`: no text of a member or an entry becomes a mark of QQ's.
    pub(crate) fn content(&self, room: &ChannelRef) -> String {
        if room.is_guild() {
            return self.render(|c, next, out| match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '@' if next.starts_with("everyone") => out.extend(['@', BREAK]),
                _ => out.push(c),
            });
        }
        self.render(|c, next, out| {
            out.push(c);
            if c == '<' && is_tag(next) {
                out.push(BREAK);
            }
        })
    }

    /// Renders the `content` of a Markdown message in which every character shows as itself.
    pub(crate) fn markdown(&self) -> String {
        self.render(|c, next, out| match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '-' | '!' | '~'
            | '|' | '>' => {
                out.extend(['\\', c]);
            }
            '<' => {
                out.extend(['\\', '<']);
                if is_tag(next) {
                    out.push(BREAK);
                }
            }
            '@' if next.starts_with("everyone") => out.extend(['@', BREAK]),
            _ => out.push(c),
        })
    }

    fn render(&self, write: impl Fn(char, &str, &mut String)) -> String {
        let mut out = String::with_capacity(self.words.len());
        for (at, c) in self.words.char_indices() {
            if is_mark(c) {
                let number = usize::try_from(u32::from(c) - MARK).unwrap_or(usize::MAX);
                out.push_str(self.mentions.get(number).map_or("", String::as_str));
            } else {
                write(
                    c,
                    self.words.get(at + c.len_utf8()..).unwrap_or_default(),
                    &mut out,
                );
            }
        }
        out
    }
}

/// True if `<` before `next` begins a mark of QQ's.
fn is_tag(next: &str) -> bool {
    ["@", "#", "qqbot-", "emoji:", "faceType"]
        .iter()
        .any(|tag| next.starts_with(tag))
}

#[cfg(test)]
mod tests;
