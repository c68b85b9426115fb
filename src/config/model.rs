//! `model:` of groupdesk.yaml: the chat model that judges, and drafts answers for staff, if any.

use super::duration::Span;
use crate::desk::{JUDGE_TIMEOUT, Power};
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

/// Timeout of a draft for staff.
const DRAFT: Duration = Duration::from_secs(30);

/// Largest timeout of a draft.
const DRAFT_LONGEST: Duration = Duration::from_secs(60);

/// Requests without which a calibration tells nothing.
const CALIBRATION_LEAST: u64 = 40;

/// A chat model. As a judge it sees a message and the entries that may be meant, and names one or none; what it says counts as much
/// as it was right about the file's own questions, and none of it is shown. It may also draft answers, for staff alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelFile {
    /// `veto`: an answer that nobody called for needs its agreement. `promote`: an entry that it names is more probable than the
    /// matching alone says. Default: it does not judge.
    #[serde(default)]
    judge: Option<PowerFile>,
    /// `true`: staff rooms get a draft of an answer with each new ticket, and when they ask for one; it is never sent by itself.
    /// Default: false.
    #[serde(default)]
    drafts: bool,
    /// Interface of the server. `chat`: `/chat/completions`. `rerank`: `/rerank`, for models that score texts and write none; they can
    /// judge and draft nothing. Default: chat.
    #[serde(default)]
    api: JudgeApi,
    /// Address before `/chat/completions` or `/rerank`, such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1.
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
    /// Requests that are spent to find out how often it is right about a file; 40 or more. Default: 200.
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

/// Interface by which a model is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JudgeApi {
    /// `/chat/completions`: a chat model names an entry.
    #[default]
    Chat,
    /// `/rerank`: a reranker scores the entries.
    Rerank,
}

/// Longest waits for the model. Only messages of which the matching is unsure wait at all; nobody waits for a draft.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct TimeoutFile {
    /// For a message that did not call the bot; at most 10s. Default: 2s.
    unasked: Option<Span>,
    /// For a message that called the bot; at most 10s. Default: 5s.
    called: Option<Span>,
    /// For a draft; at most 1m. Default: 30s.
    draft: Option<Span>,
}

/// The model as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ModelSettings {
    /// The judge, if any.
    pub judge: Option<JudgeSettings>,
    /// The drafts for staff, if any.
    pub drafts: Option<DraftSettings>,
}

/// Drafts for staff as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSettings {
    /// Server, model and key.
    pub chat: ChatSettings,
    /// Timeout of a draft.
    pub timeout: Duration,
    /// Requests of a day, the judge's included.
    pub calls_per_day: u64,
}

/// The judge as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgeSettings {
    /// Its power.
    pub power: Power,
    /// The interface by which it is asked.
    pub api: JudgeApi,
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

/// Reads the model.
pub(super) fn model(document: &Document, file: &ModelFile, problems: &mut Vec<Problem>) -> ModelSettings {
    let mut wrong = |path: &[&str], message: &str, help: &str, chinese: &str| {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let mut problem = document.problem(&path, message.to_owned(), Some(help.to_owned()));
        problem.in_chinese(chinese);
        problems.push(problem);
    };
    if file.judge.is_none() && !file.drafts {
        wrong(
            &["model"],
            "a model with nothing to do",
            "write judge: veto, judge: promote or drafts: true, or remove `model`",
            "没有写模型做什么；请写 judge: veto、judge: promote 或 drafts: true，或删掉 model",
        );
    }
    if file.drafts && file.api == JudgeApi::Rerank {
        wrong(
            &["model", "drafts"],
            "a reranker writes nothing",
            "write api: chat with the address of a chat model, or drafts: false",
            "rerank 模型只打分，不会写草稿；请改成 api: chat（配一个对话模型），或 drafts: false",
        );
    }
    let longest = JUDGE_TIMEOUT.unsigned_abs();
    let mut timeout = |key: &str, span: Option<Span>, default: Duration| {
        let timeout = span.map_or(default, |span| span.0.unsigned_abs());
        let of_draft = key == "draft";
        if timeout.is_zero() || timeout > if of_draft { DRAFT_LONGEST } else { longest } {
            let (message, help, chinese) = if of_draft {
                (
                    "a wait that is none, or too long for a draft",
                    "expected something up to 1m, such as 30s",
                    "timeout 要在 1m 以内，例如 30s",
                )
            } else {
                (
                    "a wait that is none, or too long for a group",
                    "expected something from 100ms to 10s, such as 2s",
                    "timeout 要在 100ms 到 10s 之间，例如 2s",
                )
            };
            wrong(&["model", "timeout", key], message, help, chinese);
        }
        timeout
    };
    let draft = timeout("draft", file.timeout.draft, DRAFT);
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
    let chat = ChatSettings {
        url: file.url.clone(),
        model: file.model.clone(),
        key: file.key.clone(),
    };
    ModelSettings {
        judge: file.judge.map(|power| JudgeSettings {
            power: match power {
                PowerFile::Veto => Power::Veto,
                PowerFile::Promote => Power::Promote,
            },
            api: file.api,
            chat: chat.clone(),
            unasked,
            called,
            calls_per_day,
            calibration_calls,
        }),
        drafts: file.drafts.then_some(DraftSettings {
            chat,
            timeout: draft,
            calls_per_day,
        }),
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
        assert_eq!(config.drafts, None);
        let drafts = "model: { drafts: true, url: u, model: m, timeout: { draft: 1m } }\n";
        let drafts = self::config(drafts).unwrap();
        assert_eq!((drafts.judge, drafts.tickets.drafts), (None, true));
        assert_eq!(drafts.drafts.unwrap().timeout, Duration::from_secs(60));
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
            (
                "model: { judge: veto, api: ranking, url: u, model: m }\n",
                3,
                28,
                "rerank",
            ),
            (
                "model:\n  judge: veto\n  api: rerank\n  drafts: true\n  url: u\n  model: m\n",
                6,
                11,
                "writes nothing",
            ),
            ("model: { url: u, model: m }\n", 3, 8, "nothing to do"),
        ] {
            let problems = config(model).unwrap_err();
            let problem = &problems[0];
            assert_eq!((problem.line, problem.column), (line, column), "{problem}");
            assert!(problem.to_string().contains(words), "{problem}");
        }
    }
}
