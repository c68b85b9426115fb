//! Slips in a typed order with words behind it, and half-typed orders: letters that changed places, the pinyin that an
//! input method left, the beginning of a word. What may be private is rather asked back than sent.

use super::for_colleagues::called::behind_name;
use super::order_spelling::{
    Gap, SLASHES, bare, begins_misspelt, first_of, folded, gap, one_edit, order_meant, same_sound, words,
};
use crate::desk::reading::WordList;
use groupdesk_contract::{COMMANDS, CommandKind, TicketOrder};

/// Letters from which on the name of a command is known with a slip in it.
const COMMAND_LETTERS: usize = 3;

/// English words that are one letter away from `note` and begin replies to members.
static LIKE_NOTE: WordList = WordList::new(
    "cote dote mote rote tote vote nate nite node nodes none nope nose not nota noted notes net neo",
);

/// Verbs and prepositions behind "notes" that make it a sentence.
static NOTES_ARE: WordList = WordList::new("are is was were on for about from in of to can will have should");

/// Words of a note about a person.
static OF_SOMEBODY: WordList =
    WordList::new("he she him her his hers guy customer client member they them their he's she's they're");

/// Things that are internal or private, and no notes.
static THINGS: WordList = WordList::new(
    "server error errors link links message messages key keys mode network repository repo address ip api storage use beta build \
    version chat chats browsing window",
);

/// Beginnings of a note that a colon or a space must follow.
const NOTE_LIKE: [&str; 28] = [
    "悄悄话",
    "同事注意",
    "各位同事",
    "同事们",
    "私下说",
    "对内",
    "ps 内部",
    "p.s. 内部",
    "仅内部可见",
    "内部可见",
    "内部消息",
    "仅内部",
    "内部",
    "备忘",
    "批注",
    "评论",
    "附注",
    "注释",
    "备",
    "注",
    "internal",
    "private",
    "memo",
    "notes",
    "comments",
    "comment",
    "remarks",
    "remark",
];

/// Beginnings that only nearly are those of a reply to all.
const ALL_LIKE: [&str; 4] = ["回复全", "回复所有", "回复大家", "都回复"];

/// English words behind "to" that nearly are those of a reply to all.
static TO_ALL_LIKE: WordList =
    WordList::new("al all lal ala alll aall evryone everone everyon everyoen everbody everybody");

/// Characters behind 转 that make another word of it.
const TURNS: &str = "账帐发换接移动为成到入出告达身让正运型机折载款存播头向钱人过好了一下完去变义译录轮弯";

/// Words for a ticket and courtesies, which make no sentence of an order.
static OBJECTS: WordList = WordList::new("it this that the ticket tickets pls plz please now thanks thx");

/// Returns the note that a text may begin with: `noet`, `nto`, `beizhu`, 备住, 备.
pub(super) fn note_meant(text: &str, slashed: bool) -> Option<&'static str> {
    if begins_misspelt(text, "备注") {
        return Some("备注");
    }
    if begins_misspelt(text, "note") {
        return Some("note");
    }
    let mut chars = text.chars().skip_while(|c| !c.is_alphanumeric()).map(folded);
    let second = (chars.next() == Some('备')).then(|| chars.next()).flatten();
    if second.is_some_and(|c| c != '注' && same_sound(c, '注')) {
        return Some("备注");
    }
    if pinyin(text).starts_with("beizhu") || pinyin(text).starts_with("neibubeizhu") {
        return Some("备注");
    }
    if let Some((word, rest)) = first_of(text, &NOTE_LIKE) {
        let gap = gap(rest);
        let chinese = !word.is_ascii();
        let alone = gap == Gap::End && chinese;
        if alone || gap == Gap::Colon || (gap == Gap::Space && (chinese || slashed)) {
            let sentence = (word == "notes" && !slashed) || (gap == Gap::Space && is_of_thing(rest));
            if !sentence {
                return Some(if chinese { "备注" } else { "note" });
            }
        }
    }
    let (word, rest) = first_word(text)?;
    let word = word.as_str();
    if word.len() >= 5 && one_edit(word, "beizhu") {
        return Some("备注");
    }
    if word == "note" {
        return None;
    }
    let said = words(rest).to_lowercase();
    let chinese = said.starts_with(|c: char| !c.is_ascii());
    match word {
        "not" => (chinese || of_somebody(&said)).then_some("note"),
        "notes" => {
            let next = said.split_whitespace().next().unwrap_or_default();
            let is_sentence = NOTES_ARE.has(next);
            (!said.is_empty() && (slashed || !is_sentence)).then_some("note")
        }
        _ if LIKE_NOTE.has(word) => None,
        _ => (one_edit(word, "note") || is_scrambled(word, "note")).then_some("note"),
    }
}

