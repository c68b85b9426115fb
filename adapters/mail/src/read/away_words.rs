//! The phrases by which [`super::away`] scores a text, in lower case and with half-width signs.

/// Phrases by which a text declares that no person wrote it.
pub(super) const AUTOMATIC: &[&str] = &[
    "自动回复邮件", "邮件为自动回复", "邮件由系统自动", "这是一封自动回复", "这是自动回复",
    "这是一封系统自动", "自動回覆郵件", "郵件為自動回覆", "这是系统自动回复", "this is an automated",
    "this is an automatic", "this is an auto-", "réponse automatique", "automatische antwort", "自動返信",
    "自動応答", "자동 회신", "respuesta automática",
    "automatically generated", "auto-generated", "generated automatically", "automatisch generiert", "automatisch erstellt", "邮件是系统自动", "邮件由系统发", "郵件由系統自動", "请勿回复此邮件", "请勿回复本邮件", "请勿直接回复", "do not reply to this", "автоматический ответ", "automatyczna odpowiedź", "自动发送的邮件", "자동응답", "자동 응답", "자동 발송",
];

/// Headings at the very beginning that say so.
pub(super) const SELF: &[&str] = &[
    "自动回复", "自動回覆", "系统自动回复", "automatic reply", "automated reply", "auto-reply", "autoreply",
    "abwesenheitsnotiz",
    "auto reply", "out of office auto", "réponse automatique", "respuesta automática", "автоответ", "automatyczna odpowiedź", "자동 응답", "자동회신",
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
    "ooo", "out sick", "off sick", "sick leave", "sick today", "maternity leave", "paternity leave", "parental leave", "out today", "out all day", "out until", "out this week", "out next week", "out for the", "out of the country", "off work", "off until", "off today", "off this week", "day off", "not working today", "on a leave", "on bereavement", "on jury duty", "on my honeymoon", "on break", "unwell", "urlaub", "krank", "krankgeschrieben", "im mutterschutz", "wieder erreichbar", "nicht am arbeitsplatz", "en arrêt maladie", "arrêt maladie", "congé maternité", "de baja", "in malattia", "in maternità", "ziek", "в отпуск", "на больничном", "в декрете", "не в офисе", "육아휴직", "병가", "퇴사", "휴무", "na urlopie", "nieobecn", "poza biurem", "na zwolnieniu", "på semester", "på ferie", "住院", "病休", "休病", "陪产", "丧假", "哺乳假", "探亲假", "轮休", "补休", "不在单位", "不在工作岗位", "封闭培训", "出国", "度蜜月",
    "不上班", "不值班", "休养", "疗养", "off-grid", "off the grid", "hiking", "unavailable", "limited availability", "gone fishing", "at a conference", "taking today off", "taking the day off", "taking time off", "taking a break", "taking the week off", "on a break", "on sabbatical", "on furlough", "on assignment", "not available",
];

/// Phrases for it that people use of themselves and their own organisation only.
pub(super) const MODEST: &[&str] = &[
    "休暇をいただ", "休暇を頂", "お休みをいただ", "不在にして", "不在にし", "不在となり", "不在のため",
    "出張中", "出張のため", "出張して", "休暇中", "外出して",
];

/// Other people who may be away.
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
    "меня", "мной", "jestem", "przebywam", "będę", "ja", "nie",
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
    "habe", "ab", "feeling", "не", "будет", "с", "по", "сегодня", "завтра", "на", "obecnie", "teraz", "do", "od", "w", "저", "오늘", "내일", "월", "일부터", "taking", "some", "off",
];

/// Signs that stand between the writer and the absence in Chinese: times, places, reasons.
pub(super) const FILLER_SIGNS: &str = "年月日号號周週星期礼拜一二三四五六七八九十天上下午晚早今明后後这這本正目前现現在因由于於将將会會要已经經最近期间間从從到至起开開始一直都暂暫时時临臨公事个個人家里裡有需得去了仍还還处處是为為国國庆慶春节節元旦端中秋五一长長假病产產婚休陪外地出原封闭底参加次的身体體不适適~〜–—";

/// Signs that an absence without a subject is the writer's own, and is now.
pub(super) const STATE: &[&str] = &[
    "正", "目前", "现在", "現", "因", "由于", "由於", "近期", "已", "currently", "actuellement", "derzeit",
    "zurzeit", "momentan", "actualmente", "현재", "中", "在外", "until", "till", "from", "through", "bis",
    "jusqu", "hasta", "fino", "до ",
    "중", "인해", "obecnie", "сейчас", "today", "tomorrow", "this week", "all day",
];

