//! The sentences to staff: notices, and replies to orders.

use super::sentence::sentences;
use groupdesk_contract::{MemberId, Place};

sentences! {
    SENTENCES;

    /// Notice that a ticket's member wrote again.
    notice_more(number: u64, who: &str, said: &str);
    /// Stands before the mentions of the staff who should look.
    on_duty();
    /// Stands before the mention of a ticket's owner.
    for_owner();
    /// Stands before the mentions of the staff on duty, when a ticket's owner is not.
    owner_away(owner: &str);
    /// Refuses "on" or "off" from somebody who is not on the roster.
    not_in_roster(id: &MemberId);
    /// Tells how to have a list of the staff on duty, where there is none.
    no_roster();
    /// Line of a notice: the time by which to answer first.
    answer_by(at: &str);
    /// Line of a ticket's card: the time by which to resolve it.
    resolve_by(at: &str);
    /// Line of a ticket's card: the time that the first answer took.
    first_reply_took(minutes: i64);
    /// Tells staff that a reply was too late, or one too many, for the platform.
    window_closed(number: u64);
    /// Tells staff the number of replies that the platform still takes.
    window_left(number: u64, left: u32);
    /// Tells staff that a relayed reply is still on its way.
    delivery_late(number: u64, reason: &str);
    /// Counts the tickets that the digest at opening has no place for; follows its lines.
    digest_more(more: usize);
    /// Stands for what was said before the lines that are shown.
    history_more(number: u64, more: usize);
    /// Asks back about an order that is none, and is like this one.
    command_meant(order: &str);
    /// Tells staff how to answer, under the first notice that a room gets.
    how_to_answer(number: u64);
    /// Asks whether words are for the member: under a notice once a ticket, elsewhere those that look like a word to colleagues.
    for_whom(number: u64, under_notice: bool);
    /// Tells that an answer is to no question that waits.
    for_whom_settled(number: u64);
    /// Tells that words of which nobody said for whom they are were kept as a note.
    kept_unanswered(number: u64, said: &str);
    /// Tells a room of a call that another room did not take.
    call_told_instead(room: &Place, reason: &str, notice: &str);
    /// Confirms that words under a notice were kept as a note.
    noted_under_notice(number: u64);
    /// Asks whom to hand a ticket on to.
    hand_on_to_whom(number: u64);
    /// Shows how to type an order that lacks its slash or its ticket.
    type_it_so(order: &str);
    /// Asks for the ticket of a text under a message of ours that is about no single one.
    which_ticket();
    /// Refuses to reopen a ticket that is open.
    still_open(number: u64);
    /// Refuses to reopen a ticket that is closed, or unknown to the room.
    cannot_reopen(number: u64);
    /// Tells staff that the recalled message had not been sent.
    dropped_unsent(number: u64);
    /// Tells staff that the edited message had not been sent, and its new text goes out instead.
    replaced_unsent(number: u64);
    /// Tells staff that the recalled message is just being sent.
    withdrawn_when_sent(number: u64);
    /// Says that the bot would have opened a ticket.
    would_hand_over();
    /// Says that the bot would have asked back, or pointed elsewhere.
    would_ask_back();
    /// Tells staff that others who asked the same in other groups did not get an answer.
    others_elsewhere(number: u64, others: usize);
    /// Tells staff that another member has a ticket with the same words, which may come of the same trouble. Without
    /// "#": a quote of the notice is of the notice's own ticket.
    same_words_as(number: u64);
    /// Reason for the ticket of a member who joined one that was resolved.
    not_answered_there(number: u64);
    /// Tells staff that the platform takes no message to the member any more.
    member_not_told(number: u64);
    /// Tells staff that a ticket was resolved because its member did not answer.
    notice_resolved_in_silence(waited: &str, line: &str);
    /// Tells staff that no snippet has that name.
    no_such_snippet(name: &str, known: &[String]);
    /// Tells staff that the member says that it is solved.
    notice_solved(number: u64, who: &str);
    /// Tells staff that the member wants no human any more, solved or not.
    notice_withdrawn(number: u64, who: &str);
    /// Tells staff that a colleague answered in the member's group.
    answered_in_group(number: u64, agent: &str);
    /// Tells the next tier that nobody claims a ticket.
    escalated(minutes: i64, line: &str);
    /// Confirms that a ticket has an owner.
    claimed(number: u64, agent: &str);
    /// Confirms that a ticket has no owner any more.
    released(number: u64);
    /// Confirms a note.
    noted(number: u64);
    /// Confirms that a ticket is resolved.
    resolved(number: u64);
    /// Confirms that a ticket is closed.
    closed(number: u64);
    /// Confirms that a ticket is also another room's from now on.
    handed_to_room(number: u64, room: &Place);
    /// Tells the room that a ticket is handed on to, with its card.
    handed_from_room(number: u64, by: &str, card: &str);
    /// Refuses an order whose ticket does not exist.
    no_such_ticket(number: &str);
    /// Refuses an order on a ticket that somebody else owns.
    held_by(number: u64, by: &str);
    /// Refuses an order that does not fit the state of the ticket.
    over(number: u64);
    /// Refuses a reply without text for the member.
    nothing_to_relay(number: u64);
    /// Tells staff that a relayed reply arrived.
    delivery_sent(number: u64);
    /// Tells staff that a relayed reply did not arrive.
    delivery_refused(number: u64, reason: &str);
    /// Line under a notice: undelivered replies went out with it.
    redelivered();
    /// Tells staff that the member recalled a message.
    member_recalled(number: u64, who: &str);
    /// Tells staff that the relayed message is recalled from the member.
    unsent(number: u64);
    /// Tells staff that the relayed message is edited for the member.
    edited(number: u64);
    /// Tells staff that the relayed message stays with the member.
    cannot_unsend(number: u64);
    /// Tells staff that it is unknown whether a relayed reply arrived.
    delivery_unknown(number: u64, reason: &str);
    /// Button under the notice of a ticket.
    button_claim();
    /// Button under the notice of a ticket.
    button_resolve();
    /// Button under the notice of a ticket.
    button_close();
    /// Button under a draft.
    button_send();
    /// Tells a staff room of a new ticket.
    notice_new(number: u64, who: &str, place: &str, said: &str, why: &str);
    /// Line of a notice: the entry that came nearest.
    best_guess(title: &str, percent: &str);
    /// Line of a notice: the answer that the member got to the line before.
    answered_by_bot(title: &str);
    /// Line of a notice: the message that the member quoted.
    quoting(text: &str);
    /// Stands in a notice for a message without text, which may be a picture or a file.
    no_text(has_file: bool);
    /// Line for a picture or file that is not passed on.
    file_left_out(reason: &str);
    /// Reason for a ticket: the member asked for a human.
    why_asked();
    /// Reason for a ticket: no entry fits.
    why_unknown();
    /// Reason for a ticket: no choice was meant.
    why_none_meant();
    /// Reason for a ticket: the entry hands over.
    why_entry();
    /// Reason for a ticket: the answer did not help.
    why_not_helped();
    /// Reason for a ticket: the member asked on.
    why_asked_on();
    /// Reason for a ticket: the shared ticket did not help.
    why_not_solved_there();
    /// Reason for a ticket: the message is urgent.
    why_urgent();
    /// Reason for a ticket: the member complains.
    why_complaint();
    /// Confirms "on" or "off" duty.
    presence(name: &str, here: bool, until: Option<&str>);
    /// Lists the staff on and off duty.
    who_is_there(here: &[String], away: &[String]);
    /// Warns that the first answer is due.
    first_response_soon(line: &str);
    /// Warns that the first answer is late.
    first_response_missed(time: &str, line: &str);
    /// Warns that the resolution is due.
    resolution_soon(line: &str);
    /// Warns that the resolution is late.
    resolution_missed(time: &str, line: &str);
    /// Line of a notice: the end of the time in which the platform takes replies; `left`: the number of them, where
    /// it counts.
    reply_window(until: &str, left: Option<u32>);
    /// Warns that the platform soon takes no reply any more.
    reply_window_closes(until: &str, left: Option<u32>, line: &str);
    /// Tells staff what a member wrote in a short time.
    notice_gathered(number: u64, count: u32, said: &str, more: u32);
    /// Tells staff of tickets that were not told one by one; `asked`: those whose members plainly asked for a human.
    many_tickets(count: usize, numbers: &str, asked: &[String]);
    /// Tells the next tier that nobody claims these tickets, of which the rooms were told together.
    many_unclaimed(count: usize, numbers: &str);
    /// Tells staff that a member's messages are not passed on any more, because they look like a program's.
    not_passed_on(number: u64, who: &str);
    /// Line of a ticket's history: a member, or an event.
    history_member(time: &str, who: &str, text: &str);
    /// Line of a ticket's history: staff to the member.
    history_staff(time: &str, who: &str, text: &str);
    /// Line of a ticket's history: staff to the member, taken back since.
    history_taken_back(time: &str, who: &str, text: &str);
    /// Line of a ticket's history: a note.
    history_note(time: &str, who: &str, text: &str);
    /// Asks which of several questions whom words are for is answered.
    which_is_answered(numbers: &[String]);
    /// Order that hands a ticket on, as staff type it.
    order_hand();
    /// Order that asks for a draft, as staff type it.
    order_draft();
    /// Order that sends a draft, as staff type it.
    order_send();
    /// Asks back about a text that looks like an order, and was not carried out.
    order_meant(number: u64, meant: &str, typed: &str, said: &str);
    /// Names the closed ticket that a new one goes on with; `subject`: what that was about.
    goes_on_with(number: u64, subject: Option<&str>);
    /// Reports that a message of the desk could not be delivered.
    not_told(number: u64, place: &Place, reason: &str);
    /// Reports that a message of the desk is still on its way.
    told_late(number: u64, place: &Place, reason: &str);
    /// Line under the notice of a ticket in a room that is not its own, because its own can't be told.
    meant_for_room(room: &Place, reason: &str);
    /// Notice of a ticket once more, without the member's text: that may be the reason for which the room's platform
    /// refused it.
    told_again(number: u64, who: &str, place: &Place);
    /// Names a member with their id.
    name_and_id(name: &str, id: &str);
    /// Tells staff that a member called the bot where it says nothing.
    called_in_shadow(who: &str, place: &str, said: &str, would: &str);
    /// Button under an answer that was kept back.
    button_right();
    /// Button under an answer that was kept back.
    button_wrong();
    /// Button under an answer that was kept back.
    button_needless();
    /// Names the answer that the bot kept to itself.
    would_answer(title: &str, percent: Option<&str>);
    /// Tells staff of a message about a ticket from a member who joined it; `place`: where that is another channel.
    notice_watcher(number: u64, who: &str, place: Option<&str>, asker: &str, question: &str, said: &str);
    /// Tells staff that a member who joined a ticket needs nobody any more; `declined`: without an answer.
    notice_left(number: u64, who: &str, asker: &str; declined: bool);
    /// History of the shared ticket, for the new one after it.
    shared_before(number: u64, asked: &str, replies: Option<&str>);
    /// Lines of a ticket's card: the latest replies of staff.
    staff_said(said: &str);
    /// A member who joined a ticket and got an answer.
    joined_answered(name: &str, place: &Place);
    /// A member who joined a ticket and got no answer.
    joined_unanswered(name: &str, place: &Place);
    /// Line of a ticket's card: the members who joined it.
    who_joined(members: &[String]);
    /// Tells staff of members who joined a ticket that is resolved and got no answer.
    notice_waits_on(number: u64, line: &str, others: usize);
    /// Says that no ticket waits.
    no_open_tickets();
    /// Last line of a list of tickets: those without a place.
    list_more(more: usize);
    /// Age of a ticket.
    age_minutes(count: i64);
    /// Age of a ticket.
    age_hours(count: i64);
    /// Age of a ticket.
    age_days(count: i64);
    /// Status of a ticket in a list.
    label_open();
    /// Status of a ticket in a list.
    label_claimed();
    /// Status of a ticket in a list.
    label_waiting();
    /// Status of a ticket in a list.
    label_resolved();
    /// Status of a ticket in a list.
    label_closed();
    /// One ticket in a line.
    list_line(number: u64, state: &str, member: &str, place: &str, age: &str, subject: &str);
    /// Digest at opening: the tickets that wait.
    digest(count: usize, list: &str);
    /// Tells staff that what they wrote to the member of a ticket reached nobody, with their text.
    said_to_nobody(said: &str);
    /// Tells staff that a relayed reply arrived, but without these pictures and files.
    delivered_without(number: u64, names: &[String]);
    /// Tells staff that the member edited a message.
    member_edited(number: u64, who: &str, text: &str);
}
