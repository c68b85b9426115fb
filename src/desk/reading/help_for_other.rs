//! Requests to help another member, under a quote of what they said: "can you help him".

use super::calls_any_human::short_and_bare;
use super::patterns::set;
use regex::RegexSet;
use std::sync::LazyLock;

/// `true` if a text asks for help for whoever wrote the message that it quotes: "can you help him", "帮他看看".
pub(in crate::desk) fn asks_help_for_other(text: &str) -> bool {
    static FOR_OTHER: LazyLock<RegexSet> = LazyLock::new(|| {
        set(&[
            r"^(can|could|would|will)? ?(you|u|someone|anyone|somebody)? ?(please |pls )?(help|assist|answer) (him|her|them|this (guy|person|member|one|question))( out| with (this|that|it))?( please| pls)?$",
            r"^(能不能|能|可以|麻烦|请|快|你)*(帮帮?|帮忙|回答|解答|回复|处理|看看?)(一下|下)?(他|她|这位|这个人|楼上|上面这位|这个|这条)(的)?(问题)?(看看?|解决|处理|回答|解答|弄)?(一下|下)?(吗|吧|啊|呗|呀|谢谢)*$",
        ])
    });
    short_and_bare(text).is_some_and(|bare| FOR_OTHER.is_match(&bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_for_another_is_about_their_words() {
        for text in [
            "can you help him",
            "帮他看看",
            "能帮这位解答一下吗",
            "please help them out",
        ] {
            assert!(asks_help_for_other(text), "{text}");
        }
        for text in [
            "can you help me",
            "帮我看看",
            "help him reset the password",
            "他帮我看了",
        ] {
            assert!(!asks_help_for_other(text), "{text}");
        }
    }
}
