//! The rules in Chinese, for staff who ask why.

use crate::desk::reason::Reason;

/// Returns a reason as a sentence in Chinese.
pub(super) fn in_chinese(reason: &Reason) -> String {
    match reason {
        Reason::CalledAndKnown { confidence, needed } => {
            format!("叫了机器人，这个条目对的概率是 {confidence:.2}（叫了时要 {needed:.2}）")
        }
        Reason::UnaskedButCertain { confidence, needed } => {
            format!("像是在提问，这个条目对的概率是 {confidence:.2}（没人叫时要 {needed:.2}）")
        }
        Reason::Promoted {
            confidence, needed, ..
        } => format!("判断模型也认这个条目，这样对的概率是 {confidence:.2}（要 {needed:.2}）"),
        Reason::Vetoed { entry } => format!("没人叫机器人，判断模型不同意用条目“{entry}”回答"),
        Reason::NotAgreed { entry } => {
            format!("没人叫机器人，条目“{entry}”要判断模型同意才能回答，而它没有发言权")
        }
        Reason::Picked { choice } => format!("提问的人选了第 {choice} 项"),
        Reason::PickedBefore => "同一项之前已经选过".to_owned(),
        Reason::ChoiceGone => "选的那一项已经不在文件里".to_owned(),
        Reason::NoSuchChoice => "没有这个编号的选项".to_owned(),
        Reason::OfferOver => "选项列表已经过期".to_owned(),
        Reason::AnsweredBefore { at } => {
            format!("同样的答案 {at} 已在这个会话里说过：只指过去，不再重复")
        }
        Reason::SeveralFit => "几个条目差不多都合适".to_owned(),
        Reason::OfOthers => "像是在问别的公司、地方或人".to_owned(),
        Reason::CalledWithoutQuestion => "叫了机器人，但没有提问题".to_owned(),
        Reason::AskedForHuman { confidence } => format!("成员要找人工（概率 {confidence:.2}）"),
        Reason::EntryHandsOver => "合适的条目写着 `handoff: always`".to_owned(),
        Reason::CalledButUnknown { confidence } => {
            format!("叫了机器人，没有合适的条目（最像的：{confidence:.2}）")
        }
        Reason::CalledAgainWithoutAnswer => "又叫了机器人，上一次也没能帮上".to_owned(),
        Reason::HeldByHuman { number } => format!("客服在处理成员的工单 #{number}：机器人不插手"),
        Reason::SharesTicket { number } => {
            format!("成员问的和工单 #{number} 一样：已告诉客服")
        }
        Reason::LeftTicket { number } => format!("一起问工单 #{number} 的成员不再需要回答"),
        Reason::SolvedByMember { number } => format!("成员说工单 #{number} 已解决"),
        Reason::AskedForTicket => "成员问工单进展".to_owned(),
        Reason::DidNotHelp => "成员说答案没帮上忙".to_owned(),
        Reason::Urgent => "消息里有管理员定为紧急的词".to_owned(),
        Reason::TookBack => "成员收回了刚才的问题".to_owned(),
        Reason::Complains => "成员在投诉".to_owned(),
        Reason::PointedToContacts => "这个会话不开工单，只给联系方式".to_owned(),
        Reason::Thanked => "对客服的道谢，不用回答".to_owned(),
        Reason::StaffActed { by } => format!("客服 {by} 处理了工单"),
        Reason::HasTicket { number } => format!("成员有未完结的工单 #{number}：消息加进去了"),
        Reason::ToSomebodyElse => "是对别的成员说的（提及或引用）".to_owned(),
        Reason::DeclinedHuman => "成员不要人工".to_owned(),
        Reason::NotUnasked { entry } => {
            format!("没人叫机器人，条目“{entry}”写着 `unasked: never`")
        }
        Reason::ChannelFails { contact } => format!("成员说联系方式“{contact}”用不了"),
        Reason::NotAQuestion => "没人叫机器人，也不像提问".to_owned(),
        Reason::NotCertain { confidence, needed } => {
            format!("没人叫机器人，最像的条目对的概率只有 {confidence:.2}（没人叫时要 {needed:.2}）")
        }
        Reason::OnlyWhenCalled => "没人叫机器人，这个会话里只在被叫时说话（`listen: mentions`）".to_owned(),
        Reason::Muted => "这个会话里机器人是关着的（`listen: off`）".to_owned(),
        Reason::OwnMessage => "机器人自己的消息".to_owned(),
        Reason::OtherAccount { account } => format!("我们的账号“{account}”也在这个群，由它判断"),
        Reason::OtherBot => "发送者是程序".to_owned(),
        Reason::Ignored => "按设置不理这个发送者（`ignore`）".to_owned(),
        Reason::OthersCommand => "没有叫机器人的命令，可能是给别的程序的（`commands: called`）".to_owned(),
        Reason::DoubtedAnswer { entry } => {
            format!("成员说“{entry}”的答案不是所问，或看不明白")
        }
        Reason::StaffSpeaking { dropped: 0 } => "发送者是客服".to_owned(),
        Reason::StaffSpeaking { dropped } => {
            format!("发送者是客服：会话里等着的 {dropped} 个答案不说了")
        }
        Reason::AttendedByStaff => "客服刚和发送者说过话：机器人不插手".to_owned(),
        Reason::StaffRoom => "在客服群里说的".to_owned(),
        Reason::TooOld { seconds } => format!("消息已是 {seconds} 秒前的：旧消息重放"),
        Reason::LoopGuard => "发送者和机器人在互相应答".to_owned(),
        Reason::PointedBefore => "刚才已经指向同一个答案".to_owned(),
        Reason::Waiting { until } => {
            format!("等到 {until}：看成员是否还要说、客服是否先答、判断模型怎么说")
        }
        Reason::AskerSpoke => "提问的人不再需要回答：等着的答案不说了".to_owned(),
        Reason::Recalled => "消息已撤回".to_owned(),
        Reason::Edited => "消息已修改".to_owned(),
        Reason::NothingWaiting => "已经没有在等的了".to_owned(),
    }
}
