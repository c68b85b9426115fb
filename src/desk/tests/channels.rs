//! Channels that lead nowhere: whoever says so of one is not sent there again, by no list either; and those that a member leaves out
//! of what they ask for.

use super::world::{Did, Group, MONDAY_MORNING};
use crate::desk::Knowledge;

const FAQ: &str = r#"
hours:
  always: 7x24
contact_points:
  ticket-system: { name: { zh: 工单系统, en: ticket system }, hours: always, link: "https://example.com/ticket", recommended: true }
  mailbox: { name: { zh: 邮箱, en: e-mail }, hours: always, value: "help@example.com" }
  wechat: { name: { zh: 微信, en: WeChat }, hours: always, link: "https://example.com/wechat.png" }
  phone: { name: { zh: 电话, en: phone }, hours: always, value: "0731-8957 2759" }
  github-issues: { name: { zh: GitHub issue, en: GitHub issues }, hours: always, link: "https://github.com/example" }
service: always
entries:
  - { id: phone, title: { zh: 客服电话, en: Phone }, questions: [客服电话是多少, 电话是多少, what is your phone number], answer: "电话：{{ contact.phone.value }}" }
  - { id: mail, title: { zh: 支持邮箱, en: Mail }, questions: [邮箱地址是多少, 怎么发邮件给你们, what is your e-mail address], answer: "邮箱：{{ contact.mailbox.value }}" }
  - { id: wechat, title: { zh: 客服微信, en: WeChat }, questions: [微信是多少, 怎么加微信], answer: "微信：{{ contact.wechat.link }}" }
  - { id: buy, title: { zh: 怎么购买服务, en: Buying }, questions: [在AWS上怎么购买服务, 怎么购买服务], answer: "请联系客服购买，电话 {{ contact.phone.value }}。" }
  - { id: contacts, title: { zh: 联系方式, en: Contacts }, questions: [怎么联系你们, 有哪些联系方式, 还有别的联系方式吗, how can I contact you], answer: "{{ contact_list }}" }
  - { id: unreachable, title: { zh: 联系不上客服, en: Nobody answers }, questions: [为什么联系不上你们, 打电话没人接, 发邮件没人回, nobody picks up the phone], answer: "可能在忙：\n{{ open_now }}" }
"#;

fn group() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.faq = Some(Knowledge::load("faq.yaml", FAQ, None).unwrap().0);
    group
}

/// Sends a message and returns all that the member gets.
fn told(group: &mut Group, text: &str, called: bool) -> String {
    let place = group.place.clone();
    let did = if called {
        group.wait(20).call("小明", text)
    } else {
        group.wait(20).say("小明", text)
    };
    let to_member = |did: &Did| {
        let said = did
            .effects
            .outgoing
            .iter()
            .filter(|outgoing| outgoing.place == place);
        said.map(|outgoing| outgoing.reply.text()).collect::<String>()
    };
    let first = to_member(&did);
    group.due().iter().fold(first, |all, did| all + &to_member(did))
}

const PHONE: &str = "8957 2759";
const MAIL: &str = "help@example.com";
const WECHAT: &str = "wechat.png";
const TICKETS: &str = "example.com/ticket";
const GITHUB: &str = "github.com/example";

#[test]
fn whoever_says_that_a_channel_leads_nowhere_gets_another_or_a_human_and_never_that_one() {
    for (report, failing) in [
        ("给你们发邮件石沉大海", &[MAIL][..]),
        ("邮箱也不行", &[MAIL]),
        ("微信加了好几天没通过", &[WECHAT]),
        ("微信扫了加不了", &[WECHAT]),
        ("发了邮件没人回", &[MAIL]),
        ("I emailed you three times, nobody answers", &[MAIL]),
        ("工单提了一周没人处理", &[TICKETS]),
        ("opened a ticket a week ago, no reply at all", &[TICKETS]),
        ("工单和邮箱都没人回", &[TICKETS, MAIL]),
        ("the ticket form won't load and my mails bounce", &[TICKETS, MAIL]),
        ("邮件和电话都试过了，没用", &[MAIL, PHONE]),
        ("github上提了issue没人理", &[GITHUB]),
        ("电话也打不通，邮箱也退信，工单也打不开", &[PHONE, MAIL, TICKETS]),
        ("github也不行", &[GITHUB]),
        ("neither the phone nor the email works", &[PHONE, MAIL]),
        ("热线一直占线", &[PHONE]),
        ("打电话没人接", &[PHONE]),
        ("nobody picks up the phone", &[PHONE]),
    ] {
        let mut group = group();
        for words in [report, "还有别的联系方式吗", "在AWS上怎么购买服务"] {
            let said = told(&mut group, words, true);
            let bought = words.contains("AWS") && failing.contains(&PHONE);
            assert!(
                !said.is_empty() && !said.contains("没听懂") && !said.contains("didn't get"),
                "{report} / {words}: {said}"
            );
            for channel in failing.iter().filter(|_| !bought) {
                assert!(!said.contains(channel), "{report} / {words}: {said}");
            }
            // An answer that names it in a sentence names the others too.
            assert!(
                !bought || said.contains(GITHUB) || said.contains(WECHAT),
                "{report} / {words}: {said}"
            );
        }
    }
}

#[test]
fn a_channel_that_was_named_a_moment_ago_is_the_one_that_nobody_answers() {
    for called in [true, false] {
        let mut group = group();
        assert!(told(&mut group, "电话是多少", true).contains(PHONE));
        told(&mut group, "打了，没人接", called);
        let said = told(&mut group, "那还有别的联系方式吗", true);
        assert!(said.contains(MAIL) && !said.contains(PHONE), "{called}: {said}");
    }
    // Another that is named is the one that is meant.
    let mut group = group();
    told(&mut group, "发邮件没人回", true);
    let said = told(&mut group, "微信也加不上", true);
    assert!(
        !said.contains("邮箱用不了") && !said.contains(MAIL) && !said.contains(WECHAT),
        "{said}"
    );
}

#[test]
fn who_asks_for_other_channels_than_one_is_given_the_others() {
    for (words, channel) in [
        ("除了邮箱还能怎么联系", MAIL),
        ("any way to contact you other than email?", MAIL),
        ("不用微信可以吗，怎么找你们", WECHAT),
        ("不想打电话，还能怎么联系", PHONE),
    ] {
        let mut group = group();
        let said = told(&mut group, words, true);
        let others = [MAIL, WECHAT, PHONE, TICKETS]
            .into_iter()
            .filter(|other| *other != channel);
        assert!(!said.contains(channel), "{words}: {said}");
        others.for_each(|other| assert!(said.contains(other), "{words}: {said}"));
    }
}

#[test]
fn trouble_of_ones_own_that_names_a_channel_takes_none_away() {
    for words in [
        "微信支付打不开",
        "邮箱验证码收不到",
        "outgoing mail from my server bounces",
        "emails are not sent",
    ] {
        let mut group = group();
        let said = told(&mut group, words, true);
        assert!(!said.contains("用不了的话"), "{words}: {said}");
        let said = told(&mut group, "怎么联系你们", true);
        assert!(said.contains(MAIL) && said.contains(WECHAT), "{words}: {said}");
    }
}
