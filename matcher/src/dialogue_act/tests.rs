//! Readings of lines from businesses that are in no training example.

use super::{Act, read};

/// The share of `lines` that are read as asking.
fn asking(lines: &[&str]) -> f32 {
    let asks = lines.iter().filter(|line| read(line).asks() > 0.5).count();
    asks as f32 / lines.len() as f32
}

#[test]
fn questions_are_told_from_talk_in_the_same_words() {
    let asked = [
        "蛋糕能提前几天订",
        "你们家送货上门吗",
        "想问下蜡烛要另外买么",
        "取货地址在哪",
        "求一份价目表",
        "订单付了款没反应",
        "how do I order a cake",
        "can you deliver on sunday",
        "payment page keeps failing",
        "send me the price list please",
    ];
    let talk = [
        "不用送货，我自己去取",
        "我上次订的蛋糕很好吃",
        "提前一天订就行",
        "蛋糕！！！",
        "谢谢，蛋糕收到了",
        "朋友问我蛋糕哪里订的",
        "【通知】国庆期间照常营业",
        "I ordered mine last week",
        "no need to deliver",
        "thanks, got the cake",
        "my sister asked where I got the cake",
    ];
    assert!(
        asking(&asked) >= 0.9,
        "{:?}",
        asked.map(|line| (line, read(line).asks()))
    );
    assert!(
        asking(&talk) <= 0.1,
        "{:?}",
        talk.map(|line| (line, read(line).asks()))
    );
}

#[test]
fn who_is_spoken_to_is_read_too() {
    assert!(read("老李，你家蛋糕哪订的").to_member > 0.5);
    assert!(read("蛋糕哪里订").to_member < 0.5);
    assert!(read("@Tom did you order the cake").to_member > 0.5);
}

#[test]
fn every_text_is_read_and_acts_are_shares() {
    for text in [
        "",
        " ",
        "?",
        "👌",
        "\u{0}\u{1}",
        "[CQ:face,id=1]",
        &"工".repeat(10_000),
        "http://",
        "ＡＢＣ１２３？",
    ] {
        let reading = read(text);
        let sum: f32 = reading.acts.iter().sum();
        assert!(
            (sum - 1.0).abs() < 1e-4 && (0.0..=1.0).contains(&reading.asks()),
            "{text:?}"
        );
        assert_eq!(reading, read(text));
    }
    assert_eq!(read("谢谢").act(), Act::Thank);
}
