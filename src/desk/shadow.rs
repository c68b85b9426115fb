//! Shadow mode: the desk decides as everywhere, and the group hears nothing of it. Whoever calls the bot there is told to
//! staff, so that a human answers.

use super::channel_state::ChannelState;
use super::decision::Decision;
use super::decision_recording::thanks;
use super::effects::{Effects, Outgoing, TicketChange};
use super::member_state::GivenAnswer;
use super::policy::{Listen, Policy};
use super::staff_notice::plain;
use super::{ChannelContext, Desk, composed_texts};
use crate::ticket::Caller;
use groupdesk_contract::{Act, ChannelKind, MemberId, Message, Segment, clean_name};
use jiff::Timestamp;

/// Sender of a message that is decided in shadow, and where the message can be opened.
pub(super) struct ShadowAsker {
    pub(super) member: MemberId,
    pub(super) name: String,
    pub(super) link: Option<String>,
    /// `true` if a picture or a file came with it.
    has_file: bool,
    /// Pictures of the message that can be fetched.
    pictures: Vec<Segment>,
}

impl ShadowAsker {
    /// Takes the sender of a message.
    pub(super) fn of(message: &Message) -> Self {
        Self {
            member: message.sender.id.clone(),
            name: message.sender.name.clone(),
            link: message.link.clone(),
            has_file: message.segments.iter().any(is_file),
            pictures: message.segments.iter().filter_map(address).map(picture).collect(),
        }
    }

    /// Finds a member whose message has come due.
    pub(super) fn waiting(state: &ChannelState, member: &MemberId) -> Self {
        let known = state.members.get(member);
        let last = known.and_then(|member| member.burst.last());
        Self {
            member: member.clone(),
            name: known.map(|member| member.name.clone()).unwrap_or_default(),
            link: last.and_then(|part| part.link.clone()),
            has_file: known.is_some_and(|member| member.burst.iter().any(|part| part.picture)),
            pictures: known.map_or_else(Vec::new, |member| {
                let addresses = member.burst.iter().flat_map(|part| &part.attached);
                addresses.map(|address| picture(address)).collect()
            }),
        }
    }
}

fn is_file(segment: &Segment) -> bool {
    matches!(segment, Segment::Image { .. } | Segment::File { .. })
}

/// Returns the address of a picture or a file.
fn address(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Image { url } | Segment::File { url, .. } => url.as_deref(),
        _ => None,
    }
}

fn picture(address: &str) -> Segment {
    Segment::Image {
        url: Some(address.to_owned()),
    }
}

impl ChannelState {
    /// Follows the settings into shadow mode and out of it. What was decided there was never said: nobody is pointed to it,
    /// picks from it, or calls it unhelpful.
    pub(super) fn follow_shadow(&mut self, policy: &Policy) {
        let shadow = policy.listen == Listen::Shadow && self.kind == ChannelKind::Group;
        if self.shadow && !shadow {
            self.answers.clear();
            self.offers.clear();
            self.members.clear();
        }
        self.shadow = shadow;
    }
}

