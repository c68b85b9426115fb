//! Both ways against wechatpy: peer.json holds what it encrypted (`peer.py` makes it again). Where the environment names a
//! Python that has wechatpy, it decrypts what is sealed here too.

use crate::published::Example;
use groupdesk_testkit::Peer;
use std::io::Write;
use std::process::{Command, Stdio};

fn recorded() -> Vec<Example> {
    serde_json::from_str(include_str!("peer.json")).unwrap()
}

#[test]
fn what_wechatpy_encrypts_is_opened_and_the_same_is_encrypted_here() {
    let all = recorded();
    assert!(all.len() > 70);
    for example in all {
        let plain = example.plain.clone().unwrap();
        let (verifier, _) = example.verifier();
        assert_eq!(verifier.verify_url(&example.query()).unwrap(), plain);
        let random = example.random.as_ref().unwrap().as_bytes().try_into().unwrap();
        let encrypted = example.crypt().encrypt_with(random, plain.as_bytes()).unwrap();
        assert_eq!(encrypted, example.encrypted, "wechatpy would not decrypt it");
    }
}

#[test]
fn wechatpy_opens_what_is_sealed_here_where_it_is_installed() {
    let wechatpy = Peer {
        name: "wechatpy",
        bring: "pip install wechatpy cryptography, and let GROUPDESK_WECHATPY name that Python",
    };
    let Some(python) = wechatpy.named_by("GROUPDESK_WECHATPY") else {
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/callback/peer.py");
    let mut peer = Command::new(python)
        .args([script, "open"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut sent = Vec::new();
    let mut input = peer.stdin.take().unwrap();
    // wechatpy knows no empty receiver.
    for example in recorded()
        .into_iter()
        .filter(|example| !example.receiver.is_empty())
    {
        for work in [true, false] {
            let xml = example
                .verifier()
                .0
                .seal_xml(&example.query(), example.plain.as_ref().unwrap())
                .unwrap();
            let case = serde_json::json!({"work": work, "receiver": example.receiver, "xml": xml});
            writeln!(input, "{case}").unwrap();
            sent.push(example.plain.clone().unwrap());
        }
    }
    drop(input);
    let output = peer.wait_with_output().unwrap();
    let read: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read, sent);
}
