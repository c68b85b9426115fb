//! WeCom's intelligent robot, over its long connection: in groups it hears only what mentions it.

use crate::stage::{Has, Place, Said, Stage, To, Who};
use crate::support::program::Program;
use groupdesk_wecom_fake::{Fake, Trouble};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) struct WeCom {
    fake: Fake,
    /// The author, the place, the message's id and its text.
    last: Option<(String, String, String, String)>,
    /// The last message before the program started again: only the connection that brought a question can answer under it.
    unanswered: Option<(String, String, String, String)>,
}

fn chat(place: Place) -> String {
    match place {
        Place::Group => "wrGROUP".to_owned(),
        Place::Room => "wrROOM".to_owned(),
        Place::Private(who) => WeCom::id(who),
    }
}

impl WeCom {
    /// Finds the message of an answer that can't stand under it any more, and mentions its author instead.
    fn named_in(&self, body: &serde_json::Value) -> Option<String> {
        let (who, _, message, _) = self.unanswered.as_ref()?;
        let text = body["markdown"]["content"].as_str()?;
        text.starts_with(&format!("<@{who}> ")).then(|| message.clone())
    }

    async fn until_connected(&self, before: u64) {
        let end = Instant::now() + Duration::from_secs(90);
        while self.fake.subscriptions() == before {
            assert!(Instant::now() < end, "it does not connect");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Stage for WeCom {
    const HAS: Has = Has {
        everything: false,
        past: false,
        ..Has::ALL
    };

    async fn new() -> Self {
        crate::support::moment::move_fakes();
        let fake = Fake::start().await;
        // A robot may speak only where somebody spoke to it before.
        fake.tell(
            "wang",
            "wrROOM",
            json!({"msgtype": "text", "text": {"content": "@Desk hi"}}),
        );
        Self {
            fake,
            last: None,
            unanswered: None,
        }
    }

    fn account(&self) -> String {
        format!(
            "    platform: wecom_robot\n    connection: {}",
            self.fake.connection()
        )
    }

    fn id(who: Who) -> String {
        let id = match who {
            Who::Asker => "ming",
            Who::Neighbour => "hong",
            Who::Agent => "wang",
            Who::Colleague => "li",
        };
        id.to_owned()
    }

    fn channel(place: Place) -> String {
        match place {
            Place::Private(who) => format!("private:{}", Self::id(who)),
            group => format!("group:{}", chat(group)),
        }
    }

    fn name(who: Who) -> String {
        Self::id(who)
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        let before = self.fake.subscriptions();
        self.unanswered.clone_from(&self.last);
        program.start(binary);
        self.until_connected(before).await;
    }

    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        let (who, chat) = (Self::id(who), chat(place));
        let id = match (place, to) {
            (Place::Private(_), _) => self.fake.writes(&who, text),
            (_, To::Everybody) => return self.fake.says(&who, &chat, text),
            (_, To::Bot) => self.fake.calls_bot(&who, &chat, text),
            (_, To::Message(number)) => {
                let number: usize = number.parse().unwrap();
                let quoted = self.fake.said()[number].text.clone();
                self.fake.quotes(&who, &chat, &quoted, text)
            }
        };
        let called = if matches!(place, Place::Private(_)) {
            ""
        } else {
            "@Desk "
        };
        self.last = Some((who, chat, id.clone(), format!("{called}{text}")));
        id
    }

    async fn press(&mut self, who: Who, under: &Said, label: &str) {
        let before = self.fake.updates().len();
        self.fake.presses(&Self::id(who), &chat(under.place), label);
        // WeCom waits five seconds for the card's change.
        let end = Instant::now() + Duration::from_secs(5);
        while self.fake.updates().len() == before {
            assert!(Instant::now() < end, "the press is not taken note of");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn said(&self) -> Vec<Said> {
        let place = |chat: &str| match chat {
            "wrGROUP" => Place::Group,
            "wrROOM" => Place::Room,
            "ming" => Place::Private(Who::Asker),
            other => panic!("said where nobody is: {other}"),
        };
        let mut all: Vec<Said> = Vec::new();
        for (number, said) in self.fake.said().into_iter().enumerate() {
            let place = place(&said.chat);
            let buttons: Vec<String> = said.buttons.into_iter().map(|(label, _)| label).collect();
            // What is no answer has its buttons in a card below it.
            let above = all.iter_mut().rfind(|above| above.place == place);
            if let (true, Some(above)) = (said.body["msgtype"] == "template_card", above) {
                above.buttons = buttons;
                continue;
            }
            all.push(Said {
                place,
                id: number.to_string(),
                text: said.text,
                quote: said.quote.or_else(|| self.named_in(&said.body)),
                buttons,
            });
        }
        all
    }

    async fn repeat(&mut self) {
        let (who, chat, id, text) = self.last.as_ref().unwrap();
        self.fake.repeat(who, chat, id, text);
    }

    async fn break_connection(&mut self, _: &Program) {
        let before = self.fake.subscriptions();
        self.fake.drop_connection();
        self.until_connected(before).await;
    }

    fn deaf(&mut self, deaf: bool) {
        self.fake.calm();
        for command in ["aibot_respond_msg", "aibot_send_msg"].repeat(if deaf { 20 } else { 0 }) {
            self.fake
                .trouble(command, Trouble::Refuse(45_009, "api freq out of limit"));
        }
    }
}
