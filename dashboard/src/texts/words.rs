//! Sentences of the pages: a name each, with the Chinese and the English one behind it.

macro_rules! words {
    ($($name:ident: $chinese:literal, $english:literal;)*) => {
        /// Sentences of the pages in one language.
        #[derive(Debug)]
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
        }

        pub(super) static CHINESE: Words = Words { $($name: $chinese,)* };
        pub(super) static ENGLISH: Words = Words { $($name: $english,)* };

        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $chinese, $english),)*];
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
    log_in_with: "登录方式：", "Log in with";
    provider_failed: "没有登录成功，请再试一次；原因在日志里。", "The log-in did not succeed; please try again. The log has why.";
    provider_unknown: "这里没有邀请过您的这个账号；请所有者在“用户”里写上您的邮箱。", "Nobody has invited this account of yours: ask an owner to invite you and enter your e-mail under Users.";
    provider_login: "统一登录用的邮箱或用户名", "E-mail or name for the log-in with";
    provider_taken: "已经有别的用户用这个邮箱或用户名登录。", "Another user logs in by this e-mail or name.";
    provider_tied: "已经和统一登录的账号绑定", "tied to their account there";
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
    accounts: "账号", "Accounts";
    state: "状态", "State";
    since: "自", "Since";
    state_since: "此状态始于", "In this state since";
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
    target_due: "截止", "until";
    question_aside: "不是 FAQ 的问题", "No question for the FAQ";
    question_is_aside: "不是 FAQ 的问题", "no question for the FAQ";
    question_back: "恢复为 FAQ 的候选", "Let it be one again";
    ticket_file: "下载", "Download";
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
    faq_entries: "条目", "Entries";
    faq_search_hint: "问法、答案或编号", "Questions, answers or ids";
    faq_no_entries: "文件有错误，改好后这里会列出条目。", "The file has mistakes; its entries are listed here once they are mended.";
    faq_none_found: "没有找到条目。", "No entry found.";
    faq_questions: "个问法", "questions";
    faq_moved_on: "您编辑时 faq.yaml 被别人改过；下面是和现在的文件相比的改动。",
        "Somebody changed faq.yaml while you were editing; below is what changes against the file as it is now.";
    no_entry: "没有这个条目。", "There is no such entry.";
    new_entry: "新条目", "New entry";
    entry_id_hint: "给条目起个名字，例如 refund；统计和日志里会看到。", "A name for the entry, such as refund; figures and logs show it.";
    entry_questions: "问法", "Questions";
    entry_questions_hint: "一行一个，三到五种说法最好。", "One a line; three to five ways of asking are best.";
    entry_answer_hint: "可以用 {{ hours.office }} 这样的写法引用文件里的时间和联系方式。",
        "Hours and contact points of the file can be named, such as {{ hours.office }}.";
    entry_of_ticket: "写成 FAQ 条目", "Make an FAQ entry of it";
    entry_remove: "删除条目", "Delete the entry";
    entry_in_file: "在 faq.yaml 里", "In faq.yaml";
    entry_empty: "填好左边，这里会显示写进文件的内容。", "Fill in the form, and what is written into the file appears here.";
    answer: "答案", "Answer";
    answer_open: "有客服在时", "while staff are there";
    answer_closed: "没有客服在时", "while nobody is there";
    line: "行号", "Line";
    faq_preview: "预览改动", "Preview";
    faq_preview_hint: "保存之前，先看哪些消息的回答会变。", "See which messages would be answered otherwise before it is saved.";
    faq_built_in: "现在用的是内置的 FAQ；在 groupdesk.yaml 里写 faq: faq.yaml，就能在这里编辑。",
        "The FAQ built into the program is in service; name a file by `faq:` in groupdesk.yaml to edit it here.";
    faq_not_text: "机器人仍在用上一个好的版本。下面是按可能的编码读出的文件内容：核对文字后预览并保存，文件就会写成 UTF-8；也可以在“版本”里恢复以前的版本。",
        "The last good version stays in service. Below is the file as it reads in the encoding that it seems to have: look it over, preview and save it here, and it is written as UTF-8; or bring a version back.";
    faq_not_read: "机器人仍在用上一个好的版本，下面就是它。文件读得到以后，这里才能编辑。",
        "The last good version stays in service; it is shown below. It can be edited here once the file can be read.";
    faq_takes_its_place: "下面是和正在使用的版本相比的改动。保存后，现在的文件会换成这份 UTF-8 文字；原来的内容保留在“版本”里。",
        "The lines are compared with the version in service. Once saved, this text takes the file's place as UTF-8; what the file holds now is kept among the versions.";
    faq_no_problems: "没有发现错误", "no mistakes found";
    faq_same: "没有改动。", "Nothing changes.";
    faq_lines: "改动的行", "Lines that change";
    faq_effect: "对成员消息的影响", "What members would get";
    faq_remark: "备注：改了什么（可不写）", "Remark: what changed (optional)";
    faq_discard: "不保存", "Discard";
    faq_last_edit: "FAQ 最近改动", "Last edit of the FAQ";
    faq_first: "这是最早的版本。", "It is the first version.";
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
    miss_merge_with: "合并到一起", "Merge with";
    miss_merge: "合并", "Merge";
    miss_merged: "已合并：", "Merged: ";
    miss_not_merged: "没有合并：请选另一个还没处理的组。", "Not merged: choose another group that waits.";
    miss_choose: "请至少选一个问法。", "Choose at least one question.";
    source: "来源", "Source";
    in_service: "正在用", "in service";
    try_it: "试问", "Try it";
    bell_on: "提醒：开", "Alerts: on";
    bell_off: "提醒：关", "Alerts: off";
    bell_denied: "浏览器不允许提醒", "The browser forbids alerts";
    bell_waits: "待认领的工单：{}", "Unclaimed tickets: {}";
    bell_spoke: "成员有新消息", "A member has written";
    next_steps: "接下来", "Next steps";
    step_faq: "写下您自己的问题和答案", "Write your own questions and answers";
    step_account: "连接一个聊天账号", "Connect a chat account";
    step_colleague: "邀请一位同事", "Invite a colleague";
    step_done: "已完成", "done";
    try_text: "成员说", "A member says";
    try_where: "在哪里说", "Where";
    try_called: "群里，叫了机器人", "in a group, calling the bot";
    try_group: "群里，没有叫机器人", "in a group, calling nobody";
    try_direct: "私聊", "in a direct chat";
    try_at: "时间（空着就是现在）", "When (empty is now)";
    try_channel_hint: "空着就是没有单独设置的会话。", "Empty is a channel without settings of its own.";
    try_language: "回复的语言", "Language of the reply";
    try_language_own: "跟随消息", "that of the message";
    try_said: "机器人会说", "The bot would say";
    try_quiet: "什么都不说。", "Nothing: it stays quiet.";
    try_why: "原因", "Why";
    try_candidates: "最接近的条目", "Nearest entries";
    try_hint: "写一句成员可能说的话，看机器人会怎样回答；谁也不会收到。", "Write what a member may say, and see the answer; nobody is told.";
    plain_http: "这个页面没有加密（http）。从别的机器访问请用反向代理加上 TLS，见 docs/zh/dashboard.md。",
        "This page is not encrypted (http). For access from other machines put a reverse proxy with TLS in front; see docs/dashboard.md.";
    code_over: "登录超时了，请再输一次名字和密码。", "This log-in took too long; enter name and password again.";
    wrong_code: "验证码不对，或已经用过。", "The code is wrong, or was used already.";
    code_of_app: "验证码", "Code";
    code_recovery_hint: "验证器 App 里的 6 位数字，或一个恢复码。", "Six digits of your authenticator app, or a recovery code.";
    totp: "两步登录", "Two-step log-in";
    totp_on: "已开启", "on";
    totp_left: "剩余恢复码", "Recovery codes left";
    totp_end: "关闭两步登录", "Turn it off";
    totp_change: "查看或关闭", "See or turn off";
    totp_begin: "设置", "Set it up";
    totp_confirm: "确认", "Confirm";
    totp_scan: "用验证器 App 扫码，再输入它显示的数字。", "Scan the code with your authenticator app and enter the digits that it shows.";
    totp_type: "扫不了就手工输入：", "If it can't be scanned, type:";
    totp_explain: "登录时除了密码再要一个验证器 App 里的数字。", "Log-ins then need digits of an authenticator app besides the password.";
    totp_codes: "已开启。请保存这些恢复码，每个只能用一次，以后不再显示：", "It is on. Keep these recovery codes; each works once, and they are not shown again:";
    sessions: "登录过的浏览器", "Sessions";
    this_session: "这一个", "this one";
    logged_in: "登录于", "logged in";
    last_used: "最近使用", "last used";
    end_session: "结束这个登录", "End this session";
    session_ended: "已结束。", "It is ended.";
    types: "正在输入", "is typing";
    looks: "正在看", "is looking";
    tickets_of_member: "这位成员的工单", "Tickets of this member";
    why_so: "为什么转人工？", "Why?";
    faq_answers: "FAQ 答案", "FAQ answers";
    filter: "筛选", "Filter";
    any: "不限", "any";
    tag: "标签", "Tag";
    opened_within: "最近多少天", "Opened within";
    data: "导入导出", "Files";
    export_faq: "导出 FAQ", "Export the FAQ";
    export_tickets: "导出工单", "Export tickets";
    export_audit: "导出审计日志", "Export the audit log";
    backup: "备份", "Backup";
    backup_hint: "运行中复制整个数据文件；恢复用 groupdesk restore。", "A copy of the whole store while the program serves; `groupdesk restore` brings it back.";
    backup_make: "备份并下载", "Make a backup and download it";
    import_faq: "导入到 FAQ", "Import into the FAQ";
    import_file: "从文件", "From files";
    import_file_hint: "Excel（xlsx、xls、ods）、CSV、Markdown、HTML、JSON，或 Rasa 的 YAML；可以选几个。",
        "Excel (xlsx, xls, ods), CSV, Markdown, HTML, JSON, or Rasa's YAML; several at once if you like.";
    import_paste: "或者粘贴文字", "Or paste a text";
    file_too_large: "文件太大了，总共最多", "The files are too large: together at most";
    no_file: "没有收到文件，请选一个再试。", "No file arrived: choose one and try again.";
    entries_read: "读到的条目：", "Entries that were read:";
    not_as_read: "没有导入或有改动：", "Left out or changed:";
    import_hint: "把表格（question,answer）、JSON 或 Markdown 贴在这里；保存之前先看改动。", "Paste a table (question,answer), JSON or Markdown; what changes is shown before it is saved.";
    imported: "导入", "imported";
    picture: "图片", "Picture";
    no_picture: "图片打不开。", "The picture can't be shown.";
    figures: "数据", "Figures";
    today: "今天", "Today";
    today_asked: "提问", "Questions";
    today_answered: "已回答", "Answered";
    today_handed_over: "转人工", "Handed over";
    today_unanswered: "没人回答", "Unanswered";
    today_first_reply: "首次回复（中位数）", "First reply (median)";
    today_counting: "正在统计……", "Being counted …";
    today_cut: "太多，只统计了最近的", "only the latest are counted";
    span: "时间范围", "Span";
    split: "分组", "By";
    days: "天", "days";
    by_nothing: "不分组", "all together";
    by_day: "按天", "by day";
    by_channel: "按会话", "by channel";
    by_tag: "按标签", "by tag";
    by_entry: "按条目", "by entry";
    by_person: "按客服", "by person";
    part: "分组", "Part";
    show: "查看", "Show";
    table: "表格", "Table";
    figures_cut: "这段时间的判断太多，只统计了此后的：", "There is more in this span than is counted here; counted from:";
    confirmed: "确认", "confirmed";
    assumed: "推定", "assumed";
    still_needed: "还需标注", "Labels still needed";
    median: "中位数", "median";
    ninety: "九成不超过", "90 % within";
    in_all: "共", "in all";
    in_hour: "1 小时内", "<1 h";
    in_day: "1 天内", "<1 d";
    in_three: "3 天内", "<3 d";
    over_three: "更久", "older";
    still_waiting: "仍在等", "still waiting";
    oldest: "最久", "oldest";
    never_answered: "从未作答", "never answered";
    answers_most: "最多", "most";
    doubted_most: "没用", "did not help";
    role_yes: "是", "yes";
    role_no: "否", "no";
    took: "用时", "took";
    asked: "提问", "asked";
    answered: "回答", "answered";
    counts_as: "计为", "Counts as";
    nothing_counted: "这段时间里没有。", "Nothing in this span.";
    why: "为什么", "Why";
    why_of: "消息或工单", "Message or ticket";
    why_hint: "账号/会话/消息号、消息链接或工单号", "ACCOUNT/CHANNEL/MESSAGE, a message's link, or a ticket's number";
    why_explain: "机器人为什么这样回答、转人工或没说话：贴上消息的地址、链接或工单号。", "Why the bot answered, handed over or kept quiet: paste a message's address or link, or the number of a ticket.";
    why_none: "没有留下它的判断。", "No decision of it is kept.";
    why_none_hint: "没叫机器人、也不像提问的消息只计数；过了保留期的判断会删除；别的客服群的看不到。", "Messages that neither call the bot nor read as a question are only counted; old decisions are removed; those of other rooms are not shown.";
    message: "消息", "Message";
    called: "叫了机器人", "Called the bot";
    is_question: "读作问题", "Reads as a question";
    staff_there: "当时有客服", "Staff were there";
    rule: "规则", "Rule";
    faq_version: "FAQ 版本", "Version of the FAQ";
    confidence: "置信度", "Confidence";
    needed: "需要", "needed";
    entry: "条目", "Entry";
    shared: "共有的词", "Words in common";
    lacks: "条目里没有的词", "Words that it lacks";
    other_file: "FAQ 已经改过，词语依据不再显示。", "The FAQ has changed since: which words told is not known any more.";
    outcome: "结果", "Outcome";
    label: "标注", "Label";
    settings_in_force: "生效的设置", "Settings in force";
    in_shadow: "影子模式", "shadow mode";
    outcome_helped: "成员说有用", "the member said that it helped";
    outcome_answered_by_staff: "客服在群里答了", "staff answered in the group";
    outcome_handed_over: "转了人工", "handed over";
    outcome_did_not_help: "成员说没用", "the member said that it did not help";
    outcome_withdrawn: "被撤回", "taken back";
    label_right: "对", "right";
    label_wrong: "错", "wrong";
    label_needless: "不必", "needless";
    by_service: "服务中看出不对", "wrong by what followed";
    labels: "标注", "Labels";
    labels_hint: "按 1 对、2 错、3 不必", "Keys: 1 right, 2 wrong, 3 needless";
    labels_none: "没有待标注的。", "Nothing waits for a label.";
    labels_none_hint: "机器人的回答，包括影子模式里没说出口的，会出现在这里。", "Answers of the bot, those kept back in shadow mode too, appear here.";
    answers_given: "答案", "Answers";
    answers_nearest: "没答的（最接近的条目对不对）", "Not answered (was the nearest entry right?)";
    precision: "精确率", "Precision";
    all_channels: "全部会话", "all channels";
    switch_on: "去打开", "switch on";
    no_such_decision: "没有可以标注的这条判断。", "There is no such decision to label.";
    channels: "渠道", "Channels";
    channel_list: "会话", "Channels";
    channels_none: "还没有会话。", "No channel yet.";
    refused: "被平台拒绝的回复", "Replies that a platform refused";
    refused_none: "没有。", "None.";
    reason_word: "原因", "Reason";
    ticket: "工单", "Ticket";
    messages_lately: "条消息（7 天）", "messages (7 days)";
    listen: "在这里听什么", "What the bot listens to in";
    listen_all: "全部", "all";
    listen_mentions: "只听叫它的", "calls only";
    listen_shadow: "影子（只判断不说）", "shadow (decides, says nothing)";
    listen_off: "关闭", "off";
    as_the_file: "按 groupdesk.yaml", "as groupdesk.yaml says";
    switch_it: "切换", "Switch";
    switched: "已切换，重启后仍有效。", "Switched; it holds over a restart.";
    switched_by: "切换者：", "switched by";
    no_such_channel: "没有这样的会话：账号要在 groupdesk.yaml 里。", "There is no such channel: its account must be in groupdesk.yaml.";
    code: "二维码", "QR code";
    code_hint: "用微信扫一扫。", "Scan it with WeChat.";
    hours: "服务时间", "Hours";
    no_hours: "FAQ 里没有这个服务时间（hours）。", "The FAQ has no such hours.";
    monday: "一", "Mon";
    tuesday: "二", "Tue";
    wednesday: "三", "Wed";
    thursday: "四", "Thu";
    friday: "五", "Fri";
    saturday: "六", "Sat";
    sunday: "日", "Sun";
    day_closed: "休息", "closed";
    day_holiday: "节假日", "holiday";
    day_workday: "调休上班", "make-up workday";
    day_exception: "例外", "exception";
    day_all: "全天", "all day";
    day_times: "其他时间", "other times";
    holidays_until: "节假日已知到", "holidays known until";
    hours_becomes: "这一天改为", "This day becomes";
    hours_usual: "恢复平常（去掉例外）", "as usual (no exception)";
    hours_to: "直到（含）", "Until (with this day)";
    hours_click: "点一天来改：休息、调休上班或其他时间。", "Click on a day to change it: closed, a make-up workday, other times.";
    hours_try: "那时机器人会怎么说", "What would the bot say at ...";
    hours_at: "时间", "At";
    hours_question: "现在有人在吗？", "Is somebody there now?";
    hours_bad_day: "日期不对：请选一天，结束不早于开始，最多一年。", "The days are wrong: choose a day, an end that is not before it, at most a year.";
    hours_bad_times: "请写时间，例如 09:00-12:00, 13:00-17:00。", "Write the times, such as 09:00-12:00, 13:00-17:00.";
}

impl Words {
    /// Returns the name of a role.
    pub(crate) fn role(&self, role: crate::user_accounts::Role) -> &'static str {
        use crate::user_accounts::Role;
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
