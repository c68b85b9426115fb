//! How a reply is printed.

use groupdesk_contract::{Message, Quote, Reply, Segment};
use std::collections::VecDeque;

/// How many messages are remembered to show what a reply quotes.
const REMEMBERED: usize = 200;

/// The messages that replies may quote, and whether all that called the bot were answered.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    messages: VecDeque<(String, String, String)>,
    calls: VecDeque<String>,
}

impl Asked {
    /// Remembers a message that was said.
    pub(crate) fn said(&mut self, message: &Message, calls_bot: bool) {
        if self.messages.len() >= REMEMBERED {
            self.messages.pop_front();
        }
        let id = message.id.as_str().to_owned();
        if calls_bot {
            self.calls.push_back(id.clone());
        }
        self.messages
            .push_back((id, message.sender.name.clone(), message.text()));
    }

    /// Whether a message that called the bot still waits for its reply.
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
            let text: String = text.trim().chars().take(40).collect();
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
    for line in body.lines() {
        out.push_str("  ");
        out.push_str(&printable(line));
        out.push('\n');
    }
    out
}

/// Without control characters: a member's name or text must not steer somebody's terminal.
fn printable(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::{ChannelId, ChannelKind, MessageId};

    #[test]
    fn terminal_escapes_in_a_reply_are_not_printed() {
        let reply = Reply {
            channel: ChannelId::new("group"),
            kind: ChannelKind::Group,
            quote: Some(MessageId::new("1")),
            segments: vec![Segment::Text("一\u{1b}[2J\n二".to_owned())],
            note: None,
            buttons: Vec::new(),
            act: groupdesk_contract::Act::Say,
        };
        assert_eq!(lines(&reply, &mut Asked::default()), "bot\n  一[2J\n  二\n");
    }
}
