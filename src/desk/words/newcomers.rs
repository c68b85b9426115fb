//! Sentences to who does not know the bot yet, or called a human and said no more.

use super::either;
use crate::hours::Language;

/// Introduces the bot with the topics that it knows, numbered from 1.
pub(in crate::desk) fn about_me_and_topics(language: Language, titles: &[String], more: usize) -> String {
    let list: String = titles
        .iter()
        .enumerate()
        .map(|(at, title)| format!("\n{}. {title}", at + 1))
        .collect();
    let more = match (more, language) {
        (0, _) => String::new(),
        (more, Language::Chinese) => format!("\n……还有 {more} 个，直接问就行"),
        (more, Language::English) => format!("\n... and {more} more: just ask"),
    };
    either(
        language,
        format!(
            "我是机器人，按管理员写好的问答回答这里的常见问题。直接问，或回复数字：{list}{more}\n需要真人请说“转人工”。"
        ),
        format!(
            "I'm a bot: I answer common questions here from what the admins wrote. Just ask, or reply with a number:{list}{more}\n\
             Say \"human\" for a person."
        ),
    )
}

/// Asks who called a human and said nothing more what it is about; follows another sentence.
pub(in crate::desk) fn what_about(language: Language) -> String {
    either(
        language,
        "\n是什么问题呢？请用一两句话说明，我一起转给同事。".to_owned(),
        "\nWhat is it about? Say it in a sentence or two, and I pass it on.".to_owned(),
    )
}
