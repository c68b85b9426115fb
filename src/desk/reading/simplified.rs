//! The readings' word lists are in simplified characters; whoever writes traditional ones says the same.

use std::borrow::Cow;
use std::sync::LazyLock;

/// The traditional forms of the characters in the lists, each before its simplified one.
const FORMS: &str = "\
    轉转說说話话嗎吗沒没這这個个問问題题會会麼么誰谁們们機机錯错詳详細细點点謝谢處处見见還还單单號号給给聯联係系繫系請请幫帮讓让認认識识\
    現现時时間间東东對对應应該该開开關关辦办電电員员務务為为爲为煩烦試试過过後后來来聽听讀读寫写講讲複复簡简體体籠笼統统專专業业別别無无\
    須须銷销離离進进狀状態态樣样嘍喽囉啰歲岁飯饭氣气愛爱厲厉壞坏連连報报誤误頭头馬马驢驴圖图掛挂復复決决從从並并實实覺觉裡里裏里當当訴诉\
    師师導导終终結结內内場场錢钱貨货產产啟启動动網网絕绝斷断長长鬆松買买賣卖聰聪嗚呜選选項项與与隻只歡欢憶忆滿满掃扫郵邮聲声響响\
    邊边擾扰繼继續续據据獲获餓饿塊块麗丽靜静難难讚赞贊赞懶懒確确經经稱称類类種种貼贴陳陈檔档傳传錄录戶户註注冊册週周隨随額额總总";

/// A text in simplified characters, as far as the lists need it.
pub(super) fn simplified(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(|c| simple(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(simple).collect())
    }
}

fn simple(c: char) -> char {
    static SIMPLE: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
        let mut forms = FORMS.chars().filter(|c| !c.is_whitespace());
        let mut simple = Vec::new();
        while let (Some(from), Some(to)) = (forms.next(), forms.next()) {
            simple.push((from, to));
        }
        simple.sort_unstable();
        simple
    });
    if c.is_ascii() {
        return c;
    }
    let at = SIMPLE.binary_search_by_key(&c, |(from, _)| *from);
    at.ok().and_then(|at| SIMPLE.get(at)).map_or(c, |(_, to)| *to)
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
