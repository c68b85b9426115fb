//! Words that the store keeps for programs, as people read them.

use super::PageLanguage;

/// Actions of the audit log, in Chinese and in English.
const ACTIONS: [(&str, &str, &str); 27] = [
    ("api_key_ended", "停用了 API 密钥", "ended an API key"),
    ("api_key_made", "新建了 API 密钥", "made an API key"),
    ("audit_exported", "导出了审计日志", "exported the audit log"),
    ("backed_up", "下载了备份", "downloaded a backup"),
    ("channel_switched", "切换了会话", "switched a channel"),
    ("faq_exported", "导出了 FAQ", "exported the FAQ"),
    ("faq_saved", "保存了 FAQ", "saved the FAQ"),
    ("figures_exported", "导出了数据", "exported figures"),
    ("joined", "用链接加入", "joined by a link"),
    ("login", "登录", "logged in"),
    ("login_failed", "登录失败", "failed to log in"),
    ("logout", "退出登录", "logged out"),
    ("password_changed", "修改了密码", "changed the password"),
    ("question_aside", "标记为不是 FAQ 的问题", "put a question aside"),
    ("question_back", "恢复了 FAQ 的候选问题", "took a question back"),
    ("session_ended", "结束了一个登录", "ended a session"),
    ("ticket_exported", "下载了工单", "downloaded a ticket"),
    ("tickets_exported", "导出了工单", "exported tickets"),
    ("second_step_off", "关闭了两步登录", "turned the second step off"),
    ("second_step_on", "开启了两步登录", "turned the second step on"),
    (
        "unanswered_ignored",
        "忽略了没人回答的问题",
        "ignored unanswered questions",
    ),
    (
        "unanswered_merged",
        "合并了没人回答的问题",
        "merged unanswered questions",
    ),
    ("user_activated", "启用了用户", "activated a user"),
    ("user_changed", "修改了用户", "changed a user"),
    ("user_ended", "停用了用户", "deactivated a user"),
    ("user_invited", "邀请了用户", "invited a user"),
    ("user_reset", "重设了用户的密码", "reset a user's password"),
];

/// Origins of a version of the FAQ, in Chinese and in English.
const SOURCES: [(&str, &str, &str); 6] = [
    ("built_in", "内置", "built in"),
    ("chat", "客服群", "staff room"),
    ("dashboard", "管理面板", "dashboard"),
    ("file", "文件", "file"),
    ("import", "导入", "import"),
    ("rollback", "恢复旧版", "rollback"),
];

/// Events of a ticket, in English and in Chinese.
const EVENTS: [(&str, &str); 13] = [
    ("claimed", "认领了"),
    ("released", "释放了"),
    ("resolved", "标记为已解决"),
    ("closed", "关闭了"),
    ("reopened", "重新打开了"),
    ("reopened by a further message", "又说话了，工单重新打开"),
    ("asks the same", "也问了这个问题"),
    ("has a ticket of their own now", "现在有了自己的工单"),
    ("needs no answer any more", "不用再回复了"),
    (
        "is not answered: waits on in a ticket of their own",
        "没有得到回复，在自己的工单里继续等待",
    ),
    ("took back what was said to the member", "撤回了对成员说的话"),
    ("took back a message", "撤回了一条消息"),
    (
        "its staff rooms are gone: given to the channel's",
        "原来的客服群已不在配置里，转给了该会话现在的客服群",
    ),
];

/// Kinds of what members say, in Chinese and in English.
const ACTS: [(&str, &str, &str); 9] = [
    ("ask", "在问", "asks"),
    ("request", "在要东西", "requests"),
    ("trouble", "在说故障", "tells of trouble"),
    ("state", "在陈述", "states"),
    ("refuse", "在拒绝", "refuses"),
    ("thank", "在道谢", "thanks"),
    ("report", "在转述", "reports"),
    ("exclaim", "感叹或只提到话题", "exclaims"),
    ("announce", "在通知，不像对话", "announces"),
];

impl PageLanguage {
    fn found<'a>(self, known: &[(&str, &'static str, &'static str)], word: &'a str) -> &'a str {
        let found = known.iter().find(|(name, ..)| *name == word);
        found.map_or(word, |(_, chinese, english)| self.either(*chinese, *english))
    }

    /// Says an action of the audit log; one of another version as it stands there.
    pub(crate) fn action(self, name: &str) -> &str {
        self.found(&ACTIONS, name)
    }

    /// Says where a version of the FAQ comes from.
    pub(crate) fn source(self, name: &str) -> &str {
        self.found(&SOURCES, name)
    }

    /// Says what kind of words a message has.
    pub(crate) fn act(self, name: &str) -> &str {
        self.found(&ACTS, name)
    }

    /// Names who did something: a user, or the command line.
    pub(crate) fn who(self, who: &str) -> &str {
        match self {
            Self::Chinese if who == "command line" => "命令行",
            _ => who,
        }
    }

    /// Says an event of a ticket, which its history keeps in English.
    pub(crate) fn event(self, text: &str) -> String {
        match self {
            Self::English => text.to_owned(),
            Self::Chinese => event_in_chinese(text).unwrap_or_else(|| text.to_owned()),
        }
    }
}

/// Returns an event of a ticket in Chinese; `None` if it is unknown.
pub fn event_in_chinese(text: &str) -> Option<String> {
    let known = EVENTS.iter().find(|(english, _)| *english == text);
    if let Some((_, chinese)) = known {
        return Some((*chinese).to_owned());
    }
    [("opened: ", "转人工："), ("handed on to ", "转交给 ")]
        .iter()
        .find_map(|(head, chinese)| Some(format!("{chinese}{}", text.strip_prefix(head)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_said_in_both_languages_and_what_is_unknown_stays() {
        for (name, chinese, english) in ACTIONS.iter().chain(&ACTS).chain(&SOURCES) {
            assert_ne!(chinese, english, "{name}");
        }
        assert_eq!(PageLanguage::Chinese.action("login"), "登录");
        assert_eq!(PageLanguage::English.act("announce"), "announces");
        assert_eq!(PageLanguage::Chinese.action("of_tomorrow"), "of_tomorrow");
        assert_eq!(PageLanguage::Chinese.who("command line"), "命令行");
        assert_eq!(PageLanguage::Chinese.event("opened: x"), "转人工：x");
    }
}
