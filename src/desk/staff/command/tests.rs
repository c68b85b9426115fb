//! Texts that are read as an order, as talk, or as a reply to the member.

use super::*;

fn of(number: u64, action: TicketAction) -> Option<Order> {
    Some(Order::Ticket { number, action })
}

#[test]
fn commands_words_and_replies_are_told_apart() {
    assert_eq!(read("/t", None), Some(Order::List));
    assert_eq!(read("/t 12", None), of(12, TicketAction::Show));
    assert_eq!(read("/t 12 claim", None), of(12, TicketAction::Claim));
    assert_eq!(read("／工单 #12 认领", None), of(12, TicketAction::Claim));
    assert_eq!(
        read("/t 12 请重启一下", None),
        of(12, TicketAction::Reply("请重启一下".to_owned()))
    );
    assert_eq!(
        read("/t 12 note 老客户", None),
        of(12, TicketAction::Note("老客户".to_owned()))
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
            of(12, TicketAction::ReplyToAll("已修复".to_owned())),
            "{all}"
        );
    }
    // Under a quote, and in a program that names the ticket beside the words.
    for all in ["to all 已修复", "To all: 已修复", "回复全部：已修复"] {
        let action = TicketAction::ReplyToAll("已修复".to_owned());
        assert_eq!(read(all, Some(12)), of(12, action), "{all}");
    }
    for nothing in ["/t 12 to all", "/t 12 全部", "/t 12 to all：", "/t to all"] {
        let asked_back = matches!(
            read(nothing, Some(12)),
            Some(Order::Ticket {
                number: 12,
                action: TicketAction::Unclear { .. }
            })
        );
        assert!(asked_back, "{nothing}: {:?}", read(nothing, Some(12)));
    }
    for one in ["all services are back", "to all of you: it is back", "全部都好了"] {
        assert_eq!(read(one, Some(3)), of(3, TicketAction::Reply(one.to_owned())));
    }
    assert_eq!(read("全部", Some(3)), of(3, unclear("回复全部 …", "全部")));
    assert_eq!(
        read("/t 12 to be safe, restart", None),
        of(12, TicketAction::Reply("to be safe, restart".to_owned()))
    );
    assert_eq!(read("认领", Some(3)), of(3, TicketAction::Claim));
    assert_eq!(
        read("close the window first", Some(3)),
        of(3, TicketAction::Reply("close the window first".to_owned()))
    );
    assert_eq!(
        read("/t 12 reply note that it restarts", None),
        of(12, TicketAction::Reply("note that it restarts".to_owned()))
    );
    assert_eq!(
        read("reply soon", Some(3)),
        of(3, TicketAction::Reply("reply soon".to_owned()))
    );
    let by_mail = |ascii| TicketOrder::words_that(SpellingTrait::ByMail, ascii);
    for order in by_mail(true).into_iter().chain(by_mail(false)) {
        let read = read(order, Some(3));
        assert!(
            !matches!(
                read,
                Some(Order::Ticket {
                    action: TicketAction::Reply(_),
                    ..
                })
            ),
            "{order}"
        );
    }
    assert_eq!(read("/t resolve", Some(3)), of(3, TicketAction::Resolve));
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
        let noted = of(7, TicketAction::Note(words.to_owned()));
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
            of(7, TicketAction::Reply(text.to_owned())),
            "{text}"
        );
    }
}

