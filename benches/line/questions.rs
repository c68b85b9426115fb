//! Questions that benches ask.

/// Questions of the shipped file, in turn.
pub(crate) const QUESTIONS: [&str; 12] = [
    "工单系统需要注册吗？",
    "客服几点上班",
    "客服电话是多少",
    "5×8 是什么意思",
    "在哪里提交工单",
    "支持邮箱是哪个",
    "QQ群号是多少",
    "怎么加客服微信",
    "技术支持范围有哪些",
    "高级服务包括哪些",
    "在哪里购买高级服务",
    "有哪些联系方式",
];
