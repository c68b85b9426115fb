//! Reads the conversations; their form is explained at the head of `conversations.txt`.

/// A conversation in a group.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) title: String,
    /// Settings of its group, as in a flow mapping of YAML.
    pub(crate) settings: String,
    pub(crate) lines: Vec<Line>,
}

/// A message of a member.
#[derive(Debug)]
pub(crate) struct Line {
    /// Line in the file.
    pub(crate) number: usize,
    pub(crate) who: String,
    /// The names that it mentions.
    pub(crate) mentions: Vec<String>,
    /// The person whose last message it quotes.
    pub(crate) quotes: Option<String>,
    /// It follows at once, within `burst`.
    pub(crate) at_once: bool,
    pub(crate) text: String,
    pub(crate) expected: Vec<Expected>,
}

/// A message expected of the bot.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) number: usize,
    /// It is said to staff.
    pub(crate) to_staff: bool,
    pub(crate) has: Vec<String>,
    pub(crate) has_not: Vec<String>,
    /// The expectation, as it is written.
    pub(crate) written: String,
}

impl Expected {
    /// True if a text is the expected one.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.has.iter().all(|part| text.contains(part))
            && !self.has_not.iter().any(|part| text.contains(part))
    }
}

/// Reads all of them.
pub(crate) fn read(text: &str) -> Vec<Conversation> {
    let mut conversations: Vec<Conversation> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with("# ") || trimmed == "#" {
            continue;
        }
        if let Some(title) = trimmed.strip_prefix("== ") {
            let (title, settings) = title.split_once(" | ").unwrap_or((title, ""));
            conversations.push(Conversation {
                title: title.to_owned(),
                settings: settings.to_owned(),
                lines: Vec::new(),
            });
            continue;
        }
        let Some(conversation) = conversations.last_mut() else {
            panic!("line {number}: no conversation yet: {line}");
        };
        let Some((head, said)) = trimmed.split_once(':') else {
            panic!("line {number}: nobody speaks: {line}");
        };
        if line.starts_with("  ") {
            let Some(last) = conversation.lines.last_mut() else {
                panic!("line {number}: an answer to nothing: {line}");
            };
            last.expected.push(expected(number, head, said));
        } else {
            conversation.lines.push(spoken(number, head, said));
        }
    }
    conversations
}

fn expected(number: usize, head: &str, said: &str) -> Expected {
    assert!(
        matches!(head, "bot" | "staff"),
        "line {number}: neither bot nor staff: {head}"
    );
    let parts = said.split(" & ").map(str::trim).filter(|part| !part.is_empty());
    let (has_not, has): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with("without "));
    Expected {
        number,
        to_staff: head == "staff",
        has: has.into_iter().map(str::to_owned).collect(),
        has_not: has_not
            .into_iter()
            .map(|part| part["without ".len()..].to_owned())
            .collect(),
        written: format!("{head}:{said}"),
    }
}

fn spoken(number: usize, head: &str, said: &str) -> Line {
    let mut words = head.split_whitespace();
    let mut line = Line {
        number,
        who: words.next().unwrap_or_default().to_owned(),
        mentions: Vec::new(),
        quotes: None,
        at_once: false,
        text: said.trim().to_owned(),
        expected: Vec::new(),
    };
    while let Some(word) = words.next() {
        match word {
            ">>" => line.quotes = words.next().map(str::to_owned),
            "+" => line.at_once = true,
            _ => match word.strip_prefix('@') {
                Some(name) => line.mentions.push(name.to_owned()),
                None => panic!("line {number}: neither @name, nor >> name, nor +: {word}"),
            },
        }
    }
    line
}