/// `true` if words tell the member about a field for remarks: 备注一栏写您的订单号就行.
pub(super) fn names_field(text: &str) -> bool {
    let behind = first_of(text, &["备注"]).map(|(_, rest)| rest.trim_start_matches(['那', '一', '里', '的']));
    let is_field = behind.is_some_and(|rest| rest.starts_with(['栏', '框', '项', '处', '写', '填']));
    is_field && text.contains(['您', '你'])
}

/// `true` for "note down ..." of nobody else: it may ask the member to.
pub(super) fn asks_to_note(text: &str) -> bool {
    let behind = first_of(text, &["note down"]).map(|(_, rest)| rest);
    behind.is_some_and(|rest| gap(rest) == Gap::Space && !of_somebody(rest))
}

/// `true` if "note that ..." is said to the member: "note that you must restart first".
pub(super) fn tells_member(text: &str) -> bool {
    let text = text.to_lowercase();
    let said = text.trim_start_matches("please ");
    let Some(rest) = said
        .strip_prefix("note that ")
        .or_else(|| said.strip_prefix("note: that "))
    else {
        return false;
    };
    let to_member = [
        "you", "your", "you'll", "you're", "you've", "you’ll", "you’re", "you’ve",
    ];
    let first = rest.split_whitespace().next().unwrap_or_default();
    to_member.contains(&first) && !of_somebody(rest)
}

/// Returns the reply to all that a text may begin with: "to al ...", 回复全 ...
pub(super) fn all_meant(text: &str, slashed: bool) -> Option<&'static str> {
    if first_of(text, &ALL_LIKE).is_some() {
        return Some("回复全部");
    }
    if slashed
        && let Some((_, rest)) = first_of(text, &["全", "所有"])
        && matches!(gap(rest), Gap::Colon | Gap::Space)
    {
        return Some("全部");
    }
    let (to, rest) = first_word(text)?;
    let (word, rest) = first_word(rest)?;
    let to_all = (to == "to" || to == "ot") && TO_ALL_LIKE.has(&word);
    let exact = to == "to" && word == "all";
    (to_all && !exact && !rest.starts_with(['\'', '’'])).then_some("to all")
}

/// Returns the hand-over that a text may begin with: 转 Li, 转小李, `zhuangei Li`, `hnad Li`.
pub(super) fn hand_meant(text: &str) -> Option<&'static str> {
    if begins_misspelt(text, "转给") {
        return Some("转给");
    }
    if let Some((_, rest)) = first_of(text, &["转"]) {
        let to = bare(rest);
        let few = |most: usize| to.chars().count() <= most;
        let turns = to.chars().next().is_some_and(|c| TURNS.contains(c));
        let meant = match gap(rest) {
            Gap::End => true,
            Gap::Space | Gap::Colon | Gap::Mark => few(12),
            // 转老王 他欠费: whatever stands behind a name.
            Gap::Glued => !turns && (few(3) || behind_name(rest).is_some_and(ends_name)),
        };
        return meant.then_some("转给");
    }
    let pinyin = pinyin(text);
    let (word, rest) = first_word(text)?;
    if word == "zhuan"
        || ["zhuangei", "zhuanjiao", "yijiao"]
            .iter()
            .any(|order| pinyin.starts_with(order))
    {
        return Some("转给");
    }
    let mut behind = rest.split_whitespace();
    let scrambled = (is_scrambled(&word, "hand") || is_scrambled(&word, "give"))
        && !["hand", "give"].contains(&word.as_str());
    let gives = ["assign", "reassign", "transfer"].contains(&word.as_str())
        && behind.next() == Some("to")
        && (1..=2).contains(&behind.count());
    (gives || (scrambled && rest.split_whitespace().count() <= 3)).then_some("hand")
}

