//! Days of a support team on a clock that the test moves, over two platforms' fakes, a real store, and restarts in
//! between. They test the joints between the parts: inbox, desk, store, outbox.

mod bounced;
mod days;
mod decisions;
mod edits;
mod faq_edits;
mod left_behind;
mod meaning;
mod misses;
mod quarantine;
mod refused;
mod rooms;
mod siblings;
mod times;
mod unsent;

use super::alerts::Alerts;
use super::clock_steps::ClockSteps;
use super::connections::Connections;
use super::event_intake::Intake;
use super::faq_orders::{Drafts, EditsParts};
use super::inbox::Inbox;
use super::live_knowledge::LiveKnowledge;
use super::outbox::{Outbox, OutboxSettings};
use super::routing::Routing;
use super::unanswered_grouping::Unanswered;
use crate::config::PaceLimits;
use crate::config::{self, Environment};
use crate::desk::Knowledge;
use crate::matcher::QuestionEmbeddings;
use crate::semantic::Semantic;
use crate::store::{SqliteStore, Store};
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, AccountState, Act, Adapter, AdapterError, Capabilities, Channel, ChannelKind, ChannelRole,
    Clock, Delivery, Edit, Event, Incoming, Link, ManualClock, MemberId, Message, MessageId, PastReply,
    Place, Quote, Recall, Reply, ReplyKey, Segment, Sender, Standing,
};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const CONFIG: &str = r#"
accounts:
  qq: { platform: fake, staff_rooms: [tg/staff, mail/support] }
  tg: { platform: fake, admins: [wang, li] }
  mail: { platform: fake }
  qq2: { platform: fake, staff_rooms: [tg/staff] }
roster:
  老王: { ids: [tg/wang], shifts: { weekly: { mon-fri: "08:00-12:00" }, holidays: cn } }
  老李: { ids: [tg/li], shifts: { weekly: { mon-fri: "13:00-17:30" }, holidays: cn } }
tags:
  free: { handoff: pointer }
# Nobody is asked for whom words under a notice are.
tickets: { under_notice: member }
channels:
  qq/group:free: { tags: [free] }
  tg/staff: { ignore: [robot] }
  qq/group:other: { staff_rooms: [tg/other], decisions: { texts: false, retention: 30d } }
"#;

const FAQ: &str = r#"
language: zh
hours:
  office: { notation: 5x8, weekly: { mon-fri: ["08:00-12:00", "13:00-17:30"] }, holidays: cn }
contact_points:
  wiki: { name: 文档站, link: "https://example.com/docs" }
entries:
  - id: hours
    questions: [你们几点上班, 客服的上班时间是什么时候, 周末上班吗]
    answer: "{{ hours.office }}"
"#;

/// Platform that keeps its messages, also over our restarts.
struct Fake {
    account: AccountId,
    said: Mutex<Vec<Said>>,
    down: AtomicBool,
    /// `true` if it can edit and recall messages.
    edits: AtomicBool,
    unsends: AtomicBool,
    next: AtomicU64,
}

#[derive(Debug, Clone)]
struct Said {
    key: ReplyKey,
    id: MessageId,
    channel: String,
    text: String,
    mentions: Vec<String>,
}

impl Fake {
    fn new(account: &str) -> Arc<Self> {
        Arc::new(Self {
            account: account.into(),
            said: Mutex::default(),
            down: AtomicBool::new(false),
            edits: AtomicBool::new(true),
            unsends: AtomicBool::new(true),
            next: AtomicU64::new(1),
        })
    }

    fn said(&self, channel: &str) -> Vec<Said> {
        let said = self.said.lock();
        said.iter()
            .filter(|said| said.channel == channel)
            .cloned()
            .collect()
    }
}

