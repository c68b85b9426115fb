//! Each format, as people and programs write it.

use super::*;

#[test]
fn a_table_is_read_by_the_names_of_its_columns() {
    let text = "序号,标准问题（必填）,相似问1,分类,答案\n1,怎么退款？,钱能退吗,售后,\"在订单页\n点退款\"\n2,如何退货,,售后,\"在订单页\n点退款\"\n3,怎么退款,,x,别的答案\n4,没有答案的问题,,,\n5,？？,,,x\n";
    let (made, entries) = imported("表.csv", text);
    assert_eq!(
        said(&entries),
        [(vec!["怎么退款？", "钱能退吗", "如何退货"], "在订单页\n点退款")]
    );
    assert_eq!(entries[0].id, "tui-kuan");
    let notes = notes(&made);
    assert_eq!(made.grouped, 1);
    for (part, number) in [
        ("LeftOut 表.csv:1: the column `分类`", 1),
        (
            "Duplicate 表.csv:6: `怎么退款` again with another answer: the one at 表.csv:2",
            1,
        ),
        ("LeftOut 表.csv:7: no answer to `没有答案的问题`", 1),
        ("LeftOut 表.csv:8: `？？` has no letters", 1),
    ] {
        let count = notes.iter().filter(|note| note.starts_with(part)).count();
        assert_eq!(count, number, "{part}: {notes:#?}");
    }
    assert_eq!(notes.len(), 4, "{notes:#?}");
    assert!(made.weak.is_empty());
}

#[test]
fn a_table_in_any_encoding_and_with_any_sign_is_the_same() {
    let text = "问题,答案\n怎么退款？,在订单页点“退款”，三天到账。\n如何开发票？,在订单页点“发票”。\n客服几点上班？,每天九点到六点。\n";
    let (_, entries) = imported("a.csv", text);
    assert_eq!(entries.len(), 3);
    let (gbk, _, _) = encoding_rs::GBK.encode(text);
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (content, how) in [
        (gbk.into_owned(), "GBK"),
        (format!("\u{feff}{text}").into_bytes(), "with a mark"),
        (utf16, "UTF-16"),
        (text.replace(',', "\t").into_bytes(), "tabs"),
        (
            text.replace(',', ";").replace('\n', "\r\n").into_bytes(),
            "semicolons",
        ),
        (text.split_once('\n').unwrap().1.into(), "without names"),
    ] {
        assert_eq!(imported("a.csv", content).1, entries, "{how}");
    }
}

#[test]
fn a_table_whose_columns_say_nothing_is_refused_with_what_to_type() {
    let refusal = import(&[source("a.csv", "x,y,z\n1,2,3\n")], &options()).unwrap_err();
    assert!(
        refusal.0.contains("x, y, z") && refusal.0.contains("`question` and `answer`"),
        "{refusal}"
    );
}

#[test]
fn markdown_is_read_by_headings_marks_or_details() {
    let headings = "# 帮助\n\n写在前面。\n\n## 1. 怎么**退款**？\n\n在[订单页](https://example.com/o)点退款，\n三天到账。\n\n- 一\n- 二\n\n### 海外\n\n找客服。\n\n## 如何开发票\n\n![](https://example.com/a.png)\n点发票。\n\n## 空的\n";
    let (made, entries) = imported("a.md", headings);
    assert_eq!(
        said(&entries),
        [
            (
                vec!["怎么退款？"],
                "在订单页 (https://example.com/o)点退款，\n三天到账。\n\n- 一\n- 二\n\n海外\n\n找客服。"
            ),
            (vec!["如何开发票"], "点发票。"),
        ]
    );
    assert_eq!(entries[1].pictures, ["https://example.com/a.png"]);
    assert_eq!(
        notes(&made),
        [
            "LeftOut a.md:1: `帮助` is the title of the page, not a question",
            "LeftOut a.md:22: there is no text under `空的`"
        ]
    );

    let marks = "## 售后\n\n**问：**怎么退款？\n**答：**在订单页。\n\n第二段。\n\n### Q2：如何开发票\n\n**答：**点发票。\n";
    let details = "<details>\n<summary>怎么退款？</summary>\n\n在订单页。\n\n第二段。\n\n</details>\n<details><summary>Q2：如何开发票</summary>点发票。</details>\n";
    let expected = [
        (vec!["怎么退款？"], "在订单页。\n\n第二段。"),
        (vec!["如何开发票"], "点发票。"),
    ];
    for text in [marks, details] {
        assert_eq!(said(&imported("a.md", text).1), expected, "{text}");
    }
}

