//! Members to whom staff have just spoken in the channel: what these say next is said to staff, and the bot keeps out of it.

use super::channel_state::ChannelState;
use super::member_state::Attended;
use super::reading::digest;
use groupdesk_contract::{MemberId, MessageId};
use jiff::{SignedDuration, Timestamp};

/// Time after a word of staff to a member in which that member's messages are taken as said to them.
const ATTENDED_FOR: SignedDuration = SignedDuration::from_mins(5);

impl ChannelState {
    /// Records that staff spoke to those whom they mentioned, and to the one whose message they quoted.
    pub(super) fn attend(&mut self, mentioned: &[MemberId], quoted: Option<&MessageId>, now: Timestamp) {
        let quoted = quoted.map(|message| digest(message.as_str()));
        let asked = self.recent.iter().rev();
        let author = asked
            .filter(|recent| Some(recent.message) == quoted)
            .map(|recent| recent.member.clone());
        let spoken_to: Vec<MemberId> = author.take(1).chain(mentioned.iter().cloned()).collect();
        self.attended
            .retain(|attended| !spoken_to.contains(&attended.member));
        let new = spoken_to.into_iter().map(|member| Attended { member, at: now });
        self.attended.extend(new);
    }

    /// `true` if staff spoke to the member a short time ago.
    pub(super) fn is_attended(&self, member: &MemberId, now: Timestamp) -> bool {
        let mut attended = self.attended.iter();
        attended.any(|attended| attended.member == *member && now.duration_since(attended.at) < ATTENDED_FOR)
    }

    /// Drops those to whom staff spoke longer ago, and brings times in the future back to `now`.
    pub(super) fn forget_attended(&mut self, now: Timestamp) {
        self.attended
            .retain(|attended| now.duration_since(attended.at) < ATTENDED_FOR);
        for attended in &mut self.attended {
            attended.at = attended.at.min(now);
        }
    }
}
