//! Renders replies as Telegram messages. Texts go out plain, without Markdown or HTML, so that nothing in an answer or a member's
//! name needs escaping or breaks anything; mentions are entities.

use crate::split::{self, MAX_CAPTION, MAX_TEXT, Words};
use groupdesk_contract::{FileBytes, MemberId, Reply, Segment, read_held_file};

/// A message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Text(Words),
    File { file: File, caption: Words },
}

/// A picture or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) kind: Kind,
    pub(crate) source: Source,
    pub(crate) name: Option<String>,
}

/// The source from which Telegram gets a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Url(String),
    Id(String),
    Bytes(FileBytes),
}

/// The kind in which Telegram sends a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Photo,
    Document,
    Video,
    Voice,
    Audio,
    Animation,
    Sticker,
    VideoNote,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Document => "document",
            Self::Video => "video",
            Self::Voice => "voice",
            Self::Audio => "audio",
            Self::Animation => "animation",
            Self::Sticker => "sticker",
            Self::VideoNote => "video_note",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [
            Self::Photo,
            Self::Document,
            Self::Video,
            Self::Voice,
            Self::Audio,
            Self::Animation,
            Self::Sticker,
            Self::VideoNote,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }

    /// True for a kind that can have a caption.
    fn takes_caption(self) -> bool {
        !matches!(self, Self::Sticker | Self::VideoNote)
    }
}

/// Renders the messages of `reply`, in order; `name` returns a member's name.
pub(crate) fn parts(reply: &Reply, name: &dyn Fn(&MemberId) -> String) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut words = Words::default();
    for segment in &reply.segments {
        match segment {
            Segment::Text(text) => {
                if ends_in_mention(&words) && !text.starts_with(char::is_whitespace) {
                    words.push(" ");
                }
                words.push(text);
            }
            Segment::Mention(member) => {
                let shown: String = name(member).chars().take(64).collect();
                match member.as_str().parse() {
                    Ok(user) => words.ping(user, &format!("@{shown}")),
                    Err(_) => words.push(&format!("@{shown}")),
                }
            }
            // Telegram has no mention of everybody.
            Segment::MentionAll => words.push("@all "),
            Segment::Image { url: Some(url) } => file(&mut parts, &mut words, Kind::Photo, url, None),
            Segment::File { name, url: Some(url) } => {
                file(&mut parts, &mut words, Kind::Document, url, name.clone());
            }
            // A picture without an address, and what only members can send.
            Segment::Image { url: None }
            | Segment::File { url: None, .. }
            | Segment::Quote(_)
            | Segment::Other(_) => {}
        }
    }
    flush(&mut parts, &mut words);
    captioned(parts)
}

/// A file's id at Telegram, which only the bot that received it can use. Behind `#` stands what kind of file it is, unless a
/// picture is a photo and a file a document.
pub(crate) fn id_and_kind(held: &str) -> (&str, Option<Kind>) {
    match held.split_once('#') {
        Some((id, word)) => (id, Kind::of(word)),
        None => (held, None),
    }
}

fn file(parts: &mut Vec<Part>, words: &mut Words, kind: Kind, url: &str, name: Option<String>) {
    let (kind, source) = if let Some((_, held)) = read_held_file(url) {
        let (id, word) = id_and_kind(held);
        (word.unwrap_or(kind), Source::Id(id.to_owned()))
    } else if let Some(file) = FileBytes::from_url(url) {
        (kind, Source::Bytes(file))
    } else {
        (kind, Source::Url(url.to_owned()))
    };
    flush(parts, words);
    parts.push(Part::File {
        file: File { kind, source, name },
        caption: Words::default(),
    });
}

/// Splits the text into parts, without blank ones: Telegram accepts no blank message.
fn flush(parts: &mut Vec<Part>, words: &mut Words) {
    let all = split::split(std::mem::take(words), MAX_TEXT);
    parts.extend(all.into_iter().filter(|part| !part.is_blank()).map(Part::Text));
}

/// Makes captions of texts that fit under the picture beside them: those before it, or those behind the last.
fn captioned(parts: Vec<Part>) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    for part in parts {
        match (out.pop(), part) {
            (Some(Part::Text(words)), Part::File { file, .. }) if fits(&file, &words) => {
                out.push(Part::File { file, caption: words });
            }
            (Some(Part::File { file, caption }), Part::Text(words))
                if caption.is_blank() && fits(&file, &words) =>
            {
                out.push(Part::File { file, caption: words });
            }
            (before, part) => {
                out.extend(before);
                out.push(part);
            }
        }
    }
    out
}

fn fits(file: &File, words: &Words) -> bool {
    file.kind.takes_caption() && words.len() <= MAX_CAPTION
}

fn ends_in_mention(words: &Words) -> bool {
    words
        .pings
        .last()
        .is_some_and(|ping| ping.offset + ping.length == words.len())
}

/// Returns the text in place of a file that Telegram can't fetch: its name and address.
pub(crate) fn as_link(file: &File, caption: &Words) -> Option<Words> {
    let Source::Url(url) = &file.source else {
        return None;
    };
    let mut words = caption.clone();
    if !words.text.is_empty() && !words.text.ends_with('\n') {
        words.push("\n");
    }
    if let Some(name) = &file.name {
        words.push(&format!("{name}: "));
    }
    words.push(url);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::Ping;
    use groupdesk_contract::{ChannelId, ChannelKind};

    fn said(segments: Vec<Segment>) -> Vec<Part> {
        let reply = Reply::new(ChannelId::from("group:-5"), ChannelKind::Group, segments);
        parts(&reply, &|member| {
            if member.as_str() == "7" { "小😀明" } else { "?" }.to_owned()
        })
    }

    fn text(text: &str) -> Segment {
        Segment::Text(text.to_owned())
    }

    fn picture(url: &str) -> Segment {
        Segment::Image {
            url: Some(url.to_owned()),
        }
    }

    #[test]
    fn a_mention_pings_by_id_and_its_place_is_counted_in_units() {
        let parts = said(vec![
            text("😀 "),
            Segment::Mention(MemberId::from("7")),
            text("*hi* <b>"),
        ]);
        let words = Words {
            text: "😀 @小😀明 *hi* <b>".to_owned(),
            pings: vec![Ping {
                offset: 3,
                length: 5,
                user: 7,
            }],
        };
        assert_eq!(parts, [Part::Text(words)]);
    }

    #[test]
    fn words_that_fit_stand_under_the_picture() {
        let shape = |segments| -> Vec<String> {
            said(segments)
                .into_iter()
                .map(|part| match part {
                    Part::Text(words) => format!("text {}", words.len()),
                    Part::File { file, caption } => format!("{} {}", file.kind.word(), caption.len()),
                })
                .collect()
        };
        assert_eq!(shape(vec![text("see"), picture("https://x/a.png")]), ["photo 3"]);
        assert_eq!(shape(vec![picture("https://x/a.png"), text("see")]), ["photo 3"]);
        let long = "x".repeat(1025);
        assert_eq!(
            shape(vec![text(&long), picture("https://x/a.png")]),
            ["text 1025", "photo 0"]
        );
        assert_eq!(
            shape(vec![
                text("a"),
                picture("https://x/a.png"),
                text("b"),
                picture("account-file:tg/AA"),
                text("c")
            ]),
            ["photo 1", "photo 1", "text 1"]
        );
        assert_eq!(
            shape(vec![picture("account-file:tg/AA#sticker"), text("see")]),
            ["sticker 0", "text 3"]
        );
        assert_eq!(shape(vec![text(" \n")]), Vec::<String>::new());
    }
}