#[test]
fn a_note_with_a_slip_is_asked_back_and_what_begins_like_one_is_said() {
    for text in [
        "noet 他欠费",
        "nto he is lying",
        "ntoe he is lying",
        "noe 他欠费",
        "ntoe他欠费",
        "notes 他欠费",
        "not 他欠费",
        "note",
        "备住他是骗子",
        "备：他是骗子",
        "备 他是骗子",
        "注：他是骗子",
        "备忘：他是骗子",
        "仅内部 他是骗子",
        "備住 他是騙子",
        "beizhu 他是骗子",
        "bei'zhu 他是骗子",
        "beizhu他是骗子",
        "bei zhu ta shi pian zi",
        "beizu 他是骗子",
        "neibu beizhu 他是骗子",
    ] {
        assert!(is_unclear(text), "{text}: {:?}", read(text, Some(7)));
        let slashed = format!("/t 7 {text}");
        assert!(
            is_unclear_of(&slashed, None),
            "{slashed}: {:?}",
            read(&slashed, None)
        );
    }
    for slashed in [
        "/t 7 notes he is lying",
        "/t 7 notes are bad",
        "/t 7 internal he is lying",
    ] {
        assert!(
            is_unclear_of(slashed, None),
            "{slashed}: {:?}",
            read(slashed, None)
        );
    }
    for text in [
        "note that you must restart first",
        "Please note that your invoice is in the attachment",
        "not sure yet",
        "not yet, sorry",
        "none of these work on Windows",
        "node 18 以上都可以",
        "now try again",
        "no",
        "noted, we will fix it",
        "net 3.5 要先装",
        "注意：先重启",
        "备份好了再试",
        "备用地址是 b.example.com",
        "被注销了，请重新注册",
        "internal errors are logged",
        "private 仓库要先授权",
    ] {
        let said = of(7, TicketAction::Reply(text.to_owned()));
        assert_eq!(read(text, Some(7)), said, "{text}");
    }
    // Of a member, and not to them.
    let noted = of(7, TicketAction::Note("that you must watch this guy".to_owned()));
    assert_eq!(read("note that you must watch this guy", Some(7)), noted);
    for text in ["備註：他欠費", "備註他欠費"] {
        let noted = of(7, TicketAction::Note("他欠費".to_owned()));
        assert_eq!(read(text, Some(7)), noted, "{text}");
    }
}

#[test]
fn two_slashes_are_a_note_wherever_the_ticket_is_known() {
    for text in ["//他欠费", "// 他欠费", "／／他欠费", "、、他欠费"] {
        let noted = of(7, TicketAction::Note("他欠费".to_owned()));
        assert_eq!(read(text, Some(7)), noted, "{text}");
        for order in [format!("/t 7 {text}"), format!("/t7{text}"), format!("/t {text}")] {
            assert_eq!(read(&order, Some(7)), noted, "{order}");
        }
        assert_eq!(read(text, None), None, "{text}");
    }
    assert!(is_unclear("//"));
    let link = of(7, TicketAction::Reply("https://example.com/a 有说明".to_owned()));
    assert_eq!(read("https://example.com/a 有说明", Some(7)), link);
}

#[test]
fn half_an_order_is_asked_back_and_what_begins_with_its_letters_is_said() {
    for text in [
        "clo",
        "re",
        "rel",
        "cla",
        "not",
        "han",
        "renling",
        "guanbi",
        "jiejue",
        "jiej",
        "clsoe it",
        "resolv this ticket please",
        "to al 大家好",
        "to al",
        "to evryone 大家好",
        "回复全 大家好",
        "回复全部已修复",
        "转 Li",
        "转：小李",
        "转小李",
        "转",
        "zhuangei Li",
        "zhuan gei Li",
        "hnad Li",
        "assign to Li",
        "专给 小李",
    ] {
        assert!(is_unclear(text), "{text}: {:?}", read(text, Some(7)));
        let slashed = format!("/t 7 {text}");
        assert!(
            is_unclear_of(&slashed, None),
            "{slashed}: {:?}",
            read(&slashed, None)
        );
    }
    assert!(is_unclear_of("/t 7 全 大家好", None));
    for text in [
        "close the window and try again",
        "re: your invoice",
        "resolve it by restarting",
        "reply to the mail that we sent",
        "reset your password first",
        "hi",
        "ok",
        "cloud 版本也可以",
        "to be safe, restart",
        "to allow it, open the port",
        "to all of you: it is back",
        "转账后请截图",
        "转换一下格式再传",
        "转人工了，请稍等",
        "transfer to another bank takes two days",
        "hand it in at the office",
        "关机重启",
        "解压后再装",
    ] {
        let read = read(text, Some(7));
        let asked = matches!(
            read,
            Some(Order::Ticket {
                action: TicketAction::Unclear { .. },
                ..
            })
        );
        assert!(!asked, "{text}: {read:?}");
    }
}

