//! A group with a stopped clock, in which anybody can speak.

use crate::desk::question_embeddings::RankedTexts;
use crate::desk::reading::courtesy;
use crate::desk::{
    ChannelContext, ChannelState, DeliveryReport, DeliveryStatus, Desk, Effects, Histories, JudgeState,
    Knowledge, MemberEdit, Outgoing, Policy, Reason, TicketPolicy, TicketTimers, UnderNotice,
};
use crate::ticket::{OpenTickets, RelaySource, TicketReference};
use groupdesk_contract::{
    Channel, ChannelId, ChannelKind, ChannelRole, Edit, MemberId, Message, MessageId, Place, Quote, Recall,
    ReplyWindow, Segment, Sender, Standing,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A Monday, 10:00 in Shanghai: the office is open.
pub(super) const MONDAY_MORNING: &str = "2026-11-23T10:00:00+08:00";

/// A Friday, 23:00 in Shanghai: it is closed until Monday.
pub(super) const FRIDAY_NIGHT: &str = "2026-11-20T23:00:00+08:00";

pub(super) fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| {
        Knowledge::load("test.yaml", FAQ, None)
            .expect("the test's FAQ is good")
            .0
    })
}

const FAQ: &str = r#"
language: zh
service: office
hours:
  office: { notation: 5x8, time_zone: Asia/Shanghai, weekly: { mon-fri: "08:00-17:30" }, holidays: cn }
  always: 7x24
contact_points:
  ticket-system: { name: { zh: 工单系统, en: ticket system }, hours: always, purpose: { zh: 处理故障, en: faults }, link: "https://example.com/ticket" }
  qq-group: { name: { zh: QQ群, en: QQ group }, hours: office, purpose: { zh: 交流咨询, en: questions }, value: "128631425" }
entries:
  - id: office-hours
    title: { zh: 上班时间, en: Office hours }
    questions: [你们几点上班, 客服的上班时间是什么时候, 周末上班吗, what are your office hours, when are you open]
    answer: { zh: "{{ hours.office }}", en: "We are there {{ hours.office }}" }
  - id: ticket-open
    title: { zh: 提交工单, en: Opening a ticket }
    questions: [在哪里提交工单, 工单系统的地址, 怎么开工单, where can I open a ticket]
    answer: { zh: "工单入口：{{ contact.ticket_system.link }}", en: "Tickets: {{ contact.ticket_system.link }}" }
    handoff: offer
  - id: ticket-registration
    title: { zh: 工单要不要注册, en: Registration for tickets }
    questions: [工单系统需要注册吗, 提交工单要先注册账号吗, do I have to register to open a ticket]
    answer: { zh: 不注册也可以提工单。, en: No registration needed. }
  - id: refund
    title: 退款
    questions: [怎么申请退款, 可以退款吗, 退款流程是什么]
    answer: 退款要由同事处理。
    handoff: always
  - id: invoice-paper
    title: 纸质发票
    questions: [怎么开纸质发票, 纸质发票多久能收到]
    answer: 纸质发票请填邮寄地址。
  - id: invoice-electronic
    title: 电子发票
    questions: [怎么开电子发票, 电子发票多久能收到]
    answer: 电子发票发到邮箱。
  - id: door-lock
    title: 门禁
    questions: [门禁刷不开, 门禁卡没反应, 刷门禁卡没反应怎么办]
    answer: "请把日志发到群里：{{ contact.qq_group.value }}"
  - id: paid-priority
    questions: [付费用户有没有优先支持, 付费客户的优先通道在哪]
    answer: 付费用户有优先通道。
    audience: { tags: [paid] }
"#;

/// Checks in every story that the desk ranked only the texts that it had announced.
fn all_asked_for(ranked: RankedTexts, asked: &[String]) {
    for text in &ranked.into_texts() {
        assert!(asked.contains(text), "{text:?} is not among {asked:?}");
    }
}

pub(super) struct Group {
    pub(super) policy: Policy,
    pub(super) state: ChannelState,
    pub(super) now: Timestamp,
    pub(super) kind: ChannelKind,
    pub(super) tell: Vec<Place>,
    pub(super) open_tickets: OpenTickets,
    pub(super) lifecycle: TicketPolicy,
    pub(super) window: Option<ReplyWindow>,
    pub(super) buttons: bool,
    pub(super) unsend: bool,
    pub(super) place: Place,
    number: u64,
    /// Ticket that the next message quotes.
    pub(super) quoted: Option<u64>,
    /// The judge, for messages and their timers.
    pub(super) judging: Option<JudgeState>,
    /// Another FAQ than the shared one, for messages and their timers.
    pub(super) faq: Option<Knowledge>,
}

