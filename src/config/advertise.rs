//! Address at which the nodes of one database reach each other.

use super::file_schema::File;
use crate::yaml::{Document, Problem};
use std::net::SocketAddr;

/// Reads `web.advertise`; without it, an address that the listener has for others is taken. `None` where nobody is told of one.
pub(super) fn advertise(
    document: &Document,
    file: &File,
    listen: Option<SocketAddr>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let path = ["web", "advertise"].map(str::to_owned);
    let Some(text) = file.web.as_ref().and_then(|web| web.advertise.as_deref()) else {
        let others = listen.filter(|address| !address.ip().is_unspecified() && !address.ip().is_loopback());
        return others.map(|address| address.to_string());
    };
    if file.store.url.is_none() {
        let mut problem = document.problem(
            &path,
            "`advertise` is for nodes that share a database, and the store is a file".to_owned(),
            Some("name the database in `store.url`, or remove this key".to_owned()),
        );
        problem.in_chinese("`advertise` 是给共用数据库的多个节点用的，而现在数据存放在文件里；请写上 `store.url`，或删掉这个键");
        problems.push(problem);
        return None;
    }
    let typed = text.replace('：', ":");
    let typed = typed.trim().trim_start_matches("http://").trim_end_matches('/');
    if is_host_and_port(text) {
        return Some(text.to_owned());
    }
    let port = listen.unwrap_or(super::LISTEN).port();
    let meant = match [typed.to_owned(), format!("{typed}:{port}")]
        .into_iter()
        .find(|meant| is_host_and_port(meant))
    {
        Some(meant) => meant,
        None => format!("10.0.0.7:{port}"),
    };
    let mut problem = document.problem(
        &path,
        format!("`{text}` is no address of a node"),
        Some(format!(
            "write advertise: {meant} (expected a name or address with a port, at which the other nodes reach this one)"
        )),
    );
    problem.in_chinese(format!(
        "「{text}」不是节点地址；请写 主机名或地址:端口，例如 advertise: {meant}，即其他节点访问本节点的地址"
    ));
    problems.push(problem);
    None
}

/// `true` for a name or an address with a port, and nothing else. Nobody can call an address that stands for all of a machine's.
fn is_host_and_port(text: &str) -> bool {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return !address.ip().is_unspecified() && address.port() != 0;
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let starts = host.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_address = host.chars().all(|c| c.is_ascii_digit() || c == '.');
    starts && host.chars().all(plain) && !is_address && port.parse::<u16>().is_ok_and(|port| port != 0)
}

#[cfg(test)]
mod tests {
    use super::is_host_and_port;

    #[test]
    fn a_node_is_named_by_a_host_and_a_port() {
        for right in [
            "10.0.0.7:8080",
            "[fd00::7]:8080",
            "groupdesk-1:8080",
            "a.b_c.example:1",
        ] {
            assert!(is_host_and_port(right), "{right}");
        }
        for wrong in [
            "",
            ":8080",
            "groupdesk-1",
            "0.0.0.0:8080",
            "[::]:8080",
            "10.0.0:8080",
            "a:0",
            "a:b",
            "http://a:1",
            "a/b:1",
            "me@a:1",
            "-a:1",
            "a b:1",
        ] {
            assert!(!is_host_and_port(wrong), "{wrong}");
        }
    }
}
