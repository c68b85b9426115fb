//! Small readings of a message that need no FAQ: its language, a picked choice, courtesies, commands.

mod called_by_name;
mod calls_any_human;
mod complaint;
mod contact_channel;
mod courtesy;
mod follow_up;
mod general_question;
mod help_for_other;
mod impatience;
mod me_too;
mod negated_subject;
mod never_mind;
mod not_found;
mod not_working;
mod offer_pick;
mod only_listed_words;
mod patterns;
mod pinyin_text;
mod reaction_to_help;
mod repetition_digest;
mod simplified;
mod small_talk;
mod staff_courtesies;
mod still_failing;
mod unhelpful_answer;
mod wants_human;
mod word_list;

pub(super) use called_by_name::{asks_member, calls_somebody, fails_beside_name};
pub(super) use calls_any_human::{asks_for_any_human, asks_for_staff, asks_where_human_is};
pub(super) use complaint::{Complaint, asks_about as names_complaint, complaint};
pub(super) use contact_channel::{ContactKind, channels_in, failing_channels, unwanted_channels};
pub(super) use courtesy::{Courtesy, courtesy};
pub(super) use follow_up::{asks_of_it, asks_what_if, follow_up, points_back};
pub(super) use general_question::{asks_by_form, is_common_question, needs_context};
pub(super) use help_for_other::asks_help_for_other;
pub(super) use impatience::presses_for_answer;
pub(super) use me_too::{beside_the_same, joins_in, same_as};
pub(super) use negated_subject::beside_negated;
pub(super) use never_mind::{
    asks_to_leave_ticket, managed, needs_nobody, objects_to_closing, says_solved, settled, takes_back,
};
pub(super) use not_found::cannot_find;
pub(super) use not_working::{
    cannot_reach, denies, fails, fails_barely, is_fault, names_channel, names_trouble, tells_of_failure,
    tells_of_fault,
};
pub(super) use offer_pick::{Pick, is_bare_pick, pick};
pub(super) use only_listed_words::made_of;
pub(super) use patterns::{one, set};
use pinyin_text::is_pinyin;
pub(super) use reaction_to_help::{
    Response, asks, asks_about_topic, asks_whether_it_works, beside_thanks, finished, persists_alone,
    response,
};
pub(super) use repetition_digest::{digest, digest_of};
pub(super) use small_talk::{SmallTalk, asks_to_wait, is_idle, laughs, passes_on, small_talk, talks_idly};
pub use staff_courtesies::says_wait;
pub(super) use still_failing::still_fails;
pub(super) use unhelpful_answer::{
    Behind, Doubt, behind_objection, correction, doubt, doubt_to_bot, is_one_word, is_unsure,
    misses_something, only_narrows, owns_slip,
};
pub(super) use wants_human::{
    beside_declining, calls_peer, clauses, comma, declines_human, does_it_alone, offers_help, requests_human,
    requests_human_of_bot, tells_of_human,
};
pub(super) use word_list::WordList;

use super::command_text::FaqVerb;
use crate::faq::Faq;
use crate::language::Language;
use groupdesk_contract::CommandKind;
pub(super) use simplified::simplified;

/// Characters of a text that are read. Nobody asks in more, and what tries a text from each of its signs takes four times as long for
/// twice the text.
const READ_CHARS: usize = 2_000;

