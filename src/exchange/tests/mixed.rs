//! Files that are written in several ways at once, or that do not say what is what.

use super::*;
use rust_xlsxwriter::Workbook;

/// Makes a workbook of sheets with two columns.
fn book(sheets: &[(&str, &[[&str; 2]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn rows_are_counted_as_an_editor_counts_them_whatever_ends_the_lines() {
    let text = "问题,答案\n甲怎么办,一\n乙怎么办,\n\n,二\n甲怎么办,三\n丙怎么办,\"一\n二\"\n丁怎么办,\n";
    let crlf = text.replace('\n', "\r\n");
    let tabs = crlf.replace(',', "\t");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(tabs.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (content, how) in [
        (text.as_bytes().to_vec(), "\\n"),
        (crlf.clone().into_bytes(), "\\r\\n"),
        (text.replace('\n', "\r").into_bytes(), "\\r"),
        (format!("\u{feff}{crlf}").into_bytes(), "with a mark"),
        (utf16, "UTF-16 with tabs"),
    ] {
        let (made, _) = imported("a.csv", content);
        assert_eq!(
            notes(&made),
            [
                "LeftOut a.csv:3: no answer to `乙怎么办`",
                "LeftOut a.csv:5: no question",
                "Duplicate a.csv:6: `甲怎么办` again with another answer: the one at a.csv:2 stays",
                "LeftOut a.csv:9: no answer to `丁怎么办`",
            ],
            "{how}"
        );
    }
}

#[test]
fn columns_are_known_by_many_names() {
    let expected = [(vec!["怎么退款"], "点退款"), (vec!["如何开发票"], "点发票")];
    for names in [
        "客户提问,官方答复",
        "用户问题,回复内容",
        "咨询内容,客服回复",
        "咨询,解答",
        "Q,A",
        "query,reply",
        "Customer question,Official_reply",
    ] {
        let text = format!("{names}\n怎么退款,点退款\n如何开发票,点发票\n");
        let (made, entries) = imported("a.csv", text);
        assert_eq!(said(&entries), expected, "{names}");
        assert!(made.notes.is_empty(), "{names}: {:?}", notes(&made));
    }
}

#[test]
fn a_second_column_of_answers_is_told_of() {
    let (made, entries) = imported(
        "a.csv",
        "问题,答案,客服回复\n怎么退款,点退款,别的\n如何开发票,,点发票\n",
    );
    assert_eq!(
        said(&entries),
        [(vec!["怎么退款"], "点退款"), (vec!["如何开发票"], "点发票")]
    );
    let notes = notes(&made);
    assert_eq!(notes.len(), 1, "{notes:#?}");
    assert!(
        notes[0].starts_with("LeftOut a.csv:1: the column `客服回复` where"),
        "{notes:#?}"
    );
}

#[test]
fn a_first_row_that_may_name_the_columns_is_told_of() {
    let (made, entries) = imported("a.csv", "事项,说明\n怎么退款,点退款\n");
    assert_eq!(
        said(&entries),
        [(vec!["事项"], "说明"), (vec!["怎么退款"], "点退款")]
    );
    let notes = notes(&made);
    assert_eq!(notes.len(), 1, "{notes:#?}");
    assert!(
        notes[0].starts_with("Doubtful a.csv:1: the first row, `事项` and `说明`, was taken as an entry"),
        "{notes:#?}"
    );
    for text in [
        "怎么退款,点退款\n如何开发票,点发票\n",
        "退款,在订单页点“退款”。\n发票,点发票\n",
        "事项,说明\n",
    ] {
        let (made, _) = imported("a.csv", text);
        assert!(made.notes.is_empty(), "{text}: {:?}", made.notes);
    }
}

#[test]
fn sheets_that_hold_no_questions_are_left_out_and_told_of() {
    let contacts: (&str, &[[&str; 2]]) = ("通讯录", &[["姓名", "电话"], ["张三", "13800000000"]]);
    let named: (&str, &[[&str; 2]]) = ("问答", &[["问题", "答案"], ["怎么退款", "点退款"]]);
    let (made, entries) = imported("a.xlsx", book(&[contacts, named]));
    assert_eq!(said(&entries), [(vec!["怎么退款"], "点退款")]);
    let left_out = "LeftOut a.xlsx「通讯录」: the sheet has no column of questions and none of answers";
    assert_eq!(notes(&made), [left_out]);

    let unnamed: (&str, &[[&str; 2]]) = ("常见", &[["怎么退款", "点退款"], ["发票", "点发票"]]);
    let (made, entries) = imported("a.xlsx", book(&[unnamed, contacts]));
    assert_eq!(
        said(&entries),
        [(vec!["怎么退款"], "点退款"), (vec!["发票"], "点发票")]
    );
    assert_eq!(
        notes(&made),
        [
            "Doubtful a.xlsx「常见」: no row names the columns: the first column was taken for questions, the second for answers",
            left_out
        ]
    );

    let others: (&str, &[[&str; 2]]) = ("库存", &[["甲", "3"], ["乙", "4"]]);
    let refusal = import(&[source("a.xlsx", book(&[contacts, others]))], &options()).unwrap_err();
    assert!(refusal.0.contains("姓名, 电话"), "{refusal}");
}

#[test]
fn a_sheet_alone_needs_no_names() {
    let unnamed: (&str, &[[&str; 2]]) = ("Sheet1", &[["退款", "点退款"], ["发票", "点发票"]]);
    let (_, entries) = imported("a.xlsx", book(&[unnamed]));
    assert_eq!(
        said(&entries),
        [(vec!["退款"], "点退款"), (vec!["发票"], "点发票")]
    );
}

#[test]
fn a_section_is_read_in_the_way_in_which_it_is_written() {
    let text = "# 常见问题\n\n## 怎么退款？\n\n点退款\n\n## 发票怎么开\n\n订单页\n\n## 其他\n\n**Q:** 地址在哪\n\n**A:** 长沙\n\n<details><summary>周末上班吗</summary>不上</details>\n";
    let page = "<h1>常见问题</h1><h2>怎么退款？</h2><p>点退款</p><h2>发票怎么开</h2><p>订单页</p><h2>其他</h2>\
                <p><b>Q:</b> 地址在哪</p><p><b>A:</b> 长沙</p><details><summary>周末上班吗</summary>不上</details>";
    for (name, text) in [("a.md", text), ("a.html", page)] {
        let (made, entries) = imported(name, text);
        assert_eq!(
            said(&entries),
            [
                (vec!["怎么退款？"], "点退款"),
                (vec!["发票怎么开"], "订单页"),
                (vec!["地址在哪"], "长沙"),
                (vec!["周末上班吗"], "不上"),
            ],
            "{name}"
        );
        assert!(made.notes.is_empty(), "{name}: {:?}", notes(&made));
    }
}

#[test]
fn a_heading_that_asks_is_read_among_marked_questions_and_others_are_told_of() {
    let text = "开头。\n\n# 帮助\n\n## 概述\n\n这里是概述文字。\n\n**Q:** 怎么付款\n\n**A:** 用微信\n\n**Q:** 能刷卡吗\n\n**A:** 能\n\n**Q:** 能开票吗\n\n**A:** 能开\n\n## 几天到？\n\n三天\n\n## 关于\n\n一家公司\n\n## 空的\n";
    let (made, entries) = imported("a.md", text);
    assert_eq!(
        said(&entries),
        [
            (vec!["怎么付款"], "用微信"),
            (vec!["能刷卡吗"], "能"),
            (vec!["能开票吗"], "能开"),
            (vec!["几天到？"], "三天"),
        ]
    );
    assert_eq!(
        notes(&made),
        [
            "LeftOut a.md:1: the text that begins with `开头。`: it answers no question",
            "LeftOut a.md:29: there is no text under `空的`",
            "LeftOut a.md:5: the heading `概述` with its text: the page marks its questions otherwise",
            "LeftOut a.md:25: the heading `关于` with its text: the page marks its questions otherwise",
        ]
    );
}

#[test]
fn parts_of_an_answer_and_lists_that_nobody_closed_are_no_questions() {
    let parts = "## 怎么安装？\n\n先下载。\n\n<details><summary>Windows</summary>双击</details>\n\n## 怎么卸载？\n\n删掉。\n";
    let (_, entries) = imported("a.md", parts);
    let said_of_parts = said(&entries);
    assert_eq!(said_of_parts.len(), 2, "{said_of_parts:?}");
    assert!(said_of_parts[0].1.contains("双击"), "{said_of_parts:?}");

    let contents = "# 帮助\n\n<details><summary>目录</summary>一、二</details>\n\n## 怎么安装？\n\n下载。\n\n## 怎么卸载？\n\n删掉。\n";
    let (made, entries) = imported("a.md", contents);
    assert_eq!(
        said(&entries),
        [(vec!["怎么安装？"], "下载。"), (vec!["怎么卸载？"], "删掉。")]
    );
    assert_eq!(
        notes(&made),
        ["LeftOut a.md:1: `帮助` is the title of the page, not a question"]
    );

    let open = "<h2>怎么退款？</h2><dl><dt>甲<dd>一<h2>如何开发票</h2>点发票<h2>几点上班</h2>九点";
    let (_, entries) = imported("a.html", open);
    let questions: Vec<&str> = entries.iter().map(|entry| entry.questions[0].as_str()).collect();
    assert_eq!(questions, ["怎么退款？", "如何开发票", "几点上班"]);
}
