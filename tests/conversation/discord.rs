//! Discord, through its gateway and REST.

use crate::stage::{Has, Place, Said, Stage, To, Who};
use crate::support::program::Program;
use groupdesk_discord_fake::{Control, Fake, GUILD, HELP, STAFF, Trouble};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) struct Discord {
    fake: Fake,
}

fn number(who: Who) -> u64 {
    match who {
        Who::Asker => 301,
        Who::Neighbour => 302,
        Who::Agent => 555,
        Who::Colleague => 556,
    }
}

/// The direct channel of the asker, as the fake numbers it.
const DIRECT: u64 = 1_000_000 + 301;

fn channel(place: Place) -> u64 {
    match place {
        Place::Group => HELP,
        Place::Room => STAFF,
        Place::Private(who) => 1_000_000 + number(who),
    }
}

/// A text as Discord shows it: escaped marks without their backslash, and nothing that has no width.
fn shown(place: Place, text: &str) -> String {
    let text = text.replace('\u{200b}', "");
    if place != Place::Room {
        return text;
    }
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' || !chars.peek().is_some_and(char::is_ascii_punctuation) {
            out.push(c);
        } else if let Some(mark) = chars.next() {
            out.push(mark);
        }
    }
    out
}

impl Discord {
    async fn until_connected(&self, before: usize) {
        let end = Instant::now() + Duration::from_secs(90);
        while self.connections() == before {
            assert!(Instant::now() < end, "it does not connect");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn connections(&self) -> usize {
        self.fake.identified().len() + self.fake.resumed()
    }
}

impl Stage for Discord {
    const HAS: Has = Has::ALL;

    async fn new() -> Self {
        crate::support::moment::move_fakes();
        Self {
            fake: Fake::start().await,
        }
    }

    fn account(&self) -> String {
        format!(
            "    platform: discord\n    connection: {}",
            self.fake.connection()
        )
    }

    fn id(who: Who) -> String {
        number(who).to_string()
    }

    fn channel(place: Place) -> String {
        match place {
            Place::Private(_) => format!("dm:{}", channel(place)),
            group => format!("channel:{}", channel(group)),
        }
    }

    fn name(who: Who) -> String {
        format!("User {}", number(who))
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        let before = self.connections();
        program.start(binary);
        self.until_connected(before).await;
    }

    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        let (who, channel) = (number(who), channel(place));
        let id = match (place, to) {
            (Place::Private(_), _) => self.fake.tells(who, text),
            (_, To::Everybody) => self.fake.says(who, channel, text),
            (_, To::Bot) => self.fake.mentions(who, channel, text),
            (_, To::Message(id)) => self.fake.replies(who, channel, id.parse().unwrap(), text),
        };
        id.to_string()
    }

    async fn press(&mut self, who: Who, under: &Said, label: &str) {
        let press = self.fake.presses(number(who), under.id.parse().unwrap(), label);
        // Discord calls a press failed after three seconds.
        let end = Instant::now() + Duration::from_secs(3);
        while !self.fake.answered().iter().any(|(id, _)| *id == press) {
            assert!(Instant::now() < end, "the press is not taken note of");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn said(&self) -> Vec<Said> {
        let place = |channel| match channel {
            HELP => Place::Group,
            STAFF => Place::Room,
            DIRECT => Place::Private(Who::Asker),
            other => panic!("said where nobody is: {other} of {GUILD}"),
        };
        let said = self.fake.said().into_iter().map(|said| Said {
            place: place(said.channel),
            id: said.id.to_string(),
            text: shown(place(said.channel), &said.text),
            quote: said.quote.map(|id| id.to_string()),
            buttons: said.buttons.into_iter().map(|(label, _)| label).collect(),
        });
        said.collect()
    }

    async fn repeat(&mut self) {
        self.fake.repeat();
    }

    async fn break_connection(&mut self, _: &Program) {
        let before = self.connections();
        self.fake.control(Control::Drop);
        self.until_connected(before).await;
    }

    fn deaf(&mut self, deaf: bool) {
        self.fake.calm();
        for _ in 0..(if deaf { 20 } else { 0 }) {
            let wait = json!({"message": "You are being rate limited.", "retry_after": 2.0, "global": false});
            self.fake
                .trouble("POST channels/messages", Trouble::Refuse(429, wait));
        }
    }
}
