//! The types that adapters and the desk exchange, and nothing else: no I/O, no platform, no FAQ.
//!
//! An adapter turns its platform's events into an [`Event`] and hands it to the desk through a [`Link`]; the desk
//! answers with a [`Reply`] that the adapter renders for its platform and reports on with a [`Delivery`]. What the
//! platform can and cannot do is a value, [`Capabilities`], never a question of which platform it is.
//!
//! # How to write an adapter
//!
//! Copy `adapters/template` to `adapters/<platform>`: a compiled skeleton with the files that every adapter has, under the same
//! names (`tests/skeleton.rs`). The parts that adapters share are in `adapters/kit`, those of their tests in `adapters/testkit`.
//!
//! 1. `platform`: a [`Platform`], which is all that the program knows before there is an account: name, form of addresses, path,
//!    schema of the settings, and the questions of `groupdesk init`. `wire`: the platform's types as they are. `read`: wire to [`Event`], pure. `write`: [`Reply`] to wire, pure. `receive`, and
//!    `webhook` where the platform posts: sockets, reconnecting, the read position. `send`: one reply, message by message.
//! 2. Implement [`Adapter`] for one account. Ids are opaque to everybody else: `channel_id` makes and parses them, and nobody but
//!    you looks inside.
//! 3. Set [`Message::mentions_bot`] and [`Quote::of_bot`] by id, never by name.
//! 4. Tell the truth in [`Delivery`]: [`Delivery::Later`] only when nothing was written to the platform,
//!    [`Delivery::Unknown`] when something was and no answer came. `groupdesk_kit::CallError` becomes one by its kind.
//! 5. Say in [`Adapter::check_channel`] and [`Adapter::check_member`] what an address on your platform looks like, so that a
//!    staff room that can't be is found by `groupdesk check`, and not by the member who waits.
//!
//! A new platform touches its folder and these lines, nothing else in the code:
//!
//! - root `Cargo.toml`: the crate and its fake under `[workspace.dependencies]`, the optional dependency, the fake as a development
//!   dependency, the feature with its name in `default` (no profile needs a row for it);
//! - `src/service/accounts.rs`: one row of `PLATFORMS`, and the `use` of its adapter;
//! - the Chinese of what it says in English: `src/cli/reason.zh.yaml` (reasons of failures), `src/cli/log.zh.yaml` (log lines),
//!   `src/cli/schema/descriptions.zh.yaml` (settings); tests name what is missing;
//! - `tests/conversation/main.rs`: the `mod` and the `on!` line of its stage, `tests/conversation/<platform>.rs`, over the fake in
//!   `adapters/<platform>/fake`.
//!
//! Then `just schema`, a page `docs/<platform>.md` with its `docs/zh`, and a row in the tables of both READMEs and ARCHITECTURE.md.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod account_state;
mod adapter;
mod address;
mod bilingual_error;
mod clock;
mod command_table;
mod duration_text;
mod endpoint;
mod event;
mod event_stream;
mod file;
mod file_url;
mod harmless_text;
mod id;
mod json;
mod message;
mod network;
mod origin;
mod platform;
mod reply;
mod request;
mod secret;
mod storage;
mod ticket_orders;
mod ticket_status;
mod unquoted_id;

pub use account_state::AccountState;
pub use adapter::{Adapter, AdapterError, Capabilities, Incoming, Link, PastReply, ReplyWindow};
pub use address::{AddressError, check_kind_and_id, check_number, check_target, distance, is_number};
pub use bilingual_error::{divided, in_both};
pub use clock::{Clock, ManualClock, SystemClock};
pub use command_table::{COMMANDS, Command, CommandKind, FormWords, plainly_said};
pub use duration_text::Span;
pub use endpoint::{Endpoint, Plain, check_host, stays_in_private_network};
pub use event::{Alert, Edit, Event, Recall, Undelivered};
pub use event_stream::{heartbeat, unbuffered};
pub use file::{
    FileBytes, NO_FILE_LINK, NO_LINK, WITH_STAFF, held_file, no_file_link, no_link, open_url, read_held_file,
};
pub use file_url::{FileUrl, FileUrlError, MAX_DATA_URL_BYTES, MAX_URL_BYTES, passable, read_refused_file};
pub use harmless_text::{clean_line, clean_name, clean_text, shortened};
pub use id::{AccountId, ChannelId, DASHBOARD, MemberId, MessageId, Place};
pub use json::{mend_surrogates, read_json};
pub use message::{Channel, ChannelKind, ChannelRole, Message, Quote, Segment, Sender, Standing};
pub use network::{PrivateHosts, is_private_address, is_private_answer, is_private_host};
pub use origin::{Peer, is_foreign_origin, is_own_host};
pub use platform::{Both, Platform, Setup, SetupEndpoint, SetupId, SetupToken, no_settings, settings_schema};
pub use reply::{Act, Button, Delivery, NoteKind, Reply, ReplyKey, TicketNote};
pub use request::{is_for_own_host, is_from_foreign_page};
pub use secret::{Secret, header_token};
pub use storage::{InMemoryStorage, Storage, StorageError, StoreMark};
pub use ticket_orders::{OrderArgument, Spelling, SpellingTrait, TicketOrder};
pub use ticket_status::TicketStatus;
pub use unquoted_id::Written;
