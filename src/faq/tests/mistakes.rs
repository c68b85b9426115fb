//! Mistakes of people who do not program, and the problems reported for them: the line, and the correction, in English
//! and in Chinese.

use super::load;
use crate::yaml::Problem;

/// Returns the problems of a file: its errors, or else its warnings.
pub(super) fn told(text: &str) -> Vec<Problem> {
    match load("faq.yaml", text) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    }
}

/// Makes a file with an entry in lines 12 to 15, and so many lines around it that a parser's own position is far off.
pub(super) fn with_entry(entry: &str) -> String {
    let more: String = (0..6)
        .map(|at| format!("  - id: more-{at}\n    questions: [再问{at}一次]\n    answer: 再答{at}\n"))
        .collect();
    format!(
        "language: zh\nservice: office\nhours:\n  office:\n    weekly: {{ mon-fri: \"08:00-17:30\" }}\ncontact_points:\n  phone: {{ name: 电话, value: \"0731\" }}\nentries:\n  - id: first\n    questions: [几点开门]\n    answer: 八点\n{entry}\n{more}"
    )
}

/// One mistake: its name, the entry (from line 12 on), its line, and the parts of the message wanted in English and in
/// Chinese.
pub(super) type Case = (&'static str, &'static str, usize, &'static str, &'static str);

