//! The versions of faq.yaml: kept when they come into service, compared, and put back, beside the running program and without it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, group_message};

const FIRST: &str = "entries:
  - { id: hours, questions: [几点开门, 营业时间, 你们几点上班], answer: 九点 }
  - { id: refund, questions: [怎么退款, 退款多久到账, 可以退款吗], answer: 找客服 }
";

fn run(program: &Program, arguments: &[&str]) -> Output {
    program.command(binary()).args(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

fn faq(program: &Program) -> PathBuf {
    program.folder.join("faq.yaml")
}

/// Returns the versions as name and source, newest first, as soon as there are so many.
async fn versions(program: &Program, count: usize) -> Vec<(String, String)> {
    let end = Instant::now() + Duration::from_secs(90);
    loop {
        let output = run(program, &["faq", "log", "--json"]);
        let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_default();
        if found.len() >= count {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let named = found
                .iter()
                .map(|one| (text(&one["version"]), text(&one["source"])));
            return named.collect();
        }
        assert!(Instant::now() < end, "{}\n{}", told(&output), program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn every_version_in_service_is_kept_compared_and_comes_back_beside_the_program_and_without_it() {
    let mut program = Program::reverse("");
    std::fs::write(faq(&program), FIRST).unwrap();
    let nothing = run(&program, &["check", "faq.yaml", "--preview"]);
    assert!(
        told(&nothing).contains("nothing to compare with"),
        "{}",
        told(&nothing)
    );
    program.start(binary());
    let (first, source) = versions(&program, 1).await.remove(0);
    assert_eq!(source, "file");

    // An edit by hand: shown before it is in service, and kept when it is.
    let second = FIRST.replace("怎么退款, 退款多久到账, ", "发票怎么开, 能开发票吗, ");
    let draft = program.folder.join("draft.yaml");
    std::fs::write(&draft, &second).unwrap();
    let shown = run(&program, &["diff", "latest", "draft.yaml"]);
    let text = told(&shown);
    assert!(shown.status.success(), "{text}");
    for words in [
        "--- ",
        "不再回答",
        "「怎么退款」（文件 / file）: refund →",
        "新回答",
        "「发票怎么开」",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let checked = run(&program, &["check", "draft.yaml", "--preview", "--json"]);
    let json: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let preview = &json["previews"][0];
    assert_eq!(preview["version"], first.as_str(), "{json:#}");
    assert!(!preview["preview"]["changes"].as_array().unwrap().is_empty());
    std::fs::write(faq(&program), &second).unwrap();
    let newest = versions(&program, 2).await;
    assert_eq!((&newest[1].0, newest[0].1.as_str()), (&first, "file"));
    let same = told(&run(&program, &["check", "faq.yaml", "--preview"]));
    assert!(
        same.contains(&format!("is the version in service, {}", newest[0].0)),
        "{same}"
    );

    // Over given messages, with what is asked of the bot told apart.
    let asked = program.folder.join("asked.jsonl");
    std::fs::write(
        &asked,
        "{\"q\": \"退款多久到账\", \"called\": true}\n{\"q\": \"几点开门\"}\n",
    )
    .unwrap();
    let over = run(
        &program,
        &[
            "diff",
            &first[..6],
            &newest[0].0[..6],
            "--questions",
            "asked.jsonl",
            "--json",
        ],
    );
    let json: Value = serde_json::from_slice(&over.stdout).unwrap();
    assert_eq!(json["preview"]["from_members"], 2, "{json:#}");

    // Back, beside the running program.
    let dry = told(&run(&program, &["faq", "rollback", &first[..4]]));
    assert!(dry.contains("--yes") && dry.contains("@@"), "{dry}");
    assert_eq!(std::fs::read_to_string(faq(&program)).unwrap(), second);
    let back = run(&program, &["faq", "rollback", &first[..4], "--yes"]);
    assert!(
        back.status.success() && told(&back).contains(&newest[0].0),
        "{}",
        told(&back)
    );
    assert_eq!(std::fs::read_to_string(faq(&program)).unwrap(), FIRST);
    let (qq, _said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    let end = Instant::now() + Duration::from_secs(60);
    for id in 1.. {
        wire.send(group_message(id, 70 + id, 3, "怎么退款", true));
        tokio::time::sleep(Duration::from_millis(500)).await;
        if qq.said().iter().any(|said| said.text.contains("找客服")) {
            break;
        }
        assert!(Instant::now() < end, "{:?}\n{}", qq.said(), program.log());
    }
    // The program took it for what it is: nobody's new edit.
    let all = versions(&program, 3).await;
    let sources: Vec<&str> = all.iter().map(|(_, source)| source.as_str()).collect();
    assert_eq!(sources, ["rollback", "file", "file"]);
    program.terminate();

    // Without it: an edit that was never in service is kept too when it is replaced.
    let third = FIRST.replace("九点", "十点");
    std::fs::write(faq(&program), &third).unwrap();
    let back = run(&program, &["faq", "rollback", &newest[0].0, "--yes"]);
    assert!(back.status.success(), "{}", told(&back));
    assert_eq!(std::fs::read_to_string(faq(&program)).unwrap(), second);
    assert_eq!(versions(&program, 5).await.len(), 5);
    let shown = run(&program, &["faq", "show", &versions(&program, 5).await[1].0]);
    assert_eq!(shown.stdout, third.as_bytes());
    let unknown = run(&program, &["faq", "rollback", "0000", "--yes"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", told(&unknown));
}
