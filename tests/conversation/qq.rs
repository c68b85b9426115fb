//! QQ's official API, by WebSocket: members in a group that is heard whole, staff in a guild's channel.

use crate::stage::{Has, Place, Said, Stage, To, Who};
use crate::support::program::Program;
use groupdesk_qq_fake::{Fake, Trouble};
use std::path::Path;
use std::time::Duration;

pub(crate) struct Qq {
    fake: Fake,
}

fn openid(who: Who) -> &'static str {
    match who {
        Who::Asker => "E4F4A1",
        Who::Neighbour => "E4F4A2",
        Who::Agent => "1234555",
        Who::Colleague => "1234556",
    }
}

fn chat(place: Place) -> String {
    match place {
        Place::Group => "group:C9F778FE".to_owned(),
        Place::Room => "channel:100010".to_owned(),
        Place::Private(who) => format!("private:{}", openid(who)),
    }
}

impl Stage for Qq {
    const HAS: Has = Has {
        token: true,
        replies: Some(5),
        ..Has::ALL
    };

    async fn new() -> Self {
        crate::support::moment::move_fakes();
        let fake = Fake::start(true).await;
        fake.grant_markdown();
        fake.list_addresses();
        fake.name(openid(Who::Asker), &Self::name(Who::Asker));
        Self { fake }
    }

    fn account(&self) -> String {
        format!("    platform: qq\n    connection: {}", self.fake.connection())
    }

    fn id(who: Who) -> String {
        openid(who).to_owned()
    }

    fn channel(place: Place) -> String {
        chat(place)
    }

    fn name(who: Who) -> String {
        match who {
            Who::Asker => "<@!1>@everyone <qqbot-at-everyone /> [x](y)*_`".to_owned(),
            _ => openid(who).to_owned(),
        }
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        let before = self.fake.ready();
        program.start(binary);
        self.fake.connected(before + 1).await;
    }

    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        let (who, chat) = (openid(who), chat(place));
        match to {
            To::Everybody => self.fake.says(who, &chat, text),
            To::Bot => self.fake.calls_bot(who, &chat, text),
            To::Message(id) => self.fake.replies(who, &chat, id, text),
        }
    }

    async fn press(&mut self, who: Who, under: &Said, label: &str) {
        let press = self
            .fake
            .presses(openid(who), &chat(under.place), &under.id, label);
        // The platform shows a clock on the button until then.
        let end = std::time::Instant::now() + Duration::from_secs(90);
        while !self.fake.answered().contains(&press) {
            assert!(std::time::Instant::now() < end, "the press is not taken note of");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn said(&self) -> Vec<Said> {
        let place = |said: &str| {
            let all = [Place::Group, Place::Room, Place::Private(Who::Asker)];
            all.into_iter()
                .find(|place| chat(*place) == said)
                .unwrap_or_else(|| panic!("said where nobody is: {said}"))
        };
        // Under buttons a picture stands in a message of its own.
        let words = self
            .fake
            .said()
            .into_iter()
            .filter(|said| !said.text.trim().is_empty());
        let said = words.map(|said| Said {
            place: place(&said.place),
            id: said.id,
            text: said.text,
            quote: said.quote,
            buttons: said.buttons.into_iter().map(|(label, ..)| label).collect(),
        });
        said.collect()
    }

    async fn repeat(&mut self) {
        self.fake.repeat();
    }

    async fn break_connection(&mut self, _: &Program) {
        let before = self.fake.ready();
        self.fake.drop_connections();
        self.fake.connected(before + 1).await;
    }

    fn tokens_end(&mut self) {
        self.fake.expire_token();
    }

    fn deaf(&mut self, deaf: bool) {
        self.fake.calm();
        for _ in 0..if deaf { 40 } else { 0 } {
            self.fake.trouble(
                "messages",
                Trouble::Refuse(429, 20_028, "ChannelHitWriteRateLimit"),
            );
        }
    }
}
