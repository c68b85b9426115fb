//! Texts about orders in a staff room: what to type.

use super::quoted;
use crate::texts::ComposedTexts;
use groupdesk_contract::{COMMANDS, shortened};

impl ComposedTexts<'_> {
    /// Tells that words of which nobody said for whom they are were kept as a note.
    pub(in crate::desk) fn tell_kept_unanswered(self, number: u64, said: &str) -> String {
        self.kept_unanswered(number, &quoted(&shortened(said, 80)))
    }

    /// Asks once more for whom words are, and shows them.
    pub(in crate::desk) fn ask_for_whom_again(self, number: u64, under_notice: bool, said: &str) -> String {
        let words = quoted(&shortened(said, 80));
        format!("{}\n{words}", self.for_whom(number, under_notice))
    }

    /// Tells all orders of a staff room: those about tickets, then a line for each other command that only staff rooms have.
    pub(in crate::desk) fn tell_staff_help(self) -> String {
        let others = COMMANDS.iter().filter(|command| command.for_staff);
        let others = others.filter_map(|command| self.help_about(command.name));
        let lines: Vec<String> = [self.staff_help()].into_iter().chain(others).collect();
        lines.join("\n")
    }

    /// Returns the line of the help about a command; `None` for `/t`, which the help begins with.
    fn help_about(self, command: &str) -> Option<String> {
        match command {
            "faq" => Some(self.help_faq()),
            "label" => Some(self.help_label()),
            "why" => Some(self.help_why()),
            _ => None,
        }
    }

    /// Asks which of several questions whom words are for is answered.
    pub(in crate::desk) fn ask_which_is_answered(self, numbers: &[u64]) -> String {
        let numbers: Vec<String> = numbers.iter().map(|number| format!("#{number}")).collect();
        self.which_is_answered(&numbers)
    }

    /// Asks back about a text that looks like an order, and was not carried out.
    pub(in crate::desk) fn ask_order_meant(self, number: u64, meant: &str, said: &str) -> String {
        let typed = if meant.starts_with('/') {
            meant.to_owned()
        } else {
            let words = match meant {
                "备注" | "内部备注" | "回复全部" | "都回复" | "所有人" | "全部" => " 文字",
                "转给" | "轉給" => " @同事",
                "hand" => " @colleague",
                "回复" => " 文字",
                "note" | "reply" | "to all" | "to everyone" | "all" => " TEXT",
                _ => "",
            };
            format!("/t {number} {meant}{words}")
        };
        self.order_meant(number, meant, &typed, said)
    }
}

#[cfg(test)]
mod tests {
    use crate::texts::{Catalogue, ComposedTexts};
    use groupdesk_contract::COMMANDS;

    #[test]
    fn the_help_of_a_staff_room_names_every_command_that_staff_have() {
        let catalogue = Catalogue::built_in();
        for language in catalogue.languages() {
            let help = ComposedTexts::from(catalogue.texts(language)).tell_staff_help();
            for command in COMMANDS.iter().filter(|command| command.for_staff) {
                let begins = |line: &str| line.trim_start().starts_with(&format!("/{} ", command.name));
                assert!(help.lines().any(begins), "{language} {}: {help}", command.name);
            }
        }
    }
}
