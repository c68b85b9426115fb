//! The sentences about edits of the FAQ, to staff: orders (`/faq`), their previews, and why an edit is refused.

use super::sentence::sentences;

sentences! {
    SENTENCES;

    /// Help of `/faq`, and the answer to an order of it that is none.
    faq_help();
    /// Refuses an order that changes the FAQ from somebody who is no admin.
    faq_admins_only();
    /// Refuses an order about a ticket that the room does not have.
    faq_no_ticket(number: &str);
    /// Refuses a draft of a ticket that no staff answered.
    faq_not_answered_yet(number: u64);
    /// Refuses a question that the bot understands by itself.
    faq_own_meaning(question: &str);
    /// Refuses to put a call for a human out of scope.
    faq_calls_human(message: &str);
    /// Tells why an edit was not made.
    faq_not_written(why: &str);
    /// Tells that a ticket holds no question.
    faq_no_question();
    /// Shows how to write the question that a ticket does not hold.
    faq_write_question(number: u64);
    /// Line under a draft: how to write it into the file.
    faq_accept_draft(number: u64);
    /// Answers a second word that no edit waits for.
    faq_nothing_waits();
    /// Answers a second word before what it agrees to has reached the room.
    faq_preview_not_here();
    /// Reason for which a shown edit is not made: the words of members are gone.
    faq_words_not_kept();
    /// Reason for which no edit is made: there is no file.
    faq_is_built_in();
    /// Reason for which no edit is made: the file has errors.
    faq_file_has_errors(file: &str, count: usize);
    /// Heads a new entry that is shown.
    faq_new_entry();
    /// Heads the questions that an entry gets.
    faq_questions_of(entry: &str);
    /// Tells that what is near excluded messages is not shown again.
    faq_nothing_near_again();
    /// Tells that somebody changed the file meanwhile; the difference follows.
    faq_changed_meanwhile(file: &str);
    /// Heads an edit that is shown first.
    faq_look_first();
    /// Heads an edit that changes what was answered.
    faq_answers_change();
    /// Tells how to make a shown edit live.
    faq_say_again(order: &str);
    /// Confirms an edit.
    faq_written(file: &str, edit: &str, version: &str);
    /// Warns of answers that an edit takes from members.
    faq_careful(lost: usize, others: usize);
    /// Reason for which an edit was taken back.
    faq_file_differs(file: &str);
    /// Heads the weekly digest of what nobody answered.
    faq_week_unanswered();
    /// Tells that every question was answered.
    faq_nothing_unanswered();
    /// Lists groups of questions that nobody answered.
    faq_unanswered_list(lines: &str, group: i64);
    /// Line of that list.
    faq_group_line(group: i64, messages: u64, members: u64, weight: &str, questions: &str, proposed: &str);
    /// Part of that line: messages in channels that the room is not told of.
    faq_line_elsewhere(more: u64);
    /// Part of that line: an answer that did not help.
    faq_line_mend(entry: &str);
    /// Part of that line: the entry that its questions belong to.
    faq_line_add(entry: &str);
    /// Part of that line: an entry is to be written.
    faq_line_new();
    /// Part of that line: an entry is to be written, and staff answered its question.
    faq_line_new_answered();
    /// Tells of messages that the room does not see and that go with an order.
    faq_others_too(more: u64);
    /// Heads a group of questions that nobody answered.
    faq_group_head(group: i64, messages: u64, members: u64);
    /// Counts the messages of a group that are not shown.
    faq_more_messages(more: u64);
    /// Counts the messages of a group in channels that the room is not told of.
    faq_more_elsewhere(more: u64);
    /// Line of a group: an answer of staff.
    faq_staff_answered(answer: &str; ticket: Option<u64>);
    /// Tells what to do about an answer that did not help.
    faq_mend(entry: &str, group: i64);
    /// Proposes to add the questions of a group to an entry.
    faq_propose_questions(entry: &str, confidence: &str, group: i64);
    /// Proposes a new entry for a group.
    faq_propose_entry(group: i64; nearest: Option<&str>, confidence: Option<&str>);
    /// Refuses an order about a group that the room does not have.
    faq_no_group(group: i64);
    /// Confirms that a group is not shown again.
    faq_group_ignored(group: i64);
    /// Confirms that a group is listed again.
    faq_group_reopened(group: i64);
    /// Tells that the questions of a reopened group stand under `out_of_scope`.
    faq_still_out_of_scope();
    /// Confirms that a group is done.
    faq_group_done(group: i64);
    /// Refuses an edit of a group that somebody settled meanwhile.
    faq_group_settled(group: i64, state: &str);
    /// State of that group.
    faq_state_open();
    /// State of that group.
    faq_state_accepted();
    /// State of that group.
    faq_state_out_of_scope();
    /// State of that group.
    faq_state_ignored();
    /// State of that group.
    faq_state_merged();
    /// Refuses an edit of a group that became a part of another one.
    faq_group_merged(group: i64, into: i64);
    /// Tells how many messages of a group an edit answers.
    faq_group_then(all: usize, answered: usize);
    /// Refuses an answer for an entry that has one.
    faq_entry_has_answer(entry: &str, group: i64);
    /// Refuses an order about an entry that the FAQ does not have.
    faq_no_entry(entry: &str);
    /// Asks for the answer of a group that no staff answered.
    faq_group_not_answered(group: i64);
    /// Refuses to exclude a message twice.
    faq_message_excluded(file: &str, message: &str);
    /// Refuses to exclude a question of an entry.
    faq_message_is_question(message: &str, entry: &str);
    /// Refuses questions for an entry that the file does not have.
    faq_entry_missing(file: &str, entry: &str);
    /// Refuses a question that another entry has.
    faq_question_taken(question: &str, entry: &str);
    /// Refuses questions that the entry has.
    faq_entry_has_questions(entry: &str);
    /// Asks an admin to add questions by hand; they follow.
    faq_add_by_hand(file: &str, entry: &str);
    /// Heads lines in which two files differ.
    difference_line(line: usize);
    /// Counts the lines that are not shown.
    difference_more(more: usize);
    /// Sums up what an edit changes of what was asked.
    preview_summary(members: usize, files: usize, changed: usize, unchanged: usize);
    /// Counts messages of a kind.
    preview_no_longer_answered(times: usize);
    /// Counts messages of a kind.
    preview_answered_otherwise(times: usize);
    /// Counts messages of a kind.
    preview_reworded(times: usize);
    /// Counts messages of a kind.
    preview_newly_answered(times: usize);
    /// Counts messages of a kind.
    preview_now_offered(times: usize);
    /// Counts messages of a kind.
    preview_no_longer_offered(times: usize);
    /// Counts messages of a kind.
    preview_offered_otherwise(times: usize);
    /// Counts messages of a kind.
    preview_now_handed_over(times: usize);
    /// Counts messages of a kind.
    preview_no_longer_handed_over(times: usize);
    /// Counts messages of channels that the room is not told of.
    preview_hidden(hidden: usize);
    /// Counts messages that are not shown.
    preview_more(more: usize);
    /// Marks a message that stands in the file.
    preview_from_file();
    /// Outcome of a message: a ticket.
    preview_human();
    /// Outcome of a message: the bot asks for other words.
    preview_asks_back();
    /// Outcome of a message: the entries to pick from follow.
    preview_did_you_mean();
    /// Outcome of a message: nothing is said.
    preview_quiet();
    /// Counts the tests of the file that an edit breaks; they follow.
    preview_broken_tests(count: usize);
    /// Figure of a preview.
    preview_precision();
    /// Figure of a preview.
    preview_coverage();
}
