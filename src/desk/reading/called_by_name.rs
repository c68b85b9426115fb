//! Names in front of what is said to somebody, whether they ever spoke or not: "小明，工单在哪里提交".

mod asks_member;

pub(in crate::desk) use asks_member::asks_member;

use super::not_working::tells_of_failure;
use super::patterns::set;
use super::reaction_to_help::{Response, response};
use super::simplified::simplified;
use super::word_list::WordList;
use regex::RegexSet;
use std::sync::LazyLock;

/// Patterns of a form of address, and of its separator from the rest.
const ADDRESSED: &[&str] = &[
    r"^(小|老|阿)\p{Han}(总|工|哥|姐|弟|妹|叔|姨|老师|同学|师傅|经理)?[，,：:]",
    r"^(赵|钱|孙|李|周|吴|郑|王|冯|陈|蒋|沈|韩|杨|朱|秦|许|何|吕|张|孔|曹|严|金|魏|陶|姜|谢|邹|苏|潘|范|彭|鲁|马|方|任|袁|柳|史|唐|薛|雷|贺|汤|罗|郝|安|于|傅|齐|康|伍|余|顾|孟|黄|萧|尹|姚|邵|汪|毛|戴|宋|庞|熊|纪|项|董|梁|杜|阮|蓝|季|贾|江|郭|林|钟|徐|邱|骆|高|夏|蔡|田|胡|霍|万|柯|卢|莫|丁|邓|洪|石|崔|龚|程|陆|翁|段|侯|武|刘|龙|叶|白|赖|乔|谭|温|庄|阎|欧阳|司马|上官|诸葛)(总|工|哥|姐|叔|姨|董|局|处|经理|主任|主管|老板|老师|同学|总监|医生|师傅|先生|女士)[，,：:]",
];

/// Title and name in English.
const TITLED: &str = r"^(mr|mrs|ms|miss|dr|prof|sir|madam)\.? [a-z]+[,:]";

/// First names, as they stand before what is said to somebody in English. Without those that are words too ("bill, please").
static FIRST_NAMES: WordList = WordList::new(
    "\
    aaron adam adrian aisha alan albert alex alexander alexandra alice alicia alison amanda amelia amy ana andrea andreas andrew andy angela anita ann anna \
    anne annie anthony anton antonio arthur ashley barbara becky ben benjamin bernard beth betty bob bobby brad bradley brandon brenda brian bruce bryan \
    carl carla carlos carol caroline catherine cathy charles charlie charlotte chloe chris christian christina christine christopher claire clara colin connor \
    craig cynthia dan daniel daniela danny darren dave david deborah debbie dennis derek diana diane diego donna doug douglas dylan eddie edward elaine \
    elena eleanor eli elizabeth ella ellen emily emma eric erica erik ethan eva evan evelyn felix fiona frances francis frank fred gabriel gareth gary \
    gavin geoff george gerald gina gordon graham greg gregory hannah harry heather helen henry howard hugo ian irene isaac isabel isabella ivan jacob \
    jake james jamie jane janet janice jason jean jeff jeffrey jenna jennifer jenny jeremy jerry jesse jessica jill jim jimmy joan joanna joe joel john \
    johnny jonas jonathan jordan jorge jose joseph josh joshua juan judith judy julia julian julie justin karen karl kate katherine kathleen kathy katie \
    keith kelly ken kenneth kevin kim kristen kyle larry laura lauren leah lee leo leon leslie liam lily linda lisa liz logan louis louise lucas lucy luis \
    luke lydia marc marco marcus margaret maria marie marina mario martha martin mary mateo matt matthew megan melanie melissa mia michael michelle miguel \
    mike mohamed mohammed molly monica nancy natalie natasha nathan neil nick nicholas nicola nicole nina noah nora oliver olivia omar oscar owen pablo \
    pamela patricia patrick paul paula pedro peter phil philip phoebe priya rachel rafael raj ralph raymond rebecca richard rick robert roberta robin roger \
    ronald ross roy russell ruth ryan sally sam samantha samuel sandra sara sarah scott sean sebastian sergio shannon sharon shaun sheila simon sofia \
    sophia sophie stacy stefan stella stephanie stephen steve steven stuart susan suzanne sylvia tanya tara ted teresa terry thomas tim timothy tina toby \
    todd tom tommy tony tracy trevor tyler valerie vanessa veronica vicky victor victoria vincent virginia walter wayne wendy william yusuf zoe",
);

