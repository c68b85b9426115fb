//! Paths that accounts serve, and who may reach them.

use super::paths::reserved_paths;
use super::*;
use crate::config::{self, Environment};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use groupdesk_contract::{
    AccountId, AccountState, Capabilities, Delivery, Event, InMemoryStorage, Reply, ReplyKey, SystemClock,
};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use tower::ServiceExt;

fn made(text: &str) -> Result<Vec<BuiltAdapter>, Vec<Problem>> {
    let variables = HashMap::from([
        ("SECRET".to_owned(), "whsec-hush-hush-hush-hush".to_owned()),
        (
            "KEY".to_owned(),
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        ),
        ("EMPTY".to_owned(), String::new()),
    ]);
    let config = config::load(
        Path::new("groupdesk.yaml"),
        text,
        &Environment::given(variables),
        &platforms(),
    )?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    build(&config, &clock, &|_| Arc::new(InMemoryStorage::default()))
}

/// Returns the errors of a file, in one text.
fn wrong(text: &str) -> String {
    let problems = made(text).err().unwrap_or_default();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    problems.join("\n")
}

/// Configures an account of every platform that serves anything below a path which the operator does not choose.
#[cfg(all(
    feature = "onebot",
    feature = "qq",
    feature = "telegram",
    feature = "wecom",
    feature = "wechat",
    feature = "webhook",
    feature = "ticketing"
))]
const SERVING: &str = r#"
accounts:
  qq: { platform: qq, connection: { app_id: 102000001, app_secret: "${SECRET}", mode: webhook } }
  telegram:
    platform: telegram
    connection: { token: "1:${SECRET}", webhook: { url: "https://desk.example/", secret: "${SECRET}" } }
  wecom_robot: { platform: wecom_robot, connection: { webhook: { token: "${SECRET}", aes_key: "${KEY}" } } }
  wechat_kf:
    platform: wechat_kf
    connection: { corp_id: ww1234567890abcdef, secret: "${SECRET}", token: t0ken, encoding_aes_key: "${KEY}" }
  wechat_official:
    platform: wechat_official
    connection: { app_id: wx1234567890abcdef, secret: "${SECRET}", token: t0ken, encoding_aes_key: "${KEY}" }
  webhook: { platform: webhook, connection: { targets: { any: { url: "https://desk.example/", secret: "${SECRET}" } } } }
  github:
    platform: github
    connection: { token: "${SECRET}", webhook_secret: "${SECRET}", targets: { any: { repository: a/b } } }
  chatwoot:
    platform: chatwoot
    connection:
      api_url: https://chat.example
      token: "${SECRET}"
      path_secret: "${SECRET}"
      targets: { any: { account: 1, inbox: 1 } }
  zammad:
    platform: zammad
    connection:
      api_url: https://help.example
      token: "${SECRET}"
      webhook_secret: "${SECRET}"
      targets: { any: { group: Users, customer: a@b.example } }
"#;

#[cfg(all(
    feature = "onebot",
    feature = "qq",
    feature = "telegram",
    feature = "wecom",
    feature = "wechat",
    feature = "webhook",
    feature = "ticketing"
))]
#[tokio::test]
async fn every_path_that_a_platform_serves_is_reserved_and_no_implementation_can_be_given_it() {
    let built = made(SERVING).unwrap_or_else(|problems| panic!("{problems:#?}"));
    for account in built {
        let name = account.adapter.account().to_string();
        let platform = PLATFORMS
            .iter()
            .map(|row| row.platform)
            .find(|platform| platform.name == name)
            .unwrap();
        let path = platform
            .path
            .unwrap_or_else(|| panic!("{name} serves, and reserves nothing"));
        let router = account.routes.unwrap_or_else(|| panic!("{name} serves nothing"));
        // A target of a webhook is one part more.
        let mut served = false;
        for path in [format!("{path}/{name}"), format!("{path}/{name}/any")] {
            let request = Request::builder().method(Method::POST).uri(&path);
            let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await;
            served |= answer.unwrap().status() != StatusCode::NOT_FOUND;
        }
        assert!(served, "{name} serves nothing below {path}");
    }
    let at = |web: &str, chosen: &str| {
        format!(
            "{web}accounts:\n  one: {{ platform: onebot, connection: {{ access_token: \"${{SECRET}}\", reverse: {{ path: {chosen} }} }} }}\n"
        )
    };
    let below = |base: &str| {
        reserved_paths(Some(base))
            .into_iter()
            .map(|path| (path.clone(), format!("{path}/one")))
    };
    for (web, base) in [("", ""), ("web: { base_path: /desk }\n", "/desk")] {
        let overview = (!base.is_empty()).then(|| (base.to_owned(), format!("{base}/live")));
        for (path, one) in below(base).chain(overview) {
            for chosen in [path, one] {
                let words = wrong(&at(web, &chosen));
                assert!(words.contains("is the program's own"), "{web}{chosen}: {words}");
            }
        }
    }
    for own in [
        crate::web::LIVE_PATH,
        crate::web::METRICS_PATH,
        "/live",
        "/tickets",
        "/assets",
    ] {
        assert!(reserved_paths(Some("")).contains(own), "{own}");
    }
    // Without a dashboard its paths are anybody's.
    for web in ["web: { dashboard: false }\n", "web: { base_path: /desk }\n"] {
        assert!(made(&at(web, "/live")).is_ok(), "{web}");
    }
}

