//! Texts that are read as an order, as talk, or as a reply to the member.

use super::*;

fn of(number: u64, action: Action) -> Option<Order> {
    Some(Order::Ticket { number, action })
}

#[test]
fn commands_words_and_replies_are_told_apart() {
    assert_eq!(read("/t", None), Some(Order::List));
    assert_eq!(read("/t 12", None), of(12, Action::Show));
    assert_eq!(read("/t 12 claim", None), of(12, Action::Claim));
    assert_eq!(read("／工单 #12 认领", None), of(12, Action::Claim));
    assert_eq!(
        read("/t 12 请重启一下", None),
        of(12, Action::Reply("请重启一下".to_owned()))
    );
    assert_eq!(
        read("/t 12 note 老客户", None),
        of(12, Action::Note("老客户".to_owned()))
    );
    for all in [
        "/t 12 to all 已修复",
        "/t 12 all 已修复",
        "/t 12 全部 已修复",
        "/t to all 已修复",
    ] {
        let quoted = Some(12);
        assert_eq!(
            read(all, quoted),
            of(12, Action::ReplyToAll("已修复".to_owned())),
            "{all}"
        );
    }
    // Under a quote, and in a program that names the ticket beside the words.
    for all in ["to all 已修复", "To all: 已修复", "回复全部：已修复"] {
        let action = Action::ReplyToAll("已修复".to_owned());
        assert_eq!(read(all, Some(12)), of(12, action), "{all}");
    }
    for nothing in ["/t 12 to all", "/t 12 全部", "/t 12 to all：", "/t to all"] {
        let asked_back = matches!(
            read(nothing, Some(12)),
            Some(Order::Ticket {
                number: 12,
                action: Action::Unclear { .. }
            })
        );
        assert!(asked_back, "{nothing}: {:?}", read(nothing, Some(12)));
    }
    for one in ["all services are back", "to all of you: it is back", "全部"] {
        assert_eq!(read(one, Some(3)), of(3, Action::Reply(one.to_owned())));
    }
    assert_eq!(
        read("/t 12 to be safe, restart", None),
        of(12, Action::Reply("to be safe, restart".to_owned()))
    );
    assert_eq!(read("认领", Some(3)), of(3, Action::Claim));
    assert_eq!(
        read("close the window first", Some(3)),
        of(3, Action::Reply("close the window first".to_owned()))
    );
    assert_eq!(
        read("/t 12 reply note that it restarts", None),
        of(12, Action::Reply("note that it restarts".to_owned()))
    );
    assert_eq!(
        read("reply soon", Some(3)),
        of(3, Action::Reply("reply soon".to_owned()))
    );
    for order in groupdesk_contract::TICKET_ORDERS {
        let read = read(order, Some(3));
        assert!(
            !matches!(
                read,
                Some(Order::Ticket {
                    action: Action::Reply(_),
                    ..
                })
            ),
            "{order}"
        );
    }
    assert_eq!(read("/t resolve", Some(3)), of(3, Action::Resolve));
    assert_eq!(read("/t what", None), Some(Order::Help));
    assert_eq!(read("/工单系统坏了", None), None);
    assert_eq!(read("/t on", None), Some(Order::Here(true)));
    assert_eq!(read("/工单 下班", Some(3)), Some(Order::Here(false)));
    assert_eq!(read("/t 值班", None), Some(Order::Who));
    assert_eq!(read("中午吃什么", None), None);
    assert_eq!(read("/tmp 满了", None), None);
    for huge in [
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999",
    ] {
        let order = format!("/t {huge} claim");
        assert_eq!(read(&order, None), Some(Order::NoSuch(huge.to_owned())));
    }
}
#[test]
fn a_note_is_private_however_it_is_dressed() {
    for (text, words) in [
        ("备注：这人很急", "这人很急"),
        ("备注:这人很急", "这人很急"),
        ("备注，这人很急", "这人很急"),
        ("备注。这人很急", "这人很急"),
        ("【备注】这人很急", "这人很急"),
        ("（备注）这人很急", "这人很急"),
        ("[备注]：这人很急", "这人很急"),
        ("**备注** 这人很急", "这人很急"),
        ("备注这人很急", "这人很急"),
        ("备注 ：这人很急", "这人很急"),
        ("备注\n这人很急", "这人很急"),
        ("备注！这人很急", "这人很急"),
        ("内部备注：这人很急", "这人很急"),
        ("（内部）这人很急", "这人很急"),
        ("note: rude", "rude"),
        ("Note - rude", "- rude"),
        ("ＮＯＴＥ：rude", "rude"),
        ("[note] rude", "rude"),
        ("note客户难缠", "客户难缠"),
        ("internal note: rude", "rude"),
    ] {
        let noted = of(7, Action::Note(words.to_owned()));
        assert_eq!(read(text, Some(7)), noted, "{text}");
        for order in [
            format!("/t 7 {text}"),
            format!("／ｔ７　{text}"),
            format!("/t #7：{text}"),
        ] {
            assert_eq!(read(&order, None), noted, "{order}");
        }
        assert!(
            groupdesk_contract::plainly_said(7, text).starts_with("/t 7 reply "),
            "a mail is for its member: {text}"
        );
    }
    for text in [
        "备注",
        "备注：",
        "note",
        "备住 这人很急",
        "被注：这人很急",
        "noet: rude",
    ] {
        assert!(is_unclear(text), "{text}");
    }
    for text in ["notes are here", "notebook 坏了", "noted"] {
        assert_eq!(
            read(text, Some(7)),
            of(7, Action::Reply(text.to_owned())),
            "{text}"
        );
    }
}

