//! Conversations, as they would stand in a group: what is said, what the desk does, and why.

mod crowd;
mod duty;
mod meaning;
mod rooms;
mod shared;
mod stories;
mod tickets;
mod waiting;
mod world;
