//! Turns tickets into FAQ entries. `/faq draft 12` in a staff room shows the entry that staff's replies make; an admin's
//! `/faq accept 12` writes it into the file, which is then reloaded like any edit. `/faq exclude 12` puts a message out
//! of scope that was taken for a question and is none.

use super::directory::Directory;
use crate::desk::{BuiltIn, Knowledge};
use crate::faq::{Draft, append, exclude, without_markup};
use crate::store::{Result, Store};
use crate::ticket::{LineKind, Ticket};
use crate::yaml::{FILE_BYTES_MAX, read_text};
use groupdesk_contract::{Message, Place, Standing};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Bytes with which some editors of Windows begin a file.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Longest question taken from a ticket, in characters.
const QUESTION: usize = 120;

/// Context of the orders about drafts.
#[derive(Debug, Clone)]
pub struct Drafts {
    /// FAQ file; `None` is the FAQ built into the program, which can't be written.
    pub file: Option<PathBuf>,
}

/// Order about a draft.
#[derive(Debug, PartialEq, Eq)]
enum Order<'a> {
    Help,
    /// Do something with a ticket.
    Ticket(u64, Wish<'a>),
    /// Put this message out of scope.
    Exclude(&'a str),
    /// Refuse a number, given in its digits, that no ticket can have.
    NoSuch(&'a str),
}

/// Action on a ticket.
#[derive(Debug, PartialEq, Eq)]
enum Wish<'a> {
    Draft,
    /// Write the entry; with the admin's own question and answer, where given.
    Accept(Option<(&'a str, &'a str)>),
    /// Put its first message out of scope.
    Exclude,
}

impl Drafts {
    /// Carries out an order about drafts and returns its answer; `None` for any other message.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read.
    pub async fn answer(
        &self,
        store: &dyn Store,
        directory: &Directory,
        room: &Place,
        message: &Message,
    ) -> Result<Option<String>> {
        let text = message.text();
        let Some(order) = read(&text) else { return Ok(None) };
        if order.changes()
            && message.sender.standing < Standing::Admin
            && !directory.is_admin(&room.account, &message.sender.id)
        {
            let refusal = "只有管理员（admins）可以改 FAQ / only admins may change the FAQ";
            return Ok(Some(refusal.to_owned()));
        }
        let (number, wish) = match order {
            Order::Help => return Ok(Some(HELP.to_owned())),
            Order::Exclude(message) => return Ok(Some(self.exclude(message.to_owned()).await)),
            Order::NoSuch(digits) => return Ok(Some(no_such_ticket(digits))),
            Order::Ticket(number, wish) => (number, wish),
        };
        // To staff who were not told of a ticket there is none, closed ones included.
        let ticket = store.ticket(number).await?;
        let Some(ticket) = ticket.filter(|ticket| ticket.is_of(room)) else {
            return Ok(Some(no_such_ticket(&number.to_string())));
        };
        Ok(Some(match wish {
            Wish::Exclude => match question(&ticket) {
                Some(question) => self.exclude(question).await,
                None => not_written(&NO_QUESTION),
            },
            Wish::Draft => shown(number, &drafted(store, &ticket).await?),
            Wish::Accept(given) => {
                let mut draft = drafted(store, &ticket).await?;
                if let Some((question, answer)) = given {
                    draft.questions = vec![question.to_owned()];
                    draft.answer = answer.to_owned();
                }
                let draft = draft.plain();
                if draft.answer.is_empty() {
                    return Ok(Some(not_written(
                        &"工单还没有人工回复 / the ticket has no answer of a human",
                    )));
                }
                if draft.questions.is_empty() {
                    return Ok(Some(not_written(&ask_for_question(number))));
                }
                if let Some(question) = draft.questions.iter().find(|text| BuiltIn::of(text).is_some()) {
                    return Ok(Some(not_written(&own_meaning(question))));
                }
                self.write(move |name, text| accepted(name, text, &draft)).await
            }
        }))
    }

    /// Puts a message out of scope, and returns the answer to the order.
    async fn exclude(&self, message: String) -> String {
        if BuiltIn::of(&message) == Some(BuiltIn::Human) {
            return not_written(&format!(
                "「{message}」是转人工，不能排除 / it calls a human and can't be out of scope"
            ));
        }
        let shown = message.clone();
        let written = self.write(move |name, text| exclude(name, text, &message)).await;
        format!("{written}\n「{shown}」")
    }

    /// Changes the file, and returns the answer to the order.
    async fn write(
        &self,
        change: impl FnOnce(&str, &str) -> std::result::Result<String, String> + Send + 'static,
    ) -> String {
        let Some(file) = self.file.clone() else {
            return not_written(
                &"the FAQ is the one built into the program; name a file with `faq:` in groupdesk.yaml",
            );
        };
        match tokio::task::spawn_blocking(move || replace(&file, change)).await {
            Ok(Ok(file)) => format!("已写入 {file}，马上生效 / written, live at once"),
            Ok(Err(error)) => not_written(&error),
            Err(error) => not_written(&error),
        }
    }
}

impl Order<'_> {
    /// `true` if the order changes the FAQ.
    fn changes(&self) -> bool {
        !matches!(self, Self::Help | Self::NoSuch(_) | Self::Ticket(_, Wish::Draft))
    }
}