/// Addresses to everybody, whatever stands before them.
static TO_ALL: WordList = WordList::new("各位 大家 谁知道 谁能 有谁 有没有人 有人知道 哪位 群里");

/// Words that only look like a name.
static NO_NAMES: WordList = WordList::new(
    "\
    小程序 小时 小组 小米 小红书 小额 小店 小号 小计 小票 小图 小字 小白 小区 小学 小说 小结 小数 小于 小心 小的 小编 小助手 小伙伴 小伙伴们 小姐姐 \
    小哥哥 小哥 小妹 小问题 小版本 小众 小型 小微 小规模 小贴士 小提示 小技巧 小工具 小游戏 小视频 小窗口 小尺寸 老师 老师们 老板 老板们 老版 老版本 \
    老用户 老客户 老会员 老铁 老铁们 老哥 老哥们 老大 老乡 老问题 老是 老样子 老规矩 老账号 老系统 老机器 老设备 老家 老人 老年人 老外 老旧 老婆 老公 \
    阿里 阿里云 阿姨",
);

/// `true` if a text begins with the name of somebody to whom it is said.
pub(in crate::desk) fn calls_somebody(text: &str) -> bool {
    static FORMS: LazyLock<RegexSet> = LazyLock::new(|| set(ADDRESSED));
    let text = simplified(text.trim());
    let Some((name, rest)) = name_and_rest(&text) else {
        return false;
    };
    let chinese = || FORMS.is_match(&text) && !NO_NAMES.has(name) && !TO_ALL.begins(rest);
    calls_in_english(&text, name) || chinese()
}

/// `true` if a text begins with an English first name, or a title and a name.
fn calls_in_english(text: &str, name: &str) -> bool {
    static FORM: LazyLock<RegexSet> = LazyLock::new(|| set(&[TITLED]));
    name.is_ascii() && {
        let (text, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
        FIRST_NAMES.has(name.trim_start_matches("hey ").trim_start_matches("hi ")) || FORM.is_match(&text)
    }
}

/// Splits a text at the first comma or colon.
fn name_and_rest(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once(['，', ',', '：', ':'])?;
    Some((name, rest.trim_start()))
}

/// `true` if the text behind somebody's name says that something does not work: "小明：我还是打不开".
pub(in crate::desk) fn fails_beside_name(text: &str) -> bool {
    name_and_rest(text.trim())
        .is_some_and(|(_, rest)| tells_of_failure(rest) || response(rest) == Some(Response::Persists))
}

#[cfg(test)]
mod tests {
    use super::calls_somebody;

    #[test]
    fn a_name_in_front_is_told_from_a_topic() {
        for text in [
            "小明，工单在哪里提交",
            "老李：你们几点上班",
            "阿强,客服电话多少",
            "王总，贵司几点上班",
            "张工，怎么注册",
            "陳經理，發票怎麼開",
            "小李哥，怎么注册",
            "Sarah, how long does your battery last?",
            "hey tom, how do I open a ticket",
            "Mr. Smith, are you open on weekends?",
        ] {
            assert!(calls_somebody(text), "{text}");
        }
        for text in [
            "小程序，怎么登录",
            "老师，几点上班",
            "阿里云：怎么部署",
            "你好，工单在哪",
            "小明在吗",
            "请问，怎么注册",
            "安装，怎么弄",
            "员工，怎么加",
            // Products have such names too.
            "小鹅通，怎么登录",
            "阿里云，高级服务在哪里买",
            "腾讯云，高级服务在哪里买",
            "小王，大家知道几点上班吗",
            "Docker, how do I install it?",
            "hi all, how do I open a ticket",
            "bill, please: where do I pay",
        ] {
            assert!(!calls_somebody(text), "{text}");
        }
    }
}
