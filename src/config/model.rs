//! `model:` of groupdesk.yaml: the chat model that judges, if any.

use super::file::Span;
use crate::desk::{Power, VOICE_LONGEST};
use crate::yaml::{Document, Problem};
use groupdesk_contract::Secret;
use groupdesk_model::ChatSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Timeout of the judge for a message that called nobody.
const UNASKED: Duration = Duration::from_secs(2);

/// Timeout of the judge for a message that called the bot.
const CALLED: Duration = Duration::from_secs(5);

/// Requests of a day unless the file says otherwise.
const CALLS_PER_DAY: u64 = 2000;

/// Requests for a calibration unless the file says otherwise.
const CALIBRATION_CALLS: u64 = 200;

/// Requests without which a calibration tells nothing.
const CALIBRATION_LEAST: u64 = 40;

/// A chat model that judges: it sees a message and the entries that may be meant, and names one or none. What it says counts as
/// much as it was right about the file's own questions; nothing that it writes reaches anybody.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelFile {
    /// `veto`: an answer that nobody called for needs its agreement. `promote`: an entry that it names is more probable than the
    /// matching alone says.
    judge: PowerFile,
    /// Address before `/chat/completions`, such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1.
    url: String,
    /// Name of the model there.
    model: String,
    /// Key, sent as `Authorization: Bearer ...`. Default: none.
    #[serde(default)]
    key: Option<Secret>,
    /// Longest waits for it.
    #[serde(default)]
    timeout: TimeoutFile,
    /// Requests of a day, in UTC, after which it is not asked any more. Default: 2000.
    #[serde(default)]
    calls_per_day: Option<u64>,
    /// Requests that are spent to find out how often it is right about a file. Default: 200.
    #[serde(default)]
    calibration_calls: Option<u64>,
}

/// Power of the judge.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PowerFile {
    /// Its agreement is needed.
    Veto,
    /// It is one more voice.
    Promote,
}

/// Longest waits for the judge; only messages of which the matching is unsure wait at all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct TimeoutFile {
    /// For a message that did not call the bot; at most 10s. Default: 2s.
    unasked: Option<Span>,
    /// For a message that called the bot; at most 10s. Default: 5s.
    called: Option<Span>,
}

/// The judge as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgeSettings {
    /// Its power.
    pub power: Power,
    /// Server, model and key.
    pub chat: ChatSettings,
    /// Timeout for a message that called nobody.
    pub unasked: Duration,
    /// Timeout for a message that called the bot.
    pub called: Duration,
    /// Requests of a day.
    pub calls_per_day: u64,
    /// Requests for a calibration.
    pub calibration_calls: u64,
}

/// Reads the judge.
pub(super) fn judge(document: &Document, file: &ModelFile, problems: &mut Vec<Problem>) -> JudgeSettings {
    let mut wrong = |path: &[&str], message: &str, help: &str, chinese: &str| {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let mut problem = document.problem(&path, message.to_owned(), Some(help.to_owned()));
        problem.in_chinese(chinese);
        problems.push(problem);
    };
    let longest = VOICE_LONGEST.unsigned_abs();
    let mut timeout = |key: &str, span: Option<Span>, default: Duration| {
        let timeout = span.map_or(default, |span| span.0.unsigned_abs());
        if timeout.is_zero() || timeout > longest {
            wrong(
                &["model", "timeout", key],
                "a wait that is none, or too long for a group",
                "expected something from 100ms to 10s, such as 2s",
                "timeout 要在 100ms 到 10s 之间，例如 2s",
            );
        }
        timeout
    };
    let unasked = timeout("unasked", file.timeout.unasked, UNASKED);
    let called = timeout("called", file.timeout.called, CALLED);
    let calibration_calls = file.calibration_calls.unwrap_or(CALIBRATION_CALLS);
    if calibration_calls < CALIBRATION_LEAST {
        wrong(
            &["model", "calibration_calls"],
            "too few requests to tell how often the model is right",
            "write 40 or more, such as calibration_calls: 200",
            "calibration_calls 太少，看不出模型对不对；至少写 40，例如 200",
        );
    }
    let calls_per_day = file.calls_per_day.unwrap_or(CALLS_PER_DAY);
    if calls_per_day == 0 {
        wrong(
            &["model", "calls_per_day"],
            "no request at all",
            "write a number such as calls_per_day: 2000, or remove `model` to do without",
            "calls_per_day 不能是 0；请写一个数，例如 2000；不用模型就删掉 model",
        );
    }
    JudgeSettings {
        power: match file.judge {
            PowerFile::Veto => Power::Veto,
            PowerFile::Promote => Power::Promote,
        },
        chat: ChatSettings {
            url: file.url.clone(),
            model: file.model.clone(),
            key: file.key.clone(),
        },
        unasked,
        called,
        calls_per_day,
        calibration_calls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment, Platforms, load, load_tier};
    use std::collections::HashMap;
    use std::path::Path;

    fn environment() -> Environment {
        Environment::given(HashMap::from([("KEY".to_owned(), "sk-never-shown".to_owned())]))
    }

    fn config(model: &str) -> Result<Config, Vec<Problem>> {
        let text = format!("accounts:\n  here: {{ platform: console }}\n{model}");
        load(
            Path::new("conf/groupdesk.yaml"),
            &text,
            &environment(),
            &Platforms::default(),
        )
    }

    #[test]
    fn a_judge_has_a_power_and_defaults_and_a_key_that_is_never_shown() {
        assert_eq!(config("").unwrap().judge, None);
        let text = "model: { judge: promote, url: 'http://127.0.0.1/v1', model: m, key: '${KEY}', timeout: { called: 3s } }\n";
        let config = config(text).unwrap();
        assert!(!format!("{config:?}").contains("sk-never-shown"));
        let judge = config.judge.unwrap();
        assert_eq!(judge.power, Power::Promote);
        assert_eq!((judge.unasked, judge.called), (UNASKED, Duration::from_secs(3)));
        assert_eq!((judge.calls_per_day, judge.calibration_calls), (2000, 200));
        assert_eq!(judge.chat.key, Some(Secret::new("sk-never-shown")));
        // A command reads the same, whatever the accounts lack.
        let text = format!("accounts: {{ qq: {{ token: '${{NONE}}' }} }}\n{text}");
        let tier = load_tier(Path::new("conf/g.yaml"), &text, &environment()).unwrap();
        let tier = tier.unwrap();
        assert_eq!((tier.source, tier.judge), (None, Some(judge)));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (model, line, column, words) in [
            ("model: { judge: promote, url: u }\n", 3, 8, "model"),
            ("model: { judge: all, url: u, model: m }\n", 3, 17, "veto"),
            (
                "model:\n  judge: veto\n  url: u\n  model: m\n  timeout: { unasked: 11s }\n",
                7,
                23,
                "too long",
            ),
            (
                "model:\n  judge: veto\n  url: u\n  model: m\n  calibration_calls: 5\n",
                7,
                22,
                "too few",
            ),
            (
                "model:\n  judge: veto\n  url: u\n  model: m\n  calls_per_day: 0\n",
                7,
                18,
                "no request",
            ),
            ("model:\n  jugde: veto\n", 4, 3, "jugde"),
        ] {
            let problems = config(model).unwrap_err();
            let problem = &problems[0];
            assert_eq!((problem.line, problem.column), (line, column), "{problem}");
            assert!(problem.to_string().contains(words), "{problem}");
        }
    }
}
