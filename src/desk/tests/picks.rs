//! Picks from a "did you mean": each is about one offer, and gets something, whatever was offered or changed since.

use super::world::{Did, Group, MONDAY_MORNING};
use crate::desk::{ChannelState, Decision, Knowledge, Reason};
use groupdesk_contract::{Act, MemberId};

const FAQ: &str = r#"
language: zh
service: always
hours: { always: 7x24 }
entries:
  - id: refund
    title: 退款流程
    questions: [怎么申请退款, 退款多久到账]
    answer: 退款答案
  - id: goods
    title: 退货流程
    questions: [怎么申请退货, 退货寄到哪里]
    answer: 退货答案
  - id: invoice
    title: 开票流程
    questions: [发票怎么开, 发票什么时候寄]
    answer: 开票答案
  - id: invoice-changed
    title: 改票流程
    questions: [发票怎么改, 发票抬头写错]
    answer: 改票答案
"#;

fn knowing(faq: &str) -> Option<Knowledge> {
    Some(Knowledge::load("test.yaml", faq, None).unwrap().0)
}

fn group() -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.faq = knowing(FAQ);
    group.buttons = true;
    group
}

/// An offer as it was said.
struct Offer {
    text: String,
    buttons: Vec<(String, String)>,
}

impl Offer {
    /// Returns what the button with this label says.
    fn says(&self, label: &str) -> &str {
        let found = self.buttons.iter().find(|(text, _)| text.contains(label));
        &found
            .unwrap_or_else(|| panic!("no {label}: {:?}", self.buttons))
            .1
    }

    /// Returns the number of a choice.
    fn number(&self, label: &str) -> String {
        let at = self.buttons.iter().position(|(text, _)| text.contains(label));
        (at.unwrap() + 1).to_string()
    }
}

/// Asks something to which two entries fit.
fn offer(group: &mut Group, who: &str, question: &str) -> Offer {
    let did = group.wait(10).call(who, question);
    let did = if did.effects.outgoing.is_empty() {
        group.due().remove(0)
    } else {
        did
    };
    assert_eq!(did.decision, "clarify", "{}", did.reason);
    let reply = &did.effects.outgoing[0].reply;
    Offer {
        text: reply.text(),
        buttons: reply
            .buttons
            .iter()
            .map(|button| (button.label.clone(), button.says.clone()))
            .collect(),
    }
}

fn press(group: &mut Group, who: &str, offer: &Offer, label: &str) -> Did {
    group
        .wait(1)
        .quote(who, offer.says(label), &offer.text, true, true)
}

#[test]
fn a_press_is_about_the_offer_that_was_pressed() {
    let mut group = group();
    let first = offer(&mut group, "小明", "怎么申请");
    let second = offer(&mut group, "小明", "发票怎么");
    let others = offer(&mut group, "小红", "发票怎么");
    assert_eq!(press(&mut group, "小明", &first, "退货").said(), "退货答案");
    assert_eq!(press(&mut group, "小明", &second, "改票").said(), "改票答案");
    // Whoever presses under another's offer means that one.
    assert_eq!(press(&mut group, "小红", &first, "退款").said(), "退款答案");
    assert_eq!(press(&mut group, "小红", &others, "开票").said(), "开票答案");
    // The newest offer stays open while another one is pressed.
    let mut group = self::group();
    let first = offer(&mut group, "小明", "怎么申请");
    let second = offer(&mut group, "小明", "发票怎么");
    press(&mut group, "小明", &first, "退货");
    let typed = group.wait(1).say("小明", &second.number("改票"));
    assert_eq!(typed.said(), "改票答案");
    for (_, says) in first.buttons.iter().chain(&second.buttons) {
        assert!(says.len() <= 60, "{says}");
    }
}

#[test]
fn a_number_under_a_quoted_offer_is_about_that_offer() {
    let mut group = group();
    let first = offer(&mut group, "小明", "怎么申请");
    offer(&mut group, "小明", "发票怎么");
    let number = first.number("退货");
    let did = group.wait(1).quote("小明", &number, &first.text, true, false);
    assert_eq!(did.said(), "退货答案");
    // As platforms show it, with other line breaks.
    let shown = first.text.replace('\n', " ");
    let did = group
        .wait(1)
        .quote("小红", &first.number("退款"), &shown, true, false);
    assert_eq!(did.said(), "退款答案");
    // Nobody knows which one is meant: no answer is better than a wrong one.
    offer(&mut group, "小明", "怎么申请");
    let did = group.wait(1).quote("小明", "1", "", true, true);
    assert_eq!(did.reason, Reason::OfferOver);
}