#[async_trait]
impl Adapter for Fake {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(4000).with(|can| {
            can.quote = true;
            can.images = true;
            can.edit = self.edits.load(Ordering::SeqCst);
            can.unsend = self.unsends.load(Ordering::SeqCst);
            can.receives_all_messages = true;
        })
    }

    fn own_ids(&self) -> Vec<MemberId> {
        vec![MemberId::new(format!("bot-{}", self.account))]
    }

    async fn run(&self, _: Link) -> Result<(), AdapterError> {
        Ok(())
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        if self.down.load(Ordering::SeqCst) {
            return Delivery::Later {
                reason: "connection refused".to_owned(),
                after: None,
            };
        }
        match &reply.act {
            Act::Say => {}
            Act::Edit(id) => {
                for said in self.said.lock().iter_mut().filter(|said| said.id == *id) {
                    said.text = reply.text();
                }
                return Delivery::Sent { message: None };
            }
            Act::Unsend(id) => {
                self.said.lock().retain(|said| said.id != *id);
                return Delivery::Sent { message: None };
            }
        }
        let id = MessageId::new(format!(
            "{}-{}",
            self.account,
            self.next.fetch_add(1, Ordering::SeqCst)
        ));
        let mentions = reply.segments.iter().filter_map(|segment| match segment {
            Segment::Mention(member) => Some(member.to_string()),
            _ => None,
        });
        self.said.lock().push(Said {
            key,
            id: id.clone(),
            channel: reply.channel.to_string(),
            text: reply.text(),
            mentions: mentions.collect(),
        });
        Delivery::Sent { message: Some(id) }
    }

    async fn find_sent(&self, key: ReplyKey, _: &Reply, _: Timestamp) -> PastReply {
        let said = self.said.lock();
        match said.iter().find(|said| said.key == key) {
            Some(said) => PastReply::Arrived(said.id.clone()),
            None => PastReply::Missing,
        }
    }
}

/// One life of the program.
struct Life {
    events: mpsc::Sender<Incoming>,
    inbox: tokio::task::JoinHandle<crate::store::Result<()>>,
    /// Held so that it lives as long as the program.
    _outbox: Arc<Outbox>,
    grouping: tokio::task::JoinHandle<()>,
}

struct World {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    platforms: [Arc<Fake>; 4],
    /// Source of vectors, if any.
    semantic: Option<Arc<Semantic>>,
    /// `None` only between two lives.
    life: Option<Life>,
    messages: u64,
}

async fn live(
    folder: &Path,
    clock: &Arc<ManualClock>,
    platforms: &[Arc<Fake>],
    semantic: Option<Arc<Semantic>>,
) -> Life {
    let written = std::fs::read_to_string(folder.join("groupdesk.yaml"));
    let written = written.unwrap_or_else(|_| CONFIG.to_owned());
    let config = config::load(
        Path::new("groupdesk.yaml"),
        &written,
        &Environment::lenient(),
        &super::accounts::platforms(),
    )
    .unwrap();
    let meanings = semantic.as_ref().map(|_| Arc::new(QuestionEmbeddings::new(2)));
    if !folder.join("faq.yaml").exists() {
        std::fs::write(folder.join("faq.yaml"), FAQ).unwrap();
    }
    let faq = std::fs::read_to_string(folder.join("faq.yaml")).unwrap();
    let (knowledge, _) = Knowledge::load_with("faq.yaml", &faq, None, meanings).unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.join("test.db")).await.unwrap());
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    let (delivered, inbox_delivered) = mpsc::unbounded_channel();
    let settings = OutboxSettings {
        retry_first: Duration::from_millis(10),
        retry_most: Duration::from_millis(50),
        ..OutboxSettings::default()
    };
    let clocks = (Arc::clone(&clock), Arc::clone(&clock));
    let outbox = Outbox::new(Arc::clone(&store), clocks, settings, delivered);
    for platform in platforms {
        outbox.register(Arc::clone(platform) as Arc<dyn Adapter>, PaceLimits::default());
    }
    let mut routing = Routing::new(&config);
    routing.set_adapters(
        platforms
            .iter()
            .map(|platform| Arc::clone(platform) as Arc<dyn Adapter>),
    );
    let (tell, notices) = mpsc::channel(16);
    let connections = Arc::new(Connections::new(Arc::clone(&clock)));
    let routing = Arc::new(routing);
    super::moved_calls::give_to_present_rooms(&*store, &routing, clock.now())
        .await
        .unwrap();
    outbox.restore().await.unwrap();
    let knowledge = Arc::new(LiveKnowledge::new(knowledge, Arc::clone(&clock)));
    let unanswered = Arc::new(Unanswered::new(
        Arc::clone(&store),
        Arc::clone(&knowledge),
        Arc::clone(&routing),
        Arc::clone(&clock),
        tell.clone(),
    ));
    let grouping = tokio::spawn(Arc::clone(&unanswered).work(CancellationToken::new()));
    let drafts = Drafts::new(
        Some(folder.join("faq.yaml")),
        EditsParts {
            store: Arc::clone(&store),
            routing: Arc::clone(&routing),
            clock: Arc::clone(&clock),
            tell: tell.clone(),
            unanswered,
        },
    );
    let inbox = Inbox {
        store,
        alerts: Alerts::new(Arc::clone(&clock), &routing, tell),
        intake: Arc::new(Intake::new(connections, Arc::default(), ClockSteps::unseen())),
        knowledge,
        clock,
        routing,
        outbox: Arc::clone(&outbox),
        semantic,
        asker: None,
        drafting: None,
        drafts,
    };
    let (events, inbox_events) = mpsc::channel(64);
    let inbox = tokio::spawn(inbox.run(inbox_events, notices, inbox_delivered, CancellationToken::new()));
    Life {
        events,
        inbox,
        _outbox: outbox,
        grouping,
    }
}

