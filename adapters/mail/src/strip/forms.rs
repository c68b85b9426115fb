//! The forms in which the world's mail programs answer a mail of ours: each heading with the answer above the quote, below it,
//! and between its lines, quoted line by line and plain.

use super::*;

const ANSWER: &str =
    "请这样做：\n> npm ci\n-- 别忘了先停服务\nFrom: 这一行是日志里的\n从我的文档里打开安装包即可";

/// The same, with last lines that look like the beginning of a heading.
const LIKE_HEADING: &str = "先看日志 <路径>\n在 2026 年的包里，写信给 <bob@example.com>";

/// The heading above our mail, by program.
const HEADINGS: &[(&str, &str)] = &[
    (
        "Notes, Chinese",
        "desk@example.com\n2026/11/30 19:00\n\n收件人\nwang@example.com\n抄送\nboss@example.com\n主题\n[#1] 转人工",
    ),
    (
        "Notes, English, with tabs",
        "Desk <desk@example.com>\n30.11.2026 19:00\n\nTo\tWang <wang@example.com>,\nLi <li@example.com>\ncc\nSubject\t[#1] x",
    ),
    (
        "Notes, German, a name",
        "Anna Amt/Vertrieb/Firma\n30.11.2026 19:00\n\nAn\n\nWang <wang@example.com>\n\nKopie\n\nThema\n\nNeue Frage",
    ),
    (
        "Gmail, English",
        "On Mon, Nov 23, 2026 at 6:00 PM Desk <desk@example.com> wrote:",
    ),
    (
        "Gmail, wrapped",
        "On Mon, Nov 23, 2026 at 6:00 PM Support Desk of the Example Company <\ndesk@example.com> wrote:",
    ),
    (
        "Gmail, Chinese",
        "Desk <desk@example.com> 于2026年11月23日周一 18:00写道：",
    ),
    (
        "Gmail, traditional Chinese",
        "Desk <desk@example.com> 於 2026年11月23日 週一 下午6:00寫道：",
    ),
    (
        "Gmail, German",
        "Am Mo., 23. Nov. 2026 um 18:00 Uhr schrieb Desk <desk@example.com>:",
    ),
    (
        "Gmail, French",
        "Le lun. 23 nov. 2026 à 18:00, Desk <desk@example.com> a écrit :",
    ),
    (
        "Gmail, Spanish",
        "El lun, 23 nov 2026 a las 18:00, Desk (<desk@example.com>) escribió:",
    ),
    (
        "Gmail, Portuguese",
        "Em seg., 23 de nov. de 2026 às 18:00, Desk <desk@example.com> escreveu:",
    ),
    (
        "Gmail, Italian",
        "Il giorno lun 23 nov 2026 alle ore 18:00 Desk <desk@example.com> ha scritto:",
    ),
    (
        "Gmail, Russian",
        "пн, 23 нояб. 2026 г. в 18:00, Desk <desk@example.com>:",
    ),
    (
        "Gmail, Japanese",
        "2026年11月23日(月) 18:00 Desk <desk@example.com>:",
    ),
    (
        "Gmail, Korean",
        "2026년 11월 23일 (월) 오후 6:00, Desk <desk@example.com>님이 작성:",
    ),
    (
        "Gmail, Dutch",
        "Op ma 23 nov 2026 om 18:00 schreef Desk <desk@example.com>:",
    ),
    (
        "Gmail, Polish",
        "pon., 23 lis 2026 o 18:00 Desk <desk@example.com> napisał(a):",
    ),
    (
        "Gmail, Turkish",
        "Desk <desk@example.com>, 23 Kas 2026 Pzt, 18:00 tarihinde şunu yazdı:",
    ),
    (
        "Gmail, Vietnamese",
        "Vào Th 2, 23 thg 11, 2026 vào lúc 18:00 Desk <desk@example.com> đã viết:",
    ),
    (
        "Apple Mail",
        "On Nov 23, 2026, at 18:00, Desk <desk@example.com> wrote:",
    ),
    (
        "Apple Mail, Chinese",
        "在 2026年11月23日，18:00，Desk <desk@example.com> 写道：",
    ),
    (
        "Apple Mail, German",
        "Am 23.11.2026 um 18:00 schrieb Desk <desk@example.com>:",
    ),
    (
        "Apple Mail, Japanese",
        "2026/11/23 18:00、Desk <desk@example.com>のメール:",
    ),
    (
        "iPhone, Chinese",
        "发自我的iPhone\n\n在 2026年11月23日，18:00，Desk <desk@example.com> 写道：",
    ),
    ("Thunderbird, English", "On 23/11/2026 18:00, Desk wrote:"),
    ("Thunderbird, German", "Am 23.11.26 um 18:00 schrieb Desk:"),
    ("Thunderbird, Chinese", "在 2026/11/23 18:00, Desk 写道:"),
    ("Thunderbird, French", "Le 23/11/2026 à 18:00, Desk a écrit :"),
    ("Thunderbird, Russian", "23.11.2026 18:00, Desk пишет:"),
    (
        "Spark",
        "On 23. Nov 2026, 18:00 +0100, Desk <desk@example.com>, wrote:",
    ),
    (
        "K-9",
        "Am 23. November 2026 18:00:00 MEZ schrieb Desk <desk@example.com>:",
    ),
    (
        "Yahoo",
        "On Monday, November 23, 2026 at 06:00:00 PM GMT+8, Desk <desk@example.com> wrote:",
    ),
    (
        "Zoho",
        "---- On Mon, 23 Nov 2026 18:00:00 +0800 Desk <desk@example.com> wrote ----",
    ),
    (
        "Proton",
        "On Monday, November 23rd, 2026 at 6:00 PM, Desk <desk@example.com> wrote:",
    ),
    ("Yandex", "23.11.2026, 18:00, \"Desk\" <desk@example.com>:"),
    (
        "163, English",
        "At 2026-11-23 18:00:00, \"Desk\" <desk@example.com> wrote:",
    ),
    (
        "163, Chinese",
        "在 2026-11-23 18:00:00，\"Desk\" <desk@example.com> 写道：",
    ),
    (
        "163, telephone",
        "---- 回复的原邮件 ----\n| 发件人 | Desk<desk@example.com> |\n| 日期 | 2026年11月23日 18:00 |\n| 收件人 | Alice<alice@example.com> |\n| 抄送至 | |\n| 主题 | [#12] 装不上 |",
    ),
    (
        "163 Master",
        "---- Replied Message ----\nFrom | Desk<desk@example.com>\nDate | 11/23/2026 18:00\nTo | Alice<alice@example.com>\nSubject | [#12] x",
    ),
    (
        "QQ Mail, Chinese",
        "------------------ 原始邮件 ------------------\n发件人: \"Desk\" <desk@example.com>;\n发送时间: 2026年11月23日(星期一) 晚上6:00\n收件人: \"Alice\"<alice@example.com>;\n\n主题: [#12] 装不上",
    ),
    (
        "QQ Mail, English",
        "------------------ Original ------------------\nFrom: \"Desk\"<desk@example.com>;\nDate: Mon, Nov 23, 2026 06:00 PM\nTo: \"Alice\"<alice@example.com>;\n\nSubject: [#12] x",
    ),
    (
        "QQ Mail, new",
        "原始邮件\n\n发件人：Desk <desk@example.com>\n发件时间：2026年11月23日 18:00\n收件人：Alice <alice@example.com>\n主题：[#12] 装不上",
    ),
    (
        "Foxmail",
        "发件人： Desk\n发送时间： 2026-11-23 18:00\n收件人： alice@example.com\n主题： [#12] 装不上",
    ),
    (
        "Aliyun",
        "------------------------------------------------------------------\n发件人：Desk <desk@example.com>\n日　期：2026年11月23日 18:00:00\n收件人：<alice@example.com>\n主　题：[#12] 装不上",
    ),
    (
        "DingTalk",
        "------------------------------------------------------------------\n发件人：Desk<desk@example.com>\n发送时间：2026年11月23日(星期一) 18:00\n收件人：Alice<alice@example.com>\n抄　送：Bob<bob@example.com>\n主　题：[#12] 装不上",
    ),
    (
        "Feishu",
        "发件人: Desk <desk@example.com>\n日期: 2026年11月23日 周一 18:00\n主题: [#12] 装不上\n收件人: alice@example.com",
    ),
    (
        "Tencent Exmail",
        "------------------ Original ------------------\nFrom:  \"Desk\"<desk@example.com>;\nDate:  Mon, Nov 23, 2026 06:00 PM\nTo:  \"alice\"<alice@example.com>;",
    ),
    (
        "139",
        "-----原始邮件-----\n发件人： Desk <desk@example.com>\n发送时间： 2026年11月23日 18:00\n收件人： alice",
    ),
    (
        "Outlook, English",
        "From: Desk <desk@example.com>\nSent: Monday, November 23, 2026 6:00 PM\nTo: Alice <alice@example.com>; Bob <bob@example.com>\nSubject: [#12] x",
    ),
    (
        "Outlook, with attachments",
        "From: Desk <desk@example.com>\nSent: Monday, November 23, 2026 6:00 PM\nTo: Alice <alice@example.com>\nCc: Bob\nSubject: [#12] x\nAttachments: a.png\nImportance: High",
    ),
    (
        "Outlook, old",
        "-----Original Message-----\nFrom: Desk [mailto:desk@example.com] \nSent: Monday, November 23, 2026 6:00 PM\nTo: Alice\nSubject: [#12] x",
    ),
    (
        "Outlook, Chinese",
        "发件人: Desk <desk@example.com>\n发送时间: 2026年11月23日 18:00\n收件人: Alice <alice@example.com>\n主题: [#12] 装不上",
    ),
    (
        "Outlook, traditional Chinese",
        "寄件者: Desk <desk@example.com>\n寄件日期: 2026年11月23日 下午 06:00\n收件者: Alice <alice@example.com>\n主旨: [#12] 裝不上",
    ),
    (
        "Outlook, German",
        "Von: Desk <desk@example.com>\nGesendet: Montag, 23. November 2026 18:00\nAn: Alice <alice@example.com>\nBetreff: [#12] x",
    ),
    (
        "Outlook, German, old",
        "-----Ursprüngliche Nachricht-----\nVon: Desk\nGesendet: Montag, 23. November 2026 18:00\nAn: Alice\nBetreff: [#12] x",
    ),
    (
        "Outlook, French",
        "De : Desk <desk@example.com>\nEnvoyé : lundi 23 novembre 2026 18:00\nÀ : Alice <alice@example.com>\nObjet : [#12] x",
    ),
    (
        "Outlook, Spanish",
        "De: Desk <desk@example.com>\nEnviado el: lunes, 23 de noviembre de 2026 18:00\nPara: Alice <alice@example.com>\nAsunto: [#12] x",
    ),
    (
        "Outlook, Italian",
        "Da: Desk <desk@example.com>\nInviato: lunedì 23 novembre 2026 18:00\nA: Alice <alice@example.com>\nOggetto: [#12] x",
    ),
    (
        "Outlook, Portuguese",
        "De: Desk <desk@example.com>\nEnviada em: segunda-feira, 23 de novembro de 2026 18:00\nPara: Alice\nAssunto: [#12] x",
    ),
    (
        "Outlook, Russian",
        "От: Desk <desk@example.com>\nОтправлено: понедельник, 23 ноября 2026 г. 18:00\nКому: Alice <alice@example.com>\nТема: [#12] x",
    ),
    (
        "Outlook, Japanese",
        "差出人: Desk <desk@example.com>\n送信日時: 2026年11月23日 18:00\n宛先: Alice <alice@example.com>\n件名: [#12] x",
    ),
    (
        "Outlook, Korean",
        "보낸 사람: Desk <desk@example.com>\n보낸 날짜: 2026년 11월 23일 월요일 오후 6:00\n받는 사람: Alice <alice@example.com>\n제목: [#12] x",
    ),
    (
        "Outlook, Polish",
        "Od: Desk <desk@example.com>\nWysłano: poniedziałek, 23 listopada 2026 18:00\nDo: Alice <alice@example.com>\nTemat: [#12] x",
    ),
    (
        "Outlook, Dutch",
        "Van: Desk <desk@example.com>\nVerzonden: maandag 23 november 2026 18:00\nAan: Alice <alice@example.com>\nOnderwerp: [#12] x",
    ),
    (
        "Outlook, Swedish",
        "Från: Desk <desk@example.com>\nSkickat: den 23 november 2026 18:00\nTill: Alice <alice@example.com>\nÄmne: [#12] x",
    ),
    (
        "Outlook, Turkish",
        "Kimden: Desk <desk@example.com>\nGönderildi: 23 Kasım 2026 Pazartesi 18:00\nKime: Alice <alice@example.com>\nKonu: [#12] x",
    ),
    (
        "Outlook web",
        "________________________________\nFrom: Desk <desk@example.com>\nSent: Monday, November 23, 2026 6:00 PM\nTo: Alice <alice@example.com>\nSubject: [#12] x",
    ),
    (
        "Outlook web, Chinese",
        "________________________________\n发件人: Desk <desk@example.com>\n发送时间: 2026年11月23日 18:00\n收件人: Alice <alice@example.com>\n主题: [#12] 装不上",
    ),
    (
        "Outlook, telephone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Desk <desk@example.com>\nSent: Monday, November 23, 2026 6:00:00 PM\nTo: Alice <alice@example.com>\nSubject: [#12] x",
    ),
    (
        "Outlook, telephone, Chinese",
        "获取 Outlook for iOS\n________________________________\n发件人: Desk <desk@example.com>\n发送时间: Monday, November 23, 2026 6:00:00 PM\n收件人: Alice\n主题: [#12] x",
    ),
    (
        "Windows Mail",
        "从 Windows 版邮件发送\n\n发件人: Desk\n发送时间: 2026年11月23日 18:00\n收件人: Alice\n主题: [#12] x",
    ),
    (
        "Outlook for Mac",
        "From: Desk <desk@example.com>\nDate: Monday, November 23, 2026 at 6:00 PM\nTo: Alice <alice@example.com>\nSubject: [#12] x",
    ),
    (
        "bold as asterisks",
        "*From:* Desk <desk@example.com>\n*Sent:* Monday, November 23, 2026 6:00 PM\n*To:* Alice <alice@example.com>\n*Subject:* [#12] x",
    ),
    (
        "GMX",
        "Gesendet: Montag, 23. November 2026 um 18:00 Uhr\nVon: \"Desk\" <desk@example.com>\nAn: alice@example.com\nBetreff: [#12] x",
    ),
    (
        "Lotus Notes",
        "-----Desk <desk@example.com> wrote: -----\nTo: Alice\nFrom: Desk <desk@example.com>\nDate: 11/23/2026 06:00PM\nSubject: [#12] x",
    ),
    (
        "Samsung",
        "-------- Original message --------\nFrom: Desk <desk@example.com>\nDate: 23/11/2026 18:00 (GMT+08:00)\nTo: alice@example.com\nSubject: [#12] x",
    ),
    (
        "Huawei",
        "发自我的华为手机\n\n-------- 原始邮件 --------\n发件人： Desk <desk@example.com>\n日期： 2026年11月23日周一 18:00\n收件人： alice@example.com\n主题： [#12] 装不上",
    ),
    (
        "BlackBerry",
        "Sent from my BlackBerry\n\n  Original Message  \nFrom: Desk\nSent: Monday, November 23, 2026 18:00\nTo: Alice\nSubject: [#12] x",
    ),
    (
        "a banner of the house",
        "On Mon, Nov 23, 2026 at 6:00 PM Desk <desk@example.com> wrote:\n\nCAUTION: This mail comes from outside.",
    ),
];

