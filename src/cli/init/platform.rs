//! The platforms that `init` can set up, and what each has to know.

use crate::cli::language::TerminalLanguage;
use crate::service::accounts;

/// A text in Chinese and in English.
pub(super) type Both = (&'static str, &'static str);

/// A platform, and what is asked for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Platform {
    /// Its name in groupdesk.yaml.
    pub(super) name: &'static str,
    /// The name that the account gets.
    pub(super) account: &'static str,
    /// The name that people use.
    label: Both,
    /// The secret under `connection`.
    pub(super) token: Option<Token>,
    /// The further key under `connection`, and the question for its value.
    pub(super) id: Option<(&'static str, Both)>,
    /// Staff can be told there.
    pub(super) takes_staff: bool,
    /// The id of a group and that of a person, as they are typed.
    ids: (&'static str, &'static str),
    /// Its client connects to us.
    pub(super) calls_us: bool,
    /// The steps on the platform once the program runs.
    pub(super) then: Both,
}

/// A secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Its key under `connection`.
    pub(super) key: &'static str,
    /// The usual variable for it.
    pub(super) variable: &'static str,
    /// The file that it is written to when it is typed.
    pub(super) file: &'static str,
    /// Nothing works without it.
    pub(super) is_needed: bool,
    /// A secret of its form, to check the rest where the secret itself is not known.
    pub(super) sample: &'static str,
    pub(super) question: Both,
}

const PLATFORMS: &[Platform] = &[
    Platform {
        name: "onebot",
        account: "qq",
        label: (
            "QQ 群（OneBot：NapCat、Lagrange 等）",
            "QQ groups (OneBot: NapCat, Lagrange, ...)",
        ),
        token: Some(Token {
            key: "access_token",
            variable: "ONEBOT_TOKEN",
            file: "onebot-token.txt",
            is_needed: false,
            sample: "sample",
            question: (
                "令牌（token），要和 NapCat 里填的一样。NapCat 就在这台机器上时可以不设，直接回车",
                "The token, the same as in NapCat. With NapCat on this machine none is needed: press Enter",
            ),
        }),
        id: None,
        takes_staff: true,
        ids: ("900001", "10001"),
        calls_us: true,
        then: (
            "然后在 NapCat 里新建“WebSocket 客户端”（反向 WebSocket），填上面的地址；在群里发“@机器人 几点上班”试一试。",
            "then add a \"WebSocket client\" (reverse WebSocket) with the address above in NapCat, and say \"@bot when are you open\" in the group.",
        ),
    },
    Platform {
        name: "telegram",
        account: "tg",
        label: ("Telegram", "Telegram"),
        token: Some(Token {
            key: "token",
            variable: "TELEGRAM_TOKEN",
            file: "telegram-token.txt",
            is_needed: true,
            sample: "123456:sample",
            question: (
                "@BotFather 给的令牌（token），形如 123456:ABC-DEF…",
                "The token that @BotFather gave, like 123456:ABC-DEF...",
            ),
        }),
        id: None,
        takes_staff: true,
        ids: ("-1001234567890", "123456789"),
        calls_us: false,
        then: (
            "然后把机器人拉进群；日志会写出每个群的号码。要让它听到没有叫它的问题，先在 @BotFather 里 /setprivacy → Disable。",
            "then add the bot to your groups; the log tells each one's id. To let it hear what is not addressed to it: @BotFather, /setprivacy, Disable.",
        ),
    },
    Platform {
        name: "discord",
        account: "dc",
        label: ("Discord", "Discord"),
        token: Some(Token {
            key: "token",
            variable: "DISCORD_TOKEN",
            file: "discord-token.txt",
            is_needed: true,
            sample: "sample",
            question: (
                "机器人的令牌（Developer Portal → Bot → Reset Token）",
                "The bot's token (Developer Portal, Bot, Reset Token)",
            ),
        }),
        id: None,
        takes_staff: true,
        ids: ("123456789012345678", "123456789012345678"),
        calls_us: false,
        then: (
            "然后把机器人邀请进服务器（先在 Bot 页打开 Message Content Intent）。",
            "then invite the bot to your server (with Message Content Intent switched on, on the page Bot).",
        ),
    },
    Platform {
        name: "qq",
        account: "qqbot",
        label: ("QQ 官方机器人（q.qq.com）", "QQ, official bots (q.qq.com)"),
        token: Some(Token {
            key: "app_secret",
            variable: "QQ_SECRET",
            file: "qq-secret.txt",
            is_needed: true,
            sample: "sample",
            question: (
                "AppSecret（q.qq.com 的开发设置）",
                "The AppSecret (q.qq.com, development settings)",
            ),
        }),
        id: Some(("app_id", ("AppID", "The AppID"))),
        takes_staff: false,
        ids: ("", ""),
        calls_us: false,
        then: (
            "然后在 q.qq.com 把机器人加进群，@它提问。它不能主动发消息，客服群请放在别的平台（docs/zh/qq.md）。",
            "then add the bot to a group at q.qq.com and mention it. It can't write of its own accord: staff rooms belong on another platform (docs/qq.md).",
        ),
    },
    Platform {
        name: "wecom_robot",
        account: "wecom",
        label: ("企业微信智能机器人", "WeCom, intelligent robot"),
        token: Some(Token {
            key: "secret",
            variable: "WECOM_ROBOT_SECRET",
            file: "wecom-secret.txt",
            is_needed: true,
            sample: "sample",
            question: (
                "机器人页面上的 Secret（长连接方式）",
                "The Secret on the robot's page (long connection)",
            ),
        }),
        id: Some((
            "bot_id",
            ("机器人页面上的 Bot ID", "The Bot ID on the robot's page"),
        )),
        takes_staff: true,
        ids: ("wrkSFfCgAAxxxxxx", "zhangsan"),
        calls_us: false,
        then: (
            "然后把机器人加进内部群，@它提问；日志会写出群的号码。",
            "then add the robot to an internal group and mention it; the log tells the group's id.",
        ),
    },
    Platform {
        name: "console",
        account: "here",
        label: ("先在这个终端里试一试", "This terminal, to try it"),
        token: None,
        id: None,
        takes_staff: false,
        ids: ("", ""),
        calls_us: false,
        then: (
            "然后直接打字提问，例如“几点上班”；/console 列出可用的命令。",
            "then type a question, such as \"when are you open\"; /console lists what else can be typed.",
        ),
    },
    Platform {
        name: "web",
        account: "site",
        label: (
            "网站（网页右下角的聊天窗口）",
            "A website (a chat in the corner of its pages)",
        ),
        token: None,
        id: Some((
            "origins",
            (
                "网页的来源：协议和域名，例如 https://shop.example",
                "The origin of its pages: scheme and host, such as https://shop.example",
            ),
        )),
        takes_staff: false,
        ids: ("", ""),
        calls_us: true,
        then: (
            "然后把这一行放进网页，打开网页试一试。外网访问要在前面放 HTTPS 的反向代理，并加一个客服群，见 docs/zh/web.md。",
            "then put that line into a page and open it. For the internet put a proxy with HTTPS in front, and add a staff room: docs/web.md.",
        ),
    },
];

