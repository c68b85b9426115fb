//! An export that is imported again is what it was.

use super::*;
use crate::exchange::export::{Target, export};
use crate::faq::{Versions, WrittenFaq};

fn there_and_back(faq: &WrittenFaq, to: Target, name: &str, into: Destination) -> WrittenFaq {
    let exported = export(faq, to).unwrap();
    let made = import(&[source(name, &exported.bytes)], &Options { into, ..options() });
    let made = made.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    assert!(made.notes.is_empty(), "{name}: {:#?}", notes(&made));
    written("faq.yaml", &made.yaml).unwrap()
}

fn same(after: &WrittenFaq, before: &WrittenFaq, name: &str) {
    assert_eq!(after.entries.len(), before.entries.len(), "{name}");
    for (after, before) in after.entries.iter().zip(&before.entries) {
        assert_eq!(after, before, "{name}");
    }
    assert_eq!(after.head.trim(), before.head.trim(), "{name}");
}

#[test]
fn the_shipped_file_comes_back_from_every_format() {
    let text = include_str!("../../../faq.yaml");
    let shipped = written("faq.yaml", text).unwrap();
    assert!(shipped.head.contains("contact_points:") && !shipped.head.contains("entries:"));
    for (to, name) in [
        (Target::Excel, "a.xlsx"),
        (Target::Markdown, "a.md"),
        (Target::Json, "a.json"),
    ] {
        same(
            &there_and_back(&shipped, to, name, Destination::New(None)),
            &shipped,
            name,
        );
    }
    let facts = Destination::New(Some(text.to_owned()));
    same(
        &there_and_back(&shipped, Target::Csv, "a.csv", facts),
        &shipped,
        "csv",
    );
}

#[test]
fn an_entry_with_every_key_and_odd_words_comes_back_from_every_format() {
    let versions = |texts: &[(&str, &str)]| -> Versions {
        texts
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    };
    let texts = |texts: &[&str]| -> Vec<String> { texts.iter().map(|text| (*text).to_owned()).collect() };
    let odd =
        "1. 一\n- 二\n\n  ```\n*三* <b>四</b> -->\nA: 五 & 六, \"七\"; |八| \\\n\n\n# 九 {{ 十 }}\nQ: 十一";
    let full = WrittenEntry {
        id: "all".to_owned(),
        title: versions(&[("zh", "全部 | *都*"), ("en", "All: yes")]),
        questions: texts(&["怎么_全部_?", "- all", "a <b> & c", "# 号", "Q: 问"]),
        patterns: texts(&["a|b{1,2}", "\\d+\""]),
        answer: versions(&[
            ("zh.open", odd),
            ("zh.closed", "没人"),
            ("en", "Nobody --> \"there\""),
        ]),
        is_template: false,
        hours: "office".to_owned(),
        pictures: texts(&["https://example.com/a.png", "https://example.com/b.png?x=1#y"]),
        links: vec![
            (
                versions(&[("zh", "关于"), ("en", "About")]),
                "https://example.com/1".to_owned(),
            ),
            (versions(&[("", "See: this")]), "https://example.com/2".to_owned()),
            (Versions::new(), "mailto:a@example.com".to_owned()),
        ],
        see_also: texts(&["other"]),
        handoff: "offer".to_owned(),
        unasked: "never".to_owned(),
        tags: texts(&["paid"]),
        channels: texts(&["qq/group:1"]),
        tests_match: texts(&["全部吗"]),
        tests_not: texts(&["no: #"]),
    };
    let other = WrittenEntry {
        id: "other".to_owned(),
        questions: texts(&["另一个"]),
        answer: versions(&[("", odd)]),
        ..WrittenEntry::default()
    };
    let faq = WrittenFaq {
        head: "# ours\nlanguage: zh\n\nhours:\n  office: 7x24\n".to_owned(),
        entries: vec![full, other],
    };
    let clean = |answer: &mut Versions| {
        for (_, text) in answer {
            *text = gather_entries::cleaned(text);
        }
    };
    let mut clean_faq = faq.clone();
    for entry in &mut clean_faq.entries {
        clean(&mut entry.answer);
    }
    for (to, name) in [
        (Target::Excel, "a.xlsx"),
        (Target::Markdown, "a.md"),
        (Target::Json, "a.json"),
        (Target::Csv, "a.csv"),
    ] {
        let into = match to {
            Target::Csv => Destination::New(Some(format!("{}entries:\n  - id: x\n", faq.head))),
            _ => Destination::New(None),
        };
        let mut after = there_and_back(&faq, to, name, into);
        for entry in &mut after.entries {
            // Words that look like templates are written as templates of their own.
            entry.is_template = false;
            for (_, text) in &mut entry.answer {
                *text = text.replace("{{ '{' }}", "{");
            }
        }
        same(&after, &clean_faq, name);
    }
}
