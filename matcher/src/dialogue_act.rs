//! Reads the dialogue acts of a message in a group, on any subject: asking, telling, refusing, thanking, reporting or
//! only naming something; and its addressee, and whose things it speaks of.
//!
//! It knows nothing of the FAQ: the matcher computes how well an entry fits the words, this module how likely the writer
//! wants an answer. A linear model over short runs of characters and words, fitted to lines of many unlike businesses
//! (`data/README.md`). Pure; a few microseconds a line.
//!
//! ```
//! use groupdesk_matcher::dialogue_act::read;
//! assert!(read("发票怎么开").asks() > read("谢谢，发票收到了").asks());
//! ```

mod features;
mod model;
mod names_of_others;
pub(crate) mod question_cues;
pub(crate) mod training;

use model::DialogueActModel;
pub use names_of_others::Own;

/// The number of kinds of acts.
pub const ACTS: usize = 9;

/// An act: something done by saying a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Asks: "怎么退款", "is there a trial".
    Ask,
    /// Requests something without a question: "发我一份教程".
    Request,
    /// Tells of trouble that goes on and wants help: "登不上去了".
    Trouble,
    /// States or answers: "周末不开门", "I paid by card".
    State,
    /// Refuses or negates: "不用转人工".
    Refuse,
    /// Thanks or agrees: "好的，谢谢".
    Thank,
    /// Reports what others said, or supposes: "客户问我怎么退款".
    Report,
    /// Exclaims, or names a topic only: "下班！".
    Exclaim,
    /// Announces, or is no speech: rules, advertisements, logs.
    Announce,
}

impl Act {
    /// All acts, in the order of the model's outputs.
    pub const ALL: [Self; ACTS] = [
        Self::Ask,
        Self::Request,
        Self::Trouble,
        Self::State,
        Self::Refuse,
        Self::Thank,
        Self::Report,
        Self::Exclaim,
        Self::Announce,
    ];

    /// The act in one word that stays, for what is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Request => "request",
            Self::Trouble => "trouble",
            Self::State => "state",
            Self::Refuse => "refuse",
            Self::Thank => "thank",
            Self::Report => "report",
            Self::Exclaim => "exclaim",
            Self::Announce => "announce",
        }
    }

    /// The act in words, for `why`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ask => "asks",
            Self::Request => "requests",
            Self::Trouble => "tells of trouble",
            Self::State => "states",
            Self::Refuse => "refuses",
            Self::Thank => "thanks",
            Self::Report => "reports",
            Self::Exclaim => "exclaims",
            Self::Announce => "announces",
        }
    }
}

/// A line's dialogue acts, with probabilities from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The probability of each act, in the order of [`Act::ALL`]; they sum to 1.
    pub acts: [f32; ACTS],
    /// The probability that it is said to another member: "王姐，你家的怎么弄的".
    pub to_member: f32,
    /// The probability that it is said to staff: "客服小姐姐，周末发货不".
    pub to_staff: f32,
    /// The probability that it speaks of another company, product, place or person: "银行几点上班".
    pub of_others: f32,
}

impl Reading {
    /// The likeliest act.
    pub fn act(&self) -> Act {
        let best = (0..ACTS).fold(
            0,
            |best, at| if self.acts[at] > self.acts[best] { at } else { best },
        );
        Act::ALL[best]
    }

    /// The probability of an act.
    pub fn of(&self, act: Act) -> f32 {
        self.acts[act as usize]
    }

    /// Returns the reading with its odds of asking shifted by `log_odds`, evidence from something else than the words.
    #[must_use]
    pub fn shifted(mut self, log_odds: f32) -> Self {
        let asking = [Act::Ask, Act::Request, Act::Trouble];
        let before: f32 = asking.iter().map(|act| self.of(*act)).sum();
        let sure = before.clamp(1e-3, 1.0 - 1e-3);
        let after = 1.0 / (1.0 + (-((sure / (1.0 - sure)).ln() + log_odds)).exp());
        for (act, p) in Act::ALL.into_iter().zip(&mut self.acts) {
            *p *= if asking.contains(&act) {
                after / before.max(1e-6)
            } else {
                (1.0 - after) / (1.0 - before).max(1e-6)
            };
        }
        self
    }

    /// The probability that it asks, requests or tells of trouble, and not of another member.
    pub fn asks(&self) -> f32 {
        (self.of(Act::Ask) + self.of(Act::Request) + self.of(Act::Trouble)) * (1.0 - self.to_member)
    }
}

/// Loads the model and the names, so that the first line finds them there. Takes some milliseconds the first time.
pub fn warm_up() {
    DialogueActModel::shipped();
    names_of_others::names();
}

/// Reads a line, in simplified characters. A line without a word is an exclamation.
pub fn read(text: &str) -> Reading {
    read_among(text, &Own::default())
}

/// Reads a line as [`read`] does, among people whose own names are `own`.
pub fn read_among(text: &str, own: &Own) -> Reading {
    DialogueActModel::shipped().read(text, own)
}

#[cfg(test)]
mod tests;
