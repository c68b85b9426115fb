//! Checks tags: one that stands in one place only does nothing there, and is probably misspelt.

use crate::config::{Config, Tags};
use crate::faq::Faq;
use crate::yaml::{Problem, nearest};
use groupdesk_contract::distance;
use std::collections::BTreeSet;

/// Warns of the tags of a configuration that do nothing: carried by a channel where neither settings nor one of the entries' audiences
/// name them, or with settings where no channel carries them. `named` are the tags in the audiences of the FAQ.
pub fn of_no_use(config: &Config, named: &BTreeSet<String>) -> Vec<Problem> {
    let Some(tags) = config.tags() else {
        return Vec::new();
    };
    let (carried, with_settings) = (tags.of_channels(), tags.of_settings());
    let of_entries: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    let used: BTreeSet<&str> = with_settings.union(&of_entries).copied().collect();
    let mut problems = Vec::new();
    let mut told = BTreeSet::new();
    for (tag, path) in &tags.carried {
        if used.contains(tag.as_str()) || !told.insert(tag) {
            continue;
        }
        let (meant, meant_chinese) = meant(tag, &used);
        let message = format!(
            "nothing asks for the tag `{tag}`: it has no settings under `tags`, and stands in no entry's `audience`"
        );
        let help = format!("{meant}a tag that is only for figures and lists can stay as it is");
        let mut problem = config.problem(path, message, Some(help)).into_warning();
        problem.in_chinese(format!(
            "标签「{tag}」没有用处：tags 里没有它的设置，也没有哪个条目的 audience 写了它；{meant_chinese}只用来分组看统计的标签可以不管这条"
        ));
        problems.push(problem);
    }
    for (tag, path) in &tags.with_settings {
        if carried.contains(tag.as_str()) {
            continue;
        }
        let (meant, meant_chinese) = meant(tag, &carried);
        let message = format!("no channel carries the tag `{tag}`: its settings are in force nowhere");
        let help =
            format!("{meant}give it to a channel: `channels: {{ account/channel: {{ tags: [{tag}] }} }}`");
        let mut problem = config.key_problem(path, message, Some(help)).into_warning();
        problem.in_chinese(format!(
            "没有会话带标签「{tag}」，这里的设置不起作用；{meant_chinese}请写到会话上：channels: {{ 账号/会话: {{ tags: [{tag}] }} }}"
        ));
        problems.push(problem);
    }
    problems
}

/// Warns of every tag of a configuration and of a FAQ that does nothing.
pub fn doubts(config: &Config, faq: &Faq) -> Vec<Problem> {
    let named = faq.audience_tags().map(|(_, tag)| tag.to_owned()).collect();
    let mut problems = of_no_use(config, &named);
    problems.extend(config.tags().into_iter().flat_map(|tags| audience(faq, tags)));
    problems
}

/// Warns of every tag in an entry's audience that no channel carries.
pub fn audience(faq: &Faq, tags: &Tags) -> Vec<Problem> {
    let carried = tags.of_channels();
    let known = carried.union(&tags.of_settings()).copied().collect();
    let mut problems = Vec::new();
    for (at, tag) in faq.audience_tags() {
        if carried.contains(tag) {
            continue;
        }
        let (meant, meant_chinese) = meant(tag, &known);
        let message = format!(
            "no channel carries the tag `{tag}` in groupdesk.yaml: it lets the entry into no channel"
        );
        let help = match carried.is_empty() {
            true => format!("{meant}no channel carries any tag: write `tags: [{tag}]` to one"),
            false => format!("{meant}channels carry: {}", list(&carried, ", ")),
        };
        let mut problem = faq.audience_tag_problem(at, message, Some(help)).into_warning();
        let there = match carried.is_empty() {
            true => format!("现在没有会话带标签，请给会话写上 tags: [{tag}]"),
            false => format!("会话上有的标签：{}", list(&carried, "、")),
        };
        problem.in_chinese(format!(
            "groupdesk.yaml 里没有会话带标签「{tag}」，条目不会因为它用在任何会话里；{meant_chinese}{there}"
        ));
        problems.push(problem);
    }
    problems
}

