//! The same conversations over every adapter: the real binary between members and staff, on each platform's own wire. A new
//! adapter proves itself by a stage of its own and a line below.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod across;
mod alone;
#[path = "../widget/client.rs"]
#[expect(dead_code, reason = "the tests of the widget use the rest")]
mod client;
mod console;
mod customer_service;
mod discord;
mod groups;
mod handover;
mod official;
mod onebot;
mod qq;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod telegram;
mod trouble;
mod website;
mod wecom;

/// Every conversation that a platform with members can have, on one stage.
macro_rules! on {
    ($name:ident, $stage:ty) => {
        mod $name {
            #[tokio::test]
            async fn a_group_hears_only_what_the_bot_is_sure_of() {
                crate::groups::quiet_until_sure::<$stage>().await;
            }
            #[tokio::test]
            async fn whoever_calls_is_answered_under_the_call() {
                crate::groups::calls::<$stage>().await;
            }
            #[tokio::test]
            async fn a_likely_question_is_picked_by_number() {
                crate::groups::picked_by_number::<$stage>().await;
            }
            #[tokio::test]
            async fn a_likely_question_is_picked_by_button() {
                crate::groups::picked_by_button::<$stage>().await;
            }
            #[tokio::test]
            async fn a_private_chat_is_answered_without_a_call() {
                crate::groups::alone::<$stage>().await;
            }
            #[tokio::test]
            async fn a_long_answer_arrives_whole() {
                crate::groups::long::<$stage>().await;
            }
            #[tokio::test]
            async fn markup_and_hostile_names_stay_what_they_are() {
                crate::groups::markup::<$stage>().await;
            }
            #[tokio::test]
            async fn a_hand_over_lives_from_the_call_to_the_end() {
                crate::handover::whole_life::<$stage>().await;
            }
            #[tokio::test]
            async fn a_ticket_is_claimed_and_resolved_by_buttons() {
                crate::handover::by_buttons::<$stage>().await;
            }
            #[tokio::test]
            async fn what_was_decided_before_a_kill_is_said_once_after_it() {
                crate::trouble::killed_before_answering::<$stage>().await;
            }
            #[tokio::test]
            async fn what_was_asked_while_the_program_was_down_is_answered() {
                crate::trouble::asked_while_down::<$stage>().await;
            }
            #[tokio::test]
            async fn a_lost_connection_and_repeated_events_change_nothing() {
                crate::trouble::lost_connection::<$stage>().await;
            }
            #[tokio::test]
            async fn a_token_that_ends_in_mid_conversation_is_noticed_by_nobody() {
                crate::trouble::token_ends::<$stage>().await;
            }
            #[tokio::test]
            async fn what_staff_type_while_the_reply_window_closes_is_kept_for_the_next_message() {
                crate::trouble::window_closes::<$stage>().await;
            }
        }
    };
}

on!(on_console, crate::console::Console);
on!(on_onebot, crate::onebot::OneBot);
on!(on_qq, crate::qq::Qq);
on!(on_telegram, crate::telegram::Telegram);
on!(on_discord, crate::discord::Discord);
on!(on_wecom, crate::wecom::WeCom);
on!(
    on_customer_service,
    crate::alone::Alone<crate::customer_service::CustomerService>
);
on!(
    on_official_account,
    crate::alone::Alone<crate::official::Official>
);
on!(on_website, crate::alone::Alone<crate::website::Website>);
