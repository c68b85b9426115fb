//! The sentences about decisions, to staff: `/why`, `/label`, and the rules by which was decided.

use super::sentence::sentences;

sentences! {
    SENTENCES;

    /// Refuses `/why` where no decision of the message is kept.
    no_decision_kept();
    /// Names a decision.
    decision_answer();
    /// Names a decision.
    decision_clarify();
    /// Names a decision.
    decision_handoff();
    /// Names a decision: the question, or other words, were asked for.
    decision_ask_back();
    /// Names a decision: a greeting, thanks or chat was replied to.
    decision_courtesy();
    /// Names a decision: something beside the FAQ was told.
    decision_information();
    /// Names a decision: contact points were named.
    decision_contact_points();
    /// Names a decision: more words went to the member's ticket.
    decision_ticket_message();
    /// Names a decision: the member ended their ticket.
    decision_ticket_end();
    /// Names a decision: an order of staff was carried out.
    decision_staff_order();
    /// Names a decision.
    decision_quiet();
    /// Says in the dashboard what was done.
    decided_answer();
    /// Says in the dashboard what was done.
    decided_clarify();
    /// Says in the dashboard what was done.
    decided_handoff();
    /// Says in the dashboard what was done.
    decided_ask_back();
    /// Says in the dashboard what was done.
    decided_courtesy();
    /// Says in the dashboard what was done.
    decided_information();
    /// Says in the dashboard what was done.
    decided_contact_points();
    /// Says in the dashboard what was done.
    decided_ticket_message();
    /// Says in the dashboard what was done.
    decided_ticket_end();
    /// Says in the dashboard what was done.
    decided_staff_order();
    /// Says in the dashboard what was done.
    decided_quiet();
    /// Tells staff what was decided and why.
    why_decided(decision: &str, why: &str, shadow: bool);
    /// Tells staff between which candidates was decided.
    why_of_these(best: &str, needed: &str, called: bool);
    /// Tells staff by which file and at what hour was decided.
    why_by_file(version: &str, at: &str, changed: bool, open: bool);
    /// Names a label.
    label_right();
    /// Names a label.
    label_wrong();
    /// Names a label.
    label_needless();
    /// Confirms that a label is taken back.
    label_taken_back();
    /// Refuses `/label` for what names no decision.
    no_decision_to_label(named: &str);
    /// Tells staff that every decision has a label.
    nothing_to_label();
    /// Tells staff that there is nothing to report of labels.
    no_labels_yet();
    /// Explains `/label` to staff.
    label_help();
    /// Tells staff under a decision how it is labelled.
    how_to_label(decision: &str);
    /// Shows staff what the bot answered to a message, or would have.
    decision_to_label(title: &str, answered: bool, shadow: bool);
    /// Part of a report of labels: how many more are needed to be sure of a share.
    labels_needed(share: &str, needed: &str);
    /// Counts the labels of a channel for staff.
    labels_counted(right: &str, wrong: &str, needless: &str, by_service: &str);
    /// Tells staff what the labels of a channel prove; stands behind their count.
    labels_prove(low: &str, high: &str, sure: &str);
    /// Says by which rule was decided.
    rule_called_and_known(confidence: &str, needed: &str);
    /// Says by which rule was decided.
    rule_unasked_but_certain(confidence: &str, needed: &str);
    /// Says by which rule was decided.
    rule_follows_up(confidence: &str, needed: &str);
    /// Says by which rule was decided.
    rule_promoted();
    /// Says by which rule was decided.
    rule_vetoed(entry: &str);
    /// Says by which rule was decided.
    rule_not_agreed(entry: &str);
    /// Says by which rule was decided.
    rule_picked();
    /// Says by which rule was decided.
    rule_picked_before();
    /// Says by which rule was decided.
    rule_choice_gone();
    /// Says by which rule was decided.
    rule_no_such_choice();
    /// Says by which rule was decided.
    rule_offer_over();
    /// Says by which rule was decided.
    rule_answered_before();
    /// Says by which rule was decided.
    rule_several_fit();
    /// Says by which rule was decided.
    rule_of_others();
    /// Says by which rule was decided.
    rule_called_without_question();
    /// Says by which rule was decided.
    rule_courtesy();
    /// Says by which rule was decided.
    rule_asked_for_human(confidence: &str);
    /// Says by which rule was decided.
    rule_entry_hands_over();
    /// Says by which rule was decided.
    rule_called_but_unknown(confidence: &str);
    /// Says by which rule was decided.
    rule_called_again_without_answer();
    /// Says by which rule was decided.
    rule_held_by_human(number: u64);
    /// Says by which rule was decided.
    rule_shares_ticket(number: u64);
    /// Says by which rule was decided.
    rule_left_ticket(number: u64);
    /// Says by which rule was decided.
    rule_solved_by_member(number: u64);
    /// Says by which rule was decided.
    rule_asked_for_ticket();
    /// Says by which rule was decided.
    rule_did_not_help();
    /// Says by which rule was decided.
    rule_urgent();
    /// Says by which rule was decided.
    rule_took_back();
    /// Says by which rule was decided.
    rule_complains();
    /// Says by which rule was decided.
    rule_pointed_to_contacts();
    /// Says by which rule was decided.
    rule_thanked();
    /// Says by which rule was decided.
    rule_staff_acted();
    /// Says by which rule was decided.
    rule_has_ticket(number: u64);
    /// Says by which rule was decided.
    rule_to_somebody_else();
    /// Says by which rule was decided.
    rule_declined_human();
    /// Says by which rule was decided.
    rule_not_unasked(entry: &str);
    /// Says by which rule was decided.
    rule_channel_fails();
    /// Says by which rule was decided.
    rule_not_a_question();
    /// Says by which rule was decided.
    rule_not_certain(confidence: &str, needed: &str);
    /// Says by which rule was decided.
    rule_only_when_called();
    /// Says by which rule was decided.
    rule_muted();
    /// Says by which rule was decided.
    rule_own_message();
    /// Says by which rule was decided.
    rule_other_account();
    /// Says by which rule was decided.
    rule_other_bot();
    /// Says by which rule was decided.
    rule_ignored();
    /// Says by which rule was decided.
    rule_others_command();
    /// Says by which rule was decided.
    rule_doubted_answer();
    /// Says by which rule was decided.
    rule_staff_speaking();
    /// Says by which rule was decided.
    rule_attended_by_staff();
    /// Says by which rule was decided.
    rule_staff_room();
    /// Says by which rule was decided.
    rule_too_old();
    /// Says by which rule was decided.
    rule_loop_guard();
    /// Says by which rule was decided.
    rule_pointed_in_vain();
    /// Says by which rule was decided.
    rule_asked_for_help();
    /// Says by which rule was decided.
    rule_pointed_before();
    /// Says by which rule was decided.
    rule_waiting();
    /// Says by which rule was decided.
    rule_asker_spoke();
    /// Says by which rule was decided.
    rule_recalled();
    /// Says by which rule was decided.
    rule_edited();
    /// Says by which rule was decided.
    rule_nothing_waiting();
}