#[test]
fn a_page_is_read_by_its_lists_details_or_headings() {
    let list = "<!DOCTYPE html><html><head><title>FAQ</title><style>dt{}</style></head><body><nav><h2>导航</h2>首页</nav><h1>常见问题</h1>\
                <dl><dt>怎么退款？</dt><dt>钱能退吗</dt><dd><p>在<b>订单页</b>。</p><p>第二段。</p></dd>\
                <dt>如何开发票</dt><dd>点发票。<img src=\"https://example.com/a.png\"><img src='b.png'></dd></dl><footer>© 公司</footer></body></html>";
    let (made, entries) = imported("a.html", list);
    assert_eq!(
        notes(&made),
        ["LeftOut a.html:1: the picture b.png: it has no address that begins with https://"]
    );
    assert_eq!(
        said(&entries),
        [
            (vec!["怎么退款？", "钱能退吗"], "在订单页。\n\n第二段。"),
            (vec!["如何开发票"], "点发票。"),
        ]
    );
    assert_eq!(entries[1].pictures, ["https://example.com/a.png"]);
    let data = r#"{"@graph": [{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "怎么退款？",
        "acceptedAnswer": {"@type": "Answer", "text": "<p>在订单页。</p>"}}]}]}"#;
    let linked = format!("<script type=\"application/ld+json\">{data}</script><h2>怎么退款？</h2>在订单页……");
    assert_eq!(
        said(&imported("a.html", linked).1),
        [(vec!["怎么退款？"], "在订单页。")]
    );
    let details = "<h2>售后</h2><details><summary><h3>怎么退款？</h3></summary><div>在订单页\n点<a href='/o'>退款</a>。<br>三天到账。</div></details>";
    assert_eq!(
        said(&imported("a.html", details).1),
        [(vec!["怎么退款？"], "在订单页点退款。\n三天到账。")]
    );
    let headings = "<h1>FAQ</h1><h3><button>Q1. How do I pay?</button></h3><ol><li><p>Open it.</p></li><li>Pay.</li></ol><h3>Refunds</h3><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>";
    assert_eq!(
        said(&imported("a.html", headings).1),
        [
            (vec!["How do I pay?"], "1. Open it.\n2. Pay."),
            (vec!["Refunds"], "a | b\nc | d")
        ]
    );
}

#[test]
fn json_of_other_programs_is_known_by_its_keys() {
    let expected = [(vec!["怎么退款"], "点退款"), (vec!["如何开发票"], "点发票")];
    let huixiangdou = r#"{"怎么退款": "点退款", "如何开发票": "点发票"}"#;
    let huixiangdou_list =
        r#"[{"key": "怎么退款", "value": "点退款"}, {"key": "如何开发票", "value": "点发票"}]"#;
    let lines = "{\"问题\": \"怎么退款\", \"答案\": \"点退款\"}\n\n{\"query\": \"如何开发票\", \"response\": \"点发票\"}\n";
    let astrbot = r#"{"enable": true, "rules": [
        {"keyword": "怎么退款", "match_type": "contains", "reply_type": "text", "reply_text": "点退款", "enabled": true},
        {"keyword": "关", "reply_text": "x", "enabled": false},
        {"keyword": "如何开发票", "reply_type": "text", "reply_text": "点发票"}]}"#;
    let koishi = r#"[
        {"id": 1, "flag": 0, "probS": 1, "probA": 0, "original": "怎么退款", "question": "怎么退款", "answer": "点退款"},
        {"id": 2, "flag": 0, "original": "抽卡", "question": "抽卡", "answer": "$(lottery)"},
        {"id": 3, "flag": 0, "original": "如何开发票", "question": "如何开发票", "answer": "点发票<image url=\"https://example.com/a.png\"/>"}]"#;
    let chatwoot = r#"{"payload": [
        {"id": 1, "title": "怎么退款", "content": "点**退款**", "status": "published"},
        {"id": 2, "title": "草稿", "content": "x", "status": "draft"},
        {"id": 3, "title": "如何开发票", "content": "点发票", "status": "published"}], "meta": {"articles_count": 3}}"#;
    let zammad = r#"{"KnowledgeBaseAnswer": {"7": {"id": 7, "published_at": "2026-01-01T00:00:00Z", "archived_at": null},
            "8": {"id": 8, "internal_at": "2026-01-01T00:00:00Z", "published_at": null}, "9": {"id": 9, "published_at": "2026-01-01T00:00:00Z"}},
        "KnowledgeBaseAnswerTranslation": {"1": {"id": 1, "answer_id": 7, "content_id": 11, "title": "怎么退款"},
            "2": {"id": 2, "answer_id": 8, "content_id": 12, "title": "内部"}, "3": {"id": 3, "answer_id": 9, "content_id": 13, "title": "如何开发票"}},
        "KnowledgeBaseAnswerTranslationContent": {"11": {"id": 11, "body": "<p>点<b>退款</b></p>"}, "12": {"id": 12, "body": "x"},
            "13": {"id": 13, "body": "点发票"}}}"#;
    for (text, left_out) in [
        (huixiangdou, 0),
        (huixiangdou_list, 0),
        (lines, 0),
        (astrbot, 1),
        (koishi, 1),
        (chatwoot, 1),
        (zammad, 1),
    ] {
        let (made, entries) = imported("a.json", text);
        assert_eq!(said(&entries), expected, "{text}");
        assert_eq!(made.notes.len(), left_out, "{:?}", notes(&made));
    }
    let patterns = r#"[{"flag": 2, "original": "^退(款|货)", "question": "^退(款|货)", "answer": "点退款"},
        {"flag": 2, "original": "(?=坏)", "question": "x", "answer": "y"}]"#;
    let (made, entries) = imported("a.json", patterns);
    assert_eq!(entries[0].patterns, ["^退(款|货)"]);
    assert!(
        notes(&made)[0].contains("is no regular expression"),
        "{:?}",
        notes(&made)
    );
}

