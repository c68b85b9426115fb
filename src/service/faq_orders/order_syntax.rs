//! Orders about the FAQ, as staff type them.

use crate::desk::{FaqVerb, typed_behind};
use groupdesk_contract::CommandKind;

/// Order about a draft.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FaqOrder<'a> {
    Help,
    /// Do something with a ticket.
    Ticket(u64, FaqOrderWish<'a>),
    /// Put this message out of scope.
    Exclude(&'a str),
    /// List the questions that nobody answered.
    Misses,
    /// Do something with a group of those.
    Group(i64, GroupWish<'a>),
    /// Refuse a number, given in its digits, that no ticket can have.
    NoSuch(&'a str),
}

/// Action on a group of questions that nobody answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum GroupWish<'a> {
    /// Show all of it.
    Show,
    /// Write it into the FAQ: into this entry, or into a new one with this answer, where given.
    Accept {
        /// Id of the entry, or a word for a new one.
        entry: Option<&'a str>,
        /// Answer of a new entry.
        answer: Option<&'a str>,
    },
    /// Put its questions out of scope.
    Exclude,
    /// Never show it again, nor what is near it.
    Ignore,
    /// List it again.
    Reopen,
}

/// Action on a ticket.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FaqOrderWish<'a> {
    Draft,
    /// Write the entry; with the admin's own question and answer, where given.
    Accept(Option<(&'a str, &'a str)>),
    /// Put its first message out of scope.
    Exclude,
}

impl FaqOrder<'_> {
    /// `true` if the order changes the FAQ.
    pub(super) fn changes(&self) -> bool {
        !matches!(
            self,
            Self::Help
                | Self::Misses
                | Self::NoSuch(_)
                | Self::Ticket(_, FaqOrderWish::Draft)
                | Self::Group(_, GroupWish::Show)
        )
    }
}

/// Reads an order; `None` for any other message.
pub(super) fn read(text: &str) -> Option<FaqOrder<'_>> {
    let rest = typed_behind(CommandKind::Faq, text)?;
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let (head, body) = rest.trim().split_once('\n').unwrap_or((rest.trim(), ""));
    let mut words = head.split_whitespace();
    let (verb, number) = (words.next().and_then(FaqVerb::of_word), words.next());
    let third = words.next();
    if let Some(group) = number.and_then(group_number)
        && let Some(order) = of_group(group, verb, third, body.trim())
    {
        return Some(order);
    }
    let digits = number.map(|number| number.trim_start_matches('#'));
    let number = digits.and_then(|digits| digits.parse().ok());
    if let Some(digits) = digits.filter(|digits| number.is_none() && is_number(digits)) {
        return Some(FaqOrder::NoSuch(digits));
    }
    let given = body
        .trim()
        .split_once('\n')
        .map(|(question, answer)| {
            (
                unlabelled(question, &["问题", "问", "question", "q"]),
                unlabelled(answer, &["回答", "答案", "答复", "答", "answer", "a"]),
            )
        })
        .filter(|(question, answer)| !question.is_empty() && !answer.is_empty());
    Some(match (verb, number) {
        (Some(FaqVerb::Misses), None) if digits.is_none() => FaqOrder::Misses,
        (Some(FaqVerb::Draft), Some(number)) => FaqOrder::Ticket(number, FaqOrderWish::Draft),
        (Some(FaqVerb::Accept), Some(number)) if body.trim().is_empty() || given.is_some() => {
            FaqOrder::Ticket(number, FaqOrderWish::Accept(given))
        }
        (Some(FaqVerb::Exclude), Some(number)) if body.trim().is_empty() => {
            FaqOrder::Ticket(number, FaqOrderWish::Exclude)
        }
        (Some(FaqVerb::Exclude), None) if one_line(body) => FaqOrder::Exclude(body.trim()),
        _ => FaqOrder::Help,
    })
}

/// Reads the number of a group, as lists write it: m12.
fn group_number(word: &str) -> Option<i64> {
    let digits = word.trim_start_matches('#').strip_prefix(['m', 'M', 'ｍ'])?;
    is_number(digits).then(|| digits.parse().ok()).flatten()
}

fn of_group<'a>(
    group: i64,
    verb: Option<FaqVerb>,
    third: Option<&'a str>,
    body: &'a str,
) -> Option<FaqOrder<'a>> {
    let bare = third.is_none() && body.is_empty();
    let wish = match verb? {
        FaqVerb::Misses | FaqVerb::Draft if bare => GroupWish::Show,
        FaqVerb::Exclude if bare => GroupWish::Exclude,
        FaqVerb::Ignore if bare => GroupWish::Ignore,
        FaqVerb::Reopen if bare => GroupWish::Reopen,
        FaqVerb::Accept => GroupWish::Accept {
            entry: third,
            answer: Some(unlabelled(body, &["回答", "答案", "答复", "答", "answer", "a"]))
                .filter(|text| !text.is_empty()),
        },
        FaqVerb::Misses | FaqVerb::Draft | FaqVerb::Exclude | FaqVerb::Ignore | FaqVerb::Reopen => {
            return None;
        }
    };
    Some(FaqOrder::Group(group, wish))
}

fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns a text without its label: "问：", "A:".
fn unlabelled<'t>(text: &'t str, labels: &[&str]) -> &'t str {
    let text = text.trim();
    let end = text.find([':', '：']).unwrap_or(0);
    let label = text.get(..end).unwrap_or_default();
    let label = label.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if labels.contains(&label.as_str()) {
        text.get(end..)
            .unwrap_or_default()
            .trim_start_matches([':', '：'])
            .trim_start()
    } else {
        text
    }
}

fn one_line(body: &str) -> bool {
    body.trim().lines().count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_that_the_desk_leaves_to_staff_is_an_order() {
        for verb in FaqVerb::ALL.iter().flat_map(|verb| verb.words()) {
            let given = ["", " 12", " m12", "\n几点了"].map(|rest| format!("/faq {verb}{rest}"));
            assert!(
                given
                    .iter()
                    .any(|order| !matches!(read(order), None | Some(FaqOrder::Help))),
                "{verb}"
            );
        }
    }

    #[test]
    fn orders_are_told_from_other_messages() {
        assert_eq!(
            read("/faq draft 12"),
            Some(FaqOrder::Ticket(12, FaqOrderWish::Draft))
        );
        assert_eq!(
            read("/faq 采纳 #3"),
            Some(FaqOrder::Ticket(3, FaqOrderWish::Accept(None)))
        );
        assert_eq!(
            read("/faq accept 3\n怎么退款\n找客服\n要订单号"),
            Some(FaqOrder::Ticket(
                3,
                FaqOrderWish::Accept(Some(("怎么退款", "找客服\n要订单号")))
            ))
        );
        for labelled in [
            "问：怎么付款\n答：微信\n或支付宝",
            "问题: 怎么付款\n回答: 微信\n或支付宝",
            "Q:怎么付款\nA：微信\n或支付宝",
            "【问】：怎么付款\n\n答 ：微信\n或支付宝",
        ] {
            let order = format!("/faq accept 16\n{labelled}");
            let given = Some(("怎么付款", "微信\n或支付宝"));
            assert_eq!(
                read(&order),
                Some(FaqOrder::Ticket(16, FaqOrderWish::Accept(given))),
                "{labelled}"
            );
        }
        let other = "/faq accept 3\n提示：端口被占用\n答疑：换一个";
        let given = Some(("提示：端口被占用", "答疑：换一个"));
        assert_eq!(
            read(other),
            Some(FaqOrder::Ticket(3, FaqOrderWish::Accept(given)))
        );
        assert_eq!(read("/faq accept 3\n问：\n答：微信"), Some(FaqOrder::Help));
        assert_eq!(read("/faq accept 3\n只有问题"), Some(FaqOrder::Help));
        assert_eq!(
            read("/faq exclude #3"),
            Some(FaqOrder::Ticket(3, FaqOrderWish::Exclude))
        );
        assert_eq!(
            read("/faq 排除\n谁有工单的表情包"),
            Some(FaqOrder::Exclude("谁有工单的表情包"))
        );
        assert_eq!(read("/faq exclude"), Some(FaqOrder::Help));
        assert_eq!(read("/faq exclude 3\n别的"), Some(FaqOrder::Help));
        let huge = "99999999999999999999999";
        assert_eq!(
            read(&format!("/faq accept #{huge}")),
            Some(FaqOrder::NoSuch(huge))
        );
        assert_eq!(read("/faq misses"), Some(FaqOrder::Misses));
        assert_eq!(read("/faq 未答"), Some(FaqOrder::Misses));
        let accept = |entry, answer| Some(FaqOrder::Group(12, GroupWish::Accept { entry, answer }));
        assert_eq!(read("/faq accept m12"), accept(None, None));
        assert_eq!(read("/faq 采纳 M12 refund"), accept(Some("refund"), None));
        assert_eq!(
            read("/faq accept m12\n答：在设置里\n点导出"),
            accept(None, Some("在设置里\n点导出"))
        );
        assert_eq!(
            read("/faq 忽略 m12"),
            Some(FaqOrder::Group(12, GroupWish::Ignore))
        );
        assert_eq!(
            read("/faq 恢复 m12"),
            Some(FaqOrder::Group(12, GroupWish::Reopen))
        );
        assert_eq!(read("/faq misses m3"), Some(FaqOrder::Group(3, GroupWish::Show)));
        assert_eq!(read("/faq ignore m12 x"), Some(FaqOrder::Help));
        assert_eq!(read("/faq accept mx"), Some(FaqOrder::Help));
        assert_eq!(read("/faq"), Some(FaqOrder::Help));
        assert_eq!(read("/faqs"), None);
        assert_eq!(read("faq draft 12"), None);
    }
}
