//! `groupdesk health`: the status of the program that runs, for an image's health check and for people.

use super::language::{TerminalLanguage, half, said, spoken};
use super::runtime::runtime;
use super::{Failure, configuration, output, reason};
use crate::web::HEALTH_PATH;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpStream;

/// The time that the program may take to answer; it answers at once, whatever else it does.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The largest answer, in bytes.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// The options of `health`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration, for its `web.listen` [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The program's address, instead of the configuration's
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
    /// Print what the program answered as one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let address = match options.address {
        Some(address) => address,
        None => configuration::without_secrets(options.config.as_deref())?.listen(),
    };
    let address = reachable(address);
    let (well, health) = match answer_of(address)? {
        // One account of several that is away is no reason to start a container anew, whatever its code tells a monitor.
        Ok((_, health)) => (health["status"] != "failing", health),
        Err(unreachable) => {
            let why = unreachable.in_words();
            let message = said!(
                "{address} 没有回应：groupdesk 没有在运行，或 web.listen 是另一个地址：{why}",
                "{address}: nothing answers: groupdesk does not run, or `web.listen` is another address: {why}"
            );
            let cause = unreachable.cause();
            (
                false,
                json!({ "status": "unreachable", "cause": cause, "error": message }),
            )
        }
    };
    if options.json {
        output::line(&health)?;
    } else {
        output::text(in_words(&health))?;
    }
    if well { Ok(()) } else { Err(Failure::Found) }
}

/// Reason for which the program does not tell how it is.
#[derive(Debug)]
pub(super) enum Unreachable {
    /// Nothing listens there, or the connection broke off.
    NoConnection(String),
    /// No answer came in time.
    TimedOut,
    /// Another program listens there.
    OtherProgram(StatusCode),
}

impl Unreachable {
    /// Names it for programs, in every language alike.
    pub(super) fn cause(&self) -> &'static str {
        match self {
            Self::NoConnection(_) => "no_connection",
            Self::TimedOut => "timed_out",
            Self::OtherProgram(_) => "other_program",
        }
    }

    pub(super) fn in_words(&self) -> String {
        match self {
            Self::NoConnection(error) => error.clone(),
            Self::TimedOut => {
                let seconds = ANSWER_TIMEOUT.as_secs();
                said!("{seconds} 秒内没有应答", "no answer in {seconds} s")
            }
            Self::OtherProgram(status) => said!(
                "在那里应答的（{status}）不是 groupdesk",
                "what answers there ({status}) is no groupdesk"
            ),
        }
    }
}

/// Asks the program that listens at `address` how it is; within, why there is no answer.
///
/// # Errors
/// [`Failure::Broken`] where the machine gives no runtime.
pub(super) fn answer_of(address: SocketAddr) -> Result<Result<(StatusCode, Value), Unreachable>, Failure> {
    let runtime = runtime()?;
    Ok(runtime.block_on(async {
        tokio::time::timeout(ANSWER_TIMEOUT, ask(address))
            .await
            .unwrap_or(Err(Unreachable::TimedOut))
    }))
}

/// An address of this machine by which one that stands for all of them is reached.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn ask(address: SocketAddr) -> Result<(StatusCode, Value), Unreachable> {
    let told = |error: &dyn std::error::Error| Unreachable::NoConnection(error.to_string());
    let stream = TcpStream::connect(address).await.map_err(|error| told(&error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| told(&error))?;
    tokio::spawn(connection);
    // By its address: by a public name it would tell no reasons.
    let request = Request::get(HEALTH_PATH)
        .header(header::HOST, address.to_string())
        .body(Body::empty())
        .map_err(|error| told(&error))?;
    let response = sender.send_request(request).await.map_err(|error| told(&error))?;
    let (head, body) = response.into_parts();
    let body = to_bytes(Body::new(body), ANSWER_BYTES_MAX)
        .await
        .map_err(|error| told(&error))?;
    let health = serde_json::from_slice(&body)
        .ok()
        .filter(|health: &Value| health["status"].is_string())
        .ok_or(Unreachable::OtherProgram(head.status))?;
    Ok((head.status, health))
}

/// A status: its code, and in Chinese what it means.
pub(super) fn word(status: &Value) -> String {
    let code = status.as_str().unwrap_or_default();
    let chinese = match code {
        "ok" => "正常",
        "degraded" => "部分异常",
        "failing" => "无法回答成员",
        "standby" => "备用节点，由另一个节点服务",
        "unreachable" => "连不上",
        other => other,
    };
    match spoken() {
        Some(TerminalLanguage::Zh) => chinese.to_owned(),
        Some(TerminalLanguage::En) => code.to_owned(),
        None => format!("{code} / {chinese}"),
    }
}

/// A state of an account.
fn state(code: &str) -> &str {
    match spoken() {
        Some(TerminalLanguage::Zh) => state_in_chinese(code),
        _ => code,
    }
}

/// Returns the state of an account in Chinese; its code where it is unknown.
pub(super) fn state_in_chinese(code: &str) -> &str {
    match code {
        "connected" => "已连接",
        "starting" => "还没有连上",
        "disconnected" => "已断开",
        "failed" => "出错",
        "ended" => "已结束",
        other => other,
    }
}

/// The status, and under it what is wrong.
fn in_words(health: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut words = format!("{}\n", word(&health["status"]));
    if health["error"].is_string() {
        let _ = writeln!(words, "  {}", text(&health["error"]));
    }
    for alert in health["alerts"].as_array().into_iter().flatten() {
        let _ = writeln!(
            words,
            "  {} {} ({}): {}",
            text(&alert["severity"]),
            text(&alert["name"]),
            text(&alert["since"]),
            half(alert["message"].as_str().unwrap_or_default()),
        );
    }
    for (account, standing) in health["accounts"].as_object().into_iter().flatten() {
        let reason = match standing["reason"].as_str() {
            Some(reason) => format!(": {}", reason::shown(reason)),
            None => String::new(),
        };
        let _ = writeln!(
            words,
            "  {account} {} ({}){reason}",
            state(standing["state"].as_str().unwrap_or_default()),
            text(&standing["since"]),
        );
    }
    words
}
