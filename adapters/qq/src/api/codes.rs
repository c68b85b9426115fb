//! QQ's error codes: a sentence for each, and the decision whether a retry is worth while.
//!
//! Sources: <https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/openapi.html>; the codes above 40,000,000, which
//! stand nowhere, as bots' issue trackers show them with QQ's own words.

use reqwest::StatusCode;
use std::time::Duration;

/// The meaning of a code for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Another token may do.
    Token,
    /// A person must help.
    Credentials,
    /// The same message was taken before.
    Duplicate,
    /// Taken, and shown after a review.
    Review,
    /// Not taken, and worth trying after this time.
    Wait(Duration),
    /// The message that it answers can be answered no more.
    TooLate,
    /// The picture or file is not what QQ takes.
    Picture,
    /// Without Markdown and buttons it may be taken.
    Plain,
    /// The bot has no Markdown or buttons at all.
    Ungranted,
    /// Without web addresses it may be taken.
    Address,
    /// Never.
    Final,
    /// Not taken, for a reason that is in no list.
    Unknown,
    /// It may have been done.
    Unclear,
}

/// The wait after a fault that passes in seconds.
const WAIT_SHORT: Meaning = Meaning::Wait(Duration::from_secs(5));
/// The wait after a fault that passes in a minute or so.
const WAIT_LONG: Meaning = Meaning::Wait(Duration::from_secs(30));