#[test]
fn a_button_of_an_earlier_version_is_about_the_only_offer() {
    let mut group = group();
    let only = offer(&mut group, "小明", "怎么申请");
    // What an earlier version kept of it.
    let mut state: serde_json::Value = serde_json::from_str(&group.state.to_json()).unwrap();
    state["offers"].take();
    state.as_object_mut().unwrap().remove("offers");
    let choices = state["members"]["小明"]["choices"].as_object_mut().unwrap();
    choices.remove("key");
    choices.remove("titles");
    group.state = ChannelState::from_json(&state.to_string()).unwrap();
    let number = only.number("退货");
    let did = group.wait(1).quote("小明", &number, "", true, true);
    assert_eq!(did.said(), "退货答案");
}

#[test]
fn a_choice_that_the_file_no_longer_has_is_not_met_with_silence() {
    let renamed = FAQ.replace("id: goods", "id: goods-back");
    let removed = FAQ.replace("id: goods", "id: shop").replace("退货", "开店");
    for (faq, wanted) in [(&renamed, "退货答案"), (&removed, "退货流程")] {
        for way in ["typed", "called", "pressed"] {
            let mut group = group();
            let only = offer(&mut group, "小明", "怎么申请");
            group.faq = knowing(faq);
            let number = only.number("退货");
            let did = match way {
                "typed" => group.say("小明", &number),
                "called" => group.call("小明", &number),
                _ => press(&mut group, "小明", &only, "退货"),
            };
            assert!(
                did.said().contains(wanted),
                "{way}: {} {}",
                did.said(),
                did.reason
            );
            if wanted == "退货流程" {
                assert_eq!(did.reason, Reason::ChoiceGone);
                let human = group.wait(2).say("小明", "转人工");
                assert_eq!(human.decision, "handoff", "{way}");
            }
        }
    }
    // An id that another entry has now is not the one that was shown.
    let swapped = FAQ
        .replace("id: goods", "id: other")
        .replace("id: refund", "id: goods")
        .replace("id: other", "id: refund");
    let mut group = group();
    let only = offer(&mut group, "小明", "怎么申请");
    group.faq = knowing(&swapped);
    assert_eq!(press(&mut group, "小明", &only, "退货").said(), "退货答案");
}

#[test]
fn a_second_press_makes_no_noise_and_another_choice_is_answered() {
    let mut group = group();
    let only = offer(&mut group, "小明", "怎么申请");
    assert_eq!(press(&mut group, "小明", &only, "退货").said(), "退货答案");
    let again = press(&mut group, "小明", &only, "退货");
    assert_eq!(
        (again.reason.clone(), again.effects.outgoing.len()),
        (Reason::PickedBefore, 0)
    );
    assert_eq!(press(&mut group, "小明", &only, "退款").said(), "退款答案");
    assert_eq!(group.open_tickets.all().count(), 0);
    let human = press(&mut group, "小明", &only, "都不是");
    assert_eq!(human.decision, "handoff");
    for _ in 0..3 {
        let again = press(&mut group, "小明", &only, "都不是");
        assert_eq!((again.effects.outgoing.len(), again.effects.steps.len()), (0, 0));
    }
    assert_eq!(group.open_tickets.all().count(), 1);
    // Staff read what was asked, once, and nothing of the presses.
    let ticket = group.open_tickets.get(1).unwrap();
    let all = format!("{}\n{}", ticket.earlier, ticket.transcript);
    assert_eq!(all.matches("怎么申请").count(), 1, "{all}");
    assert!(!all.contains("/pick"), "{all}");
}

