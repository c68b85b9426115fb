//! The listener over real sockets, with time that passes by itself.

use super::*;
use axum::routing::get;
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Returns the listener's answer to a client that sends this and then waits.
async fn answer(address: SocketAddr, said: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn site(routes: Vec<Router>) -> Site {
    Site {
        routes,
        open: Vec::new(),
        dashboard: None,
        pass: None,
        health: Arc::new(|| serde_json::json!({"status": "ok"})),
        metrics: Arc::new(|| "groupdesk_up 1\n".to_owned()),
        alarm: Arc::new(|_, _| ()),
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_holds_a_connection_by_being_slow() {
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let stuck = Router::new().route("/stuck", get(std::future::pending::<StatusCode>));
    let reads = Router::new().route("/reads", axum::routing::post(async |_: String| StatusCode::OK));
    let breaks = Router::new().route("/breaks", get(async || -> StatusCode { panic!("on purpose") }));
    let shutdown = CancellationToken::new();
    let site = site(vec![stuck, reads, breaks]);
    let serving = tokio::spawn(serve(
        listener,
        Served::new(site),
        Handle::current(),
        shutdown.clone(),
    ));

    let close = "Host: x\r\nConnection: close\r\n";
    let healthy = answer(address, &format!("GET /healthz HTTP/1.1\r\n{close}\r\n")).await;
    assert!(healthy.starts_with("HTTP/1.1 200") && healthy.ends_with("{\"status\":\"ok\"}"));
    for slow in [
        format!("GET /stuck HTTP/1.1\r\n{close}\r\n"),
        format!("POST /reads HTTP/1.1\r\n{close}Content-Length: 9\r\n\r\nhalf"),
    ] {
        let answer = answer(address, &slow).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    let broken = answer(address, &format!("GET /breaks HTTP/1.1\r\n{close}\r\n")).await;
    assert!(broken.starts_with("HTTP/1.1 500"), "{broken}");
    // Half a head is not worth an answer, nor is nothing at all, nor HTTP/2.
    for said in [
        "GET /healthz HTTP/1.1\r\nHost:",
        "",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let nothing = answer(address, said).await;
        assert!(!nothing.contains("200"), "{said:?}: {nothing}");
    }
    // Who was answered and then says nothing more is not waited for either.
    let idle = answer(address, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(idle.starts_with("HTTP/1.1 200"), "{idle}");
    shutdown.cancel();
    serving.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_program_is_live_until_an_alert_says_that_it_is_stuck() {
    for (alerts, wanted) in [
        (serde_json::json!([]), "200 OK"),
        (serde_json::json!([{ "name": "store" }]), "200 OK"),
        (
            serde_json::json!([{ "name": "store" }, { "name": "inbox" }]),
            "503 Service Unavailable",
        ),
        (
            serde_json::json!([{ "name": "runtime" }]),
            "503 Service Unavailable",
        ),
    ] {
        let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let health = serde_json::json!({ "status": "failing", "alerts": alerts.clone() });
        let site = Site {
            health: Arc::new(move || health.clone()),
            ..site(Vec::new())
        };
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(serve(
            listener,
            Served::new(site),
            Handle::current(),
            shutdown.clone(),
        ));
        let live = answer(
            address,
            "GET /healthz/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
        .await;
        assert!(
            live.starts_with(&format!("HTTP/1.1 {wanted}")),
            "{alerts}: {live}"
        );
        shutdown.cancel();
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn health_is_answered_while_the_program_is_stuck_and_one_caller_leaves_room_for_others() {
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let alarm: StuckAlarm = {
        let told = Arc::clone(&told);
        Arc::new(move |name, message| told.lock().push((name, message)))
    };
    let site = Site {
        alarm,
        ..site(Vec::new())
    };
    let shutdown = CancellationToken::new();
    let ended = start(listener, Served::new(site), shutdown.clone()).unwrap();
    // This runtime has one thread, which now does nothing but wait.
    let get = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let close = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(close).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = get.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(told.lock().is_empty());
    shutdown.cancel();
    ended.await.unwrap();
}

#[tokio::test]
async fn a_page_in_a_browser_reaches_no_route_and_learns_of_health_no_more_than_its_status() {
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let does = Router::new().route("/does", axum::routing::any(async || "done"));
    let health = serde_json::json!({"status": "degraded", "accounts": {"qq": "failed"}});
    let site = Site {
        health: Arc::new(move || health.clone()),
        ..site(vec![does])
    };
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(serve(
        listener,
        Served::new(site),
        Handle::current(),
        shutdown.clone(),
    ));
    let ask = async |line: &str, headers: &str| {
        answer(
            address,
            &format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"),
        )
        .await
    };
    let own = format!("Host: {address}\r\n");
    for (headers, is_page) in [
        (own.clone(), false),
        (format!("{own}Origin: http://{address}\r\n"), false),
        // Platforms call a public name, and sign what they send.
        ("Host: desk.example\r\n".to_owned(), false),
        (format!("{own}Origin: https://evil.example\r\n"), true),
        (format!("{own}Origin: null\r\n"), true),
        (
            format!("{own}Origin: http://{address}\r\nOrigin: https://evil.example\r\n"),
            true,
        ),
    ] {
        for method in ["GET", "POST", "OPTIONS"] {
            let answer = ask(&format!("{method} /does"), &headers).await;
            let code = if is_page { "HTTP/1.1 403" } else { "HTTP/1.1 200" };
            assert!(answer.starts_with(code), "{method} {headers:?}: {answer}");
            assert_eq!(answer.contains("done"), !is_page, "{answer}");
        }
    }
    for (headers, tells_all) in [
        (own.clone(), true),
        ("Host: groupdesk:8080\r\n".to_owned(), true),
        (format!("{own}Origin: https://evil.example\r\n"), false),
        // A name that its page makes resolve to this machine.
        (
            "Host: evil.example:8080\r\nOrigin: http://evil.example:8080\r\n".to_owned(),
            false,
        ),
        ("Host: desk.example\r\n".to_owned(), false),
    ] {
        let answer = ask("GET /healthz", &headers).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(r#""status":"degraded""#), "{answer}");
        assert_eq!(answer.contains("accounts"), tells_all, "{headers:?}: {answer}");
        let answer = ask("GET /metrics", &headers).await;
        let code = if tells_all { "HTTP/1.1 200" } else { "HTTP/1.1 403" };
        assert!(answer.starts_with(code), "{headers:?}: {answer}");
        assert_eq!(
            answer.contains("groupdesk_up"),
            tells_all,
            "{headers:?}: {answer}"
        );
    }
    shutdown.cancel();
    serving.await.unwrap();
}

#[tokio::test]
async fn a_request_to_a_standby_waits_for_whoever_holds_the_desk_next_and_is_passed_on_once() {
    use axum::extract::Request as Asked;
    let echo = || {
        let told = async |request: Asked| {
            let peer = request.extensions().get::<groupdesk_contract::Peer>();
            let passed = request.headers().contains_key("x-groupdesk-passed-on");
            format!("for {:?}, {passed}", peer.map(|peer| peer.0))
        };
        Router::new().route("/does", get(told))
    };
    let shutdown = CancellationToken::new();
    let start = async |served: Served| {
        let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, served, Handle::current(), shutdown.clone()));
        address
    };
    let pass = Pass(groupdesk_contract::Secret::new("of-this-epoch"));
    let serving = start(Served::new(Site {
        pass: Some(pass.clone()),
        ..site(vec![echo()])
    }))
    .await;
    let (holder, watching) = tokio::sync::watch::channel(Holder::Nobody);
    let served = Served::standby(site(Vec::new()), watching);
    let standby = start(served.clone()).await;
    let ask = |more: &str| {
        let said = format!("GET /does HTTP/1.1\r\nHost: desk.example\r\n{more}Connection: close\r\n\r\n");
        tokio::spawn(async move { answer(standby, &said).await })
    };
    let at = |address: SocketAddr| {
        Holder::At(Upstream {
            address: address.to_string(),
            pass: pass.clone(),
            over: CancellationToken::new(),
        })
    };

    // Nobody holds it, then somebody who can't be reached, then the one who serves.
    let asked = ask("");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let nobody = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    holder.send_replace(at(nobody.local_addr().unwrap()));
    drop(nobody);
    tokio::time::sleep(Duration::from_millis(100)).await;
    holder.send_replace(at(serving));
    let answered = asked.await.unwrap();
    assert!(
        answered.starts_with("HTTP/1.1 200") && answered.ends_with("for Some(127.0.0.1), false"),
        "{answered}"
    );
    // Who says that it was passed on, and shows no pass, gets neither through nor believed.
    let forged = "X-Groupdesk-Passed-On: guessed 203.0.113.9\r\n";
    let said = format!("GET /does HTTP/1.1\r\nHost: desk.example\r\n{forged}Connection: close\r\n\r\n");
    assert!(
        answer(serving, &said)
            .await
            .ends_with("for Some(127.0.0.1), false")
    );
    let right = "X-Groupdesk-Passed-On: of-this-epoch 203.0.113.9\r\n";
    assert!(
        answer(
            serving,
            &format!("GET /does HTTP/1.1\r\nHost: x\r\n{right}Connection: close\r\n\r\n")
        )
        .await
        .ends_with("for Some(203.0.113.9), false")
    );
    assert!(ask(right).await.unwrap().starts_with("HTTP/1.1 503"));
    // Nobody again: the one that waits is served by this node when it has the desk.
    holder.send_replace(Holder::Nobody);
    let asked = ask("");
    tokio::time::sleep(Duration::from_millis(100)).await;
    served.put(site(vec![echo()]));
    let answered = asked.await.unwrap();
    assert!(answered.ends_with("for Some(127.0.0.1), false"), "{answered}");
    shutdown.cancel();
}

#[test]
fn a_monitor_is_told_by_the_code_of_an_account_that_is_away_and_of_a_part_that_broke_off() {
    let code = |health: serde_json::Value| health_code(&health).as_u16();
    let accounts = |state: &str| serde_json::json!({"qq": {"state": "connected"}, "tg": {"state": state}});
    let alerts = |name: &str| serde_json::json!([{"name": name, "severity": "warning"}]);
    for (status, state, alert, wanted) in [
        ("ok", "connected", "x/left_behind", 200),
        ("degraded", "connected", "log", 200),
        ("degraded", "disconnected", "tg/connection", 503),
        ("degraded", "ended", "tg/connection", 503),
        ("degraded", "connected", "panic", 503),
        ("failing", "connected", "store", 503),
        ("standby", "connected", "log", 200),
    ] {
        let health =
            serde_json::json!({"status": status, "accounts": accounts(state), "alerts": alerts(alert)});
        assert_eq!(code(health), wanted, "{status} {state} {alert}");
    }
}