#[rustfmt::skip]
const ENTRY: &[Case] = &[
    ("full-width colon", "  - id: a\n    questions: [怎么退款]\n    answer：找客服", 14, "write: answer: 找客服", "半角冒号"),
    ("full-width colon in the middle", "  - id: a\n    title：退款\n    questions: [怎么退款]\n    answer: 找客服", 13, "write: title: 退款", "半角冒号"),
    ("full-width colon behind a dash", "  - id：a\n    questions: [怎么退款]\n    answer: 找客服", 12, "write: - id: a", "半角冒号"),
    ("full-width colon above a list", "  - id: a\n    questions：\n      - 怎么退款\n    answer: 找客服", 13, "write: questions:", "半角冒号"),
    ("full-width colon in a table", "  - id: a\n    questions: [怎么退款]\n    answer: { zh：找客服 }", 14, "half-width colon", "半角冒号"),
    ("no space behind the colon", "  - id: a\n    questions: [怎么退款]\n    answer:找客服", 14, "write: answer: 找客服", "少了一个空格"),
    ("full-width space behind the colon", "  - id: a\n    questions: [怎么退款]\n    answer:　找客服", 14, "write: answer: 找客服", "半角空格"),
    ("equals sign", "  - id: a\n    questions: [怎么退款]\n    answer = 找客服", 14, "write: answer: 找客服", "等号"),
    ("no space behind the dash", "  -id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "- id: a", "少了一个空格"),
    ("no space behind the dashes of questions", "  - id: a\n    questions:\n      -怎么退款\n      -如何退款\n    answer: 找客服", 14, "- 怎么退款", "加一个空格"),
    ("full-width dash", "  - id: a\n    questions:\n      － 怎么退款\n      － 如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横"),
    ("bullets", "  - id: a\n    questions:\n      • 怎么退款\n      • 如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横"),
    ("colon in a text", "  - id: a\n    questions: [怎么重启]\n    answer:\n      zh: 请先执行: reboot", 15, "write: zh: \"请先执行: reboot\"", "加英文引号"),
    ("colon in an answer", "  - id: a\n    questions: [怎么重启]\n    answer: 步骤: 先执行: reboot", 14, "\"步骤: 先执行: reboot\"", "加英文引号"),
    ("colon in a question", "  - id: a\n    questions:\n      - 报错: 502 怎么办\n    answer: 找客服", 14, "\"报错: 502 怎么办\"", "加英文引号"),
    ("colon in a question in brackets", "  - id: a\n    questions: [报错: 502 怎么办]\n    answer: 找客服", 13, "\"报错: 502 怎么办", "加英文引号"),
    ("template without quotes", "  - id: a\n    questions: [几点上班]\n    answer: {{ hours.office }}", 14, "\"{{ hours.office }}\"", "\"{{ hours.office }}\""),
    ("template without quotes, with words", "  - id: a\n    questions: [几点上班]\n    answer: {{ hours.office }} 上班", 14, "\"{{ hours.office }} 上班\"", "加英文引号"),
    ("template in single braces", "  - id: a\n    questions: [几点上班]\n    answer: { hours.office }", 14, "\"{{ hours.office }}\"", "\"{{ hours.office }}\""),
    ("template in single braces in a text", "  - id: a\n    questions: [几点上班]\n    answer: 上班时间 { hours.office }", 14, "{{ hours.office }}", "两个花括号"),
    ("template in full-width braces", "  - id: a\n    questions: [几点上班]\n    answer: 上班时间 ｛｛ hours.office ｝｝", 14, "{{ hours.office }}", "半角"),
    ("brackets before words", "  - id: a\n    questions:\n      - [重要] 怎么升级\n    answer: 找客服", 14, "write: - \"[重要] 怎么升级\"", "加英文引号"),
    ("stars around a text", "  - id: a\n    questions: [怎么升级]\n    answer: *重要*", 14, "write: answer: \"*重要*\"", "加英文引号"),
    ("name instead of a text", "  - id: a\n    questions: [怎么升级]\n    answer: &重要 先备份", 14, "\"&重要 先备份\"", "加英文引号"),
    ("exclamation mark first", "  - id: a\n    questions: [怎么升级]\n    answer: !重要 先备份", 14, "\"!重要 先备份\"", "加英文引号"),
    ("at sign first", "  - id: a\n    questions:\n      - @bot 怎么升级\n    answer: 找客服", 14, "\"@bot 怎么升级\"", "加英文引号"),
    ("backquote first", "  - id: a\n    questions: [怎么升级]\n    answer: `reboot` 即可", 14, "\"`reboot` 即可\"", "加英文引号"),
    ("percent first", "  - id: a\n    questions: [怎么升级]\n    answer: %50 折扣", 14, "\"%50 折扣\"", "加英文引号"),
    ("greater-than first", "  - id: a\n    questions: [怎么升级]\n    answer: > 请看文档", 14, "\"> 请看文档\"", "加英文引号"),
    ("words behind quotes", "  - id: a\n    questions: [怎么升级]\n    answer: \"备份\" 之后再升级", 14, "'\"备份\" 之后再升级'", "引号"),
    ("unclosed quotes", "  - id: a\n    questions: [怎么升级]\n    answer: \"先备份", 14, "write: answer: \"先备份\"", "没有配对"),
    ("quotes closed by a typographic one", "  - id: a\n    questions: [怎么升级]\n    answer: \"先备份”", 14, "write: answer: \"先备份\"", "英文引号"),
    ("backslash", "  - id: a\n    questions: [装在哪]\n    answer: \"C:\\安装\"", 14, "'C:\\安装'", "单引号"),
    ("silent backslash", "  - id: a\n    questions: [装在哪]\n    answer: \"C:\\new\"", 14, "single quotes", "单引号"),
    ("comment that is none", "  - id: a\n    questions: [群号多少]\n    answer: 加群 #12345", 14, "\"加群 #12345\"", "\"加群 #12345\""),
    ("comment that is none in a question", "  - id: a\n    questions:\n      - 群 #12345 在哪\n    answer: 找客服", 14, "#12345", "注释"),
    ("comment instead of an answer", "  - id: a\n    questions: [群号多少]\n    answer: #12345", 14, "\"#12345\"", "加英文引号"),
    ("comment inside brackets", "  - id: a\n    questions: [群 #1 在哪, 群呢]\n    answer: 找客服", 13, "\"群 #1 在哪\"", "加英文引号"),
    ("full-width comma", "  - id: a\n    questions: [怎么退款，多久到账]\n    answer: 找客服", 13, "怎么退款, 多久到账", "英文逗号"),
    ("full-width brackets", "  - id: a\n    questions: ［怎么退款，多久到账］\n    answer: 找客服", 13, "[怎么退款, 多久到账]", "[怎么退款, 多久到账]"),
    ("one full-width bracket", "  - id: a\n    questions: [怎么退款, 多久到账］\n    answer: 找客服", 13, "[怎么退款, 多久到账]", "[怎么退款, 多久到账]"),
    ("unclosed bracket", "  - id: a\n    questions: [怎么退款, 多久到账\n    answer: 找客服", 13, "[怎么退款, 多久到账]", "没有配对"),
    ("unclosed brace", "  - id: a\n    questions: [怎么退款]\n    answer: { zh: 找客服", 14, "{ zh: 找客服}", "没有配对"),
    ("typographic quotes", "  - id: a\n    questions: [怎么退款]\n    answer: “找客服”", 14, "\"找客服\"", "英文引号"),
    ("typographic quotes around a question", "  - id: a\n    questions:\n      - “怎么退款”\n    answer: 找客服", 14, "\"怎么退款\"", "英文引号"),
    ("tab", "  - id: a\n    questions: [怎么退款]\n\tanswer: 找客服", 14, "tab", "Tab"),
    ("full-width space at the left", "  - id: a\n    questions: [怎么退款]\n　　answer: 找客服", 14, "full-width space", "全角空格"),
    ("too little indentation", "  - id: a\n   questions: [怎么退款]\n    answer: 找客服", 13, "begin with 4", "4 个空格"),
    ("too much indentation", "  - id: a\n    questions: [怎么退款]\n      answer: 找客服", 14, "begin with 4", "4 个空格"),
    ("item too far in", "  - id: a\n    questions:\n      - 怎么退款\n        - 如何退款\n    answer: 找客服", 15, "begin with 6 spaces", "缩进太深"),
    ("entry too far in", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n    - id: b\n      questions: [怎么换货]\n      answer: 找客服", 15, "begin with 2", "2 个空格"),
    ("lines without a bar", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n      第二步", 14, "answer: |", "answer: |"),
    ("text under a bar not indented", "  - id: a\n    questions: [怎么退款]\n    answer: |\n    第一步\n    第二步", 15, "begin it with 6 spaces", "6 个空格"),
    ("no colon behind a key", "  - id: a\n    questions\n      - 怎么退款\n    answer: 找客服", 13, "questions:", "少了冒号"),
    ("key that is nearly right", "  - id: a\n    question: [怎么退款]\n    answer: 找客服", 13, "did you mean `questions`", "questions"),
    ("key in capitals", "  - id: a\n    questions: [怎么退款]\n    ANSWER: 找客服", 14, "did you mean `answer`", "answer"),
    ("key in Chinese", "  - id: a\n    问题: [怎么退款]\n    answer: 找客服", 13, "did you mean `questions`", "questions"),
    ("key twice", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n    answer: 找客服", 15, "remove one of them", "请删掉其中一个"),
    ("no answer", "  - id: a\n    questions: [怎么退款]", 12, "add `answer:`", "answer:"),
    ("empty answer", "  - id: a\n    questions: [怎么退款]\n    answer:", 14, "write it behind the colon", "冒号后面是空的"),
    ("number for a question", "  - id: a\n    questions: [404, 怎么退款]\n    answer: 找客服", 13, "\"404\"", "\"404\""),
    ("number for an answer", "  - id: a\n    questions: [电话多少]\n    answer: 12345678", 14, "\"12345678\"", "\"12345678\""),
    ("true for an answer", "  - id: a\n    questions: [能退吗]\n    answer: true", 14, "\"true\"", "\"true\""),
    ("one question without brackets", "  - id: a\n    questions: 怎么退款\n    answer: 找客服", 13, "[怎么退款]", "[怎么退款]"),
    ("list for an answer", "  - id: a\n    questions: [怎么退款]\n    answer: [找客服]", 14, "\"[找客服]\"", "加英文引号"),
    ("unknown way of handing over", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n    handoff: yes", 15, "never, offer, always", "never, offer, always"),
    ("full-width colon between braces", "  - id: a\n    title: { zh：退款，退货, en: x }\n    questions: [怎么退款]\n    answer: 找客服", 13, "write: title: { zh: 退款，退货, en: x }", "全角冒号"),
    ("no space between braces", "  - id: a\n    questions: [怎么退款]\n    answer: {zh:找客服,en:ask}", 14, "write: answer: {zh: 找客服, en: ask}", "少了一个空格"),
    ("no space between inner braces", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n    tests: {match:[怎么退款]}", 15, "write: tests: {match: [怎么退款]}", "少了一个空格"),
    ("tab before the first key below the dash", "  - id: a\n\tquestions: [怎么退款]\n\tanswer: 找客服", 13, "tab", "Tab"),
    ("one tab among spaces", "  - id: a\n\tquestions: [怎么退款]\n    answer: 找客服", 13, "tab", "Tab"),
    ("tab below spaces", "  - id: a\n    questions:\n\t\t- 怎么退款\n    answer: 找客服", 14, "tab", "Tab"),
    ("no dash before an entry", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n    id: b\n    questions: [怎么换货]\n    answer: 找店长", 15, "a `-` is missing before `id`", "少了短横"),
    ("no dash before an entry, further left", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n  id: b\n    questions: [怎么换货]\n    answer: 找店长", 15, "write: - id: b", "少了短横"),
    ("wrong name among others", "  - id: a\n    questions: [几点上班]\n    answer: \"{{ hours.office }} 电话 {{ contact.phone.valeu }} {{ open_now }}\"", 14, "`contact.phone.valeu`\n  help: did you mean `contact.phone.value`?", "「contact.phone.valeu」"),
    ("dash in a name", "  - id: a\n    questions: [几点上班]\n    answer: \"{{ hours.office }} {{ next-opening }}\"", 14, "did you mean `next_opening`?", "是不是要写 next_opening"),
    ("fence of Markdown", "```yaml\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "remove the line", "删掉这一行"),
    ("comment of another language", "// 退款\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "begins with `#`", "以 # 开头"),
];

#[test]
fn every_mistake_is_told_in_its_line_with_what_to_type_in_both_languages() {
    check(ENTRY);
}

/// Checks that each mistake is reported first, in its line, with its correction, and that no other line is blamed.
pub(super) fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for (name, entry, line, english, chinese) in cases {
        let problems = told(&with_entry(entry));
        let fits = |problem: &Problem| {
            let text = problem.to_string();
            problem.line == *line
                && text.contains(english)
                && problem
                    .chinese
                    .as_ref()
                    .is_some_and(|text| text.contains(chinese))
        };
        // An admin begins with the first problem, and there is nothing else to mend.
        if !problems.first().is_some_and(fits) || problems.iter().any(|problem| problem.line != *line) {
            let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "{name}: expected line {line}, {english}, {chinese}\n{}",
                shown.join("\n")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_no_line() {
    for (name, entry, line, ..) in ENTRY {
        let text = format!("\u{feff}{}", with_entry(entry).replace('\n', "\r\n"));
        let first = told(&text).first().map(|problem| problem.line);
        assert_eq!(first, Some(*line), "{name}");
    }
    let good = with_entry("  - id: a\n    questions: [怎么退款]\n    answer: 找客服").replace('\n', "\r\n");
    assert_eq!(told(&format!("\u{feff}{good}")), []);
}

/// Mistakes in the other parts of the file: name, the file above its entries, the line, the parts of the message wanted.
#[rustfmt::skip]
const FACTS: &[Case] = &[
    ("hours without minutes", "hours:\n  office:\n    weekly: { mon-fri: \"8-17\" }\n", 3, "HH:MM-HH:MM", "\"08:00-17:00\""),
    ("hours with a full-width colon", "hours:\n  office:\n    weekly: { mon-fri: \"08：00-25：00\" }\n", 3, "HH:MM-HH:MM", "24 小时制"),
    ("no such day", "hours:\n  office:\n    weekly: { 周八: \"08:00-17:30\" }\n", 3, "not a weekday", "不是星期几"),
    ("hours as text", "hours:\n  office: 周一到周五 08:00-17:30\n", 2, "7x24", "7x24"),
    ("hours not under a day", "hours:\n  office: { weekly: \"08:00-17:30\" }\n", 2, "mon-fri", "mon-fri"),
    ("notation alone", "hours:\n  office: 5x8\n", 2, "add the hours", "没有说几点到几点"),
    ("days said twice", "hours:\n  office: { weekly: { mon-fri: \"08:00-17:30\", fri: \"08:00-12:00\" } }\n", 2, "once", "只写一次"),
    ("until a minute before midnight", "hours:\n  office: { weekly: { daily: \"00:00-23:59\" } }\n", 2, "\"00:00-24:00\"", "\"00:00-24:00\""),
    ("no such zone", "hours:\n  office: { time_zone: 北京, weekly: { daily: \"08:00-17:30\" } }\n", 2, "Asia/Shanghai", "Asia/Shanghai"),
    ("no such calendar", "hours:\n  office: { weekly: { daily: \"08:00-17:30\" }, holidays: 中国 }\n", 2, "cn", "cn"),
    ("no date", "holidays:\n  cn: { off: [2027/1/1] }\nhours:\n  office: 7x24\n", 2, "2026-10-01", "2026-10-01"),
    ("yes for true", "hours:\n  office: 7x24\ncontact_points:\n  phone: { name: 电话, value: \"0731\", recommended: 是 }\n", 4, "write true", "请写 true"),
    ("number with a space", "hours:\n  office: 7x24\ncontact_points:\n  phone: { name: 电话, value: +86 0731, link: 0731 }\n", 4, "tel:", "tel:"),
    ("precision in percent", "precision: 95%\nhours:\n  office: 7x24\n", 1, "expected a number", "数字"),
    ("unknown language", "language: 中文\nhours:\n  office: 7x24\n", 1, "use zh or en", "请写 zh 或 en"),
    ("unknown key at the top", "servcie: office\nhours:\n  office: 7x24\n", 1, "did you mean `service`", "service"),
];

#[test]
fn one_mistake_in_a_fact_is_told_once_and_nobody_who_names_the_fact_is_blamed() {
    let mut wrong = Vec::new();
    for (name, head, line, english, chinese) in FACTS {
        let service = if head.contains("service") || head.contains("servcie") {
            ""
        } else {
            "service: office\n"
        };
        let contacts = if head.contains("contact_points") {
            ""
        } else {
            "contact_points:\n  phone: { name: 电话, hours: office, value: \"0731\" }\n"
        };
        let text = format!(
            "{head}{service}{contacts}entries:\n  - id: a\n    questions: [几点上班]\n    hours: office\n    answer:\n      open: 在\n      closed: \"{{{{ hours.office }}}} {{{{ next_opening }}}} {{{{ contact.phone.value }}}}\"\n"
        );
        let problems = told(&text);
        let fits = problems.len() == 1
            && problems[0].line == *line
            && problems[0].to_string().contains(english)
            && problems[0]
                .chinese
                .as_ref()
                .is_some_and(|text| text.contains(chinese));
        if !fits {
            let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "{name}: expected line {line}, {english}, {chinese}\n{}",
                shown.join("\n")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n\n{}",
        wrong.len(),
        FACTS.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn what_is_written_well_is_not_warned_of() {
    let text = with_entry(
        "  - id: a # the first\n    questions: [怎么退款, \"你好，怎么退款\", 'C:\\new', see https://x.y/#z]\n    tests: { match: [怎么退款] } # tried\n    answer: |\n      第一步：打开“设置”\n      - 加群 #12345\n      {{ hours.office }} { 不是名称 }\n  - id: b\n    questions:\n      - C# 怎么学\n      - 你好，在吗 # often\n      - 他说“好”\n    answer: \"加群 #12345，打开 C:\\\\new\\n再试\"",
    );
    assert_eq!(told(&text), []);
}

#[test]
fn several_mistakes_of_syntax_are_told_at_once() {
    let problems = told(&with_entry(
        "  - id: a\n    questions: [怎么退款]\n    answer：找客服\n  - id: b\n    questions: [怎么换货]\n    answer: *重要*",
    ));
    let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [14, 17], "{problems:?}");
}

#[test]
fn entries_under_another_name_are_told_once_and_not_missed() {
    for name in ["entry", "Entries", "entires", "条目"] {
        let problems = told(&format!(
            "{name}:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n"
        ));
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 1, "{name}: {shown:?}");
        assert!(
            shown[0].contains("did you mean `entries`?") && shown[0].contains("是不是要写 entries"),
            "{shown:?}"
        );
    }
}