fn no_such_ticket(number: &str) -> String {
    format!("这里没有工单 #{number} / there is no ticket #{number} here")
}

/// Adds a draft to the file's text, unless the desk by itself would call a human for one of its questions: that depends on what
/// else stands in the file.
fn accepted(name: &str, text: &str, draft: &Draft) -> std::result::Result<String, String> {
    let known = Knowledge::load(name, text, None).ok();
    let calls = known.and_then(|(knowledge, _)| {
        let mut questions = draft.questions.iter();
        questions.find(|text| knowledge.calls_human(text))
    });
    match calls {
        Some(question) => Err(own_meaning(question)),
        None => append(name, text, draft),
    }
}

fn own_meaning(question: &str) -> String {
    format!(
        "「{question}」是机器人自带的含义，不能作为问题；请写成员真正会问的话 / the bot understands it by itself: write what members \
         ask"
    )
}

fn not_written(why: &dyn std::fmt::Display) -> String {
    format!("没有写入 / not written: {why}")
}

const HELP: &str = "/faq draft 12 —— 把工单 #12 的问答做成 FAQ 草稿 / a draft from ticket #12\n\
                    /faq accept 12 —— 写入 faq.yaml（管理员）/ write it into faq.yaml (admins)\n\
                    /faq exclude 12 —— 以后不再当成 FAQ 的问题（管理员；也可另起一行写消息）/ not a question for the FAQ \
                    (admins; or put a message on a line of its own)";

fn read(text: &str) -> Option<Order<'_>> {
    // On the key of the slash a Chinese keyboard has another sign.
    let rest = text.trim().strip_prefix(['/', '／', '、', '\\', '＼'])?;
    let rest = rest.strip_prefix("faq")?;
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let (head, body) = rest.trim().split_once('\n').unwrap_or((rest.trim(), ""));
    let mut words = head.split_whitespace();
    let (verb, number) = (words.next(), words.next());
    let digits = number.map(|number| number.trim_start_matches('#'));
    let number = digits.and_then(|digits| digits.parse().ok());
    if let Some(digits) = digits.filter(|digits| number.is_none() && is_number(digits)) {
        return Some(Order::NoSuch(digits));
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
        (Some("draft" | "草稿"), Some(number)) => Order::Ticket(number, Wish::Draft),
        (Some("accept" | "采纳"), Some(number)) if body.trim().is_empty() || given.is_some() => {
            Order::Ticket(number, Wish::Accept(given))
        }
        (Some("exclude" | "排除"), Some(number)) if body.trim().is_empty() => {
            Order::Ticket(number, Wish::Exclude)
        }
        (Some("exclude" | "排除"), None) if one_line(body) => Order::Exclude(body.trim()),
        _ => Order::Help,
    })
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

/// Makes the draft from a ticket's question and the staff's replies.
async fn drafted(store: &dyn Store, ticket: &Ticket) -> Result<Draft> {
    let lines = store.ticket_lines(ticket.number).await?;
    let said: Vec<&str> = lines
        .iter()
        .filter(|line| line.kind == LineKind::Staff)
        .map(|line| line.text.as_str())
        .collect();
    Ok(Draft {
        id: format!("ticket-{}", ticket.number),
        questions: question(ticket).into_iter().collect(),
        answer: said.join("\n").trim().to_owned(),
    }
    .plain())
}

fn shown(number: u64, draft: &Draft) -> String {
    if draft.answer.is_empty() {
        return format!("工单 #{number} 还没有人工回复 / nobody has answered #{number} yet");
    }
    if draft.questions.is_empty() {
        return format!("{}\n{}", draft.yaml(0).trim_end(), ask_for_question(number));
    }
    format!(
        "{}\n/faq accept {number} —— 写入；要改就另起两行写问题和答案 / writes it; to edit it, put your question and answer \
         on lines of their own",
        draft.yaml(0).trim_end()
    )
}

/// Answer where a ticket holds no question.
const NO_QUESTION: &str =
    "工单里没有成员的问题（只有转人工之类的话） / the ticket holds no question of its member";

/// Asks an admin for the question that the ticket does not hold.
fn ask_for_question(number: u64) -> String {
    format!(
        "{NO_QUESTION}\n请这样写入，第二行是问题，第三行起是答案 / write it so, the question in the second line, the answer from the \
         third on:\n/faq accept {number}\n怎么……\n……"
    )
}