/// Names that are listed in one sentence at most.
const LISTED: usize = 10;

fn list(names: &BTreeSet<&str>, comma: &str) -> String {
    let listed: Vec<&str> = names.iter().take(LISTED).copied().collect();
    let more = if names.len() > LISTED { "…" } else { "" };
    format!("{}{more}", listed.join(comma))
}

/// Asks for the name that was probably meant, in English and in Chinese; empty where none is near.
fn meant(given: &str, names: &BTreeSet<&str>) -> (String, String) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    // Of a name of two characters another one of two is always near.
    let near = nearest(given, &names).filter(|near| distance(given, near) * 2 <= near.chars().count());
    near.map_or_else(Default::default, |near| {
        (format!("did you mean `{near}`? "), format!("是不是要写 {near}？"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, load};
    use crate::service::accounts::platforms;
    use std::path::Path;

    fn told(tags: &str, audience: &str) -> Vec<(String, String, String)> {
        let text = format!("accounts:\n  qq: {{ platform: onebot, staff_rooms: [qq/group:1] }}\n{tags}");
        let environment = Environment::lenient();
        let config = load(Path::new("groupdesk.yaml"), &text, &environment, &platforms()).unwrap();
        let text = format!("entries:\n- {{ id: a, questions: [几点开门], answer: 八点{audience} }}\n");
        let faq = crate::faq::load("faq.yaml", &text).unwrap().faq;
        let shown = |problem: Problem| {
            let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
            assert_eq!(problem.severity, crate::yaml::Severity::Warning);
            let help = problem.help.unwrap();
            (place, help, problem.chinese.unwrap())
        };
        doubts(&config, &faq).into_iter().map(shown).collect()
    }

    #[test]
    fn a_tag_that_stands_in_one_place_only_is_told_there_with_the_one_that_was_meant() {
        let tags = "tags: { paid: { listen: off } }\nchannels: { \"qq/group:5\": { tags: [piad] } }\n";
        let found = told(tags, ", audience: { tags: [pait], channels: [qq/group:99] }");
        let places = [
            ("groupdesk.yaml:4:36", "`paid`", "是不是要写 paid？"),
            ("groupdesk.yaml:3:9", "`piad`", "是不是要写 piad？"),
            ("faq.yaml:2:62", "`paid`", "是不是要写 paid？"),
        ];
        assert_eq!(found.len(), places.len(), "{found:?}");
        for ((place, help, chinese), (at, meant, meant_chinese)) in found.iter().zip(places) {
            assert_eq!(place, at, "{found:?}");
            assert!(help.starts_with(&format!("did you mean {meant}?")), "{help}");
            assert!(chinese.contains(meant_chinese), "{chinese}");
        }
    }

    #[test]
    fn tags_that_meet_are_right_by_whichever_two_places_they_stand_in() {
        let quiet: Vec<(String, String, String)> = Vec::new();
        let channel = "channels: { \"qq/group:5\": { tags: [paid] } }\n";
        let settings = "tags: { paid: { listen: off } }\n";
        assert_eq!(told(&format!("{settings}{channel}"), ""), quiet);
        assert_eq!(told(channel, ", audience: { tags: [paid] }"), quiet);
        assert_eq!(
            told("defaults: { tags: [paid] }\n", ", audience: { tags: [paid] }"),
            quiet
        );
        // Nothing near: what there is is listed, and each tag of channels once.
        let many = "channels: { \"qq/group:5\": { tags: [付费] }, \"qq/group:6\": { tags: [付费] } }\n";
        let found = told(many, ", audience: { tags: [会员] }");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found.iter().all(|(_, help, _)| !help.contains("did you mean")),
            "{found:?}"
        );
        assert!(found[1].2.contains("会话上有的标签：付费"), "{found:?}");
    }
}
