//! Decisions with their reasons, and people's judgements of them.

use jiff::Timestamp;

/// Decision that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyOf {
    /// The decision with this number.
    Number(i64),
    /// Decisions that opened a ticket or joined it.
    Ticket(u64),
    /// Decisions on the message that a person names: `ACCOUNT/CHANNEL/MESSAGE`, or a message's link.
    Named(String),
}

/// A decision with everything that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Number of the decision.
    pub id: i64,
    /// Time of the message.
    pub at: Timestamp,
    /// Channel, as `account/channel`.
    pub channel: String,
    /// Id of the member.
    pub member: String,
    /// Id of the message.
    pub message: String,
    /// Text that was read, where it is kept.
    pub text: Option<String>,
    /// `true` if it called the bot.
    pub called: bool,
    /// `true` if it reads as a question.
    pub question: bool,
    /// Dialogue act.
    pub act: String,
    /// Decision in English, and in Chinese.
    pub decision: (String, String),
    /// Rule that decided.
    pub rule: String,
    /// Rule in English, and in Chinese.
    pub reason: (String, String),
    /// Entry that answered.
    pub entry: Option<String>,
    /// Ticket that was opened or joined.
    pub ticket: Option<u64>,
    /// Confidence in the best candidate, and that which an answer needed.
    pub confidence: Option<f32>,
    /// Confidence that an answer needed.
    pub needed: Option<f32>,
    /// Candidates, the best first.
    pub candidates: Vec<Candidate>,
    /// `true` if the file is the one that decided, so that `candidates` tell what weighed.
    pub is_same_file: bool,
    /// Version of the FAQ that decided.
    pub faq_version: String,
    /// `true` if it was decided in shadow mode.
    pub shadow: bool,
    /// Message with which it was decided.
    pub joined: Option<String>,
    /// Outcome, with its time, and who told it.
    pub outcome: Option<(String, Timestamp, String)>,
    /// Label, with its time, and who gave it.
    pub label: Option<(Verdict, Timestamp, String)>,
    /// `true` if staff were there then.
    pub service_open: bool,
    /// Settings of the channel: key, value, and where it is written.
    pub settings: Vec<super::Setting>,
}

/// An entry that was considered.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Id of the entry.
    pub entry: String,
    /// Confidence that it is the right one.
    pub confidence: f32,
    /// Words that it and the message share.
    pub shared: String,
    /// Words of the message that it lacks.
    pub lacks: String,
}

/// Judgement of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The answer is right.
    Right,
    /// The answer is wrong.
    Wrong,
    /// Nobody needed an answer.
    Needless,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Right, Self::Wrong, Self::Needless];

    /// Returns its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Needless => "needless",
        }
    }

    /// Returns the verdict of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// Decisions that wait for a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToLabel {
    /// `true` for answers, given or kept back; `false` for questions that got none and have a candidate.
    pub answered: bool,
    /// Only those before this time and number.
    pub below: Option<(Timestamp, i64)>,
    /// Largest number of them.
    pub limit: u32,
}

/// A decision to label.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// Number of the decision.
    pub id: i64,
    /// Time of the message.
    pub at: Timestamp,
    /// Channel, as `account/channel`.
    pub channel: String,
    /// Text of it, where it is kept.
    pub text: Option<String>,
    /// Entry that answered, or was nearest.
    pub entry: String,
    /// Answer of the entry, as it stands in the file.
    pub answer: Option<String>,
    /// Confidence in it.
    pub confidence: Option<f32>,
    /// `true` if it was kept back in shadow mode.
    pub shadow: bool,
}

/// Precision of answers by labels.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelsPage {
    /// Reports of each channel, and of all together, which comes first and has no name.
    pub reports: Vec<LabelReport>,
    /// Decisions that wait for a label.
    pub waiting: Vec<Labelled>,
}

/// Precision of a channel's answers.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelReport {
    /// Channel, as `account/channel`; empty for all.
    pub channel: String,
    /// `true` if the channel is in shadow mode.
    pub in_shadow: bool,
    /// Right answers.
    pub right: u64,
    /// Wrong answers.
    pub wrong: u64,
    /// Needless answers.
    pub needless: u64,
    /// Answers without a label that service showed to be wrong.
    pub by_service: u64,
    /// Exact interval of the precision.
    pub interval: (f64, f64),
    /// Labels that are still needed, all right, for a lower end of 0.95 and of 0.98.
    pub still_needed: [u64; 2],
}
