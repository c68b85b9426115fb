//! Finds the end of the author's text: the signature, and the advertisements of mail programs.

use super::heading::is_rule;
use super::line::{Line, before, from};

/// The longest signature behind a line that announces one for sure (`-- `), in lines with something in them.
const SIGNATURE_LINES: usize = 15;
/// The longest signature behind a line that may be drawn for another reason.
const SHORT_SIGNATURE_LINES: usize = 6;

/// Lines of a signature at most, with the empty ones.
const SIGNATURE_RAW_LINES: usize = 60;

/// The longest line with which a program advertises itself.
const ADVERT_CHARS: usize = 90;

/// Returns the number of lines that are the author's text, up to the signature or a program's advertisement.
pub(super) fn end(lines: &[Line<'_>]) -> usize {
    let signature = (0..lines.len()).find(|at| is_signature(lines, *at));
    let mut text = before(lines, signature.unwrap_or(lines.len()));
    while let [above @ .., last] = text {
        let is_empty = last.is_blank() || is_rule(last.bare) || is_dash(last);
        // An answer of one line is an answer, whatever it begins with.
        let is_added = || above.iter().any(|line| !line.is_blank()) && is_advert(last.bare);
        if !is_empty && !is_added() {
            break;
        }
        text = above;
    }
    text.len()
}

/// True if the signature begins at `at`.
fn is_signature(lines: &[Line<'_>], at: usize) -> bool {
    let Some(line) = lines.get(at).filter(|line| line.depth == 0) else {
        return false;
    };
    let drawn = line.bare.chars().all(|c| matches!(c, '—' | '–' | '_')) && !line.is_blank();
    let dashed = line.raw.trim() == "--";
    // What is longer is no signature, however it begins.
    if !(drawn || dashed) || lines.len() - at > SIGNATURE_RAW_LINES {
        return false;
    }
    let tail: Vec<&str> = from(lines, at + 1)
        .iter()
        .filter(|line| !line.is_blank())
        .map(|line| line.bare)
        .collect();
    let sentences = tail
        .iter()
        .filter(|line| is_sentence(line) && !is_advert(line))
        .count();
    match line.raw {
        // RFC 3676.
        "-- " => tail.len() <= SIGNATURE_LINES,
        raw if raw.trim() == "--" => tail.len() <= SIGNATURE_LINES && sentences * 3 <= tail.len(),
        _ => {
            (line.bare.chars().count() >= 2 || line.bare == "—")
                && !tail.is_empty()
                && tail.len() <= SHORT_SIGNATURE_LINES
                && sentences == 0
                && (line.bare.starts_with('_') || before(lines, at).iter().any(|line| !line.is_blank()))
                && tail.iter().all(|line| line.chars().count() <= 80)
        }
    }
}

/// True for a line that announces a signature when none follows.
fn is_dash(line: &Line<'_>) -> bool {
    line.depth == 0 && matches!(line.bare, "--" | "—" | "——" | "___" | "__" | "---")
}

fn is_sentence(line: &str) -> bool {
    line.ends_with([
        '.', '。', '!', '！', '?', '？', ';', '；', ':', '：', '，', ',', '{', '}', ')',
    ])
}

/// True for "Sent from my iPhone" and its like, which programs put in place of a signature. A line that merely begins like one
/// stays.
pub(super) fn is_advert(line: &str) -> bool {
    let line = line.trim_matches(['(', ')', '<', '>', '[', ']', '*', '"', ' ', '（', '）', '.']);
    let lower = line.to_lowercase();
    if lower.chars().count() > ADVERT_CHARS {
        return false;
    }
    let link = lower.split_once("](").map_or(lower.clone(), |(words, rest)| {
        let after = rest.split_once(')').map_or("", |(_, after)| after);
        format!("{}{after}", words.replace('[', ""))
    });
    let short = link.split(['<', '(', '[']).next().unwrap_or_default().trim();
    let thing = THINGS.iter().any(|thing| lower.contains(thing));
    for (begins, ends) in FRAMES {
        let inside = short
            .strip_prefix(begins)
            .and_then(|rest| rest.strip_suffix(ends));
        if let Some(inside) = inside.filter(|inside| !inside.is_empty()) {
            let (words, chars) = (inside.split_whitespace().count(), inside.chars().count());
            let said = inside.contains(['，', '。', '！', '；', '、', '：']) || inside.contains(", ");
            let excuse = ["excuse", "typo", "brevity"]
                .iter()
                .any(|word| lower.contains(word));
            // Words about a device, and no device: "从我的手机里打开".
            let told = inside.contains(['的', '里', '上', '请', '把', '打', '下', '到', '在', '看']);
            let first = inside.split_whitespace().next().unwrap_or_default();
            let other = ["the", "our", "your", "this", "that", "here", "there"].contains(&first);
            let limit = if begins.is_ascii() { 40 } else { 24 };
            let plain = words <= 8 && chars <= limit && !said && !told && !other;
            let model = begins.is_ascii() && begins.len() > 9 && inside.is_ascii() && words <= 3;
            return (plain || excuse) && (thing || model);
        }
    }
    // Outlook: "Get Outlook for iOS", with its link.
    lower.contains("outlook")
        && [
            "get ",
            "获取",
            "取得",
            "下载",
            "holen sie sich",
            "télécharger",
            "obtenir",
            "obtener",
            "obtén",
            "scarica",
            "ottieni",
            "получить",
            "outlook for ios を",
            "outlook for android を",
            "downloaden",
            "outlook für",
            "baixe",
            "obter",
            "hämta",
            "pobierz",
        ]
        .iter()
        .any(|begin| lower.starts_with(begin))
        && short.split_whitespace().count() <= 7
}

/// The beginning and end of an advertisement line.
const FRAMES: &[(&str, &str)] = &[
    ("sent from ", ""),
    ("sent with ", ""),
    ("sent via ", ""),
    ("sent by ", ""),
    ("sent using ", ""),
    ("from my ", ""),
    ("发自我的", ""),
    ("发自", ""),
    ("發自我的", ""),
    ("發自", ""),
    ("发送自", ""),
    ("傳送自", ""),
    ("来自我的", ""),
    ("來自我的", ""),
    ("从我的", "发送"),
    ("从我的", "发出"),
    ("從我的", "傳送"),
    ("从", "发送"),
    ("從", "傳送"),
    ("由", "发送"),
    ("通过", "发送"),
    ("使用", "发送"),
    ("用", "发送"),
    ("寄自", ""),
    ("從我的", "寄出"),
    ("von meinem ", " gesendet"),
    ("von meiner ", " gesendet"),
    ("gesendet von ", ""),
    ("gesendet mit ", ""),
    ("diese nachricht wurde von ", " gesendet"),
    ("envoyé de ", ""),
    ("envoyé depuis ", ""),
    ("envoyé à partir ", ""),
    ("enviado desde ", ""),
    ("enviado do ", ""),
    ("enviado a partir ", ""),
    ("enviado del ", ""),
    ("inviato da", ""),
    ("inviata da", ""),
    ("inviato dal ", ""),
    ("verstuurd vanaf ", ""),
    ("verzonden met ", ""),
    ("verzonden vanaf ", ""),
    ("sendt fra ", ""),
    ("sendt med ", ""),
    ("skickat från ", ""),
    ("skickades från ", ""),
    ("lähetetty ", ""),
    ("отправлено с ", ""),
    ("отправлено из ", ""),
    ("надіслано з ", ""),
    ("wysłane z ", ""),
    ("wysłano z ", ""),
    ("odesláno z ", ""),
    ("", "から送信"),
    ("", "에서 보냄"),
    ("", "에서 보냈습니다"),
    ("", " gönderildi"),
    ("", "dan gönderildi"),
];

/// The devices and programs that such lines name.
const THINGS: &[&str] = &[
    "iphone",
    "ipad",
    "ipod",
    "android",
    "mobil",
    "phone",
    "handy",
    "tablet",
    "device",
    "blackberry",
    "nokia",
    "samsung",
    "galaxy",
    "huawei",
    "honor",
    "xiaomi",
    "redmi",
    "oppo",
    "vivo",
    "meizu",
    "oneplus",
    "realme",
    "pixel",
    "htc",
    "alcatel",
    "lumia",
    "windows",
    "mac",
    "outlook",
    "foxmail",
    "mail",
    "yahoo",
    "gmail",
    "proton",
    "thunderbird",
    "spark",
    "typeapp",
    "bluemail",
    "boxer",
    "verizon",
    " cell",
    "cell,",
    "superhuman",
    "安卓",
    "手机",
    "手機",
    "平板",
    "华为",
    "華為",
    "荣耀",
    "小米",
    "红米",
    "魅族",
    "三星",
    "一加",
    "诺基亚",
    "邮箱",
    "郵箱",
    "邮件",
    "郵件",
    "客户端",
    "客戶端",
    "网易",
    "飞书",
    "钉钉",
    "企业微信",
    "设备",
    "装置",
    "電腦",
    "电脑",
    "lark",
    "dingtalk",
    "телефон",
    "смартфон",
    "почт",
    "айфон",
];
