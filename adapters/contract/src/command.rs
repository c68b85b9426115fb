//! The words that call the bot as commands, for platforms that list them.

/// A command, as a platform's menu shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Its name, without the slash.
    pub name: &'static str,
    /// What it does, in Chinese.
    pub chinese: &'static str,
    /// What it does, in English.
    pub english: &'static str,
    /// What its argument is called, where it takes one.
    pub argument: Option<&'static str>,
    /// Only staff rooms have it.
    pub for_staff: bool,
}

/// All commands. The desk reads them as text (`/ask how do I ...`), whatever platform they come from.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "ask",
        chinese: "问一个问题",
        english: "Ask a question",
        argument: Some("question"),
        for_staff: false,
    },
    Command {
        name: "human",
        chinese: "转人工",
        english: "Call a human",
        argument: Some("reason"),
        for_staff: false,
    },
    Command {
        name: "ticket",
        chinese: "我的工单",
        english: "How my ticket stands",
        argument: None,
        for_staff: false,
    },
    Command {
        name: "help",
        chinese: "怎么用",
        english: "How this works",
        argument: None,
        for_staff: false,
    },
    Command {
        name: "t",
        chinese: "工单：列出、认领、回复、解决",
        english: "Tickets: list, claim, answer, resolve",
        argument: Some("order"),
        for_staff: true,
    },
    Command {
        name: "faq",
        chinese: "把人工回复做成 FAQ",
        english: "Make a FAQ entry of a ticket",
        argument: Some("order"),
        for_staff: true,
    },
];
