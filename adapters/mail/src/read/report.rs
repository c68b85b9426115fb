//! Reports of mail servers on a mail of ours that did not arrive.

use super::Rules;
use crate::thread::Named;

/// The most lines of a report that are passed on.
const LINES_MAX: usize = 8;
/// The most characters of each of those lines.
const LINE_CHARS_MAX: usize = 200;

/// A delivery report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounce {
    /// The target that it was for.
    pub(crate) target: String,
    /// Our mail, by its Message-ID.
    pub(crate) message: String,
    /// The ticket that it was about.
    pub(crate) ticket: Option<u64>,
    /// The recipients that the mail did not reach, in lower case; empty if the report names none.
    pub(crate) recipients: Vec<String>,
    /// It will not arrive; else it is only late.
    pub(crate) is_final: bool,
    /// The report's reason, in a line.
    pub(crate) report: String,
}

impl Rules<'_> {
    /// Reads the report in a mail, if it is about a mail of ours. `formal` reports (RFC 3464) have fields for everything.
    pub(super) fn report(&self, raw: &[u8], formal: bool, text: &str) -> Result<Bounce, &'static str> {
        let raw = String::from_utf8_lossy(raw);
        let (target, message, named) = self.ours(&raw).ok_or("it is a report on no mail of ours")?;
        let fields = ["action:", "final-recipient:", "status:", "diagnostic-code:"];
        let lines: Vec<String> = raw
            .lines()
            .map(str::trim)
            .filter(|line| {
                let line = line.to_ascii_lowercase();
                fields.iter().any(|field| line.starts_with(field))
            })
            .take(LINES_MAX)
            .map(|line| {
                line.chars()
                    .filter(|c| !c.is_control())
                    .take(LINE_CHARS_MAX)
                    .collect()
            })
            .collect();
        let value = |field: &str| {
            let values = lines.iter().filter_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case(field)
                    .then(|| value.trim().to_ascii_lowercase())
            });
            values.collect::<Vec<String>>()
        };
        let actions = value("Action");
        let (is_final, report) = if !lines.is_empty() {
            if !actions
                .iter()
                .any(|action| action == "failed" || action == "delayed")
            {
                return Err("it reports no failure");
            }
            (actions.iter().any(|action| action == "failed"), lines.join("; "))
        } else if !formal && tells_failure(text) {
            let line: Vec<&str> = text.split_whitespace().collect();
            (true, line.join(" ").chars().take(LINE_CHARS_MAX * 2).collect())
        } else {
            return Err("it reports no failure");
        };
        let recipients = value("Final-Recipient");
        let recipients = recipients
            .iter()
            .filter_map(|recipient| recipient.rsplit_once(';'));
        Ok(Bounce {
            target: target.to_owned(),
            message: message.to_owned(),
            ticket: named.ticket,
            recipients: recipients
                .map(|(_, address)| address.trim().trim_matches(['<', '>']).to_owned())
                .collect(),
            is_final,
            report,
        })
    }

    /// The first of our Message-IDs in a text, of a mail that was sent.
    fn ours<'a>(&'a self, raw: &'a str) -> Option<(&'a str, &'a str, Named)> {
        let ids = raw
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>').map(|(id, _)| id));
        let mut found = ids.filter_map(|id| {
            let mut targets = self.settings.targets.keys();
            targets.find_map(|target| Some((target.as_str(), id, self.threads.recognise(target, id)?)))
        });
        let first = found.next()?;
        if first.2.root {
            found.find(|(_, _, named)| !named.root).or(Some(first))
        } else {
            Some(first)
        }
    }
}

/// True if a mail system's text is about a failed delivery.
fn tells_failure(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "undeliver",
        "not be delivered",
        "wasn't delivered",
        "was not delivered",
        "delivery failed",
        "delivery failure",
        "failure notice",
        "returned to sender",
        "bounced",
        "rejected",
        "quota",
        "mailbox full",
        "退信",
        "退回",
        "无法投递",
        "投递失败",
        "发送失败",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}