/// The codes that are known, each with what it means and what an admin can do.
const KNOWN: &[(i64, Meaning, &str)] = &[
    (11241, Meaning::Token, "the access token is missing"),
    (11242, WAIT_SHORT, "QQ could not check the access token"),
    (11243, Meaning::Token, "the access token is wrong"),
    (11244, Meaning::Token, "the access token has run out"),
    (
        11251,
        Meaning::Credentials,
        "QQ does not know the app_id: compare it with q.qq.com",
    ),
    (
        11261,
        Meaning::Credentials,
        "QQ does not know the app_id: compare it with q.qq.com",
    ),
    (
        11275,
        Meaning::Credentials,
        "QQ does not know the app_id: compare it with q.qq.com",
    ),
    (11252, WAIT_SHORT, "QQ could not check the bot's permissions"),
    (
        11253,
        Meaning::Final,
        "the bot has no permission for this call: apply for it at q.qq.com",
    ),
    (
        11254,
        Meaning::Final,
        "QQ closed this call to the bot: see q.qq.com",
    ),
    (11263, WAIT_SHORT, "QQ could not check the guild's permissions"),
    (
        11264,
        Meaning::Final,
        "the guild's administrator gave the bot no permission for this",
    ),
    (11265, Meaning::Credentials, "the bot is banned: see q.qq.com"),
    (
        11281,
        WAIT_SHORT,
        "QQ could not check whether the bot is an administrator",
    ),
    (
        11282,
        Meaning::Final,
        "only an administrator of the guild may do this",
    ),
    (11293, Meaning::Final, "the bot has no permission for this there"),
    (
        11298,
        Meaning::Credentials,
        "this machine's address is not on the bot's list of allowed addresses: add it at q.qq.com",
    ),
    (10001, Meaning::Final, "the account does not exist"),
    (
        10003,
        Meaning::Final,
        "the channel does not exist, or the bot is not in it",
    ),
    (
        10004,
        Meaning::Final,
        "the guild does not exist, or the bot is not in it",
    ),
    (
        20028,
        Meaning::Wait(Duration::from_secs(2)),
        "too many messages in this channel a second",
    ),
    (
        22009,
        Meaning::Wait(Duration::from_secs(20)),
        "too many messages: QQ takes 5 answers to a message, and few of the bot's own accord",
    ),
    (50006, Meaning::Final, "the message is empty"),
    (50035, Meaning::Final, "QQ could not read the message"),
    (50037, Meaning::Plain, "a Markdown message may hold nothing else"),
    (50041, Meaning::Plain, "the Markdown holds an empty value"),
    (50054, Meaning::Plain, "the Markdown's template does not fit"),
    (50055, Meaning::Plain, "the Markdown is not what QQ takes"),
    (
        50056,
        Meaning::Ungranted,
        "QQ granted the bot no Markdown of its own: leave `markdown` out, or apply for it at q.qq.com",
    ),
    (50057, Meaning::Plain, "the Markdown mixes a template with words"),
    (304_003, Meaning::Address, URL),
    (304_006, WAIT_LONG, "QQ's own settings are wrong"),
    (304_007, WAIT_SHORT, "QQ could not look up the guild"),
    (304_008, WAIT_SHORT, "QQ could not look up the bot"),
    (304_009, WAIT_SHORT, "QQ could not look up the channel"),
    (
        304_010,
        Meaning::Picture,
        "QQ could not fetch the picture from its address",
    ),
    (304_016, Meaning::Unclear, "QQ failed while sending"),
    (304_017, Meaning::Picture, "QQ could not store the picture"),
    (
        304_018,
        WAIT_LONG,
        "QQ wants the bot connected to its gateway before it takes messages",
    ),
    (304_019, Meaning::Final, "@everyone was used too often today"),
    (304_020, Meaning::Picture, "the picture is too large"),
    (
        304_021,
        Meaning::Picture,
        "QQ could not fetch the picture from its address",
    ),
    (
        304_022,
        Meaning::Final,
        "QQ takes no messages of the bot's own accord at this hour",
    ),
    (304_023, Meaning::Review, "the message waits for QQ's review"),
    (304_024, Meaning::Review, "the message waits for QQ's review"),
    (304_025, Meaning::Final, "QQ's content check refused the words"),
    (
        304_026,
        Meaning::TooLate,
        "QQ does not know the message that it answers",
    ),
    (304_027, Meaning::TooLate, WINDOW),
    (
        304_028,
        Meaning::Final,
        "a message that does not mention the bot can't be answered there",
    ),
    (304_029, WAIT_SHORT, "QQ could not check the words"),
    (
        304_030,
        Meaning::Final,
        "the words are none that QQ allowed the bot",
    ),
    (304_031, Meaning::Final, "the member closed the direct chat"),
    (304_032, Meaning::Final, "there is no such direct chat"),
    (304_033, WAIT_SHORT, "QQ could not open the direct chat"),
    (304_034, Meaning::Final, "the bot is not in this direct chat"),
    (
        304_036,
        Meaning::Ungranted,
        "QQ granted the bot no such Markdown: leave `markdown` out, or apply for it at q.qq.com",
    ),
    (
        304_037,
        Meaning::Ungranted,
        "QQ granted the bot no buttons: set `buttons: off`, or apply for them at q.qq.com",
    ),
    (304_038, Meaning::Plain, "QQ does not know the buttons"),
    (304_039, Meaning::Plain, "QQ could not read the buttons"),
    (
        304_040,
        Meaning::Plain,
        "the message with buttons is not what QQ takes",
    ),
    (
        304_045,
        Meaning::Final,
        "the channel's limit of messages of the bot's own accord is reached for today",
    ),
    (
        304_046,
        Meaning::Final,
        "the channel takes no messages of the bot's own accord: its administrator can allow them",
    ),
    (
        304_047,
        Meaning::Final,
        "the bot may speak of its own accord in no more channels today",
    ),
    (
        304_048,
        Meaning::Final,
        "the guild takes no messages of the bot's own accord: its administrator can allow them",
    ),
    (
        304_049,
        Meaning::Final,
        "the limit of messages of the bot's own accord to this member is reached for today",
    ),
    (
        304_050,
        Meaning::Final,
        "the bot's limit of direct messages of its own accord is reached for today",
    ),
    (
        304_082,
        Meaning::Picture,
        "QQ could not fetch the picture from its address",
    ),
    (
        304_083,
        Meaning::Picture,
        "QQ could not read the picture: it takes PNG and JPEG",
    ),
    (304_103, Meaning::TooLate, WINDOW),
    (306_001, Meaning::Final, "QQ knows no message with this id"),
    (306_002, Meaning::Final, "QQ knows no message with this id"),
    (306_003, WAIT_SHORT, "QQ could not look up the message"),
    (306_004, Meaning::Final, "the bot may not take this message back"),
    (306_005, WAIT_SHORT, "QQ could not take the message back"),
    (306_006, WAIT_SHORT, "QQ could not look up the channel"),
    (306_007, Meaning::Final, "the message stands in another group"),
    (306_008, Meaning::Final, "the message is not the bot's own"),
    (306_009, Meaning::Final, "the message stands in another chat"),
    (306_010, WAIT_SHORT, "QQ failed"),
    (
        306_011,
        Meaning::Final,
        "the message is older than the 2 minutes in which it can be taken back",
    ),
    (1_100_100, WAIT_LONG, "QQ slows the bot down"),
    (1_100_101, Meaning::Final, "QQ's content check refused the words"),
    (1_100_102, Meaning::Final, "QQ has not given the bot this feature"),
    (
        1_100_103,
        Meaning::Final,
        "QQ's security check refused the message",
    ),
    (1_100_104, Meaning::Final, "the group does not exist any more"),
    (1_100_300, WAIT_SHORT, "QQ failed"),
    (1_100_301, Meaning::Final, "the bot is not in the group"),
    (1_100_306, Meaning::Final, "the bot is not in the private channel"),
    (1_100_308, WAIT_LONG, "too many messages in this guild"),
    (
        3_300_006,
        Meaning::Final,
        "QQ's security check refused the message",
    ),
    (40_034_005, Meaning::TooLate, WINDOW),
    (40_034_006, Meaning::Final, "QQ's content check refused the words"),
    (40_034_008, Meaning::Plain, "the Markdown is not what QQ takes"),
    (40_034_009, Meaning::Plain, "the Markdown is not what QQ takes"),
    (40_034_010, Meaning::Plain, "the Markdown is not what QQ takes"),
    (40_034_011, Meaning::Plain, "the Markdown is not what QQ takes"),
    (
        40_034_024,
        Meaning::TooLate,
        "QQ does not take the id of the message that it answers: it is too old, or of another chat",
    ),
    (
        40_034_025,
        Meaning::TooLate,
        "QQ does not take the id of the event that it answers",
    ),
    (
        40_034_026,
        Meaning::TooLate,
        "QQ does not take the id of the message that it answers",
    ),
    (
        40_034_027,
        Meaning::TooLate,
        "QQ does not take the id of the event that it answers",
    ),
    (
        40_034_100,
        Meaning::Final,
        "the limit of messages of the bot's own accord is reached",
    ),
    (40_034_101, Meaning::Final, "the bot is not in the group"),
    (40_034_102, Meaning::Final, PROACTIVE),
    (40_034_105, Meaning::Final, PROACTIVE),
    (40_034_124, Meaning::Plain, "the Markdown is not what QQ takes"),
    (
        40_034_127,
        Meaning::Ungranted,
        "QQ granted the bot no Markdown of its own: leave `markdown` out, or apply for it at q.qq.com",
    ),
    (40_034_128, Meaning::TooLate, WINDOW),
    (40_054_002, Meaning::Final, "the bot is muted in the group"),
    (40_054_003, Meaning::Final, "the bot is not in the group"),
    (40_054_004, Meaning::Final, "the member has not added the bot"),
    (40_054_005, Meaning::Duplicate, "QQ has this message already"),
    (40_054_007, Meaning::Final, "the message is too long"),
    (40_054_010, Meaning::Address, URL),
    (
        40_054_013,
        Meaning::Final,
        "the member takes no messages of the bot",
    ),
    (40_054_018, Meaning::Final, "the message is too long"),
];

