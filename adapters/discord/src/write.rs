//! Renders replies as Discord messages. They ping nobody but those whom the desk mentions.

use crate::split::{MAX_TEXT, split};
use crate::upload::{self, Upload};
use crate::{components, markup};
use groupdesk_contract::{MessageId, NO_LINK, NoteKind, Reply, ReplyKey, Segment, no_file_link, open_url};
use groupdesk_kit::set_field;
use serde_json::{Value, json};

/// Members that one message may ping; Discord refuses more.
const PINGS: usize = 100;

/// The nonce of part `at` of a reply: by it Discord knows for some minutes that it has the part already, and gives the message
/// that it has. The store's mark is in it, since another store's replies have the same numbers. At most 25 signs.
pub(crate) fn nonce(store: &str, key: ReplyKey, at: usize) -> String {
    const SIGNS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut number = key.0.unsigned_abs();
    let mut digits = Vec::new();
    while number > 0 || digits.is_empty() {
        let at = usize::try_from(number % 36).unwrap_or_default();
        digits.push(SIGNS.get(at).map_or('0', |sign| char::from(*sign)));
        number /= 36;
    }
    let number: String = digits.iter().rev().collect();
    format!("gd{store}{number}-{at}")
}

/// Renders the texts of `reply`, in order; `to_staff` for a staff room.
pub(crate) fn texts(reply: &Reply, to_staff: bool) -> Vec<String> {
    let uploads = upload::of(reply);
    let texts = split(&text(reply, to_staff, &uploads), MAX_TEXT);
    if texts.is_empty() && !uploads.is_empty() {
        // Files need no words.
        return vec![String::new()];
    }
    texts
}

/// Makes the bodies of `texts`, the texts of `reply`, in order.
pub(crate) fn bodies(
    store: &str,
    key: ReplyKey,
    reply: &Reply,
    texts: &[String],
    quote: Option<u64>,
) -> Vec<Value> {
    let users = mentioned(reply);
    let last = texts.len().saturating_sub(1);
    let bodies = texts.iter().enumerate().map(|(at, text)| {
        let mut body = json!({
            "content": text, "nonce": nonce(store, key, at), "enforce_nonce": true,
            "allowed_mentions": {"parse": [], "users": users, "replied_user": at == 0},
        });
        if let Some(quote) = quote.filter(|_| at == 0) {
            let reference = json!({"message_id": quote.to_string(), "fail_if_not_exists": false});
            set_field(&mut body, "message_reference", reference);
        }
        if at == last && !reply.buttons.is_empty() {
            set_field(&mut body, "components", components::rows(&reply.buttons));
        }
        body
    });
    bodies.collect()
}

/// Renders the bodies by which a webhook shows a member's message under the member's name; `None` if the reply is something else
/// or has more than its text.
pub(crate) fn relayed(reply: &Reply, is_in_thread: bool, avatar: Option<&str>) -> Option<Vec<Value>> {
    let note = reply.note.as_deref()?;
    let NoteKind::Said { by, said } = &note.kind else {
        return None;
    };
    let has_files = |segment: &Segment| matches!(segment, Segment::Image { .. } | Segment::File { .. });
    if reply.segments.iter().any(has_files) {
        return None;
    }
    let whole = reply.text();
    // What the desk adds, such as how long the member can be answered.
    let (_, more) = whole
        .split_once(said.as_str())
        .filter(|_| !said.trim().is_empty())?;
    let mut text = if is_in_thread {
        String::new()
    } else {
        format!("\\#{} ", note.ticket)
    };
    text.push_str(&markup::escape(said));
    for line in more.lines().map(str::trim).filter(|line| !line.is_empty()) {
        text.push_str("\n-# ");
        text.push_str(&markup::escape(line));
    }
    let texts = split(&text, MAX_TEXT);
    let last = texts.len().saturating_sub(1);
    let bodies = texts.iter().enumerate().map(|(at, text)| {
        let mut body = json!({
            "content": text, "username": markup::hook_name(by), "allowed_mentions": {"parse": []},
        });
        if let Some(avatar) = avatar {
            set_field(&mut body, "avatar_url", avatar);
        }
        if at == last && !reply.buttons.is_empty() {
            set_field(&mut body, "components", components::rows(&reply.buttons));
        }
        body
    });
    Some(bodies.collect())
}

/// The body that puts `text` in the place of a message of ours; `buttons` are those of the last part.
pub(crate) fn edited(text: &str, reply: &Reply, is_last: bool) -> Value {
    let rows = if is_last {
        components::rows(&reply.buttons)
    } else {
        json!([])
    };
    json!({"content": text, "components": rows, "allowed_mentions": {"parse": []}})
}

/// The number of a message; what was pressed or called as a command has none.
pub(crate) fn number(message: &MessageId) -> Option<u64> {
    message.as_str().parse().ok().filter(|id| *id != 0)
}

/// Returns the ids to ping, each once and valid, because Discord refuses a body with any other.
fn mentioned(reply: &Reply) -> Vec<String> {
    let mut users: Vec<String> = Vec::new();
    for segment in &reply.segments {
        if let Segment::Mention(member) = segment
            && member.as_str().parse::<u64>().is_ok()
            && !users.iter().any(|known| known == member.as_str())
            && users.len() < PINGS
        {
            users.push(member.as_str().to_owned());
        }
    }
    users
}