#[test]
fn the_slash_of_a_chinese_keyboard_is_one_and_a_slip_beside_it_is_told() {
    for slash in ["/", "／", "、", "\\", "＼"] {
        let reply = of(7, TicketAction::Reply("请重启".to_owned()));
        assert_eq!(read(&format!("{slash}t 7 请重启"), None), reply, "{slash}");
        assert_eq!(
            read(&format!("{slash}t 7 解决"), None),
            of(7, TicketAction::Resolve)
        );
        assert_eq!(read(&format!("{slash}t"), None), Some(Order::List));
        assert_eq!(
            read(&format!("{slash}工单 7 认领"), None),
            of(7, TicketAction::Claim)
        );
        assert_eq!(read(&format!("{slash}认领"), Some(7)), of(7, TicketAction::Claim));
        assert_eq!(read(&format!("{slash}帮助"), None), Some(Order::Help));
    }
    for (said, typed) in [
        ("/tt 1 close", "/t 1 close"),
        ("、tt 1 close", "/t 1 close"),
        ("/tikcet 1 close", "/t 1 close"),
        ("/gongdan 1", "/t 1"),
        ("/tt", "/t"),
        (".t 1 close", "/t 1 close"),
        ("？t 1 close", "/t 1 close"),
    ] {
        assert_eq!(read(said, None), Some(Order::Typed(typed.to_owned())), "{said}");
        if said.contains('1') {
            assert!(is_unclear(said), "{said}: {:?}", read(said, Some(7)));
        }
    }
    for talk in ["/tmp 满了", "/top", "、t恤", "/to", "/at 满了", "、对"] {
        assert_ne!(
            read(talk, None).map(|order| matches!(order, Order::Typed(_))),
            Some(true),
            "{talk}"
        );
    }
    let path = of(7, TicketAction::Reply("\\\\nas\\share 打不开就重启".to_owned()));
    assert_eq!(read("\\\\nas\\share 打不开就重启", Some(7)), path);
}

#[test]
fn a_ticket_that_is_named_in_words_gets_told_how_it_is_typed() {
    for (said, typed) in [
        ("2号工单解决", "/t 2 解决"),
        ("2号解决", "/t 2 解决"),
        ("工单2 关闭", "/t 2 关闭"),
        ("工单 #2 关闭", "/t 2 关闭"),
        ("工单2解决", "/t 2 解决"),
        ("把2号工单关闭", "/t 2 关闭"),
        ("解决2号工单", "/t 2 解决"),
        ("关闭工单2", "/t 2 关闭工单"),
        ("ticket 2 close", "/t 2 close"),
        ("2号工单备注：他欠费", "/t 2 备注：他欠费"),
    ] {
        assert_eq!(read(said, None), Some(Order::Typed(typed.to_owned())), "{said}");
        assert!(is_unclear(said), "{said}: {:?}", read(said, Some(7)));
    }
    for talk in [
        "工单2 谁跟",
        "2号工单怎么了",
        "2号下午开会",
        "工单系统坏了",
        "3号解决得了吗",
    ] {
        assert_eq!(read(talk, None), None, "{talk}");
    }
}

fn is_unclear_of(text: &str, quoted: Option<u64>) -> bool {
    let read = read(text, quoted);
    matches!(
        read,
        Some(Order::Ticket {
            action: TicketAction::Unclear { .. },
            ..
        })
    )
}

