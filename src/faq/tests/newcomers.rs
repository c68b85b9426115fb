//! Mistakes that a newcomer made with whole files, and the file after typing what the message says.

use super::load;
use super::mistakes::told;

/// One mistake: the parts of a good file that it replaces, with what was written; the line, the parts of the message
/// wanted in English and in Chinese, and what was written after reading it.
type Mistake = (
    &'static str,
    &'static str,
    usize,
    &'static str,
    &'static str,
    &'static str,
);

const GOOD: &str = r#"language: zh
service: office
synonyms: [[工单, ticket]]
human: { questions: [叫客服] }
holidays:
  cn: { off: ["2027-02-03..2027-02-12"] }
hours:
  office:
    weekly: { 周一至周五: "08:30-18:00" }
    holidays: cn
  night: { weekly: { 每天: "20:00-24:00" } }
contact_points:
  phone: { name: 热线, hours: office, purpose: 使用咨询, value: "028-1" }
  mail: { name: 邮箱, value: a@b.example }
entries:
  - id: 试用
    questions: [可以试用吗, 试用期几天, 怎么申请试用]
    answer: 可以免费试用 30 天。
  - id: 退款
    title: 退款
    questions: [怎么退款, 退款多久到账]
    answer: |
      打热线
      找客服
    handoff: offer
    unasked: certain
    audience: { tags: [paid] }
    links: [{ url: "https://a.example/1" }]
    tests: { match: [怎么退款], not: [我退群了] }
