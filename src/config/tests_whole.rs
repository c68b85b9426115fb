//! Errors of every kind in one groupdesk.yaml: all are told at once, and nothing that follows from them.

use super::*;
use crate::service::accounts;
use crate::yaml::Severity;
use std::path::Path;

/// Returns the errors of a file and of its adapters, as `check` puts them together, and its warnings.
fn told(text: &str) -> Vec<Problem> {
    let environment = Environment::lenient();
    let (config, problems) = read(
        Path::new("groupdesk.yaml"),
        text,
        &environment,
        &accounts::platforms(),
    );
    let Some(config) = config else { return problems };
    let clock: std::sync::Arc<dyn groupdesk_contract::Clock> =
        std::sync::Arc::new(groupdesk_contract::ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
    let memory = |_: &str| -> std::sync::Arc<dyn groupdesk_contract::Storage> {
        std::sync::Arc::new(groupdesk_contract::InMemoryStorage::default())
    };
    let built = accounts::build(&config, &clock, &memory)
        .err()
        .unwrap_or_default();
    let built = without_consequences(&problems, false, built);
    let mut told = [problems, built].concat();
    if told.is_empty() {
        told = config.warnings();
    }
    told.sort_by_key(|problem| (problem.line, problem.column));
    told
}

fn lines(text: &str) -> Vec<usize> {
    told(text).iter().map(|problem| problem.line).collect()
}

#[test]
fn errors_of_keys_of_addresses_and_of_connections_are_told_together() {
    let text = "accounts:\n  qq:\n    platform: onebot\n    connection:\n      access_token: abcdefgh12345\n      forwrad: {url: ws://x}\n    \
                staff: [一号]\n    admins: [x y]\n    staff_rooms: [900001]\n";
    assert_eq!(lines(text), [6, 7, 8, 9], "{:?}", told(text));
    // With a value that can't be read, a key that is unknown, and an account that is not there.
    let text = "accounts:\n  qq:\n    platform: onebot\n    staff: [x y]\n    staff_rooms: [qg/group:1]\n  tg: { platform: telegran }\nlog: { format: jsn }\ntagz: {}\n\
                tickets: { retention_days: -1 }\n";
    assert_eq!(lines(text), [4, 5, 6, 7, 8, 9], "{:?}", told(text));
}

#[test]
fn nothing_is_told_that_follows_from_another_error() {
    // An account that can't be read is there all the same, and may have the person; of a list with a wrong item the others have other numbers.
    for (text, wanted) in [
        (
            "accounts:\n  qq: { platform: [onebot], staff_rooms: [qq/group:1] }\n  tg: { platform: telegram, connection: { token: \"1:a\" }, staff_rooms: [qq/group:1] }\nroster:\n  w: { ids: [qq/1] }\n\
             channels:\n  qq/group:5: { ignore: [x y] }\n",
            vec![2],
        ),
        (
            "accounts:\n  qq：{ platform: onebot }\n  tg: { platform: telegram, connection: { token: \"1:a\" }, staff_rooms: [qq/group:1] }\n",
            vec![2],
        ),
        (
            "accounts:\n  qq: { platform: onebot, staff: [{}, x y], staff_rooms: [qq/group:1] }\n",
            vec![2],
        ),
        (
            "accounts:\n  qq: { platform: onebot, staff_rooms: [[]] }\ndefaults: { listen: shadow }\n",
            vec![2],
        ),
        ("accounts: [qq]\n", vec![1]),
    ] {
        assert_eq!(lines(text), wanted, "{text}{:?}", told(text));
    }
}

#[test]
fn a_full_width_colon_before_braces_is_named_at_its_place() {
    let text = "accounts:\n  qq：{ platform: onebot }\n";
    let found = told(text);
    assert_eq!(
        (found.len(), found[0].line, found[0].column),
        (1, 2, 5),
        "{found:?}"
    );
    let shown = found[0].to_string();
    for part in ["full-width", "write: qq: { platform: onebot }", "全角冒号「：」"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // A secret stays hidden.
    let text = "accounts:\n  qq:\n    platform: onebot\n    connection：{ access_token: hushhush1 }\n";
    let found = told(text);
    let lines: Vec<&str> = text.lines().collect();
    for problem in &found {
        let shown = format!("{problem}{problem:?}{}", problem.with_source(&lines));
        assert!(!shown.contains("hushhush1"), "{shown}");
    }
    assert_eq!((found.len(), found[0].line), (1, 4), "{found:?}");
}

#[test]
fn a_negative_number_is_told_the_least_that_fits() {
    let text = "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\ntickets: { retention_days: -1 }\nstore: { conversation_days: 0 }\n";
    let found = told(text);
    let told = |at: usize| (found[at].message.as_str(), found[at].chinese.as_deref().unwrap());
    assert_eq!(
        told(0),
        (
            "expected a whole number, 0 or more, found integer `-1`",
            "这里应该是 0 或更大的整数，现在是 -1"
        )
    );
    assert!(
        told(1).0.contains("1 or more") && told(1).1.contains("大于 0"),
        "{found:?}"
    );
}

#[test]
fn a_misspelt_level_of_the_log_is_told_before_nothing_is_logged() {
    let config = |filter: &str| {
        format!(
            "accounts:\n  qq: {{ platform: onebot, staff_rooms: [qq/group:1] }}\nlog: {{ filter: \"{filter}\" }}\n"
        )
    };
    let found = told(&config("infoo,groupdesk::desk=debug"));
    assert_eq!(
        (found.len(), found[0].severity),
        (1, Severity::Warning),
        "{found:?}"
    );
    assert!(found[0].to_string().contains("did you mean `info`?"), "{found:?}");
    for right in ["info", "WARN", "groupdesk", "groupdesk=debug,hyper=info", "0"] {
        assert_eq!(told(&config(right)), [], "{right}");
    }
}
