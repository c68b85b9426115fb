//! The words of the terminal itself, in Chinese and in English.

use groupdesk_texts::language::Language;

/// Words of the terminal in one language.
#[derive(Debug)]
pub(crate) struct Words {
    /// Text that is printed first, so that a newcomer knows what to try.
    pub(crate) greeting: String,
    pub(crate) help: &'static str,
    pub(crate) speaking_as: &'static str,
    pub(crate) direct: &'static str,
    pub(crate) staff_room: &'static str,
    pub(crate) group: &'static str,
    pub(crate) not_text: &'static str,
}

impl Words {
    /// Returns the words, English for languages in Latin letters and Chinese for others; `example` is a question that the FAQ answers.
    pub(crate) fn of(language: Language, example: Option<&str>) -> Self {
        match language.is_latin() {
            true => english(example),
            false => chinese(example),
        }
    }
}

fn chinese(example: Option<&str>) -> Words {
    let example = example.map_or_else(String::new, |question| {
        format!("  {question}    （faq.yaml 里的问题：没人叫它也会回答）\n  @bot {question}\n")
    });
    Words {
        greeting: format!(
            "groupdesk：您正和机器人在同一个群里聊天。可以试试：\n\
             {example}  今晚吃火锅去不去    （闲聊：它不出声）\n  \
             @bot 转人工    （开一个工单；/staff 进入客服群，在那里用「/t 工单号 内容」回复）\n\
             /console 列出这个终端的命令，Ctrl-D 退出。"
        ),
        help: "  \
            @bot 问题       叫机器人；不写 @bot，它只回答有把握的问题\n  \
            /as 名字        换一个成员说话（/as staff 是客服，机器人不插话；也是管理员，可以用 /faq）\n  \
            /dm、/group     单独和机器人聊，或回到群里\n  \
            /staff          进入客服群，转人工的通知在那里\n  \
            /ask、/human    机器人自己的命令\n  \
            /quit           退出\n",
        speaking_as: "-- 现在说话的是",
        direct: "-- 现在单独和机器人聊；/group 回到群里\n",
        staff_room: "-- 现在在客服群：/t 列出工单，「/t 工单号 内容」回复；/group 回到群里\n",
        group: "-- 现在在群里\n",
        not_text: "-- 这一行不是 UTF-8 文字，没有读；请把终端或文件改成 UTF-8\n",
    }
}

fn english(example: Option<&str>) -> Words {
    let example = example.map_or_else(String::new, |question| {
        format!("  {question}    (a question of the FAQ: answered without being called)\n  @bot {question}\n")
    });
    Words {
        greeting: format!(
            "groupdesk: you are in a group chat with the bot. Try:\n\
             {example}  who is coming for hotpot tonight    (chatter: it stays quiet)\n  \
             @bot I want to talk to a human    (a ticket is opened; /staff is the staff room, where `/t NUMBER TEXT` answers it)\n\
             /console lists the commands of this terminal, Ctrl-D leaves."
        ),
        help: "  \
            @bot QUESTION   call the bot; without @bot it answers only what it is sure of\n  \
            /as NAME        speak as another member (`/as staff` is a colleague, the bot stays out; and an admin, whom /faq obeys)\n  \
            /dm, /group     talk to the bot alone, or in the group again\n  \
            /staff          talk in the staff room, where hand-overs are told\n  \
            /ask, /human    commands that the bot itself understands\n  \
            /quit           leave\n",
        speaking_as: "-- speaking as",
        direct: "-- to the bot alone; /group goes back\n",
        staff_room: "-- in the staff room: /t lists tickets, `/t NUMBER TEXT` answers one; /group goes back\n",
        group: "-- in the group\n",
        not_text: "-- this line is no UTF-8 text and was not read: set the terminal or the file to UTF-8\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_asks_what_the_faq_answers_in_the_language_of_the_terminal() {
        let chinese = Words::of(Language::CHINESE, Some("几点开门"));
        assert!(
            chinese.greeting.contains("\n  几点开门 ") && chinese.greeting.contains("\n  @bot 几点开门\n")
        );
        assert!(!chinese.greeting.contains("Try"), "{}", chinese.greeting);
        let english = Words::of(Language::ENGLISH, None);
        assert!(
            english.greeting.contains("Try:\n  who is coming"),
            "{}",
            english.greeting
        );
        assert!(english.help.lines().all(|line| line.starts_with("  ")));
    }
}