const NOTICE: &str = "【工单 #12】小明 在 QQ 群 group:42：\n装不上，提示 0x80070005\n\n工单 #12：回复本邮件，内容会转给提问的成员";

fn ours() -> String {
    format!("{MARKER}\n\n{NOTICE}\n{END}")
}

fn marked(text: &str) -> String {
    let lines = text.lines().map(|line| format!("> {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn left(text: &str, known: &Known) -> String {
    strip(
        text,
        &Context {
            us: "desk@example.com",
            known,
        },
    )
    .text
}

#[test]
fn an_answer_above_below_or_between_what_is_quoted_arrives_alone_from_every_program() {
    let known: Known = Known::of(&ours()).collect();
    let nothing = Known::default();
    // Between marked lines, a mark is the program's.
    let plain = ANSWER.replace("> ", "");
    let (first, rest) = plain.split_once('\n').unwrap();
    let (above, below) = NOTICE.split_once("\n\n").unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (program, heading) in HEADINGS {
        // What a program says of itself above the heading stands below an answer that stands above.
        let footer = heading
            .split_once("\n\n")
            .filter(|(first, _)| footer::is_advert(first));
        let own_heading = footer.map_or(*heading, |(_, rest)| rest);
        let forms = [
            (
                "above, marked",
                format!("{ANSWER}\n\n{heading}\n\n{}", marked(&ours())),
                &nothing,
                ANSWER,
            ),
            (
                "above, heading marked",
                format!("{ANSWER}\n\n{}\n> \n{}", marked(heading), marked(&ours())),
                &nothing,
                ANSWER,
            ),
            (
                "above, as it is",
                format!("{ANSWER}\n\n{heading}\n\n{}", ours()),
                &nothing,
                ANSWER,
            ),
            (
                "above, right on it",
                format!("{ANSWER}\n{heading}\n{}", ours()),
                &nothing,
                ANSWER,
            ),
            (
                "above, like a heading",
                format!("{LIKE_HEADING}\n{heading}\n{}", ours()),
                &nothing,
                LIKE_HEADING,
            ),
            (
                "above, cut",
                format!("{ANSWER}\n\n{heading}\n\n{above}\n…"),
                &known,
                ANSWER,
            ),
            (
                "below, marked",
                format!("{own_heading}\n\n{}\n\n{ANSWER}", marked(&ours())),
                &nothing,
                ANSWER,
            ),
            (
                "below, as it is",
                format!("{own_heading}\n\n{}\n\n{ANSWER}", ours()),
                &nothing,
                ANSWER,
            ),
            (
                "below, first line gone",
                format!("{own_heading}\n{}\n{ANSWER}", marked(NOTICE)),
                &known,
                ANSWER,
            ),
            (
                "between, marked",
                format!(
                    "{own_heading}\n{}\n{first}\n{}\n{rest}",
                    marked(&format!("{MARKER}\n{above}")),
                    marked(&format!("{below}\n{END}"))
                ),
                &nothing,
                &plain,
            ),
            (
                "between, as it is",
                format!("{heading}\n{MARKER}\n{above}\n{first}\n{below}\n{END}\n{rest}"),
                &known,
                &plain,
            ),
        ];
        for (form, mail, known, wanted) in forms {
            count += 1;
            let said = left(&mail, known).replace("\n\n", "\n");
            // Bars stand for cells there, and nobody quotes a table and writes between its lines.
            if said != wanted.replace("\n\n", "\n")
                && !(heading.contains("| ") && form.contains("heading marked"))
            {
                wrong.push(format!("{program}, {form}:\n{said}\n"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_can_not_be_told_from_a_quote_is_left_out_and_never_called_an_answer() {
    let quoted = format!(
        "From: Desk <desk@example.com>\nSent: Monday\nTo: Alice\nSubject: x\n\n{}",
        ours()
    );
    assert_eq!(left(&quoted, &Known::default()), "");
    assert_eq!(
        left(
            &quoted.replace(END, "my words are somewhere here"),
            &Known::default()
        ),
        ""
    );
    let cut = "好的\n\nFrom: Eve <eve@other.example>\nSent: Monday, November 23, 2026\nTo: Bob\nSubject: secret\n\ninternal";
    let own = strip(
        cut,
        &Context {
            us: "desk@example.com",
            known: &Known::default(),
        },
    );
    assert_eq!(own.text, "好的");
    assert!(
        own.guessed.unwrap().starts_with("From: Eve"),
        "the writer is told where it was cut"
    );
}

#[test]
fn footers_of_programs_go_and_sentences_that_begin_like_them_stay() {
    let alone = |line: &str| left(line, &Known::default());
    let after = |line: &str| left(&format!("好的\n\n{line}"), &Known::default());
    for footer in [
        "发自我的iPhone",
        "发自我的 iPhone 15 Pro",
        "发自我的华为手机",
        "发送自 Windows 版邮件",
        "从 Windows 版邮件发送",
        "从我的 iPhone 发送",
        "從我的 iPhone 傳送",
        "来自我的iPhone",
        "发自网易邮箱大师",
        "获取 Outlook for Android",
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Outlook for iOS<https://aka.ms/x>",
        "Get Outlook for iOS",
        "Sent from Mail for Windows",
        "Sent from Yahoo Mail on Android",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "나의 iPhone에서 보냄",
        "Verstuurd vanaf mijn iPhone",
        "Skickat från min iPhone",
    ] {
        assert_eq!(after(footer), "好的", "{footer}");
        assert_eq!(alone(footer), footer, "never the only line");
    }
    for words in [
        "从我的文档里打开安装包即可",
        "发自内心地感谢您",
        "来自我的经验：先重启",
        "从 Windows 更新里安装 KB5001",
        "从 Windows 设置里发送",
        "发送自检报告给我们",
        "Sent from my desk, this works on the server too.",
        "Sent from the mail server, not from the app.",
        "从我的电脑里把日志发给你了",
        "请使用客户端发送日志",
        "用邮箱发送验证码",
    ] {
        assert_eq!(after(words), format!("好的\n\n{words}"), "{words}");
        assert_eq!(alone(words), words);
    }
    for (mail, said) in [
        ("第一步\n--\n第二步。\n第三步。", "第一步\n--\n第二步。\n第三步。"),
        (
            "DROP TABLE x;\n-- then\nCREATE TABLE x;",
            "DROP TABLE x;\n-- then\nCREATE TABLE x;",
        ),
        ("好的\n-- \nAlice\nSupport\n+86 10 1234", "好的"),
        ("好的\n\n--\nAlice Ant | Example Ltd", "好的"),
        ("好的\n\n_______________\nAlice", "好的"),
        ("a\n----\nb is there.\n----\nc", "a\n----\nb is there.\n----\nc"),
    ] {
        assert_eq!(alone(mail), said);
    }
}
