//! Looking up whether a reply stands in its channel: `get_group_msg_history` and `get_friend_msg_history`, extensions of
//! go-cqhttp that NapCat and Lagrange have too (NapCatQQ: `GetGroupMsgHistory`).

use crate::OneBot;
use crate::connection::{Connection, NoAnswer};
use crate::read;
use crate::wire::Frame;
use crate::write::{self, Address, Target};
use groupdesk_contract::{MessageId, PastReply, Reply};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// How many of the last messages are looked through.
const COUNT: u32 = 100;

/// How far the platform's clock may be behind ours.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(60);

#[derive(Serialize)]
struct Params {
    #[serde(flatten)]
    address: Address,
    count: u32,
}

#[derive(Deserialize)]
struct History<'a> {
    #[serde(borrow)]
    messages: Vec<&'a RawValue>,
}

/// Looks for `reply` among the last messages of its channel.
pub(crate) async fn find(bot: &OneBot, connection: &Connection, reply: &Reply, since: Timestamp) -> PastReply {
    let Some(target) = Target::of(&reply.channel) else { return PastReply::CannotTell };
    let Some(own) = connection.self_id() else { return PastReply::NotNow };
    let params = Params { address: target.address(connection.ids_as_text()), count: COUNT };
    let answer = match connection.call(target.history_action(), params, bot.settings.call_timeout.0).await {
        Ok(answer) if answer.is_ok() => answer,
        Ok(answer) => {
            if !answer.is_unsupported() {
                tracing::debug!(account = %bot.account, words = answer.words, "the history can't be read");
            }
            return PastReply::CannotTell;
        }
        Err(NoAnswer::NotWritten | NoAnswer::Lost) => return PastReply::NotNow,
    };
    let Some(history) = answer.data::<History<'_>>() else { return PastReply::CannotTell };
    let text = write::messages(reply, crate::MAX_TEXT).first().map(|message| write::text(message)).unwrap_or_default();
    let earliest = since.saturating_sub(CLOCKS_DIFFER).unwrap_or(Timestamp::MIN);
    for past in history.messages.iter().rev() {
        let Ok(past) = Frame::parse(past.get()) else { continue };
        let ours = read::past_author(&past).is_some_and(|author| author == own);
        let recent = read::past_time(&past).is_none_or(|at| at >= earliest);
        let same = match &reply.quote {
            Some(quote) => read::past_quote(&past).as_ref() == Some(quote),
            None => read::past_text(&past).is_some_and(|said| said.trim() == text.trim()),
        };
        if ours && recent && same {
            let id = past.message_id.id().map_or_else(|| MessageId::new(""), |id| MessageId::new(id.as_ref()));
            return PastReply::Arrived(id);
        }
    }
    PastReply::Missing
}
