//! Mistakes of people who do not program, and the file after they typed the reported correction.

use super::mistakes::{told, with_entry};
use crate::yaml::Problem;

/// One mistake: its name, the entry (from line 12 on), its line, the parts of the message wanted in English and in
/// Chinese, and the entry after the correction was typed.
type Typed = (
    &'static str,
    &'static str,
    usize,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const TYPED: &[Typed] = &[
    ("unclosed quote item", "  - id: a\n    questions:\n      - \"怎么升级\n      - 如何升级\n      - 升级步骤\n    answer: 找客服", 14, "write: - \"怎么升级\"", "没有配对", "  - id: a\n    questions:\n      - \"怎么升级\"\n      - 如何升级\n      - 升级步骤\n    answer: 找客服"),
    ("unclosed single quote item", "  - id: a\n    questions:\n      - '怎么升级\n      - 如何升级\n    answer: 找客服", 14, "write: - \"怎么升级\"", "没有配对", "  - id: a\n    questions:\n      - \"怎么升级\"\n      - 如何升级\n    answer: 找客服"),
    ("unclosed quote middle", "  - id: a\n    questions:\n      - 升级\n      - \"怎么升级\n      - \"如何升级\"\n      - \"升级步骤\"\n    answer: \"找客服\"", 15, "write: - \"怎么升级\"", "没有配对", "  - id: a\n    questions:\n      - 升级\n      - \"怎么升级\"\n      - \"如何升级\"\n      - \"升级步骤\"\n    answer: \"找客服\""),
    ("unclosed quote in brackets", "  - id: a\n    questions: [\"怎么升级, 如何升级]\n    answer: 找客服", 13, "write: questions: [怎么升级, 如何升级]", "没有配对", "  - id: a\n    questions: [怎么升级, 如何升级]\n    answer: 找客服"),
    ("2 lines less indented", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n  第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      第二步"),
    ("2 lines col 0", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      第二步"),
    ("2 lines same indent", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n    第二步\n    第三步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      第二步\n      第三步"),
    ("2 lines more indent colon", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n      注意: 第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      注意: 第二步"),
    ("2 lines same indent colon", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n    注意: 第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      注意: 第二步"),
    ("2 lines same indent wide colon", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n    注意：第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      注意：第二步"),
    ("2 lines more wide colon", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n      注意：第二步", 14, "joined into one", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      注意：第二步"),
    ("first line colon and 2 lines", "  - id: a\n    questions: [怎么退款]\n    answer: 步骤: 第一步\n      第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      步骤: 第一步\n      第二步"),
    ("answer empty then 2 lines", "  - id: a\n    questions: [怎么退款]\n    answer:\n      第一步\n      第二步", 14, "joined into one", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      第二步"),
    ("answer empty then 2 lines w/ colon", "  - id: a\n    questions: [怎么退款]\n    answer:\n      第一步\n      注意: 第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      注意: 第二步"),
    ("answer empty then lines same indent", "  - id: a\n    questions: [怎么退款]\n    answer:\n    第一步\n    第二步", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n      第二步"),
    ("numbered lines", "  - id: a\n    questions: [怎么退款]\n    answer: 步骤\n      1. 打开\n      2. 关上", 14, "joined into one", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      步骤\n      1. 打开\n      2. 关上"),
    ("blank lines between", "  - id: a\n    questions: [怎么退款]\n    answer: 第一步\n\n      第二步", 14, "joined into one", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      第一步\n\n      第二步"),
    ("cn", "  - id: a\n    questions: [怎么退款]\n    answer: { cn: 找客服, en: ask }", 14, "did you mean `zh`?", "是不是要写 zh", "  - id: a\n    questions: [怎么退款]\n    answer: { zh: 找客服, en: ask }"),
    ("english", "  - id: a\n    questions: [怎么退款]\n    answer: { zh-cn: 找客服, english: ask }", 14, "did you mean `en`?", "是不是要写 en", "  - id: a\n    questions: [怎么退款]\n    answer: { zh-cn: 找客服, en: ask }"),
    ("chinese", "  - id: a\n    questions: [怎么退款]\n    answer:\n      chinese: 找客服\n      english: ask", 15, "did you mean `zh`?", "是不是要写 zh", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh: 找客服\n      en: ask"),
    ("中文", "  - id: a\n    questions: [怎么退款]\n    answer:\n      中文: 找客服\n      英文: ask", 15, "did you mean `zh`?", "是不是要写 zh", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh: 找客服\n      en: ask"),
    ("fr", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh: 找客服\n      fr: ask", 16, "others are added under `languages`", "别的语言先在 languages 里加上", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh: 找客服"),
    ("title cn", "  - id: a\n    title: { cn: 退款 }\n    questions: [怎么退款]\n    answer: 找客服", 13, "did you mean `zh`?", "是不是要写 zh", "  - id: a\n    title: { zh: 退款 }\n    questions: [怎么退款]\n    answer: 找客服"),
    ("answer [a, b]", "  - id: a\n    questions: [怎么退款]\n    answer: [找客服, 打电话]", 14, "an answer is a text", "加英文引号", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      找客服\n      打电话"),
    ("answer list", "  - id: a\n    questions: [怎么退款]\n    answer:\n      - 找客服\n      - 打电话", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      找客服\n      打电话"),
    ("answer list same indent", "  - id: a\n    questions: [怎么退款]\n    answer:\n    - 找客服\n    - 打电话", 14, "several lines stands under", "answer: |", "  - id: a\n    questions: [怎么退款]\n    answer: |\n      找客服\n      打电话"),
    ("answer zh list", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh:\n        - 找客服\n        - 打电话", 15, "under `zh: |`", "zh: |", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh: |\n        找客服\n        打电话"),
    ("numbers with a dot", "  - id: a\n    questions:\n      1. 怎么退款\n      2. 如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("numbers with a comma", "  - id: a\n    questions:\n      1、怎么退款\n      2、如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("numbers with a bracket", "  - id: a\n    questions:\n      1) 怎么退款\n      2) 如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("stars", "  - id: a\n    questions:\n      * 怎么退款\n      * 如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("stars without a space", "  - id: a\n    questions:\n      *怎么退款\n      *如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("bullets", "  - id: a\n    questions:\n      • 怎么退款\n      • 如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("bullets without a space", "  - id: a\n    questions:\n      •怎么退款\n      •如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("full-width dashes", "  - id: a\n    questions:\n      －怎么退款\n      －如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("no dashes", "  - id: a\n    questions:\n      怎么退款\n      如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("plus signs", "  - id: a\n    questions:\n      + 怎么退款\n      + 如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("one item with a number", "  - id: a\n    questions:\n      1. 怎么退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n    answer: 找客服"),
    ("－ same indent", "  - id: a\n    questions:\n    －怎么退款\n    －如何退款\n    answer: 找客服", 14, "- 怎么退款", "短横", "  - id: a\n    questions:\n    - 怎么退款\n    - 如何退款\n    answer: 找客服"),
    ("mixed - and －", "  - id: a\n    questions:\n      - 怎么退款\n      －如何退款\n    answer: 找客服", 15, "- 如何退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("mixed - and 2.", "  - id: a\n    questions:\n      - 怎么退款\n      2. 如何退款\n    answer: 找客服", 15, "- 如何退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("mixed - and *", "  - id: a\n    questions:\n      - 怎么退款\n      * 如何退款\n    answer: 找客服", 15, "- 如何退款", "短横", "  - id: a\n    questions:\n      - 怎么退款\n      - 如何退款\n    answer: 找客服"),
    ("－ id", "  － id: b\n    questions: [怎么退款]\n    answer: 找客服", 12, "write: - id: b", "短横", "  - id: b\n    questions: [怎么退款]\n    answer: 找客服"),
    ("* id", "  * id: b\n    questions: [怎么退款]\n    answer: 找客服", 12, "write: - id: b", "短横", "  - id: b\n    questions: [怎么退款]\n    answer: 找客服"),
    ("1. id", "  1. id: b\n    questions: [怎么退款]\n    answer: 找客服", 12, "write: - id: b", "短横", "  - id: b\n    questions: [怎么退款]\n    answer: 找客服"),
    ("question", "  - id: a\n    question: 怎么退款\n    answer: 找客服", 13, "did you mean `questions`?", "是不是要写 questions", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("answers", "  - id: a\n    questions: [怎么退款]\n    answers: 找客服", 14, "did you mean `answer`?", "是不是要写 answer", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("answers list", "  - id: a\n    questions: [怎么退款]\n    answers: [找客服]", 14, "did you mean `answer`?", "写成：answer: 找客服", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("Q A", "  - id: a\n    Q: 怎么退款\n    A: 找客服", 13, "did you mean `questions`?", "写成：questions: [怎么退款]", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("q a", "  - id: a\n    q: [怎么退款]\n    a: 找客服", 13, "did you mean `questions`?", "是不是要写 questions", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("- Q A", "  - Q: 怎么退款\n    A: 找客服", 12, "did you mean `questions`?", "写成：questions: [怎么退款]", "  - id: q-12\n    questions: [怎么退款]\n    answer: 找客服"),
    ("- 问 答", "  - 问: 怎么退款\n    答: 找客服", 12, "did you mean `questions`?", "写成：questions: [怎么退款]", "  - id: q-12\n    questions: [怎么退款]\n    answer: 找客服"),
    ("问 答", "  - id: a\n    问: 怎么退款\n    答: 找客服", 13, "did you mean `questions`?", "写成：questions: [怎么退款]", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("问： 答：", "  - id: a\n    问：怎么退款\n    答：找客服", 13, "write: questions: [怎么退款]", "半角冒号", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("- 问： 答：", "  - 问：怎么退款\n    答：找客服", 12, "the colon is a full-width one", "全角冒号", "  - id: q-12\n    questions: [怎么退款]\n    answer: 找客服"),
    ("reply", "  - id: a\n    ask: [怎么退款]\n    reply: 找客服", 13, "did you mean `questions`?", "是不是要写 questions", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("name for id", "  - name: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "did you mean `id`?", "是不是要写 id", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("noid", "  - questions: [怎么退款]\n    answer: 找客服", 12, "add `id:`", "缺少 id", "  - id: q-12\n    questions: [怎么退款]\n    answer: 找客服"),
    ("keywords", "  - id: a\n    keywords: [怎么退款]\n    answer: 找客服", 13, "did you mean `questions`?", "是不是要写 questions", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("tab all", "  - id: a\n\t\tquestions: [怎么退款]\n\t\tanswer: 找客服", 13, "tab", "Tab", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("tab before dash", "\t- id: a\n\t  questions: [怎么退款]\n\t  answer: 找客服", 12, "tab", "Tab", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("tab after spaces", "  - id: a\n  \tquestions: [怎么退款]\n  \tanswer: 找客服", 13, "tab", "Tab", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("tab in answer block", "  - id: a\n    questions: [怎么退款]\n    answer: |\n\t第一步\n\t第二步", 15, "tab", "Tab", "  - id: a\n    questions: [怎么退款]\n    answer: |\n        第一步\n        第二步"),
    ("id less 1", " - id: a\n   questions: [怎么退款]\n   answer: 找客服", 12, "should begin with 2, like line 9; move lines 13 to 14 by 1 to the right", "改成 2 个空格；第 13 到 14 行也一起", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("id at 0", "- id: a\n  questions: [怎么退款]\n  answer: 找客服", 12, "should begin with 2, like line 9; move lines 13 to 14 by 2 to the right", "改成 2 个空格；第 13 到 14 行也一起", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("id 3", "   - id: a\n     questions: [怎么退款]\n     answer: 找客服", 12, "should begin with 2, like line 9; move lines 13 to 14 by 1 to the left", "改成 2 个空格；第 13 到 14 行也一起", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("id 4", "    - id: a\n      questions: [怎么退款]\n      answer: 找客服", 12, "should begin with 2, like line 9; move lines 13 to 14 by 2 to the left", "改成 2 个空格；第 13 到 14 行也一起", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("id 3 others right", "   - id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "should begin with 2, like line 9", "改成 2 个空格", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("id 1 others right", " - id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "should begin with 2, like line 9", "改成 2 个空格", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("id 0 others right", "- id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "should begin with 2, like line 9", "改成 2 个空格", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
    ("id 4 others right", "    - id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "should begin with 2, like line 9", "改成 2 个空格", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服"),
];

#[test]
fn who_types_what_is_told_has_a_good_file() {
    let mut wrong = Vec::new();
    for (name, written, line, english, chinese, typed) in TYPED {
        let problems = told(&with_entry(written));
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let mut complain = |what: &str| wrong.push(format!("{name}: {what}\n{}", shown.join("\n")));
        let first_fits = |problem: &Problem| {
            problem.line == *line
                && problem.to_string().contains(english)
                && problem
                    .chinese
                    .as_ref()
                    .is_some_and(|text| text.contains(chinese))
        };
        if !problems.first().is_some_and(first_fits) {
            complain(&format!("expected first line {line}, {english}, {chinese}"));
        }
        // The message shows every line to type, unless only spaces or a key's name change, or a line is to be removed.
        let all = shown.join("\n");
        let spaces = all.contains("spaces") || all.contains("did you mean");
        for new in typed.lines().map(str::trim).filter(|new| !written.contains(new)) {
            if !spaces && all.matches(new).count() < 2 {
                complain(&format!("`{new}` is to be typed, and not told in both languages"));
            }
        }
        let left = told(&with_entry(typed));
        if !left.is_empty() {
            complain(&format!("after typing it there is still: {}", left[0]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// Files whose entries are not a list under `entries`: the file, the parts of the message wanted, and the corrected file.
#[rustfmt::skip]
const FILES: &[(&str, &str, &str, &str)] = &[
    ("faq:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n", "did you mean `entries`?", "是不是要写 entries", "entries:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n"),
    ("items:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n", "did you mean `entries`?", "是不是要写 entries", "entries:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n"),
    ("questions and answers:\n  - question: 怎么退款\n    answer: 找客服\n", "did you mean `entries`?", "是不是要写 entries", "entries:\n  - id: q-2\n    questions: [怎么退款]\n    answer: 找客服\n"),
    ("问答:\n  - 问: 怎么退款\n    答: 找客服\n", "did you mean `entries`?", "是不是要写 entries", "entries:\n  - id: q-2\n    questions: [怎么退款]\n    answer: 找客服\n"),
    ("questions:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n", "did you mean `entries`?", "是不是要写 entries", "entries:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n"),
    ("- id: a\n  questions: [怎么退款]\n  answer: 找客服\n", "write `entries:` in a line of its own above it", "写成：entries:", "entries:\n- id: a\n  questions: [怎么退款]\n  answer: 找客服\n"),
    ("entries:\n  a:\n    questions: [怎么退款]\n    answer: 找客服\n", "every entry begins with a dash", "短横", "entries:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n"),
    ("entries:\n  怎么退款: 找客服\n", "every entry begins with a dash", "短横", "entries:\n  - id: q-2\n    questions: [怎么退款]\n    answer: 找客服\n"),
    ("entries:\n  id: a\n  questions: [怎么退款]\n  answer: 找客服\n", "every entry begins with a dash", "短横", "entries:\n  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n"),
];

#[test]
fn entries_that_stand_elsewhere_are_found_and_what_is_wrong_with_them_too() {
    for (written, english, chinese, typed) in FILES {
        let problems = told(written);
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let all = shown.join("\n");
        assert!(
            shown[0].contains(english) && shown[0].contains(chinese),
            "{written}\n{all}"
        );
        assert!(!all.contains("there are no entries"), "{all}");
        for new in typed.lines().map(str::trim).filter(|new| !written.contains(new)) {
            let named = new.trim_end_matches(':');
            assert!(all.matches(named).count() >= 2, "`{new}` is to be typed\n{all}");
        }
        assert_eq!(told(typed), [], "{typed}");
    }
}
