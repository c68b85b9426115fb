//! Plays conversations against the program and compares what it says with what is written.

use super::script::{Conversation, Expected, Line};
use super::support::program::SELF_ID;
use super::support::qq::{Qq, Said, Wire, group_message};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// The pause up to which one member's messages are read as one.
pub(crate) const BURST_MILLIS: u64 = 400;

/// The pause after which a member's next message is surely read alone.
const BURST_PAUSE: Duration = Duration::from_millis(BURST_MILLIS + 300);

/// The longest wait for an expected message.
const TEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The staff room, and who is staff.
const ROOM: i64 = 9;
const STAFF: i64 = 555;

/// The name of staff, in the group and in their room.
const STAFF_NAMES: [&str; 2] = ["客服", "staff-room"];

/// The ids of the first group and of its members.
const FIRST_GROUP: i64 = 710_000;
const FIRST_MEMBER: i64 = 9_100_000;
const MEMBERS_EACH: i64 = 20;

/// A conversation as it went.
pub(crate) struct Group<'a> {
    conversation: &'a Conversation,
    id: i64,
    first_member: i64,
    members: Vec<&'a str>,
    /// The last message of everybody, and when it was sent.
    last: HashMap<&'a str, (i64, Instant)>,
    /// The line of each message that was sent.
    lines: HashMap<String, usize>,
    /// The ids of messages that were expected.
    heard: Vec<i64>,
    missing: Vec<&'a Expected>,
    begun: Instant,
}

impl<'a> Group<'a> {
    /// The id of the group with this place in the file.
    pub(crate) fn id(at: usize) -> i64 {
        FIRST_GROUP + i64::try_from(at).unwrap()
    }

    fn new(at: usize, conversation: &'a Conversation) -> Self {
        Self {
            conversation,
            id: Self::id(at),
            first_member: FIRST_MEMBER + MEMBERS_EACH * i64::try_from(at).unwrap(),
            members: Vec::new(),
            last: HashMap::new(),
            lines: HashMap::new(),
            heard: Vec::new(),
            missing: Vec::new(),
            begun: Instant::now(),
        }
    }

    fn member(&mut self, name: &'a str) -> i64 {
        if name == "bot" {
            return SELF_ID;
        }
        if STAFF_NAMES.contains(&name) {
            return STAFF;
        }
        let at = self.members.iter().position(|member| *member == name);
        let at = at.unwrap_or_else(|| {
            self.members.push(name);
            self.members.len() - 1
        });
        self.first_member + i64::try_from(at).unwrap()
    }

    /// The numbers of its tickets, in the order in which they were announced.
    fn tickets(&self, said: &[Said]) -> Vec<u64> {
        let mut tickets = Vec::new();
        for said in said.iter().filter(|said| said.group == Some(self.id)) {
            for number in numbers(&said.text) {
                if !tickets.contains(&number) {
                    tickets.push(number);
                }
            }
        }
        tickets
    }

    /// True for a message in the group, or to staff about it.
    fn concerns(&self, said: &Said, tickets: &[u64]) -> bool {
        said.group == Some(self.id)
            || (said.group == Some(ROOM)
                && (said.text.contains(&self.id.to_string())
                    || said
                        .quote
                        .as_ref()
                        .is_some_and(|quote| self.lines.contains_key(quote))
                    || numbers(&said.text).iter().any(|number| tickets.contains(number))))
    }
}

