//! QQ through OneBot v11, by reverse WebSocket.

use crate::stage::{Has, Place, Said, Stage, To, Who};
use crate::support::program::Program;
use crate::support::qq::{Manners, Qq, Wire, group_message, group_quote, private_message};
use serde_json::{Value, json};
use std::path::Path;

pub(crate) struct OneBot {
    qq: Qq,
    wire: Option<Wire>,
    url: String,
    next: i64,
    last: Value,
}

const GROUP: i64 = 77;
pub(crate) const ROOM: i64 = 9;

fn number(who: Who) -> i64 {
    match who {
        Who::Asker => 301,
        Who::Neighbour => 302,
        Who::Agent => 555,
        Who::Colleague => 556,
    }
}

impl OneBot {
    fn wire(&self) -> &Wire {
        self.wire.as_ref().unwrap()
    }

    pub(crate) fn qq(&self) -> &Qq {
        &self.qq
    }

    pub(crate) fn send(&self, event: Value) {
        self.wire().send(event);
    }

    /// Connects to a program that runs.
    pub(crate) async fn connect(&mut self, program: &Program) {
        self.url = program.url();
        self.wire = Some(self.qq.connect(&self.url).await);
    }
}

impl Stage for OneBot {
    const HAS: Has = Has {
        buttons: false,
        past: false,
        ..Has::ALL
    };

    async fn new() -> Self {
        let (qq, _) = Qq::new(Manners::WELL_BEHAVED);
        Self {
            qq,
            wire: None,
            url: String::new(),
            next: 1,
            last: Value::Null,
        }
    }

    fn account(&self) -> String {
        "    platform: onebot\n    connection: { access_token: \"${TEST_TOKEN}\", reverse: {}, call_timeout: 2s }".to_owned()
    }

    fn id(who: Who) -> String {
        number(who).to_string()
    }

    fn channel(place: Place) -> String {
        match place {
            Place::Group => format!("group:{GROUP}"),
            Place::Room => format!("group:{ROOM}"),
            Place::Private(who) => format!("private:{}", number(who)),
        }
    }

    fn name(who: Who) -> String {
        match who {
            Who::Asker => "[CQ:at,qq=all] <b>*x*".to_owned(),
            _ => format!("member {}", number(who)),
        }
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        self.wire = None;
        program.start(binary);
        self.connect(program).await;
    }

    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        let id = self.next;
        self.next += 1;
        let group = if place == Place::Room { ROOM } else { GROUP };
        let mut event = match (place, to) {
            (Place::Private(_), _) => private_message(id, number(who), text),
            (_, To::Message(quoted)) => group_quote(id, group, number(who), text, quoted.parse().unwrap()),
            (_, to) => group_message(id, group, number(who), text, to == To::Bot),
        };
        event["sender"]["nickname"] = json!(Self::name(who));
        self.wire().send(event.clone());
        self.last = event;
        id.to_string()
    }

    async fn press(&mut self, _: Who, _: &Said, _: &str) {
        unreachable!("QQ has no buttons here");
    }

    fn said(&self) -> Vec<Said> {
        let place = |group, user: Option<i64>| match (group, user) {
            (Some(GROUP), _) => Place::Group,
            (Some(ROOM), _) => Place::Room,
            (None, Some(301)) => Place::Private(Who::Asker),
            other => panic!("said where nobody is: {other:?}"),
        };
        let said = self.qq.said().into_iter().map(|said| Said {
            place: place(said.group, said.user),
            id: said.id.to_string(),
            text: said.text,
            quote: said.quote,
            buttons: Vec::new(),
        });
        said.collect()
    }

    async fn repeat(&mut self) {
        self.wire().send(self.last.clone());
    }

    async fn break_connection(&mut self, _: &Program) {
        self.wire.take().unwrap().cut();
        self.wire = Some(self.qq.connect(&self.url).await);
    }

    fn deaf(&mut self, deaf: bool) {
        self.qq.deaf(deaf);
    }
}
