//! Tells what was erased of a member.

use super::language::said_in_lines;
use crate::store::Forgotten;

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
    let told = said_in_lines!(
        "已删除 {tickets} 个已关闭的工单，以及保存的该成员其他内容：{decisions} 条判断、{channels} 个会话的记忆、{replies} 条回复、{quarantined} 条搁置的事件、\
         {web_messages} 条网站上的消息；未关闭的工单会保留到关闭为止",
        "{tickets} closed ticket(s) forgotten, and what else was kept of this member: {decisions} decision(s), the memory of \
         {channels} channel(s), {replies} reply(ies), {quarantined} event(s) set aside, {web_messages} message(s) on \
         websites; tickets that are not closed are kept until they are"
    );
    told + "\n"
}
