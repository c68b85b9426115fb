//! `groupdesk why`: why a message was decided as it was.

use super::language::{self, either, label, said};
use super::load_knowledge::Known;
use super::tickets::on_store;
use super::time_zone::Zone;
use super::{Failure, ask, configuration, output};
use crate::config::{Config, InForce};
use crate::desk::{Knowledge, rule_in_words};
use crate::language::Language;
use crate::matcher::Candidate;
use crate::service::channel_switches::{self, Switch};
use crate::store::{KeptDecision, Store, StoreError, message_address};
use crate::texts::ComposedTexts;
use groupdesk_contract::{MessageId, Place, clean_line};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// The arguments of `why`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  groupdesk why 12                         (the ticket #12)
  groupdesk why qq/group:123456/7412       (account/channel/message, a member's or the bot's)
  groupdesk why https://t.me/c/123/456     (its permanent link)")]
pub(super) struct Options {
    /// The FAQ [default: the one that the configuration names, else faq.yaml here, else the one built in]
    #[arg(long, value_name = "FILE")]
    faq: Option<PathBuf>,
    /// The configuration, which names the store and the FAQ [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON array
    #[arg(long)]
    json: bool,
    /// A ticket's number, or a message
    #[arg(value_name = "MESSAGE|TICKET")]
    of: String,
}

/// The thing that is asked about.
#[derive(Debug, PartialEq, Eq)]
enum Subject<'a> {
    Ticket(u64),
    Message(Place, MessageId),
    /// A link: the part behind its last slash is the id.
    Link(&'a str),
}

fn subject(text: &str) -> Option<Subject<'_>> {
    if let Ok(number) = text.trim_start_matches(['#', '＃']).parse() {
        return Some(Subject::Ticket(number));
    }
    if text.contains("://") {
        return Some(Subject::Link(text.trim_end_matches('/')));
    }
    message_address(text).map(|(place, message)| Subject::Message(place, message))
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let Some(of) = subject(&options.of) else {
        return Err(Failure::Usage(said!(
            "「{0}」不是工单也不是消息；请写工单号（12）、账号/会话/消息号，或消息的链接",
            "`{0}` is neither a ticket nor a message: write its number (12), ACCOUNT/CHANNEL/MESSAGE or the message's link",
            options.of
        )));
    };
    let config = configuration::without_secrets(options.config.as_deref())?;
    let (found, switched) = on_store(options.config.as_deref(), async |store: &dyn Store| {
        Ok((find(store, &of).await?, channel_switches::read(store).await?))
    })?;
    if found.is_empty() {
        return Err(Failure::Usage(said!(
            "没有留下它的判断：没叫机器人、也不像提问的消息只计数；或已过保留期",
            "no decision of it is kept: messages that neither call the bot nor read as a question are only counted, and `decisions.retention` may be over"
        )));
    }
    let knowledge = Known::load(options.config.as_deref(), options.faq.as_deref(), None)?;
    if options.json {
        let settings = |one: &KeptDecision| in_force(&config, &switched, &one.decision.place);
        let all = found.iter().map(|one| object(one, settings(one), &knowledge));
        let all: Vec<Value> = all.collect();
        // A `Value` is always JSON.
        return output::line(serde_json::to_string_pretty(&all).unwrap_or_default());
    }
    let settings = |one: &KeptDecision| in_force(&config, &switched, &one.decision.place);
    let shown: Vec<String> = found
        .iter()
        .map(|one| shown(one, settings(one), &knowledge))
        .collect();
    output::text(shown.join("\n"))
}

