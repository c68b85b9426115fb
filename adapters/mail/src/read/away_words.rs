//! The words by which [`super::away`] weighs a text, in lower case and with half-width signs.

/// Texts that say of themselves that no person wrote them.
pub(super) const AUTOMATIC: &[&str] = &[
    "自动回复邮件", "邮件为自动回复", "邮件由系统自动", "这是一封自动回复", "这是自动回复",
    "这是一封系统自动", "自動回覆郵件", "郵件為自動回覆", "这是系统自动回复", "this is an automated",
    "this is an automatic", "this is an auto-", "réponse automatique", "automatische antwort", "自動返信",
    "自動応答", "자동 회신", "respuesta automática",
];

/// The same, as headings at the very beginning.
pub(super) const SELF: &[&str] = &[
    "自动回复", "自動回覆", "系统自动回复", "automatic reply", "automated reply", "auto-reply", "autoreply",
    "abwesenheitsnotiz",
];

/// Greetings, which may stand in the same line.
pub(super) const GREETINGS: &[&str] = &[
    "您好", "你好", "hello", "hi ", "dear all", "bonjour", "hallo", "guten tag", "hola", "ciao", "olá",
];

/// To be away, without whom.
pub(super) const ABSENT: &[&str] = &[
    "休假", "度假", "出差", "请假", "請假", "年假", "产假", "產假", "病假", "婚假", "事假", "探亲", "调休",
    "不在办公室", "不在辦公室", "不在公司", "不在岗", "不在工位", "不在座位", "在外出差", "外出", "离岗",
    "离职", "離職", "培训", "out of office", "out of the office", "out of my office", "out of town",
    "out on leave", "not in the office", "away from my desk", "away from the office", "away from my office",
    "away from my email", "away from email", "away on", "away until", "ooo until", "on annual leave",
    "on leave", "on sick leave", "on parental leave", "on maternity leave", "on paternity leave",
    "on medical leave", "on family leave", "on vacation", "on holiday", "on pto", "on a business trip",
    "on business travel", "taking annual leave", "taking some time off", "attending", "no longer work",
    "no longer with", "traveling", "travelling", "absent", "en congé", "en vacances", "en déplacement",
    "nicht im büro", "nicht im haus", "nicht im office", "nicht erreichbar", "außer haus", "im urlaub",
    "auf dienstreise", "in elternzeit", "abwesend", "fuera de la oficina", "fuera de oficina", "ausente",
    "de vacaciones", "fuori ufficio", "fuori sede", "in ferie", "in vacanza", "assente", "de férias",
    "fora do escritório", "afwezig", "met vakantie", "op vakantie", "niet op kantoor", "в отпуске",
    "в командировке", "отсутствую", "буду отсутствовать", "부재중", "부재 중", "휴가", "출장", "자리를 비",
];

/// The same in words that people say of themselves and their house only.
pub(super) const MODEST: &[&str] = &[
    "休暇をいただ", "休暇を頂", "お休みをいただ", "不在にして", "不在にし", "不在となり", "不在のため",
    "出張中", "出張のため", "出張して", "休暇中", "外出して",
];

/// Whoever else may be away.
pub(super) const OTHERS: &[&str] = &[
    "担当", "者が", "さんが", "さんは", "他", "她", "们", "們", "同事", "客服", "担当자", "담당",
];

/// A house that is closed, a day off: nobody's own absence.
pub(super) const HOLIDAY: &[&str] = &[
    "放假", "公休", "休業", "夏季休暇", "冬季休暇", "年末年始", "office is closed", "offices are closed",
    "office will be closed", "offices will be closed", "bureaux sont fermés", "büro ist geschlossen",
    "oficina está cerrada",
];

/// A house in which nobody reads.
pub(super) const CLOSED: &[&str] = &[
    "暂停办公", "暫停辦公", "停止办公", "停止辦公", "不办公",
];

/// The writer, in languages with words.
pub(super) const ME: &[&str] = &[
    "i", "i'm", "i'll", "im", "je", "ich", "estoy", "estaré", "me", "yo", "sono", "sarò", "estou",
    "estarei", "ik", "я", "저는", "제가",
];

/// Words between the writer and the absence, and before an absence without a writer.
pub(super) const FILLER_WORDS: &[&str] = &[
    "am", "will", "be", "currently", "presently", "now", "today", "tomorrow", "unfortunately", "still",
    "also", "both", "from", "to", "until", "till", "through", "and", "on", "the", "of", "this", "next",
    "week", "at", "moment", "that", "please", "note", "be", "advised", "have", "been", "going", "out",
    "all", "day", "starting", "between", "is", "for", "january", "february", "march", "april", "may",
    "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "oct", "nov", "dec", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "suis", "serai", "actuellement", "du", "au",
    "bin", "bis", "zum", "vom", "derzeit", "zurzeit", "zur", "zeit", "momentan", "aktuell", "leider",
    "heute", "werde", "befinde", "mich", "noch", "wieder", "einschließlich", "januar", "februar", "märz",
    "mai", "juni", "juli", "oktober", "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "encuentro", "actualmente", "attualmente", "atualmente", "ben", "momenteel", "нахожусь", "буду",
    "сейчас", "현재", "지금", "décembre", "janvier", "février", "mars", "avril", "juin", "juillet", "août",
    "septembre", "octobre", "novembre", "diciembre", "enero", "dal", "al", "fino", "até",
];