/// Effect of one message.
pub(super) struct Did {
    pub(super) decision: &'static str,
    pub(super) reason: Reason,
    pub(super) effects: Effects,
    pub(super) message: MessageId,
}

impl Did {
    /// Returns the text to the asker.
    pub(super) fn said(&self) -> String {
        self.effects
            .outgoing
            .first()
            .map(|outgoing| outgoing.reply.text())
            .unwrap_or_default()
    }
}

impl Group {
    pub(super) fn at(time: &str) -> Self {
        Self {
            policy: Policy::default(),
            state: ChannelState::default(),
            now: time.parse().unwrap(),
            kind: ChannelKind::Group,
            tell: vec![Place::new("qq", "group:staff")],
            open_tickets: OpenTickets::new(Vec::new(), 1, BTreeMap::new()),
            // Whether words are for the member has tests of its own.
            lifecycle: TicketPolicy {
                under_notice: UnderNotice::Member,
                ..TicketPolicy::default()
            },
            window: None,
            buttons: false,
            unsend: false,
            place: place(),
            number: 0,
            quoted: None,
            judging: None,
            faq: None,
        }
    }

    fn knows(&self) -> &Knowledge {
        self.faq.as_ref().unwrap_or_else(|| knowledge())
    }

    pub(super) fn wait(&mut self, seconds: i64) -> &mut Self {
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        self
    }

    /// Sends a message without calling the bot.
    pub(super) fn say(&mut self, who: &str, text: &str) -> Did {
        let message = self.message(who, text);
        self.hear(message, false)
    }

    /// Sends a message that mentions the bot.
    pub(super) fn call(&mut self, who: &str, text: &str) -> Did {
        let mut message = self.message(who, text);
        message.mentions_bot = true;
        message.segments.insert(0, Segment::Mention(MemberId::new("bot")));
        self.hear(message, false)
    }

    /// Sends a message that quotes another.
    pub(super) fn quote(&mut self, who: &str, text: &str, quoted: &str, of_bot: bool, mention: bool) -> Did {
        let mut message = self.message(who, text);
        message.mentions_bot = mention;
        let quote = Quote {
            message: MessageId::new("q"),
            of_bot: Some(of_bot),
            text: Some(quoted.to_owned()),
        };
        message.segments.insert(0, Segment::Quote(quote));
        self.hear(message, false)
    }

    /// Sends a staff message.
    pub(super) fn staff(&mut self, text: &str) -> Did {
        let message = self.message("staff", text);
        self.hear(message, true)
    }

    pub(super) fn message(&mut self, who: &str, text: &str) -> Message {
        self.number += 1;
        Message {
            id: MessageId::new(self.number.to_string()),
            channel: Channel {
                id: self.place.channel.clone(),
                kind: self.kind,
                name: None,
            },
            sender: Sender {
                id: MemberId::new(who),
                name: who.to_owned(),
                role: ChannelRole::Member,
                is_bot: false,
                is_self: false,
                standing: Standing::Member,
            },
            segments: vec![Segment::Text(text.to_owned())],
            mentions_bot: false,
            at: self.now,
            ticket: None,
            link: Some(format!("https://chat.test/{}", self.number)),
        }
    }

    pub(super) fn hear(&mut self, message: Message, staff: bool) -> Did {
        let id = message.id.clone();
        let state = self.take();
        let quoted = self.quoted.take();
        let desk = Desk::new(self.knows()).judged(self.judging.as_ref());
        let asked = desk.texts(&self.channel_context(), self.now, &state, &message, staff, quoted);
        let ranked = RankedTexts::default();
        let desk = desk.noting(&ranked);
        let (effects, state) =
            desk.message(&self.channel_context(), self.now, state, &message, staff, quoted);
        let in_vain = effects.decided.reason == Reason::OnlyWhenCalled;
        if !in_vain && courtesy(message.text().trim()).is_none() {
            all_asked_for(ranked, &asked);
        }
        self.keep(effects, state, id)
    }

    pub(super) fn recall(&mut self, message: &MessageId) -> Did {
        let recall = Recall {
            channel: ChannelId::new("group:1"),
            message: message.clone(),
            by: None,
            at: self.now,
        };
        let state = self.take();
        let ticket = self
            .quoted
            .take()
            .and_then(|number| self.open_tickets.get(number));
        let amended = MemberEdit {
            place: &self.place,
            ticket,
            quotes: None,
        };
        let (effects, state) = Desk::new(knowledge()).recall(state, &recall, &amended);
        self.keep(effects, state, message.clone())
    }

