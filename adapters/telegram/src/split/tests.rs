//! Tests of the places where long texts are cut.

use super::*;
use proptest::prelude::*;

fn words(text: &str) -> Words {
    Words {
        text: text.to_owned(),
        pings: Vec::new(),
    }
}

fn texts(text: &str, limit: usize) -> Vec<String> {
    split(words(text), limit)
        .into_iter()
        .map(|part| part.text)
        .collect()
}

#[test]
fn paragraphs_go_before_lines_and_lines_before_sentences() {
    assert_eq!(texts("aaaa bbb\n\ncc\ndd. e", 16), ["aaaa bbb\n\n", "cc\ndd. e"]);
    assert_eq!(texts("aaaa bbbb\ncc. dd. e", 16), ["aaaa bbbb\n", "cc. dd. e"]);
    assert_eq!(
        texts("第一句话说完了。第二句话也说完了。", 12),
        ["第一句话说完了。", "第二句话也说完了。"]
    );
    assert_eq!(texts("abcdefgh", 3), ["abc", "def", "gh"]);
    assert_eq!(texts("", 3), Vec::<String>::new());
}

#[test]
fn a_pair_of_units_and_a_family_of_people_stay_together() {
    assert_eq!(texts("a😀😀", 4), ["a😀", "😀"]);
    let family = "👨\u{200d}👩\u{200d}👧";
    assert_eq!(
        texts(&format!("abc{family}"), 9),
        ["abc".to_owned(), family.to_owned()]
    );
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Ping(String),
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let letters = "[a-z 。.!?\n😀é𝒳中文\u{200d}\u{fe0f}]{0,40}";
    let piece = prop_oneof![
        3 => letters.prop_map(Piece::Text),
        1 => "@[a-z😀中]{1,8}".prop_map(Piece::Ping),
    ];
    proptest::collection::vec(piece, 0..30)
}

proptest! {
    #[test]
    fn parts_are_the_whole_text_fit_and_keep_their_mentions(pieces in pieces(), limit in 24_usize..120) {
        let mut all = Words::default();
        let mut names = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => all.push(text),
                Piece::Ping(name) => {
                    all.ping(number as u64, name);
                    names.push((number as u64, name.clone()));
                }
            }
        }
        let whole = all.text.clone();
        let parts = split(all, limit);
        let joined: String = parts.iter().map(|part| part.text.as_str()).collect();
        prop_assert_eq!(joined, whole);
        let mut found = Vec::new();
        for part in &parts {
            prop_assert!(part.len() <= limit && part.len() > 0);
            let units: Vec<u16> = part.text.encode_utf16().collect();
            for ping in &part.pings {
                let name = String::from_utf16(&units[ping.offset..ping.offset + ping.length]).unwrap();
                found.push((ping.user, name));
            }
        }
        prop_assert_eq!(found, names);
    }
}
