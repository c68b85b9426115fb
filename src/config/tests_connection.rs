//! Errors under `connection`: impossible addresses and ids, and empty secrets; and the values that they never show.

use super::tests::{shown, told_by_all};
use crate::yaml::Severity;

/// Makes a file with an account of a platform and a connection, beside one whose staff room it may be.
fn account(platform: &str, connection: &str) -> String {
    format!(
        "accounts:\n  x:\n    platform: {platform}\n    connection: {{ {connection} }}\n    staff_rooms: [c/group:staff]\n  c: {{ platform: console, staff_rooms: [c/group:staff] }}\n"
    )
}

#[test]
fn no_address_or_id_of_any_platform_passes_that_can_not_be() {
    let mail = |server: &str| {
        format!(
            "from: a@b.example, targets: {{ t: {{ to: [c@d.example] }} }}, smtp: {{ {server}, username: u, password: hush12 }}"
        )
    };
    let mail_hosts = [
        "\"\"",
        "smtp://h",
        "\"smtp.example.com:465\"",
        "\"a b\"",
        "https://h/",
    ]
    .map(|host| mail(&format!("host: {host}")));
    let mut cases: Vec<(&str, String)> = Vec::new();
    for url in [
        "ftp://x/y",
        "not a url",
        "http://",
        "hooks.example.com/x",
        "htps://a/b",
        "https://x:99999/",
        "https：//x",
        "\"\"",
        "http:///x",
    ] {
        cases.push((
            "webhook",
            format!("targets: {{ alerts: {{ url: \"{}\" }} }}", url.trim_matches('"')),
        ));
        cases.push((
            "onebot",
            format!("forward: {{ url: \"{}\" }}", url.trim_matches('"')),
        ));
        let api = format!("api_url: \"{}\"", url.trim_matches('"'));
        for (platform, rest) in [
            ("telegram", "token: \"1:a\""),
            ("discord", "token: a"),
            ("qq", "app_id: 1, app_secret: a"),
            ("wecom_robot", "bot_id: b, secret: s"),
            ("wecom_app", "corpid: ww1, secret: s, agentid: 1"),
            ("wecom_group_robot", "groups: { g: abc }"),
            ("wechat_official", "app_id: wx1, secret: s, token: t"),
            ("ilink", "owner: staff"),
            ("github", "token: t, targets: {}"),
            ("chatwoot", "token: t, targets: {}"),
            ("zammad", "token: t, targets: {}"),
            ("hubspot", "token: t, targets: {}"),
        ] {
            cases.push((platform, format!("{rest}, {api}")));
        }
        cases.push((
            "discord",
            format!("token: a, gateway_url: \"{}\"", url.trim_matches('"')),
        ));
        cases.push((
            "qq",
            format!(
                "app_id: 1, app_secret: a, token_url: \"{}\"",
                url.trim_matches('"')
            ),
        ));
        cases.push((
            "telegram",
            format!(
                "token: \"1:a\", webhook: {{ url: \"{}\", secret: aaaaaaaaaaaaaaaaa }}",
                url.trim_matches('"')
            ),
        ));
    }
    for id in ["abc", "0", "-5", "1.5", "\"\"", "[1]"] {
        cases.push(("onebot", format!("self_id: {id}")));
        cases.push(("discord", format!("token: a, staff_roles: [{id}]")));
        cases.push(("qq", format!("app_id: {id}, app_secret: a")));
        cases.push((
            "chatwoot",
            format!(
                "api_url: \"https://a.example\", token: t, targets: {{ t: {{ account: {id}, inbox: 1 }} }}"
            ),
        ));
    }
    cases.push((
        "onebot",
        "reverse: { path: \"/x?access_token=hush12\" }".to_owned(),
    ));
    cases.push(("onebot", "reverse: { path: / }".to_owned()));
    cases.push(("wecom_app", "corpid: ww1, secret: s, agentid: 0".to_owned()));
    cases.push((
        "zammad",
        "api_url: \"https://a.example\", token: t, targets: { t: { group: Users, customer: nobody } }"
            .to_owned(),
    ));
    cases.push(("mail", mail("host: smtp.example.com, port: 0")));
    cases.push(("mail", mail("host: smtp.example.com, port: 99999")));
    cases.extend(mail_hosts.into_iter().map(|connection| ("mail", connection)));
    let mut wrong = Vec::new();
    for (platform, connection) in cases {
        let problems = told_by_all(&account(platform, &connection), &[]);
        let errors: Vec<_> = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .collect();
        let is_told = errors.first().is_some_and(|problem| {
            let chinese = problem.chinese.as_deref().unwrap_or_default();
            problem.line == 4
                && problem.column > 5
                && chinese.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c))
        });
        if errors.len() != 1 || !is_told {
            wrong.push(format!("{platform} {connection}: {problems:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_of_a_connection_is_shown_nor_a_secret_of_an_address() {
    let mut texts: Vec<String> = [
        ("onebot", "forward: { url: \"ws://bot:hunter2@127.0.0.1:3001\" }"),
        ("onebot", "forward: { url: \"hunter2\" }"),
        ("onebot", "forward: { url: \"hunter2://x\" }"),
        ("onebot", "reverse: { path: \"/x?access_token=hunter2\" }"),
        ("onebot", "hunter2"),
        ("onebot", "hunter2: 1"),
        ("onebot", "self_id: hunter2"),
        ("onebot", "call_timeout: hunter2"),
        ("onebot", "private_hosts: [\"hunter2 x\"]"),
        ("telegram", "token: \"1:a\", chat_admins: hunter2"),
        ("telegram", "token: \"1:a\", poll_timeout: hunter2"),
        ("github", "token: t, targets: { t: { repository: hunter2 } }"),
        ("mail", "from: hunter2, targets: {}, smtp: { host: h }"),
        (
            "mail",
            "from: a@b.c, targets: {}, smtp: { host: hunter2.example, security: none }",
        ),
        (
            "wechat_official",
            "app_id: wx1, secret: s, token: t, api_url: \"http://hunter2.example\"",
        ),
    ]
    .iter()
    .map(|(platform, connection)| account(platform, connection))
    .collect();
    texts
        .push("accounts:\n  x:\n    platform: onebot\n    connection:\n      hunter2: { a: 1 }\n".to_owned());
    texts.push("accounts:\n  x:\n    platform: onebot\n    connection:\n      forward: { url: \"ws://a:1\", hunter2: 3 }\n".to_owned());
    let rest = "accounts: { c: { platform: console, staff_rooms: [c/group:staff] } }\n";
    texts.push(format!("mail: hunter2\n{rest}"));
    texts.push(format!("{rest}semantic:\n  endpoint:\n    url: \"htp://x/v1?api_key=hunter2\"\n    model: m\n    timeut: 1s\n"));
    texts.push("accounts:\n  h: { platform: webhook, connection: { targets: { a: { url: \"ftp://x/hunter2\" } } } }\n".to_owned());
    texts.push("accounts: { q: { platform: onebot, connection: { self_id: hunter2 } } }\n".to_owned());
    for text in texts {
        let shown = shown(&text);
        assert!(!shown.is_empty(), "{text}");
        for shown in shown {
            assert!(!shown.contains("hunter2"), "{text}\n{shown}");
        }
    }
    let problems = told_by_all(
        "accounts:\n  x:\n    platform: onebot\n    connection:\n      acess_token: a\n",
        &[],
    );
    let told = problems[0].to_string();
    for part in [
        "an unknown key at 5:7",
        "did you mean `access_token`?",
        "heartbeat_timeout",
        "第 5 行第 7 列",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_secret_with_nothing_behind_its_key_is_an_error_as_an_empty_one_is() {
    let mail = "from: a@b.example, targets: {}, smtp: { host: h, username: u, password: p }";
    let mut checked = 0;
    for (platform, rest, keys) in [
        ("onebot", "", &["access_token"][..]),
        ("telegram", "", &["token"]),
        (
            "telegram",
            "token: \"1:a\", webhook: { url: \"https://a.example\", secret: S }",
            &[],
        ),
        ("discord", "", &["token"]),
        ("qq", "app_id: 1, ", &["app_secret"]),
        ("wecom_robot", "bot_id: b, ", &["secret"]),
        ("wecom_robot", "webhook: { token: S, aes_key: S }", &[]),
        ("wecom_app", "corpid: ww1, agentid: 1, ", &["secret"]),
        (
            "wechat_kf",
            "corp_id: ww1, ",
            &["secret", "token", "encoding_aes_key"],
        ),
        (
            "wechat_official",
            "app_id: wx1, customer_messages: false, token: t, ",
            &["secret", "encoding_aes_key"],
        ),
        (
            "webhook",
            "targets: { a: { url: \"https://a.example\", secret: S, token: S } }",
            &[],
        ),
        ("github", "token: t, targets: {}, ", &["webhook_secret"]),
        (
            "chatwoot",
            "api_url: \"https://a.example\", token: t, targets: {}, ",
            &["webhook_secret", "path_secret"],
        ),
        (
            "zammad",
            "api_url: \"https://a.example\", token: t, targets: {}, ",
            &["webhook_secret"],
        ),
        ("mail", &format!("{mail}, "), &["thread_secret"]),
        (
            "mail",
            "from: a@b.example, targets: {}, smtp: { host: h, username: u, password: S }",
            &[],
        ),
    ] {
        for nothing in ["", "~", "null", "&a", "*e", "\"\""] {
            let connections: Vec<String> = match keys {
                [] => vec![rest.replace(": S", &format!(": {nothing}"))],
                keys => keys.iter().map(|key| format!("{rest}{key}: {nothing}")).collect(),
            };
            for connection in connections {
                let text = format!("store: {{ path: &e }}\n{}", account(platform, &connection));
                let problems = told_by_all(&text, &[]);
                let told = problems.iter().any(|problem| {
                    problem.severity == Severity::Error
                        && problem.line == 5
                        && problem.message.contains("empty")
                        && problem
                            .chinese
                            .as_ref()
                            .is_some_and(|text| text.contains("是空的"))
                });
                assert!(told, "{platform} {connection}: {problems:#?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "{checked}");
    let problems = told_by_all(&account("onebot", "access_token: a, self_id: "), &[]);
    assert!(
        problems
            .iter()
            .any(|problem| problem.line == 4 && problem.message.contains("counts as not written")),
        "{problems:#?}"
    );
}

#[test]
fn a_number_that_is_too_large_is_told_as_such_in_its_own_line() {
    let text = "accounts:\n  qq:\n    platform: onebot\n    staff: [99999999999999999999]\n    staff_rooms: [qq/group:1]\nstore:\n  path: x.db\n";
    let problems = told_by_all(text, &[]);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!((problems[0].line, problems[0].column), (4, 13));
    let told = problems[0].to_string();
    assert!(told.contains("too large") && told.contains("20 位"), "{told}");
    assert!(told_by_all(&text.replace("9999999999", "1"), &[]).len() <= 1);
}

#[test]
fn ids_under_defaults_and_tags_are_checked_as_those_of_accounts_are() {
    let rest = "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\n";
    for (settings, column) in [
        ("defaults: { ignore: [0] }", 22),
        ("defaults: { bots: [abc] }", 20),
        ("tags: { paid: { ignore: [10001, -3] } }", 33),
    ] {
        let problems = told_by_all(&format!("{rest}{settings}\n"), &[]);
        assert_eq!(problems.len(), 1, "{settings}: {problems:#?}");
        assert_eq!(
            (problems[0].line, problems[0].column),
            (3, column),
            "{problems:#?}"
        );
        assert!(problems[0].chinese.is_some(), "{problems:#?}");
    }
    // What some account can have may be meant for it.
    let both = "  wx: { platform: wechat_official, connection: { app_id: wx1, secret: s, token: t }, staff_rooms: [qq/group:1] }\n";
    assert!(told_by_all(&format!("{rest}{both}defaults: {{ ignore: [oAbc] }}\n"), &[]).is_empty());
}

#[test]
fn a_key_or_an_address_in_another_place_is_told_with_its_own() {
    for (connection, english, chinese) in [
        (
            "token: abc",
            "did you mean `access_token`?",
            "是不是要写 access_token？",
        ),
        (
            "staff: [10001]",
            "`staff` belongs one level up",
            "staff 不属于 connection",
        ),
        (
            "forward: \"ws://127.0.0.1:3001\"",
            "forward: { url: \"ws://...\" }",
            "写成：",
        ),
    ] {
        let told = shown(&account("onebot", connection)).join("\n");
        assert!(told.contains(english) && told.contains(chinese), "{told}");
    }
}
