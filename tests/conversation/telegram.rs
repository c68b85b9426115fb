//! Telegram, by long polling.

use crate::stage::{Has, Place, Said, Stage, To, Who};
use crate::support::program::Program;
use groupdesk_telegram_fake::{Fake, Trouble};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

pub(crate) struct Telegram {
    fake: Fake,
    last: Option<i64>,
}

pub(crate) const GROUP: i64 = -1_000_000_000_077;
const ROOM: i64 = -1_000_000_000_009;

/// The secret that must appear nowhere.
pub(crate) const SECRET: &str = groupdesk_telegram_fake::TOKEN;

fn number(who: Who) -> u64 {
    match who {
        Who::Asker => 301,
        Who::Neighbour => 302,
        Who::Agent => 555,
        Who::Colleague => 556,
    }
}

fn chat(place: Place) -> i64 {
    match place {
        Place::Group => GROUP,
        Place::Room => ROOM,
        Place::Private(who) => i64::try_from(number(who)).unwrap(),
    }
}

impl Telegram {
    pub(crate) fn fake(&self) -> Fake {
        self.fake.clone()
    }
}

impl Stage for Telegram {
    const HAS: Has = Has::ALL;

    async fn new() -> Self {
        crate::support::moment::move_fakes();
        let fake = Fake::start(true).await;
        fake.name(number(Who::Asker), &Self::name(Who::Asker));
        Self { fake, last: None }
    }

    fn account(&self) -> String {
        format!(
            "    platform: telegram\n    connection: {}",
            self.fake.connection()
        )
    }

    fn id(who: Who) -> String {
        number(who).to_string()
    }

    fn channel(place: Place) -> String {
        match place {
            Place::Private(who) => format!("private:{}", number(who)),
            group => format!("group:{}", chat(group)),
        }
    }

    fn name(who: Who) -> String {
        match who {
            Who::Asker => "<b>@everyone [x](tg://user?id=1)*_`".to_owned(),
            _ => format!("user {}", number(who)),
        }
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        let before = self.fake.calls("getupdates");
        program.start(binary);
        while self.fake.calls("getupdates") == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        let (who, chat) = (number(who), chat(place));
        let id = match to {
            To::Everybody => self.fake.says(who, chat, text),
            To::Bot => self.fake.calls_bot(who, chat, text),
            To::Message(id) => self.fake.replies(who, chat, id.parse().unwrap(), text),
        };
        self.last = Some(id);
        id.to_string()
    }

    async fn press(&mut self, who: Who, under: &Said, label: &str) {
        let press = self
            .fake
            .presses(number(who), chat(under.place), under.id.parse().unwrap(), label);
        // The platform shows a clock on the button until then.
        let end = std::time::Instant::now() + Duration::from_secs(90);
        while !self.fake.answered().contains(&press) {
            assert!(std::time::Instant::now() < end, "the press is not taken note of");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn said(&self) -> Vec<Said> {
        let place = |chat| match chat {
            GROUP => Place::Group,
            ROOM => Place::Room,
            301 => Place::Private(Who::Asker),
            other => panic!("said where nobody is: {other}"),
        };
        let said = self.fake.said().into_iter().map(|said| Said {
            place: place(said.chat),
            id: said.id.to_string(),
            text: said.text,
            quote: said.quote.map(|id| id.to_string()),
            buttons: said.buttons.into_iter().map(|(label, _)| label).collect(),
        });
        said.collect()
    }

    async fn repeat(&mut self) {
        self.fake.repeat();
    }

    async fn break_connection(&mut self, _: &Program) {
        let before = self.fake.calls("getupdates");
        self.fake.trouble("getupdates", Trouble::Cut);
        self.fake.trouble("getupdates", Trouble::Cut);
        // The poll that waits now ends; the next two break off.
        self.fake.push(json!({"something_new": {}}));
        while self.fake.calls("getupdates") < before + 3 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn deaf(&mut self, deaf: bool) {
        self.fake.calm();
        for method in ["sendmessage", "sendphoto"].repeat(if deaf { 20 } else { 0 }) {
            let wait: Value = json!({"retry_after": 2});
            let refused = Trouble::Refuse(429, "Too Many Requests: retry after 2", wait);
            self.fake.trouble(method, refused);
        }
    }
}
