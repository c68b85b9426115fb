//! The judge's voice: what it changes, what is waited for, and what becomes of the wait.

use super::world::{Did, Group, MONDAY_MORNING};
use crate::desk::{JudgeAnswer, JudgeQuestion, JudgeState, Power, Reason, Voices};
use jiff::SignedDuration;
use std::sync::Arc;

/// Fits two entries: whoever calls the bot with it is asked back.
const SHARED: &str = "发票怎么开";

/// Asks for the refund in words of its own: the matcher is not sure enough of it to speak unasked.
const UNSURE: &str = "钱能退回来吗，怎么申请";

/// The matcher answers it unasked.
const SURE: &str = "请问客服的上班时间是几点？";

fn judging(power: Power) -> JudgeState {
    JudgeState {
        power,
        weight: 4.5,
        voices: Arc::default(),
        may_ask: true,
        unasked: SignedDuration::from_secs(2),
        called: SignedDuration::from_secs(5),
    }
}

fn group(power: Power) -> Group {
    let mut group = Group::at(MONDAY_MORNING);
    group.judging = Some(judging(power));
    group
}

/// The question that a message waits for.
fn asked(did: &Did) -> JudgeQuestion {
    assert!(matches!(did.reason, Reason::Waiting { .. }), "{:?}", did.reason);
    did.effects.inquiry.clone().expect("a question to the judge")
}

fn hears(group: &mut Group, inquiry: &JudgeQuestion, voice: JudgeAnswer) -> Vec<Did> {
    let judging = group.judging.as_mut().expect("a judge");
    judging.voices = Arc::new(Voices::from([(Arc::new(inquiry.clone()), voice)]));
    group.woken()
}

fn entry(id: &str) -> JudgeAnswer {
    JudgeAnswer::Entry(id.to_owned())
}

#[test]
fn a_call_that_the_matcher_is_unsure_of_is_answered_once_the_judge_names_an_entry_of_its_best_three() {
    let mut group = group(Power::Promote);
    let did = group.call("小明", SHARED);
    let inquiry = asked(&did);
    assert_eq!(inquiry.text, SHARED);
    assert!(inquiry.entries.len() <= 6 && inquiry.entries.iter().all(|entry| entry.questions.len() <= 3));
    group.wait(1);
    let did = hears(&mut group, &inquiry, entry("invoice-electronic")).remove(0);
    assert!(matches!(did.reason, Reason::Promoted { .. }), "{:?}", did.reason);
    assert!(did.said().starts_with("电子发票发到邮箱。"), "{}", did.said());
    assert!(group.due().is_empty(), "nothing waits any more");
}

#[test]
fn without_a_voice_a_call_is_decided_as_today_and_no_later_than_its_deadline() {
    // As today: the member is asked back or handed over when the burst is over.
    let mut plain = Group::at(MONDAY_MORNING);
    plain.call("小明", SHARED);
    let today = plain.due().remove(0);
    for voice in [
        JudgeAnswer::Nothing,
        JudgeAnswer::Silent("down"),
        entry("door-lock"),
        entry("no-such-entry"),
    ] {
        let mut group = group(Power::Promote);
        let inquiry = asked(&group.call("小明", SHARED));
        group.wait(1);
        let held = hears(&mut group, &inquiry, voice.clone()).remove(0);
        assert!(
            matches!(held.reason, Reason::Waiting { .. }) && held.effects.inquiry.is_none(),
            "{voice:?}"
        );
        let did = group.due().remove(0);
        assert_eq!((group.now, &did.reason), (plain.now, &today.reason), "{voice:?}");
        assert_eq!(did.said(), today.said());
    }
    let mut group = group(Power::Promote);
    let begun = group.now;
    asked(&group.call("小明", SHARED));
    let did = group.due().remove(0);
    assert_eq!((group.now - begun).as_secs(), 5);
    assert_eq!((did.reason, did.effects.inquiry), (today.reason, None));
}

