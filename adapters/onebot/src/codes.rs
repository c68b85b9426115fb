//! Maps an implementation's response to a send to a verdict.
//!
//! OneBot has no codes for why a message was not sent; implementations pass on the platform's numbers and words. Only what is surely
//! final gives a reply up. What is known, and from where:
//!
//! | answer | meaning | verdict | source |
//! | --- | --- | --- | --- |
//! | `ok`, `async`, retcode 0 or 1 | taken | `Sent` | the standard |
//! | 120, 禁言, `mute` | the account is muted | `Refused` | mirai #168 (code 120), NapCat `EventRet` |
//! | 110, 移出, 不在群 | the account was removed from the group | `Refused` | NapCat #600 |
//! | 不是好友, 拉黑 | no friend, blocked | `Refused` | go-cqhttp, NapCat wording |
//! | 违规, 违禁, 屏蔽 | forbidden: the picture, if there is one, else the words | `Picture`, `Refused` | go-cqhttp, NapCat wording |
//! | `rich media transfer failed`, 下载文件失败, `getaddrinfo`, `ECONNREFUSED` and a picture | the picture can't be had or uploaded | `Picture` | NapCat #535, #1443, Node's errors |
//! | 消息不存在, `msg not found` and a quote | the quoted message is gone | `Quote` | Lagrange, LLOneBot wording |
//! | 不在群 and a mention; `member not found`, `@` and 次数 | the mentioned member is gone, or everybody was called too often | `Mention` | NapCat, LLOneBot wording |
//! | 1006514, 网络, `network`, `ECONNRESET` | the platform was not reached, or the picture's host | `Network` | NapCat wording, Node's errors |
//! | 299, 频繁, 稍后, `too fast`, `rate limit` | too much at once | `Later` in a minute | mirai (code 299), QQ wording |
//! | 离线, `offline`, `not open`, 未登录 | the account is not online | `Later` | NapCat, go-cqhttp wording |
//! | retcode 1401, 1403 | a wrong token, which a person must mend | `Later` in a minute | the standard |
//! | 风控 | no receipt from the platform; the message may stand there all the same | `Doubtful` | go-cqhttp #382 |
//! | `Timeout`, 超时 | sent to the platform, no receipt | `Doubtful` | NapCat #199, #600 |
//! | retcode 1404, 1400 | no such action, bad parameters | `Refused` | the standard |
//! | anything else | nobody knows | `Unclear` | |

use crate::calls::Answer;
use crate::write::{OutSegment, has_file, has_mention, has_picture, has_quote};
use groupdesk_contract::MessageId;
use std::time::Duration;

/// The retry delay after a rate limit, or while a person must act.
const BUSY_PAUSE: Duration = Duration::from_secs(60);

/// The meaning of a response for the message that was to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was accepted, and has this id if the implementation tells.
    Sent(Option<MessageId>),
    /// It will never be taken.
    Refused,
    /// It was surely not sent, for a reason that passes.
    Later(Option<Duration>),
    /// The platform was not reached, as far as the implementation knows.
    Network,
    /// Its picture can't be fetched; the text was not sent either.
    Picture,
    /// The message that it quotes is gone; the text was not sent either.
    Quote,
    /// A member whom it mentions is gone, or can't be called; the text was not sent either.
    Mention,
    /// It may have been sent.
    Doubtful,
    /// It failed for a reason that nobody here knows.
    Unclear,
}

/// Reads the answer to the sending of `message`.
pub(crate) fn of(answer: &Answer, message: &[OutSegment]) -> Verdict {
    if answer.is_ok() {
        return Verdict::Sent(answer.message_id().map(MessageId::new));
    }
    let has_picture = has_picture(message) || has_file(message);
    let has_quote = has_quote(message);
    let has_mention = has_mention(message);
    let words = answer.words.to_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    // NapCat puts the platform's own result into its words.
    let result = |number: i64| answer.retcode == Some(number) || has_result(&words, number);
    let is_gone = says(&GONE) || says(&LEFT) || says(&CANNOT);
    let is_about_account = result(120) || result(110) || says(&DOUBTFUL);
    if has_mention && !is_about_account && (says(&MENTION) && is_gone || says(&LEFT)) {
        Verdict::Mention
    } else if result(120) || result(110) || says(&FINAL) || (says(&FORBIDDEN) && !has_picture) {
        Verdict::Refused
    } else if has_picture && (says(&PICTURE) || says(&FORBIDDEN)) {
        Verdict::Picture
    } else if has_quote && (says(&QUOTE) || (says(&MESSAGE) && says(&GONE))) {
        Verdict::Quote
    } else if result(1_006_514) || says(&NETWORK) {
        Verdict::Network
    } else if result(299) || says(&TOO_MUCH) {
        Verdict::Later(Some(BUSY_PAUSE))
    } else if says(&OFFLINE) {
        Verdict::Later(None)
    } else if says(&DOUBTFUL) {
        Verdict::Doubtful
    } else {
        match answer.retcode {
            Some(1404 | 404 | 1400 | 400) if !has_picture && !has_quote && !has_mention => Verdict::Refused,
            Some(1401 | 401 | 1403 | 403) => Verdict::Later(Some(BUSY_PAUSE)),
            _ => Verdict::Unclear,
        }
    }
}

