//! Words that call a colleague by their form, or speak of the customer to somebody else: 小李你跟进一下, 大家看下这个客户.

/// First characters of a name among colleagues, and second ones that make another word of it.
const NAMED: [char; 3] = ['小', '老', '阿'];
const OTHER_WORDS: &str =
    "板师铁婆公哥弟乡人家姐妹孩朋心时程红米是用客店号费票伙姨叔里姨们区于字样数组件票样部";

/// Words that ask somebody for somebody.
const REQUEST_VERBS: [&str; 6] = ["请", "麻烦", "让", "叫", "派", "找"];

/// Words between a name and what is asked of it.
const BETWEEN: [&str; 12] = [
    "你", "帮我", "帮忙", "帮", "来", "去", "先", "麻烦", "快", "再", "，", ",",
];

/// Things to do about a ticket.
const DOES: [&str; 14] = [
    "跟进",
    "跟一下",
    "看下",
    "看看",
    "看一下",
    "处理",
    "接手",
    "接一下",
    "接下",
    "回一下",
    "查下",
    "查一下",
    "联系",
    "盯一下",
];

/// Beginnings that ask who of several does something.
const WHO: [&str; 8] = [
    "谁有空",
    "谁来",
    "谁去",
    "谁接",
    "谁跟",
    "你们谁",
    "哪位同事",
    "谁方便",
];

/// Words for the customer in the mouth of those who serve one, and words that begin alike.
const CUSTOMER: [&str; 7] = [
    "这个客户",
    "这位客户",
    "这客户",
    "该客户",
    "此客户",
    "this customer",
    "this client",
];
const NO_CUSTOMER: [&str; 8] = ["端", "经理", "群", "服务", "代表", "号", "编码", "'s"];

/// Longest text that is taken for one, in characters.
const SHORT: usize = 40;

/// Words for somebody who is not spoken to.
const SOMEBODY: [&str; 13] = [
    "他",
    "她",
    "客户",
    "顾客",
    "这人",
    "这个人",
    "he",
    "she",
    "him",
    "her",
    "he's",
    "she's",
    "customer",
];
const NO_SOMEBODY: [&str; 9] = [
    "其他",
    "他人",
    "其她",
    "吉他",
    "他们的",
    "他日",
    "客户端",
    "客户经理",
    "客户群",
];

/// `true` if words speak of somebody, and not to them.
pub(super) fn speaks_of_somebody(text: &str) -> bool {
    let mut plain = text.to_lowercase().replace('’', "'");
    for other in NO_SOMEBODY {
        plain = plain.replace(other, " ");
    }
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
    SOMEBODY.iter().any(|word| match word.is_ascii() {
        true => words.contains(word),
        false => plain.contains(word),
    })
}

/// `true` if a short text speaks of the customer, and to nobody as to one.
pub(super) fn speaks_of_customer(text: &str) -> bool {
    let plain = text.to_lowercase();
    let is_one = |word: &str| {
        let behind = plain.split_once(word).map(|(_, behind)| behind);
        behind.is_some_and(|behind| !NO_CUSTOMER.iter().any(|other| behind.starts_with(other)))
    };
    let to_member = plain.contains('您')
        || plain
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.starts_with("you"));
    text.chars().count() <= SHORT && !to_member && CUSTOMER.iter().any(|word| is_one(word))
}

/// `true` if words begin by asking a colleague to do something about a ticket. 小李看一下就回您 is said to the member.
pub(super) fn calls_colleague(text: &str, member: &str) -> bool {
    if text.contains('您') {
        return false;
    }
    if WHO.iter().any(|who| text.starts_with(who)) {
        return true;
    }
    let is_member = !member.is_empty() && text.starts_with(member);
    let named = REQUEST_VERBS
        .iter()
        .find_map(|asks| text.strip_prefix(asks))
        .unwrap_or(text);
    behind_name(named).is_some_and(|behind| {
        let mut rest = behind.trim_start();
        while let Some(shorter) = BETWEEN.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = shorter.trim_start();
        }
        let does = DOES.iter().find_map(|does| rest.strip_prefix(does));
        // 让小李联系你 is said to the member.
        !is_member && does.is_some_and(|behind| !behind.contains('你'))
    })
}

/// Returns the text behind a name as colleagues have it: 小李, 老王.
pub(in crate::desk::staff) fn behind_name(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    let is_han = matches!(second, '\u{4e00}'..='\u{9fff}');
    (NAMED.contains(&first) && is_han && !OTHER_WORDS.contains(second)).then_some(chars.as_str())
}
