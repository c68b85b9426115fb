//! Reads the marks inside a message's text: mentions, faces, channels.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use groupdesk_contract::{MemberId, Segment};
use regex::Regex;
use std::sync::LazyLock;

/// `<@!id>`, `<@id>`, `<@everyone>`, `@everyone` (guilds), `<#channel>`, `<emoji:id>`, `<faceType=1,faceId="9",ext="...">`,
/// `<qqbot-at-user id="..." />`.
#[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test")]
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"<@!?(?<at>[A-Za-z0-9_-]{1,64})>|<qqbot-at-user id="(?<tag>[A-Za-z0-9_-]{1,64})" ?/>|(?<all>@everyone\b|<qqbot-at-everyone ?/>)|<emoji:(?<emoji>\d{1,9})>|<faceType=\d{1,4},faceId="(?<face>[^"<>]{0,32})",ext="(?<ext>[^"<>]{0,4096})">|<#(?<channel>\d{1,20})>"#,
    )
    .expect("the pattern is a regular expression")
});

/// Splits `content` into segments. `member` returns the desk's id of a person; `None` is the bot itself, whose mention is left
/// out.
pub(super) fn segments(content: &str, member: &dyn Fn(&str) -> Option<String>) -> Vec<Segment> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for found in MARK.captures_iter(content) {
        let Some(whole) = found.get(0) else { continue };
        say(&mut pieces, content.get(from..whole.start()).unwrap_or_default());
        from = whole.end();
        let id = found.name("at").or_else(|| found.name("tag"));
        if let Some(id) = id {
            if id.as_str() == "everyone" || id.as_str() == "all" {
                pieces.push(Segment::MentionAll);
            } else if let Some(member) = member(id.as_str()) {
                pieces.push(Segment::Mention(MemberId::new(member)));
            }
        } else if found.name("all").is_some() {
            pieces.push(Segment::MentionAll);
        } else if let Some(face) = found.name("face") {
            let called = found.name("ext").and_then(|ext| face_name(ext.as_str()));
            pieces.push(Segment::Other(
                called.unwrap_or_else(|| format!("face {}", face.as_str())),
            ));
        } else if let Some(emoji) = found.name("emoji") {
            pieces.push(Segment::Other(format!("emoji {}", emoji.as_str())));
        } else {
            pieces.push(Segment::Other("channel".to_owned()));
        }
    }
    say(&mut pieces, content.get(from..).unwrap_or_default());
    // QQ leaves a space where the mention of the bot stood.
    if let Some(Segment::Text(first)) = pieces.first_mut() {
        *first = first.trim_start_matches(['\u{a0}', ' ', '\u{2005}']).to_owned();
        if first.is_empty() {
            pieces.remove(0);
        }
    }
    pieces
}

/// Renders `content` for people to read.
pub(super) fn plain(content: &str) -> String {
    let mut text = String::new();
    for piece in segments(content, &|id| Some(id.to_owned())) {
        match piece {
            Segment::Text(part) => text.push_str(&part),
            Segment::Other(name) => {
                text.push('[');
                text.push_str(&name);
                text.push(']');
            }
            _ => {}
        }
    }
    text.trim().to_owned()
}

fn say(pieces: &mut Vec<Segment>, raw: &str) {
    if raw.is_empty() {
        return;
    }
    let text = raw
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    match pieces.last_mut() {
        Some(Segment::Text(last)) => last.push_str(&text),
        _ => pieces.push(Segment::Text(text)),
    }
}

/// A face's name: `ext` is base64 of `{"text":"[呲牙]"}`.
fn face_name(ext: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(&BASE64_STANDARD.decode(ext).ok()?).ok()?;
    let name = json.get("text")?.as_str()?.trim_matches(['[', ']']).to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(content: &str) -> Vec<Segment> {
        segments(content, &|id| (id != "bot").then(|| format!("openid-{id}")))
    }

    #[test]
    fn mentions_faces_and_escapes_are_read() {
        assert_eq!(
            of("<@!bot> 怎么 <@7> 退款 &lt;b&gt; &amp;lt;<emoji:4>"),
            [
                Segment::Text("怎么 ".to_owned()),
                Segment::Mention("openid-7".into()),
                Segment::Text(" 退款 <b> &lt;".to_owned()),
                Segment::Other("emoji 4".to_owned()),
            ]
        );
        let face = BASE64_STANDARD.encode(r#"{"text":"[呲牙]"}"#);
        assert_eq!(
            of(&format!("hi<faceType=1,faceId=\"13\",ext=\"{face}\">")),
            [Segment::Text("hi".to_owned()), Segment::Other("呲牙".to_owned())]
        );
        assert_eq!(
            of("<faceType=6,faceId=\"0\",ext=\"?\">"),
            [Segment::Other("face 0".to_owned())]
        );
        assert_eq!(of("@everyone"), [Segment::MentionAll]);
        assert_eq!(
            of("<qqbot-at-user id=\"9\" />x"),
            [Segment::Mention("openid-9".into()), Segment::Text("x".to_owned())]
        );
        assert_eq!(
            of("see <#1234>"),
            [
                Segment::Text("see ".to_owned()),
                Segment::Other("channel".to_owned())
            ]
        );
        assert_eq!(of("  /ask x"), [Segment::Text("/ask x".to_owned())]);
        assert_eq!(of("<@!bot>"), []);
        assert_eq!(
            plain(&format!("a <@7> b<faceType=1,faceId=\"13\",ext=\"{face}\">")),
            "a  b[呲牙]"
        );
    }

    proptest! {
        #[test]
        fn no_word_is_lost_whatever_stands_around_it(before in "[a-z<>@&!# ]{0,20}", after in "[a-z<>@&\" ]{0,20}") {
            let content = format!("{before}<@!77>{after}");
            let text: String = of(&content).iter().map(|piece| match piece {
                Segment::Text(text) => text.clone(),
                _ => String::new(),
            }).collect();
            let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
            prop_assert!(letters(&content).ends_with(&letters(&text)) || letters(&content) == letters(&text)
                || content.contains('&') || content.contains("<@"), "{content} {text}");
        }
    }
}
