//! The interface of a platform's fake to the conversations, and the conversation itself: a stage and the real binary.

use crate::support::program::Program;
use std::path::Path;
use std::time::{Duration, Instant};

/// The people of a conversation. Agent and Colleague are staff, Agent is an admin too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Asker,
    Neighbour,
    Agent,
    Colleague,
}

/// The place of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Group,
    Room,
    Private(Who),
}

/// The addressee of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To<'a> {
    Everybody,
    Bot,
    /// As an answer to a message.
    Message(&'a str),
}

/// A message of the bot.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) place: Place,
    pub(crate) id: String,
    /// As people read it there.
    pub(crate) text: String,
    pub(crate) quote: Option<String>,
    /// The labels of its buttons.
    pub(crate) buttons: Vec<String>,
}

/// The features of a platform that the conversations must know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Has {
    /// There are groups; else everybody is alone with the bot, and what a group is for them is that chat.
    pub(crate) groups: bool,
    /// Messages that don't mention the bot reach it in groups.
    pub(crate) everything: bool,
    /// People can answer a message of the bot's.
    pub(crate) quotes: bool,
    pub(crate) buttons: bool,
    /// Messages sent while the program was down reach it later.
    pub(crate) past: bool,
    /// The platform and the program are connected by something that can break.
    pub(crate) connection: bool,
    /// It can be told to take nothing that the bot says.
    pub(crate) deafness: bool,
    /// The program calls it with a token that ends.
    pub(crate) token: bool,
    /// The most answers to one message; further ones wait for the next message.
    pub(crate) replies: Option<u32>,
}

/// A platform without its company behind it.
pub(crate) trait Stage: Sized {
    const HAS: Has;

    /// The platform's side, before the program starts.
    async fn new() -> Self;
    /// The keys of the account in `groupdesk.yaml`, each line indented by four.
    fn account(&self) -> String;
    /// The accounts of `groupdesk.yaml`: members and staff on this platform, unless a stage has another one for the staff.
    fn accounts(&self) -> String {
        format!(
            "  it:\n{}\n    staff: [{agent:?}, {colleague:?}]\n    admins: [{agent:?}]\n    staff_rooms: [\"it/{room}\"]",
            self.account(),
            agent = Self::id(Who::Agent),
            colleague = Self::id(Who::Colleague),
            room = Self::channel(Place::Room),
        )
    }
    /// Returns a person's id there.
    fn id(who: Who) -> String;
    /// The channel of a place as `groupdesk.yaml` names it.
    fn channel(place: Place) -> String;
    /// The name of a person; asked before they say anything.
    fn name(who: Who) -> String;
    /// Starts the program and waits until both sides are connected.
    async fn start(&mut self, program: &mut Program, binary: &Path);
    /// Sends a message as `who`; returns its id.
    async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String;
    /// Presses a button.
    async fn press(&mut self, who: Who, under: &Said, label: &str);
    /// Returns all messages of the bot.
    fn said(&self) -> Vec<Said>;
    /// The last event comes again.
    async fn repeat(&mut self);
    /// The connection breaks; waits until it stands again.
    async fn break_connection(&mut self, program: &Program);
    /// Refuses every message of the bot from now on, or accepts them again.
    fn deaf(&mut self, deaf: bool);
    /// The token that the program calls with is good no more.
    fn tokens_end(&mut self) {}
}

impl Has {
    /// A chat platform with everything that one has, and no limits.
    pub(crate) const ALL: Self = Self {
        groups: true,
        everything: true,
        quotes: true,
        buttons: true,
        past: true,
        connection: true,
        deafness: true,
        token: false,
        replies: None,
    };
}

/// The stage, the program, and how far the bot's words were read.
pub(crate) struct Scene<S> {
    pub(crate) stage: S,
    pub(crate) program: Program,
}

