//! Orders behind something else: nothing of them is said to a member, and what is no order still is.

use super::super::command::{Order, read};
use super::super::ticket_actions::TicketAction;

/// Orders with words that no member may read.
const SECRET: [&str; 8] = [
    "note 悄悄话",
    "备注 悄悄话",
    "备注：悄悄话",
    "//悄悄话",
    "noet 悄悄话",
    "备住 悄悄话",
    "to all 悄悄话",
    "转给 小李",
];

/// Spaces of no width, a soft hyphen, a byte order mark, marks of direction, the variant of an emoji.
const UNSEEN: [char; 8] = [
    '\u{200b}', '\u{ad}', '\u{feff}', '\u{200e}', '\u{202e}', '\u{fe0f}', '\u{2060}', '\u{200d}',
];

fn said(text: &str, quoted: Option<u64>) -> Option<String> {
    match read(text, quoted) {
        Some(Order::Ticket {
            action: TicketAction::Reply(said) | TicketAction::ReplyToAll(said),
            ..
        }) => Some(said),
        _ => None,
    }
}

/// Checks that a text is asked back, or noted, and neither said nor done.
fn is_held_back(text: &str, quoted: Option<u64>) {
    let read = read(text, quoted);
    let held = matches!(
        read,
        Some(Order::Ticket {
            action: TicketAction::Unclear { .. } | TicketAction::Note(_),
            ..
        })
    );
    assert!(held, "{text:?}: {read:?}");
}

#[test]
fn an_order_behind_a_counter_another_ticket_another_order_or_a_slash_is_asked_back() {
    let counters = ["号", "号 ", " 号", "号工单 ", "单 ", " 号工单"];
    let joints = [
        ",13 ",
        ", 13 ",
        "，13 ",
        "、13 ",
        " 13 ",
        "；13 ",
        "/13 ",
        "-13 ",
        "&13 ",
        " & 13 ",
        " + 13 ",
        " 和 13 ",
        "和13号",
        " and 13 ",
        " #13 ",
        ",#13 ",
        " 13 14 ",
        "、13、14 ",
        " 跟13 ",
        " 13号 ",
        "|13 ",
        "\n13 ",
    ];
    let others = [
        " claim ",
        " 认领 ",
        " claim, ",
        " claim and ",
        " 解决，",
        " claim\n",
        " 关闭 然后 ",
        " close; ",
    ];
    let dress = [
        " /",
        " / ",
        " /t ",
        " t ",
        " / / ",
        " @10002 ",
        " @小李 ",
        " @Li Lei ",
        " ;x ",
        " x ",
        " no. 13 ",
        " ticket 13 ",
        " 工单 13 ",
    ];
    for before in counters.iter().chain(&joints).chain(&others).chain(&dress) {
        for order in SECRET {
            let text = format!("/t 12{before}{order}");
            let quoted = Some(12).filter(|_| before.starts_with(['/', '-']));
            is_held_back(&text, quoted);
            assert_eq!(said(&text, Some(12)), None, "{text:?}");
        }
    }
    for text in [
        "/t 12,13 已修复",
        "/t 12 和 13 您好",
        "/t #12 #13 已修复",
        "/t 12号 下午到货",
        "/t 12 to qq/group:900009",
        "/t 12 qq/group:900009",
        "/t 12 comment 他欠费",
        "/t 12 remark: 他欠费",
        "/t 12 评论 他欠费",
        "/t 12 批注：他欠费",
        "/t 12 N O T E 他欠费",
        "/t 12 n.o.t.e 他欠费",
        "/t 12 Ｎ Ｏ Ｔ Ｅ 他欠费",
        "/t 12 备-注 他欠费",
        "/t 12 内 部 备 注 他欠费",
        "/t 12 \\\\ 他欠费",
        "/t 12 !note 他欠费",
        "/t 12 您好\n备注：他欠费",
        "/t 12 您好\n//他欠费",
        "/t 12 您好 /t 13 note 他欠费",
        "/t 12 回复 您好\n/t 13 note 他欠费",
        "/t 12 to all 您好\n/t 13 note 他欠费",
        "/t 12 claim\n/t 12 note 他欠费",
        "/t 12 claim\nnote 他欠费",
        "/t 1\nclaim\n/t 2 close",
        "/t 12 to 13 note 他欠费",
        "/t 12 到 13 备注 他欠费",
        "/t 12 @小李，备注 他欠费",
        "/t 12 @小李备注 他欠费",
        "/t 12 我来备注 他欠费",
        "/t 12 no te 他欠费",
        "/t 12 t o a l l 大家好",
        "/t 12 add a note: 他欠费",
        "/t 12 加个备注 他欠费",
        "/t 12 move to qq/group:900009",
        "/t 12 转 qq/group:900009",
        "/t 12 关闭 13 14",
        "close 112 113",
        "/t 12 回复 您好\n备注 他欠费",
        "/t 12 ⓝⓞⓣⓔ 他欠费",
        "/t 12 𝐧𝐨𝐭𝐞 他欠费",
        "@10002 note 他欠费",
        "/t 12 \\note 他欠费",
        "@bot /t 12 note 他欠费",
    ] {
        is_held_back(text, Some(12));
    }
    // However many there are, reading them ends.
    for many in ["close ", "claim note\n", "12,", "/ ", "@a ", "t "] {
        assert!(read(&format!("/t 12 {}", many.repeat(20_000)), None).is_some());
    }
    // The second order would be lost in a note.
    for text in ["/t 12 note 他欠费\n/t 13 close", "/t 12 备注：他欠费\n关闭"] {
        let read = read(text, None);
        let asked = matches!(
            read,
            Some(Order::Ticket {
                action: TicketAction::Unclear { .. },
                ..
            })
        );
        assert!(asked, "{text:?}: {read:?}");
    }
}

