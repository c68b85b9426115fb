//! Renders replies as WeCom's texts: Markdown or plain.

use groupdesk_contract::{MemberId, NO_LINK, Reply, Segment, no_file_link};

/// The style in which WeCom shows a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Markdown, in which `<@userid>` mentions.
    Markdown,
    /// As it stands; mentions are beside it.
    Plain,
}

/// The whole text of a reply.
pub(crate) fn text(reply: &Reply, style: Style) -> String {
    let mut text = String::new();
    for segment in &reply.segments {
        match (segment, style) {
            // Nobody pings others by what they write, or makes a link that shows another address: an application's texts know
            // `<a href>`.
            (Segment::Text(part), Style::Plain) => text.push_str(&without_anchors(part)),
            (Segment::Text(part), Style::Markdown) => {
                let part = part.replace("<@", "<\u{200b}@");
                // A notice holds a member's words, and no links of ours in Markdown: none hides where it leads.
                text.push_str(&match &reply.note {
                    Some(_) => part.replace("](", "]\u{200b}("),
                    None => part,
                });
            }
            (Segment::Mention(member), style) => {
                let mention = match style {
                    Style::Markdown => mention(member),
                    Style::Plain => None,
                };
                let name = || format!("@{member}").replace("<@", "<\u{200b}@");
                text.push_str(&mention.unwrap_or_else(name));
                text.push(' ');
            }
            (Segment::MentionAll, _) => text.push_str("@all "),
            (Segment::Image { url: Some(url) }, style) => link(&mut text, style, None, url),
            (Segment::File { name, url: Some(url) }, style) => {
                link(&mut text, style, Some(name.as_deref().unwrap_or_default()), url);
            }
            // A picture without an address, and what only members can send.
            (
                Segment::Image { url: None }
                | Segment::File { url: None, .. }
                | Segment::Quote(_)
                | Segment::Other(_),
                _,
            ) => {}
        }
    }
    text
}

/// A text in which `<a` begins no link.
fn without_anchors(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        shown.push_str(before);
        shown.push('<');
        if after.starts_with(['a', 'A']) {
            shown.push('\u{200b}');
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// A mention of a member in Markdown; `None` when the id is none that WeCom gives.
pub(crate) fn mention(member: &MemberId) -> Option<String> {
    is_user_id(member.as_str()).then(|| format!("<@{member}>"))
}

/// Returns the text alone, by which a quote of it is recognised: WeCom shows mentions by other names than they are written.
pub(crate) fn plain_text(reply: &Reply) -> String {
    let texts = reply.segments.iter().filter_map(|segment| match segment {
        Segment::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Adds the link of a file by its name, or of a picture.
fn link(text: &mut String, style: Style, name: Option<&str>, url: &str) {
    if !text.is_empty() && !text.ends_with(char::is_whitespace) {
        text.push('\n');
    }
    // A file within an address is nothing to read.
    let is_inline = url.starts_with("data:");
    let shown = match name {
        Some("") => "文件 file",
        Some(name) => name,
        None => "图片 picture",
    };
    match style {
        _ if is_inline => text.push_str(&format!(
            "{}\n",
            name.map_or(NO_LINK.to_owned(), |name| no_file_link(Some(name)))
        )),
        Style::Markdown => {
            let name = shown.replace(['[', ']'], " ");
            text.push_str(&format!("[{name}]({url})\n"));
        }
        Style::Plain => text.push_str(&format!("{shown}: {url}\n")),
    }
}

/// True for a text that can be a userid, and so can't break out of `<@...>`.
fn is_user_id(id: &str) -> bool {
    !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '@' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{ChannelId, ChannelKind, MemberId, NoteKind, Place, TicketNote};

    fn reply(segments: Vec<Segment>) -> Reply {
        Reply::new(ChannelId::from("group:1"), ChannelKind::Group, segments)
    }

    #[test]
    fn mentions_ping_and_texts_that_look_like_them_do_not() {
        let said = reply(vec![
            Segment::Mention(MemberId::from("zhang.san")),
            Segment::Text("你好 <@all>".to_owned()),
            Segment::Mention(MemberId::from("x> <@all")),
            Segment::Image {
                url: Some("https://x/a.png".to_owned()),
            },
        ]);
        assert_eq!(
            text(&said, Style::Markdown),
            "<@zhang.san> 你好 <\u{200b}@all>@x> <\u{200b}@all [图片 picture](https://x/a.png)\n"
        );
        assert_eq!(
            text(&said, Style::Plain),
            "@zhang.san 你好 <@all>@x> <\u{200b}@all 图片 picture: https://x/a.png\n"
        );
        assert_eq!(plain_text(&said), "你好 <@all>");
        let link = reply(vec![Segment::Text(
            "1 <a <A href=\"https://evil\">官网</a> <".to_owned(),
        )]);
        assert_eq!(
            text(&link, Style::Plain),
            "1 <\u{200b}a <\u{200b}A href=\"https://evil\">官网</a> <"
        );
    }

    #[test]
    fn an_answer_may_have_links_in_markdown_and_the_words_of_a_member_in_a_notice_may_not() {
        let mut said = reply(vec![Segment::Text("[登录](https://evil.example)".to_owned())]);
        assert_eq!(text(&said, Style::Markdown), "[登录](https://evil.example)");
        said.note = Some(Box::new(TicketNote {
            ticket: 1,
            subject: String::new(),
            member: MemberId::from("u1"),
            member_name: "小明".to_owned(),
            asked_in: Place::new("qq", "group:1"),
            kind: NoteKind::Event,
        }));
        assert_eq!(
            text(&said, Style::Markdown),
            "[登录]\u{200b}(https://evil.example)"
        );
    }

    #[test]
    fn a_file_within_an_address_is_a_word_and_never_its_bytes() {
        let inline = "data:image/png;base64,iVBORw0KGgo=";
        let said = reply(vec![
            Segment::Text("看图".to_owned()),
            Segment::Image {
                url: Some(inline.to_owned()),
            },
            Segment::File {
                name: Some("[日志].txt".to_owned()),
                url: Some("data:text/plain;base64,aGk=".to_owned()),
            },
        ]);
        for style in [Style::Markdown, Style::Plain] {
            let text = text(&said, style);
            assert!(
                text.contains(NO_LINK) && text.contains("[文件/file] [日志]"),
                "{text}"
            );
            assert!(!text.contains("base64"), "{text}");
        }
    }
}
