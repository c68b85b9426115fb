//! The Telegram adapter against a Bot API server of our own, over real sockets.

mod desk;
mod fake;
mod hook;
mod polling;
mod receiving;
mod sending;
mod topics;
