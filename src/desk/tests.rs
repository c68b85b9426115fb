//! Conversations, as they would stand in a group: messages, the desk's actions, and its reasons.

mod after;
mod aside;
mod beside;
mod channels;
mod complaints;
mod concerned;
mod crowd;
mod drafts;
mod duty;
mod feedback;
mod first;
mod flood;
mod meaning;
mod newcomers;
mod orders;
mod picks;
mod programs;
mod rooms;
mod several;
mod shared;
mod stories;
mod telling;
mod tickets;
mod voice;
mod waiting;
mod world;