/// Renders the text. A text for staff holds names and texts of members, whose markup is escaped; an answer is the admin's own,
/// and its markup is meant.
fn text(reply: &Reply, to_staff: bool, uploads: &[Upload]) -> String {
    let mut text = String::new();
    let mut after_mention = false;
    for (at, segment) in reply.segments.iter().enumerate() {
        match segment {
            Segment::Text(part) => {
                if after_mention && !part.starts_with(char::is_whitespace) {
                    text.push(' ');
                }
                if to_staff {
                    text.push_str(&markup::escape(part));
                } else {
                    text.push_str(&markup::tame(part));
                }
            }
            Segment::Mention(member) => match member.as_str().parse::<u64>() {
                Ok(id) => text.push_str(&format!("<@{id}>")),
                Err(_) => text.push_str(&markup::escape(&format!("@{member}"))),
            },
            Segment::MentionAll => text.push_str("@all "),
            Segment::Image { .. } | Segment::File { .. }
                if uploads.iter().any(|upload| upload.segment == at) => {}
            Segment::Image { url: Some(url) } => line(&mut text, open_url(url).unwrap_or(NO_LINK)),
            Segment::File { name, url: Some(url) } => {
                let name = name.as_deref().map(markup::escape);
                let shown = match (open_url(url), name) {
                    (Some(url), Some(name)) => format!("{name}: {url}"),
                    (Some(url), None) => url.to_owned(),
                    (None, name) => no_file_link(name.as_deref()),
                };
                line(&mut text, &shown);
            }
            // A picture without an address, and what only members can send.
            Segment::Image { url: None }
            | Segment::File { url: None, .. }
            | Segment::Quote(_)
            | Segment::Other(_) => {}
        }
        after_mention = matches!(segment, Segment::Mention(_));
    }
    text
}

/// An address has a line of its own, where Discord shows what is behind it.
fn line(text: &mut String, line: &str) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{ChannelId, ChannelKind, Place, TicketNote};

    fn reply(segments: Vec<Segment>) -> Reply {
        Reply::new(ChannelId::from("channel:77"), ChannelKind::Group, segments)
    }

    fn text(text: &str) -> Segment {
        Segment::Text(text.to_owned())
    }

    fn said(by: &str, said: &str, whole: &str) -> Reply {
        let mut reply = reply(vec![text(whole)]);
        reply.note = Some(Box::new(TicketNote {
            ticket: 12,
            subject: String::new(),
            member: "7".into(),
            member_name: by.to_owned(),
            asked_in: Place::new("qq", "group:1"),
            kind: NoteKind::Said {
                by: by.to_owned(),
                said: said.to_owned(),
            },
        }));
        reply
    }

    #[test]
    fn an_admins_markup_is_kept_and_only_those_whom_the_desk_mentions_are_pinged() {
        let reply = reply(vec![
            Segment::Mention("7".into()),
            text("run **setup** @everyone"),
            Segment::Mention("7".into()),
            Segment::Mention("wx_a".into()),
            Segment::Image {
                url: Some("https://x/a.png".to_owned()),
            },
        ]);
        let texts = texts(&reply, false);
        assert_eq!(
            texts,
            ["<@7> run **setup** @\u{200b}everyone<@7>@\u{200b}wx\\_a\nhttps://x/a.png\n"]
        );
        let bodies = bodies("a1b2c3", ReplyKey(3), &reply, &texts, Some(501));
        assert_eq!(
            bodies[0]["allowed_mentions"],
            json!({"parse": [], "users": ["7"], "replied_user": true})
        );
        assert_eq!(bodies[0]["nonce"], "gda1b2c33-0");
        assert_eq!(nonce("a1b2c3", ReplyKey(i64::MAX), 999).len(), 25);
        assert_eq!(bodies[0]["message_reference"]["message_id"], "501");
    }

    #[test]
    fn a_members_words_to_staff_are_shown_as_they_are() {
        let told = said("**Bob**", "# now", "#12 **Bob**: # now");
        assert_eq!(texts(&told, true), ["\\#12 \\*\\*Bob\\*\\*: # now"]);
    }

    #[test]
    fn a_webhook_says_what_the_member_said_and_what_the_desk_adds() {
        let told = said(
            "小_明",
            "still *not*",
            "#12 小_明：still *not*\nreply within 5 minutes",
        );
        let bodies = relayed(&told, false, Some("https://cdn/a.png")).unwrap();
        assert_eq!(
            bodies[0]["content"],
            "\\#12 still \\*not\\*\n-# reply within 5 minutes"
        );
        assert_eq!(bodies[0]["username"], "小_明");
        assert_eq!(bodies[0]["allowed_mentions"], json!({"parse": []}));
        assert_eq!(relayed(&said("a", "x y", "cut short"), true, None), None);
        assert_eq!(relayed(&reply(vec![text("x")]), true, None), None);
    }
}