impl World {
    async fn at(time: &str) -> Self {
        Self::with(time, |_| None).await
    }

    async fn with(time: &str, semantic: impl FnOnce(Arc<dyn Clock>) -> Option<Arc<Semantic>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(time.parse().unwrap()));
        let platforms = [
            Fake::new("qq"),
            Fake::new("tg"),
            Fake::new("mail"),
            Fake::new("qq2"),
        ];
        let semantic = semantic(Arc::clone(&clock) as Arc<dyn Clock>);
        let life = Some(live(folder.path(), &clock, &platforms, semantic.clone()).await);
        Self {
            folder,
            clock,
            platforms,
            semantic,
            life,
            messages: 0,
        }
    }

    /// Kills the program: nothing is finished.
    async fn kill(&mut self) {
        if let Some(life) = self.life.take() {
            life.inbox.abort();
            life.grouping.abort();
            assert!(life.inbox.await.unwrap_err().is_cancelled());
        }
        self.life = Some(
            live(
                self.folder.path(),
                &self.clock,
                &self.platforms,
                self.semantic.clone(),
            )
            .await,
        );
    }

    async fn event(&self, incoming: Incoming) {
        let life = self.life.as_ref().expect("it lives");
        life.events.send(incoming).await.unwrap();
    }

    /// Returns the id of the last message.
    fn last(&self) -> MessageId {
        MessageId::new(format!("in-{}", self.messages))
    }

    async fn say(&mut self, place: &str, who: &str, text: &str, quote: Option<&MessageId>) {
        let said = self.post(place, who, text, quote).await;
        said.await.unwrap();
    }

    /// Sends a message; the result is reported when it is committed.
    async fn post(
        &mut self,
        place: &str,
        who: &str,
        text: &str,
        quote: Option<&MessageId>,
    ) -> tokio::sync::oneshot::Receiver<()> {
        self.messages += 1;
        let (account, channel) = place.split_once('/').unwrap();
        let mut segments: Vec<Segment> = Vec::new();
        if let Some(quote) = quote {
            segments.push(Segment::Quote(Quote {
                message: quote.clone(),
                of_bot: None,
                text: None,
            }));
        }
        let called = text.starts_with("@bot ");
        let text = text.trim_start_matches("@bot ");
        let text = match text.strip_prefix("@other ") {
            Some(text) => {
                segments.push(Segment::Mention("bot-qq2".into()));
                text
            }
            None => text,
        };
        segments.push(Segment::Text(text.to_owned()));
        let message = Message {
            id: self.last(),
            channel: Channel {
                id: channel.into(),
                kind: ChannelKind::Group,
                name: None,
            },
            sender: Sender {
                id: who.into(),
                name: who.to_owned(),
                role: ChannelRole::Member,
                is_bot: false,
                is_self: false,
                standing: Standing::Member,
            },
            segments,
            mentions_bot: called,
            at: self.clock.now(),
            ticket: None,
            link: None,
        };
        let (committed, wait) = tokio::sync::oneshot::channel();
        let incoming = Incoming {
            account: account.into(),
            event: Event::Message(message),
            committed: Some(committed),
        };
        self.event(incoming).await;
        wait
    }

    /// Moves the clock, and lets the program look at it.
    async fn time(&mut self, time: &str) {
        self.clock.set(time.parse().unwrap());
        let incoming = Incoming {
            account: "qq".into(),
            event: Event::State(AccountState::Connected),
            committed: None,
        };
        self.event(incoming).await;
    }

    fn platform(&self, account: &str) -> &Fake {
        let mut platforms = self.platforms.iter();
        platforms
            .find(|platform| platform.account.as_str() == account)
            .unwrap()
    }

    /// Lets the next message of a platform have an id that one had before.
    fn number_again(&self, account: &str, id: &MessageId) {
        let (_, number) = id.as_str().rsplit_once('-').unwrap();
        self.platform(account)
            .next
            .store(number.parse().unwrap(), Ordering::SeqCst);
    }

    /// Waits until a message with this text stands in a channel; at most a few seconds of real time.
    async fn hears(&self, place: &str, words: &str) -> Said {
        let (account, channel) = place.split_once('/').unwrap();
        let platform = self
            .platforms
            .iter()
            .find(|p| p.account.as_str() == account)
            .unwrap();
        for _ in 0..1000 {
            let found = platform
                .said(channel)
                .into_iter()
                .find(|said| said.text.contains(words));
            if let Some(said) = found {
                // Nobody quotes it before its id is written down, a few milliseconds later.
                tokio::time::sleep(Duration::from_millis(100)).await;
                return said;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let store = SqliteStore::open(self.folder.path().join("test.db"))
            .await
            .unwrap();
        let aside = store.quarantine(10).await.unwrap();
        panic!(
            "`{words}` was not said in {place}: {:#?}, set aside: {aside:#?}",
            platform.said(channel)
        );
    }

    /// Counts the messages with this text, after a moment in which one could have come.
    async fn times(&self, place: &str, words: &str) -> usize {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (account, channel) = place.split_once('/').unwrap();
        let platform = self
            .platforms
            .iter()
            .find(|p| p.account.as_str() == account)
            .unwrap();
        platform
            .said(channel)
            .iter()
            .filter(|said| said.text.contains(words))
            .count()
    }
}

/// Makes the event of an edited message.
fn edited(account: &str, channel: &str, message: &MessageId, text: &str) -> Incoming {
    let at = "2026-11-23T09:01:00+08:00".parse().unwrap();
    let mut segments = vec![Segment::Text(text.to_owned())];
    // `>id words` quotes a message.
    if let Some((quote, words)) = text.strip_prefix('>').and_then(|text| text.split_once(' ')) {
        let quote = Quote {
            message: quote.into(),
            of_bot: None,
            text: None,
        };
        segments = vec![Segment::Quote(quote), Segment::Text(words.to_owned())];
    }
    let message = Message {
        id: message.clone(),
        channel: Channel {
            id: channel.into(),
            kind: ChannelKind::Group,
            name: None,
        },
        sender: Sender {
            id: if account == "tg" { "wang" } else { "小明" }.into(),
            name: if account == "tg" { "wang" } else { "小明" }.to_owned(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments,
        mentions_bot: false,
        at,
        ticket: None,
        link: None,
    };
    Incoming {
        account: account.into(),
        event: Event::Edit(Edit { message, at }),
        committed: None,
    }
}
