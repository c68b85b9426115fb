//! The orders about a ticket: one table of their spellings, from which the desk reads them, asks back about slips, and says how they
//! are typed.

/// Declares the orders. A row has the words behind the order, its words in the help, its spellings with their traits, and the words of
/// which half is enough.
macro_rules! orders {
    ($(
        $(#[$about:meta])*
        $order:ident($argument:ident) {
            help: $help:expr,
            spellings: [$($word:literal $(($($trait:ident),+))?),* $(,)?],
            halves: [$($half:expr),* $(,)?],
        }
    )*) => {
        /// Order about a ticket, without what is said in it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum TicketOrder {
            $($(#[$about])* $order,)*
        }

        impl TicketOrder {
            /// Every order.
            pub const ALL: &[Self] = &[$(Self::$order),*];

            /// Returns its row.
            const fn row(self) -> Row {
                match self {
                    $(Self::$order => Row {
                        argument: OrderArgument::$argument,
                        help: $help,
                        spellings: &[$(Spelling {
                            word: $word,
                            traits: &[$($(SpellingTrait::$trait),+)?],
                        }),*],
                        halves: &[$($half),*],
                    },)*
                }
            }
        }
    };
}

/// Row of the table.
struct Row {
    argument: OrderArgument,
    help: Option<[&'static str; 2]>,
    spellings: &'static [Spelling],
    halves: &'static [(&'static str, &'static str, usize)],
}

/// Words behind an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderArgument {
    /// None.
    Nothing,
    /// A text.
    Text,
    /// A colleague or a room.
    Colleague,
}

/// A word by which an order is known.
#[derive(Debug, Clone, Copy)]
pub struct Spelling {
    /// The word: lower case, half-width, simplified.
    pub word: &'static str,
    traits: &'static [SpellingTrait],
}

impl Spelling {
    /// `true` if it has a trait.
    pub fn is(&self, one: SpellingTrait) -> bool {
        self.traits.contains(&one)
    }
}

/// Trait of a spelling, beside that it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpellingTrait {
    /// No everyday word: with little text beside it, or with a slip in it, the order is meant.
    Slips,
    /// It begins many a sentence to a member: only with a particle more it looks like the order.
    Particles,
    /// Said to members too: glued to other words, or on a later line, it is no order.
    Everyday,
    /// Said among colleagues too: with no ticket named it is talk.
    Talk,
    /// Said to the member where it stands above other lines.
    Told,
    /// Alone in an answer to a ticket by mail it is the order, and no text for the member.
    ByMail,
    /// The order only with a word for the ticket beside it.
    WithTicket,
    /// The order only with a colon behind it.
    WithColon,
    /// The order also where no slash stands before it.
    Unslashed,
}

orders! {
    /// Shows it.
    Show(Nothing) {
        help: Some(["", ""]),
        spellings: ["show" (Talk, Told, ByMail), "查看" (Particles, Everyday, Talk, ByMail)],
        halves: [("show", "show", 3), ("chakan", "查看", 4)],
    }
    /// Makes the sender its owner.
    Claim(Nothing) {
        help: Some(["claim", "认领"]),
        spellings: [
            "claim" (Slips, ByMail), "claimed", "认领" (Slips, ByMail),
            "我来" (Particles, Everyday, Talk, ByMail), "我认领", "我来认领", "接单" (Everyday, Talk),
        ],
        halves: [("claim", "claim", 2), ("renling", "认领", 3)],
    }
    /// Takes its owner away.
    Release(Nothing) {
        help: Some(["release", "释放"]),
        spellings: [
            "release" (Slips, ByMail), "释放" (Slips, ByMail), "放弃" (Particles, Everyday, Talk, ByMail),
            "放弃认领", "取消认领",
        ],
        // "re" is the beginning of "resolve" too, which is meant more often.
        halves: [("release", "release", 3), ("shifang", "释放", 3)],
    }
    /// Resolves it.
    Resolve(Nothing) {
        help: Some(["resolve", "解决"]),
        spellings: [
            "resolve" (Slips, ByMail), "resolved" (Slips, Told, ByMail), "markresolved", "markasresolved",
            "已解决" (Told, ByMail), "解决" (Slips, ByMail), "结单" (Slips),
            "标记解决", "标记已解决", "标记为解决", "标记为已解决", "标为已解决",
        ],
        halves: [
            ("resolved", "resolve", 2), ("jiejue", "解决", 3), ("yijiejue", "解决", 4), ("jiedan", "结单", 5),
        ],
    }
    /// Closes it.
    Close(Nothing) {
        help: Some(["close", "关闭"]),
        spellings: [
            "close" (Slips, ByMail), "关闭" (Slips, ByMail), "关单" (Slips),
            "关" (WithTicket), "关掉" (WithTicket), "结束" (WithTicket),
        ],
        halves: [("close", "close", 2), ("guanbi", "关闭", 3), ("guandan", "关单", 5)],
    }
    /// Reopens it.
    Reopen(Nothing) {
        help: Some(["reopen", "重开"]),
        spellings: [
            "reopen" (Slips, ByMail), "重开" (Slips, ByMail), "重新打开" (Particles, Everyday, ByMail),
        ],
        halves: [("reopen", "reopen", 2), ("chongkai", "重开", 4)],
    }
    /// Sends a text to the member, and to those in the member's group who asked the same.
    Reply(Text) {
        help: Some(["TEXT", "文字"]),
        spellings: ["回复成员", "回复客户", "回复用户", "回复", "reply"],
        halves: [("reply", "reply", 2), ("huifu", "回复", 4)],
    }
    /// Adds an internal note.
    Note(Text) {
        help: Some(["note", "备注"]),
        spellings: [
            "内部备注", "备注", "internal note", "private note", "note",
            "内部" (WithColon), "仅内部" (WithColon), "internal" (WithColon), "notes" (WithColon),
        ],
        halves: [("note", "note", 3), ("beizhu", "备注", 4)],
    }
    /// Hands it on to a colleague or a room.
    HandOn(Colleague) {
        help: Some(["hand", "转给"]),
        spellings: [
            "转交给", "移交给", "转给", "转交", "移交", "hand over to", "hand on to", "hand to", "hand", "give",
        ],
        halves: [
            ("hand", "hand", 3), ("give", "hand", 3), ("zhuangei", "转给", 4), ("zhuanjiao", "转给", 4),
            ("yijiao", "转给", 4),
        ],
    }
    /// Sends a text to all who asked the same, in other groups too.
    ReplyToAll(Text) {
        help: Some(["to all", "全部"]),
        spellings: [
            "to all" (Unslashed), "to everyone" (Unslashed), "回复全部" (Unslashed), "都回复" (Unslashed),
            "所有人", "全部", "all",
        ],
        halves: [("toall", "to all", 3), ("toeveryone", "to all", 3), ("quanbu", "全部", 4)],
    }
    /// Drafts an answer.
    Draft(Nothing) {
        // A draft says itself how it is sent.
        help: None,
        spellings: ["draft", "草稿", "拟稿"],
        halves: [],
    }
    /// Sends the draft to the member.
    Send(Nothing) {
        help: None,
        spellings: ["send", "senddraft", "发送", "发送草稿"],
        halves: [],
    }
}

impl TicketOrder {
    /// Returns the words behind it.
    pub const fn argument(self) -> OrderArgument {
        self.row().argument
    }

    /// Returns how the help of a staff room shows it behind `/t 12`, in English and in Chinese; `None` if it need not.
    pub const fn help(self) -> Option<[&'static str; 2]> {
        self.row().help
    }

    /// Returns its spellings; of two that begin alike the longer one comes first.
    pub const fn spellings(self) -> &'static [Spelling] {
        self.row().spellings
    }

    /// Returns words whose beginning is no answer to a member, each with the order that is meant and the letters that it needs.
    pub const fn halves(self) -> &'static [(&'static str, &'static str, usize)] {
        self.row().halves
    }

    /// Finds the order that a word spells, whatever else it needs.
    pub fn of_word(word: &str) -> Option<Self> {
        let spells = |order: &Self| order.spellings().iter().any(|one| one.word == word);
        Self::ALL.iter().copied().find(spells)
    }

    /// Returns the words of all orders that have a trait, the first of each order before the second ones.
    pub fn words_that(one: SpellingTrait, is_ascii: bool) -> Vec<&'static str> {
        let of_order = |order: &Self| {
            let spellings = order.spellings().iter().filter(move |spelling| spelling.is(one));
            spellings
                .map(|spelling| spelling.word)
                .filter(move |word| word.is_ascii() == is_ascii)
                .enumerate()
        };
        let mut words: Vec<_> = Self::ALL.iter().flat_map(of_order).collect();
        words.sort_by_key(|(rank, _)| *rank);
        words.into_iter().map(|(_, word)| word).collect()
    }

    /// `true` if a word spells an order in the way of this trait.
    pub fn is_word_that(one: SpellingTrait, word: &str) -> bool {
        let mut spellings = Self::ALL.iter().flat_map(|order| order.spellings());
        spellings.any(|spelling| spelling.word == word && spelling.is(one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_word_spells_two_orders() {
        let words = TicketOrder::ALL.iter().flat_map(|order| order.spellings());
        let mut seen = BTreeSet::new();
        for spelling in words {
            assert!(seen.insert(spelling.word), "{}", spelling.word);
            assert_eq!(spelling.word, spelling.word.to_lowercase());
        }
    }
}
