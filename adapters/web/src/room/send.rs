//! Replies of the desk to a room of the dashboard: the answer to an order goes to whoever gave it.

use super::receive::{Receipt, Waiting};
use groupdesk_contract::Reply;

/// Passes a reply on, where it answers an order that somebody waits for.
pub(crate) fn answer(waiting: &Waiting, reply: &Reply) {
    let Some(order) = &reply.quote else { return };
    let kind = reply.note.as_ref().map(|note| &note.kind);
    waiting.answer(order.as_str(), Receipt::of(reply.text(), kind));
}
