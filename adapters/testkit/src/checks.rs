//! The checks that every adapter must pass, whatever its platform.

use crate::reply;
use groupdesk_contract::{Act, Adapter, ChannelId, Delivery, MessageId, ReplyKey};

/// Channel ids that no platform gives.
const FOREIGN: [&str; 5] = ["", ":", "nonsense", "group:", "\u{1f642}:1"];

/// Asserts that `own` is a channel id of the adapter, that ids of no platform are not, and that nothing is sent to those: the
/// outbox must learn that a retry is of no use.
pub async fn check_channels(adapter: &dyn Adapter, own: &str) {
    assert_eq!(adapter.check_channel(&ChannelId::from(own)), Ok(()), "{own}");
    for foreign in FOREIGN {
        let channel = ChannelId::from(foreign);
        assert!(
            adapter.check_channel(&channel).is_err(),
            "`{foreign}` is a channel"
        );
        for act in [
            Act::Say,
            Act::Edit(MessageId::from("1")),
            Act::Unsend(MessageId::from("1")),
        ] {
            let reply = reply(foreign, "words").with(|reply| {
                reply.act = act;
            });
            let delivery = adapter.send(ReplyKey(1), &reply).await;
            assert!(
                matches!(delivery, Delivery::Refused { .. }),
                "`{foreign}`: {delivery:?}"
            );
        }
    }
}