fn is_unclear(text: &str) -> bool {
    let read = read(text, Some(7));
    matches!(
        read,
        Some(Order::Ticket {
            number: 7,
            action: TicketAction::Unclear { .. }
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
        let reply = of(7, TicketAction::Reply(words.to_owned()));
        assert_eq!(read(text, Some(7)), reply, "{text}");
        assert_eq!(read(&format!("/t 7 {text}"), None), reply, "{text}");
    }
    let all = of(7, TicketAction::ReplyToAll("已修复".to_owned()));
    assert_eq!(read("/t 7 全部：已修复", None), all);
}

#[test]
fn orders_are_known_in_near_forms_and_what_looks_like_one_is_asked_back() {
    for (text, action) in [
        ("解决！", TicketAction::Resolve),
        ("解决。", TicketAction::Resolve),
        ("【解决】", TicketAction::Resolve),
        ("解决✅", TicketAction::Resolve),
        ("ＲＥＳＯＬＶＥ", TicketAction::Resolve),
        ("结单", TicketAction::Resolve),
        ("标记为已解决", TicketAction::Resolve),
        ("关闭。", TicketAction::Close),
        ("关闭工单", TicketAction::Close),
        ("关单", TicketAction::Close),
        ("close ticket", TicketAction::Close),
        ("关闭 #7", TicketAction::Close),
        ("7 关闭", TicketAction::Close),
        ("/关闭", TicketAction::Close),
        ("认领！", TicketAction::Claim),
        ("认领工单", TicketAction::Claim),
        ("重开~", TicketAction::Reopen),
        ("释放…", TicketAction::Release),
        ("转给 小李 5002", TicketAction::HandOn("小李 5002".to_owned())),
        ("转给小李", TicketAction::HandOn("小李".to_owned())),
    ] {
        assert_eq!(read(text, Some(7)), of(7, action.clone()), "{text}");
        let slashed = format!("/t 7 {}", text.trim_start_matches('/'));
        assert_eq!(read(&slashed, None), of(7, action), "{slashed}");
    }
    assert_eq!(read("/t 解决 17", None), of(17, TicketAction::Resolve));
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
            of(7, TicketAction::Reply(text.to_owned())),
            "{text}"
        );
    }
}

#[test]
fn a_number_needs_no_space_and_a_missing_slash_or_ticket_is_asked_for() {
    let reply = |number, text: &str| of(number, TicketAction::Reply(text.to_owned()));
    assert_eq!(read("/t22 稍等", None), reply(22, "稍等"));
    assert_eq!(read("/t7 马上加墨", None), reply(7, "马上加墨"));
    assert_eq!(read("/t7马上加墨", None), reply(7, "马上加墨"));
    assert_eq!(read("/t7，解决", None), of(7, TicketAction::Resolve));
    assert_eq!(read("/ticket7 claim", None), of(7, TicketAction::Claim));
    assert_eq!(read("/工单7", None), of(7, TicketAction::Show));
    assert_eq!(read("/t4", None), of(4, TicketAction::Show));
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
            action: TicketAction::Unclear { meant, .. },
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

#[test]
fn a_name_behind_a_hand_over_is_asked_back_and_a_field_for_remarks_is_no_note() {
    for (text, meant) in [
        ("转老王 他欠费", "转给"),
        ("转小李处理", "转给"),
        ("note down the number", "note"),
    ] {
        for order in [format!("/t 12 {text}"), text.to_owned()] {
            let read = read(&order, Some(12));
            let is_meant = matches!(
                &read,
                Some(Order::Ticket { action: TicketAction::Unclear { meant: of, .. }, .. }) if of == meant
            );
            assert!(is_meant, "{order}: {read:?}");
        }
    }
    for text in [
        "备注一栏写您的订单号就行",
        "internal server error means you should retry",
        "转账后把截图发来",
        "转老用户优惠",
    ] {
        let said = of(12, TicketAction::Reply(text.to_owned()));
        assert_eq!(read(&format!("/t 12 {text}"), None), said, "{text}");
    }
    let noted = of(12, TicketAction::Note("down he owes us".to_owned()));
    assert_eq!(read("/t 12 note down he owes us", None), noted);
}