/// Signs that stand between the writer and the absence in Chinese: times, places, reasons.
pub(super) const FILLER_SIGNS: &str = "年月日号號周週星期礼拜一二三四五六七八九十天上下午晚早今明后後这這本正目前现現在因由于於将將会會要已经經最近期间間从從到至起开開始一直都暂暫时時临臨公事个個人家里裡有需得去了仍还還处處是为為国國庆慶春节節元旦端中秋五一长長假病产產婚休陪外地出原参加次的身体體不适適~〜–—";

/// What shows, of an absence without a person, that it is somebody's and now.
pub(super) const STATE: &[&str] = &[
    "正", "目前", "现在", "現", "因", "由于", "由於", "近期", "已", "currently", "actuellement", "derzeit",
    "zurzeit", "momentan", "actualmente", "현재", "中", "在外", "until", "till", "from", "through", "bis",
    "jusqu", "hasta", "fino", "до ",
];

/// When they are back.
pub(super) const RETURN: &[&str] = &[
    "回来", "回來", "返回", "返岗", "回到", "回岗", "上班", "恢复", "恢復", "销假", "至本周", "到本周",
    "下周", "until", "till", "through", "will be back", "be back", "return", "returning", "back on",
    "back in", "reopen", "this week", "jusqu", "de retour", "mon retour", " au ", "bis ", "wieder",
    "zurück", "hasta", "regres", "vuelv", "vuelta", " al ", "fino", "rientr", "torner", "até", "retorn",
    "terug", "tot ", "まで", "以降", "까지", "복귀", "до ", "вернусь",
];

/// Behind a figure, a day.
pub(super) const DAYS: &[&str] = &[
    "日", "号", "號", "일",
];

/// Whom to ask instead, and for what.
pub(super) const INSTEAD: &[&str] = &[
    "急事", "紧急", "緊急", "要事", "代为", "代為", "交接", "请联系", "可联系", "請聯", "请致电", "请拨打",
    "谅解", "諒解", "见谅", "申し訳", "urgent", "in my absence", "emergency", "please contact",
    "reach out to", "urgence", "dringend", "vertretung", "wenden sie sich", "urgente", "urgência",
    "urgenza", "dringende", "お急ぎ", "至急", "급한", "긴급", "срочн",
];

/// Sentences that name somebody to ask.
pub(super) const CONTACT: &[&str] = &[
    "联系", "聯絡", "聯繫", "致电", "拨打", "contact", "reach out", "wenden", "contactez", "contacte",
    "連絡", "연락",
];

/// Thanks for a mail, before it was read.
pub(super) const THANKS: &[&str] = &[
    "感谢您的来信", "谢谢您的来信", "感谢您的邮件", "谢谢您的邮件", "感谢来信", "感谢您的来件",
    "您的邮件已收到", "您的来信已收到", "已收到您的邮件", "已收到您的来信", "邮件我已收到", "来信收悉",
    "来信已收到", "來信已收到", "感謝您的來信", "thank you for your e", "thanks for your e",
    "thank you for your mail", "thank you for your message", "thanks for your message",
    "thank you for contacting", "thank you for reaching", "votre message", "votre mail", "votre e-mail",
    "dank für ihre", "gracias por su", "gracias por tu", "grazie per", "obrigado pel", "ご連絡ありがとう",
    "メールありがとう", "お世話になって",
];

/// That mails wait.
pub(super) const WAITS: &[&str] = &[
    "及时回复", "及時回覆", "及时答复", "及时处理", "及时查看", "可能不及时", "第一时间回复", "尽快回复",
    "盡快回覆", "尽快答复", "尽快与您联系", "回复您", "回覆您", "给您回复", "再回复", "查看邮件",
    "查收邮件", "处理邮件", "处理您的邮件", "收发邮件", "回复邮件", "邮件会晚", "统一回复", "有延迟",
    "会延迟", "可能延迟", "有所延迟", "延迟回复", "回复较慢", "limited access", "no access to",
    "not have access", "intermittent access", "slow to respond", "slow to reply", "respond when",
    "reply when", "respond to your", "reply to your", "respond upon", "reply upon", "respond as soon",
    "reply as soon", "get back to you", "checking email", "check email", "will not be forwarded",
    "not be monitored", "be answered", "répondrai", "nicht weitergeleitet", "antworte", "mail wird",
    "beantworte", "responderé", "contestaré", "risponderò", "responderei", "返信", "회신", "답변", "отвечу",
];

/// Words for mails.
pub(super) const MAIL: &[&str] = &[
    "邮件", "郵件", "来信", "來信", "email", "e-mail", "mails", "メール",
];

/// What is spoken of when somebody is helped.
pub(super) const MATTER: &[&str] = &[
    "重启", "重装", "安装", "卸载", "点击", "点一下", "设置", "版本", "驱动", "日志", "订单", "发货",
    "退款", "下载", "升级", "更新", "补丁", "截图", "账号", "帐号", "密码", "发票", "报销", "再试", "试试",
    "这个问题", "解决", "试一下", "试下", "先试", "表单", "链接", "后台", "插件", "配置", "修复", "查一下",
    "查下", "看一下", "看下", "群里", "文档", "刷新", "登录", "客户端", "固件", "快递", "物流", "换货",
    "退货", "审批", "先用", "您先", "工单", "重啟", "安裝", "訂單", "退貨", "try ", "click", "reset",
    "restart", "reinstall", "reboot", "version", "your order", "the order", "orders", "refund", "the log",
    "logs", "settings", "the form", "download", "install", "upgrade", "update", "screenshot", "serial",
    "i'll check the", "i will check the", "look it up", "look into", "look at", "driver", "password",
    "your account", "invoice", "warranty", "you can", "the fix", "formulaire", "lieferung", "返品",
];