    /// Edits a message; `called`: it mentions the bot now.
    pub(super) fn edit(&mut self, message: &MessageId, who: &str, text: &str, called: bool) -> Did {
        let mut changed = self.message(who, text);
        changed.id = message.clone();
        changed.mentions_bot = called;
        let edit = Edit {
            message: changed,
            at: self.now,
        };
        let state = self.take();
        let channel_context = self.channel_context();
        let amended = MemberEdit {
            place: &self.place,
            ticket: None,
            quotes: None,
        };
        let (effects, state) =
            Desk::new(knowledge()).edit(&channel_context, self.now, state, &edit, false, &amended);
        self.keep(effects, state, message.clone())
    }

    /// Sends a message in the staff room; `quoted` is the ticket whose message is quoted. Returns the texts and their
    /// channels: `(channel, text)`.
    pub(super) fn room(&mut self, who: &str, text: &str, quoted: Option<u64>) -> Vec<(String, String)> {
        self.room_of("qq", who, text, quoted)
    }

    /// Does the same in the staff room of another account.
    pub(super) fn room_of(
        &mut self,
        account: &str,
        who: &str,
        text: &str,
        quoted: Option<u64>,
    ) -> Vec<(String, String)> {
        said(&self.order(account, who, text, quoted))
    }

    /// Does the same, and returns the messages as they are sent.
    pub(super) fn order(
        &mut self,
        account: &str,
        who: &str,
        text: &str,
        quoted: Option<u64>,
    ) -> Vec<Outgoing> {
        let mut message = self.message(who, text);
        message.channel.id = ChannelId::new("group:staff");
        let room = Place::new(account, "group:staff");
        let effects = Desk::new(knowledge()).staff_room(
            &room,
            &mut self.open_tickets,
            &self.lifecycle,
            self.now,
            &message,
            quoted,
        );
        effects.outgoing
    }

    /// Looks at a ticket in the staff room, with the histories of the store.
    pub(super) fn looked_at(&mut self, text: &str, histories: &Histories) -> String {
        let mut message = self.message("老王", text);
        message.channel.id = ChannelId::new("group:staff");
        let room = Place::new("qq", "group:staff");
        let desk = Desk::new(knowledge()).with_histories(histories);
        let effects = desk.staff_room(
            &room,
            &mut self.open_tickets,
            &self.lifecycle,
            self.now,
            &message,
            None,
        );
        said(&effects.outgoing).remove(0).1
    }

    /// Sends a message that quotes the notice of a ticket.
    pub(super) fn under_notice(&mut self, who: &str, text: &str, ticket: u64) -> Vec<(String, String)> {
        self.under_line(who, text, ticket, false)
    }

    /// Sends a message that quotes the question for whom words are.
    pub(super) fn under_question(&mut self, who: &str, text: &str, ticket: u64) -> Vec<(String, String)> {
        self.under_line(who, text, ticket, true)
    }

    fn under_line(&mut self, who: &str, text: &str, ticket: u64, answer: bool) -> Vec<(String, String)> {
        let mut message = self.message(who, text);
        message.channel.id = ChannelId::new("group:staff");
        let (desk, room) = (
            Desk::new(knowledge()).quoting_notice(true).quoting_answer(answer),
            Place::new("qq", "group:staff"),
        );
        let effects = desk.staff_room(
            &room,
            &mut self.open_tickets,
            &self.lifecycle,
            self.now,
            &message,
            Some(ticket),
        );
        said(&effects.outgoing)
    }

    /// Sends a message of the staff room as it is.
    pub(super) fn send_in_room(&mut self, message: &Message) -> Vec<Outgoing> {
        let mut message = message.clone();
        message.channel.id = ChannelId::new("group:staff");
        let (desk, room) = (Desk::new(knowledge()), Place::new("qq", "group:staff"));
        let effects = desk.staff_room(
            &room,
            &mut self.open_tickets,
            &self.lifecycle,
            self.now,
            &message,
            None,
        );
        effects.outgoing
    }

    /// Fires the timers of tickets that are due now.
    pub(super) fn tickets_due(&mut self) -> Vec<(String, String)> {
        said(&self.due_now())
    }

