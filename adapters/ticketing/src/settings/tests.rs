//! Settings of the four systems as an admin writes them: defaults, secrets, mistakes.

use super::*;
use serde_json::json;

#[test]
fn settings_are_read_with_defaults_and_hide_their_secrets() {
    let settings: GitHubSettings = serde_json::from_value(json!({
        "token": "hush", "webhook_secret": "hush", "targets": {"acme": {"repository": "acme/Chat.desk"}}
    }))
    .unwrap();
    assert_eq!(settings.api_url.as_str(), "https://api.github.com");
    assert_eq!(settings.poll.0, Duration::from_secs(60));
    assert!(!settings.targets["acme"].private, "public unless said otherwise");
    assert!(!format!("{settings:?}").contains("hush"));
}

#[test]
fn a_token_never_travels_in_the_clear() {
    for good in [
        "https://desk.example.com/",
        "http://127.0.0.1:3000",
        "http://[::1]:80",
        "http://localhost",
    ] {
        assert!(ApiUrl::try_from(good.to_owned()).is_ok(), "{good}");
    }
    for bad in [
        "http://desk.example.com",
        "https://me:hush@desk.example.com",
        "https://desk.example.com?x=hush",
        "ftp://desk.example.com",
        "desk.example.com",
    ] {
        let error = ApiUrl::try_from(bad.to_owned()).unwrap_err();
        assert!(error.contains("https") && !error.contains("hush"), "{error}");
    }
}

#[test]
fn mistakes_are_refused_with_a_hint() {
    for (wrong, hint) in [
        (
            json!({"token": "t", "targets": {"a": {"repository": "acme"}}}),
            "owner/name",
        ),
        (
            json!({"token": "t", "targets": {"a": {"repository": "../x"}}}),
            "owner/name",
        ),
        (json!({"token": "t", "targets": {}, "pol": "1m"}), "pol"),
        (json!({"token": "t", "targets": {}, "poll": "soon"}), "90s"),
        (json!({"targets": {}}), "token"),
    ] {
        let error = serde_json::from_value::<GitHubSettings>(wrong)
            .unwrap_err()
            .to_string();
        assert!(error.contains(hint), "{error}");
    }
    assert!(check_secrets(&Secret::new(""), None).is_err());
    assert!(check_secrets(&Secret::new("t"), Some(&Secret::new(""))).is_err());
    for wrong in ["令牌", "a b"] {
        let error = check_secrets(&Secret::new(wrong), None).unwrap_err();
        assert!(error.contains("平台收不到这样的令牌"), "{error}");
    }
}
