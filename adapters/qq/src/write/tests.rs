//! Tests of replies as messages.

use super::*;
use groupdesk_contract::{ChannelId, ChannelKind};
use proptest::prelude::*;

fn reply(segments: Vec<Segment>) -> Reply {
    Reply::new(ChannelId::from("group:G"), ChannelKind::Group, segments)
}

fn group() -> ChannelRef {
    ChannelRef::Group("G".to_owned())
}

fn guild() -> ChannelRef {
    ChannelRef::Channel("1".to_owned())
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
fn words_and_one_picture_share_a_message() {
    let parts = parts(
        &reply(vec![text("a"), picture("https://x/1"), picture("https://x/2")]),
        &group(),
        false,
    );
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].text.content(&group()), "a");
    assert!(parts[0].media.is_some() && parts[1].text.is_empty());
}

#[test]
fn with_buttons_the_words_stand_alone_and_last() {
    let parts = parts(&reply(vec![text("a"), picture("https://x/1")]), &group(), true);
    assert!(parts[0].media.is_some() && parts[1].media.is_none());
}

#[test]
fn what_can_not_be_shown_is_named() {
    let file = |url: &str| Segment::File {
        name: Some("log.txt".to_owned()),
        url: Some(url.to_owned()),
    };
    let said = |segment: Segment, room: &ChannelRef| {
        let parts = parts(&reply(vec![segment]), room, false);
        parts
            .iter()
            .map(|part| part.text.content(room))
            .collect::<String>()
    };
    assert_eq!(said(file("https://x/log.txt"), &guild()), "[文件/file] log.txt");
    assert_eq!(said(file("account-file:tg/1"), &group()), "[文件/file] log.txt");
    assert_eq!(said(Segment::Image { url: None }, &group()), NO_LINK);
    let sent = parts(&reply(vec![file("https://x/log.txt")]), &group(), false);
    assert_eq!(sent[0].media.as_ref().map(|media| media.kind.number()), Some(4));
    assert_eq!(parts(&reply(Vec::new()), &group(), false), []);
}

proptest! {
    #[test]
    fn nobody_is_pinged_by_words(words in "(<|@|everyone|qqbot-at-user id=\"1\" />|emoji:4>|#1>|faceType=1|[a-z]|&| ){0,30}") {
        for room in [group(), guild()] {
            let parts = parts(&reply(vec![text(&words)]), &room, false);
            let content: String = parts.iter().map(|part| part.text.content(&room)).collect();
            for tag in ["<@", "<qqbot-", "<emoji:", "<#", "<faceType"] {
                prop_assert!(!content.contains(tag), "{content}");
            }
            if room.is_guild() {
                prop_assert!(!content.contains("@everyone") && !content.contains('<'), "{content}");
            }
        }
    }

    #[test]
    fn a_mention_is_never_torn_and_no_part_is_too_long(before in "[a-z。 ]{0,9000}", after in "[a-z ]{0,50}") {
        let reply = reply(vec![text(&before), Segment::Mention("E4F4".into()), text(&after)]);
        let parts = parts(&reply, &group(), false);
        let whole: Vec<String> = parts.iter().map(|part| part.text.content(&group())).collect();
        let tag = "<qqbot-at-user id=\"E4F4\" />";
        prop_assert_eq!(whole.iter().map(|part| part.matches(tag).count()).sum::<usize>(), 1);
        prop_assert!(whole.iter().all(|part| part.chars().count() <= MAX_TEXT + tag.len()));
    }

    #[test]
    fn markdown_shows_what_was_written(words in "[ -~\u{4e00}-\u{4e10}\n]{1,60}") {
        let parts = parts(&reply(vec![text(&words)]), &group(), true);
        for part in parts {
            let (mut shown, mut is_escaped) = (String::new(), false);
            for c in part.text.markdown().chars() {
                if c == '\\' && !is_escaped {
                    is_escaped = true;
                } else {
                    prop_assert!(is_escaped || !"*_`[]()<>#~|".contains(c));
                    is_escaped = false;
                    if c != BREAK {
                        shown.push(c);
                    }
                }
            }
            prop_assert!(words.contains(&shown), "{shown}");
        }
    }
}
