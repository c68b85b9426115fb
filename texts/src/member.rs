//! The sentences to members.

use super::fill::Numbered;
use super::sentence::sentences;

sentences! {
    SENTENCES;

    /// Says that nothing can be picked from an offer any more.
    offer_over();
    /// Offers a human: the answer is not understood, or says too little.
    explained_by_human();
    /// Offers a human to somebody who asks on: what the bot knows of it stands in the answer that they have.
    nothing_more();
    /// Says that an answer is what staff wrote, to somebody who doubts that it is true.
    as_written();
    /// Asks which answer an objection is about.
    which_answer();
    /// Says that the bot reads no pictures or files: the call had nothing else.
    cannot_read_pictures();
    /// Asks for other words: the bot could not make a question out of these.
    please_rephrase();
    /// Answers thanks.
    welcome();
    /// Answers "no human needed".
    no_human();
    /// Answers "all right".
    all_right();
    /// Introduces the bot, which was asked who or what it is.
    about_me();
    /// Declines to chat.
    no_chat();
    /// Answers a call for members who know more.
    others_may_help();
    /// Points away from a channel that fails; `others` are the open ones.
    channel_fails(name: &str, others: &str);
    /// Line under an answer whose entry offers a human.
    human_on_offer();
    /// Confirms that a message was added to the member's open ticket.
    ticket_joined(number: u64);
    /// Tells a member that their ticket is one of many; follows another sentence.
    many_wait();
    /// Tells a member who writes faster than staff can read that messages are gathered.
    gathered_for_staff(number: u64);
    /// Asks who called a human and said nothing more what it is about; follows another sentence.
    what_about();
    /// Tells a member who was told that nobody could be told: now somebody is.
    somebody_told(number: u64);
    /// Confirms that a message of a member who joined a ticket was passed on.
    watcher_joined(number: u64);
    /// Confirms that a member who joined a ticket left it.
    watcher_left(number: u64);
    /// Tells those who joined a ticket that it is solved for the one who asked.
    ticket_solved_for_asker(number: u64);
    /// Tells a member who joined a ticket that its asker needs nobody any more.
    ticket_withdrawn_for_asker(number: u64);
    /// Tells a member who joined a ticket that is resolved and got no answer: theirs goes on.
    waits_on(number: u64, own: u64);
    /// The member wrote again after the ticket was resolved.
    ticket_reopened(number: u64);
    /// The member said that it is solved.
    ticket_solved(number: u64);
    /// Tells a member who wants no human any more that the ticket has ended.
    ticket_withdrawn(number: u64);
    /// Tells a ticket's members that it is closed before it was resolved.
    ticket_closed(number: u64, by: &str);
    /// Tells a member that they have no ticket.
    no_ticket();
    /// Staff reply, as the member gets it.
    relayed(number: u64, agent: &str, text: &str);
    /// Stands in the place of a message that staff recalled.
    withdrawn(number: u64);
    /// Asks which entry was meant. A quote of it is told by its words.
    did_you_mean(choices: Numbered<'_>);
    /// Tells which numbers there are to pick.
    choices_are(known: usize);
    /// Says that a choice is no longer in the file.
    choice_gone(title: Option<&str>);
    /// Introduces the reply to parts of a message whose others are answered above.
    about_parts(parts: &str);
    /// Begins an offer of other entries: the answer was another question's.
    sorry_not_that();
    /// Begins an offer of other entries to who asks on about an answer.
    if_not_enough();
    /// Greets a member who called the bot without a question; `mention`: the call was a mention.
    at_your_service(mention: bool);
    /// Lists the open contact points besides those that the member does not want.
    channels_but(names: &[&str], others: &str);
    /// Points to the same answer a little further up.
    answered_above(title: &str; minutes: i64);
    /// Lists entries that may help as well.
    see_also(titles: &[String]);
    /// Line with a link under an answer.
    titled_link(title: &str, url: &str);
    /// Tells a member who asked for a human, or whose entry hands over, that a ticket was opened.
    ticket_opened_asked(number: u64);
    /// Tells a member whom the answers did not help that a ticket was opened.
    ticket_opened_not_helped(number: u64);
    /// Tells a member whom the answer of a shared ticket did not help that they have their own.
    ticket_opened_alone(number: u64);
    /// Tells a member whose message is urgent that a ticket was opened.
    ticket_opened_urgent(number: u64);
    /// Tells a member who complains that a ticket was opened.
    ticket_opened_complaint(number: u64);
    /// Tells a member whose question no entry answers that a ticket was opened.
    ticket_opened_unknown(number: u64);
    /// Says where staff will answer; follows the sentence of a new ticket.
    answer_comes_here();
    /// Lists the contact points that are open; follows the sentence of a new ticket.
    reach_us_now(contacts: &str);
    /// Tells a member whose message came while nobody is on duty when somebody is; follows another sentence.
    nobody_there(opens: Option<&str>);
    /// Introduces the bot with the topics that it knows.
    about_me_and_topics(topics: Numbered<'_>, more: usize);
    /// Points to the topics that were listed a moment ago in the group.
    topics_above();
    /// Tells the member that nobody could be told of the ticket so far.
    nobody_told_yet(number: u64);
    /// Lists the contact points that are open; follows the sentence that nobody could be told.
    reach_us_if_urgent(contacts: &str);
    /// Another member asks the same, and nobody has answered yet; `here`: in the same channel.
    ticket_watched(number: u64, here: bool);
    /// Another member asks the same, and it is answered; `here`: in the same channel.
    ticket_answered(number: u64, replies: &str; here: bool);
    /// Another member asks the same; something was answered, and more is to come.
    ticket_answered_so_far(number: u64, replies: &str);
    /// Line of a list of replies: who said what.
    reply_by(name: &str, text: &str);
    /// Tells a ticket's members that staff resolved it.
    ticket_resolved_by(number: u64, by: &str);
    /// Tells a ticket's members that it is resolved because they did not answer.
    ticket_resolved_in_silence(number: u64);
    /// Tells a ticket's members for how long it can be reopened, and how; follows the sentence that it is resolved.
    reopen_within(time: &str);
    /// Tells a member who calls the bot that staff have their ticket; `away`: its owner is off duty.
    ticket_held(number: u64, owner: &str, since: Option<&str>, away: bool);
    /// A length of time in minutes.
    minutes(count: i64);
    /// A length of time in hours.
    hours(count: i64);
    /// A length of time in days.
    days(count: i64);
    /// Tells a member in a channel without tickets that no contact point is open.
    no_contact_open();
    /// Points a member in a channel without tickets to the contact points that are open.
    contacts_open(contacts: &str);
    /// State of a ticket that nobody has claimed.
    status_open(ahead: usize);
    /// State of a ticket that staff work on.
    status_claimed(owner: &str);
    /// State of a ticket that waits for its member.
    status_waiting(owner: &str);
    /// State of a ticket that is resolved.
    status_resolved();
    /// Tells a member the state of their ticket.
    ticket_state(number: u64, subject: &str, state: &str);
    /// Tells a member by when their ticket should be answered; follows its state.
    answer_expected(time: &str);
    /// Gives a member the staff replies that the platform did not take before.
    said_meanwhile(texts: &str);
    /// Name of a ticket's owner of whom only an id is known.
    a_colleague();
    /// Button under an answer.
    button_helped();
    /// Button under an answer.
    button_not_solved();
    /// Words that the button "helped" says for the member.
    says_helped();
    /// Words that the button "not solved" says for the member.
    says_not_solved();
    /// Button under a "did you mean": no choice is meant.
    none_of_these();
}
