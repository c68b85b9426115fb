//! The sentences of alerts, to admins: in staff rooms, in health and in the log.

use super::sentence::sentences;
use groupdesk_contract::Place;

sentences! {
    SENTENCES;

    /// Tells that the fault whose message follows is over.
    alert_resolved();
    /// Alert of an account; the reason follows.
    alert_not_connected();
    /// Alert that no account with members is connected.
    alert_nobody_connected();
    /// Alert of an account that can't send; the reason follows.
    alert_cannot_send(seconds: u64, failing: usize);
    /// Alert of an account that sends again, and still holds what failed.
    alert_replies_wait(failing: usize, seconds: u64);
    /// Alert of a clock that can't be right.
    alert_clock_in_the_past(date: &str);
    /// Alert of messages that look old.
    alert_clock_behind(by: &str);
    /// Alert of messages that look as if they were of the future.
    alert_clock_ahead(by: &str);
    /// Tells of calls that looked too old and were not answered.
    alert_too_old_to_answer(count: usize, messages: &str);
    /// Alert of log lines that are lost.
    alert_log_lost(lines: u64);
    /// Alert of an error in the program; its place follows.
    alert_panic();
    /// Alert of an inbox that does not go on.
    alert_inbox_stuck(seconds: u64, waiting: usize);
    /// Alert of an inbox that is slow.
    alert_inbox_slow(seconds: u64);
    /// Alert of a program that does not run.
    alert_program_stuck(seconds: u64);
    /// Alert of the judge.
    alert_judge_down();
    /// Alert of the model that drafts.
    alert_drafter_down();
    /// Alert that the day's calls of the model are used up.
    alert_calls_used_up(calls: u64);
    /// Alert of a staff room that gets no notices.
    alert_room_fails(room: &Place, reason: &str);
    /// Alert of answers to members that could not be delivered.
    alert_answers_lost(count: u64, places: &str, reason: &str);
    /// Alert of outcomes that can't be written.
    alert_outcomes_not_written(error: &str);
    /// Alert of the store; the error follows.
    alert_store_unreadable();
    /// Alert of the store; the error follows.
    alert_store_unwritable();
    /// Alert of the store; the error follows.
    alert_store_fails();
    /// Alert of events that could not be handled.
    alert_quarantine(count: u64, last: &str);
    /// Tells that the file whose name stands before is good again.
    alert_faq_good();
    /// Tells of doubtful places in the file whose name stands before; they follow.
    alert_faq_doubtful();
    /// Tells of errors in the file whose name stands before; they follow.
    alert_faq_broken();
    /// Counts the problems of a file that are not shown.
    alert_more_problems(more: usize);
    /// Alert of an account that is not in the settings any more, and has work left.
    alert_left_behind(account: &str, tickets: usize, replies: usize, channels: usize; new: Option<&str>);
    /// Alert of the listener; the error follows.
    alert_web_refuses();
    /// Alert of a listener whose connections are taken.
    alert_web_full(max: usize);
    /// Alert of a peer whose connections are taken.
    alert_web_full_for_peer(peer: &str, max: usize);
}