/// Returns the part of a text that is read.
pub(super) fn readable(text: &str) -> &str {
    let end = text
        .char_indices()
        .nth(READ_CHARS)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// Returns the language to reply in: that of the message where it shows one, else `default`. A web address, a path or a
/// number shows none; Chinese characters alone do not tell Japanese and the scripts of Chinese apart.
pub fn language_of(text: &str, default: Language) -> Language {
    if Language::is_japanese(readable(text)) {
        return Language::JAPANESE;
    }
    let mut latin = 0usize;
    for word in text.split_whitespace().take(200) {
        let mut letters = 0usize;
        for c in word.chars().take(500) {
            match c {
                '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
                    return Language::of_han(default);
                }
                'a'..='z' | 'A'..='Z' => letters += 1,
                _ => {}
            }
        }
        if !is_address(word) {
            latin += letters;
        }
    }
    // "5x8?" has no language of its own; three letters in a row of words do. Where Spanish is spoken, they are Spanish.
    let is_chinese =
        || matches!(default, Language::CHINESE | Language::TRADITIONAL_CHINESE) && is_pinyin(text);
    if latin >= 3 && !default.is_latin() && !is_chinese() {
        Language::ENGLISH
    } else {
        default
    }
}

/// Returns the language to reply in, of those that a FAQ speaks.
pub fn language_for(text: &str, faq: &Faq) -> Language {
    let told = Language::of_script(text).filter(|language| faq.speaks(*language));
    told.unwrap_or_else(|| language_of(text, faq.language()))
}

/// `true` if a word is a web, mail or file address, or a number.
fn is_address(word: &str) -> bool {
    // A sentence may end with it, or put it in brackets.
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '~' | '\\'));
    let inside = |c: char| {
        word.get(1..word.len().saturating_sub(1))
            .is_some_and(|inner| inner.contains(c))
    };
    word.contains("://")
        || word.starts_with(['/', '~', '\\'])
        || inside('@')
        || inside('\\')
        || word.chars().next().is_some_and(|c| c.is_ascii_digit())
        || word
            .split_once('.')
            .is_some_and(|(host, after)| !host.is_empty() && after.len() >= 2 && after.is_ascii())
}

/// Short forms of "What can you do?".
const HELP: &[&str] = &[
    "帮助",
    "help",
    "菜单",
    "menu",
    "功能",
    "功能列表",
    "使用帮助",
    "使用说明",
    "怎么用",
    "怎么问",
    "如何使用",
    "helpme",
    "ヘルプ",
    "使い方",
    "メニュー",
];

const HELPED: &[&str] = &[
    "有帮助",
    "有用",
    "很有帮助",
    "helpful",
    "helped",
    "thathelped",
    "役に立ちました",
    "役に立った",
];

const UNHELPFUL: &[&str] = &[
    "解决しません",
    "役に立ちません",
    "没用",
    "没有用",
    "不是这个",
    "不是这个问题",
    "答非所问",
    "没解决",
    "没有解决",
    "没帮助",
    "牛头不对马嘴",
    "不是我要的",
    "nothelpful",
    "didnthelp",
    "thatdidnthelp",
    "notwhatiasked",
    "notwhatimeant",
    "wronganswer",
    "完全没用",
    "根本没用",
    "一点用没有",
    "一点用都没有",
    "没什么用",
    "没啥用",
    "毫无帮助",
    "没什么帮助",
    "没有帮助",
    "没有什么帮助",
    "没有任何帮助",
    "没啥帮助",
    "没有帮上忙",
    "没帮到",
    "没有帮到我",
    "没帮上忙",
    "没帮到我",
    "nothelpfulatall",
    "nohelp",
    "nohelpatall",
    "notuseful",
    "didnothelp",
    "thatdidnothelp",
    "itdidnthelp",
    "doesnthelp",
    "thatdoesnthelp",
];

/// Phrases that doubt an answer only where they are said to the bot: in a group they may be about anything.
const UNHELPFUL_TO_BOT: &[&str] = &[
    "不对",
    "不行",
    "还是不行",
    "no",
    "wrong",
    "notthis",
    "stillnotworking",
];

