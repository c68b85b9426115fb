//! The sentences that the adapters say themselves: to members, to staff, to admins.

use super::sentence::sentences;

sentences! {
    SENTENCES;

    /// Subject of a notice: nothing of a mail was passed on.
    mail_not_delivered();
    /// Subject of a notice: a part of a mail was passed on.
    mail_taken_in_part();
    /// Subject of a notice: an answer was long.
    mail_long();
    /// Notice about a mail in which nothing is its writer's own.
    mail_nothing_of_your_own();
    /// Notice about a mail that can't be read.
    mail_sealed(parts: &str);
    /// Notice about a mail that answers no single ticket.
    mail_no_ticket();
    /// Notice to somebody who may not answer.
    mail_may_not_answer(address: &str, target: &str);
    /// Notice about a mail that reads like an out-of-office note.
    mail_reads_automatic(order: &str);
    /// Notice to somebody who is taken for a program.
    mail_reads_like_program(order: &str);
    /// Notice that a mail was left out from a line on.
    mail_cut(line: &str);
    /// Line of a notice about a part of a mail.
    mail_rest_follows();
    /// Notice about a long answer.
    mail_too_long(chars: usize, limit: usize);
    /// Notice about small pictures that were not passed on.
    mail_logos_left(count: usize);
    /// Notice about attachments that were not passed on.
    mail_files_left(files: &str);
    /// End of the last notice that somebody gets for now.
    mail_last_notice();
    /// End of an answer that is not given again for now.
    mail_not_again();
    /// Heads the full text of a member in a mail.
    mail_in_full();
    /// Tells that a text is the beginning of a longer one.
    mail_beginning_only(chars: usize);
    /// Alert of a target whose mails are refused; the reason follows.
    mail_refused(target: &str);
    /// Alert of the SMTP server; the reason follows.
    mail_not_sent();
    /// Alert of the IMAP server; the reason follows.
    mail_not_received();
    /// Alert of somebody whose answers can't be passed on again and again.
    mail_returned_again(address: &str);
    /// Alert of somebody who could not be told; the reason follows.
    mail_writer_not_told(address: &str; ticket: Option<u64>);
    /// Alert of a mail that was not taken; the reason follows.
    mail_not_taken(address: &str; ticket: Option<u64>);
    /// Alert of a mail that did not arrive; the reason follows.
    mail_bounced(whom: &str, target: &str; ticket: Option<u64>);
    /// Alert of a mail that has not arrived yet; the reason follows.
    mail_delayed(whom: &str, target: &str; ticket: Option<u64>);
    /// Stands behind a picture that is not passed on.
    private_picture_left();
    /// Stands in the place of a web address that the platform refuses.
    address_not_shown();
    /// Heading over buttons.
    press_a_button();
}