fn is_unclear(text: &str) -> bool {
    let read = read(text, Some(7));
    matches!(
        read,
        Some(Order::Ticket {
            number: 7,
            action: Action::Unclear { .. }
        })
    )
}

#[test]
fn a_reply_is_said_without_its_word() {
    for (text, words) in [
        ("回复：已解决", "已解决"),
        ("回复 解决", "解决"),
        ("【回复】稍等", "稍等"),
        ("回复客户：稍等", "稍等"),
        ("reply: close", "close"),
        ("Reply：备注：x", "备注：x"),
    ] {
        let reply = of(7, Action::Reply(words.to_owned()));
        assert_eq!(read(text, Some(7)), reply, "{text}");
        assert_eq!(read(&format!("/t 7 {text}"), None), reply, "{text}");
    }
    let all = of(7, Action::ReplyToAll("已修复".to_owned()));
    assert_eq!(read("/t 7 全部：已修复", None), all);
}

#[test]
fn orders_are_known_in_near_forms_and_what_looks_like_one_is_asked_back() {
    for (text, action) in [
        ("解决！", Action::Resolve),
        ("解决。", Action::Resolve),
        ("【解决】", Action::Resolve),
        ("解决✅", Action::Resolve),
        ("ＲＥＳＯＬＶＥ", Action::Resolve),
        ("结单", Action::Resolve),
        ("标记为已解决", Action::Resolve),
        ("关闭。", Action::Close),
        ("关闭工单", Action::Close),
        ("关单", Action::Close),
        ("close ticket", Action::Close),
        ("关闭 #7", Action::Close),
        ("7 关闭", Action::Close),
        ("/关闭", Action::Close),
        ("认领！", Action::Claim),
        ("认领工单", Action::Claim),
        ("重开~", Action::Reopen),
        ("释放…", Action::Release),
        ("转给 小李 5002", Action::HandOn("小李 5002".to_owned())),
        ("转给小李", Action::HandOn("小李".to_owned())),
    ] {
        assert_eq!(read(text, Some(7)), of(7, action.clone()), "{text}");
        let slashed = format!("/t 7 {}", text.trim_start_matches('/'));
        assert_eq!(read(&slashed, None), of(7, action), "{slashed}");
    }
    assert_eq!(read("/t 解决 17", None), of(17, Action::Resolve));
    for text in [
        "解决？",
        "解决了",
        "已经解决",
        "决解",
        "解绝",
        "认令",
        "认领一下",
        "关闭了吧",
        "resolv",
        "clsoe",
        "closed",
        "claim pls",
        "解决 #171",
        "171 解决",
        "我来吧",
        "专给 小李",
    ] {
        assert!(is_unclear(text), "{text}");
    }
    for text in [
        "重启",
        "重启一下网络服务",
        "关闭防火墙再试",
        "问题已经解决了，请再试",
        "请查看文档",
        "我来看看",
        "please restart it",
        "3天后解决您的问题",
        "重新打开页面",
    ] {
        assert_eq!(
            read(text, Some(7)),
            of(7, Action::Reply(text.to_owned())),
            "{text}"
        );
    }
}

#[test]
fn a_number_needs_no_space_and_a_missing_slash_or_ticket_is_asked_for() {
    let reply = |number, text: &str| of(number, Action::Reply(text.to_owned()));
    assert_eq!(read("/t22 稍等", None), reply(22, "稍等"));
    assert_eq!(read("/t7 马上加墨", None), reply(7, "马上加墨"));
    assert_eq!(read("/t7马上加墨", None), reply(7, "马上加墨"));
    assert_eq!(read("/t7，解决", None), of(7, Action::Resolve));
    assert_eq!(read("/ticket7 claim", None), of(7, Action::Claim));
    assert_eq!(read("/工单7", None), of(7, Action::Show));
    assert_eq!(read("/t4", None), of(4, Action::Show));
    assert_eq!(read("/t 3天后到", Some(3)), reply(3, "天后到"));
    for (said, typed) in [
        ("t 7 马上加墨", "/t 7 马上加墨"),
        ("T7 解决", "/t 7 解决"),
        ("#7 解决", "/t 7 解决"),
        ("解决 7", "/t 7 解决"),
        ("解决", "/t 12 解决"),
        ("备注：这人很急", "/t 12 备注：这人很急"),
        ("/认领", "/t 12 认领"),
    ] {
        assert_eq!(read(said, None), Some(Order::Typed(typed.to_owned())), "{said}");
    }
    for (said, typed) in [("t 7 马上加墨", "/t 7 马上加墨"), ("/t 3天后到", "/t 3 天后到")] {
        let Some(Order::Ticket {
            number: 22,
            action: Action::Unclear { meant, .. },
        }) = read(said, Some(22))
        else {
            panic!("{said}")
        };
        assert_eq!(meant, typed);
    }
    for talk in [
        "我来",
        "备注一下",
        "转给小李了",
        "t恤多少钱",
        "7 点开会",
        "解决了吗",
        "关于 #7 谁跟",
    ] {
        assert_eq!(read(talk, None), None, "{talk}");
    }
    for said in ["/t 7zip 装不上", "/t 10:30 到", "/t 7.5 版本"] {
        let said_to = reply(22, said.strip_prefix("/t ").unwrap());
        assert_eq!(read(said, Some(22)), said_to, "{said}");
    }
}
