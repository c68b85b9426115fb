//! Figures of a span, by definitions that are printed with them.

use jiff::Timestamp;

/// A span of time until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FiguresSpan {
    /// Since the day began, in the time zone of the service hours.
    Today,
    /// The last days, of 24 hours each.
    Days(u32),
}

impl FiguresSpan {
    /// Returns its name in addresses.
    pub fn name(self) -> String {
        match self {
            Self::Today => "today".to_owned(),
            Self::Days(days) => days.to_string(),
        }
    }
}

/// Figures of the day, as far as they are counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Today {
    /// The figures, in order.
    pub figures: Vec<FigureRow>,
    /// `true` if there was more than is counted.
    pub is_cut: bool,
}

/// Figures of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Beginning of what was read: later than the span's where there was too much.
    pub since: Timestamp,
    /// End of the span.
    pub until: Timestamp,
    /// `true` if the span holds more than was read.
    pub is_cut: bool,
    /// The figures of all of it, in order.
    pub figures: Vec<FigureRow>,
    /// The same figures by part, in the order of `figures`.
    pub parts: Vec<Part>,
    /// The same figures by day.
    pub days: Vec<Part>,
}

/// A figure with its definition.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureRow {
    /// Name in addresses, such as `answer-rate`.
    pub name: &'static str,
    /// Name in Chinese.
    pub chinese: &'static str,
    /// Definition in Chinese.
    pub definition_in_chinese: &'static str,
    /// Definition in English.
    pub definition: &'static str,
    /// Value of it.
    pub amount: Amount,
}

/// Figures of a part of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Name of it: a day, a channel, a tag, ...
    pub name: String,
    /// Values, in the order of the figures.
    pub amounts: Vec<Amount>,
}

/// Value of a figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Amount {
    /// A number of things.
    Count(u64),
    /// A share.
    Share {
        /// Number of those that have it.
        part: u64,
        /// Number of all.
        whole: u64,
        /// Number within the part for which the member vouched.
        confirmed: Option<u64>,
        /// Interval of the share, where it is one of a sample.
        interval: Option<(f64, f64)>,
        /// Labels that are still needed for a lower end of 0.95 and of 0.98.
        still_needed: Option<[u64; 2]>,
    },
    /// A number in a thousand.
    PerThousand(u64, u64),
    /// Times.
    Times(Times),
    /// Tickets by age: under an hour, a day, three days, older.
    Ages {
        /// Number of all.
        count: u64,
        /// Age of the oldest in seconds.
        oldest: Option<i64>,
        /// Numbers by age.
        bands: [u64; 4],
    },
    /// Entries.
    Entries {
        /// Number of entries in the file.
        whole: u64,
        /// Number of those that never answered.
        never: u64,
        /// Entries that answered most, with how often.
        most: Vec<(String, u64)>,
        /// Entries that did not help most often, with how often.
        doubted: Vec<(String, u64)>,
    },
}

/// Times by their middle and their long end, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Median.
    pub median: Option<i64>,
    /// Time that nine in ten do not exceed.
    pub p90: Option<i64>,
    /// Number of times.
    pub count: u64,
    /// Number of those that still wait.
    pub waiting: u64,
}

/// Kinds of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Days.
    Day,
    /// Channels.
    Channel,
    /// Tags of channels.
    Tag,
    /// Entries.
    Entry,
    /// Staff who have the tickets.
    Person,
}

impl Split {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Day, Self::Channel, Self::Tag, Self::Entry, Self::Person];

    /// Returns its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Channel => "channel",
            Self::Tag => "tag",
            Self::Entry => "entry",
            Self::Person => "person",
        }
    }

    /// Returns the split of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|split| split.name() == name)
    }
}

/// List of what a figure counts, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOf {
    /// Name of the figure.
    pub figure: String,
    /// The span.
    pub span: FiguresSpan,
    /// Part of it.
    pub part: Option<(Split, String)>,
    /// Only what counts in this way.
    pub role: Option<String>,
    /// Largest number of rows.
    pub limit: usize,
}

/// List of what a figure counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The figure.
    pub figure: FigureRow,
    /// Rows, as many as were asked for.
    pub items: Vec<Item>,
    /// Number of all rows that were asked for.
    pub whole: usize,
    /// Ways in which things count, whatever was asked for, with the number of each.
    pub roles: Vec<(&'static str, usize)>,
}

/// Thing that a figure counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Way in which it counts, as a word for programs: `yes`, `no`, `took`, ...
    pub role: &'static str,
    /// Time of it.
    pub at: Option<Timestamp>,
    /// Channel, for people.
    pub channel: String,
    /// Words of the member, the subject of the ticket, or the entry.
    pub text: String,
    /// Number of the ticket.
    pub ticket: Option<u64>,
    /// Number of the decision.
    pub decision: Option<i64>,
    /// Entry that answered.
    pub entry: Option<String>,
    /// Seconds that it took.
    pub seconds: Option<i64>,
    /// Number of times, of an entry.
    pub times: Option<u64>,
}
