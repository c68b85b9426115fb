//! Runs the program: the only place where its parts meet. Accounts bring events, the inbox decides and commits them, the
//! outbox sends the committed replies, the FAQ is reloaded when its file changes, and all of it stops together.

mod account_storage;
pub mod accounts;
pub mod addresses;
mod alerts;
pub mod asked;
mod beside;
mod calendar;
mod connections;
pub mod dashboard;
mod drafting;
mod drafts;
mod embedding_loader;
mod ending;
#[cfg(feature = "terminal")]
mod example;
pub mod faq_file;
mod faq_follower;
mod faults;
mod health;
mod held;
pub mod history;
mod holding;
mod inbox;
mod intake;
mod judging;
mod knowledge;
mod left_behind;
mod meters;
mod metrics;
pub mod missed;
mod moved_calls;
pub mod outbox;
mod pulse;
mod reload;
mod routing;
mod run;
mod run_error;
mod running;
mod site;
mod skew;
mod standby;
mod standby_events;
mod steps;
pub mod stores;
pub mod switches;
mod systemd;
pub mod tags;
mod traces;
mod tuner;
mod unanswered;
mod versions;
mod watchdog;
mod websites;

pub use alerts::{Alert, Alerts, Severity};
pub use connections::{AccountHealth, Connections, Down, Served};
pub use faults::{Faults, Panics};
pub use inbox::Inbox;
pub use intake::Intake;
pub use judging::Asker;
pub use knowledge::{LiveKnowledge, embedded_faq};
pub use pulse::{InHand, Pulse};
pub use routing::Routing;
pub use run::run;
pub use run_error::RunError;
pub use site::address_for_people;
pub use steps::Steps;
pub(crate) use traces::TARGET as TRACE_TARGET;
pub use traces::Trace;
pub use tuner::{learnt, to_learn};
pub use unanswered::Unanswered;
pub use versions::Versions;
pub use websites::{KeyError, end_key, make_key};

#[cfg(test)]
mod tests;