async fn find(store: &dyn Store, of: &Subject<'_>) -> Result<Vec<KeptDecision>, StoreError> {
    match of {
        Subject::Ticket(number) => store.decisions_of_ticket(*number).await,
        Subject::Message(place, message) => store.decisions_on(place, message).await,
        Subject::Link(link) => {
            let (before, message) = link.rsplit_once('/').unwrap_or_default();
            let mut found = store.decisions_named(message).await?;
            // The channel stands in most links, in one form or another.
            let parts: Vec<&str> = before.split('/').filter(|part| part.len() > 3).collect();
            let names = |one: &KeptDecision| {
                let channel = one.decision.place.channel.as_str();
                parts.iter().any(|part| channel.contains(part))
            };
            if found.iter().any(names) {
                found.retain(names);
            }
            Ok(found)
        }
    }
}

/// Words of the best candidate's example in the message, and words of the message that are not in it; `why` tells the evidence.
fn word_evidence(
    one: &KeptDecision,
    knowledge: &Known,
    why: fn(&Knowledge, &str, &Candidate) -> String,
) -> Option<Value> {
    let text = one.decision.text.as_deref()?;
    if one.decision.faq_version != knowledge.version {
        return None;
    }
    let ranking = knowledge.rank(text);
    let candidates = ranking.candidates.iter().take(3).map(|candidate| {
        let confidence = if one.decision.called {
            candidate.confidence
        } else {
            candidate.unasked
        };
        json!({"id": candidate.id.as_ref(), "confidence": confidence, "why": why(knowledge, text, candidate),
            "against": ask::against(knowledge, text, candidate)})
    });
    Some(Value::Array(candidates.collect()))
}

/// Says what set the confidence that was needed, in Chinese and in English.
fn needed_by(one: &KeptDecision, knowledge: &Known) -> (String, String) {
    let row = &one.decision;
    if row.called {
        return (
            "叫了机器人：程序内定，陈述故障时更高".to_owned(),
            "called: fixed in the program, higher for trouble that is told as a statement".to_owned(),
        );
    }
    let precision = knowledge.faq.precision();
    (
        format!("没叫机器人：faq.yaml 的 precision: {precision}，按文件自己的问法校准"),
        format!("not called: `precision: {precision}` of faq.yaml, by what the file's own questions show"),
    )
}

/// Returns the settings in force in a channel, with what was switched in the dashboard.
fn in_force(config: &Config, switched: &BTreeMap<String, Switch>, place: &Place) -> Vec<InForce> {
    let mut settings = config.in_force(place);
    if let Some(switch) = switched.get(&place.to_string())
        && let Some(listen) = settings.iter_mut().find(|setting| setting.key == "listen")
    {
        let name = serde_json::to_value(switch.listen).unwrap_or_default();
        listen.value = name.as_str().unwrap_or_default().to_owned();
        listen.origin = format!("dashboard: {}", switch.by);
    }
    settings
}

fn object(one: &KeptDecision, settings: Vec<InForce>, knowledge: &Known) -> Value {
    let row = &one.decision;
    let in_both = |(chinese, english): (String, String)| match chinese == english {
        true => english,
        false => format!("{english} / {chinese}"),
    };
    let settings: Vec<Value> = settings
        .iter()
        .map(|setting| json!({"key": setting.key, "value": setting.value, "from": setting.origin}))
        .collect();
    let best: Vec<Value> = row
        .best
        .iter()
        .map(|(entry, confidence)| json!({"id": entry, "confidence": confidence}))
        .collect();
    json!({
        "at": row.at, "account": row.place.account.as_str(), "channel": row.place.channel.as_str(),
        "member": row.member.as_str(), "message": row.message.as_str(), "text": row.text,
        "called": row.called, "question": row.question, "act": row.act, "language": row.language,
        "decision": row.decision, "rule": row.rule, "why": in_both(sentence(one)), "entry": row.entry, "ticket": row.ticket,
        "confidence": row.confidence, "needed": row.needed, "needed_by": in_both(needed_by(one, knowledge)),
        "candidates": best, "words": word_evidence(one, knowledge, ask::why), "faq_version": row.faq_version,
        "faq_in_service": knowledge.version, "shadow": row.shadow,
        "joined": one.joined.as_ref().map(|message| message.as_str()),
        "outcome": one.outcome.as_ref().map(|(outcome, at, by)| json!({"outcome": outcome.name(), "at": at, "by": by})),
        "label": one.label.as_ref().map(|(label, at, by)| json!({"label": label.name(), "at": at, "by": by})),
        "service_open": knowledge.faq.service_open(row.at), "settings": settings,
    })
}