const WITHDRAWS: &[&str] = &[
    "退出工单",
    "离开工单",
    "取消工单",
    "撤销工单",
    "撤回工单",
    "关闭工单",
    "取消我的工单",
    "关闭我的工单",
    "不用通知我",
    "不用通知我了",
    "不用再通知我了",
    "别通知我",
    "别通知我了",
    "别再通知我了",
    "leaveticket",
    "leavetheticket",
    "cancelticket",
    "cancelmyticket",
    "cancelthisticket",
    "closemyticket",
    "closetheticket",
    "stopnotifyingme",
    "不用转了",
    "别转了",
    "不转了",
    "算了",
    "算了不转了",
    "算了我自己来",
    "取消",
    "撤销",
    "cancelthat",
    "canceltheticket",
    "cancel",
];

const MY_TICKET: &[&str] = &[
    "我的工单",
    "工单进度",
    "我的工单进度",
    "工单状态",
    "我的工单到哪了",
    "我的工单怎么样了",
    "工单取消了吗",
    "工单取消了没",
    "工单关了吗",
    "工单关了没",
    "工单还在吗",
    "我的工单还在吗",
    "我的工单关了吗",
    "我的工单取消了吗",
    "ismyticketclosed",
    "ismyticketstillopen",
    "查工单",
    "查我的工单",
    "myticket",
    "mytickets",
    "ticketstatus",
    "statusofmyticket",
    "whereismyticket",
];

/// Questions about the waiting itself, of somebody who waits for staff; without a ticket, an entry may answer them.
const HOW_LONG: &[&str] = &[
    "什么时候能回我",
    "什么时候能回复我",
    "什么时候回我",
    "什么时候回复我",
    "什么时候回复",
    "什么时候有人回",
    "什么时候有人回我",
    "什么时候有人理我",
    "什么时候能处理",
    "什么时候处理",
    "还要等多久",
    "还要多久",
    "要等多久",
    "那要等多久",
    "得等多久",
    "多久能回我",
    "多久能回复",
    "多久有人回",
    "多久能处理",
    "有人管吗",
    "还有人管吗",
    "到底有没有人管",
    "有没有人管",
    "有人处理吗",
    "有人在处理吗",
    "处理得怎么样了",
    "处理的怎么样了",
    "怎么样了",
    "怎么还没人回",
    "怎么还没人",
    "怎么没人回",
    "怎么没人理我",
    "没人回吗",
    "进度怎么样",
    "进展如何",
    "anybodythere",
    "isanybodythere",
    "anyupdate",
    "anyupdates",
    "anynews",
    "howlong",
    "howmuchlonger",
    "howlongwillittake",
    "whenwillsomebodyanswer",
    "whenwillyouanswer",
    "whenwillsomeoneanswer",
];

/// `true` if a message is one of these and nothing else.
fn is_just(text: &str, list: &[&str]) -> bool {
    if text.len() > 90 {
        return false;
    }
    let bare: String = simplified(text)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let bare = bare
        .trim_start_matches("谢谢")
        .trim_end_matches("谢谢")
        .trim_end_matches("thanks")
        .trim_end_matches(['啊', '呀', '哈', '哦', '噢', '啦', '呢', '吧', '的']);
    list.contains(&bare)
}

/// `true` if the bot is asked what it can do.
pub(super) fn asks_help(text: &str) -> bool {
    is_just(text, HELP)
}

/// `true` for "that helped" about an answer.
pub(super) fn helped(text: &str) -> bool {
    is_just(text, HELPED)
}

/// `true` for "that is not it" about an answer; `to_bot`: the message is said to the bot.
pub(super) fn unhelpful(text: &str, to_bot: bool) -> bool {
    let in_degree = || made_of(text, [&UNHELPFUL_CORE, &DEGREES]).is_some_and(|[unhelpful, _]| unhelpful);
    is_just(text, UNHELPFUL) || in_degree() || (to_bot && is_just(text, UNHELPFUL_TO_BOT))
}

