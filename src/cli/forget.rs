//! `groupdesk forget`: erases what is kept of a member.

use super::erasure_report::erased;
use super::language::said;
use super::{Failure, output, tickets};
use std::path::PathBuf;

/// The arguments of `forget`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration, which names the store [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Erase a member's decisions, closed tickets, replies, and the memory of the channels in which they were
    Member {
        /// The account's name in groupdesk.yaml, and the member's platform id
        #[arg(value_name = "ACCOUNT/ID")]
        member: String,
    },
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let Command::Member { member } = &options.command;
    let Some((account, id)) = member
        .split_once('/')
        .filter(|(account, id)| !account.is_empty() && !id.is_empty())
    else {
        return Err(Failure::Usage(said!(
            "「{member}」不是成员；请写 账号/号码，例如 qq/10001",
            "`{member}` is no member: write ACCOUNT/ID, such as qq/10001"
        )));
    };
    let forgotten = tickets::forget(options.config.as_deref(), account, id)?;
    output::text(erased(&forgotten))
}