/// Says by which rule was decided, in Chinese and in English.
fn sentence(one: &KeptDecision) -> (String, String) {
    let row = &one.decision;
    let best = row.best.first().map(|(entry, _)| entry.as_str());
    let entry = row.entry.as_deref().or(best);
    let words = |language| {
        rule_in_words(
            ComposedTexts::built_in(language),
            &row.rule,
            (row.confidence, row.needed),
            entry,
            row.ticket,
        )
    };
    (words(Language::CHINESE), words(Language::ENGLISH))
}

/// Chooses between the Chinese and the English of a sentence.
fn spoken((chinese, english): (String, String)) -> String {
    language::word(&chinese, &english)
}

/// Shows a decision with everything that is known of it.
fn shown(one: &KeptDecision, settings: Vec<InForce>, knowledge: &Known) -> String {
    let zone = Zone::from(knowledge.faq.service().time_zone().clone());
    let mut text = String::new();
    write_decision(&mut text, one, &zone);
    write_confidence(&mut text, one, knowledge);
    write_evidence(&mut text, one, knowledge);
    write_circumstances(&mut text, one, knowledge, &zone);
    write_follow_up(&mut text, one, &zone);
    write_settings(&mut text, settings);
    text
}

// Writing to a string can't fail, here and below.

/// Writes the decision, its reason, and the message that it is about.
fn write_decision(text: &mut String, one: &KeptDecision, zone: &Zone) {
    let row = &one.decision;
    let entry = row
        .entry
        .as_ref()
        .map(|entry| format!(" ({entry})"))
        .unwrap_or_default();
    let ticket = row.ticket.map(|ticket| format!(" #{ticket}")).unwrap_or_default();
    let called = match row.called {
        true => said!("叫了机器人", "called"),
        false => said!("没叫机器人", "not called"),
    };
    let question = match row.question {
        true => said!("读作问题", "reads as a question"),
        false => said!("不是问题", "no question"),
    };
    let shadow = match row.shadow {
        true => either("（影子模式：没有说出来）", " (shadow: not said)"),
        false => "",
    };
    let _ = write!(
        text,
        "{}{}{entry}{ticket}{shadow}\n{}{} ({})\n{}{}/{}, {}, {} {}; {called}; {question} ({})\n",
        label("决定", "decision"),
        language::kept_decision(row),
        label("原因", "why"),
        spoken(sentence(one)),
        row.rule,
        label("消息", "message"),
        row.place,
        row.message,
        row.member,
        zone.minute(row.at),
        zone.name(),
        language::act(&row.act),
    );
    if let Some(into) = &one.joined {
        let into = said!("和消息 {into} 一起判断", "decided with message {into}");
        let _ = writeln!(text, "{}{into}", label("并入", "joined"));
    }
    if let Some(said) = &row.text {
        let _ = writeln!(text, "{}{}", label("文本", "text"), clean_line(said));
    }
}

/// Writes the confidence that decided, and the candidates.
fn write_confidence(text: &mut String, one: &KeptDecision, knowledge: &Known) {
    let row = &one.decision;
    if let Some(needed) = row.needed {
        let confidence = row.confidence.unwrap_or_default();
        let needed = either(format!("需要 {needed:.3}"), format!("needed {needed:.3}"));
        let _ = writeln!(
            text,
            "{}{confidence:.3}, {needed} ({})",
            label("置信度", "confidence"),
            spoken(needed_by(one, knowledge))
        );
    }
    if !row.best.is_empty() {
        let _ = writeln!(text, "{}:", said!("候选", "candidates"));
        for (entry, confidence) in &row.best {
            let _ = writeln!(text, "  {confidence:>5.3}  {entry}");
        }
    }
}