/// Words about the return.
pub(super) const RETURN: &[&str] = &[
    "回来", "回來", "返回", "返岗", "回到", "回岗", "上班", "恢复", "恢復", "销假", "至本周", "到本周",
    "下周", "until", "till", "through", "will be back", "be back", "return", "returning", "back on",
    "back in", "reopen", "this week", "jusqu", "de retour", "mon retour", " au ", "bis ", "wieder",
    "zurück", "hasta", "regres", "vuelv", "vuelta", " al ", "fino", "rientr", "torner", "até", "retorn",
    "terug", "tot ", "まで", "以降", "까지", "복귀", "до ", "вернусь",
    "back tomorrow", "back next", "wrócę", "tomorrow", "复工", "返校", "返工", "归来",
    "再联系", "月底", "w dniach", "back monday", "back tuesday", "back wednesday", "back thursday", "back friday",
];

/// Behind a figure, a day.
pub(super) const DAYS: &[&str] = &[
    "日", "号", "號", "일",
];

/// Words about a substitute and urgent matters.
pub(super) const INSTEAD: &[&str] = &[
    "急事", "紧急", "緊急", "要事", "代为", "代為", "交接", "请联系", "可联系", "請聯", "请致电", "请拨打",
    "谅解", "諒解", "见谅", "申し訳", "urgent", "in my absence", "emergency", "please contact",
    "reach out to", "urgence", "dringend", "vertretung", "wenden sie sich", "urgente", "urgência",
    "urgenza", "dringende", "お急ぎ", "至急", "급한", "긴급", "срочн",
    "接手", "接替", "代班", "顶替", "对接", "找同事", "please write to", "please email", "please forward", "pilnych", "proszę o kontakt", "обращайтесь", "문의는", "문의해",
];

/// Sentences that name somebody to ask.
pub(super) const CONTACT: &[&str] = &[
    "联系", "聯絡", "聯繫", "致电", "拨打", "contact", "reach out", "wenden", "contactez", "contacte",
    "連絡", "연락",
    "请发送至", "请发至", "请发到", "请转发", "please write to", "please email", "please forward", "email me at", "schreiben sie an", "обращайтесь", "пишите", "kontakt", "문의",
    "for assistance", "email office", "改发",
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
    "dziękuję za", "спасибо за", "감사합니다",
];

/// Phrases that say that mails wait.
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
    "统一处理", "odpowiem", "답장",
    "won't see email", "won't see your", "won't be reading", "won't be checking", "not be checking", "not reading email", "not checking email", "replies will be", "responses will be", "reply may be", "response may be",
];

/// Words for mails.
pub(super) const MAIL: &[&str] = &[
    "邮件", "郵件", "来信", "來信", "email", "e-mail", "mails", "メール",
];

/// Words of a support conversation.
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

/// Absences of the writer: the language has the person in the verb, or nobody uses the phrase of others.
pub(super) const FIRST_PERSON: &[&str] = &[
    "буду отсутствовать", "отсутствую", "нахожусь в отпуске", "нахожусь на больничном", "нахожусь в командировке",
    "меня не будет", "меня нет", "я в отпуске", "я на больничном", "jestem na urlopie", "jestem nieobecn",
    "jestem poza", "jestem na zwolnieniu", "przebywam na", "przebywam poza", "będę nieobecn", "będę poza",
    "nie ma mnie", "ich habe urlaub", "bin ich im urlaub", "bin ich nicht", "izindeyim", "ofis dışındayım",
    "퇴사하였습니다", "퇴사했습니다", "퇴직하였습니다", "육아휴직 중", "부재중입니다", "휴가 중입니다",
];

/// Absences that programs put at the beginning, without a person.
pub(super) const HEADS: &[&str] = &[
    "ooo", "out of office", "out of the office", "out-of-office", "on leave", "on pto", "on vacation", "on annual leave",
    "on sick leave", "on maternity leave", "on parental leave", "im urlaub", "en congé", "de vacaciones", "in ferie",
];

/// Marks that programs set at the end.
pub(super) const MARKS: &[&str] = &[
    "自动回复", "自動回覆", "自動回復", "自动答复", "自动应答", "自动回复邮件", "自动回复的邮件", "自动发送", "automatic reply", "automated reply",
    "automatic response", "automated response", "auto-reply", "auto reply", "autoreply", "auto-response",
    "automatische antwort", "réponse automatique", "respuesta automática", "risposta automatica", "自動返信", "자동 회신",
    "자동회신", "автоответ", "автоматический ответ", "automatyczna odpowiedź",
];

/// Signs that may stand behind a mark.
pub(super) const CLOSERS: [char; 12] = [')', ']', '】', '.', '!', '~', '"', '\'', '*', '—', '–', '」'];

/// Words that may stand before an automatic answer's mark, and say whose it is.
pub(super) const MAY_STAND_BEFORE_MARK: &[&str] = &[
    "来自", "來自", "系统", "系統", "邮箱", "本邮件", "此邮件", "这是", "此为", "本信", "假期", "休假", "外出", "qq", "foxmail",
    "from", "this is an", "sent by", "outlook", "gmail", "vacation", "out of office",
];