impl Desk<'_> {
    /// Adds to a turn on a message what is kept of it, and leaves out what shadow mode forbids.
    pub(super) fn record_and_shadow(
        &self,
        effects: Effects,
        (channel_context, now): (&ChannelContext<'_>, Timestamp),
        state: &ChannelState,
        message: &Message,
        before: Option<GivenAnswer>,
    ) -> Effects {
        let effects = self.with_learned(effects, channel_context, message, before);
        let effects = self.with_message(effects, channel_context, now, message);
        self.in_shadow(channel_context, state, &ShadowAsker::of(message), effects)
    }

    /// Keeps of a turn in shadow mode what concerns tickets that are there already, and tells staff of a member who would have
    /// got a reply to a call.
    pub(super) fn in_shadow(
        &self,
        channel_context: &ChannelContext<'_>,
        state: &ChannelState,
        asker: &ShadowAsker,
        mut effects: Effects,
    ) -> Effects {
        if !state.shadow {
            return effects;
        }
        let mut dropped: Vec<u64> = Vec::new();
        let mut said: Option<String> = None;
        effects.steps.retain(|step| {
            let number = match step {
                TicketChange::Open(ticket) => {
                    said = Some(ticket.transcript.clone());
                    ticket.number
                }
                TicketChange::Watch { number, .. } => *number,
                _ => return true,
            };
            dropped.push(number);
            false
        });
        let of_dropped = |outgoing: &Outgoing| {
            let about = outgoing.about.as_ref();
            about.is_some_and(|about| dropped.contains(&about.ticket))
        };
        let outgoing = std::mem::take(&mut effects.outgoing).into_iter();
        let (unsaid, told): (Vec<Outgoing>, Vec<Outgoing>) =
            outgoing.partition(|outgoing| outgoing.place == *channel_context.place);
        effects.outgoing = told.into_iter().filter(|told| !of_dropped(told)).collect();
        effects.wanted.take_if(|wanted| dropped.contains(&wanted.ticket));
        if !effects.outgoing.is_empty() || !effects.steps.is_empty() {
            return effects;
        }
        effects.record.shadow = true;
        // Nobody can thank for what was not said, or doubt it.
        effects.record.learned.clear();
        if unsaid
            .iter()
            .any(|outgoing| matches!(outgoing.reply.act, Act::Say))
        {
            effects.outgoing =
                self.call_in_shadow(channel_context, state, (asker, said.as_deref()), &effects);
        }
        effects
    }

    /// Tells the staff rooms of a call that the group sees no reply to. `said` is what a ticket would have held.
    fn call_in_shadow(
        &self,
        channel_context: &ChannelContext<'_>,
        state: &ChannelState,
        (asker, said): (&ShadowAsker, Option<&str>),
        effects: &Effects,
    ) -> Vec<Outgoing> {
        let decided = &effects.decided.decision;
        let Some(considered) = &effects.record.considered else {
            return Vec::new();
        };
        let calls = considered.called || decided.ticket().is_some();
        if !calls || thanks(&considered.text) {
            return Vec::new();
        }
        let language = self.knowledge.faq.language();
        let confidence = effects.decided.reason.confidence();
        let confidence = confidence.or(considered.best.first().map(|(_, confidence)| *confidence));
        let texts = self.in_language(language);
        let would = match (decided.entry(), decided.ticket()) {
            (Some(entry), _) => {
                texts.tell_would_answer(&self.knowledge.faq.title_of(entry, language), confidence)
            }
            (None, Some(_)) => texts.would_hand_over(),
            (None, None) => texts.would_ask_back(),
        };
        let place = state.name.as_deref().map(clean_name);
        let text = self
            .in_language(language)
            .tell_called_in_shadow(&composed_texts::CalledInShadow {
                who: &format!("{}（{}）", clean_name(&asker.name), asker.member),
                place: &place.unwrap_or_else(|| channel_context.place.to_string()),
                said: said.unwrap_or(&considered.said),
                would: &would,
                link: asker.link.as_deref(),
                has_file: asker.has_file,
            });
        let buttons = match decided {
            Decision::Answer { .. } => self
                .in_language(language)
                .label_buttons(&format!("{}/{}", channel_context.place, considered.message)),
            _ => Vec::new(),
        };
        let mut rooms: Vec<Outgoing> = Vec::new();
        for room in channel_context.tell {
            if rooms.iter().all(|told| told.place != *room) {
                let mut told = plain(room, text.clone());
                told.reply.buttons.clone_from(&buttons);
                told.reply.segments.extend(asker.pictures.iter().cloned());
                told.caller = Some(Caller {
                    place: channel_context.place.clone(),
                    member: asker.member.clone(),
                    instead: false,
                    several: false,
                });
                rooms.push(told);
            }
        }
        rooms
    }
}
