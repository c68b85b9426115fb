//! Log-ins by an identity provider, over real sockets to one that is none. Builds have it with the feature `oidc`:
//! `cargo test --features oidc --test oidc`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "oidc")]
#[path = "oidc/provider.rs"]
mod provider;
mod support;

#[cfg(feature = "oidc")]
use provider::{Provider, Spoilt};
#[cfg(feature = "oidc")]
use support::browser::{Browser, Page};
use support::program::{Program, binary};

/// A program whose users may log in by the provider at this address.
fn program(issuer: &str) -> Program {
    let program = Program::reverse("");
    let path = program.folder.join("groupdesk.yaml");
    let config = std::fs::read_to_string(&path).unwrap();
    let oidc = format!(
        "web: {{ oidc: {{ issuer: \"{issuer}\", client_id: groupdesk, client_secret: \"${{TEST_TOKEN}}\", name: Corp }},"
    );
    std::fs::write(path, config.replace("web: {", &oidc)).unwrap();
    program
}

/// Starts a program, and waits until browsers can come.
#[cfg(feature = "oidc")]
async fn started(issuer: &str) -> Program {
    let mut program = program(issuer);
    program.start(binary());
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while std::net::TcpStream::connect(("127.0.0.1", program.port)).is_err() {
        assert!(std::time::Instant::now() < end, "{}", program.log());
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    program
}

#[cfg(not(feature = "oidc"))]
#[test]
fn a_build_without_it_says_so() {
    let checked = program("https://id.example")
        .command(binary())
        .env("TEST_TOKEN", "x")
        .arg("check")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(
        !checked.status.success() && told.contains("--features oidc"),
        "{told}"
    );
}

#[test]
fn an_issuer_without_encryption_is_refused() {
    let checked = program("http://id.example")
        .command(binary())
        .env("TEST_TOKEN", "x")
        .arg("check")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(!checked.status.success() && told.contains("https://"), "{told}");
}

/// Goes to the provider and comes back with what it says.
#[cfg(feature = "oidc")]
fn come_back(browser: &mut Browser, provider: &Provider) -> String {
    let go = browser.get("/login/with?next=%2Ftickets");
    assert_eq!(go.status, 303, "{}", go.body);
    let to = go.header("location").unwrap().to_owned();
    let path = to
        .strip_prefix(&provider.issuer())
        .unwrap_or_else(|| panic!("{to}"));
    for wanted in [
        "response_type=code",
        "code_challenge_method=S256",
        "scope=openid",
        "state=",
        "nonce=",
    ] {
        assert!(path.contains(wanted), "{wanted}: {path}");
    }
    let back = Browser::new(provider.port()).get(path);
    let back = back.header("location").unwrap().to_owned();
    let at = back.find("/login/callback").unwrap();
    back[at..].to_owned()
}

/// Starts a provider and a program of which alice is the owner; she has invited bob, who logs in by this address or name.
#[cfg(feature = "oidc")]
async fn with_bob(login: &str) -> (Provider, Program, Browser) {
    let provider = Provider::start().await;
    let program = started(&provider.issuer()).await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "owner"]);
    let invited = [("name", "bob"), ("role", "staff"), ("login", login)];
    assert_eq!(alice.post("/users/invite", &invited).status, 303);
    (provider, program, alice)
}

#[cfg(feature = "oidc")]
fn log_in(browser: &mut Browser, provider: &Provider) -> Page {
    let back = come_back(browser, provider);
    browser.get(&back)
}

#[cfg(feature = "oidc")]
#[tokio::test(flavor = "multi_thread")]
async fn who_was_invited_comes_in_by_the_provider_and_nobody_else_does() {
    let (provider, program, mut alice) = with_bob("Bob@corp.example").await;

    let mut bob = Browser::new(program.port);
    assert!(bob.get("/login").body.contains("Log in with Corp"));
    // An address that the provider has not verified is nobody's.
    provider.is("sub-1", "bob@corp.example", false);
    assert_eq!(log_in(&mut bob, &provider).status, 403);
    provider.is("sub-1", "bob@corp.example", true);
    let page = log_in(&mut bob, &provider);
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("url=/tickets"), "{}", page.body);
    assert!(page.head.contains("SameSite=Strict"), "{}", page.head);
    assert_eq!(bob.get("/tickets").status, 200);
    assert_eq!(bob.get("/users").status, 403);
    let audit = alice.get("/audit").body;
    assert!(
        audit.contains("OpenID Connect") && audit.contains("login_failed"),
        "{audit}"
    );
    assert_eq!(bob.post("/logout", &[]).status, 303);
    assert_eq!(bob.get("/tickets").status, 303);

    // They are known by their id from now on, whatever their address is; somebody else with the address is not them.
    provider.is("sub-1", "robert@corp.example", true);
    assert_eq!(log_in(&mut bob, &provider).status, 200);
    provider.is("sub-2", "bob@corp.example", true);
    let mut other = Browser::new(program.port);
    let refused = log_in(&mut other, &provider);
    assert!(
        refused.status == 403 && refused.body.contains("invite"),
        "{}",
        refused.body
    );
    assert_eq!(other.get("/tickets").status, 303);
    // A log-in is of its browser, and is ended once.
    provider.is("sub-1", "bob@corp.example", true);
    let back = come_back(&mut bob, &provider);
    assert_eq!(Browser::new(program.port).get(&back).status, 403);
    assert_eq!(other.get(&back).status, 403);
    let mut again = bob.clone();
    assert_eq!(bob.get(&back).status, 200);
    assert_eq!(again.get(&back).status, 403);
    for forged in [
        "/login/callback",
        "/login/callback?state=x&code=y",
        "/login/callback?error=access_denied",
    ] {
        assert_eq!(other.get(forged).status, 403, "{forged}");
    }
    // Whoever is deactivated stays outside.
    assert_eq!(alice.post("/users/bob", &[("do", "end")]).status, 303);
    assert_eq!(log_in(&mut again, &provider).status, 403);
    // Nobody became a user by it.
    let users = alice.get("/users").body;
    assert!(
        !users.contains("sub-2") && users.matches("aria-label=\"").count() >= 2,
        "{users}"
    );
    assert!(!program.log().contains("t0ken-of-the-tests"));
}

#[cfg(feature = "oidc")]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_did_not_say_or_not_to_us_or_not_now_is_not_believed() {
    let (provider, program, _alice) = with_bob("bobby").await;
    provider.is("sub-1", "bob@corp.example", false);
    provider.named("bobby");
    for spoilt in Spoilt::ALL {
        provider.spoil(Some(spoilt));
        let mut bob = Browser::new(program.port);
        let page = log_in(&mut bob, &provider);
        assert_eq!(page.status, 403, "{spoilt:?}: {}", page.body);
        assert_eq!(bob.get("/tickets").status, 303, "{spoilt:?}");
    }
    provider.spoil(None);
    let mut bob = Browser::new(program.port);
    assert_eq!(log_in(&mut bob, &provider).status, 200);
    // A provider that is gone is said to be.
    provider.stop();
    let gone = Browser::new(program.port).get("/login/with");
    assert!(
        gone.status == 502 && gone.body.contains("Corp"),
        "{} {}",
        gone.status,
        gone.body
    );
}