#[test]
fn a_question_that_nobody_called_for_is_answered_if_the_judge_names_it_and_passed_over_if_not() {
    let mut group = group(Power::Promote);
    let did = group.say("小明", UNSURE);
    assert!(matches!(
        Group::at(MONDAY_MORNING).say("小明", UNSURE).reason,
        Reason::NotCertain { .. }
    ));
    let inquiry = asked(&did);
    let did = hears(&mut group, &inquiry, entry(&inquiry.entries[0].id)).remove(0);
    assert_ne!(did.decision, "quiet", "{:?}", did.reason);

    let mut group = self::group(Power::Promote);
    let begun = group.now;
    asked(&group.say("小明", UNSURE));
    let did = group.due().remove(0);
    assert_eq!((group.now - begun).as_secs(), 2);
    assert!(
        matches!(did.reason, Reason::NotCertain { .. }),
        "{:?}",
        did.reason
    );
    // Chatter and certain answers are not judged.
    let mut group = self::group(Power::Promote);
    assert!(group.say("小明", "今天天气不错").effects.inquiry.is_none());
    assert_eq!(group.say("小红", SURE).decision, "answer");
}

#[test]
fn a_veto_needs_agreement_and_fails_closed_but_for_what_stands_in_the_file() {
    let mut plain = Group::at(MONDAY_MORNING);
    let today = plain.say("小明", SURE);
    assert_eq!(today.decision, "answer", "{:?}", today.reason);
    for (voice, answered) in [
        (entry("office-hours"), true),
        (entry("refund"), false),
        (JudgeAnswer::Nothing, false),
        (JudgeAnswer::Silent("down"), false),
    ] {
        let mut group = group(Power::Veto);
        let inquiry = asked(&group.say("小明", SURE));
        let did = hears(&mut group, &inquiry, voice.clone()).remove(0);
        assert_eq!(did.decision == "answer", answered, "{voice:?}: {:?}", did.reason);
        assert!(answered || matches!(did.reason, Reason::Vetoed { .. } | Reason::NotAgreed { .. }));
        // The next who asks the same is not kept waiting.
        let again = group.say("小红", SURE);
        assert!(again.effects.inquiry.is_none(), "{voice:?}: {:?}", again.reason);
    }
    let mut group = group(Power::Veto);
    asked(&group.say("小明", SURE));
    let did = group.due().remove(0);
    assert!(matches!(did.reason, Reason::NotAgreed { .. }), "{:?}", did.reason);
    assert_eq!(
        group.say("小红", "你们几点上班").decision,
        "answer",
        "word for word"
    );
    assert_eq!(group.call("小刚", SURE).decision, "answer", "called");
    // What can't be asked, or is of no use, keeps nobody waiting.
    let mut down = self::group(Power::Veto);
    down.judging.as_mut().expect("a judge").may_ask = false;
    assert!(matches!(down.say("小明", SURE).reason, Reason::NotAgreed { .. }));
    let mut useless = self::group(Power::Veto);
    useless.judging.as_mut().expect("a judge").weight = 0.0;
    assert_eq!(useless.say("小明", SURE).decision, "answer");
}

#[test]
fn what_happens_meanwhile_ends_the_wait() {
    let mut group = group(Power::Promote);
    let inquiry = asked(&group.say("小明", UNSURE));
    group.staff("这个我来看看");
    assert!(
        hears(&mut group, &inquiry, entry(&inquiry.entries[0].id)).is_empty(),
        "staff spoke"
    );

    let mut group = self::group(Power::Promote);
    let did = group.call("小明", SHARED);
    let inquiry = asked(&did);
    group.recall(&did.message);
    assert!(
        hears(&mut group, &inquiry, entry(&inquiry.entries[0].id)).is_empty(),
        "taken back"
    );

    // Going on, the member is read as a whole, and the wait begins anew.
    let mut group = self::group(Power::Promote);
    let first = asked(&group.call("小明", SHARED));
    group.wait(2);
    let did = group.say("小明", "上周买的东西");
    assert_ne!(did.effects.inquiry.as_ref(), Some(&first));
    assert!(group.due().len() == 1);
}

#[test]
fn words_of_others_are_not_shown_to_the_judge() {
    let mut group = group(Power::Promote);
    let did = group.quote("小明", "这个怎么办", "能不能把钱退给我，怎么弄", false, true);
    assert!(did.effects.inquiry.is_none(), "{:?}", did.effects.inquiry);
}
