//! `groupdesk import` and `export` from the outside: the same FAQ from every format, and nothing overwritten.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn groupdesk(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groupdesk"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Makes 200 questions that a shop is asked.
fn faq() -> Vec<(String, String)> {
    const THINGS: [&str; 20] = [
        "会员卡",
        "发票",
        "快递",
        "优惠券",
        "礼品盒",
        "洗衣机",
        "路由器",
        "自行车",
        "电子书",
        "保险单",
        "停车位",
        "行李箱",
        "咖啡豆",
        "投影仪",
        "健身房",
        "毕业证",
        "疫苗本",
        "温泉票",
        "钢琴课",
        "宠物粮",
    ];
    const ASKED: [(&str, &str); 10] = [
        ("怎么申请", "在首页点“申请”，填好表单。"),
        ("多少钱一份", "价格: 以页面为准 # 含税"),
        ("丢了怎么补办", "第一步：挂失。\n第二步：到门店补办。"),
        (
            "可以送到国外吗",
            "可以，见 https://example.com/world?x=1&y=2 的说明。",
        ),
        ("有效期多久", "一年；到期前 7 天会提醒。"),
        ("能不能转让给朋友", "不能，{{ 本人 }}使用。"),
        ("坏了找谁修", "拨打 0731-8957 2759，\"周一至周五\"。"),
        ("支持分期付款吗", "支持 3、6、12 期。\n\n- 信用卡\n- 花呗"),
        ("什么时候补货", "- 每周二"),
        ("颜色有哪几种", "'红'、'蓝' 和 [白]"),
    ];
    let mut rows = Vec::new();
    for thing in THINGS {
        for (asked, answer) in ASKED {
            rows.push((format!("{thing}{asked}？"), format!("{thing}：{answer}")));
        }
    }
    rows
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn markdown(rows: &[(String, String)]) -> String {
    let mut page = "# 常见问题\n".to_owned();
    for (question, answer) in rows {
        let _ = write!(page, "\n## {question}\n\n{}\n", answer.replace('[', "\\["));
    }
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A page in which an answer's list is one.
fn html(rows: &[(String, String)]) -> String {
    let mut page = "<!DOCTYPE html>\n<html><body><h1>常见问题</h1>\n<dl>\n".to_owned();
    for (question, answer) in rows {
        let _ = write!(page, "<dt>{}</dt>\n<dd>", escaped(question));
        for part in answer.split("\n\n") {
            match part.strip_prefix("- ") {
                Some(list) => {
                    let items = list
                        .split("\n- ")
                        .map(|item| format!("<li>{}</li>", escaped(item)));
                    let _ = write!(page, "<ul>{}</ul>", items.collect::<String>());
                }
                None => {
                    let _ = write!(page, "<p>{}</p>", escaped(part).replace('\n', "<br>"));
                }
            }
        }
        page.push_str("</dd>\n");
    }
    page + "</dl></body></html>\n"
}

#[test]
fn two_hundred_questions_are_the_same_entries_from_csv_markdown_and_html_and_pass_check() {
    let folder = tempfile::tempdir().unwrap();
    let rows = faq();
    assert_eq!(rows.len(), 200);
    let mut csv = "问题,答案\n".to_owned();
    for (question, answer) in &rows {
        let _ = writeln!(csv, "{},{}", cell(question), cell(answer));
    }
    let (gbk, _, unmappable) = encoding_rs::GBK.encode(&csv);
    assert!(!unmappable);
    let details: String = rows.iter().fold(String::new(), |page, (question, answer)| {
        format!(
            "{page}<details>\n<summary>{question}</summary>\n\n{}\n\n</details>\n\n",
            answer.replace('[', "\\[")
        )
    });
    let files: [(&str, Vec<u8>); 5] = [
        ("utf8.csv", csv.clone().into_bytes()),
        ("gbk.csv", gbk.into_owned()),
        ("headings.md", markdown(&rows).into_bytes()),
        ("details.md", details.into_bytes()),
        ("page.html", html(&rows).into_bytes()),
    ];
    let mut first: Option<String> = None;
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
        let out = format!("{name}.yaml");
        let output = groupdesk(folder.path(), &["import", name, "--out", &out]);
        let told = text(&output.stdout);
        assert!(output.status.success(), "{name}: {told}{}", text(&output.stderr));
        assert!(told.contains("200 entries with 200 questions"), "{name}: {told}");
        let yaml = fs::read_to_string(folder.path().join(&out)).unwrap();
        match &first {
            None => first = Some(yaml),
            Some(first) => assert_eq!(&yaml, first, "{name}"),
        }
    }
    let output = groupdesk(folder.path(), &["check", "utf8.csv.yaml", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["errors"], &report["faqs"][0]["entries"]),
        (&0.into(), &200.into()),
        "{report:#}"
    );
    // Of what was written, not of what was asked: nothing is misread, or stands there twice.
    for warning in report["problems"].as_array().unwrap() {
        let message = warning["message"].as_str().unwrap();
        let is_about_words = ["collide", "finds", "read as statements"]
            .iter()
            .any(|about| message.contains(about));
        assert!(is_about_words, "{message}");
    }
    let asked = groupdesk(
        folder.path(),
        &["ask", "会员卡能不能转让给朋友？", "--faq", "utf8.csv.yaml"],
    );
    assert!(
        text(&asked.stdout).contains("不能，{{ 本人 }}使用"),
        "{}",
        text(&asked.stdout)
    );
}

#[test]
fn nothing_is_overwritten_and_what_to_type_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.csv"), "question,answer\nhow do I pay,at the desk\n").unwrap();
    let first = groupdesk(folder.path(), &["import", "a.csv"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let yaml = fs::read_to_string(path("faq.yaml")).unwrap();
    assert!(yaml.starts_with("language: en\n"), "{yaml}");
    let again = groupdesk(folder.path(), &["import", "a.csv"]);
    let refusal = text(&again.stderr);
    assert_eq!(again.status.code(), Some(2), "{refusal}");
    assert!(
        refusal.contains("--out faq-new.yaml") && refusal.contains("--add-to faq.yaml"),
        "{refusal}"
    );
    let export = groupdesk(folder.path(), &["export", "--to", "csv", "--out", "a.csv"]);
    assert_eq!(export.status.code(), Some(2));
    assert_eq!(fs::read_to_string(path("faq.yaml")).unwrap(), yaml);

    fs::write(path("b.md"), "## How do I leave?\n\nBy the door.\n").unwrap();
    let added = groupdesk(folder.path(), &["import", "b.md", "--add-to", "faq.yaml"]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    let after = fs::read_to_string(path("faq.yaml")).unwrap();
    assert!(
        after.starts_with(&yaml) && after.contains("By the door."),
        "{after}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);

    let shown = groupdesk(folder.path(), &["import", "a.csv", "--out", "-"]);
    assert_eq!(text(&shown.stdout), yaml);
    assert!(
        text(&shown.stderr).contains("groupdesk check"),
        "{}",
        text(&shown.stderr)
    );
}

#[test]
fn an_export_is_imported_again_and_passes_its_own_tests() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("faq.yaml");
    let shipped = shipped.to_str().unwrap();
    for (to, name) in [
        ("xlsx", "a.xlsx"),
        ("md", "a.md"),
        ("json", "a.json"),
        ("csv", "a.csv"),
    ] {
        let output = groupdesk(
            folder.path(),
            &["export", "--faq", shipped, "--to", to, "--out", name],
        );
        assert!(output.status.success(), "{to}: {}", text(&output.stderr));
        let out = format!("{to}.yaml");
        let mut arguments = vec!["import", name, "--out", &out];
        if to == "csv" {
            arguments.extend(["--facts", shipped]);
        }
        let output = groupdesk(folder.path(), &arguments);
        assert!(output.status.success(), "{to}: {}", text(&output.stderr));
    }
    let output = groupdesk(folder.path(), &["check", "--json", "md.yaml"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["errors"], 0, "{report:#}");
    assert_eq!(report["faqs"][0]["tests"], report["faqs"][0]["tests_passed"]);
    let pairs = groupdesk(folder.path(), &["export", "--faq", shipped, "--to", "pairs"]);
    let pairs = text(&pairs.stdout);
    assert!(pairs.contains("\n提交工单要不要先注册账号,可以注册"), "{pairs}");
    assert!(
        pairs.contains("\ndo I need an account to open a ticket,\"You can register"),
        "{pairs}"
    );
}
