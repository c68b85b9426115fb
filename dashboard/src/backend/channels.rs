//! Accounts and channels: how each stands, what it listens to, and where its settings are written.

use jiff::Timestamp;

/// Accounts and channels of the program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Accounts {
    /// Accounts, by name.
    pub accounts: Vec<AccountStanding>,
    /// Channels with settings of their own, and those in which something was said lately, the liveliest first.
    pub channels: Vec<ChannelStanding>,
    /// Latest replies that a platform refused, newest first.
    pub refused: Vec<Refused>,
}

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountStanding {
    /// Name of it.
    pub name: String,
    /// Platform that it is on.
    pub platform: String,
    /// Replies that wait to be sent.
    pub queued: u64,
    /// Time of the decision on the oldest of them.
    pub oldest: Option<Timestamp>,
    /// `true` if the platform has somebody log in, or come, by scanning a code.
    pub has_code: bool,
}

/// A reply that a platform refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Time at which that was known.
    pub at: Timestamp,
    /// Channel that it was for, as `account/channel`.
    pub channel: String,
    /// Reason in words.
    pub reason: String,
    /// Ticket that it belongs to.
    pub ticket: Option<u64>,
}

/// A channel.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelStanding {
    /// Address of it, as `account/channel`.
    pub channel: String,
    /// Messages that the bot listens to there.
    pub listens: Listening,
    /// Messages that it listens to by groupdesk.yaml.
    pub written: Listening,
    /// User who switched it here, with the time.
    pub switched: Option<(String, Timestamp)>,
    /// Messages of the last seven days.
    pub messages: u64,
    /// Staff rooms that are told of its tickets.
    pub rooms: Vec<String>,
    /// Settings in force.
    pub settings: Vec<Setting>,
}

/// Messages that the bot listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listening {
    /// Messages that call it, and questions to which an answer is certain.
    All,
    /// Messages that call it.
    Mentions,
    /// None: it decides, and says nothing.
    Shadow,
    /// None.
    Off,
}

impl Listening {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::All, Self::Mentions, Self::Shadow, Self::Off];

    /// Returns its name, as groupdesk.yaml has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mentions => "mentions",
            Self::Shadow => "shadow",
            Self::Off => "off",
        }
    }

    /// Returns the one of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|listening| listening.name() == name)
    }
}

/// A setting in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Key, as it is written.
    pub key: String,
    /// Value, as it could be written.
    pub value: String,
    /// Place in which it is written: `channels`, `tags.NAME`, `defaults`, `dashboard`; `built in` where it is not.
    pub origin: String,
}

/// Code that is scanned to log an account in, or by which members come to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// The code as a picture in SVG, and the link in it where that is no secret.
    Picture {
        /// The picture.
        svg: String,
        /// Link that the code holds, for those who can't scan it.
        link: String,
    },
    /// None is needed now, for a reason in words.
    None(String),
}
