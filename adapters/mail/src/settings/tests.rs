//! Settings as an admin writes them: defaults, secrets, mistakes.

use super::*;
use serde_json::{Value, json};

fn whole() -> Value {
    json!({
        "smtp": {"host": "smtp.example.com", "username": "desk", "password": "hush"},
        "imap": {"host": "imap.example.com", "security": "starttls", "username": "desk", "password": "hush"},
        "from": "Support desk <Desk@example.com>",
        "targets": {"support": {"to": ["Alice@Example.com"], "agents": ["bob@example.org", "@Example.net"]}},
    })
}

fn read(change: impl FnOnce(&mut Value)) -> Result<Settings, String> {
    let mut settings = whole();
    change(&mut settings);
    let settings: Settings = serde_json::from_value(settings).map_err(|error| error.to_string())?;
    settings.check()?;
    Ok(settings)
}

#[test]
fn settings_are_read_with_defaults_and_hide_their_secrets() {
    let settings = read(|_| ()).unwrap();
    assert_eq!(settings.smtp.server.port, 465);
    let imap = settings.imap.clone().unwrap();
    assert_eq!(
        (imap.server.port, imap.folder.as_str(), imap.poll),
        (143, "INBOX", Duration::from_secs(60))
    );
    assert_eq!(settings.domain(), "example.com");
    assert!(!format!("{settings:?}").contains("hush"), "{settings:?}");
}

#[test]
fn a_target_hears_its_own_and_its_agents_and_nobody_else() {
    let settings = read(|_| ()).unwrap();
    let target = &settings.targets["support"];
    for heard in ["alice@example.com", "bob@example.org", "anybody@example.net"] {
        assert!(target.hears(heard), "{heard}");
    }
    for strange in [
        "eve@example.com",
        "example.net",
        "x@sub.example.net",
        "x@notexample.net",
        "",
    ] {
        assert!(!target.hears(strange), "{strange}");
    }
}

#[test]
fn mistakes_are_refused_with_a_hint() {
    type Change = fn(&mut Value);
    let mistakes: [(Change, &str); 11] = [
        (
            |s| s["targets"]["support"]["to"] = json!(["x@example.com", "DESK@example.com"]),
            "`from`",
        ),
        (
            |s| s["smtp"] = json!({"host": "x", "username": "desk"}),
            "password",
        ),
        (|s| s["smpt"] = json!({}), "smpt"),
        (|s| s["imap"]["pol"] = json!("1m"), "pol"),
        (|s| s["from"] = json!("nobody"), "desk@example.com"),
        (
            |s| s["targets"]["support"]["agents"] = json!(["@"]),
            "@example.com",
        ),
        (|s| s["targets"]["support"]["to"] = json!([]), "support"),
        (|s| s["domain"] = json!("a b"), "desk.example.com"),
        (|s| s["smtp"]["security"] = json!("none"), "starttls"),
        (|s| s["thread_secret"] = json!("short"), "16"),
        (|s| s["imap"]["poll"] = json!("soon"), "90s"),
    ];
    for (mistake, hint) in mistakes {
        let error = read(mistake).unwrap_err();
        assert!(error.contains(hint), "{error}");
    }
    read(|s| s["smtp"] = json!({"host": "127.0.0.1", "security": "none"})).unwrap();
}

#[test]
fn the_schema_knows_every_key_and_says_what_it_is_for() {
    let schema = serde_json::to_value(schemars::schema_for!(Settings)).unwrap();
    let smtp = &schema["$defs"]["Smtp"];
    assert_eq!(smtp["additionalProperties"], json!(false), "{schema}");
    let kinds = [
        &schema,
        smtp,
        &schema["$defs"]["Imap"],
        &schema["$defs"]["Target"],
    ];
    for key in kinds
        .iter()
        .flat_map(|kind| kind["properties"].as_object().unwrap())
    {
        assert!(key.1["description"].is_string(), "{key:?}");
    }
}