/// Writes the words that told for and against each candidate, or the reason why they can't be found any more.
fn write_evidence(text: &mut String, one: &KeptDecision, knowledge: &Known) {
    let Some(Value::Array(words)) = word_evidence(one, knowledge, ask::evidence) else {
        let lost = match one.decision.text {
            None => said!(
                "没有保留文本，无法重新判断",
                "the text is not kept, so it can't be decided again"
            ),
            Some(_) => said!(
                "FAQ 已经改过，不再重新判断",
                "the FAQ is another one by now, so it is not decided again"
            ),
        };
        let _ = writeln!(text, "{}{lost}", label("依据", "what told"));
        return;
    };
    let head = said!(
        "依据（同一版本的 FAQ 重新判断）",
        "what told, decided again by the same FAQ"
    );
    let _ = writeln!(text, "{head}:");
    for word in words {
        let of = |key: &str| word[key].as_str().unwrap_or_default().to_owned();
        let (id, why, against) = (of("id"), of("why"), of("against"));
        let _ = writeln!(
            text,
            "  {id:<24} {why}; {}{against}",
            either("没有的词：", "not in it: ")
        );
    }
}

/// Writes the version of the FAQ that decided, and the service hours at that time.
fn write_circumstances(text: &mut String, one: &KeptDecision, knowledge: &Known, zone: &Zone) {
    let row = &one.decision;
    let (then, now) = (&row.faq_version, &knowledge.version);
    let versions = either(
        format!("{then}（现在用的：{now}）"),
        format!("{then} (in service: {now})"),
    );
    let _ = writeln!(text, "{}{versions}", label("FAQ 版本", "version"));
    let service = knowledge.faq.service();
    let open = match service.is_open(row.at) {
        true => said!("上班", "open"),
        false => said!("下班", "closed"),
    };
    let _ = write!(text, "{}{open}", label("钟点", "clock"));
    if let Some(opening) = service.next_opening(row.at).filter(|_| !service.is_open(row.at)) {
        let next = said!("下次上班", "next opening");
        let _ = write!(text, "; {next} {}", zone.minute(opening));
    }
    text.push('\n');
}

/// Writes what became of the decision, and the label that somebody gave it.
fn write_follow_up(text: &mut String, one: &KeptDecision, zone: &Zone) {
    if let Some((outcome, at, by)) = &one.outcome {
        let by = match by.as_str() {
            "" => said!("成员", "the member"),
            by => by.to_owned(),
        };
        let _ = writeln!(
            text,
            "{}{} ({}, {by})",
            label("结果", "outcome"),
            outcome.name(),
            zone.minute(*at)
        );
    }
    if let Some((given, at, by)) = &one.label {
        let _ = writeln!(
            text,
            "{}{} ({}, {by})",
            label("标注", "label"),
            given.name(),
            zone.minute(*at)
        );
    }
}

/// Writes the settings in force in the channel, and where each comes from.
fn write_settings(text: &mut String, settings: Vec<InForce>) {
    let _ = writeln!(text, "{}:", said!("现行设置（来自）", "settings in force (from)"));
    for setting in settings {
        let origin = match setting.origin.as_str() {
            "built in" => either("内置", "built in"),
            origin => origin,
        };
        let _ = writeln!(
            text,
            "  {}: {}  ({origin})",
            setting.key,
            clean_line(&setting.value)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_a_message_and_a_link_are_told_apart() {
        assert_eq!(subject("12"), Some(Subject::Ticket(12)));
        assert_eq!(subject("#12"), Some(Subject::Ticket(12)));
        assert_eq!(
            subject("mail/a/b/7"),
            Some(Subject::Message(Place::new("mail", "a/b"), "7".into()))
        );
        assert!(matches!(subject("https://t.me/c/1/2"), Some(Subject::Link(_))));
        assert_eq!(subject("qq/7"), None);
        assert_eq!(subject("qq//7"), None);
    }
}