#[test]
fn rasas_files_are_read_together() {
    let nlu = "version: \"3.1\"\nnlu:\n- intent: faq/ask_refund\n  examples: |\n    - 怎么退款\n    - 退[钱](item)\n- intent: ask_invoice\n  examples: |\n    - 如何开发票\n- intent: greet\n  examples: |\n    - 你好\n";
    let domain = "responses:\n  utter_faq/ask_refund:\n  - text: 点退款\n    image: https://example.com/a.png\n  - text: 另一种\n  utter_invoice:\n  - text: |-\n      点发票\n      再点下载\n  utter_name:\n  - text: 我是 {name}\n";
    let rules = "rules:\n- rule: invoice\n  steps:\n  - intent: ask_invoice\n  - action: utter_invoice\n";
    let files = [
        source("nlu.yml", nlu),
        source("domain.yml", domain),
        source("rules.yml", rules),
    ];
    let made = import(&files, &options()).unwrap();
    let entries = entries_of(&made.yaml);
    assert_eq!(
        said(&entries),
        [
            (vec!["怎么退款", "退钱"], "点退款"),
            (vec!["如何开发票"], "点发票\n再点下载")
        ]
    );
    assert_eq!(entries[0].id, "faq-ask_refund");
    let notes = notes(&made);
    assert_eq!(notes.len(), 3, "{notes:#?}");
    assert!(
        notes
            .iter()
            .any(|note| note.starts_with("LeftOut nlu.yml:10: nothing is said")),
        "{notes:#?}"
    );
}

#[test]
fn entries_are_added_behind_those_of_a_faq_and_change_nothing_else() {
    let standing = "# ours\nentries:\n  - id: tui-kuan\n    questions: [怎么退款] # often\n    answer: 点退款\n# the end\nlanguage: zh\n";
    let options = Options {
        into: Destination::Behind(standing.to_owned()),
        ..options()
    };
    let made = import(
        &[source("a.csv", "q,a\n怎么退款？,别的\n怎么退款呢,再一个\n")],
        &options,
    )
    .unwrap();
    for line in standing.lines() {
        assert!(made.yaml.contains(line), "{}", made.yaml);
    }
    let entries = entries_of(&made.yaml);
    assert_eq!(
        said(&entries),
        [(vec!["怎么退款"], "点退款"), (vec!["怎么退款呢"], "再一个")]
    );
    assert!(
        notes(&made)[0].contains("entry `tui-kuan` already"),
        "{:?}",
        notes(&made)
    );
}

#[test]
fn templates_are_words_unless_the_file_says_so_and_names_what_there_is() {
    let (_, entries) = imported("a.csv", "q,a\n怎么退款,{{ name }}你好\n");
    let yaml = "{{ '{' }}{ name }}你好";
    assert_eq!(entries[0].answer[0].1, yaml);
    let (made, entries) = imported("a.csv", "q,a,template\n怎么退款,{{ hours.office }},yes\n");
    assert_eq!(entries[0].answer[0].1, "{{ '{' }}{ hours.office }}");
    assert!(
        notes(&made)[0].starts_with("Changed a.csv:2: said as words"),
        "{:?}",
        notes(&made)
    );
}

#[test]
fn the_entries_that_say_least_are_named_first() {
    let (made, _) = imported(
        "a.csv",
        "q,a\n怎么申请开具增值税发票,1\n退款,2\n怎么退款到银行卡,3\n怎么退款到银行卡里,4\n",
    );
    let weak: Vec<&str> = made.weak.iter().map(|weak| weak.question.as_str()).collect();
    assert_eq!(weak.first(), Some(&"退款"), "{weak:?}");
    assert_eq!(weak.last(), Some(&"怎么申请开具增值税发票"), "{weak:?}");
}

#[test]
fn a_question_with_a_meaning_of_the_bots_own_is_left_out_and_told_of() {
    let (made, entries) = imported("a.csv", "question,answer\n怎么退款,点退款\n转人工,请等一等\n");
    let asked: Vec<_> = entries.iter().flat_map(|entry| &entry.questions).collect();
    assert_eq!(asked, ["怎么退款"]);
    let notes = notes(&made);
    assert!(notes.iter().any(|note| note.contains("转人工")), "{notes:#?}");
}