#[cfg(feature = "onebot")]
#[test]
fn a_listener_that_others_reach_needs_a_token_unless_it_is_written_out_that_it_needs_none() {
    let words = |listen: &str, connection: &str| {
        wrong(&format!(
            "web: {{ listen: \"{listen}\" }}\naccounts:\n  one: {{ platform: onebot, connection: {{ {connection} }} }}\n"
        ))
    };
    for everywhere in ["0.0.0.0:8080", "[::]:8080", "192.168.1.2:8080"] {
        let refused = words(everywhere, "reverse: {}");
        assert!(
            refused.contains("groupdesk.yaml:3:") && refused.contains("access_token"),
            "{everywhere}: {refused}"
        );
        assert!(
            refused.contains("中文: ") && refused.contains("需要 access_token"),
            "{refused}"
        );
        assert!(refused.contains("allow_without_token: true"), "{refused}");
        assert_eq!(words(everywhere, "reverse: { allow_without_token: true }"), "");
        assert_eq!(words(everywhere, "reverse: {}, access_token: \"${SECRET}\""), "");
        // An empty token is no token, however it is written.
        let empty = words(everywhere, "reverse: {}, access_token: \"${EMPTY}\"");
        assert!(empty.contains("EMPTY") && empty.contains("empty"), "{empty}");
        assert_ne!(words(everywhere, "reverse: {}, access_token: \"\""), "");
    }
    for here in ["127.0.0.1:8080", "[::1]:8080"] {
        assert_eq!(words(here, "reverse: {}"), "");
        let empty = words(here, "reverse: {}, access_token: \"${EMPTY}\"");
        assert!(empty.contains("EMPTY") && empty.contains("empty"), "{empty}");
    }
}

/// Adapter that breaks off on its first starts, and then runs.
struct Breaks(AccountId, AtomicU32);

#[async_trait]
impl Adapter for Breaks {
    fn account(&self) -> &AccountId {
        &self.0
    }

    fn capabilities(&self) -> Capabilities {
        unreachable!("nobody asks")
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        assert!(
            self.1.fetch_add(1, Ordering::SeqCst) >= 2,
            "as an adapter does that has a fault"
        );
        link.post(Event::State(AccountState::Connected)).await?;
        std::future::pending().await
    }

    async fn send(&self, _: ReplyKey, _: &Reply) -> Delivery {
        unreachable!("nobody sends")
    }
}

#[tokio::test(start_paused = true)]
async fn an_adapter_that_breaks_off_is_told_of_and_started_again_until_it_runs() {
    let adapter = Arc::new(Breaks("qq".into(), AtomicU32::new(0)));
    let connections = Arc::new(Connections::new(Arc::new(SystemClock)));
    connections.add("qq".into(), true);
    let (inbox, mut events) = mpsc::channel(4);
    let shutdown = CancellationToken::new();
    let supervised = tokio::spawn(supervise(
        Arc::clone(&adapter) as Arc<dyn Adapter>,
        false,
        Arc::clone(&connections),
        inbox,
        shutdown.clone(),
    ));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let AccountState::Failed { reason } = &connections.standing()["qq"].state else {
        panic!("{connections:?}")
    };
    assert!(reason.contains("broke off"), "{reason}");
    assert_eq!(connections.down().len(), 1);
    let event = tokio::time::timeout(Duration::from_secs(10), events.recv()).await;
    assert!(matches!(
        event.unwrap().unwrap().event,
        Event::State(AccountState::Connected)
    ));
    assert_eq!(adapter.1.load(Ordering::SeqCst), 3);
    assert!(!supervised.is_finished());
}
