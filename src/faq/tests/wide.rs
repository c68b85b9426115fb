//! White space and signs that look right on the screen and are others to YAML: the line they are blamed in, and what to type.

use super::mistakes::{Case, check};

#[rustfmt::skip]
const SIGNS: &[Case] = &[
    ("full-width spaces before all keys", "  - id: a\n　　questions: [怎么退款]\n　　answer: 找客服", 13, "full-width space", "全角空格"),
    ("full-width spaces before the last key", "  - id: a\n    questions: [怎么退款]\n    title: 退款\n　　answer: 找客服", 15, "full-width space", "全角空格"),
    ("full-width spaces before a language", "  - id: a\n    questions: [怎么退款]\n    answer:\n　　　zh: 找客服\n　　　en: ask", 15, "full-width space", "全角空格"),
    ("full-width spaces behind spaces", "  - id: a\n    questions: [怎么退款]\n    answer:\n    　zh: 找客服\n    　en: ask", 15, "full-width space", "全角空格"),
    ("full-width spaces before a dash", "  - id: a\n    questions:\n　　　- 怎么退款\n　　　- 如何退款\n    answer: 找客服", 14, "full-width space", "全角空格"),
    ("full-width spaces before an entry", "　- id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "full-width space", "全角空格"),
    ("full-width spaces under a bar", "  - id: a\n    questions: [怎么退款]\n    answer: |\n　　　第一步\n　　　第二步", 15, "full-width space", "全角空格"),
    ("hard spaces before all keys", "  - id: a\n\u{a0}\u{a0}\u{a0}\u{a0}questions: [怎么退款]\n\u{a0}\u{a0}\u{a0}\u{a0}answer: 找客服", 13, "invisible", "看不见"),
    ("hard spaces before one key", "  - id: a\n    questions: [怎么退款]\n\u{a0}\u{a0}\u{a0}\u{a0}answer: 找客服", 14, "invisible", "看不见"),
    ("hard spaces among spaces", "  - id: a\n    questions: [怎么退款]\n \u{a0} \u{a0}answer: 找客服", 14, "invisible", "看不见"),
    ("hard spaces before a language", "  - id: a\n    questions: [怎么退款]\n    answer:\n\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}zh: 找客服", 15, "invisible", "看不见"),
    ("hard space behind a colon", "  - id: a\n    questions: [怎么退款]\n    answer:\u{a0}找客服", 14, "write: answer: 找客服", "半角空格"),
    ("hard space behind a dash", "  - id: a\n    questions:\n      -\u{a0}怎么退款\n      -\u{a0}如何退款\n    answer: 找客服", 14, "- 怎么退款", "空格"),
    ("full-width space behind a dash", "  - id: a\n    questions:\n      -　怎么退款\n      -　如何退款\n    answer: 找客服", 14, "- 怎么退款", "空格"),
    ("full-width space behind an entry's dash", "  -　id: a\n    questions: [怎么退款]\n    answer: 找客服", 12, "- id: a", "空格"),
    ("invisible sign at the left", "  - id: a\n    questions: [怎么退款]\n\u{200b}    answer: 找客服", 14, "invisible", "看不见"),
    ("full-width space behind a bar", "  - id: a\n    questions: [怎么退款]\n    answer: |　\n      第一步\n      第二步", 14, "invisible", "看不见"),
    ("language alone", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh：找客服", 15, "`zh: `", "zh: "),
    ("language alone, with a space", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh： 找客服", 15, "`zh: `", "zh: "),
    ("languages", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh：找客服\n      en：ask", 15, "`zh: `", "zh: "),
    ("second language", "  - id: a\n    questions: [怎么退款]\n    answer:\n      zh: 找客服\n      en：ask", 16, "en: ", "en: "),
    ("language behind the key", "  - id: a\n    questions: [怎么退款]\n    answer: zh：找客服", 14, "`zh: `", "zh: "),
    ("space before a full-width colon", "  - id: a\n    questions: [怎么退款]\n    answer ：找客服", 14, "write: answer: 找客服", "半角冒号"),
    ("small colon", "  - id: a\n    questions: [怎么退款]\n    answer﹕找客服", 14, "write: answer: 找客服", "半角冒号"),
    ("ratio for a colon", "  - id: a\n    questions: [怎么退款]\n    answer∶ 找客服", 14, "write: answer: 找客服", "半角冒号"),
    ("full-width colon of the first key", "  - id：a\n    questions：[怎么退款]\n    answer：找客服", 12, "- id: a", "全角冒号"),
    ("full-width comment", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n  ＃ 换货", 15, "`#`", "#"),
    ("full-width comment between keys", "  - id: a\n    ＃ 换货\n    questions: [怎么退款]\n    answer: 找客服", 13, "`#`", "#"),
    ("full-width comment behind a text", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服 ＃ 换货也是", 14, "`#`", "英文输入法输入 #"),
    ("full-width space behind a word", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n    handoff: never　", 15, "write: never", "请只写 never"),
    ("full-width stop behind a word", "  - id: a\n    questions: [怎么退款]\n    answer: 找客服\n    handoff: never；", 15, "write: never", "请只写 never"),
    ("typographic quotes around a key", "  - id: a\n    questions: [怎么退款]\n    “answer”: 找客服", 14, "did you mean `answer`", "answer"),
    ("typographic quotes in brackets", "  - id: a\n    questions: [“怎么退款”, “多久到账”]\n    answer: 找客服", 13, "\"怎么退款\"", "英文引号"),
    ("lenticular brackets", "  - id: a\n    questions: 【怎么退款，多久到账】\n    answer: 找客服", 13, "[", "["),
    ("parentheses for brackets", "  - id: a\n    questions: （怎么退款）\n    answer: 找客服", 13, "[", "["),
    ("full-width braces", "  - id: a\n    questions: [怎么退款]\n    answer: ｛zh：找客服｝", 14, "{", "{"),
    ("full-width bar", "  - id: a\n    questions: [怎么退款]\n    answer: ｜\n      第一步", 14, "|", "|"),
    ("full-width space behind a colon with nothing else", "  - id: a\n    questions: [怎么退款]\n    answer:　\n      zh：找客服", 14, "is none: remove it", "看不见"),
    ("enumeration comma", "  - id: a\n    questions: [怎么退款、多久到账]\n    answer: 找客服", 13, "怎么退款, 多久到账", "英文逗号"),
    ("full-width letters of a key", "  - id: a\n    questions: [怎么退款]\n    ａｎｓｗｅｒ: 找客服", 14, "answer", "answer"),
];

#[test]
fn signs_that_only_look_right_are_told_in_their_line_with_what_to_type() {
    check(SIGNS);
}

#[test]
fn texts_that_begin_with_full_width_spaces_or_speak_of_keys_are_left_alone() {
    for entry in [
        "  - id: a\n    questions: [怎么退款]\n    answer: |\n      　　第一段\n      　　zh: 第二段",
        "  - id: a\n    questions: [怎么退款]\n    answer: |\n      步骤：\n      zh：中文",
        "  - id: a\n    questions: [wifi：怎么连, 怎么退款]\n    answer: \"zh：找客服 ＃ 1\"",
        "  - id: a\n    questions:\n      - 提示：怎么退款\n    answer: 注意：找客服",
    ] {
        assert_eq!(
            super::mistakes::told(&super::mistakes::with_entry(entry)),
            [],
            "{entry}"
        );
    }
}