const FINAL: [&str; 17] = [
    "禁言",
    "muted",
    "移出",
    "移除",
    "不在群",
    "已退群",
    "not in the group",
    "not in group",
    "不是好友",
    "不是你的好友",
    "非好友",
    "加好友",
    "添加好友",
    "not a friend",
    "not friend",
    "拉黑",
    "黑名单",
];
const FORBIDDEN: [&str; 3] = ["屏蔽", "违规", "违禁"];
/// Words that are about the picture where there is one: an implementation keeps its connection to the platform open.
const PICTURE: [&str; 23] = [
    "rich media",
    "图片",
    "下载",
    "上传",
    "文件",
    "链接",
    "url",
    "http",
    "fetch",
    "certificate",
    "getaddrinfo",
    "enotfound",
    "eai_again",
    "econnrefused",
    "etimedout",
    "ehostunreach",
    "enetunreach",
    "enoent",
    "status code",
    "download",
    "upload",
    "image",
    "picture",
];
const QUOTE: [&str; 4] = ["回复消息", "引用", "reply", "quote"];
const MESSAGE: [&str; 3] = ["消息", "message", "msg"];
const GONE: [&str; 9] = [
    "不存在",
    "未找到",
    "找不到",
    "撤回",
    "not found",
    "not exist",
    "no such",
    "recalled",
    "invalid id",
];
/// Words of one who is not in the group: the account, or a member whom the message mentions. The first is refused without the
/// mention as well.
const LEFT: [&str; 5] = ["不在群", "不在该群", "已退群", "not in the group", "not in group"];
const MENTION: [&str; 7] = ["@", "艾特", "提及", "全体成员", "群成员", "mention", "member"];
const CANNOT: [&str; 4] = ["上限", "次数", "无法", "cannot"];
const NETWORK: [&str; 14] = [
    "网络",
    "network",
    "econnreset",
    "econnrefused",
    "enotfound",
    "getaddrinfo",
    "eai_again",
    "etimedout",
    "ehostunreach",
    "enetunreach",
    "epipe",
    "socket hang up",
    "connection reset",
    "broken pipe",
];
const TOO_MUCH: [&str; 8] = [
    "频繁",
    "频率",
    "稍后",
    "稍候",
    "too fast",
    "too many",
    "rate limit",
    "ratelimit",
];
const OFFLINE: [&str; 6] = [
    "离线",
    "offline",
    "not open",
    "未登录",
    "not login",
    "not logged in",
];
const DOUBTFUL: [&str; 4] = ["风控", "timeout", "timed out", "超时"];

/// True if the text holds `"result": number`, however it is spaced.
fn has_result(words: &str, number: i64) -> bool {
    words
        .split("result")
        .skip(1)
        .filter_map(|after| {
            let digits = after.trim_start_matches(['"', '\\', ':', '：', '=', ' ']);
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            digits.get(..end)?.parse::<i64>().ok()
        })
        .any(|found| found == number)
}

