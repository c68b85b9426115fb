//! Texts about orders in a staff room: what to type.

use super::quoted;
use crate::desk::staff::folded;
use crate::texts::ComposedTexts;
use groupdesk_contract::{COMMANDS, OrderArgument, TicketOrder, shortened};

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
        let lines = COMMANDS
            .iter()
            .filter_map(|command| self.help_about(command.kind));
        lines.collect::<Vec<_>>().join("\n")
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
            let folded: String = meant.chars().map(folded).collect();
            let order = TicketOrder::of_word(&folded);
            let words = match order.map(|order| (order.argument(), meant.is_ascii())) {
                Some((OrderArgument::Text, true)) => " TEXT",
                Some((OrderArgument::Text, false)) => " 文字",
                Some((OrderArgument::Colleague, true)) => " @colleague",
                Some((OrderArgument::Colleague, false)) => " @同事",
                Some((OrderArgument::Nothing, _)) | None => "",
            };
            format!("/t {number} {meant}{words}")
        };
        self.order_meant(number, meant, &typed, said)
    }
}

#[cfg(test)]
mod tests {
    use crate::desk::FaqVerb;
    use crate::desk::staff::command::{Order, read};
    use crate::desk::staff::ticket_actions::TicketAction;
    use crate::language::Language;
    use crate::texts::{Catalogue, ComposedTexts};
    use groupdesk_contract::{COMMANDS, OrderArgument, TicketOrder};

    /// Words behind `/t` that the help shows, in English and in Chinese; the compiler asks for those of a new order.
    fn shown_for(order: &Order) -> Option<[&'static str; 2]> {
        let action = match order {
            Order::List | Order::Help => return Some(["", ""]),
            Order::Here(true) => return Some(["on", "上班"]),
            Order::Here(false) => return Some(["off", "下班"]),
            Order::Who => return Some(["who", "值班"]),
            // Nobody types them: they ask back.
            Order::Other(_) | Order::Typed(_) | Order::NoSuch(_) => return None,
            Order::Ticket { action, .. } => action,
        };
        of_action(action)?.help()
    }

    /// Returns the order of an action; `None` for one that asks back.
    fn of_action(action: &TicketAction) -> Option<TicketOrder> {
        Some(match action {
            TicketAction::Show => TicketOrder::Show,
            TicketAction::Claim => TicketOrder::Claim,
            TicketAction::Release => TicketOrder::Release,
            TicketAction::HandOn(_) => TicketOrder::HandOn,
            TicketAction::Note(_) => TicketOrder::Note,
            TicketAction::Resolve => TicketOrder::Resolve,
            TicketAction::Close => TicketOrder::Close,
            TicketAction::Reopen => TicketOrder::Reopen,
            TicketAction::ReplyToAll(_) => TicketOrder::ReplyToAll,
            TicketAction::Reply(_) => TicketOrder::Reply,
            TicketAction::Draft { .. } => TicketOrder::Draft,
            TicketAction::Send { .. } => TicketOrder::Send,
            TicketAction::Unclear { .. } => return None,
        })
    }

    /// Reads what is typed behind `/t` as an order about a ticket.
    fn read_order(typed: &str) -> Option<TicketOrder> {
        match read(&format!("/t {typed}"), None)? {
            Order::Ticket { action, .. } => of_action(&action),
            _ => None,
        }
    }

    #[test]
    fn the_help_of_a_staff_room_names_every_command_and_every_order_that_staff_have() {
        let catalogue = Catalogue::built_in();
        let of_room = ["", "on", "off", "who"].map(str::to_owned);
        let of_ticket = TicketOrder::ALL.iter().filter_map(|order| {
            let [english, _] = order.help()?;
            let words = match order.argument() {
                OrderArgument::Nothing => "",
                OrderArgument::Text | OrderArgument::Colleague => " x",
            };
            let typed = format!("12 {english}{words}").trim_end().to_owned();
            assert_eq!(read_order(&typed), Some(*order), "{typed}");
            Some(typed)
        });
        let typed: Vec<String> = of_room.into_iter().chain(of_ticket).collect();
        for language in catalogue.languages() {
            let help = ComposedTexts::from(catalogue.texts(language)).tell_staff_help();
            for command in COMMANDS.iter().filter(|command| command.for_staff) {
                let begins = |line: &str| line.trim_start().starts_with(&format!("/{} ", command.name));
                assert!(help.lines().any(begins), "{language} {}: {help}", command.name);
            }
            let folded: String = help.chars().map(crate::desk::staff::folded).collect();
            for rest in &typed {
                let order = read(&format!("/t {rest}"), None).unwrap();
                let [english, chinese] = shown_for(&order).unwrap();
                let is_chinese = [Language::CHINESE, Language::TRADITIONAL_CHINESE].contains(&language);
                // The lines give the number once, before the first of several orders.
                let word = if is_chinese { chinese } else { english };
                let word = if word.is_empty() && rest == "12" {
                    "12"
                } else {
                    word
                };
                let shown =
                    folded.contains(&word.to_lowercase()) || (word == "TEXT" && help.contains("/t 12 文"));
                assert!(shown, "{language} {word}: {help}");
            }
            let faq_help = catalogue.texts(language).faq_help();
            for verb in FaqVerb::ALL {
                let mut words = verb.words().iter();
                assert!(
                    words.any(|word| faq_help.contains(&format!("/faq {word}"))),
                    "{language} {verb:?}: {faq_help}"
                );
            }
        }
    }
}
