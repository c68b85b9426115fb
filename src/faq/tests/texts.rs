//! `texts`: the bot's own sentences in the admin's words.

use crate::faq::load;
use crate::language::Language;

fn faq(texts: &str) -> String {
    format!(
        "language: en\ntexts:\n{texts}entries:\n  - id: a\n    questions: [how do I ask]\n    answer: Just ask.\n"
    )
}

#[test]
fn a_sentence_is_said_in_the_words_of_the_file() {
    let text = faq(
        "  welcome: Any time.\n  ticket_closed: { en: \"Closed by {{ by }}: #{{ number }}.\", ja: \"{{ by }}が #{{ number }} を終了\" }\n  \
                    reach_us_now: \"Or by:\\n{{ contacts }}\"\n",
    );
    let loaded = load("faq.yaml", &text).unwrap();
    let english = loaded.faq.texts(Language::ENGLISH);
    assert_eq!(english.welcome(), "Any time.");
    assert_eq!(english.ticket_closed(7, "Ann"), "Closed by Ann: #7.");
    // What is said after another sentence begins on its own line, as it did.
    assert_eq!(english.reach_us_now("- phone"), "\nOr by:\n- phone");
    assert_eq!(
        loaded.faq.texts(Language::JAPANESE).ticket_closed(7, "Ann"),
        "Annが #7 を終了"
    );
    // Other languages and other sentences are as they were.
    assert_eq!(
        loaded.faq.texts(Language::CHINESE).welcome(),
        "不客气，有问题随时找我。"
    );
    assert!(english.all_right().starts_with("All right."));
}

#[test]
fn what_does_not_fit_a_sentence_is_told_where_it_stands_and_nothing_of_the_file_is_taken() {
    for (texts, place, message, help) in [
        (
            "  welcom: Any time.\n",
            (3, 3),
            "no sentence `welcom`",
            "did you mean `welcome`?",
        ),
        (
            "  ticket_closed: \"Closed: #{{ number }}.\"\n",
            (3, 18),
            "leaves out {{ by }}",
            "needs: number, by",
        ),
        (
            "  answered_above: See above.\n",
            (3, 19),
            "leaves out {{ title }}",
            "needs: title; may have: minutes",
        ),
        (
            "  relayed: \"{% if false %}#{{ number }} {{ agent }}: {{ text }}{% endif %}(staff answered)\"\n",
            (3, 12),
            "never says it",
            "write {{ number }} where it is read",
        ),
        (
            "  welcome: \"{{ 'long' * 600 }}\"\n",
            (3, 12),
            "2400 characters long",
            "2000 characters at most",
        ),
        (
            "  welcome: \"Any \\u202Etime.\"\n",
            (3, 12),
            "U+202E",
            "type the text anew",
        ),
        (
            "  welcome: \"{{ 'Any\\\\u0007 time' }}\"\n",
            (3, 12),
            "U+0007",
            "take the character out",
        ),
        (
            "  ticket_closed:\n    en: \"{{ by }} closed #{{ numbr }}.\"\n",
            (4, 9),
            "is not told `numbr`",
            "did you mean `number`?",
        ),
        (
            "  welcome: \"{{ name }}\"\n",
            (3, 12),
            "is not told `name`",
            "this sentence has none",
        ),
        (
            "  welcome: \" \"\n",
            (3, 12),
            "the text is empty",
            "leave the name out",
        ),
        (
            "  welcome: \"{% if %}\"\n",
            (3, 12),
            "not written right",
            "{% if %}",
        ),
        ("  welcome: { fr: Merci }\n", (3, 14), "unknown key `fr`", "ja"),
    ] {
        let problems = load("faq.yaml", &faq(texts)).unwrap_err();
        let problem = problems.first().unwrap();
        assert_eq!((problem.line, problem.column), place, "{texts}: {problem:?}");
        assert!(problem.message.contains(message), "{texts}: {problem:?}");
        let told = problem.help.clone().unwrap_or_default();
        assert!(told.contains(help), "{texts}: {problem:?}");
        assert!(problem.chinese.is_some(), "{texts}");
    }
}

#[test]
fn a_sentence_that_is_long_for_one_ticket_only_is_said_in_the_programs_words() {
    let text =
        faq("  ticket_closed: \"{{ by }}: #{{ number }}{% if number == 3 %}{{ 'x' * 3000 }}{% endif %}\"\n");
    let loaded = load("faq.yaml", &text).unwrap();
    let english = loaded.faq.texts(Language::ENGLISH);
    assert_eq!(english.ticket_closed(7, "Ann"), "Ann: #7");
    assert!(english.ticket_closed(3, "Ann").len() < 200);
    // A pointer may leave out when it was answered.
    let text = faq("  answered_above: \"See {{ title }} above.\"\n");
    let loaded = load("faq.yaml", &text).unwrap();
    assert_eq!(
        loaded.faq.texts(Language::ENGLISH).answered_above("Hours", 0),
        "See Hours above."
    );
}

#[test]
fn an_offer_in_the_words_of_the_file_is_known_when_it_is_quoted() {
    let text = faq(
        "  did_you_mean: \"Which one is it?\\n{{ choices }}\\nSend its number; zero brings a colleague.\"\n",
    );
    let faq = load("faq.yaml", &text).unwrap().faq;
    let bare = |text: &str| text.replace(char::is_whitespace, "");
    for quoted in [
        "Which one is it?\n1. A\n2. B\nSend its number; zero brings a colleague.",
        "您是不是想问：\n1. A\n回复数字即可；都不是请回复 0，我转给人工。",
        "お尋ねの内容は次のどれでしょうか：\n1. A\n番号をお送りください。どれでもない場合は 0 をお送りください。",
    ] {
        assert!(faq.is_said("did_you_mean", &bare(quoted)), "{quoted}");
    }
    assert!(!faq.is_said("did_you_mean", &bare("1. A\n2. B\nWhich of these do you mean?")));
}

#[test]
fn a_sentence_that_says_nothing_with_what_comes_up_is_warned_of_and_said_in_the_programs_words() {
    for (texts, placeholder) in [
        (
            "  answered_above: \"{% if title|length > 3 %}See {{ title }} above.{% endif %}\"\n",
            "title",
        ),
        (
            "  ticket_closed: \"{% if number > 9 %}{{ by }}: #{{ number }}{% endif %}\"\n",
            "number",
        ),
    ] {
        let loaded = load("faq.yaml", &faq(texts)).unwrap();
        let told: Vec<_> = loaded
            .warnings
            .iter()
            .filter(|told| told.message.contains(placeholder))
            .collect();
        assert_eq!(told.len(), 1, "{texts}: {:?}", loaded.warnings);
        assert!(told[0].line == 3 && told[0].chinese.is_some(), "{:?}", told[0]);
        let english = loaded.faq.texts(Language::ENGLISH);
        assert!(english.answered_above("QQ", 0).contains("QQ"), "{texts}");
        assert!(english.ticket_closed(7, "Ann").contains("#7"), "{texts}");
    }
    // A sentence that always says something is warned of by nobody.
    let text = faq(
        "  answered_above: \"See {{ title }} above{% if minutes > 5 %}, {{ minutes }} minutes ago{% endif %}.\"\n",
    );
    assert_eq!(load("faq.yaml", &text).unwrap().warnings, []);
}
