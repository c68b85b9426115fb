//! Platforms on which everybody is alone with the bot: members there, staff on Telegram. What a group is to the others is here
//! the chat of the one who speaks, and an answer is what comes after a message.

use crate::stage::{Has, Place, Said, Stage, To, Who};
use crate::support::program::Program;
use crate::telegram::Telegram;
use std::path::Path;

/// A message of the bot's to one of its users.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) user: String,
    pub(crate) text: String,
    pub(crate) buttons: Vec<String>,
}

/// The members' side of such a platform.
pub(crate) trait Chats: Sized {
    const HAS: Has;

    async fn new() -> Self;
    /// The keys of the account `it` in `groupdesk.yaml`, each line indented by four.
    fn account(&self) -> String;
    fn user(who: Who) -> &'static str;
    fn channel(user: &str) -> String;
    /// The name that the platform gives somebody.
    fn name(user: &str) -> String;
    /// Starts the program and waits until members can be heard.
    async fn start(&mut self, program: &mut Program, binary: &Path);
    /// A user says something; the message's id.
    async fn say(&mut self, user: &str, text: &str) -> String;
    async fn press(&mut self, user: &str, label: &str);
    /// Returns all messages of the bot, in order.
    fn told(&self) -> Vec<Told>;
    async fn repeat(&mut self);
    async fn break_connection(&mut self, program: &Program);
    fn deaf(&mut self, deaf: bool);
    fn tokens_end(&mut self);
}

pub(crate) struct Alone<C> {
    chats: C,
    staff: Telegram,
    asked: Vec<Asked>,
}

/// A message, and the number of messages that its author had been told by then.
struct Asked {
    user: &'static str,
    place: Place,
    id: String,
    told: usize,
}

impl<C: Chats> Alone<C> {
    fn told_to(&self, user: &str) -> usize {
        self.chats.told().iter().filter(|told| told.user == user).count()
    }
}

impl<C: Chats> Stage for Alone<C> {
    const HAS: Has = C::HAS;

    async fn new() -> Self {
        Self {
            chats: C::new().await,
            staff: Telegram::new().await,
            asked: Vec::new(),
        }
    }

    fn account(&self) -> String {
        self.chats.account()
    }

    fn accounts(&self) -> String {
        let room = Telegram::channel(Place::Room);
        format!(
            "  it:\n{}\n    staff_rooms: [\"staff/{room}\"]\n  staff:\n{}\n    staff: [{agent:?}, {colleague:?}]\n    admins: \
             [{agent:?}]\n    staff_rooms: [\"staff/{room}\"]",
            self.chats.account(),
            self.staff.account(),
            agent = Telegram::id(Who::Agent),
            colleague = Telegram::id(Who::Colleague),
        )
    }

    fn id(who: Who) -> String {
        C::user(who).to_owned()
    }

    fn channel(place: Place) -> String {
        match place {
            Place::Private(who) => C::channel(C::user(who)),
            Place::Group => C::channel(C::user(Who::Asker)),
            Place::Room => Telegram::channel(Place::Room),
        }
    }

    fn name(who: Who) -> String {
        C::name(C::user(who))
    }

    async fn start(&mut self, program: &mut Program, binary: &Path) {
        self.chats.start(program, binary).await;
    }

    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        if place == Place::Room {
            return self.staff.say(who, place, to, text).await;
        }
        let user = C::user(who);
        let told = self.told_to(user);
        let id = self.chats.say(user, text).await;
        self.asked.push(Asked {
            user,
            place,
            id: id.clone(),
            told,
        });
        id
    }

    async fn press(&mut self, who: Who, under: &Said, label: &str) {
        if under.place == Place::Room {
            self.staff.press(who, under, label).await;
        } else {
            self.chats.press(C::user(who), label).await;
        }
    }

    fn said(&self) -> Vec<Said> {
        let mut said = self.staff.said();
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for told in self.chats.told() {
            let count = counts.entry(told.user.clone()).or_default();
            let mut asked = self.asked.iter().filter(|asked| asked.user == told.user);
            let first = asked.next().expect("nobody is told anything before they ask");
            let asked = asked.take_while(|asked| asked.told <= *count).last();
            let asked = asked.unwrap_or(first);
            said.push(Said {
                place: asked.place,
                id: format!("{} {count}", told.user),
                text: told.text,
                quote: Some(asked.id.clone()),
                buttons: told.buttons,
            });
            *count += 1;
        }
        said
    }

    async fn repeat(&mut self) {
        self.chats.repeat().await;
    }

    async fn break_connection(&mut self, program: &Program) {
        self.chats.break_connection(program).await;
    }

    fn deaf(&mut self, deaf: bool) {
        self.chats.deaf(deaf);
    }

    fn tokens_end(&mut self) {
        self.chats.tokens_end();
    }
}
