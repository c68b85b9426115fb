//! Texts about orders in a staff room: what to type.

use super::quoted;
use crate::texts::Texts;
use groupdesk_contract::shortened;

impl Texts<'_> {
    /// Tells that words of which nobody said for whom they are were kept as a note.
    pub(in crate::desk) fn tell_kept_unanswered(self, number: u64, said: &str) -> String {
        self.kept_unanswered(number, &quoted(&shortened(said, 80)))
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