/// `true` if what stands behind two characters shows that they were a name.
fn ends_name(behind: &str) -> bool {
    let does = ["处理", "跟", "看", "接", "来", "去", "吧", "回"];
    !behind.starts_with(char::is_alphanumeric) || does.iter().any(|does| behind.starts_with(does))
}

/// Returns the order that a text is a half of, or that it nearly is with a word for the ticket beside it.
pub(super) fn half_meant(text: &str) -> Option<&'static str> {
    let said = bare(text);
    let is_half =
        |(word, _, least): &&(&str, &str, usize)| said.len() >= *least && word.starts_with(said.as_str());
    let mut halves = TicketOrder::ALL.iter().flat_map(|order| order.halves());
    if let Some((_, order, _)) = halves.find(is_half) {
        return Some(*order);
    }
    let (word, rest) = first_word(text)?;
    let mut beside = rest
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .peekable();
    beside.peek()?;
    let objects = beside.all(|word| {
        let word = word.to_lowercase();
        OBJECTS.has(&word)
    });
    objects.then(|| order_meant(&word)).flatten()
}

/// `true` if a thing stands behind a word such as "internal": "internal server error means ...".
fn is_of_thing(rest: &str) -> bool {
    let first = rest.split_whitespace().next().unwrap_or_default().to_lowercase();
    THINGS.has(&first)
}

/// `true` if a text speaks of somebody, and not to them.
fn of_somebody(text: &str) -> bool {
    let mut said = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
    said.any(|word| {
        let word = word.to_lowercase().replace('’', "'");
        OF_SOMEBODY.has(&word)
    })
}

/// Splits off the first word of a text in Latin letters, folded.
fn first_word(text: &str) -> Option<(String, &str)> {
    let text =
        text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(folded(c), '!' | '/' | '@'));
    let end = text
        .find(|c: char| !folded(c).is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then(|| (word.chars().map(folded).collect(), rest))
}

/// Returns the Latin letters that a text begins with, without spaces and apostrophes: an input method writes bei'zhu.
fn pinyin(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    text.chars()
        .map(folded)
        .take_while(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '\'' | '’'))
        .filter(char::is_ascii_alphabetic)
        .take(20)
        .collect()
}

/// `true` if a word has the letters of another in another order, or all but one of them after the same first.
fn is_scrambled(said: &str, word: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let (given, wanted) = (sorted(said), sorted(word));
    if given == wanted {
        return said != "tone";
    }
    said.len() == 3 && word == "note" && said.starts_with('n') && {
        let mut left = wanted;
        given.iter().all(|letter| {
            let at = left.iter().position(|other| other == letter);
            at.map(|at| left.remove(at)).is_some()
        })
    }
}

/// `true` if this is the name of a command that only staff rooms have.
pub(super) fn is_staff_command(name: &str) -> bool {
    COMMANDS
        .iter()
        .any(|command| command.for_staff && command.name == name)
}

/// Returns the command that an order behind a slash is like, or has the name of without being one: `/lable`, `/why not`. `None` for any
/// other text, and for what is said about tickets.
pub(super) fn command_meant(text: &str) -> Option<String> {
    let rest = text.strip_prefix(SLASHES)?;
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let word = bare(rest.get(..end)?);
    let of_room = || {
        COMMANDS
            .iter()
            .filter(|command| command.for_staff || command.kind == CommandKind::Help)
    };
    let mut names = of_room().map(|command| command.name);
    // An input method may write others of the characters.
    let mut chinese = of_room().flat_map(|command| command.aliases.iter().filter(|name| !name.is_ascii()));
    let is_meant = |name: &&str| name.len() >= COMMAND_LETTERS && one_edit(&word, name);
    let sounds = |name: &&&'static str| {
        let (said, meant) = (word.chars(), name.chars());
        said.clone().count() == meant.clone().count() && said.zip(meant).all(|(a, b)| same_sound(a, b))
    };
    let name = names.find(is_meant);
    let name = name.or_else(|| chinese.find(sounds).copied())?;
    Some(format!("/{name}"))
}