impl Platform {
    /// The platforms that this program was built with.
    pub(super) fn all() -> Vec<&'static Self> {
        let built = accounts::platforms();
        let is_built = |platform: &&Self| built.iter().any(|known| known.name == platform.name);
        PLATFORMS.iter().filter(is_built).collect()
    }

    /// The platform of this name, or with this number in the list.
    pub(super) fn find(text: &str, language: TerminalLanguage) -> Result<&'static Self, String> {
        let all = Self::all();
        let number = text
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1));
        let found = number
            .and_then(|at| all.get(at))
            .or_else(|| all.iter().find(|platform| platform.name == text));
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|platform| platform.name).collect();
            let names = names.join(", ");
            language.of(
                format!("没有「{text}」；可以写 {names}。其他平台的写法见 docs/zh 里各平台的说明"),
                format!("there is no `{text}`; write one of {names}. The others are described in docs/, a page a platform"),
            )
        })
    }

    /// Returns the refusal of what is typed for a group, or for a person, and can be none here: with the form in which it is typed.
    pub(super) fn no_address(&self, typed: &str, is_person: bool, language: TerminalLanguage) -> String {
        let (group, person) = self.ids;
        let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
        // The sign gets lost where a group's number is copied.
        let meant = format!("-{typed}");
        let example = match is_person {
            true => person,
            false if is_number && self.name == "telegram" && meant.len() == group.len() => meant.as_str(),
            false => group,
        };
        let (kind_chinese, kind) = match is_person {
            true => ("人员的号码", "the id of a person"),
            false => ("群的号码", "the id of a group"),
        };
        let name = self.name;
        language.of(
            format!(
                "「{typed}」在平台 {name} 上不会是{kind_chinese}；请只写号码，写成类似 {example}（多个用逗号分开；没有就不写，提问时直接回车）"
            ),
            format!(
                "`{typed}` can't be {kind} on the platform {name}; write the id alone, such as {example} (several separated by commas; \
                 for none leave it out, or press Enter)"
            ),
        )
    }

    pub(super) fn label(&self, language: TerminalLanguage) -> &'static str {
        language.of(self.label.0, self.label.1)
    }
}
