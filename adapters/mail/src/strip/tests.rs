//! Tests with the additions of mail programs around an answer, and with answers that look like them.

use super::*;
use proptest::prelude::*;

/// Strips an answer to a mail of ours whose text was "help".
fn left(text: &str) -> String {
    let known = Known::of("help\nme\nand").collect();
    strip(
        text,
        &Context {
            us: "desk@example.com",
            known: &known,
        },
    )
    .text
}

const ANSWER: &str = "重启就好了。\n\n再不行告诉我 5 > 3";

#[test]
fn what_programs_put_below_an_answer_is_left_out() {
    let histories = [
        "On Mon, Nov 23, 2026 at 6:00 PM Desk <desk@example.com> wrote:\n> ## 请在此行以上回复 / Reply above this line ##\n> help",
        "On Mon, Nov 23, 2026 at 6:00 PM Support Desk of Example <\ndesk@example.com> wrote:\n\n> help",
        "在 2026-11-23 18:00:00，\"Desk\" <desk@example.com> 写道：\n> help",
        "Desk <desk@example.com> 于2026年11月23日周一 18:00写道：\n\n> help",
        "Am 23.11.26 um 18:00 schrieb Desk:\n> ## 请在此行以上回复 / Reply above this line ##\n> help",
        "Le lun. 23 nov. 2026 à 18:00, Desk <desk@example.com> a\nécrit :\n> ## Reply above this\n> line 请在此行以上回复 ##",
        "-----Original Message-----\nFrom: Desk\nhelp",
        "------------------ 原始邮件 ------------------\n发件人: \"Desk\"\nhelp",
        "________________________________\nFrom: Desk <desk@example.com>\nSent: Monday\nhelp",
        "From: Desk <desk@example.com>\nSent: Monday, November 23, 2026 18:00\nTo: Alice\nSubject: [#12] x\n\nhelp",
        "发件人：Desk <desk@example.com>\n发送时间：2026年11月23日 18:00\n收件人：Alice\n主题：[#12] x\n\nhelp",
        "*From:* Desk\n*Date:* Monday\n*To:* Alice\nhelp",
        "------------------ Original ------------------\nFrom: \"Desk\"<desk@example.com>;\nhelp",
        "------------------------------------------------------------------\n发件人：Desk <desk@example.com>\n\
         发送时间：2026年11月23日(周一) 18:00\n收件人：Alice\n主　题：[#12] x\n\nhelp",
        "---- 回复的原邮件 ----\n| 发件人 | Desk |\nhelp",
        "> 在 2026年11月23日，18:00，Desk <desk@example.com> 写道：\n> \n> help",
        "获取 Outlook for iOS\n________________________________\n发件人: Desk\n发送时间: 周一\n收件人: Alice\nhelp",
        "## 请在此行以上回复 / REPLY ABOVE THIS LINE ##\nhelp",
        "-- \nAlice, Support\nhelp",
        "--\nAlice",
        "Sent from my iPhone\n\n> help",
        "发自我的华为手机\n\n\n在 2026年11月23日 18:00，Desk 写道：\nhelp",
        "> help",
        "",
    ];
    for history in histories {
        let mail = format!("{ANSWER}\r\n\r\n{}", history.replace('\n', "\r\n"));
        assert_eq!(left(&mail), ANSWER, "{history}");
    }
}

#[test]
fn an_answer_that_looks_like_history_stays() {
    for answer in [
        "在设置里找：\n1. 打开\n2. 关闭",
        "From: is the field above To: in your client",
        "He wrote:\nno idea",
        "a -- b --- c",
        "claim",
        "Answer these four: 2026?\nplease",
        "发自内心地感谢您的耐心等待，我们会在今天下午之前把这个问题处理好，请放心，处理完会第一时间通知您，谢谢您的理解和支持。",
    ] {
        assert_eq!(left(answer), answer);
    }
}

#[test]
fn an_answer_below_what_is_quoted_is_found_where_nothing_stands_above() {
    let mail = "On Mon, Nov 23, 2026 Desk wrote:\n> help\n> me\n\n重启\n> and\n再试\n-- \nAlice";
    assert_eq!(left(mail), "重启\n\n再试".replace("\n\n", "\n"));
}

#[test]
fn an_empty_quoted_line_behind_our_last_one_is_no_part_of_the_answer() {
    let quoted = format!("> {MARKER}\n>\n> help\n> {END}\n>\n\n答复在下面\n> 5 不是引用");
    for heading in ["", "On Mon, Nov 23, 2026 Desk wrote:\n"] {
        let mail = format!("{heading}{quoted}");
        assert_eq!(left(&mail), "答复在下面\n> 5 不是引用");
        let cut = mail.replace(MARKER, "");
        assert_eq!(left(&cut), "答复在下面\n> 5 不是引用", "{cut}");
    }
}

#[test]
fn a_heading_of_notes_in_any_form_is_left_out_and_a_form_that_is_to_be_filled_in_stays() {
    let heading = "desk@intern.example \n2026/11/30 19:00\n\n收件人\nwang@intern.example\n抄送\nboss@intern.example\n主题\n转人工\n\nhelp";
    assert_eq!(left(&format!("重启即可。\n\n\n\n{heading}")), "重启即可。");
    for answer in [
        "请发邮件：\n\n收件人\nsales@example.com\n主题\n退款",
        "To\nSubject\nare the two fields",
        "20261130\n1900\n\n主题",
    ] {
        assert_eq!(left(answer), answer);
    }
}

#[test]
fn flowed_lines_are_joined() {
    let mail = "a long \nline\n> quoted \n> twice\nnext\n-- \nme";
    assert_eq!(
        unflow(mail, false),
        "a long line\n> quoted \n> twice\nnext\n-- \nme"
    );
    assert_eq!(unflow("很长 \n的行\n\n尾", true), "很长的行\n\n尾");
}

proptest! {
    #[test]
    fn nothing_that_is_quoted_of_us_ever_comes_back(
        above in "([a-z>:@ 写道在-]{0,12}\n){0,4}",
        mark in "(> ?){0,2}",
        below in proptest::collection::vec("[A-Z>:@ 在-]{0,12}SECRET", 0..4),
        cut in proptest::bool::ANY,
    ) {
        let ours = format!("{MARKER}\n{}\n{END}", below.join("\n"));
        let known = Known::of(&ours).collect();
        let context = Context { us: "desk@example.com", known: &known };
        let quoted: Vec<String> = ours.lines().skip(usize::from(cut)).map(|line| format!("{mark}{line}")).collect();
        let words = strip(&format!("{above}{}\nbelow", quoted.join("\n")), &context).text;
        prop_assert!(!words.contains("SECRET") && !words.contains("Reply above"), "{words}");
        prop_assert!(words.ends_with("below"), "{words}");
    }

    #[test]
    fn no_text_makes_it_panic_and_nothing_is_made_up(text in "\\PC{0,60}(\n\\PC{0,20}){0,6}") {
        let words = left(&text);
        let flowed = unflow(&text, true);
        let plain = text.replace('\u{a0}', " ");
        prop_assert!(words.len() <= text.len() && flowed.len() <= text.len());
        for line in words.lines() {
            prop_assert!(plain.contains(line));
        }
    }
}
