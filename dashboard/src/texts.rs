//! Sentences of the pages, in Chinese and English: a name each, so that the compiler finds what is missing.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Returns the language that a user chose, else the first that the browser asks for and there is, else English.
    pub(crate) fn of(chosen: Option<&str>, accept: Option<&str>) -> Self {
        chosen
            .into_iter()
            .chain(accept.unwrap_or_default().split(','))
            .find_map(|tag| {
                let tag = tag
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase();
                match tag.split('-').next() {
                    Some("zh") => Some(Self::Chinese),
                    Some("en") => Some(Self::English),
                    _ => None,
                }
            })
            .unwrap_or(Self::English)
    }

    /// Returns its tag, for `lang` of a page.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// Returns the sentences in it.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Chinese => &CHINESE,
            Self::English => &ENGLISH,
        }
    }

    fn either(self, chinese: String, english: String) -> String {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// Says an event of a ticket, which its history keeps in English.
    pub(crate) fn event(self, text: &str) -> String {
        if self == Self::English {
            return text.to_owned();
        }
        let known = [
            ("claimed", "认领了"),
            ("released", "释放了"),
            ("resolved", "标记为已解决"),
            ("closed", "关闭了"),
            ("reopened", "重新打开了"),
            ("reopened by a further message", "又说话了，工单重新打开"),
        ];
        if let Some((_, chinese)) = known.iter().find(|(english, _)| *english == text) {
            return (*chinese).to_owned();
        }
        for (head, chinese) in [("opened: ", "转人工："), ("handed on to ", "转交给 ")] {
            if let Some(rest) = text.strip_prefix(head) {
                return format!("{chinese}{rest}");
            }
        }
        text.to_owned()
    }

    /// Writes a length of time in its largest unit.
    pub(crate) fn span(self, seconds: i64) -> String {
        let seconds = seconds.max(0);
        let (count, chinese, english) = match seconds {
            0..60 => return self.either("刚刚".to_owned(), "now".to_owned()),
            60..3_600 => (seconds / 60, "分钟", "min"),
            3_600..86_400 => (seconds / 3_600, "小时", "h"),
            _ => (seconds / 86_400, "天", "d"),
        };
        self.either(format!("{count} {chinese}"), format!("{count} {english}"))
    }

    /// Writes a time as people read it: without its day where that is today.
    pub(crate) fn time(self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        let (at, now) = (zone.to_datetime(at), zone.to_datetime(now));
        let form = if at.date() == now.date() {
            "%H:%M"
        } else if at.year() == now.year() {
            "%m-%d %H:%M"
        } else {
            "%Y-%m-%d %H:%M"
        };
        at.strftime(form).to_string()
    }
}

macro_rules! words {
    ($($name:ident: $chinese:literal, $english:literal;)*) => {
        /// Sentences of the pages in one language.
        #[derive(Debug)]
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
        }

        static CHINESE: Words = Words { $($name: $chinese,)* };
        static ENGLISH: Words = Words { $($name: $english,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $chinese, $english),)*];
    };
}