/// The numbers of tickets in a text.
fn numbers(text: &str) -> Vec<u64> {
    let after = text.split('#').skip(1);
    let digits = after.map(|text| text.chars().take_while(char::is_ascii_digit).collect::<String>());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

/// The program, and the network between it and the groups.
pub(crate) struct Stage {
    qq: Qq,
    wire: Wire,
    next: Cell<i64>,
}

impl Stage {
    pub(crate) fn new(qq: Qq, wire: Wire) -> Self {
        Self {
            qq,
            wire,
            next: Cell::new(1),
        }
    }

    /// Plays a conversation, and asks something at its end whose answer is known: then all before it was dealt with.
    pub(crate) async fn play<'a>(&self, at: usize, conversation: &'a Conversation) -> Group<'a> {
        let mut group = Group::new(at, conversation);
        for line in &conversation.lines {
            if line.who == "wait" {
                tokio::time::sleep(Duration::from_millis(line.text.parse().unwrap())).await;
            } else {
                self.say(&mut group, line).await;
            }
            for expected in &line.expected {
                self.hear(&mut group, expected).await;
            }
        }
        tokio::time::sleep(2 * BURST_PAUSE).await;
        let id = self.id();
        self.wire.send(group_message(
            id,
            group.id,
            group.first_member + MEMBERS_EACH - 1,
            "客服电话多少？",
            true,
        ));
        let end = Instant::now() + 3 * TEST_TIMEOUT;
        loop {
            let answer = self
                .qq
                .said()
                .into_iter()
                .find(|said| said.quote == Some(id.to_string()));
            if let Some(answer) = answer {
                group.heard.push(answer.id);
                return group;
            }
            assert!(
                Instant::now() < end,
                "the last call is not answered: {}",
                conversation.title
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn id(&self) -> i64 {
        self.next.replace(self.next.get() + 1)
    }

    async fn say<'a>(&self, group: &mut Group<'a>, line: &'a Line) {
        if let Some((_, at)) = group.last.get(line.who.as_str())
            && !line.at_once
        {
            tokio::time::sleep_until((*at + BURST_PAUSE).into()).await;
        }
        if line.quotes.as_deref() == Some("bot") {
            // Nobody quotes a message before the program knows that it was sent.
            tokio::time::sleep(BURST_PAUSE).await;
        }
        let said = self.qq.said();
        let mut text = line.text.clone();
        for (at, ticket) in group.tickets(&said).iter().enumerate() {
            text = text.replace(&format!("{{{}}}", at + 1), &ticket.to_string());
        }
        let id = self.id();
        let in_room = line.who == STAFF_NAMES[1];
        let place = if in_room { ROOM } else { group.id };
        let user = group.member(&line.who);
        let mut event = group_message(id, place, user, "", false);
        event["sender"]["nickname"] = json!(line.who);
        let mut segments = Vec::new();
        if let Some(name) = &line.quotes {
            let quoted = self.last_of(group, &said, name, in_room);
            segments.push(json!({"type": "reply", "data": {"id": quoted.to_string()}}));
        }
        for name in &line.mentions {
            segments.push(json!({"type": "at", "data": {"qq": group.member(name).to_string()}}));
        }
        segments.extend(written(&text));
        event["message"] = Value::Array(segments);
        event["raw_message"] = json!(text);
        group.last.insert(&line.who, (id, Instant::now()));
        group.lines.insert(id.to_string(), line.number);
        self.qq.remember(&event);
        self.wire.send(event);
    }

    /// The last message of somebody, of the bot too: in the group, or in the staff room about it.
    fn last_of(&self, group: &Group<'_>, said: &[Said], name: &str, in_room: bool) -> i64 {
        if name != "bot" {
            return group.last[name].0;
        }
        let tickets = group.tickets(said);
        let place = if in_room { ROOM } else { group.id };
        let mut theirs = said.iter().rev().filter(|said| said.group == Some(place));
        theirs
            .find(|said| group.concerns(said, &tickets))
            .map_or(0, |said| said.id)
    }

    async fn hear<'a>(&self, group: &mut Group<'a>, expected: &'a Expected) {
        let end = Instant::now() + TEST_TIMEOUT;
        loop {
            let said = self.qq.said();
            let tickets = group.tickets(&said);
            let fits = said.iter().find(|said| {
                (said.group == Some(ROOM)) == expected.to_staff
                    && group.concerns(said, &tickets)
                    && !group.heard.contains(&said.id)
                    && expected.is(&said.text)
            });
            if let Some(fits) = fits {
                group.heard.push(fits.id);
                return;
            }
            if Instant::now() >= end {
                group.missing.push(expected);
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The deviations from a conversation's script; `None` if there are none.
    pub(crate) fn failure(&self, group: &Group<'_>) -> Option<String> {
        let said = self.qq.said();
        let tickets = group.tickets(&said);
        let needless: Vec<&Said> = said
            .iter()
            .filter(|said| group.concerns(said, &tickets) && !group.heard.contains(&said.id))
            .collect();
        if needless.is_empty() && group.missing.is_empty() {
            return None;
        }
        let mut text = format!("== {}\n", group.conversation.title);
        for expected in &group.missing {
            writeln!(text, "  line {}: missing: {}", expected.number, expected.written).unwrap();
        }
        for said in needless {
            let line = said.quote.as_ref().and_then(|quote| group.lines.get(quote));
            let line = line.map_or_else(|| "?".to_owned(), ToString::to_string);
            let to = if said.group == Some(ROOM) {
                "to staff: "
            } else {
                ""
            };
            let after = said.at.saturating_duration_since(group.begun).as_millis();
            writeln!(
                text,
                "  line {line}: needless or wrong, after {after} ms: {to}{}",
                said.text.replace('\n', " / ")
            )
            .unwrap();
        }
        Some(text)
    }

    /// The bot's messages that belong to no conversation.
    pub(crate) fn of_nobody(&self, groups: &[Group<'_>]) -> Vec<String> {
        let said = self.qq.said();
        let tickets: Vec<Vec<u64>> = groups.iter().map(|group| group.tickets(&said)).collect();
        said.iter()
            .filter(|said| {
                !groups
                    .iter()
                    .zip(&tickets)
                    .any(|(group, tickets)| group.concerns(said, tickets))
            })
            .map(|said| format!("said about no conversation: {said:?}\n"))
            .collect()
    }
}

/// A text as OneBot has it, with `[picture]` and `[face]` as what they are.
fn written(text: &str) -> Vec<Value> {
    let mut segments = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[picture]") {
            segments.push(
                json!({"type": "image", "data": {"file": "a.png", "url": "https://example.com/a.png"}}),
            );
            rest = after;
        } else if let Some(after) = rest.strip_prefix("[face]") {
            segments.push(json!({"type": "face", "data": {"id": "14"}}));
            rest = after;
        } else {
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == '[')
                .map_or(rest.len(), |(at, _)| at);
            segments.push(json!({"type": "text", "data": {"text": &rest[..end]}}));
            rest = &rest[end..];
        }
    }
    segments
}
