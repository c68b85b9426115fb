//! groupdesk: the support desk for chat groups.
//!
//! One natural line runs through this crate, and nothing runs back up it:
//!
//! ```text
//! adapter -> service::inbox -> desk (policy, matcher, hours) -> Decision -> store -> service::outbox -> adapter
//! ```

pub mod cli;
pub mod config;
pub mod decision_kind;
pub mod desk;
pub mod drafter;
pub mod exchange;
pub mod faq;
pub mod figures;
pub mod hours;
pub mod judge;
pub mod preview;
pub mod reason;
pub mod semantic;
pub mod service;
pub mod store;
pub mod texts;
pub mod ticket;
pub mod unanswered;
pub mod web;
pub mod yaml;

// Crates of their own, compiled beside the others: `matcher/`, `texts/`.
pub use groupdesk_matcher as matcher;
pub use groupdesk_matcher::dialogue_act;
pub use groupdesk_texts::language;
