//! Where the parts meet, and the only place where they do: accounts bring events, the inbox decides and commits them,
//! the outbox sends what was committed, the FAQ is reloaded when its file changes, and all of it stops together.

pub mod accounts;
mod addresses;
mod alerts;
mod calendar;
mod deepen;
mod directory;
mod drafts;
mod inbox;
mod knowledge;
mod memory;
pub mod outbox;
mod run;

pub use alerts::{Alert, Alerts, Severity};
pub use directory::Directory;
pub use inbox::Inbox;
pub use knowledge::{Shared, embedded_faq};
pub use run::{RunError, run};

#[cfg(test)]
mod tests;