    /// Does the same, and returns the messages as they are sent.
    pub(super) fn due_now(&mut self) -> Vec<Outgoing> {
        let desk = Desk::new(knowledge());
        let mut outgoing = Vec::new();
        let mut ticket_timers = TicketTimers::new(&desk, &self.open_tickets, &self.lifecycle);
        loop {
            let due = ticket_timers.take_due(self.now);
            if due.is_empty() {
                return outgoing;
            }
            let told = desk.tickets_due(&mut self.open_tickets, &self.lifecycle, &due, self.now);
            outgoing.extend(told);
            ticket_timers.update(&desk, &self.open_tickets, &self.lifecycle);
        }
    }

    /// Returns the time of the next ticket timer.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        TicketTimers::new(&Desk::new(knowledge()), &self.open_tickets, &self.lifecycle).next()
    }

    /// Advances the clock to the next pending reply, and sends it.
    pub(super) fn due(&mut self) -> Vec<Did> {
        let Some(due) = self.state.wake_at() else {
            return Vec::new();
        };
        self.now = self.now.max(due);
        self.woken()
    }

    /// Does what is due now, with whoever may be due.
    pub(super) fn woken(&mut self) -> Vec<Did> {
        let mut state = self.take();
        let judged = Desk::new(self.knows()).judged(self.judging.as_ref());
        let asked = judged.texts_due(&self.channel_context(), self.now, &state);
        let ranked = RankedTexts::default();
        let mut did = Vec::new();
        for member in state.due(self.now, &self.policy) {
            let desk = Desk::new(self.knows())
                .judged(self.judging.as_ref())
                .noting(&ranked);
            let effects = desk.wake(&self.channel_context(), self.now, &mut state, &member);
            did.push(self.did(effects, MessageId::new("due")));
        }
        all_asked_for(ranked, &asked);
        self.state = state;
        did
    }

    pub(super) fn channel_context(&self) -> ChannelContext<'_> {
        ChannelContext {
            place: &self.place,
            policy: &self.policy,
            tell: &self.tell,
            next_ticket: self.open_tickets.next_number(),
            tickets: &self.open_tickets,
            lifecycle: &self.lifecycle,
            window: self.window,
            buttons: self.buttons,
            unsend: self.unsend,
        }
    }

    /// Takes the state through JSON, as the store does: whatever JSON loses, the tests lose too.
    fn take(&mut self) -> ChannelState {
        ChannelState::from_json(&std::mem::take(&mut self.state).to_json()).unwrap()
    }

    fn keep(&mut self, effects: Effects, state: ChannelState, message: MessageId) -> Did {
        self.state = state;
        self.did(effects, message)
    }

    fn did(&mut self, effects: Effects, message: MessageId) -> Did {
        for step in effects.steps.clone() {
            step.apply(&mut self.open_tickets, self.now);
        }
        Did {
            decision: effects.decided.decision.kind().stored(),
            reason: effects.decided.reason.clone(),
            effects,
            message,
        }
    }
}

/// Returns texts and their channels: `(channel, text)`.
pub(super) fn said(outgoing: &[Outgoing]) -> Vec<(String, String)> {
    outgoing
        .iter()
        .map(|outgoing| (outgoing.place.channel.to_string(), outgoing.reply.text()))
        .collect()
}

/// The members' channel.
pub(super) fn place() -> Place {
    Place::new("qq", "group:1")
}

impl Group {
    /// Reports `outcome` for a staff message to the member of ticket 1, and returns the report in the staff room.
    pub(super) fn delivered(&mut self, outcome: DeliveryStatus, text: &str) -> (String, String) {
        let report = RelaySource {
            room: Place::new("qq", "group:staff"),
            message: MessageId::new("s1"),
        };
        let fate = DeliveryReport {
            place: place(),
            about: Some(TicketReference {
                ticket: 1,
                urgent: false,
                report: Some(report),
            }),
            caller: None,
            opened: false,
            answers: None,
            outcome,
            text: text.to_owned(),
            left_out: Vec::new(),
        };
        said(&self.fate(&fate)).remove(0)
    }

    /// Removes an undelivered answer from the channel's state.
    pub(super) fn unsaid(&mut self, fate: &DeliveryReport) {
        let state = self.take();
        self.state = Desk::new(knowledge()).forget_undelivered_answer(state, fate);
    }

    /// Hands a delivery report to the desk, and returns its reaction.
    pub(super) fn fate(&mut self, fate: &DeliveryReport) -> Vec<Outgoing> {
        Desk::new(knowledge()).delivered(&mut self.open_tickets, &self.lifecycle, fate, self.now)
    }
}
