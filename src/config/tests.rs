//! Errors in a bad groupdesk.yaml: their positions, their corrections, and the values that they never show.

use super::*;
use crate::service::accounts;
use std::collections::HashMap;
use std::path::Path;

fn load_with(text: &str, variables: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
    let variables: HashMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    load(
        Path::new("groupdesk.yaml"),
        text,
        &Environment::given(variables),
        &accounts::platforms(),
    )
}

/// Returns the errors of a file, else its warnings.
fn told(text: &str) -> Vec<Problem> {
    match load_with(text, &[("TOKEN", "s3cret")]) {
        Ok(config) => config.warnings(),
        Err(problems) => problems,
    }
}

#[test]
fn mistakes_are_told_in_their_line_with_what_to_type_in_both_languages() {
    let cases = [
        (
            "full-width colon",
            "accounts:\n  qq:\n    platform：onebot\n    staff: [1]\n",
            3,
            "write: platform: onebot",
            "半角冒号",
        ),
        (
            "full-width comma",
            "accounts:\n  qq:\n    platform: onebot\n    staff: [10001，10002]\n    staff_rooms: [qq/group:1]\n",
            4,
            "10001, 10002",
            "英文逗号",
        ),
        (
            "no space",
            "web:\n  listen:127.0.0.1:8080\naccounts:\n  qq: { platform: onebot }\n",
            2,
            "write `listen: 127.0.0.1:8080`",
            "少了一个空格",
        ),
        (
            "key typo",
            "accounts:\n  qq:\n    platform: onebot\n    staf_rooms: [qq/group:1]\n",
            4,
            "did you mean `staff_rooms`",
            "staff_rooms",
        ),
        ("tab", "accounts:\n  qq:\n\tplatform: onebot\n", 3, "tab", "Tab"),
        (
            "yes for all",
            "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\ndefaults:\n  listen: yes\n",
            4,
            "all, mentions, shadow, off",
            "all, mentions, shadow, off",
        ),
        (
            "number for a time",
            "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\ndefaults:\n  burst: 3\n",
            4,
            "3s, 10m",
            "3s（秒）",
        ),
        (
            "one room without brackets",
            "accounts:\n  qq:\n    platform: onebot\n    staff_rooms: qq/group:1\n",
            4,
            "[qq/group:1]",
            "[qq/group:1]",
        ),
        (
            "first key a space short",
            "accounts:\n  qq:\n   platform: onebot\n    connection:\n      access_token: x\n    staff: [1]\n",
            3,
            "begin with 4, like line 4",
            "改成 4 个空格",
        ),
        (
            "space in an address",
            "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\nchannels:\n  qq/group: 123456:\n    tags: [paid]\n",
            4,
            "write: qq/group:123456:",
            "写成：qq/group:123456:",
        ),
        (
            "number for an address",
            "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\nchannels:\n  123456:\n    tags: [paid]\n",
            4,
            "write qq/group:123456",
            "qq/group:123456",
        ),
        (
            "key above in a comment",
            "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\n#web:\n  listen: 127.0.0.1:8080\n",
            4,
            "line 3 is a comment: remove its `#`; write: web:",
            "去掉那一行开头的 #，写成：web:",
        ),
        (
            "secret beside connection",
            "accounts:\n  qq:\n    platform: onebot\n    access_token: \"${TOKEN}\"\n    staff_rooms: [qq/group:1]\n",
            4,
            "a secret stands under `connection:`",
            "要写在 connection: 下面",
        ),
        (
            "variable in braces alone",
            "accounts:\n  qq:\n    platform: onebot\n    connection:\n      access_token: {ONEBOT_TOKEN}\n    staff_rooms: [qq/group:1]\n",
            5,
            "write access_token: \"${NAME}\"",
            "请写成 access_token: \"${变量名}\"",
        ),
        (
            "unclosed brace",
            "accounts:\n  qq: { platform: onebot\nstore:\n  path: x.db\n",
            2,
            "not closed",
            "没有配对",
        ),
        (
            "typographic quotes",
            "accounts:\n  qq:\n    platform: onebot\n    staff_rooms: [qq/group:1]\nstore:\n  path: “x.db”\n",
            6,
            "\"x.db\"",
            "英文引号",
        ),
    ];
    let mut wrong = Vec::new();
    for (name, text, line, english, chinese) in cases {
        let problems = told(text);
        let fits = problems.first().is_some_and(|problem| {
            problem.line == line
                && problem.to_string().contains(english)
                && problem
                    .chinese
                    .as_ref()
                    .is_some_and(|text| text.contains(chinese))
        });
        if !fits || problems.len() != 1 {
            let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "{name}: expected line {line}, {english}, {chinese}\n{}",
                shown.join("\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Returns all that is shown of the errors in a configuration.
pub(super) fn shown(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut problems = Vec::new();
    match load_with(text, &[]) {
        Err(found) => problems = found,
        Ok(config) => {
            problems.extend(config.warnings());
            let clock: std::sync::Arc<dyn groupdesk_contract::Clock> =
                std::sync::Arc::new(groupdesk_contract::ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
            let memory = |_: &str| -> std::sync::Arc<dyn groupdesk_contract::Storage> {
                std::sync::Arc::new(groupdesk_contract::InMemoryStorage::default())
            };
            problems.extend(
                accounts::build(&config, &clock, &memory)
                    .err()
                    .unwrap_or_default(),
            );
        }
    }
    let show = |problem: Problem| {
        format!(
            "{}\n{}\n{problem}\n{problem:?}",
            problem.with_source(&lines),
            problem.in_both_languages()
        )
    };
    problems.into_iter().map(show).collect()
}

#[test]
fn what_may_be_a_secret_is_in_no_message_and_in_no_line_that_is_shown() {
    for text in [
        // A number, where a text is wanted; a key that does not exist; syntax that is broken; words where a list is wanted.
        "accounts:\n  m:\n    platform: mail\n    connection:\n      smtp: { host: h, username: u, password: 99887766 }\n",
        "accounts:\n  m:\n    platform: mail\n    connection:\n      pasword: 99887766\n",
        "accounts:\n  m:\n    platform: mail\n    connection:\n      password：99887766\n",
        "accounts:\n  m:\n    platform: mail\n    connection:\n      password: \"99887766\n",
        "accounts:\n  q:\n    platform: onebot\n    connection:\n      access_token: [99887766]\n",
        "accounts:\n  q:\n    platform: onebot\n    connection: { access_token: 99887766 }\n",
        "accounts:\n  t:\n    platform: telegram\n    connection:\n      token: 99887766: x\n",
        "accounts:\n  t:\n    platform: telegram\n    connection:\n      token: *99887766\n",
        "accounts:\n  t:\n    platform: telegram\n    connection:\n      token: ab #99887766\n    staff_rooms: [t/group:1]\n",
        "accounts:\n  q: { platform: onebot, staff_rooms: [q/group:1] }\nsemantic:\n  endpoint: { url: \"http://x/v1\", model: m, key: 99887766 }\n",
    ] {
        let shown = shown(text);
        assert!(!shown.is_empty(), "{text}");
        for shown in shown {
            assert!(!shown.contains("99887766"), "{text}\n{shown}");
        }
    }
}

/// Mistakes around a secret; S stands for it.
const BROKEN_AROUND_A_SECRET: &[&str] = &[
    "accounts:\n  q: { platform: onebot, connection: { access_token:S } }\n",
    "accounts:\n  q: { platform: onebot, access_token:S }\n",
    "accounts:\n  q: { platform: onebot, connection: { access_token=S } }\n",
    "accounts:\n  q: { platform: onebot, connection: { access_token=S, reverse: {} } }\n",
    "accounts:\n  q: { platform: onebot, connection: { access_token->S } }\n",
    "accounts:\n  q: { platform: onebot, connection: { \"access_token=S\" } }\n",
    "accounts:\n  q: { platform: discord, connection: { token(S) } }\n",
    "accounts:\n  q: { platform: webhook, connection: { targets: { a: { url: \"http://127.0.0.1:9/x\", secret=S } } } }\n",
    "accounts:\n  q: { platform: mail, connection: { smtp: { host: h, password=S, username: a } } }\n",
    "accounts:\n  q:\n    platform: onebot\n    access_token:S\n",
    "accounts:\n  q:\n    platform: onebot\n    access_token：S\n",
    "accounts:\n  q:\n    platform: onebot\n    access_token = S\n",
    "accounts:\n  q:\n    platform: onebot\n    access_token S\n",
    "accounts:\n  q: { platform: onebot, access_token：S }\n",
    "accounts:\n  q: { platform: onebot, \"access_token\":\"S }\n",
    "accounts:\n  q: { platform: onebot, 'token':S }\n",
    "accounts:\n  q: { platform: onebot access_token: S }\n",
    "accounts: { access_token:S }\n",
    "accounts:\n  access_token:S\n",
    "{ access_token:S }\n",
    "access_token:S\n",
    "token: S\n",
    "密码：S\n",
    "口令: S\n",
    "  token: S\naccounts:\n",
    "accounts:\n  q:\n    platform: onebot\n    connection:\n\t  token: S\n",
    "accounts:\n  q:\n    platform: onebot\n    connection:\n      token: \"S\n    staff: [1]\n",
    "accounts:\n  q:\n    platform: onebot\n    connection:\n      token: |\nS\n",
    "accounts:\n  q:\n    platform: onebot\n    token: |\n      a:S\n    staff: {\n",
    "accounts:\n  q:\n    platform: onebot\n    token: >-\n      S\n",
    "accounts:\n  q:\n    platform: onebot\n    app_secret:\n      - S\n",
    "accounts:\n  q:\n    platform: onebot\n    app_secret: [S\n",
    "accounts:\n  q:\n    platform: onebot\n    passwd: “S”\n",
    "accounts:\n  q:\n    platform: onebot\n    connection:\n    password: S\n",
    "semantic: { endpoint: { url: \"http://x/v1\", model: m, key:S } }\n",
    "semantic:\n  endpoint:\n    url: http://x/v1\n    key S\n",
    "semantic:\n  endpoint:\n    api_key:S\n    model: m\n",
    "accounts:\n  q:\n    platform: onebot\n    connection: access_token: S\n",
    "accounts:\n  q:\n    platform: onebot\n    toekn: S: S\n",
    "accounts:\n  q:\n    platform: onebot\n    # token: S\n    x: [\n",
    "web: { listen: \"http://127.0.0.1:8080/?token=S\" }\naccounts: {}\n",
    "store: { url: \"postgres://a@h:1/d\" }\nweb: { advertise: \"http://h:8080/?token=S\" }\naccounts: {}\n",
];

#[test]
fn a_key_that_swallowed_a_short_secret_is_told_without_it() {
    for broken in [
        "{ access_token:S }",
        "access_token：S\n",
        "q: { platform: onebot, token:S }\n",
    ] {
        let shown = shown(&broken.replace('S', "abc"));
        assert!(
            !shown.is_empty() && shown.iter().all(|shown| !shown.contains("abc")),
            "{shown:?}"
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// A shorter secret could be any word of a message.
    #[test]
    fn a_secret_is_never_shown_whatever_is_wrong_around_it(secret in "[a-zA-Z][a-zA-Z0-9_.!+/-]{2,20}[0-9][a-zA-Z0-9]{0,3}") {
        for broken in BROKEN_AROUND_A_SECRET {
            let text = broken.replace('S', &secret);
            let shown = shown(&text);
            proptest::prop_assert!(!shown.is_empty(), "{text}");
            for shown in shown {
                proptest::prop_assert!(!shown.contains(&secret), "{text}\n{shown}");
            }
        }
    }
}

#[test]
fn an_address_that_can_not_be_is_told_with_the_one_that_was_meant() {
    let text = "accounts:\n  qq:\n    platform: onebot\n    connection: { access_token: \"${TOKEN}\" }\n    staff: [abc]\n    staff_rooms: [qq/900001, hook/alerst]\n  hook:\n    platform: webhook\n    connection: { targets: { alerts: { url: \"https://x.example/\" } } }\n  tg:\n    platform: telegram\n    connection: { token: \"1:${TOKEN}\" }\n    staff_rooms: [tg/-100123]\nchannels:\n  qq/123456: { listen: off }\n  qq/group:5: { staff_rooms: [hook/alerts] }\ntickets: { escalate_to: [hook/nobody] }\nroster:\n  老王: { ids: [qq/laowang, qq/10001] }\n";
    let config = load_with(text, &[("TOKEN", "s3cret")]).unwrap();
    let clock: std::sync::Arc<dyn groupdesk_contract::Clock> =
        std::sync::Arc::new(groupdesk_contract::ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
    let memory = |_: &str| -> std::sync::Arc<dyn groupdesk_contract::Storage> {
        std::sync::Arc::new(groupdesk_contract::InMemoryStorage::default())
    };
    let mut problems = accounts::build(&config, &clock, &memory).err().unwrap();
    problems.sort_by_key(|problem| (problem.line, problem.column));
    let told: Vec<(usize, String)> = problems
        .iter()
        .map(|problem| (problem.line, problem.help.clone().unwrap_or_default()))
        .collect();
    let expected = [
        (5, "expected a number"),
        (6, "did you mean qq/group:900001?"),
        (6, "did you mean hook/alerts?"),
        (13, "did you mean tg/group:-100123?"),
        (15, "did you mean qq/group:123456?"),
        (17, "expected alerts"),
        (19, "expected a number"),
    ];
    assert_eq!(told.len(), expected.len(), "{problems:#?}");
    for ((line, help), (wanted_line, wanted)) in told.iter().zip(expected) {
        assert!(
            *line == wanted_line && help.contains(wanted),
            "{line} {help}, expected {wanted_line} {wanted}"
        );
    }
    assert!(problems.iter().all(|problem| problem.chinese.is_some()));
}

#[test]
fn a_secret_that_is_set_to_nothing_names_its_variable_and_its_key() {
    let text =
        "accounts:\n  qq:\n    platform: onebot\n    connection: { access_token: \"${ONEBOT_TOKEN}\" }\n";
    for empty in ["", "  ", "\n"] {
        let problems = load_with(text, &[("ONEBOT_TOKEN", empty)]).err().unwrap();
        let told = problems[0].to_string();
        assert_eq!((problems.len(), problems[0].line), (1, 4), "{told}");
        for part in ["ONEBOT_TOKEN", "access_token", "empty", "是空的"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}

/// Returns the errors and warnings of every part that reads a file.
pub(super) fn told_by_all(text: &str, variables: &[(&str, &str)]) -> Vec<Problem> {
    let config = match load_with(text, variables) {
        Ok(config) => config,
        Err(problems) => return problems,
    };
    let clock: std::sync::Arc<dyn groupdesk_contract::Clock> =
        std::sync::Arc::new(groupdesk_contract::ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
    let memory = |_: &str| -> std::sync::Arc<dyn groupdesk_contract::Storage> {
        std::sync::Arc::new(groupdesk_contract::InMemoryStorage::default())
    };
    let built = accounts::build(&config, &clock, &memory)
        .err()
        .unwrap_or_default();
    built.into_iter().chain(config.warnings()).collect()
}

#[test]
fn the_first_hint_is_the_last_one_needed() {
    let accounts = "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\n  dc: { platform: discord, connection: { token: t } }\n  tg: { platform: telegram, connection: { token: \"1:t\" }";
    for (rest, meant) in [
        (", staff_rooms: [-100123] }", "tg/group:-100123"),
        (", staff_rooms: [qq:900001] }", "qq/group:900001"),
        (", staff_rooms: [\"qq：group：900001\"] }", "qq/group:900001"),
        (", staff_rooms: [\"group:5\"] }", "tg/group:5"),
        (", staff_rooms: [我的群] }", "tg/group:123456"),
        (" }\ndefaults: { staff_rooms: [900001] }", "dc/channel:900001"),
        (" }\ntickets: { escalate_to: [\"900001\"] }", "dc/channel:900001"),
        (
            " }\ntags: { paid: { staff_rooms: [qq-900001] } }",
            "qq/group:900001",
        ),
        (" }\nchannels: { 123456: { listen: off } }", "dc/channel:123456"),
        (" }\nroster: { 老王: { ids: [10001] } }", "dc/10001"),
        (" }\nroster: { 老王: { ids: [\"qq:10001\"] } }", "qq/10001"),
        (" }\nweb: { listen: 8081 }", "listen: 127.0.0.1:8081"),
        (
            " }\nweb: { listen: \"localhost：8081\" }",
            "listen: 127.0.0.1:8081",
        ),
        (" }\nweb: { listen: 0.0.0.0 }", "listen: 0.0.0.0:8080"),
        (" }\nweb: { listen: 本机 }", "listen: 127.0.0.1:8080"),
        (
            " }\nstore: { url: \"postgres://a@h:1/d\" }\nweb: { advertise: one }",
            "advertise: one:8080",
        ),
    ] {
        let problems = told_by_all(&format!("{accounts}{rest}\n"), &[]);
        let problem = &problems[0];
        let help = problem.help.as_deref().unwrap_or_default();
        assert!(
            problems.len() == 1 || problems[1].severity == crate::yaml::Severity::Warning,
            "{rest}: {problems:?}"
        );
        assert!(help.starts_with(&format!("write {meant}")), "{rest}: {problem}");
        assert!(
            problem.chinese.as_ref().is_some_and(|text| text.contains(meant)),
            "{rest}: {problem}"
        );
    }
}

#[test]
fn ids_in_one_pair_of_quotes_are_divided() {
    let account = |staff: &str| {
        format!("accounts:\n  qq: {{ platform: onebot, staff_rooms: [qq/group:1], staff: {staff} }}\n")
    };
    for staff in ["\"201,202\"", "\"201，202\"", "\"201、202\"", "'201 202'"] {
        let problem = told_by_all(&account(staff), &[]).remove(0);
        assert!(
            problem
                .help
                .as_ref()
                .is_some_and(|help| help.contains("[\"201\", \"202\"]"))
                && problem
                    .chinese
                    .as_ref()
                    .is_some_and(|help| help.contains("[\"201\", \"202\"]")),
            "{staff}: {problem}"
        );
    }
    assert!(told_by_all(&account("[\"201\", \"202\"]"), &[]).is_empty());
}

#[test]
fn a_staff_room_is_no_group_of_members() {
    let file = |settings: &str| {
        format!(
            "accounts:\n  qq: {{ platform: onebot, staff_rooms: [qq/group:900001] }}\nchannels:\n  qq/group:900001: {settings}\n"
        )
    };
    for served in [
        "{ listen: all }",
        "{ listen: mentions }",
        "{ tags: [paid] }",
        "{ listen: all, bots: [5] }",
    ] {
        let problems = told_by_all(&file(served), &[]);
        assert_eq!(problems.len(), 1, "{served}: {problems:?}");
        let problem = &problems[0];
        assert_eq!(
            (problem.severity, problem.line),
            (crate::yaml::Severity::Error, 2),
            "{problem}"
        );
        assert!(
            problem
                .chinese
                .as_ref()
                .is_some_and(|text| text.contains("既是客服群")),
            "{problem}"
        );
    }
    for other in ["{ listen: off }", "{ bots: [5] }"] {
        assert!(told_by_all(&file(other), &[]).is_empty(), "{other}");
    }
    let elsewhere = file("{ listen: all }").replace("qq/group:900001: {", "qq/group:900002: {");
    assert!(told_by_all(&elsewhere, &[]).is_empty());
}

#[test]
fn no_complaint_about_the_file_is_in_english_alone() {
    let account = "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\n";
    for text in [
        "accounts: {}\n",
        "accounts: { qq: { platform: onebott, staff_rooms: [qq/group:1] } }\n",
        "accounts: { qq: { platform: onebot } }\n",
        "accounts: { qq: { platform: onebot, staff: [abc], staff_rooms: [qq/group:1] } }\n",
        "accounts: { qq: { platform: onebot, staff_rooms: [tg/group:1] } }\n",
        "accounts: { qq: { platform: onebot, staff_rooms: [qq/group:1], pace: { channel: { per_second: 0, burst: 1 } } } }\n",
        "accounts: { qq: { platform: onebot, staff_rooms: [qq/group:1], connection: { access_token: \"${NOT_HERE}\" } } }\n",
        "accounts: { qq: { platform: onebot, staff_rooms: [qq/group:1], connection: { access_token: \"${NOT_HERE\" } } }\n",
        &format!("{account}tags: {{ paid: {{ tags: [a] }} }}\n"),
        &format!("{account}roster: {{ a: {{ ids: [] }} }}\n"),
        &format!("{account}roster: {{ a: {{ ids: [qq/1], tier: 0 }} }}\n"),
        &format!("{account}roster: {{ a: {{ ids: [qq/1] }}, b: {{ ids: [qq/1, pp/2] }} }}\n"),
        &format!("{account}semantic: {{}}\n"),
        &format!("{account}semantic: {{ folder: a, endpoint: {{ url: u, model: m }} }}\n"),
        &format!("{account}semantic: {{ endpoint: {{ url: u, model: m, timeout: 11s }} }}\n"),
        &format!("{account}defaults: {{ burst: [1], listen: loud }}\n"),
    ] {
        let problems = told_by_all(text, &[]);
        assert!(!problems.is_empty(), "{text}");
        for problem in problems {
            let chinese = problem.chinese.as_deref().unwrap_or_default();
            assert!(
                chinese.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c)),
                "{problem}"
            );
            assert!(!chinese.contains("such as"), "{problem}");
        }
    }
}

/// Returns the example with everything switched on as its comments say: without the `#` of what is off.
fn all_on(example: &str) -> String {
    let on = |line: &str| {
        let text = line.trim_start();
        let indent = &line[..line.len() - text.len()];
        match text.strip_prefix('#') {
            // One space is a comment's.
            Some(rest) if !rest.is_empty() && (!rest.starts_with(' ') || rest.starts_with("  ")) => {
                format!("{indent}{rest}\n")
            }
            _ => format!("{line}\n"),
        }
    };
    example.lines().map(on).collect()
}

#[test]
fn the_example_runs_as_it_is_copied_and_with_all_that_it_shows() {
    let english = include_str!("../../groupdesk.example.yaml");
    let chinese = include_str!("../../groupdesk.example.zh.yaml");
    let variables = [
        ("ONEBOT_TOKEN", "a-token"),
        ("TELEGRAM_TOKEN", "1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("DISCORD_TOKEN", "a-token"),
        ("QQ_SECRET", "a-secret"),
        ("HOOK_URL", "https://hook.example/"),
        ("HOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("HOOK_TOKEN", "a-token"),
        ("OPENAI_API_KEY", "a-key"),
    ];
    let settings = [english, chinese].map(|example| {
        let copied = load_with(example, &variables[..1]).unwrap();
        assert_eq!(copied.accounts.len(), 1);
        assert!(copied.channels.is_empty() && copied.tickets.roster.people.is_empty());
        let told = told_by_all(example, &variables[..1]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].to_string().contains("qq/group:123456"),
            "its reader is told what is left to fill in: {}",
            told[0]
        );
        let all = all_on(example);
        let on = load_with(&all, &variables).unwrap_or_else(|problems| panic!("{problems:?}\n{all}"));
        assert_eq!((on.accounts.len(), on.channels.len()), (6, 2), "{all}");
        assert!(on.semantic.is_some() && on.tickets.roster.people.len() == 2);
        let errors: Vec<Problem> = told_by_all(&all, &variables)
            .into_iter()
            .filter(|problem| problem.severity == crate::yaml::Severity::Error)
            .collect();
        assert_eq!(errors, []);
        [example, &all].map(|text| serde_yaml::from_str::<serde_yaml::Value>(text).unwrap())
    });
    assert_eq!(
        settings[0], settings[1],
        "the two examples differ in more than their comments"
    );
}

#[test]
fn shadow_mode_needs_a_room_in_which_calls_are_heard() {
    let account = |rooms: &str| {
        format!(
            "accounts:\n  qq: {{ platform: onebot, connection: {{ access_token: \"${{TOKEN}}\", reverse: {{}} }}{rooms} }}\n"
        )
    };
    let of_channel = "channels:\n  qq/group:7:\n    listen: shadow\n";
    let problems = told(&(account("") + of_channel));
    assert_eq!((problems.len(), problems[0].line), (1, 5), "{problems:?}");
    assert!(
        problems[0]
            .to_string()
            .contains("shadow mode without a staff room")
    );
    let of_defaults = told(&(account("") + "defaults: { listen: shadow }\n"));
    assert_eq!(of_defaults[0].line, 3);
    for good in [
        account(", staff_rooms: [qq/group:9]") + of_channel,
        account("") + of_channel + "    staff_rooms: [qq/group:9]\n",
        account(", staff_rooms: [qq/group:9]") + "defaults: { listen: shadow }\n",
    ] {
        let problems = told(&good);
        assert!(
            problems
                .iter()
                .all(|problem| !problem.message.contains("shadow mode")),
            "{problems:?}"
        );
    }
}
