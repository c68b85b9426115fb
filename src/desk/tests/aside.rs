//! What is said to the bot and wants nothing of it gets a short honest word, at most once, and never a ticket; who wants a human
//! gets one, in whatever words.

use super::world::{Did, Group, MONDAY_MORNING};
use crate::desk::Reason;
use groupdesk_contract::{MemberId, Segment};

/// Calls the bot and waits for the effect.
fn asks(group: &mut Group, who: &str, text: &str) -> Did {
    let did = group.wait(60).call(who, text);
    came_to(group, did)
}

fn came_to(group: &mut Group, did: Did) -> Did {
    match did.reason {
        Reason::Waiting { .. } => group.due().remove(0),
        _ => did,
    }
}

/// Checks that each line, said to the bot by a member of its own, gets a word and no ticket.
fn a_word_and_no_ticket(lines: &[&str], not: &str) {
    let mut group = Group::at(MONDAY_MORNING);
    for (at, line) in lines.iter().enumerate() {
        let did = asks(&mut group, &format!("member{at}"), line);
        assert_eq!(did.decision, "clarify", "{line}: {}", did.reason);
        assert!(!did.said().contains(not), "{line}: {}", did.said());
    }
    assert_eq!(group.open_tickets.all().count(), 0);
}

#[test]
fn farewells_praise_and_small_talk_get_a_word_and_no_ticket() {
    let courtesies = [
        "拜拜",
        "再见",
        "厉害了",
        "学到了",
        "么么哒",
        "已阅",
        "先这样",
        "gotcha",
        "great stuff",
        "see you",
        "客气啥",
        "发错了",
        "我去看看",
        "滚出去",
        "闭嘴",
        "写首诗",
        "推荐个电影吧",
        "你会做饭吗",
        "do you like pizza?",
        "who won the world cup?",
        "你们晚饭吃的啥",
        "need coffee",
        "介绍一下你自己",
        "how do you work",
    ];
    a_word_and_no_ticket(&courtesies, "没听懂");
    // What only tells something gets no ticket either.
    a_word_and_no_ticket(
        &["我昨天去爬山了", "I walked the dog this morning"],
        "转人工，工单",
    );
    let mut group = Group::at(MONDAY_MORNING);
    assert_eq!(asks(&mut group, "小明", "拜拜").decision, "clarify");
    assert_eq!(asks(&mut group, "小明", "再见").reason, Reason::Thanked, "once");
    // Signs without a face are no "all right": a bare call.
    assert!(asks(&mut group, "小红", "。。。").said().contains("在的"));
    // Trouble told beside it is heard.
    let did = asks(&mut group, "小刚", "你好笨，数据库连不上了");
    assert_eq!(did.decision, "handoff", "{}", did.reason);
}

#[test]
fn who_wants_no_human_or_tells_of_one_gets_none() {
    let declined = [
        "转人工，算了不转了",
        "转人工？不必了",
        "I'd rather not talk to a person",
        "human? no thanks",
        "能不能不转人工啊",
        "怎么老是转人工",
        "别动不动就转人工",
        "算了不问客服了",
        "没必要转人工，群里说一下就行",
        "来个技术大佬",
        "有没有高手",
        "我来处理",
        "交给我吧",
        "I've already spoken with your agent",
        "I already have a ticket",
        "人工客服是真人吗",
        "客服是人还是机器",
        "客服刚给我打电话了",
        "技术已经联系我了",
        "转给我同事看看",
    ];
    a_word_and_no_ticket(&declined, "没听懂");
    let mut group = Group::at(MONDAY_MORNING);
    for line in &declined[..6] {
        assert_eq!(group.wait(5).say("小明", line).decision, "quiet", "{line}");
    }
}

#[test]
fn who_wants_a_human_gets_one_in_whatever_words() {
    let asked = |did: &Did| matches!(did.reason, Reason::AskedForHuman { .. });
    for line in [
        "那就转人工吧",
        "转人工转人工转人工！！！",
        "给我转接客服，网站打不开了",
        "need a person, my site returns 500",
        "叫客服",
        "can someone from support talk to me",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        assert!(asked(&group.say("小明", line)), "{line}");
    }
    for line in [
        "我不要机器人",
        "别给我机器人，叫你们老板来",
        "我要找你们经理",
        "call someone",
    ] {
        let mut group = Group::at(MONDAY_MORNING);
        assert_eq!(group.say("小明", line).decision, "quiet", "{line}");
        assert!(asked(&group.call("小明", line)), "{line}");
    }
}

/// QQ puts a mention of whoever is quoted before every reply.
#[test]
fn a_quote_of_the_bot_with_a_mention_of_it_calls_only_where_it_wants_something() {
    const HOURS: &str = "标准工作时间：周一至周五 8:00–17:30";
    let quoting = |line: &str, mention: bool| {
        let mut group = Group::at(MONDAY_MORNING);
        group.say("小红", "你们几点上班");
        let did = group.wait(60).quote("小明", line, HOURS, true, mention);
        came_to(&mut group, did)
    };
    for line in [
        "+1",
        "收藏了",
        "学到了",
        "6",
        "哈哈哈",
        "😂😂",
        "转给同事了",
        "吵死了",
        "能不能别刷屏",
        "机器人比客服快",
        "是真的吗",
        "国内能打开吧",
        "sending this to my boss",
    ] {
        for mention in [false, true] {
            let did = quoting(line, mention);
            assert_eq!(did.decision, "quiet", "{line}: {}", did.reason);
            assert!(did.effects.outgoing.is_empty());
        }
    }
    for line in ["怎么开工单", "请问工单系统呢", "没用", "服务器连不上了", "转人工"] {
        for mention in [false, true] {
            let did = quoting(line, mention);
            assert_ne!(did.decision, "quiet", "{line}: {}", did.reason);
        }
    }
    // Shown to another member.
    let mut group = Group::at(MONDAY_MORNING);
    let mut message = group.message("小明", "你看这个");
    message.mentions_bot = true;
    message
        .segments
        .insert(0, Segment::Mention(MemberId::new("小红")));
    let quote = groupdesk_contract::Quote {
        message: groupdesk_contract::MessageId::new("q"),
        of_bot: Some(true),
        text: Some(HOURS.to_owned()),
    };
    message.segments.insert(0, Segment::Quote(quote));
    assert_eq!(group.hear(message, false).reason, Reason::ToSomebodyElse);
    // A mention of it beside a quote of another member is a call.
    let mut group = Group::at(MONDAY_MORNING);
    let did = group.quote("小明", "求解", "门禁刷不开", false, true);
    assert_ne!(came_to(&mut group, did).decision, "quiet");
}

#[test]
fn whoever_was_asked_for_their_question_may_take_their_time() {
    let mut group = Group::at(MONDAY_MORNING);
    group.say("小红", "大家好");
    group.call("小明", "在吗");
    for line in ["等下我截个图", "小红你先说吧"] {
        assert_eq!(group.wait(5).say("小明", line).decision, "quiet", "{line}");
    }
    let did = group.wait(5).say("小明", "数据库连不上了");
    assert_eq!(came_to(&mut group, did).decision, "handoff");
}
