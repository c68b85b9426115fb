//! What an implementation's answer to a send means for the reply.
//!
//! OneBot has no codes for why a message was not sent; implementations pass on the platform's numbers and words. What
//! is known, and from where:
//!
//! | answer | meaning | delivery | source |
//! | --- | --- | --- | --- |
//! | `ok`, `async`, retcode 0 or 1 | taken | `Sent` | the standard |
//! | retcode 1404 / 404 | no such action | `Refused` | the standard |
//! | retcode 1400 / 400, 1401, 1403 | bad parameters, token | `Refused` | the standard |
//! | 120, 禁言, `mute` | the account is muted | `Refused` | mirai #168 (code 120), NapCat `EventRet` |
//! | 110, 移出, 不在群 | the account was removed from the group | `Refused` | NapCat #600 |
//! | 好友, 拉黑, 屏蔽 | no friend, blocked | `Refused` | go-cqhttp, NapCat wording |
//! | 频繁, 稍后, `too fast`, `rate limit` | too much at once | `Later` in a minute | QQ wording |
//! | 离线, `offline`, `not open`, 未登录 | the account is not online | `Later` | NapCat, go-cqhttp wording |
//! | `rich media transfer failed` | the picture could not be uploaded now | `Later` | NapCat, ShowMeJM #17 |
//! | 风控 | no receipt from the platform; the message may stand there all the same | `Unknown` | go-cqhttp #382 |
//! | `Timeout`, 超时 | sent to the platform, no receipt | `Unknown` | NapCat #199, #600 |
//! | anything else | failed for good | `Refused` | |

use crate::calls::Answer;
use groupdesk_contract::{Delivery, MessageId};
use std::time::Duration;

/// What became of the message that `answer` is about.
pub(crate) fn of(answer: &Answer) -> Delivery {
    if answer.is_ok() {
        return Delivery::Sent {
            message: answer.message_id().map(MessageId::new),
        };
    }
    let reason = reason(answer);
    let code = answer.retcode;
    let words = answer.words.to_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    // NapCat puts the platform's own result into its words.
    let result = |number: i64| code == Some(number) || words.contains(&format!("\"result\": {number},"));
    if matches!(code, Some(1400 | 400 | 1401 | 401 | 1403 | 403 | 1404 | 404)) || result(120) || result(110) {
        return Delivery::Refused { reason };
    }
    if says(&[
        "禁言",
        "muted",
        "移出",
        "移除",
        "不在群",
        "已退群",
        "好友",
        "拉黑",
        "屏蔽",
    ]) {
        return Delivery::Refused { reason };
    }
    if says(&[
        "频繁",
        "稍后",
        "稍候",
        "too fast",
        "too many",
        "rate limit",
        "ratelimit",
    ]) {
        return Delivery::Later {
            reason,
            after: Some(Duration::from_secs(60)),
        };
    }
    if says(&[
        "离线",
        "offline",
        "not open",
        "未登录",
        "not login",
        "not logged in",
        "rich media transfer failed",
    ]) {
        return Delivery::Later { reason, after: None };
    }
    if says(&["风控", "timeout", "timed out", "超时"]) {
        return Delivery::Unknown { reason };
    }
    Delivery::Refused { reason }
}

/// The answer in words for an admin.
pub(crate) fn reason(answer: &Answer) -> String {
    const LONGEST: usize = 300;
    let words = answer.words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    match (answer.retcode, words.is_empty()) {
        (Some(code), false) => format!("the implementation answered {code}: {words}"),
        (Some(code), true) => format!("the implementation answered {code} without a reason"),
        (None, false) => format!("the implementation answered: {words}"),
        (None, true) => "the implementation refused without a reason".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Frame;

    fn delivery(json: &str) -> Delivery {
        of(&Answer::read(&Frame::parse(json).unwrap()))
    }

    fn word(json: &str) -> &'static str {
        match delivery(json) {
            Delivery::Sent { .. } => "sent",
            Delivery::Refused { .. } => "refused",
            Delivery::Later { .. } => "later",
            Delivery::Unknown { .. } => "unknown",
        }
    }

    #[test]
    fn taken_messages_tell_their_id() {
        for (json, id) in [
            (
                r#"{"status":"ok","retcode":0,"data":{"message_id":-7},"echo":"x"}"#,
                Some("-7"),
            ),
            (
                r#"{"status":"ok","retcode":0,"data":{"message_id":"9007199254740993"}}"#,
                Some("9007199254740993"),
            ),
            (r#"{"status":"async","retcode":1,"data":null}"#, None),
            (r#"{"retcode":"0","data":{}}"#, None),
        ] {
            let message = id.map(MessageId::from);
            assert_eq!(delivery(json), Delivery::Sent { message }, "{json}");
        }
    }

    #[test]
    fn failures_are_told_apart_by_what_can_be_done() {
        for (json, expected) in [
            (
                r#"{"status":"failed","retcode":1404,"message":"不支持的Api send_group_msg"}"#,
                "refused",
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"EventChecker Failed: NTEvent EventRet:\n{\n    \"result\": 120,\n    \"errMsg\": \"\"\n}\n"}"#,
                "refused",
            ),
            (
                r#"{"status":"failed","retcode":1200,"wording":"EventChecker Failed: {\n    \"result\": 110,\n    \"errMsg\": \"发送失败，你已被移出该群，请重新加群。\"\n}"}"#,
                "refused",
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"Timeout: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg"}"#,
                "unknown",
            ),
            (
                r#"{"status":"failed","retcode":100,"msg":"SEND_MSG_API_ERROR","wording":"群消息发送失败: 账号可能被风控"}"#,
                "unknown",
            ),
            (
                r#"{"status":"failed","retcode":200,"wording":"发送过于频繁，请稍后再试"}"#,
                "later",
            ),
            (r#"{"status":"failed","retcode":120}"#, "refused"),
            (r#"{"status":"failed","retcode":1200,"message":"..."}"#, "refused"),
            (r#"{"status":"failed"}"#, "refused"),
        ] {
            assert_eq!(word(json), expected, "{json}");
        }
    }
}