/// Returns the question that a ticket began with: its first part that is none of the built-in meanings of the desk.
fn question(ticket: &Ticket) -> Option<String> {
    // The subject may be what the member asked before the ticket; what they said later answers staff.
    let subject = ticket.subject.as_str();
    let asked_before = Some(subject).filter(|subject| ticket.earlier.contains(subject.trim_end_matches('…')));
    ticket
        .transcript
        .lines()
        .chain(asked_before)
        .map(str::trim)
        .map(|line| without_markup(BuiltIn::argument(line).unwrap_or(line)))
        .find(|line| line.chars().any(char::is_alphanumeric) && BuiltIn::of(line).is_none())
        .map(|line| line.chars().take(QUESTION).collect())
}

/// Writes the file anew beside the old one and moves it into its place, so that a crash leaves one or the other.
fn replace(
    file: &Path,
    change: impl FnOnce(&str, &str) -> std::result::Result<String, String>,
) -> std::result::Result<String, String> {
    let name = file.display().to_string();
    let words = |error: std::io::Error| format!("{name}: {error}");
    // A link is followed: what it leads to is replaced, not the link.
    let target = std::fs::canonicalize(file).map_err(words)?;
    let text = read_text(&target, FILE_BYTES_MAX).map_err(|problem| problem.to_string())?;
    let mut after = change(&name, &text)?;
    // Whoever wrote it before the text finds it there again.
    if std::fs::read(&target)
        .map_err(words)?
        .starts_with(BYTE_ORDER_MARK)
    {
        after.insert(0, '\u{FEFF}');
    }
    let beside = target.with_extension("yaml.new");
    let write = || -> std::io::Result<()> {
        let mut new = std::fs::File::create(&beside)?;
        new.set_permissions(std::fs::metadata(&target)?.permissions())?;
        new.write_all(after.as_bytes())?;
        new.sync_all()?;
        std::fs::rename(&beside, &target)
    };
    write().map_err(words)?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_desk_would_hand_over_is_not_accepted_as_a_question() {
        let text = "entries:\n- { id: hours, questions: [几点开门, 营业时间], answer: 九点 }\n- { id: refund, questions: [怎么退款, 退款多久到账], \
                    answer: 找前台 }\n- { id: pay, questions: [怎么付款, 能刷卡吗], answer: 都行 }\n";
        let accept = |question: &str| {
            let draft = Draft {
                id: "ticket-1".to_owned(),
                questions: vec![question.to_owned()],
                answer: "按规定办理".to_owned(),
            };
            accepted("faq.yaml", text, &draft)
        };
        for call in ["我想和客服说话", "找客服聊聊", "想跟你们的人聊聊"] {
            let refused = accept(call).unwrap_err();
            assert!(refused.contains(call) && refused.contains("自带"), "{refused}");
        }
        for question in ["怎么导出审计日志", "客服几点上班"] {
            assert!(accept(question).unwrap().contains(question), "{question}");
        }
    }

    #[test]
    fn orders_are_told_from_other_messages() {
        assert_eq!(read("/faq draft 12"), Some(Order::Ticket(12, Wish::Draft)));
        assert_eq!(read("/faq 采纳 #3"), Some(Order::Ticket(3, Wish::Accept(None))));
        assert_eq!(
            read("/faq accept 3\n怎么退款\n找客服\n要订单号"),
            Some(Order::Ticket(
                3,
                Wish::Accept(Some(("怎么退款", "找客服\n要订单号")))
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
                Some(Order::Ticket(16, Wish::Accept(given))),
                "{labelled}"
            );
        }
        let other = "/faq accept 3\n提示：端口被占用\n答疑：换一个";
        let given = Some(("提示：端口被占用", "答疑：换一个"));
        assert_eq!(read(other), Some(Order::Ticket(3, Wish::Accept(given))));
        assert_eq!(read("/faq accept 3\n问：\n答：微信"), Some(Order::Help));
        assert_eq!(read("/faq accept 3\n只有问题"), Some(Order::Help));
        assert_eq!(read("/faq exclude #3"), Some(Order::Ticket(3, Wish::Exclude)));
        assert_eq!(
            read("/faq 排除\n谁有工单的表情包"),
            Some(Order::Exclude("谁有工单的表情包"))
        );
        assert_eq!(read("/faq exclude"), Some(Order::Help));
        assert_eq!(read("/faq exclude 3\n别的"), Some(Order::Help));
        let huge = "99999999999999999999999";
        assert_eq!(read(&format!("/faq accept #{huge}")), Some(Order::NoSuch(huge)));
        assert_eq!(read("/faq"), Some(Order::Help));
        assert_eq!(read("/faqs"), None);
        assert_eq!(read("faq draft 12"), None);
    }
}
