//! Converts texts to simplified characters: the word lists of the readings are in those.

use crate::matcher::Matcher;
use std::borrow::Cow;

/// Returns a text in simplified characters, also where it has the Japanese form of one that calls a human: 転人工.
pub(in crate::desk) fn simplified(text: &str) -> Cow<'_, str> {
    if text.contains('転') {
        return Cow::Owned(Matcher::simplified(&text.replace('転', "转")).into_owned());
    }
    Matcher::simplified(text)
}

#[cfg(test)]
mod tests {
    use super::super::{Doubt, Response, SmallTalk, declines_human, doubt, response, settled, small_talk};
    use super::simplified;

    #[test]
    fn traditional_characters_say_the_same() {
        assert_eq!(simplified("謝謝，這個問題"), "谢谢，这个问题");
        assert_eq!(simplified("几点"), "几点");
        assert!(declines_human("不用轉人工，謝謝") && declines_human("不要聯繫客服"));
        assert_eq!(small_talk("你是誰"), Some(SmallTalk::AboutBot));
        assert_eq!(response("謝謝老師"), Some(Response::Thanks));
        assert_eq!(response("還是不行"), Some(Response::Persists));
        assert_eq!(response("問題已經解決了"), Some(Response::Solved));
        assert_eq!(doubt("我問的不是這個"), Some(Doubt::NotAsked));
        assert_eq!(doubt("看不懂，能說詳細點嗎"), Some(Doubt::Unclear));
        assert!(settled("不用了，找到了，謝謝"));
    }
}