words! {
    product: "groupdesk", "groupdesk";
    skip: "跳到正文", "Skip to content";
    sections: "栏目", "Sections";
    overview: "概览", "Overview";
    tickets: "工单", "Tickets";
    users: "用户", "Users";
    audit: "审计", "Audit log";
    api_keys: "API 密钥", "API keys";
    keys_hint: "程序用密钥通过 HTTP API 说话和收消息，见 docs/zh/web.md。只保存密钥的哈希。", "With a key a program talks and listens by the HTTP API; see docs/web.md. Only the hash of a key is kept.";
    no_keys: "还没有密钥。", "No keys yet.";
    make_key: "新建密钥", "Make a key";
    end_key: "停用密钥", "End the key";
    key_used: "最近使用：", "last used: ";
    key_unused: "从未", "never";
    key_made: "密钥只显示这一次，请马上保存：", "The key is shown this once; save it now: ";
    key_ended: "密钥已停用，用它的请求会被拒绝。", "The key is ended: requests with it are refused.";
    key_exists: "这个账号已经有同名的密钥。", "The account has a key of this name.";
    key_name_wrong: "名字用字母、数字和 -_.，最多 40 个字符。", "A name has letters, digits and -_., at most 40.";
    account: "我的账号", "My account";
    log_out: "退出登录", "Log out";
    log_in: "登录", "Log in";
    name: "名字", "Name";
    password: "密码", "Password";
    password_again: "再输一次密码", "Password again";
    password_hint: "至少 10 个字符。", "At least 10 characters.";
    wrong_login: "名字或密码不对。", "Name or password is wrong.";
    busy: "现在同时登录的人太多，请过几秒再试。", "Too many log in at this moment; please try again in some seconds.";
    wait_login: "失败次数太多，请过一会儿再试。", "Too many attempts; please wait a moment.";
    no_login_yet: "还没有账号？请管理员用 `groupdesk dashboard invite 名字` 发一个一次性链接。",
        "No account yet? Ask the owner for a one-time link: `groupdesk dashboard invite NAME`.";
    welcome: "欢迎", "Welcome";
    choose_password: "请为自己选一个密码。这个链接只能用一次。", "Choose your password. This link works once.";
    set_password: "保存密码并登录", "Save and log in";
    link_over: "这个链接已经用过、过期或不对。请管理员再发一个：", "This link was used, is over or is wrong. Ask for another one:";
    passwords_differ: "两次输入的密码不一样。", "The two passwords differ.";
    password_short: "密码太短：至少 10 个字符。", "The password is too short: at least 10 characters.";
    lost: "连接断开，页面可能不是最新的。最后更新：", "Connection lost; this page may be out of date. Last update: ";
    health_ok: "运行正常", "All well";
    health_degraded: "部分异常", "Partly failing";
    health_failing: "无法回答成员", "Nobody can be answered";
    accounts: "帐号", "Accounts";
    state: "状态", "State";
    since: "自", "Since";
    last_event: "最近收到", "Last event";
    last_send: "最近发送", "Last send";
    never: "还没有", "none yet";
    connected: "已连接", "connected";
    starting: "正在连接", "starting";
    disconnected: "已断开", "disconnected";
    failed: "失败", "failed";
    ended: "已结束", "ended";
    alerts: "告警", "Alerts";
    no_alerts: "没有告警。", "No alerts.";
    waits: "待认领", "Unclaimed";
    overdue: "已超时", "Overdue";
    mine: "我的", "Mine";
    open_all: "未关闭", "Open";
    closed: "已关闭", "Closed";
    on_duty: "值班", "On duty";
    no_roster: "没有设置值班表（groupdesk.yaml 的 roster）。", "There is no roster (`roster` in groupdesk.yaml).";
    queued: "待发送", "Waiting to be sent";
    entries: "FAQ 条目", "FAQ entries";
    faq_loaded: "FAQ 载入于", "FAQ loaded";
    version: "版本", "Version";
    running_since: "运行自", "Running since";
    search: "搜索", "Search";
    search_hint: "工单里的字词，例如：发票 退款", "Words in tickets, such as: invoice refund";
    clear: "清除", "Clear";
    number: "编号", "No.";
    question: "问题", "Question";
    member: "成员", "Member";
    channel: "会话", "Channel";
    owner: "客服", "Owner";
    age: "已等待", "Age";
    nobody: "无人认领", "unclaimed";
    no_tickets: "这里没有工单。", "No tickets here.";
    no_tickets_hint: "成员的问题转人工后会出现在这里。", "Questions that are handed over appear here.";
    nothing_found: "没有找到工单。", "No ticket found.";
    older: "更早的", "Older";
    urgent: "紧急", "urgent";
    undelivered: "有回复没送达", "reply not delivered";
    status_open: "待认领", "unclaimed";
    status_claimed: "处理中", "claimed";
    status_waiting: "等待成员", "waiting for member";
    status_resolved: "已解决", "resolved";
    status_closed: "已关闭", "closed";
    claim: "认领", "Claim";
    release: "释放", "Release";
    resolve: "标记已解决", "Resolve";
    close: "关闭", "Close";
    reopen: "重新打开", "Reopen";
    hand_on: "转交", "Hand on";
    hand_on_to: "转交给", "Hand on to";
    choose: "请选择", "Choose";
    reply_label: "给成员的回复", "Reply to the member";
    note: "内部备注", "Internal note";
    note_label: "内部备注（成员看不到）", "Internal note (the member does not see it)";
    save_note: "保存备注", "Save note";
    send: "发送", "Send";
    send_hint: "Ctrl+Enter 发送", "Ctrl+Enter sends";
    draft_saved: "草稿已保存", "Draft saved";
    reply_claims: "发送后工单归你。", "Sending it makes the ticket yours.";
    snippets: "常用回复", "Snippets";
    model_draft: "模型草稿（请核对）", "Draft by a model (check it)";
    earlier: "之前几分钟", "The minutes before";
    reason: "转人工原因", "Why it was handed over";
    open_message: "打开原消息", "Open the message";
    also_asked: "也在问", "Also asked by";
    window_until: "平台还允许回复到", "The platform takes replies until";
    window_left: "还可回复条数", "Replies left";
    window_over: "平台已不再接受对这条消息的回复；你的回复会留着，等成员再说话时发出。",
        "The platform takes no more replies to this message; yours is kept until the member writes again.";
    target_answer: "首次回复时限", "First answer within";
    target_resolution: "解决时限", "Resolution within";
    target_met: "已达到", "met";
    target_missed: "已超过", "missed";
    history: "经过", "History";
    delivered: "已送达", "delivered";
    delivery_queued: "发送中", "being sent";
    delivery_refused: "被平台拒绝", "refused by the platform";
    delivery_unknown: "不确定是否送达", "not known if it arrived";
    back_to_list: "返回工单列表", "Back to tickets";
    no_ticket: "没有这个工单，或者不属于你的客服群。", "There is no such ticket, or it is not of your rooms.";
    reply_not_sent: "回复没有发出，草稿还在。", "The reply was not sent; your draft is kept.";
    overtaken: " 已经先回复了，请看上面。", " has replied first; see above.";
    empty_reply: "还没有写内容。", "Nothing is written yet.";
    no_right: "你的角色不允许这样做。", "Your role does not allow this.";
    forbidden: "这个请求被拒绝：它来自别的网站，或浏览器没有说明来源。", "The request was refused: it comes from another site, or the browser did not say from where.";
    not_found: "没有这个页面。", "There is no such page.";
    broken: "出错了，请看日志。", "Something failed; the log has why.";
    invite: "邀请", "Invite";
    invite_user: "邀请用户", "Invite a user";
    role: "角色", "Role";
    role_viewer: "只读", "viewer";
    role_staff: "客服", "staff";
    role_admin: "管理员", "admin";
    role_owner: "所有者", "owner";
    rooms: "客服群", "Staff rooms";
    rooms_hint: "管理员和所有者总能看到全部。", "Admins and owners see all of them.";
    some_rooms: "只看这些：", "these only:";
    room_gone: "（配置里已没有）", "(not in the configuration any more)";
    activate_first: "这个用户已停用：请先启用，再给链接。", "This user is deactivated: activate them first.";
    no_room: "没有这个客服群：", "There is no such staff room: ";
    rooms_are: "现有：", "there are: ";
    no_room_chosen: "没有保存：请至少选一个客服群，或者选“全部客服群”。", "Not saved: choose a staff room at least, or all rooms.";
    unsent_reply: "没有发出的回复", "Reply that was not sent";
    unsent_hint: "工单已关闭，发不出去了；需要时请复制到别处。", "The ticket is closed; copy the words if you need them elsewhere.";
    note_not_saved: "备注没有保存，内容还在备注框里。", "The note was not saved; its words are still in the form.";
    all_rooms: "全部客服群", "all rooms";
    link_once: "一次性链接（72 小时内有效，只显示这一次）：", "One-time link (valid for 72 hours, shown this once):";
    new_link: "重设密码", "Reset password";
    end_user: "停用", "Deactivate";
    begin_user: "启用", "Activate";
    is_ended: "已停用", "deactivated";
    not_joined: "还没有登录过", "has not joined yet";
    user_exists: "已经有这个名字的用户。", "There is a user of this name.";
    last_owner: "至少要有一个所有者。", "There must be an owner.";
    changed_meanwhile: "刚才有人改过，请再试一次。", "It was changed meanwhile; please try again.";
    save: "保存", "Save";
    time: "时间", "Time";
    who: "谁", "Who";
    action: "操作", "Action";
    detail: "详情", "Details";
    no_audit: "还没有记录。", "Nothing yet.";
    language: "语言", "Language";
    language_browser: "跟随浏览器", "as the browser";
    change_password: "修改密码", "Change password";
    old_password: "现在的密码", "Current password";
    new_password: "新密码", "New password";
    saved: "已保存。", "Saved.";
    faq: "FAQ", "FAQ";
    faq_text: "faq.yaml 的内容", "Content of faq.yaml";
    faq_versions: "版本", "Versions";
    faq_preview: "预览改动", "Preview";
    faq_preview_hint: "保存之前，先看哪些消息的回答会变。", "See which messages would be answered otherwise before it is saved.";
    faq_built_in: "现在用的是内置的 FAQ；在 groupdesk.yaml 里写 faq: faq.yaml，就能在这里编辑。",
        "The FAQ built into the program is in service; name a file by `faq:` in groupdesk.yaml to edit it here.";
    faq_no_problems: "没有发现错误", "no mistakes found";
    faq_same: "没有改动。", "Nothing changes.";
    faq_lines: "改动的行", "Lines that change";
    faq_effect: "对成员消息的影响", "What members would get";
    faq_remark: "备注：改了什么（可不写）", "Remark: what changed (optional)";
    faq_discard: "不保存", "Discard";
    faq_bring_back: "恢复这个版本", "Bring this version back";
    faq_saved: "已写入 faq.yaml，几秒后生效。", "faq.yaml is written; it is in service in a few seconds.";
    faq_changed: "faq.yaml 刚被别人改过，没有写入。你的文字还在下面；请再预览一次，看它和现在的文件差在哪里。",
        "faq.yaml was changed by somebody else and is not written. Your text is below; preview it again against the file as it is now.";
    faq_wrong: "有错误，没有写入。", "There are mistakes; nothing is written.";
    unanswered: "没人回答的", "Unanswered";
    miss_none: "没有没人回答的问题。", "No question went unanswered.";
    miss_none_hint: "机器人没把握、也没有人回答的问题会在这里按相近的归成组。", "Questions that the bot was not sure of and nobody answered are grouped here.";
    miss_messages: "条", "messages";
    miss_members: "人", "members";
    miss_weight: "权重", "weight";
    miss_answers: "客服答过", "Staff answered";
    miss_proposal: "建议", "Proposed";
    miss_questions_of: "加为条目的问法：", "further questions of entry";
    miss_mend: "改条目的答案，它没帮上忙：", "mend the answer of entry";
    miss_new: "新条目", "a new entry";
    miss_nearest: "最接近", "nearest";
    miss_answer: "新条目的答案", "Answer of a new entry";
    miss_entry: "条目编号", "Id of the entry";
    miss_add_questions: "加为这个条目的问法", "Add to this entry";
    miss_add_entry: "写成新条目", "Make a new entry";
    miss_exclude: "不归机器人答", "Not for the bot";
    miss_ignore: "忽略", "Ignore";
    miss_ignored: "不再列出", "is listed no more";
    miss_choose: "请至少选一个问法。", "Choose at least one question.";
    source: "来源", "Source";
    in_service: "正在用", "in service";
    try_it: "试问", "Try it";
    try_text: "成员说", "A member says";
    try_where: "在哪里说", "Where";
    try_called: "群里，叫了机器人", "in a group, calling the bot";
    try_group: "群里，没有叫机器人", "in a group, calling nobody";
    try_direct: "私聊", "in a direct chat";
    try_at: "时间（空着就是现在）", "When (empty is now)";
    try_said: "机器人会说", "The bot would say";
    try_quiet: "什么都不说。", "Nothing: it stays quiet.";
    try_why: "原因", "Why";
    try_candidates: "最接近的条目", "Nearest entries";
    try_hint: "写一句成员可能说的话，看机器人会怎样回答；谁也不会收到。", "Write what a member may say, and see the answer; nobody is told.";
    plain_http: "这个页面没有加密（http）。从别的机器访问请用反向代理加上 TLS，见 docs/zh/dashboard.md。",
        "This page is not encrypted (http). For access from other machines put a reverse proxy with TLS in front; see docs/dashboard.md.";
}