/// Entries that conversations need beyond the shipped ones.
const MORE: &str = r#"
  - id: long-answer
    questions: [完整的离线安装步骤是什么, 给我看完整的离线安装步骤, full offline installation steps]
    answer: "LONG"
  - id: markup
    questions: [量子打印机的配置键叫什么, 量子打印机要改哪个配置键, config key of the quantum printer]
    answer: "设置 `a_b*c` 为 <b>1</b> & [x](y) ~~z~~ \\_ 即可 @everyone"
"#;

/// Returns a text far longer than any platform takes in one message.
pub(crate) fn long_answer() -> String {
    (1..=700)
        .map(|step| format!("第{step}步：执行 install-{step} 并等待完成。"))
        .collect()
}

impl<S: Stage> Scene<S> {
    /// The program, started and connected, with the shipped FAQ and the entries above.
    pub(crate) async fn open() -> Self {
        let stage = S::new().await;
        let program = Program::with(&stage.accounts(), "");
        let faq = program.folder.join("faq.yaml");
        let shipped = std::fs::read_to_string(&faq).unwrap();
        std::fs::write(&faq, format!("{shipped}{}", MORE.replace("LONG", &long_answer()))).unwrap();
        let mut scene = Self { stage, program };
        scene.start().await;
        scene
    }

    pub(crate) async fn start(&mut self) {
        let binary = Path::new(env!("CARGO_BIN_EXE_groupdesk"));
        self.stage.start(&mut self.program, binary).await;
    }

    pub(crate) async fn say(&mut self, who: Who, place: Place, to: To<'_>, text: &str) -> String {
        self.stage.say(who, place, to, text).await
    }

    /// Sends a message for the bot without a mention; with one if the platform delivers no others.
    pub(crate) async fn go_on(&mut self, who: Who, place: Place, text: &str) -> String {
        let group = !matches!(place, Place::Private(_));
        let to = if S::HAS.everything || !group {
            To::Everybody
        } else {
            To::Bot
        };
        self.say(who, place, to, text).await
    }

    /// Answers a notice as staff; by the ticket's number if nothing can be quoted.
    pub(crate) async fn answer(&mut self, who: Who, notice: &Said, ticket: u32, text: &str) -> String {
        if S::HAS.quotes {
            // Nobody quotes what has stood there for a millisecond; by then the store knows what the notice is about.
            tokio::time::sleep(Duration::from_millis(200)).await;
            self.say(who, Place::Room, To::Message(&notice.id), text).await
        } else {
            self.go_on(who, Place::Room, &format!("/t {ticket} {text}")).await
        }
    }

    /// Waits until the bot has said something with these words there.
    pub(crate) async fn hear(&self, place: Place, part: &str) -> Said {
        self.hear_where(place, part, |said| said.text.contains(part))
            .await
    }

    /// The same, with something to press; some platforms show that a moment later.
    pub(crate) async fn hear_with_buttons(&self, place: Place, part: &str) -> Said {
        self.hear_where(place, part, |said| {
            said.text.contains(part) && !said.buttons.is_empty()
        })
        .await
    }

    /// Waits until the bot has answered a message.
    pub(crate) async fn hear_answer(&self, place: Place, to: &str) -> Said {
        self.hear_where(place, to, |said| said.quote.as_deref() == Some(to))
            .await
    }

    async fn hear_where(&self, place: Place, what: &str, is: impl Fn(&Said) -> bool) -> Said {
        let end = Instant::now() + Duration::from_secs(90);
        loop {
            let all = self.stage.said();
            if let Some(said) = all.iter().find(|said| said.place == place && is(said)) {
                return said.clone();
            }
            assert!(
                Instant::now() < end,
                "not said in {place:?}: {what}\n{all:#?}\n{}",
                self.program.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The bot's messages there.
    pub(crate) fn said_in(&self, place: Place) -> Vec<Said> {
        let mut said = self.stage.said();
        said.retain(|said| said.place == place);
        said
    }

    /// The number of the bot's answers to a message.
    pub(crate) fn answers_to(&self, id: &str) -> usize {
        let said = self.stage.said();
        said.iter()
            .filter(|said| said.quote.as_deref() == Some(id))
            .count()
    }
}