"#;

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    // Branches of both kinds on one level.
    ("answer: 可以免费试用 30 天。", "answer: { open: 现在有人, en: hello }", 18, "answer: { zh: { open: 现在有人, closed: ... }, en: hello }", "写成：answer: { zh: {", "answer: { zh: { open: 现在有人, closed: 没人 }, en: hello }"),
    ("answer: 可以免费试用 30 天。", "answer: { zh: 甲, closed: 现在没人 }", 18, "write: answer: { open: 甲, closed: 现在没人 }", "不能写在同一层", "answer: { open: 甲, closed: 现在没人 }"),
    ("answer: 可以免费试用 30 天。", "answer: { zh: 甲, open: 乙, closed: 丙, en: x }", 18, "write: answer: { zh: { open: 乙, closed: 丙 }, en: x }", "不能写在同一层", "answer: { zh: { open: 乙, closed: 丙 }, en: x }"),
    // Names that a template can't write.
    ("answer: 可以免费试用 30 天。", "answer: \"{{ contact.phone.number }}\"", 18, "did you mean `contact.phone.value`?", "是不是要写 contact.phone.value", "answer: \"{{ contact.phone.value }}\""),
    ("answer: 可以免费试用 30 天。", "answer: \"{{ contact。phone。value }}\"", 18, "write {{ contact.phone.value }}", "全角符号", "answer: \"{{ contact.phone.value }}\""),
    ("answer: 可以免费试用 30 天。", "answer: \"{{ contact.phone.value }\"", 18, "is not closed by `}}`: write {{ contact.phone.value }}", "没有用 }} 结束", "answer: \"{{ contact.phone.value }}\""),
    ("      找客服", "      打 {{ contact.phone.value }", 24, "write {{ contact.phone.value }}", "没有用 }} 结束", "      打 {{ contact.phone.value }}"),
    ("answer: 可以免费试用 30 天。", "answer: \"{% 如果 service_open %}在{% else %}不在{% endif %}\"", 18, "write {% if service_open %}", "请写成 {% if service_open %}", "answer: \"{% if service_open %}在{% else %}不在{% endif %}\""),
    ("answer: 可以免费试用 30 天。", "answer: \"{% if service_open %}在{% else %}不在\"", 18, "write {% endif %}", "写上 {% endif %}", "answer: \"{% if service_open %}在{% else %}不在{% endif %}\""),
    // Values between braces.
    ("audience: { tags: [paid] }", "audience: { tags: paid }", 27, "write [paid],", "请写成：[paid]，", "audience: { tags: [paid] }"),
    ("tests: { match: [怎么退款], not: [我退群了] }", "tests: { match: 怎么退款, not: [我退群了] }", 29, "write [怎么退款],", "请写成：[怎么退款]，", "tests: { match: [怎么退款], not: [我退群了] }"),
    ("hours: office, purpose: 使用咨询", "hours: [office], purpose: 使用咨询", 13, "hours: office, purpose: 使用咨询", "不用方括号", "hours: office, purpose: 使用咨询"),
    // Advice that holds.
    ("synonyms: [[工单, ticket]]", "synonyms: [考勤机, 打卡机]", 3, "write: synonyms: [[考勤机, 打卡机]]", "写成：synonyms: [[考勤机, 打卡机]]", "synonyms: [[考勤机, 打卡机]]"),
    ("synonyms: [[工单, ticket]]", "synonyms:\n  - 考勤机=打卡机", 4, "write: [考勤机, 打卡机]", "写成：[考勤机, 打卡机]", "synonyms:\n  - [考勤机, 打卡机]"),
    ("    holidays: cn", "    holidays: [cn, 公司]", 10, "write: holidays: cn", "写成：holidays: cn", "    holidays: cn"),
    ("service: office", "service: [office]", 2, "write: service: office", "写成：service: office", "service: office"),
    ("title: 退款", "title: [退款]", 20, "write: title: 退款", "写成：title: 退款", "title: 退款"),
    ("  phone: {", "  - phone: {", 13, "write: phone: {", "请去掉", "  phone: {"),
    ("  phone: { name: 热线, hours: office, purpose: 使用咨询, value: \"028-1\" }\n  mail:", "  - phone: { name: 热线, hours: office, purpose: 使用咨询, value: \"028-1\" }\n  - mail:", 13, "remove them; write:\n  phone: {", "请去掉", "  phone: { name: 热线, hours: office, purpose: 使用咨询, value: \"028-1\" }\n  mail:"),
    ("  - id: 退款", "  -\tid: 退款", 19, "type one space", "Tab", "  - id: 退款"),
    ("  - id: 退款", "  - \tid: 退款", 19, "write: - id: 退款", "Tab", "  - id: 退款"),
    ("  - id: 退款", "  -\t id: 退款", 19, "write: - id: 退款", "Tab", "  - id: 退款"),
    ("试用期几天, 怎么申请试用]", "试用期几天,\n怎么申请试用]", 18, "begin it with 6 spaces", "行首输入 6 个空格", "试用期几天,\n      怎么申请试用]"),
    ("answer: 可以免费试用 30 天。", "answer: | 可以免费试用 30 天。", 18, "write: answer: 可以免费试用 30 天。", "不用写 |", "answer: 可以免费试用 30 天。"),
    ("    answer: |\n", "    answer: ｜\n", 22, "answer: |", "answer: |", "    answer: |\n"),
    ("value: a@b.example }", "value: \"D:\\data\\a\" }", 14, "write: mail: { name: 邮箱, value: 'D:\\data\\a' }", "请改用单引号", "value: 'D:\\data\\a' }"),
    ("audience: { tags: [paid] }", "audience: { channels: [123456] }", 27, "such as qq/group:123456", "例如 qq/group:123456", "audience: { channels: [\"qq/group:123456\"] }"),
    ("audience: { tags: [paid] }", "audience: { tags: 10001 }", 27, "write [\"10001\"],", "请写成：[\"10001\"]，", "audience: { tags: [\"10001\"] }"),
    ("audience: { tags: [paid] }", "audience: { tags: ［10001，paid］ }", 27, "write [\"10001\", paid],", "请写成：[\"10001\", paid]，", "audience: { tags: [\"10001\", paid] }"),
    ("audience: { tags: [paid] }", "audience: [10001, paid]", 27, "write: audience: { tags: [\"10001\", paid] }", "写成：audience: { tags: [\"10001\", paid] }", "audience: { tags: [\"10001\", paid] }"),
    ("answer: 可以免费试用 30 天。", "answer: { zh: 可以试用, ZH: 可以免费试用 }", 18, "`ZH` gives the text in Chinese once more", "「ZH」", "answer: { zh: 可以试用 }"),
    ("title: 退款", "title: { en: refunds, en-GB: returns }", 20, "`en-GB` gives the text in English once more", "「en-GB」", "title: { en: refunds }"),
    // Signs of other notations.
    ("answer: 可以免费试用 30 天。", "answer: \"可以免费试用 30 天。\",", 18, "write: answer: \"可以免费试用 30 天。\"", "写成：answer: \"可以免费试用 30 天。\"", "answer: \"可以免费试用 30 天。\""),
    ("answer: 可以免费试用 30 天。", "answer: \"可以免费试用 30 天。\"；", 18, "write: answer: \"可以免费试用 30 天。\"", "写成：answer: \"可以免费试用 30 天。\"", "answer: \"可以免费试用 30 天。\""),
    ("title: 退款", "title: 退款,", 20, "remove it: 退款", "请删掉它：退款", "title: 退款"),
    ("怎么申请试用]", "怎么申请试用],", 17, "write: questions: [可以试用吗, 试用期几天, 怎么申请试用]", "写成：questions: [可以试用吗, 试用期几天, 怎么申请试用]", "怎么申请试用]"),
    ("怎么申请试用]", "怎么申请试用]]", 17, "write: questions: [可以试用吗, 试用期几天, 怎么申请试用]", "写成：questions: [可以试用吗, 试用期几天, 怎么申请试用]", "怎么申请试用]"),
    ("audience: { tags: [paid] }", "audience: { tags: [paid] }}", 27, "write: audience: { tags: [paid] }", "写成：audience: { tags: [paid] }", "audience: { tags: [paid] }"),
    ("questions: [可以试用吗, 试用期几天, 怎么申请试用]", "questions: \"[可以试用吗, 试用期几天, 怎么申请试用]]\"", 17, "write [可以试用吗, 试用期几天, 怎么申请试用],", "请写成：[可以试用吗, 试用期几天, 怎么申请试用]，", "questions: [可以试用吗, 试用期几天, 怎么申请试用]"),
    ("questions: [可以试用吗, 试用期几天, 怎么申请试用]", "questions: (可以试用吗, 试用期几天, 怎么申请试用)", 17, "write [可以试用吗, 试用期几天, 怎么申请试用],", "请写成：[可以试用吗, 试用期几天, 怎么申请试用]，", "questions: [可以试用吗, 试用期几天, 怎么申请试用]"),
    ("questions: [可以试用吗, 试用期几天, 怎么申请试用]", "questions: （可以试用吗，试用期几天，怎么申请试用）", 17, "write [可以试用吗, 试用期几天, 怎么申请试用],", "请写成：[可以试用吗, 试用期几天, 怎么申请试用]，", "questions: [可以试用吗, 试用期几天, 怎么申请试用]"),
    ("questions: [可以试用吗, 试用期几天, 怎么申请试用]", "question: （可以试用吗、试用期几天）", 17, "write: questions: [可以试用吗, 试用期几天]", "写成：questions: [可以试用吗, 试用期几天]", "questions: [可以试用吗, 试用期几天]"),
    ("answer: 可以免费试用 30 天。", "answer: 'it's free'", 18, "write: answer: \"it's free\"", "写成：answer: \"it's free\"", "answer: \"it's free\""),
    ("value: a@b.example }", "value: a@b.example, link: 13800138000 }", 14, "\"tel:13800138000\"", "写成：\"tel:13800138000\"", "value: a@b.example, link: \"tel:13800138000\" }"),
    ("value: a@b.example }", "value: a@b.example, link: a@b.example }", 14, "write: \"mailto:a@b.example\"", "写成：\"mailto:a@b.example\"", "value: a@b.example, link: \"mailto:a@b.example\" }"),
    ("value: a@b.example }", "value: a@b.example, link: www.b.example/1 }", 14, "write: \"https://www.b.example/1\"", "写成：\"https://www.b.example/1\"", "value: a@b.example, link: \"https://www.b.example/1\" }"),
    ("links: [{ url: \"https://a.example/1\" }]", "links: https://a.example/1", 28, "write: links: [{ url: \"https://a.example/1\" }]", "写成：links: [{", "links: [{ url: \"https://a.example/1\" }]"),
    ("\"08:30-18:00\"", "\"08:30-12:00, 13:30-18:00\"", 9, "write: [\"08:30-12:00\", \"13:30-18:00\"]", "写成：[\"08:30-12:00\", \"13:30-18:00\"]", "[\"08:30-12:00\", \"13:30-18:00\"]"),
    ("\"08:30-18:00\"", "[\"08:30-12:00 13:30-18:00\"]", 9, "write: \"08:30-12:00\", \"13:30-18:00\"", "写成：\"08:30-12:00\", \"13:30-18:00\"", "[\"08:30-12:00\", \"13:30-18:00\"]"),
    ("\"08:30-18:00\"", "9-18", 9, "write: \"09:00-18:00\"", "写成：\"09:00-18:00\"", "\"09:00-18:00\""),
    ("    questions: [怎么退款, 退款多久到账]", "    questions:\n      - 怎么退款\n      -- 退款多久到账\n      - 退货", 23, "write: - 退款多久到账", "写成：- 退款多久到账", "    questions:\n      - 怎么退款\n      - 退款多久到账\n      - 退货"),
    ("    questions: [怎么退款, 退款多久到账]", "    questions:\n      --怎么退款\n      - 退货", 22, "write: - 怎么退款", "写成：- 怎么退款", "    questions:\n      - 怎么退款\n      - 退货"),
    ("    questions: [怎么退款, 退款多久到账]", "    questions:\n      - 怎么退款\n      -", 23, "behind the dash, or remove the line", "短横后面是空的", "    questions:\n      - 怎么退款"),
    ("answer: 可以免费试用 30 天。", "answer: { zh: 请联系客服。, en: Sorry, please ask our staff. }", 18, "write: answer: { zh: 请联系客服。, en: \"Sorry, please ask our staff.\" }", "写成：answer: { zh: 请联系客服。, en: \"Sorry, please ask our staff.\" }", "answer: { zh: 请联系客服。, en: \"Sorry, please ask our staff.\" }"),
    ("title: 退款", "title: { zh: 退款,退货,换货, en: x }", 20, "write: title: { zh: \"退款,退货,换货\", en: x }", "写成：title: { zh: \"退款,退货,换货\", en: x }", "title: { zh: \"退款,退货,换货\", en: x }"),
    ("    handoff: offer", "    handoff: offer\n    hours: 09:00-18:00", 26, "write:\nhours:\n  own: { weekly: { daily: \"09:00-18:00\" } }", "hours:\n  own: { weekly: { daily: \"09:00-18:00\" } }", "    handoff: offer\n    hours: office"),
    // A first key that stands apart from the others.
    ("  office:\n    weekly: { 周一至周五: \"08:30-18:00\" }\n    holidays: cn", "  office:\n   time_zone: Asia/Shanghai\n    weekly: { 周一至周五: \"08:30-18:00\" }\n    holidays: cn", 9, "begin with 4, like line 10", "改成 4 个空格", "  office:\n    time_zone: Asia/Shanghai\n    weekly: { 周一至周五: \"08:30-18:00\" }\n    holidays: cn"),
    ("  mail: { name: 邮箱, value: a@b.example }", "  mail:\n   name: 邮箱\n    value: a@b.example", 15, "begin with 4, like line 16", "改成 4 个空格", "  mail:\n    name: 邮箱\n    value: a@b.example"),
    // Words and shapes.
    ("handoff: offer", "handoff: true", 25, "expected one of: never, offer, always", "可以写：never, offer, always", "handoff: offer"),
    ("unasked: certain", "unasked: false", 26, "expected one of: certain, never", "可以写：certain, never", "unasked: never"),
    ("tests: { match: [怎么退款], not: [我退群了] }", "tests: [怎么退款]", 29, "write: tests: { match: [怎么退款] }", "写成：tests: { match: [怎么退款] }", "tests: { match: [怎么退款] }"),
    ("tests: { match: [怎么退款], not: [我退群了] }", "tests:\n      - 怎么退款", 30, "write:\n    tests:\n      match:\n        - 怎么退款", "写成：", "tests:\n      match:\n        - 怎么退款"),
    ("human: { questions: [叫客服] }", "human: [叫客服]", 4, "write: human: { questions: [叫客服] }", "写成：human: {", "human: { questions: [叫客服] }"),
    ("audience: { tags: [paid] }", "audience: paid", 27, "write: audience: { tags: [paid] }", "写成：audience: {", "audience: { tags: [paid] }"),
    ("links: [{ url: \"https://a.example/1\" }]", "links: [https://a.example/1, https://a.example/2]", 28, "write: links: [{ url: \"https://a.example/1\" }, { url: \"https://a.example/2\" }]", "写成：links: [{", "links: [{ url: \"https://a.example/1\" }, { url: \"https://a.example/2\" }]"),
    ("  cn: { off: [\"2027-02-03..2027-02-12\"] }", "  cn: [\"2027-02-03..2027-02-12\"]", 6, "write: cn: { off: [\"2027-02-03..2027-02-12\"] }", "写成：cn: {", "  cn: { off: [\"2027-02-03..2027-02-12\"] }"),
    ("  cn: { off: [\"2027-02-03..2027-02-12\"] }", "  - 2027-02-03", 6, "write:\nholidays:\n  cn:\n    off:\n      - 2027-02-03", "写成：", "  cn:\n    off:\n      - 2027-02-03"),
    ("    weekly: { 周一至周五: \"08:30-18:00\" }", "    周一至周五: \"08:30-18:00\"\n    周六: \"09:00-12:00\"", 9, "write:\n    weekly:\n      周一至周五: \"08:30-18:00\"\n      周六: \"09:00-12:00\"", "写成：", "    weekly:\n      周一至周五: \"08:30-18:00\"\n      周六: \"09:00-12:00\""),
    ("night: { weekly: { 每天: \"20:00-24:00\" } }", "night: { 每天: \"20:00-24:00\" }", 11, "write: night: { weekly: { 每天: \"20:00-24:00\" } }", "写成：night: {", "night: { weekly: { 每天: \"20:00-24:00\" } }"),
    ("night: { weekly: { 每天: \"20:00-24:00\" } }", "night: { weekly: 7x24 }", 11, "write: night: { weekly: { daily: \"00:00-24:00\" } }", "写成：night: {", "night: { weekly: { daily: \"00:00-24:00\" } }"),
    ("    holidays: cn", "    holidays: cn\n    exceptions:\n      - 2026-12-31: closed", 12, "write: 2026-12-31: closed", "不用短横", "    holidays: cn\n    exceptions:\n      2026-12-31: closed"),
    ("\"20:00-24:00\"", "\"20:00-26:00\"", 11, "write: \"20:00-02:00\"", "写成：\"20:00-02:00\"", "\"20:00-02:00\""),
    ("\"20:00-24:00\"", "\"20:00-次日02:00\"", 11, "write: \"20:00-02:00\"", "写成：\"20:00-02:00\"", "\"20:00-02:00\""),
    ("\"08:30-18:00\"", "\"下午1:30-6:00\"", 9, "write: \"13:30-18:00\"", "写成：\"13:30-18:00\"", "\"13:30-18:00\""),
    ("    handoff: offer", "    handoff: offer\n    pictures: [图片/1.png]", 26, "begins with https://", "以 https:// 开头的网址", "    handoff: offer\n    pictures: [\"https://a.example/1.png\"]"),
];

