//! The preview shows every decision that changes, and nothing else: a busy group gets what was shown.

use super::*;
use crate::desk::{ChannelContext, ChannelState, TicketPolicy};
use crate::matcher::Judged;
use crate::ticket::OpenTickets;
use groupdesk_contract::{Channel, ChannelRole, MemberId, Message, MessageId, Segment, Sender, Standing};
use jiff::SignedDuration;

const OLD: &str = "entries:
- { id: hours, questions: [几点开门, 营业时间, 你们几点上班], answer: 九点 }
- { id: refund, questions: [怎么退款, 退款多久到账, 可以退款吗], answer: 找客服, tests: { match: [想退款怎么办] } }
- { id: pay, questions: [怎么付款, 能刷卡吗, 支持微信支付吗], answer: 都行 }
- { id: gone, questions: [发票怎么开, 能开发票吗, 在哪里开发票], answer: 在设置里 }
";

fn known(text: &str) -> Knowledge {
    Knowledge::load("faq.yaml", text, None).unwrap().0
}

fn asked(text: &str, called: bool) -> PreviewMessage {
    PreviewMessage {
        text: text.to_owned(),
        called,
        kind: ChannelKind::Group,
        place: Place::new("qq", "group:1"),
        policy: Arc::default(),
        origin: Origin::Member,
    }
}

fn now() -> Timestamp {
    "2026-11-23T09:00:00+08:00".parse().unwrap()
}

#[test]
fn an_edit_is_shown_by_what_it_gives_takes_and_changes() {
    let new = OLD
        .replace("answer: 都行", "answer: 微信或现金")
        .replace(
            "[发票怎么开, 能开发票吗, 在哪里开发票]",
            "[怎么导出审计日志, 审计日志在哪里, 能导出日志吗]",
        )
        .replace("- { id: gone", "- { id: logs");
    let messages = [
        asked("能刷卡吗", false),
        asked("能刷卡吗", false),
        asked("发票怎么开", true),
        asked("发票怎么开", false),
        asked("怎么导出审计日志", false),
        asked("几点开门", false),
        asked("转人工", true),
    ];
    let found = preview(&known(OLD), &known(&new), &messages, now());
    let told: Vec<(Kind, &str, bool, usize)> = found
        .changes
        .iter()
        .map(|change| (change.kind, change.text.as_str(), change.called, change.times))
        .collect();
    assert_eq!(
        told,
        [
            (Kind::NoLongerAnswered, "发票怎么开", true, 1),
            (Kind::NoLongerAnswered, "发票怎么开", false, 1),
            (Kind::Reworded, "能刷卡吗", false, 2),
            (Kind::NewlyAnswered, "怎么导出审计日志", false, 1),
        ]
    );
    assert_eq!((found.unchanged, found.from_members), (2, 7));
    assert!(found.broken.is_empty());
    let shown = with_examples(&found, BRIEFLY, crate::texts::ComposedTexts::both(), |_| true);
    for words in [
        "不再回答 2 条",
        "@ 「发票怎么开」",
        "「能刷卡吗」 ×2: pay",
        "不说话 / quiet → logs",
    ] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    // Without its entry the test of another file fails.
    let broken = OLD.replace(
        "tests: { match: [想退款怎么办] }",
        "tests: { match: [今晚吃什么] }",
    );
    let found = preview(&known(OLD), &known(&broken), &[], now());
    assert_eq!(found.broken.len(), 1, "{found:?}");
}

/// A group in which everybody asks once: every message with the decision that fell on it.
struct Group<'a> {
    desk: Desk<'a>,
    place: Place,
    policy: Policy,
    state: Option<ChannelState>,
    open_tickets: OpenTickets,
    now: Timestamp,
    members: usize,
}

impl Group<'_> {
    fn say(&mut self, asked: &PreviewMessage) -> MessageOutcome {
        // Longer than an answer is pointed to instead of given again.
        self.now = self.now.saturating_add(SignedDuration::from_mins(11)).unwrap();
        self.members += 1;
        let message = Message {
            id: MessageId::new(format!("m{}", self.members)),
            channel: Channel {
                id: self.place.channel.clone(),
                kind: asked.kind,
                name: None,
            },
            sender: Sender {
                id: MemberId::new(format!("u{}", self.members)),
                name: format!("成员{}", self.members),
                role: ChannelRole::Member,
                is_bot: false,
                is_self: false,
                standing: Standing::Member,
            },
            segments: vec![Segment::Text(asked.text.clone())],
            mentions_bot: asked.called,
            at: self.now,
            ticket: None,
            link: None,
        };
        let lifecycle = TicketPolicy::default();
        let channel_context = |open_tickets| ChannelContext {
            place: &self.place,
            policy: &self.policy,
            tell: &[],
            next_ticket: 1,
            tickets: open_tickets,
            lifecycle: &lifecycle,
            window: None,
            buttons: false,
            unsend: false,
        };
        let state = self.state.take().unwrap_or_default();
        let (mut effects, mut state) = self.desk.message(
            &channel_context(&self.open_tickets),
            self.now,
            state,
            &message,
            false,
            None,
        );
        while let Some(at) = state.wake_at() {
            for member in state.due(at, &self.policy) {
                effects = self
                    .desk
                    .wake(&channel_context(&self.open_tickets), at, &mut state, &member);
            }
        }
        for step in effects.steps {
            step.apply(&mut self.open_tickets, self.now);
        }
        self.state = Some(state);
        effects.decided.decision.into()
    }
}