const URL: &str = "the words hold an address that QQ does not let the bot send: list it at q.qq.com under the bot's message \
     addresses, or take it out of the entry";
const WINDOW: &str = "the message that it answers is too old (groups and guilds 5 minutes, direct chats 60) or was answered 5 times";
const PROACTIVE: &str =
    "QQ takes no messages of the bot's own accord there, only answers to what was said in the last minutes";

/// Returns the meaning of the response with this status and code.
pub(super) fn meaning(status: StatusCode, code: Option<i64>, said: &str) -> Meaning {
    if let Some((_, meaning, _)) = code.and_then(known) {
        return *meaning;
    }
    // Codes come and go; these words have stayed.
    if said.contains("去重") {
        return Meaning::Duplicate;
    }
    match status {
        StatusCode::UNAUTHORIZED => Meaning::Token,
        StatusCode::TOO_MANY_REQUESTS => Meaning::Wait(Duration::from_secs(10)),
        status if status.is_server_error() => Meaning::Unclear,
        StatusCode::ACCEPTED | StatusCode::CREATED => Meaning::Review,
        _ => Meaning::Unknown,
    }
}

/// Describes a refusal in a sentence for an admin, with QQ's own text and code.
pub(super) fn refusal_message(status: StatusCode, code: Option<i64>, said: &str) -> String {
    let number = code.map_or_else(|| format!("HTTP {}", status.as_u16()), |code| code.to_string());
    match code.and_then(known) {
        Some((_, _, words)) => format!("{words} (QQ: {number})"),
        None if said.is_empty() => format!("QQ refused the call ({number})"),
        None => format!("QQ says: {said} ({number})"),
    }
}

fn known(code: i64) -> Option<&'static (i64, Meaning, &'static str)> {
    KNOWN.iter().find(|(known, ..)| *known == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_is_explained_twice() {
        let codes: BTreeSet<i64> = KNOWN.iter().map(|(code, ..)| *code).collect();
        assert_eq!(codes.len(), KNOWN.len());
    }

    #[test]
    fn what_no_table_knows_is_judged_by_its_status_and_its_words() {
        let of = |status: u16, code, said| meaning(StatusCode::from_u16(status).unwrap(), code, said);
        assert_eq!(of(400, Some(40_054_005), ""), Meaning::Duplicate);
        assert_eq!(
            of(400, Some(49_999_999), "消息被去重，请检查请求msgseq"),
            Meaning::Duplicate
        );
        assert_eq!(of(401, None, ""), Meaning::Token);
        assert_eq!(of(429, None, ""), Meaning::Wait(Duration::from_secs(10)));
        assert_eq!(of(504, None, ""), Meaning::Unclear);
        assert_eq!(of(500, Some(1_100_300), ""), WAIT_SHORT);
        assert_eq!(of(400, Some(7), "no"), Meaning::Unknown);
        let words = refusal_message(StatusCode::BAD_REQUEST, Some(40_054_010), "url");
        assert!(
            words.contains("q.qq.com") && words.contains("40054010"),
            "{words}"
        );
    }
}
