//! Laws and examples of normalisation.

use proptest::prelude::*;

use super::super::language::language;
use super::{MAX_CHARS, Normalised, normalise};

fn text(raw: &str) -> String {
    normalise(raw, language()).text
}

#[test]
fn all_spellings_of_5x8_are_one() {
    for raw in [
        "5×8",
        "5x8",
        "5*8",
        "5＊8",
        "5 X 8",
        "５×８",
        "五乘八",
        "5乘8",
        "五乘以八",
        "5 ✕ 8",
    ] {
        assert_eq!(text(raw), "5x8", "{raw}");
        assert_eq!(text(&format!("{raw} 是什么意思？")), "5x8是什么意思", "{raw}");
    }
    assert_eq!(text("24/7 support"), "7x24 support");
    assert_eq!(text("1920x1080"), "1920x1080");
}

#[test]
fn traditional_reads_as_simplified() {
    assert_eq!(text("工單一定要註冊嗎"), text("工单一定要注册吗"));
    assert_eq!(text("上班時間?"), "上班时间");
}

#[test]
fn greetings_and_politeness_fall_off_but_never_everything() {
    assert_eq!(text("你好，请问 工单地址，谢谢！"), "工单地址");
    assert_eq!(
        text("Hi there, could you tell me the opening hours please?"),
        "the opening hours"
    );
    assert_eq!(text("你好"), "你好");
    assert_eq!(text("hello"), "hello");
    assert_eq!(text("hithere"), "hithere");
    assert!(normalise("请问工单地址", language()).asked);
    assert!(!normalise("你好，工单处理完了", language()).asked);
}

#[test]
fn stickers_marks_and_shouting_fall_off() {
    assert_eq!(text("[捂脸]工单\u{200b}地址[图片]"), "工单地址");
    assert_eq!(text("怎么办啊啊啊啊啊!!!"), "怎么办");
    assert_eq!(text("Z̸̢̛͖a̵l̶g̷ö"), text("z\u{338}a\u{335}l\u{336}g\u{337}ö"));
    assert_eq!(text("don't WORRY, e.g. C++ 3.5"), "dont worry e.g c++ 3.5");
    assert_eq!(text("。。。"), "");
}

#[test]
fn length_is_bounded_whatever_comes() {
    for hostile in [
        "a", "工", "😀", "e\u{301}", "\u{200b}", "ﷺ", "[", "5*", "你好", "hi ", "İ",
    ] {
        let long = text(&hostile.repeat(1_000_000 / hostile.len()));
        assert!(long.chars().count() <= MAX_CHARS, "{hostile:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn normalising_twice_changes_nothing(raw in "\\PC{0,40}") {
        let once = text(&raw);
        prop_assert_eq!(text(&once), once);
    }

    #[test]
    fn normalising_chat_twice_changes_nothing(
        parts in prop::collection::vec(prop::sample::select(vec![
            "你好", "请问", "大佬", "工", "單", "5", "×", "八", "乘", " ", "  ", "x", "7", "/", "24", "hi", "thanks",
            "please", "a", "啊", "?", "，", ".", "'", "[", "]", "捂脸", "+", "c", "\u{301}", "\u{200b}", "İ", "ß",
            "Ａ", "㍿", "\t", "急", "@bot", "十", "1",
        ]), 0..12),
    ) {
        let once = text(&parts.concat());
        prop_assert_eq!(text(&once), once);
    }

    #[test]
    fn any_text_is_taken(raw in any::<String>()) {
        let Normalised { text, .. } = normalise(&raw, language());
        prop_assert!(text.chars().count() <= MAX_CHARS);
    }
}
