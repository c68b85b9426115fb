//! Tickets in staff rooms: threads, forums, members' words under members' names.

use crate::desk::{self, answer, more, opened};
use groupdesk_contract::{Act, Event, MessageId, Segment};
use groupdesk_discord_fake::{FORUM, Fake, HELP, STAFF};
use serde_json::json;

const ROOM: &str = "channel:88";

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_has_a_public_thread_whose_messages_are_the_staff_rooms() {
    let fake = Fake::start().await;
    let mut desk = desk::start_with(&fake, json!({"ticket_threads": "public", "staff_roles": ["61"]})).await;
    fake.gives_role(8, 61);
    let told = desk::sent(&desk, 1, &opened(STAFF, 12, "#12 **小_明**: 打不开")).await;
    assert_eq!(fake.said()[0].channel, STAFF);
    assert!(fake.said()[0].text.contains("\\*\\*小\\_明\\*\\*"));
    let thread = fake.threads().remove(0);
    assert_eq!(
        (thread.id, thread.parent, thread.name.as_str()),
        (told, Some(STAFF), "#12 打不开 *安装包*")
    );

    let later = desk::sent(&desk, 2, &more(STAFF, 12, "还是不行", "#12 小_明: 还是不行")).await;
    assert_eq!(fake.said()[1].channel, thread.id);
    let wrote = fake.replies(8, thread.id, later, "try again");
    let message = desk.message().await;
    assert_eq!((message.channel.id.as_str(), message.ticket), (ROOM, Some(12)));
    assert_eq!(message.quote().unwrap().of_bot, Some(true));
    desk::sent(&desk, 3, &answer(STAFF, wrote, "sent")).await;
    let receipt = fake.said().pop().unwrap();
    assert_eq!((receipt.channel, receipt.quote), (thread.id, Some(wrote)));
    fake.says(8, thread.id, "//between us");
    assert_eq!(desk.message().await.ticket, None);
    // A list for staff holds members' words too.
    desk::sent(&desk, 9, &answer(STAFF, 1, "12 **小明**")).await;
    assert_eq!(fake.said().pop().unwrap().text, "12 \\*\\*小明\\*\\*");
    fake.says(8, STAFF, "in the room");
    assert_eq!(desk.message().await.ticket, None);

    // What stands in the thread is changed and taken back there, also after a restart.
    let mut desk = desk::with(
        &fake,
        &json!({"ticket_threads": "public"}),
        desk::kill(desk).await,
    );
    desk.connected().await;
    let act = |act| {
        answer(STAFF, wrote, "changed").with(|reply| {
            reply.act = act;
        })
    };
    desk::sent(&desk, 4, &act(Act::Edit(MessageId::new(receipt.id.to_string())))).await;
    assert_eq!(fake.changed()[0].channel, thread.id);
    desk.send(5, &act(Act::Unsend(MessageId::new(receipt.id.to_string()))))
        .await;
    assert_eq!(fake.deleted(), [(thread.id, receipt.id)]);
    fake.says(8, thread.id, "still about 12");
    assert_eq!(desk.message().await.ticket, Some(12));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_thread_calls_staff_into_it() {
    let fake = Fake::start().await;
    let desk = desk::start_with(&fake, json!({"ticket_threads": "private", "staff_roles": ["61"]})).await;
    desk::sent(&desk, 1, &opened(STAFF, 12, "#12 打不开")).await;
    let thread = fake.threads().remove(0);
    assert_eq!((thread.kind, thread.parent), (12, Some(STAFF)));
    let said = fake.said().remove(0);
    assert_eq!(
        (said.channel, said.text.as_str()),
        (thread.id, "<@&61>\n\\#12 打不开")
    );
    assert_eq!(said.request["allowed_mentions"]["roles"], json!(["61"]));
    desk::sent(&desk, 2, &more(STAFF, 12, "x", "#12 x")).await;
    assert_eq!(fake.said()[1].request["allowed_mentions"]["roles"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_permission_or_the_thread_the_ticket_stands_in_the_room() {
    let fake = Fake::start().await;
    for call in ["POST channels/messages/threads", "POST channels/threads"] {
        fake.forbid(call);
    }
    for threads in ["public", "private"] {
        let settings = json!({"ticket_threads": threads, "staff_roles": ["61"]});
        let desk = desk::start_with(&fake, settings).await;
        desk::sent(&desk, 1, &opened(STAFF, 12, "#12 打不开")).await;
        desk::sent(&desk, 2, &more(STAFF, 12, "x", "#12 x")).await;
        assert!(fake.said().iter().all(|said| said.channel == STAFF));
        desk::kill(desk).await;
    }
    let fake = Fake::start().await;
    let desk = desk::start_with(&fake, json!({"ticket_threads": "public"})).await;
    desk::sent(&desk, 1, &opened(STAFF, 12, "#12 打不开")).await;
    let thread = fake.threads().remove(0).id;
    fake.removes(thread);
    desk::sent(&desk, 2, &more(STAFF, 12, "x", "#12 x")).await;
    assert_eq!(fake.said().pop().unwrap().channel, STAFF);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_as_a_staff_room_has_a_post_for_every_ticket() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.says(7, HELP, "hi");
    desk.message().await;
    desk::sent(&desk, 1, &opened(FORUM, 12, "#12 打不开")).await;
    let post = fake.threads().remove(0);
    assert_eq!((post.parent, fake.said()[0].channel), (Some(FORUM), post.id));
    desk::sent(&desk, 2, &more(FORUM, 12, "x", "#12 x")).await;
    assert_eq!(fake.said()[1].channel, post.id);
    let mut pictured = opened(FORUM, 13, "#13 see");
    pictured.segments.push(Segment::Image {
        url: Some("data:image/png;base64,AP8=".to_owned()),
    });
    desk::sent(&desk, 3, &pictured).await;
    assert_eq!(fake.said()[3].request["files"], json!([["2.png", 2]]));
    fake.says(8, post.id, "claimed");
    let message = desk.message().await;
    assert_eq!(
        (message.channel.id.as_str(), message.ticket),
        ("channel:99", Some(12))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn members_words_come_under_members_names_where_the_bot_may() {
    let fake = Fake::start().await;
    let wanted = json!({"ticket_threads": "public", "relay_webhooks": true});
    let mut desk = desk::start_with(&fake, wanted.clone()).await;
    fake.says(7, HELP, "hi");
    desk.message().await;
    desk::sent(&desk, 1, &opened(STAFF, 12, "#12 小_明: 打不开")).await;
    let relayed = desk::sent(
        &desk,
        2,
        &more(STAFF, 12, "@everyone *x*", "#12 小_明: @everyone *x*"),
    )
    .await;
    let said = fake.said().pop().unwrap();
    assert_eq!(
        (said.name.as_deref(), said.text.as_str()),
        (Some("小_明"), "@\u{200b}everyone \\*x\\*")
    );
    assert_eq!(said.channel, fake.threads()[0].id);
    assert_eq!(
        said.request["avatar_url"],
        "https://cdn.discordapp.com/avatars/7/a7.png"
    );
    assert_eq!(said.request["allowed_mentions"], json!({"parse": []}));
    // Answering it is answering the bot.
    fake.replies(8, said.channel, relayed, "ok");
    assert_eq!(desk.message().await.quote().unwrap().of_bot, Some(true));
    let gone = more(STAFF, 12, "", "").with(|reply| {
        reply.act = Act::Unsend(MessageId::new(relayed.to_string()));
    });
    desk.send(3, &gone).await;
    assert_eq!(fake.calls("DELETE webhooks/messages"), 1);

    let fake = Fake::start().await;
    fake.forbid("GET channels/webhooks");
    let desk = desk::start_with(&fake, wanted).await;
    for key in 1..4 {
        desk::sent(&desk, key, &more(STAFF, 12, "x", "#12 小_明: x")).await;
    }
    assert_eq!(
        (fake.said()[0].name.as_deref(), fake.said()[0].text.as_str()),
        (None, "\\#12 小\\_明: x")
    );
    assert_eq!(
        fake.calls("GET channels/webhooks"),
        1,
        "what is forbidden is not asked again at once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_whose_thread_can_not_be_written_stands_in_the_room_and_staff_hear_why() {
    let fake = Fake::start().await;
    let settings = json!({"ticket_threads": "private", "staff_roles": ["61"]});
    let mut desk = desk::start_with(&fake, settings).await;
    fake.mute_threads(true);
    desk::sent(&desk, 1, &opened(STAFF, 12, "#12 打不开")).await;
    desk::sent(&desk, 2, &more(STAFF, 12, "x", "#12 x")).await;
    // No thread is tried for a while.
    desk::sent(&desk, 3, &opened(STAFF, 13, "#13 打不开")).await;
    assert!(fake.said().iter().all(|said| said.channel == STAFF));
    assert_eq!((fake.said().len(), fake.threads().len()), (3, 1));
    match desk.event().await {
        Event::Alert(alert) => {
            assert!(alert.message.unwrap().contains("Send Messages in Threads"));
        }
        other => panic!("{other:?}"),
    }
    desk.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_thread_that_would_call_nobody_is_not_made() {
    let fake = Fake::start().await;
    let desk = desk::start_with(&fake, json!({"ticket_threads": "private"})).await;
    desk::sent(&desk, 1, &opened(STAFF, 12, "#12 打不开")).await;
    assert_eq!((fake.said()[0].channel, fake.threads().len()), (STAFF, 0));
}