/// Words of "that did not help", beside which stand words of degree: 完全没用, "that was not helpful at all".
static UNHELPFUL_CORE: WordList = WordList::new(
    "\
    没用 没有用 没什么用 没啥用 没有什么用 用都没有 用没有 无用 没帮助 没有帮助 没什么帮助 没啥帮助 没有什么帮助 没有任何帮助 帮助都没有 帮助没有 毫无帮助 \
    没帮上忙 没有帮上忙 没帮到 没有帮到 没帮到我 没有帮到我 没解决 没有解决 没能解决 未解决 \
    没卵用 没屁用 没意义 没有意义 等于没说 等于没答 白说 白问 废话 全是废话 都是废话 一句没用 帮不上忙 帮不了 帮不到 没帮上 不顶用 \
    nothelpful nohelp didnthelp doesnthelp didnothelp doesnothelp hasnthelped notuseful nouse unhelpful useless uselessanswer worthless pointless \
    nogood isnthelpful wasnthelpful isntuseful wasntuseful wasteoftime noneofthishelps thishelpsnobody helpsnobody garbage rubbish \
    役に立ちません 役に立たない 役にたたない 役立たず 役に立っていません 使えない 使えません 意味がない 意味ない 助けにならない 助かりません \
    解决しない 解决していない 解决してない 解决していません 解决になっていない 解决になってない",
);

static DEGREES: WordList = WordList::new(
    "\
    完全 根本 压根 一点 一点儿 点 半点 丝毫 毫 真的 真 实在 简直 太 也 还是 还 都 并 好像 感觉 觉得 依然 仍然 仍 确实 其实 \
    这个 这 你这个 你这 那个 那 你的 你 我 我的 对我 回答 答案 答复 回复 上面 上面的 问题 说法 方法 了 啊 呀 呢 吧 嘛 啦 哦 的 \
    this that thats it its was is of at all atall to me any much really totally completely absolutely still the answer your sorry but what a an so \
    just pretty quite utterly kind well ok bot reply response you \
    それ これ この その あの 回答 答え は が も で です でした ね よ な の 全然 全く まったく ぜんぜん ちょっと すみません 私に 私には には に",
);

/// Returns the text behind "that is not it": "没用，已经试过了", "没用，我问的是发票".
pub(super) fn behind_unhelpful(text: &str) -> Option<Behind<'_>> {
    behind_objection(text, |objection| unhelpful(objection, false))
}

/// `true` for "I need no answer any more" about a ticket.
pub(super) fn withdraws(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let ends_ticket = || clauses(&bare).any(|clause| is_just(clause, WITHDRAWS)) && says_solved(text);
    is_just(&bare, WITHDRAWS) || takes_back(text) || ends_ticket()
}

/// `true` for the same with the word "ticket" in it: a member who has none is told so.
pub(super) fn withdraws_ticket(text: &str) -> bool {
    let lower = text.to_lowercase();
    withdraws(text)
        && ["工单", "工單", "通知", "ticket", "notify"]
            .iter()
            .any(|word| lower.contains(word))
}

/// `true` for "How is my ticket?"
pub(super) fn my_ticket(text: &str) -> bool {
    is_just(text, MY_TICKET)
}

/// `true` for "How long will it take?", of somebody who waits.
pub(super) fn asks_how_long(text: &str) -> bool {
    let bare = text.trim_end_matches(|c: char| !c.is_alphanumeric()).trim();
    is_just(text, HOW_LONG) || ["人呢", "客服呢", "人工呢"].contains(&bare)
}