#[test]
fn a_newcomer_who_types_what_is_told_has_a_good_file() {
    assert_eq!(told(GOOD), []);
    let mut wrong = Vec::new();
    for (good, written, line, english, chinese, typed) in MISTAKES {
        assert_eq!(GOOD.matches(good).count(), 1, "{good}");
        let problems = told(&GOOD.replace(good, written));
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let shown = shown.join("\n");
        let fits = problems.first().is_some_and(|problem| {
            let in_chinese = problem
                .chinese
                .as_ref()
                .is_some_and(|text| text.contains(chinese));
            problem.line == *line && problem.to_string().contains(english) && in_chinese
        });
        if !fits || problems.len() > 1 {
            wrong.push(format!(
                "{written}: expected line {line} alone, {english}, {chinese}\n{shown}"
            ));
        }
        if let Some(left) = told(&GOOD.replace(good, typed)).first() {
            wrong.push(format!("{written}: after typing {typed} there is still: {left}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn names_in_chinese_stand_in_templates_and_others_stand_there_in_brackets() {
    let text = |answer: &str| {
        format!(
            "hours:\n  客服: {{ weekly: {{ daily: \"08:00-20:00\" }} }}\n  24h: 7x24\ncontact_points:\n  热线: {{ name: 电话, value: \"400-1\" }}\n  400电话: {{ name: 免费, value: \"400-2\" }}\n  QQ群: {{ name: 群, value: \"3\" }}\nentries:\n  - id: a\n    questions: [电话多少]\n    answer: \"{answer}\"\n"
        )
    };
    let good = "{{ hours.客服 }} {{ contact.热线.value }} {{ contact.QQ群.value }} {{ hours['24h'] }} {{ contact['400电话'].value }}";
    assert_eq!(told(&text(good)), []);
    for (wrong, typed) in [
        ("{{ hours.24h }}", "{{ hours['24h'] }}"),
        ("{{ contact.400电话.value }}", "{{ contact['400电话'].value }}"),
    ] {
        let problems = told(&text(wrong));
        assert_eq!((problems.len(), problems[0].line), (1, 11));
        assert_eq!(
            problems[0].to_string().matches(typed).count(),
            2,
            "{}",
            problems[0]
        );
    }
}

#[test]
fn one_mistake_is_told_once_and_what_follows_from_it_is_not() {
    let entry = |more: &str| format!("entries:\n- id: a\n  questions: [怎么约课, 如何约课]\n{more}");
    let entries = entry("  answer: 小程序\n");
    let week = |days: &str| {
        format!(
            "hours:\n  desk: {{ notation: 7x12, weekly: {{ mon-fri: \"09:00-21:00\", {days} }} }}\n{entries}"
        )
    };
    let spring = |date: &str, book: &str| {
        format!(
            "holidays: {{ spring: {{ off: [{date}] }} }}\nhours:\n  desk: {{ weekly: {{ mon-fri: \"09:00-21:00\" }}, holidays: {book} }}\n{entries}"
        )
    };
    for (text, english, chinese) in [
        (
            week("sat,sun: \"10:00-20:00\""),
            "weekend: \"10:00-20:00\"",
            "weekend: \"10:00-20:00\"",
        ),
        (week("sat, sun: \"10:00-20:00\""), "weekend: ", "花括号里的逗号"),
        (
            week("周六,周日: \"10:00-20:00\""),
            "weekend: ",
            "花括号里的逗号",
        ),
        (spring("2027-02-31", "spring"), "2027-02-31", "2027-02-31"),
        (
            spring("{ a: b }", "spring"),
            "put the text in quotes",
            "加英文引号",
        ),
        (
            entry("  answer: |\n  第一行：请假\n  第二行，找前台\n- id: b\n  questions: [几点开门]\n  answer: 九点\n"),
            "begin it with 4 spaces",
            "行首输入 4 个空格",
        ),
        (
            entry("  answer: |\n第一行：请假\n第二行，找前台\n- id: b\n  questions: [几点开门]\n  answer: 九点\n"),
            "begin it with 4 spaces",
            "行首输入 4 个空格",
        ),
        (
            "entries:\n  - id: a\n    questions: [怎么约课]\n    answer: |\n    第一行\n    第二行\n  - id: b\n    questions: [几点开门]\n    answer: 九点\n".to_owned(),
            "begin it with 6 spaces",
            "行首输入 6 个空格",
        ),
        (
            "entries:\n- { id: a, questions: [可以停车吗; 停车怎么收费; 停车场在哪], answer: x }\n".to_owned(),
            "可以停车吗, 停车怎么收费, 停车场在哪",
            "请用英文逗号：可以停车吗, 停车怎么收费, 停车场在哪",
        ),
    ] {
        let told = told(&text);
        let shown: Vec<String> = told.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 1, "{text}{shown:?}");
        let problem = &told[0];
        assert!(
            problem.to_string().contains(english)
                && problem.chinese.as_ref().is_some_and(|text| text.contains(chinese)),
            "{text}{shown:?}"
        );
    }
    // Another calendar than the one with the mistake is unknown all the same.
    assert_eq!(told(&spring("2027-02-31", "summer")).len(), 2);
    // What was typed as told is good.
    assert_eq!(told(&week("weekend: \"10:00-20:00\"")), []);
    assert_eq!(told(&week("\"sat,sun\": \"10:00-20:00\"")), []);
}

#[test]
fn a_list_of_what_there_is_says_that_there_is_more() {
    let entries = |count: usize| {
        let entries: String = (0..count)
            .map(|at| format!("- {{ id: 条目{at}, questions: [问题{at}], answer: x }}\n"))
            .collect();
        let text =
            format!("entries:\n{entries}- {{ id: a, questions: [怎么约课], answer: x, see_also: [试课] }}\n");
        told(&text).remove(0).chinese.unwrap_or_default()
    };
    assert!(entries(11).contains("…"), "{}", entries(11));
    assert!(!entries(3).contains("…"), "{}", entries(3));
}

#[test]
fn a_failing_test_is_told_by_what_the_desk_would_do() {
    let text = "entries:\n- { id: hours, questions: [几点开门, 营业时间], answer: 九点, tests: { match: [我想吃火锅, 转人工] } }\n\
                - { id: pay, questions: [怎么付款, 能刷卡吗], answer: 都行 }\n";
    let faq = load("faq.yaml", text).unwrap().faq;
    let input = crate::matcher::Input {
        entries: faq
            .entries()
            .iter()
            .map(|entry| crate::matcher::EntryInput {
                id: entry.id.clone(),
                questions: entry.questions.clone(),
                ..Default::default()
            })
            .collect(),
        precision: 0.95,
        ..Default::default()
    };
    let matcher = crate::matcher::Matcher::build(input).unwrap();
    let failing: Vec<String> = crate::faq::failing_tests(&faq, &matcher)
        .into_iter()
        .filter_map(|problem| problem.chinese)
        .collect();
    assert_eq!(failing.len(), 2, "{failing:?}");
    assert!(!failing[0].contains("找人工"), "{failing:?}");
    assert!(failing[1].contains("它读起来是要找人工"), "{failing:?}");
}

#[test]
fn signs_in_place_of_commas_between_brackets_are_named_with_what_to_type() {
    let file = |questions: &str, answer: &str| {
        format!("entries:\n- id: a\n  questions: {questions}\n  answer: {answer}\n")
    };
    for (text, place, typed, sign, between) in [
        (
            file("[\"几点上班\"、\"周末\"]", "x"),
            (3, 21),
            "[\"几点上班\", \"周末\"]",
            "、",
            "方括号",
        ),
        (
            file("[几点上班, 周末]", "{zh: 好; en: ok}"),
            (4, 17),
            "{zh: 好, en: ok}",
            ";",
            "花括号",
        ),
        (
            file("[几点上班, 周末]", "{zh: 好；en: ok}"),
            (4, 17),
            "{zh: 好, en: ok}",
            "；",
            "花括号",
        ),
    ] {
        let told = told(&text);
        assert_eq!(told.len(), 1, "{text}{told:?}");
        let problem = &told[0];
        assert_eq!((problem.line, problem.column), place, "{problem}");
        let chinese = problem.chinese.as_deref().unwrap();
        assert!(problem.help.as_deref().unwrap().contains(typed), "{problem}");
        assert!(chinese.contains(typed) && chinese.contains(between), "{problem}");
        assert!(
            problem.message.contains(&format!("`{sign}`")) && chinese.contains(sign),
            "{problem}"
        );
    }
    let told = told(&file("[几点上班, 周末]", "{zh: 好, en: @x}"));
    assert!(
        told[0].chinese.as_deref().unwrap().starts_with("花括号里有一项"),
        "{told:?}"
    );
}

#[test]
fn a_holiday_calendar_that_no_hours_name_is_told_with_the_one_that_was_meant() {
    let file = |name: &str| {
        format!(
            "holidays: {{ {name}: {{ off: [\"2027-01-04\"] }} }}\nhours: {{ office: {{ weekly: {{ mon-fri: \"08:00-12:00\" }}, holidays: cn }} }}\n\
             entries:\n- {{ id: a, questions: [几点上班, 周末], answer: x }}\n"
        )
    };
    assert_eq!(told(&file("cn")), []);
    let told = told(&file("cnn"));
    assert_eq!((told.len(), told[0].line, told[0].column), (1, 1, 13), "{told:?}");
    assert!(told[0].to_string().contains("did you mean `cn`?"), "{told:?}");
    assert!(
        told[0].chinese.as_deref().unwrap().contains("是不是要写 cn？"),
        "{told:?}"
    );
}