#[test]
fn a_button_works_after_its_time_and_says_so_when_its_offer_is_forgotten() {
    let mut group = group();
    let only = offer(&mut group, "小明", "怎么申请");
    group.wait(600);
    assert_eq!(press(&mut group, "小明", &only, "退货").said(), "退货答案");
    group.wait(7200);
    let over = press(&mut group, "小明", &only, "退款");
    assert_eq!(over.reason, Reason::OfferOver);
    assert!(over.said().contains("过期"), "{}", over.said());
    assert_eq!(press(&mut group, "小明", &only, "退款").effects.outgoing.len(), 0);
    let human = press(&mut group, "小明", &only, "都不是");
    assert_eq!((human.decision, group.open_tickets.all().count()), ("handoff", 1));
    assert_eq!(
        press(&mut group, "小明", &only, "都不是").effects.outgoing.len(),
        0
    );
    // Another member's old button is another matter.
    let other = press(&mut group, "小红", &only, "都不是");
    assert_eq!((other.decision, group.open_tickets.all().count()), ("handoff", 2));
}

#[test]
fn the_button_under_an_answer_works_once_too() {
    let mut group = group();
    let answer = group.call("小明", "退款多久到账");
    let text = answer.said();
    let says = &answer.effects.outgoing[0].reply.buttons[1].says.clone();
    let handed = group.wait(2).quote("小明", says, &text, true, true);
    assert_eq!(handed.decision, "handoff");
    let again = group.wait(1).quote("小明", says, &text, true, true);
    assert_eq!((again.effects.outgoing.len(), again.effects.steps.len()), (0, 0));
}

#[test]
fn an_answer_that_was_taken_back_is_not_pointed_to_and_only_its_asker_takes_it_back() {
    let taken_back = |did: &Did| {
        let acts = did.effects.outgoing.iter().map(|outgoing| &outgoing.reply.act);
        acts.filter(|act| matches!(act, Act::Unsend(_))).count()
    };
    let mut group = group();
    group.policy.withdraw_wrong_answers = true;
    group.unsend = true;
    let answer = group.call("小明", "退款多久到账").said();
    let pointed = group.wait(5).call("小红", "退款多久到账");
    assert!(matches!(pointed.reason, Reason::AnsweredBefore { .. }));
    for words in ["答错了", "我问的不是这个"] {
        let did = group.wait(5).quote("小红", words, &answer, true, false);
        assert_eq!(taken_back(&did), 0, "{words}");
    }
    // Pointed to their own answer, the asker is still the one to whom it was said.
    let again = group.wait(1).call("小明", "退款多久到账");
    assert!(matches!(again.reason, Reason::AnsweredBefore { .. }));
    let did = group.wait(5).quote("小明", "答错了", &answer, true, false);
    assert_eq!(taken_back(&did), 1);
    let did = group.wait(5).call("小刚", "退款多久到账");
    assert_eq!(did.said(), "退款答案");
}

#[test]
fn several_numbers_the_last_one_and_a_number_out_of_range_get_what_they_ask_for() {
    let mut group = group();
    offer(&mut group, "小明", "怎么申请");
    let both = group.say("小明", "1和2");
    let said: Vec<String> = both
        .effects
        .outgoing
        .iter()
        .map(|outgoing| outgoing.reply.text())
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.contains(&"退款答案".to_owned()) && said.contains(&"退货答案".to_owned()));
    for text in ["2️⃣", "最后一个"] {
        let mut group = self::group();
        let only = offer(&mut group, "小明", "怎么申请");
        let last = only.buttons[1].0.replace("流程", "答案");
        assert_eq!(group.say("小明", text).said(), last, "{text}");
    }
    for called in [false, true] {
        let mut group = self::group();
        offer(&mut group, "小明", "怎么申请");
        let mut say = |text: &str| {
            if called {
                group.wait(2).call("小明", text)
            } else {
                group.wait(2).say("小明", text)
            }
        };
        let range = say("99");
        assert_eq!(range.reason, Reason::NoSuchChoice);
        assert!(range.said().contains("1 到 2"), "{}", range.said());
        assert_eq!(say("99").effects.outgoing.is_empty(), !called);
        assert!(matches!(
            say("1").effects.decided.decision,
            Decision::Answer { .. }
        ));
    }
}

#[test]
fn the_same_question_of_two_who_mean_none_of_the_choices_is_one_ticket_with_the_question_once() {
    let mut group = group();
    offer(&mut group, "小明", "怎么申请");
    let human = group.say("小明", "都不是");
    let ticket = human.effects.ticket().unwrap();
    assert_eq!(
        (ticket.earlier.as_str(), ticket.transcript.as_str()),
        ("", "怎么申请")
    );
    assert!(
        !group
            .state
            .recent
            .iter()
            .any(|recent| { recent.member == MemberId::new("小明") && recent.text == "怎么申请" })
    );
}
