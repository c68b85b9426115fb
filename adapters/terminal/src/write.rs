//! Prints replies.

use groupdesk_contract::{Message, Quote, Reply, Segment, clean_line, clean_name, clean_text};
use std::collections::VecDeque;

/// The number of messages kept, to show the one that a reply quotes.
const MESSAGES_KEPT: usize = 200;

/// The messages that replies may quote, and whether all that called the bot were answered.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    messages: VecDeque<(String, String, String)>,
    calls: VecDeque<String>,
}

impl Asked {
    /// Records a message that was sent.
    pub(crate) fn said(&mut self, message: &Message, calls_bot: bool) {
        if self.messages.len() >= MESSAGES_KEPT {
            self.messages.pop_front();
        }
        let id = message.id.as_str().to_owned();
        if calls_bot {
            self.calls.push_back(id.clone());
        }
        self.messages
            .push_back((id, message.sender.name.clone(), message.text()));
    }

    /// True while a message that called the bot waits for its reply.
    pub(crate) fn waiting(&self) -> bool {
        !self.calls.is_empty()
    }
}

/// The lines to print for a reply: a head that names the asker, then the text, then the pictures' addresses.
pub(crate) fn lines(reply: &Reply, asked: &mut Asked) -> String {
    let mut out = String::from("bot");
    if let Some(quote) = &reply.quote {
        // A burst of calls is answered once, under its last message.
        if let Some(at) = asked.calls.iter().position(|call| call == quote.as_str()) {
            asked.calls.drain(..=at);
        }
        if let Some((_, name, text)) = asked.messages.iter().find(|(id, _, _)| id == quote.as_str()) {
            let (name, text) = (clean_name(name), clean_line(text.trim()));
            let text: String = text.chars().take(40).collect();
            out.push_str(&format!(" -> {name} 「{text}」"));
        }
    } else {
        out.push_str(&format!(" -> {}", reply.channel));
    }
    out.push('\n');
    let mut body = String::new();
    for segment in &reply.segments {
        match segment {
            Segment::Text(text) => body.push_str(text),
            Segment::Mention(member) => body.push_str(&format!("@{member} ")),
            Segment::MentionAll => body.push_str("@all "),
            Segment::Image { url: Some(url) } => body.push_str(&format!("\n[{url}]")),
            Segment::File { name, url } => {
                body.push_str(&format!(
                    "\n[{} {}]",
                    name.as_deref().unwrap_or("file"),
                    url.as_deref().unwrap_or("")
                ));
            }
            Segment::Image { url: None } | Segment::Quote(Quote { .. }) | Segment::Other(_) => {}
        }
    }
    // Nobody's words steer the terminal.
    for line in clean_text(&body).lines() {
        out.push_str("  ");
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{ChannelId, ChannelKind, MessageId};

    #[test]
    fn terminal_escapes_in_a_reply_are_not_printed() {
        let reply = Reply::of_text(
            ChannelId::new("group"),
            ChannelKind::Group,
            "一\u{1b}[2J\n二".to_owned(),
        )
        .with_quote(Some(MessageId::new("1")));
        assert_eq!(lines(&reply, &mut Asked::default()), "bot\n  一[2J\n  二\n");
    }

    #[test]
    fn the_head_line_stays_one_line_whatever_the_asker_is_called() {
        let mut asked = Asked::default();
        let said = (
            "1".to_owned(),
            "王\u{1b}[31m\nbot".to_owned(),
            "在\u{9b}2J\n吗".to_owned(),
        );
        asked.messages.push_back(said);
        let reply = Reply::of_text(ChannelId::new("group"), ChannelKind::Group, "好".to_owned())
            .with_quote(Some(MessageId::new("1")));
        assert_eq!(lines(&reply, &mut asked), "bot -> 王[31m bot 「在2J 吗」\n  好\n");
    }
}
