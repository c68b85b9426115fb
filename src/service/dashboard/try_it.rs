//! Trials: the bot's words to a message, in any channel, at any moment, which nobody gets.

use super::Dashboard;
use super::faq::run_blocking;
use crate::desk::{Decision, Desk, Knowledge};
use crate::language::Language;
use crate::preview::{alone, trial_channel, trial_message};
use crate::service::routing::ChannelSettings;
use groupdesk_contract::{ChannelKind, Place};
use groupdesk_dashboard::{Result, Trial, TrialChoices, Tried, User};
use jiff::Timestamp;

/// Candidates that a trial names.
const CANDIDATES: usize = 5;

/// Settings of a channel that tell most about what is said there.
const SETTINGS: [&str; 6] = [
    "listen",
    "tags",
    "commands",
    "handoff",
    "wait_for_human",
    "cool_down",
];

impl Dashboard {
    /// Returns the channels with settings of their own that a user sees, and the languages of the FAQ.
    pub(super) async fn trial_choices(&self, user: &User) -> Result<TrialChoices> {
        let mut channels: Vec<&Place> = self.parts.routing.channels().collect();
        channels.retain(|place| self.sees_channel(user, place));
        channels.sort();
        let knowledge = self.parts.knowledge.get();
        let languages = knowledge.faq.languages();
        Ok(TrialChoices {
            channels: channels.into_iter().map(ToString::to_string).collect(),
            languages: languages.map(|language| language.tag().to_owned()).collect(),
        })
    }

    /// Decides a message on its own, as from somebody who has said nothing before; neither a semantic model nor a judge is asked.
    /// `None` if the user sees no such channel.
    pub(super) async fn try_out(&self, user: &User, trial: Trial) -> Result<Option<Tried>> {
        let place = match &trial.channel {
            None => None,
            Some(channel) => match self.channel_to_try(user, channel) {
                Some(place) => Some(place),
                None => return Ok(None),
            },
        };
        let settings = match &place {
            None => Vec::new(),
            Some(place) => self.settings(place),
        };
        let entry = self
            .parts
            .routing
            .channel(place.as_ref().unwrap_or(&Place::new("", "")));
        let place = place.unwrap_or_else(|| Place::new("try", "try"));
        let knowledge = self.parts.knowledge.get();
        let now = trial.at.unwrap_or_else(|| self.parts.clock.now());
        let tried = run_blocking(move || tried(&knowledge, (&place, &entry), &trial, now)).await?;
        Ok(Some(Tried {
            settings: settings
                .into_iter()
                .filter(|one| SETTINGS.contains(&one.key.as_str()))
                .collect(),
            ..tried
        }))
    }

    fn channel_to_try(&self, user: &User, channel: &str) -> Option<Place> {
        let (account, channel) = channel.split_once('/')?;
        let place = Place::new(account, channel);
        let is_channel = !channel.is_empty() && self.has_account(&place);
        let routing = &self.parts.routing;
        (is_channel && !routing.is_staff_room(&place) && self.sees_channel(user, &place)).then_some(place)
    }
}

fn tried(
    knowledge: &Knowledge,
    (place, entry): (&Place, &ChannelSettings),
    trial: &Trial,
    now: Timestamp,
) -> Tried {
    let setting = trial_channel(place, &entry.policy, &entry.tell);
    let kind = if trial.direct {
        ChannelKind::Direct
    } else {
        ChannelKind::Group
    };
    let called = trial.called && !trial.direct;
    let message = trial_message((&place.channel, kind), "you", &trial.text, called, now);
    let language = trial.language.as_deref().and_then(Language::from_tag);
    let desk = Desk::new(knowledge).speaking(language.filter(|language| knowledge.faq.speaks(*language)));
    let (turn, _) = alone(&desk, &setting, now, &message);
    let ranking = knowledge.matcher.rank(&trial.text);
    Tried {
        decision: turn.decided.decision.kind().name().to_owned(),
        entry: match &turn.decided.decision {
            Decision::Answer { entry } => Some(entry.to_string()),
            _ => None,
        },
        reason: turn.decided.reason.to_string(),
        reason_in_chinese: turn.decided.reason.in_words(Language::CHINESE),
        said: turn
            .outgoing
            .iter()
            .map(|outgoing| outgoing.reply.text())
            .collect::<Vec<_>>()
            .join("\n\n"),
        candidates: ranking
            .candidates
            .iter()
            .take(CANDIDATES)
            .map(|candidate| (candidate.id.to_string(), candidate.confidence))
            .collect(),
        settings: Vec::new(),
    }
}
