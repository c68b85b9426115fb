//! Words of staff that are asked back, and ordinary replies that are not.

use super::is_for_colleagues;

fn asked(text: &str) -> bool {
    is_for_colleagues(text, ["老王", "May"].into_iter(), "小明", |number| {
        number < 60
    })
}

#[test]
fn what_speaks_to_colleagues_by_its_form_is_asked_back() {
    for text in [
        "内部说明：他欠费",
        "（内部）他欠费",
        "【同事看】他欠费",
        "别发给他：他欠费",
        "不发：他欠费",
        "先别告诉客户：在查",
        "不要转给客户: 在查",
        "don't send: he owes us",
        "Do not tell the customer: he owes us",
        "staff only: he owes us",
        "Confidential: he owes us",
        "小记：他欠费",
        "处理小记：他欠费",
        "保密：他欠费",
        "nb 他欠费",
        "NB: he owes us",
        "-n 他欠费",
        "--note 他欠费",
        "# 他欠费",
        "@老王 你看下",
        "老王，你看下",
        "老王 你看下这个",
        "@小李 你看下",
        "让老王处理",
        "请老王看一下",
        "叫小李看一下",
        "认领 然后联系他",
        "claim, then call him",
        "关闭 然后联系他",
        "2 您好",
        ",2 他欠费",
        "，2 您好",
        "#2 您好",
    ] {
        assert!(asked(text), "{text}");
    }
}

#[test]
fn ordinary_replies_go_straight() {
    let replies = [
        "您好：订单已经发出",
        "下载地址：https://example.com/setup.exe",
        "https://example.com/a?b=1：这里可以下载",
        "订单号：123",
        "操作步骤：先登录，再点设置",
        "地址：上海市某路 12 号",
        "1. 打开设置 2. 点账号",
        "1 打开设置 2 点账号",
        "2 天后到货",
        "3 个工作日内到账",
        "24 小时内回复",
        "2 days at most",
        "10:30 以后再试",
        "12，13 号都可以",
        "不好意思：今天没有货",
        "不会发货：地址写错了",
        "无法发送：请检查网络",
        "不发票的话可以开收据",
        "发票：明天寄出",
        "不用发给我们：在页面上传就行",
        "别担心，已经在处理了",
        "别忘了回复：我们等您的截图",
        "不好说：要看情况",
        "不是不发：还在排队",
        "不客气",
        "关闭 防火墙再试一次",
        "解决办法：重启",
        "关闭窗口，再打开",
        "查看 订单页面",
        "请您看一下邮箱",
        "让我看看",
        "让系统自动处理就行",
        "麻烦您处理一下付款",
        "我让同事看一下",
        "已经让老王处理了，请稍等",
        "@小明 您好",
        "小明，您好",
        "May I ask for your order number?",
        "请把截图发给我：越清楚越好",
        "备份：先把文件存到别处",
        "登记：在前台",
        "日记：没有这个功能",
        "时间：9:00-18:00",
        "- 先登录\n- 再点设置",
        "#1024 这个编号不存在",
        "To reset: open settings",
        "Note that you must restart first",
        "ok, done",
        "200 元",
        "内部错误：请刷新再试",
        "Internal server error: please try again",
        "计算机密码：在背面的贴纸上",
        "请物业处理一下",
    ];
    assert!(replies.len() >= 40);
    let wrong: Vec<&&str> = replies.iter().filter(|text| asked(text)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_head_keeps_words_inside_whichever_of_its_words_it_is_made_of() {
    for text in [
        // Who is not to read.
        "不给客户看：他欠费",
        "请勿告知用户：他欠费",
        "客户勿看：他欠费",
        "顾客不可见：他欠费",
        "用户看不到：他欠费",
        "先不要让对方知道：他欠费",
        "严禁外发：他欠费",
        "禁止转发给客户：他欠费",
        "不能给用户看：他欠费",
        "別發給他：他欠費",
        "不要發給客戶：他欠費",
        "not for the customer: he owes us",
        "never tell him: he owes us",
        "cannot show to users: he owes us",
        "客様には見せないで：未払い",
        // Who alone is.
        "给自己人看：他欠费",
        "客服可见：他欠费",
        "仅限坐席查看：他欠费",
        "组内：他欠费",
        "私：他欠费",
        "内部讨论，客户欠费",
        "同事们，他欠费",
        "留言给同事：他欠费",
        "僅內部：他欠費",
        "staff: he owes us",
        "for our agents only: he owes us",
        "hidden: he owes us",
        "Team note: he owes us",
        "社内メモ：未払い",
        "社内のみ：未払い",
        // Its marks.
        "⚠️内部⚠️ 他欠费",
        "**内部** 他欠费",
        "<内部>他欠费",
        "#组内 他欠费",
        "★同事看★他欠费",
        ">> 他欠费",
        "-- 他欠费",
        "/* 他欠费 */",
        "bz 他欠费",
        "BZ：他欠费",
        "ps 他欠费",
        "n: he owes us",
        "Nota bene: he owes us",
    ] {
        assert!(asked(text), "{text}");
    }
    for text in [
        "不发货：地址不对",
        "您看不到：请刷新页面",
        "不能发送：请检查网络",
        "不回收：按垃圾处理",
        "仅供参考：明天到货",
        "客服：您好，请稍等",
        "团队版：每月 99 元",
        "内部员工价是 99 元，您可以直接下单",
        "公开课：周五晚上八点",
        "看这里：https://example.com",
        "不是会员：需要先注册",
        "user manual: https://example.com",
        "Customer number: 12",
        "the client to use: version 3",
        "-> 打开设置",
        "**重要** 请先备份",
        "# 步骤一：打开设置",
        "-n 参数可以不写",
        "PS 发票明天寄出",
        "@您 已经处理好了",
        "@ 您好，在的",
    ] {
        assert!(!asked(text), "{text}");
    }
}

#[test]
fn who_is_asked_to_do_something_about_a_customer_is_a_colleague() {
    for text in [
        "小李你跟进一下",
        "小张看下这单",
        "老赵帮忙查一下",
        "阿强，来处理",
        "请老赵跟进",
        "麻烦阿强盯一下",
        "谁有空看下这个客户",
        "你们谁来处理一下",
        "大家看下这个客户",
        "这个客户欠费，先别理",
        "该客户投诉过两次",
        "this customer owes us",
        "转老王 他欠费",
        "转小李处理",
        "12和13 都欠费",
        "12、13 欠费",
        "3&4 欠费",
        "2、他欠费，3、别理",
        "和 2 号一起处理",
        "跟#3合并",
    ] {
        assert!(asked(text), "{text}");
    }
    for text in [
        "小李看一下就回您",
        "小程序看下这里",
        "让小李联系你",
        "找小张联系您",
        "老师看一下邮件",
        "老板，你看一下这个文件，里面有说明",
        "张先生，你看下邮件",
        "这个客户端有问题，先别理",
        "这个客户经理会联系您",
        "谁都可以参加",
        "大家看下公告",
        "2、点重启，3、再登录",
        "2、重启一下",
        "3 4 月都有货",
        "12、13 号都可以",
        "3、5 天内到账",
        "和 2 号线换乘",
        "转账后把截图发来",
        "转人工费用是零",
        "小王您好，您的订单已经发出",
    ] {
        assert!(!asked(text), "{text}");
    }
}
