//! Heads of words that say who is not to read them, or who alone is: 客户勿看：, 内部讨论，, "not for the member:", ⚠️内部⚠️. A head is one
//! where every word of it says that. The lists are in simplified characters, in which texts are compared.

use crate::desk::reading::WordList;
use crate::desk::reading::made_of;

/// Words that forbid something; the second list does so only where somebody is named.
static FORBIDS: WordList = WordList::new(
    "别 不 勿 莫 不要 不许 不准 不得 不可 不让 请勿 切勿 严禁 禁止 禁 谢绝 donot dont never not no ないで ない 不要 不可 厳禁",
);
static CANNOT: WordList = WordList::new("不能 不可以 不会 不用 不必 无需 cannot cant");

/// Words of telling.
static TELLS: WordList = WordList::new(
    "\
    发 发送 发给 发出 转 转发 转给 转告 外传 外发 外泄 泄露 透露 公开 对外 告诉 告知 说 提 回 回复 通知 \
    send sending tell telling share sharing forward show post leak 送ら 言わ 伝え 见せ 教え 转送 见せ 見せ",
);

/// Words of reading.
static SEES: WordList = WordList::new("看 看到 看见 见 可见 查看 知道 知晓 晓得 see read know");

/// Readers from whom what follows is kept.
static AUDIENCE: WordList = WordList::new(
    "\
    客户 顾客 用户 成员 会员 对方 买家 客人 客 他 她 他们 她们 ta 外 外人 外部 群里 本人 お客样 客样 お客様 客様 \
    customer customers client clients user users member members him her them outsiders guest guests",
);

/// Words that go with all of these.
static BESIDE: WordList = WordList::new(
    "\
    给 让 对 跟 和 向 把 被 到 去 了 的 要 先 直接 请 这 个 这个 这条 这句 以下 下面 内容 话 消息 信息 再 都 也 任何人 には に は を へ \
    the this that to it anything any with for please ever a",
);

/// Readers among whom words stay.
static INSIDE: WordList = WordList::new(
    "\
    内部 对内 组内 部门内 团队 团队内 自己人 咱们自己 同事 同事们 各位同事 私 私下 内 社内 内绪 内々 スタッフ \
    internal internally staff team agent agents colleague colleagues crew private confidential hidden whisper secret",
);

/// Readers who also speak to members: where it says that they alone are to read.
static STAFF: WordList = WordList::new("客服 坐席 员工 工作人员 管理员 后台");
static ALONE: WordList = WordList::new(
    "仅 只 仅限 只限 仅供 限 供 只给 仅给 给 看 可见 可看 查看 参考 知道 知悉 阅 传阅 のみ だけ only just eyes",
);

/// Kinds of words that stay inside, and what goes with them.
static KINDS: WordList = WordList::new(
    "\
    交流 沟通 讨论 商量 信息 消息 记录 备注 说明 留言 标记 标注 批注 便签 通知 说 注意 用 使用 メモ 连络 共有 \
    note notes info memo message remark comment keep",
);
static WITH_INSIDE: WordList = WordList::new("的 一下 下 给 让 请 の 向け our the my all to for is");

/// Heads that are the name of a note.
static NOTES: WordList = WordList::new("标注 批注 bz beizhu メモ 社内メモ n nb memo notabene agentnote");

/// `true` if a head says that what follows is not for a member.
pub(super) fn keeps_inside(head: &str) -> bool {
    forbids(head) || stays(head) || made_of(head, [&NOTES]).is_some()
}

/// `true` if a head forbids to tell or show something.
fn forbids(head: &str) -> bool {
    let found = made_of(head, [&FORBIDS, &CANNOT, &TELLS, &SEES, &AUDIENCE, &BESIDE]);
    found.is_some_and(|[forbids, cannot, tells, sees, audience, _]| {
        (forbids && (tells || audience)) || (cannot && (tells || sees) && audience)
    })
}

/// `true` if a head names those among whom words stay.
fn stays(head: &str) -> bool {
    let found = made_of(head, [&INSIDE, &STAFF, &ALONE, &KINDS, &WITH_INSIDE]);
    found.is_some_and(|[inside, staff, alone, ..]| inside || (staff && alone))
}

/// `true` if a text begins with such a head: before a colon or a closing bracket, between marks, or, where it names those inside, before a
/// comma.
pub(super) fn begins_with_head(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let begun = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let marked = begun.len() < line.len();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '’' | '.' | '\u{30fc}');
    let end = begun.find(|c| !is_word(c)).unwrap_or(begun.len());
    let Some((head, rest)) = begun.split_at_checked(end) else {
        return false;
    };
    let Some(sign) = rest.chars().next() else {
        return marked && begins_with_marked_word(head);
    };
    let says_more = rest.chars().any(char::is_alphanumeric);
    let is_part = rest.starts_with("://") || head.ends_with(|c: char| c.is_ascii_digit());
    if !says_more || is_part {
        return false;
    }
    match sign {
        ',' | '，' | '、' => stays(head),
        '.' | '。' | '?' | '？' | '!' | '！' | '~' | '/' | '@' => marked && begins_with_marked_word(head),
        ':' | '：' | ']' | '］' | ')' | '）' | '】' | '」' | '〕' | '》' | '>' => keeps_inside(head),
        _ => marked && (keeps_inside(head) || begins_with_marked_word(head)),
    }
}

/// `true` for a first word behind a mark, as in "#内部 他欠费".
fn begins_with_marked_word(head: &str) -> bool {
    let first = head.split_once(char::is_whitespace);
    first.is_some_and(|(first, rest)| !rest.trim().is_empty() && stays(first))
}