/// A command that calls the bot without a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MemberCommand<'a> {
    /// `/ask how do I ...`: a question to the bot.
    Ask(&'a str),
    /// `/human why`: a human, please.
    Human(&'a str),
    /// `/ticket`: the state of the member's ticket.
    Ticket,
    /// `/help`: the abilities of the bot.
    Help,
}

/// Reads a command at the beginning of a message.
pub(super) fn command(text: &str) -> Option<MemberCommand<'_>> {
    let text = text.trim_start();
    let rest = text.strip_prefix('/').or_else(|| text.strip_prefix('／'))?;
    let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let argument = argument.trim();
    match CommandKind::of_member(word)? {
        // What staff order with it is no question, and who reads it reads all of it.
        CommandKind::Faq if FaqVerb::begins(argument) => None,
        CommandKind::Ask | CommandKind::Faq => Some(MemberCommand::Ask(argument)),
        CommandKind::Human => Some(MemberCommand::Human(argument)),
        CommandKind::MyTicket => Some(MemberCommand::Ticket),
        CommandKind::Help => Some(MemberCommand::Help),
        CommandKind::Tickets | CommandKind::Label | CommandKind::Why => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_of_staff_is_no_question_of_a_member() {
        for verb in FaqVerb::ALL.iter().flat_map(|verb| verb.words()) {
            for order in [format!("/faq {verb}"), format!("/faq {verb} m12")] {
                assert_eq!(command(&order), None, "{order}");
            }
        }
        assert_eq!(command("/faq 怎么退款"), Some(MemberCommand::Ask("怎么退款")));
    }

    #[test]
    fn that_an_answer_was_no_help_is_understood_without_being_called() {
        for text in [
            "没用",
            "没有帮助",
            "没有任何帮助！",
            "没帮到我。",
            "That didn't help",
        ] {
            assert!(unhelpful(text, false), "{text}");
        }
        assert!(!unhelpful("有没有帮助文档", true));
    }

    #[test]
    fn the_reply_follows_the_language_of_the_question() {
        assert_eq!(
            language_of("where do I ask?", Language::CHINESE),
            Language::ENGLISH
        );
        assert_eq!(language_of("docker 怎么装", Language::ENGLISH), Language::CHINESE);
        assert_eq!(
            language_of("zenme tianjia dianyuan", Language::CHINESE),
            Language::CHINESE
        );
        assert_eq!(language_of("5x8?", Language::CHINESE), Language::CHINESE);
        // A link, an emoji, a number or a path is in no language.
        for text in [
            "https://example.com/docs/getting-started?lang=en",
            "(https://example.com/a)",
            "www.example.com",
            "docs.example.com/install",
            "help@example.com",
            "/var/log/messages",
            "/help",
            "C:\\Users\\wang\\setup.exe",
            "error.log",
            "👍👍",
            "10086",
            "0x80070005",
            "8.0.36-ubuntu",
        ] {
            for default in [Language::CHINESE, Language::ENGLISH] {
                assert_eq!(language_of(text, default), default, "{text}");
            }
        }
        for text in [
            "see https://example.com",
            "Does it work on Windows? yes/no",
            "Hello. It is broken",
        ] {
            assert_eq!(language_of(text, Language::CHINESE), Language::ENGLISH, "{text}");
        }
        assert_eq!(
            language_of("返金はできますか", Language::CHINESE),
            Language::JAPANESE
        );
        for (default, expected) in [
            (Language::JAPANESE, Language::JAPANESE),
            (Language::TRADITIONAL_CHINESE, Language::TRADITIONAL_CHINESE),
            (Language::ENGLISH, Language::CHINESE),
        ] {
            assert_eq!(language_of("営業時間", default), expected);
        }
        assert_eq!(language_of("我の快递", Language::CHINESE), Language::CHINESE);
        assert_eq!(
            language_of("看https://example.com/docs", Language::ENGLISH),
            Language::CHINESE
        );
    }

    #[test]
    fn commands_call_the_bot_and_paths_do_not() {
        assert_eq!(command("/ask 几点上班"), Some(MemberCommand::Ask("几点上班")));
        assert_eq!(command("/人工"), Some(MemberCommand::Human("")));
        assert_eq!(command("/faq 几点上班"), Some(MemberCommand::Ask("几点上班")));
        assert_eq!(command("/faq draft 1"), None);
        assert_eq!(command("/data/log 满了"), None);
        assert_eq!(command("ask me"), None);
    }
}