/// The mailbox that a note comes from.
pub(super) const MAILBOX_SURE: &[&str] = &[
    "本邮箱", "此邮箱", "我的邮箱", "这个邮箱我", "本信箱", "此信箱", "本郵箱", "此郵箱", "this mailbox", "this inbox", "this mail box",
    "dieses postfach", "этот почтовый ящик", "этот ящик", "ta skrzynka", "cette boîte", "este buzón", "questa casella",
    "본 메일", "이 메일함", "この受信箱",
    "本账号邮件", "此账号邮件", "本帐号邮件", "此帐号邮件", "mail to this address", "emails to this", "messages to this",
];

/// Phrases for it that people use of another mailbox as well.
pub(super) const MAILBOX: &[&str] = &[
    "该邮箱", "这个邮箱", "该信箱", "該郵箱", "该邮件地址", "此邮件地址", "本邮件地址", "this email address", "this e-mail address",
    "this email account", "this e-mail account", "this account", "this address", "my email address", "diese e-mail-adresse",
    "diese mailadresse", "этот адрес", "ten adres", "cette adresse", "esta dirección", "questo indirizzo",
    "このメールアドレス", "이 메일 주소", "이 이메일",
    "此账号", "本账号", "此地址", "本地址",
];

/// Phrases that say that nobody reads there.
pub(super) const NOBODY_READS: &[&str] = &[
    "停用", "不再使用", "不再用", "不使用", "弃用", "棄用", "无人", "無人", "没人", "关闭", "關閉", "注销", "註銷", "不再查收", "不再查看",
    "作废", "仅用于发", "不接收", "not monitored", "not being monitored", "unmonitored", "not checked", "not read", "no longer",
    "not in use", "deactivated", "has been closed", "is closed", "nicht mehr", "nicht überwacht", "nicht gelesen",
    "deaktiviert", "не используется", "больше не", "не читается", "не проверяется", "отключен", "nie jest",
    "nieaktywn", "n'est plus", "n'est pas", "ya no", "no se ", "non è più", "使用されて", "使われて", "送信専用", "사용하지 않",
    "사용되지 않", "확인하지 않", "확인되지 않", "발신 전용", "발신전용",
    "停止接收", "停止收", "停止使用", "停止服务", "isn't checked", "isn't monitored", "isn't read", "aren't read", "not regularly", "never read", "no one reads", "nobody reads",
];

/// To have left.
pub(super) const LEFT: &[&str] = &[
    "no longer work", "no longer with", "no longer employed", "no longer at", "no longer part of", "have left", "'ve left",
    "left the company", "retired", "离职", "離職", "已离开", "退休", "nicht mehr bei", "nicht mehr für", "ne travaille plus", "ya no trabajo",
    "больше не работаю", "уволил", "już nie pracuję", "nie pracuję już", "퇴사하였", "퇴사했", "退職",
    "已调离", "调离原", "已转岗", "不再担任", "不再负责", "不再任职",
];

/// Words behind "left" that mean an employer.
pub(super) const LEFT_FOR: &[&str] = &[
    "at ", "for ", "here", "the company", "the organi", "the firm", "by ", "employed", "of ", "from ", "with ", "us",
];

/// To have left, where no house needs to be named.
pub(super) const LEFT_ALL: &[&str] = &["retired", "left the company"];

/// A house, by its word.
pub(super) const HOUSE: &[&str] = &[
    "office", "büro", "bureau", "oficina", "ufficio", "escritório", "kantoor", "biuro", "офис", "事務所", "办公室",
];

/// Phrases that say that it is shut.
pub(super) const SHUT: &[&str] = &[
    "closed", "geschlossen", "fermé", "cerrad", "chius", "fechad", "gesloten", "nieczynn", "zamknięt", "закрыт", "休業", "关闭",
];

/// A mail that speaks of itself.
pub(super) const THIS_MAIL: &[&str] = &[
    "本邮件", "此邮件", "该邮件", "这封邮件", "本信", "此信", "此消息", "本消息", "本郵件", "此郵件", "this message", "this mail", "this email",
    "this e-mail", "this reply", "this response", "diese nachricht", "diese e-mail", "ce message", "este mensaje", "questo messaggio",
    "это письмо", "это сообщение", "ta wiadomość", "このメール", "본 메일", "이 메일",
];

/// Phrases that say that a program sent it.
pub(super) const BY_PROGRAM: &[&str] = &[
    "自动发", "自动回", "自动生成", "机器人", "自動", "automatic", "auto-", "automated", "automatisch", "automático", "automatico",
    "автоматически", "automatycznie", "自動送信", "자동",
];
