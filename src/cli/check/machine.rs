//! Finds what `run` refuses because of the machine and its environment, and not for what the file says: the log's filter, the
//! store, the listener's address.

use crate::cli::runtime::runtime;
use crate::cli::{Failure, log};
use crate::config::Config;
use crate::store::{self, StoreError};
use crate::yaml::Problem;
use std::io::ErrorKind;
use std::net::TcpListener;

/// Reports what a start with this configuration would end with on this machine. An address that is in use is nobody's
/// mistake: the program itself may serve there.
///
/// # Errors
/// [`Failure::Broken`] where the machine gives no runtime.
pub(super) fn refused(config: &Config, listens: bool) -> Result<Vec<Problem>, Failure> {
    let mut problems: Vec<Problem> = log::filter(config)
        .err()
        .map(|problem| *problem)
        .into_iter()
        .collect();
    let runtime = runtime()?;
    if let Some(path) = config.store.file()
        && let Err(error) = runtime.block_on(store::look(path))
    {
        problems.push(no_store(config, &error));
    }
    if listens || config.listen_anyway() {
        problems.extend(no_listener(config));
    }
    Ok(problems)
}

fn no_store(config: &Config, error: &StoreError) -> Problem {
    let path = ["store", "path"].map(str::to_owned);
    let mut problem = match error {
        StoreError::Open {
            path: file,
            why,
            help,
        } => config.problem(
            &path,
            format!("the store {} can't be used: {why}", file.display()),
            Some((*help).to_owned()),
        ),
        other => config.problem(&path, other.to_string(), None),
    };
    let why = match error {
        StoreError::Open { why, .. } => why.clone(),
        other => other.to_string(),
    };
    problem.in_chinese(format!(
        "数据文件「{}」用不了：{why}；请确认文件夹存在、运行本程序的用户可以写入，或改正 store: {{ path: … }}",
        config.store.shown().display()
    ));
    problem
}

fn no_listener(config: &Config) -> Option<Problem> {
    let address = config.listen();
    let error = TcpListener::bind(address).err()?;
    let (help, chinese) = match error.kind() {
        ErrorKind::AddrInUse => return None,
        ErrorKind::AddrNotAvailable => (
            "write an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for others too",
            "请写这台机器的地址：只给本机用 127.0.0.1，给其他机器用 0.0.0.0",
        ),
        ErrorKind::PermissionDenied => (
            "take a port from 1024 on, such as 8080; the lower ones are the system's",
            "请换成 1024 以上的端口，例如 8080；更小的端口需要系统权限",
        ),
        _ => (
            "write another address and port, such as 127.0.0.1:8080",
            "请换一个地址和端口，例如 127.0.0.1:8080",
        ),
    };
    let path = ["web", "listen"].map(str::to_owned);
    let message = format!("nothing can listen on {address}: {error}");
    let mut problem = config.problem(&path, message, Some(help.to_owned()));
    problem.in_chinese(format!("无法在 {address} 上监听；{chinese}"));
    Some(problem)
}
