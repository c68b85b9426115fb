//! Tests of messages that members send, edit and delete, as the desk receives them.

use crate::desk::{self, answer};
use groupdesk_contract::{ChannelKind, ChannelRole, Event, Segment, Standing};
use groupdesk_discord_fake::{FORUM, Fake, HELP, MODERATORS, OWNER};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_member_asks_and_the_bot_answers_quoting_and_pinging_nobody() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let asked = fake.mentions(7, HELP, "how do I install?");
    let message = desk.message().await;
    assert!(message.mentions_bot);
    assert_eq!(message.text().trim(), "how do I install?");
    assert_eq!(
        (
            message.channel.id.as_str(),
            message.sender.id.as_str(),
            message.sender.name.as_str()
        ),
        ("channel:77", "7", "User 7")
    );
    assert_eq!(message.channel.name.as_deref(), Some("help"));
    let link = format!("https://discord.com/channels/5/77/{asked}");
    assert_eq!(message.link, Some(link));
    desk::sent(&desk, 9, &answer(HELP, asked, "@everyone Run **setup.exe**")).await;
    let said = fake.said().pop().unwrap();
    assert_eq!(said.quote, Some(asked));
    assert_eq!(said.text, "@\u{200b}everyone Run **setup.exe**");
    assert_eq!(said.request["allowed_mentions"]["parse"], json!([]));
    let nonce = said.request["nonce"].as_str().unwrap();
    assert!(nonce.starts_with("gd") && nonce.ends_with("9-0"), "{nonce}");
    assert_eq!(said.request["enforce_nonce"], json!(true));
    // What the bot said, and what is answered to it.
    fake.replies(7, HELP, said.id, "thanks");
    let quote = desk.message().await.quote().cloned().unwrap();
    assert_eq!(
        (quote.message.as_str(), quote.of_bot),
        (said.id.to_string().as_str(), Some(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_messages_keep_their_order() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    for number in 0..100 {
        fake.says(7 + number % 5, HELP, &format!("line {number}"));
    }
    for number in 0..100 {
        assert_eq!(desk.message().await.text(), format!("line {number}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_edits_and_deletions_are_told_and_unfurled_links_are_not() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.tells(7, "a secret question");
    let direct = desk.message().await;
    assert_eq!(
        (direct.channel.id.as_str(), direct.channel.kind),
        ("dm:1000007", ChannelKind::Direct)
    );
    let id = fake.says(7, HELP, "see https://x.example");
    desk.message().await;
    fake.unfurls(id);
    fake.edits(id, "see https://y.example");
    let Event::Edit(edit) = desk.event().await else {
        panic!("no edit");
    };
    assert_eq!(
        (
            edit.message.text().as_str(),
            edit.message.sender.id.as_str(),
            edit.message.id.as_str()
        ),
        ("see https://y.example", "7", id.to_string().as_str())
    );
    assert_eq!(edit.message.channel.id.as_str(), "channel:77");
    fake.deletes(HELP, id);
    let Event::Recall(recall) = desk.event().await else {
        panic!("no recall");
    };
    assert_eq!(recall.message.as_str(), id.to_string());
    // The bot's own are nobody's.
    let own = desk::sent(&desk, 1, &answer(HELP, id, "gone")).await;
    fake.deletes(HELP, own);
    desk.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forums_post_is_a_channel_and_its_title_is_part_of_the_question() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let post = fake.posts(7, "Setup stops", "at 3%, why?");
    let message = desk.message().await;
    assert_eq!(message.channel.id.as_str(), format!("channel:{post}"));
    assert_eq!(message.text(), "Setup stops\nat 3%, why?");
    desk::sent(&desk, 1, &answer(post, post, "Try again.")).await;
    assert_eq!(fake.said().pop().unwrap().channel, post);
    fake.says(7, post, "it works");
    assert_eq!(desk.message().await.text(), "it works");
    let refused = desk.send(2, &answer(FORUM, post, "x")).await;
    assert!(format!("{refused:?}").contains("forum"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_make_staff_and_ranks_and_files_come_along() {
    let fake = Fake::start().await;
    fake.gives_role(8, 61);
    fake.gives_role(9, MODERATORS);
    let mut desk = desk::start_with(&fake, json!({"staff_roles": ["61"], "admin_roles": ["62"]})).await;
    for (who, standing, role) in [
        (7, Standing::Member, ChannelRole::Member),
        (8, Standing::Staff, ChannelRole::Member),
        (9, Standing::Member, ChannelRole::Admin),
        (OWNER, Standing::Member, ChannelRole::Owner),
    ] {
        fake.says(who, HELP, "hi");
        let sender = desk.message().await.sender;
        assert_eq!((sender.standing, sender.role), (standing, role), "{who}");
    }
    let picture = json!({"attachments": [{"id": "1", "filename": "a.png", "url": "https://cdn/a.png", "content_type": "image/png"}]});
    let message = fake.message(7, HELP, "", picture);
    fake.push("MESSAGE_CREATE", message);
    let said = desk.message().await;
    // By its message, since its address ends after a day.
    let url = Some(format!("account-file:dc/77/{}/1", said.id));
    assert_eq!(said.segments, [Segment::Image { url }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_or_can_not_be_read_harms_nothing() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let message = fake.message(
        7,
        HELP,
        "once",
        json!({"components": [{"type": 77}], "poll": null}),
    );
    fake.push("MESSAGE_CREATE", message.clone());
    assert_eq!(desk.message().await.text(), "once");
    fake.push("MESSAGE_CREATE", message);
    fake.push("MESSAGE_CREATE", json!({"id": "x", "content": "hush"}));
    fake.push("SOMETHING_NEW", json!([1]));
    fake.says(7, HELP, "after");
    let event = desk.event().await;
    let told = matches!(&event, Event::Alert(alert) if alert.name == "unreadable" && alert.message.is_some());
    assert!(told && !format!("{event:?}").contains("hush"), "{event:?}");
    assert_eq!(desk.message().await.text(), "after");
}