#[test]
fn what_a_busy_day_brings_is_decided_as_the_preview_shows() {
    let old_text = include_str!("../../faq.yaml");
    let old = known(old_text);
    let taken: Vec<String> = old.faq.entries()[..3]
        .iter()
        .map(|entry| entry.id.clone())
        .collect();
    // Three entries have other names, and one has lost a question.
    let mut new_text = old_text.to_owned();
    for id in &taken {
        new_text = new_text.replace(id.as_str(), &format!("{id}-2"));
    }
    let question = old.faq.entries()[4].questions[0].clone();
    new_text = new_text.replacen(&question, "今天中午吃什么好呢", 1);
    let new = known(&new_text);
    let of_entries = old.faq.entries().iter().flat_map(|entry| entry.questions.clone());
    let chatter = crate::matcher::Matcher::background().map(str::to_owned);
    let questions: Vec<String> = of_entries.chain(chatter).collect();
    // Ten thousand pass as well, in minutes.
    let around = [
        ("", ""),
        ("请问", ""),
        ("", "啊"),
        ("那个", "？"),
        ("hi ", " thanks"),
        ("急，", "！"),
    ];
    let mut messages = Vec::new();
    for at in 0..300_usize {
        let (before, behind) = around[at / questions.len() % around.len()];
        let text = format!("{before}{}{behind}", questions[at % questions.len()]);
        messages.push(PreviewMessage {
            place: Place::new("qq", format!("group:{}", at % 3).as_str()),
            ..asked(&text, at % 3 == 0)
        });
    }
    // What labels teach is in force too: here nobody wanted most of the answers.
    let judged = |text: &String| Judged {
        text: text.clone(),
        meaning: None,
        entry: old.matcher.rank(text).candidates[0].id.to_string(),
        right: text.chars().count() > 8,
        weight: 1.0,
    };
    let judged: Vec<Judged> = questions.iter().take(120).map(judged).collect();
    let mut totals = Vec::new();
    for labels in [&[][..], &judged] {
        let tunings = [&old, &new].map(|known| Tuning::learn(&known.matcher, labels, 0.95));
        let versions = [(&old, &tunings[0]), (&new, &tunings[1])].map(|(knowledge, tuning)| Version {
            knowledge,
            tuning: tuning.as_ref(),
        });
        totals.push(as_on_a_busy_day(versions, &messages));
    }
    assert!(totals[0] > 8 && totals[0] != totals[1], "{totals:?}");
}

/// Replays messages by both versions, and returns how many decisions change as they were shown to.
fn as_on_a_busy_day([old, new]: [Version<'_>; 2], messages: &[PreviewMessage]) -> usize {
    let shown = preview(old, new, messages, now());
    assert_eq!((shown.from_members, shown.changes.is_empty()), (300, false));
    let mut changed: HashMap<(&str, bool, &Place), (&MessageOutcome, &MessageOutcome)> = HashMap::new();
    for change in shown
        .changes
        .iter()
        .filter(|change| change.kind != Kind::Reworded)
    {
        let key = (change.text.as_str(), change.called, &change.place);
        changed.insert(key, (&change.before, &change.after));
    }
    let mut groups = HashMap::new();
    let mut as_shown = 0;
    for message in messages {
        let [before, after] = [(0, old), (1, new)].map(|(version, of)| {
            let group = groups.entry((version, &message.place)).or_insert_with(|| Group {
                desk: of.desk(),
                place: message.place.clone(),
                policy: Policy::default(),
                state: None,
                open_tickets: OpenTickets::default(),
                now: now(),
                members: 0,
            });
            group.say(message)
        });
        let key = (message.text.as_str(), message.called, &message.place);
        match changed.get(&key) {
            Some(shown) => assert_eq!(*shown, (&before, &after), "{message:?}"),
            None => assert_eq!(before, after, "{message:?}"),
        }
        as_shown += usize::from(changed.contains_key(&key));
    }
    as_shown
}