#[test]
fn what_nobody_sees_changes_no_order_and_stays_in_what_is_said() {
    for order in [
        "/t 12 note 他欠费",
        "/t 12 //他欠费",
        "/t 12 备注：他欠费",
        "/t 12 关闭",
        "/t 12",
    ] {
        let plain = read(order, None);
        let ends: Vec<usize> = order
            .char_indices()
            .map(|(at, _)| at)
            .chain([order.len()])
            .collect();
        for unseen in UNSEEN {
            for at in &ends {
                let mut text = order.to_owned();
                text.insert(*at, unseen);
                match (read(&text, None), &plain) {
                    (
                        Some(Order::Ticket {
                            action: TicketAction::Note(_),
                            ..
                        }),
                        Some(Order::Ticket {
                            action: TicketAction::Note(_),
                            ..
                        }),
                    ) => {}
                    (read, plain) => assert_eq!(read, *plain, "{text:?}"),
                }
            }
        }
    }
    for words in ["❤️", "👨‍👩‍👧 您好 ❤️", "می‌خواهم", "您好\u{200b}，稍等"]
    {
        assert_eq!(said(&format!("/t 12 {words}"), None).as_deref(), Some(words));
        assert_eq!(
            said(&format!("\u{feff}/t 12 回复 {words} "), None).as_deref(),
            Some(words)
        );
        assert_eq!(said(words, Some(12)).as_deref(), Some(words));
    }
}

#[test]
fn a_plain_reply_is_still_said() {
    for words in [
        "请重启 12 号服务器",
        "no. 3 is broken",
        "您好，13 号到货",
        "13 号到货",
        "3 天后到",
        "2 hours more, please",
        "12345 is your code",
        "号码是多少",
        "单号请发一下",
        "单独发给您",
        "close all windows first",
        "close the window and then restart",
        "resolve it by restarting",
        "查看备注栏里的地址",
        "请先关闭，然后重启",
        "认领需要工号",
        "@小李 会联系您",
        "@Li will call you",
        "a good idea",
        "to be safe, restart",
        "to https://example.com:8080/a",
        "https://example.com/a",
        "\\\\nas\\share 打不开就重启",
        "/tmp 满了，清一下",
        "您好\n请发一下单号",
        "I am here",
        "12 点前关闭",
        "工单 13 和您的一样",
        "13 号关闭服务",
        "1. 关闭程序\n2. 重启",
        "add your name there",
        "加我微信",
        "comments are off",
        "请备份，注意空间",
        "see /to/there and /t/x",
    ] {
        let slashed = format!("/t 12 {words}");
        if words != "comments are off" {
            assert_eq!(said(&slashed, None).as_deref(), Some(words), "{slashed:?}");
        }
        assert_eq!(said(words, Some(12)).as_deref(), Some(words), "{words:?}");
    }
    // So many words for a reply are one.
    for words in [
        "评论 已关闭",
        "12,13 已修复",
        "号 备注 x",
        "@小李 备注 x",
        "claim note x",
        "您好\n备注：x",
    ] {
        assert_eq!(said(&format!("/t 12 回复 {words}"), None).as_deref(), Some(words));
    }
}
