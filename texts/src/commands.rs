//! The commands as menus of platforms and the help of staff rooms show them.

use super::catalogue::Texts;
use super::sentence::sentences;
use groupdesk_contract::CommandKind;

sentences! {
    SENTENCES;

    /// Line of a menu: `/ask`.
    menu_ask();
    /// Line of a menu: `/human`.
    menu_human();
    /// Line of a menu: `/ticket`.
    menu_ticket();
    /// Line of a menu: `/help`.
    menu_help();
    /// Line of a menu: the staff's `/t`.
    menu_t();
    /// Line of a menu: the staff's `/faq`.
    menu_faq();
    /// Line of a menu: the staff's `/label`.
    menu_label();
    /// Line of a menu: the staff's `/why`.
    menu_why();
    /// Help of the staff room about tickets; a line for each of the other orders follows.
    staff_help();
    /// Line of the help: `/faq`.
    help_faq();
    /// Line of the help: `/label`.
    help_label();
    /// Line of the help: `/why`.
    help_why();
}

impl Texts<'_> {
    /// Returns the effect of a command in a line, for menus.
    pub fn menu_line(self, command: CommandKind) -> String {
        match command {
            CommandKind::Ask => self.menu_ask(),
            CommandKind::Human => self.menu_human(),
            CommandKind::MyTicket => self.menu_ticket(),
            CommandKind::Help => self.menu_help(),
            CommandKind::Tickets => self.menu_t(),
            CommandKind::Faq => self.menu_faq(),
            CommandKind::Label => self.menu_label(),
            CommandKind::Why => self.menu_why(),
        }
    }

    /// Returns the part of a staff room's help about a command; `None` for those of members.
    pub fn help_about(self, command: CommandKind) -> Option<String> {
        match command {
            CommandKind::Tickets => Some(self.staff_help()),
            CommandKind::Faq => Some(self.help_faq()),
            CommandKind::Label => Some(self.help_label()),
            CommandKind::Why => Some(self.help_why()),
            CommandKind::Ask | CommandKind::Human | CommandKind::MyTicket | CommandKind::Help => None,
        }
    }
}
