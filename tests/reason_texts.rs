//! Every reason that an adapter gives has its Chinese in `src/cli/reason.zh.yaml`, and every one there is somewhere in the sources.
//!
//! A reason is any literal of three words and more in an adapter's sources that is no log sentence, no attribute, and has no Chinese beside it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Sources without reasons of a connection or a message: what stands in the settings' errors, which are in both languages already, and what
/// mails, members and platforms say. What a website's HTTP API answers is for programs, and so in English alone.
const WITHOUT: [&str; 28] = [
    "/tests/",
    "/fake/",
    "tests.rs",
    "settings",
    "contract/",
    "template/",
    "terminal/",
    "testkit/",
    "webhook/src/wire.rs",
    "web/src/site.rs",
    "web/src/room/",
    "web/src/site/caller.rs",
    "web/src/site/channel_id.rs",
    "web/src/site/identity.rs",
    "web/src/site/receive.rs",
    "web/src/site/response.rs",
    "web/src/site/routes.rs",
    "web/src/site/stream.rs",
    "web/src/site/wire.rs",
    "mail/src/charset.rs",
    "mail/src/read/automatic",
    "mail/src/read/away",
    "mail/src/read/report.rs",
    "mail/src/strip",
    "mail/src/thread.rs",
    "qq/src/read/",
    "qq/src/write.rs",
    "wechat/src/qr.rs",
];

/// Literals that others say, or that are about settings.
const NO_REASONS: [&str; 37] = [
    "no whole number",
    "a mail address, such as wang@example.com",
    "ca used as end entity",
    "not valid for name",
    "certificate not valid for",
    "not valid yet",
    "received fatal alert: protocolversion",
    "invalid peer certificate",
    "not in group",
    "socket hang up",
    "a string or a number",
    "true or false",
    "internal server error",
    "too many requests",
    "terminated by other getupdates",
    "while webhook is active",
    "blocked by the user",
    "user is deactivated",
    "not a member",
    "chat not found",
    "not enough rights",
    "have no rights",
    "can't be deleted",
    "can't be edited",
    "message to edit not found",
    "a private chat",
    "group:-NUMBER or private:NUMBER",
    "replied not found",
    "replied message not found",
    "reply message not found",
    "thread not found",
    "no text in the message",
    "message to delete not found",
    "{} or private:OPEN_KFID/EXTERNAL_USERID",
    "`corpid` is none: it looks like ww1234567890abcdef",
    "`groups` names no group: write `groups: { NAME: \"${WECOM_GROUP_KEY}\" }`",
    "the key of the group `{name}` is none: it is what stands behind `key=` in the robot's address; is the variable set?",
];

#[test]
fn every_reason_of_an_adapter_has_its_chinese() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut reasons, mut literals) = (BTreeSet::new(), BTreeSet::new());
    for folder in ["adapters", "src"] {
        read_below(&root.join(folder), &mut |path, text| {
            let read = Literals::of(text);
            let path = path.to_string_lossy();
            if folder == "adapters" && !WITHOUT.iter().any(|without| path.contains(without)) {
                reasons.extend(read.reasons());
            }
            literals.extend(read.0.into_iter().map(|(literal, _)| literal));
        });
    }
    assert!(reasons.len() > 400, "the sources are read: {}", reasons.len());
    let catalogue = fs::read_to_string(root.join("src/cli/reason.zh.yaml")).unwrap();
    let catalogue: BTreeMap<String, String> = serde_yaml::from_str(&catalogue).unwrap();
    let missing: Vec<_> = reasons
        .iter()
        .filter(|reason| !catalogue.contains_key(*reason) && !NO_REASONS.contains(&reason.as_str()))
        .collect();
    let surplus: Vec<_> = catalogue
        .keys()
        .filter(|reason| !literals.contains(*reason))
        .collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "without Chinese: {missing:#?}\nno longer there: {surplus:#?}"
    );
    let place = Regex::new(r"\{\w*(?::\?)?\}").unwrap();
    let places = |text: &str| {
        let mut places: Vec<_> = place
            .find_iter(text)
            .map(|found| found.as_str().to_owned())
            .collect();
        places.sort();
        places
    };
    for (english, chinese) in &catalogue {
        assert!(is_chinese(chinese), "no Chinese: {chinese}");
        assert_eq!(places(english), places(chinese), "{english}");
    }
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

fn read_below(folder: &Path, with: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_below(&path, with);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            with(
                &path,
                text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default(),
            );
        }
    }
}

/// The literals of a source, each with `true` if the program says it: it is in no log call and no attribute.
struct Literals(Vec<(String, bool)>);

impl Literals {
    fn of(text: &str) -> Self {
        // Comments, literals (raw ones too) and characters in their order; what is between them is code.
        let token =
            Regex::new(r##"(?s)//[^\n]*|r#"(.*?)"#|"((?:[^"\\]|\\.)*)"|b?'(?:\\[^']+|[^'\\])'"##).unwrap();
        let opened = Regex::new(r"tracing::\w+!\(|#!?\[").unwrap();
        let continued = Regex::new(r"\\\n\s*").unwrap();
        let (mut literals, mut at, mut inside) = (Vec::new(), 0, Vec::new());
        for found in token.captures_iter(text) {
            let whole = found.get(0).unwrap();
            let code = text.get(at..whole.start()).unwrap_or_default();
            let opens: BTreeSet<usize> = opened.find_iter(code).map(|open| open.end() - 1).collect();
            for (index, c) in code.char_indices() {
                match c {
                    '(' | '[' if opens.contains(&index) || !inside.is_empty() => inside.push(c),
                    ')' | ']' => drop(inside.pop()),
                    _ => {}
                }
            }
            at = whole.end();
            if let Some(literal) = found.get(1).or_else(|| found.get(2)) {
                let literal = continued.replace_all(literal.as_str(), "").replace("\\\"", "\"");
                literals.push((literal, inside.is_empty()));
            }
        }
        Self(literals)
    }

    /// The reasons among them.
    fn reasons(&self) -> BTreeSet<String> {
        let words = Regex::new("[a-z]{2,} [a-z]").unwrap();
        let said: Vec<&str> = self
            .0
            .iter()
            .filter(|(_, said)| *said)
            .map(|(text, _)| text.as_str())
            .collect();
        let reasons = said.iter().enumerate().filter(|(at, text)| {
            let around = [at.checked_sub(1), Some(*at), Some(at + 1)];
            let mut around = around.into_iter().flatten().filter_map(|at| said.get(at));
            text.matches(' ').count() > 1
                && words.is_match(text)
                && !text.contains("\\n")
                && !text.contains('<')
                && !around.any(|text| is_chinese(text))
        });
        reasons.map(|(_, text)| (*text).to_owned()).collect()
    }
}