impl Words {
    /// Returns the name of a role.
    pub(crate) fn role(&self, role: crate::people::Role) -> &'static str {
        use crate::people::Role;
        match role {
            Role::Viewer => self.role_viewer,
            Role::Staff => self.role_staff,
            Role::Admin => self.role_admin,
            Role::Owner => self.role_owner,
        }
    }

    /// Returns the name of a ticket's state.
    pub(crate) fn status(&self, status: crate::backend::Status) -> &'static str {
        use crate::backend::Status;
        match status {
            Status::Open => self.status_open,
            Status::Claimed => self.status_claimed,
            Status::Waiting => self.status_waiting,
            Status::Resolved => self.status_resolved,
            Status::Closed => self.status_closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_there_in_both_languages_and_they_differ_where_they_should() {
        for (name, chinese, english) in ALL {
            assert!(!chinese.is_empty() && !english.is_empty(), "{name}");
            let has_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c));
            assert!(
                ["product", "faq"].contains(name) || has_chinese(chinese),
                "{name}: {chinese}"
            );
            assert!(!has_chinese(english), "{name}: {english}");
        }
    }

    #[test]
    fn the_users_choice_comes_before_the_browsers_and_an_unknown_language_before_none() {
        use Language::{Chinese, English};
        for (chosen, accept, language) in [
            (None, None, English),
            (None, Some("zh-CN,zh;q=0.9,en;q=0.8"), Chinese),
            (None, Some("fr-FR, zh;q=0.5"), Chinese),
            (None, Some("EN-us"), English),
            (Some("en"), Some("zh-CN"), English),
            (Some("zh"), Some("en"), Chinese),
            (None, Some("zhx, *"), English),
        ] {
            assert_eq!(Language::of(chosen, accept), language, "{chosen:?} {accept:?}");
        }
    }

    #[test]
    fn times_are_as_short_as_they_can_be() {
        let zone = TimeZone::UTC;
        let now: Timestamp = "2026-11-10T12:00:00Z".parse().unwrap_or_default();
        for (at, text) in [
            ("2026-11-10T09:05:00Z", "09:05"),
            ("2026-11-09T09:05:00Z", "11-09 09:05"),
            ("2025-11-09T09:05:00Z", "2025-11-09 09:05"),
        ] {
            let at = at.parse().unwrap_or_default();
            assert_eq!(Language::English.time(at, now, &zone), text);
        }
        assert_eq!(Language::English.span(59), "now");
        assert_eq!(Language::Chinese.span(3_700), "1 小时");
        assert_eq!(Language::English.span(90_000), "1 d");
    }
}
