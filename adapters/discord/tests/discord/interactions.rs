//! Slash commands, buttons and menus: acknowledged at once, whatever the desk does, and told as what they say.

use crate::desk::{self, answer, button, reply, until};
use groupdesk_contract::{Reply, Segment};
use groupdesk_discord_fake::{Fake, HELP, Trouble};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_question_by_command_is_shown_and_its_answer_quotes_it() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let id = fake.command(7, HELP, "ask", Some(("question", "is @everyone *here*?")));
    let message = desk.message().await;
    assert!(message.mentions_bot);
    assert_eq!(message.text(), "/ask is @everyone *here*?");
    assert_eq!(
        (message.id.as_str(), message.sender.id.as_str()),
        (format!("i{id}").as_str(), "7")
    );
    until("not acknowledged", || !fake.answered().is_empty()).await;
    let (of, body) = fake.answered().remove(0);
    assert_eq!(
        (of, &body["type"], &body["data"]["flags"]),
        (id, &json!(4), &json!(null))
    );
    assert_eq!(body["data"]["allowed_mentions"], json!({"parse": []}));
    assert_eq!(body["data"]["content"], "/ask is @\u{200b}everyone \\*here\\*?");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let back = reply(HELP, "Yes.").with(|reply| {
        reply.quote = Some(message.id);
    });
    desk::sent(&desk, 1, &back).await;
    assert!(fake.said()[0].quote.is_some(), "the shown question is quoted");

    fake.command(7, HELP, "human", None);
    assert_eq!(desk.message().await.text(), "/human");
    until("not acknowledged", || fake.answered().len() == 2).await;
    assert_eq!(
        fake.answered()[1].1["data"]["flags"],
        64,
        "only the member sees it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_does_not_wait_for_the_desk() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let asked = desk::sent(&desk, 1, &with_buttons(3)).await;
    fake.says(7, HELP, "first");
    let (_event, held) = desk.uncommitted().await;
    let start = Instant::now();
    fake.presses(7, asked, "b1");
    fake.command(7, HELP, "ticket", None);
    until("not acknowledged", || fake.answered().len() == 2).await;
    assert!(start.elapsed() < Duration::from_secs(2));
    held.unwrap().send(()).unwrap();
    assert_eq!(desk.message().await.text(), "says 1");
    assert_eq!(desk.message().await.text(), "/ticket");
}

fn with_buttons(many: usize) -> Reply {
    reply(HELP, "which?").with(|reply| {
        reply.buttons = (0..many)
            .map(|number| button(&format!("b{number}"), &format!("says {number}")))
            .collect();
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_or_a_choice_says_what_it_stands_for_and_its_answer_quotes_the_message() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    for many in [7, 60] {
        let said = desk::sent(&desk, many, &with_buttons(usize::try_from(many).unwrap())).await;
        fake.presses(8, said, "b6");
        let message = desk.message().await;
        assert_eq!(message.text(), "says 6");
        assert_eq!(message.sender.id.as_str(), "8");
        let quote = message.quote().unwrap();
        assert_eq!(
            (quote.message.as_str(), quote.of_bot),
            (said.to_string().as_str(), Some(true))
        );
        let back = reply(HELP, "taken").with(|reply| {
            reply.quote = Some(message.id);
        });
        desk::sent(&desk, many + 100, &back).await;
        assert_eq!(fake.said().pop().unwrap().quote, Some(said));
    }
    until("not acknowledged", || fake.answered().len() == 2).await;
    assert!(fake.answered().iter().all(|(_, body)| body["type"] == 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_under_the_last_part_of_a_long_message_is_about_the_first() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let mut long = with_buttons(2);
    long.segments = vec![Segment::Text("说明。".repeat(1000))];
    let first = desk::sent(&desk, 1, &long).await;
    let last = fake.said().pop().unwrap();
    assert!(last.id != first && last.buttons.len() == 2);
    fake.presses(7, last.id, "b0");
    assert_eq!(
        desk.message().await.quote().unwrap().message.as_str(),
        first.to_string()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_acknowledgement_loses_no_command() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let unknown = json!({"message": "Unknown interaction", "code": 10062});
    fake.trouble("POST interactions/callback", Trouble::Refuse(404, unknown));
    fake.command(7, HELP, "ask", Some(("question", "why?")));
    let message = desk.message().await;
    assert_eq!(message.text(), "/ask why?");
    let back = reply(HELP, "Because.").with(|reply| {
        reply.quote = Some(message.id);
    });
    desk::sent(&desk, 1, &back).await;
    assert_eq!(fake.said()[0].quote, None);
    desk::sent(&desk, 2, &answer(HELP, 1, "x")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_answered_also_where_the_bot_may_not_write() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.forbid("POST channels/messages");
    fake.command(7, HELP, "ask", Some(("question", "why?")));
    let message = desk.message().await;
    let back = reply(HELP, "Because.").with(|reply| {
        reply.quote = Some(message.id);
    });
    desk::sent(&desk, 1, &back).await;
    assert_eq!(
        (fake.said()[0].channel, fake.said()[0].text.as_str()),
        (HELP, "Because.")
    );
    assert_eq!(fake.said()[0].request["nonce"], json!(null));
    let refused = desk.send(2, &answer(HELP, 1, "x")).await;
    assert!(
        format!("{refused:?}").contains("Missing Permissions"),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_after_the_question_that_is_shown_and_quotes_it() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.trouble(
        "POST interactions/callback",
        Trouble::Slow(Duration::from_millis(700)),
    );
    fake.command(7, HELP, "ask", Some(("question", "why?")));
    let message = desk.message().await;
    assert!(
        fake.answered().is_empty(),
        "the desk is faster than the acknowledgement"
    );
    let back = reply(HELP, "Because.").with(|reply| {
        reply.quote = Some(message.id);
    });
    let answer = desk::sent(&desk, 1, &back).await;
    let shown = fake.said()[0].quote.expect("it quotes the question");
    assert!(shown < answer, "the question stands above");
}
