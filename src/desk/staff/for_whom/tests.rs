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
