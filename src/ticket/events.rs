//! Texts of a ticket's events, as its history keeps them. Pages and the command line say them in their reader's language, so a
//! text that stores hold already must not change.

/// It was opened; the reason follows.
pub const OPENED: &str = "opened: ";
/// It went to another colleague; their name follows.
pub const HANDED_ON: &str = "handed on to ";
/// A colleague took it.
pub const CLAIMED: &str = "claimed";
/// Staff said that it is solved.
pub const RESOLVED: &str = "resolved";
/// It ended.
pub const CLOSED: &str = "closed";
/// Staff took it up again.
pub const REOPENED: &str = "reopened";
/// Its member said more.
pub const REOPENED_BY_MESSAGE: &str = "reopened by a further message";
/// Another member joined it.
pub const JOINED: &str = "asks the same";
/// One who joined got a ticket of their own.
pub const HAS_OWN_TICKET: &str = "has a ticket of their own now";
/// One who joined left it.
pub const NEEDS_NO_ANSWER: &str = "needs no answer any more";
/// One who joined was not answered with the others.
pub const WAITS_ON: &str = "is not answered: waits on in a ticket of their own";
/// Staff took back a reply.
pub const TOOK_BACK_REPLY: &str = "took back what was said to the member";
/// A message was taken back.
pub const TOOK_BACK_MESSAGE: &str = "took back a message";
/// Events by which what a line says is taken back.
pub const TAKEN_BACK: [&str; 2] = [TOOK_BACK_REPLY, TOOK_BACK_MESSAGE];
/// The configuration names its rooms no more.
pub const ROOMS_GONE: &str = "its staff rooms are gone: given to the channel's";

/// All of them; what follows [`OPENED`] and [`HANDED_ON`] is left out.
pub const ALL: [&str; 14] = [
    OPENED,
    HANDED_ON,
    CLAIMED,
    RESOLVED,
    CLOSED,
    REOPENED,
    REOPENED_BY_MESSAGE,
    JOINED,
    HAS_OWN_TICKET,
    NEEDS_NO_ANSWER,
    WAITS_ON,
    TOOK_BACK_REPLY,
    TOOK_BACK_MESSAGE,
    ROOMS_GONE,
];