/// The response in a sentence for an admin.
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

    fn verdict(json: &str, message: &[OutSegment]) -> Verdict {
        of(&Answer::read(&Frame::parse(json).unwrap()), message)
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
            (
                r#"{"status":"ok","data":{"message_id":1,"message_id":2}}"#,
                Some("2"),
            ),
            (r#"{"status":"ok","retcode":0,"data":{"message_id":0}}"#, None),
            (r#"{"status":"async","retcode":1,"data":null}"#, None),
            (r#"{"retcode":"0","data":{}}"#, None),
        ] {
            let message = id.map(MessageId::from);
            assert_eq!(verdict(json, &[]), Verdict::Sent(message), "{json}");
        }
    }

    #[test]
    fn failures_are_told_apart_by_what_can_be_done_and_only_what_is_surely_final_is_given_up() {
        let words = OutSegment::Text { text: "x".to_owned() };
        let quote = OutSegment::Reply { id: "1".to_owned() };
        let picture = OutSegment::Image {
            file: "https://x/a".to_owned(),
        };
        let all = [quote, words.clone(), picture];
        let at = OutSegment::At { qq: "7".to_owned() };
        for (json, expected) in [
            (
                r#"{"status":"failed","retcode":1200,"message":"群成员不存在"}"#,
                Verdict::Mention,
            ),
            (
                r#"{"status":"failed","retcode":100,"wording":"@的成员已退群"}"#,
                Verdict::Mention,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"member 7 not in group"}"#,
                Verdict::Mention,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"@全体成员次数已达上限"}"#,
                Verdict::Mention,
            ),
            (r#"{"status":"failed","retcode":1400}"#, Verdict::Unclear),
            (
                r#"{"status":"failed","retcode":1200,"message":"Timeout: @ member not found"}"#,
                Verdict::Doubtful,
            ),
            (
                r#"{"status":"failed","retcode":110,"message":"不在群"}"#,
                Verdict::Refused,
            ),
            (
                r#"{"status":"failed","retcode":120,"message":"群成员禁言"}"#,
                Verdict::Refused,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"你已被移出该群"}"#,
                Verdict::Refused,
            ),
        ] {
            assert_eq!(verdict(json, &[at.clone(), words.clone()]), expected, "{json}");
            assert_ne!(
                verdict(json, std::slice::from_ref(&words)),
                Verdict::Mention,
                "{json}"
            );
        }
        for (json, alone, with_all) in [
            (
                r#"{"status":"failed","retcode":1404,"message":"不支持的Api send_group_msg"}"#,
                Verdict::Refused,
                Verdict::Unclear,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"EventChecker Failed: NTEvent EventRet:\n{\n    \"result\": 120,\n    \"errMsg\": \"\"\n}\n"}"#,
                Verdict::Refused,
                Verdict::Refused,
            ),
            (
                r#"{"status":"failed","retcode":1200,"wording":"EventChecker Failed: {\n    \"result\": 110,\n    \"errMsg\": \"发送失败，你已被移出该群，请重新加群。\"\n}"}"#,
                Verdict::Refused,
                Verdict::Refused,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"EventChecker Failed: {\"result\":1006514,\"errMsg\":\"网络连接异常\"}"}"#,
                Verdict::Network,
                Verdict::Network,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"网络异常，请稍后再试"}"#,
                Verdict::Network,
                Verdict::Network,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"Timeout: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg"}"#,
                Verdict::Doubtful,
                Verdict::Doubtful,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"Timeout: NTEvent EventRet:\n{\"result\": -1, \"errMsg\": \"rich media transfer failed\"}"}"#,
                Verdict::Doubtful,
                Verdict::Picture,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"文件处理失败: 下载文件失败: Not Found"}"#,
                Verdict::Unclear,
                Verdict::Picture,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"消息不存在"}"#,
                Verdict::Unclear,
                Verdict::Quote,
            ),
            (
                r#"{"status":"failed","retcode":100,"message":"msg not found"}"#,
                Verdict::Unclear,
                Verdict::Quote,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"getaddrinfo ENOTFOUND pictures.example"}"#,
                Verdict::Network,
                Verdict::Picture,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"connect ECONNREFUSED 1.2.3.4:443"}"#,
                Verdict::Network,
                Verdict::Picture,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"read ECONNRESET"}"#,
                Verdict::Network,
                Verdict::Network,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"图片违规"}"#,
                Verdict::Refused,
                Verdict::Picture,
            ),
            (
                r#"{"status":"failed","retcode":100,"msg":"SEND_MSG_API_ERROR","wording":"群消息发送失败: 账号可能被风控"}"#,
                Verdict::Doubtful,
                Verdict::Doubtful,
            ),
            (
                r#"{"status":"failed","retcode":200,"wording":"发送过于频繁，请稍后再试"}"#,
                Verdict::Later(Some(BUSY_PAUSE)),
                Verdict::Later(Some(BUSY_PAUSE)),
            ),
            (
                r#"{"status":"failed","retcode":120}"#,
                Verdict::Refused,
                Verdict::Refused,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"获取好友列表失败"}"#,
                Verdict::Unclear,
                Verdict::Unclear,
            ),
            (
                r#"{"status":"failed","retcode":1200,"message":"..."}"#,
                Verdict::Unclear,
                Verdict::Unclear,
            ),
            (r#"{"status":"failed"}"#, Verdict::Unclear, Verdict::Unclear),
        ] {
            assert_eq!(verdict(json, std::slice::from_ref(&words)), alone, "{json}");
            assert_eq!(verdict(json, &all), with_all, "{json}");
        }
    }
}
