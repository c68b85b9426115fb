//! `groupdesk forget`: erases what is kept of a member.

use super::{Failure, out, tickets};
use crate::store::Forgotten;
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
        return Err(Failure::Usage(format!(
            "「{member}」不是成员；请写 账号/号码，例如 qq/10001 / `{member}` is no member: write ACCOUNT/ID, such as qq/10001"
        )));
    };
    let forgotten = tickets::forget(options.config.as_deref(), account, id)?;
    out::text(erased(&forgotten))
}

/// Renders what was erased of a member.
pub(super) fn erased(forgotten: &Forgotten) -> String {
    let Forgotten {
        tickets,
        decisions,
        channels,
        replies,
        quarantined,
        web_messages,
    } = forgotten;
    format!(
        "{tickets} closed ticket(s) forgotten, and what else was kept of this member: {decisions} decision(s), the memory of \
         {channels} channel(s), {replies} reply(ies), {quarantined} event(s) set aside, {web_messages} message(s) on \
         websites; tickets that are not closed are kept until \
         they are\n已删除 {tickets} 个已关闭的工单，以及保存的该成员其他内容：{decisions} 条判断、{channels} 个会话的记忆、{replies} \
         条回复、{quarantined} 条搁置的事件、{web_messages} 条网站上的消息；未关闭的工单会保留到关闭为止\n"
    )
}
