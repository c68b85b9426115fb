//! faq.yaml as it is written: the keys, their types, and the descriptions that editors show.

use super::companion_files::CalendarFile;
use super::localized_text::{AnswerFile, Text};
use crate::hours::ScheduleSpec;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// faq.yaml without its entries, which are read one by one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    rename = "faq.yaml",
    description = "The questions that groupdesk answers, and the facts that the answers speak of."
)]
pub(super) struct Head {
    /// The language of answers to messages that show none: zh, zh-Hant, en or ja. Default: zh.
    pub(super) language: Option<String>,
    /// The share of right answers wanted among those given without a mention of the bot: 0.5 to 0.999. Default: 0.95.
    pub(super) precision: Option<f64>,
    /// The name under `hours` that says whether staff are there. Default: the first one.
    pub(super) service: Option<String>,
    /// Groups of words that mean the same, on top of the built-in ones.
    #[schemars(with = "Vec<Vec<String>>")]
    #[serde(deserialize_with = "super::synonyms::groups")]
    pub(super) synonyms: Vec<Vec<String>>,
    /// Further ways of asking for a human; many are built in.
    pub(super) human: Human,
    /// Messages that look as if an entry answered them and none does, as members wrote them.
    pub(super) out_of_scope: Vec<String>,
    /// Days off and make-up workdays, by calendar, or the file beside this one in which they stand (`kr: holidays/kr.yaml`). They take
    /// precedence over the built-in ones: `cn`, `hk`, `tw`, `jp`.
    pub(super) holidays: BTreeMap<String, CalendarFile>,
    /// Hours by name: 7x24, or { weekly: { mon-fri: "08:00-17:30" }, holidays: cn }.
    pub(super) hours: BTreeMap<String, ScheduleSpec>,
    /// The ways to reach humans, by name, in the order in which they are shown.
    #[schemars(with = "BTreeMap<String, ContactFile>")]
    pub(super) contact_points: OrderedContacts,
    /// The bot's own sentences in other words, by name: a text in the file's language, or texts by language. `groupdesk texts` lists them.
    pub(super) texts: BTreeMap<String, Text>,
    /// Languages that the program does not speak by itself, each with the file beside this one in which its sentences stand:
    /// { ko: texts/ko.yaml }. `groupdesk texts ko` prints what to translate.
    pub(super) languages: BTreeMap<String, String>,
    /// The questions and their answers.
    #[schemars(with = "Vec<EntryFile>")]
    #[serde(rename = "entries")]
    pub(super) _entries: Option<IgnoredAny>,
}

/// Contact points in the file's order.
#[derive(Debug, Default)]
pub(super) struct OrderedContacts(pub(super) Vec<(String, ContactFile)>);

impl<'de> Deserialize<'de> for OrderedContacts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = OrderedContacts;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("contact points by name")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<OrderedContacts, A::Error> {
                let mut contacts = Vec::new();
                while let Some(contact) = map.next_entry()? {
                    contacts.push(contact);
                }
                Ok(OrderedContacts(contacts))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// A way to reach humans.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactFile {
    /// The name that is shown.
    pub(super) name: Text,
    /// A name under `hours`. Default: always open.
    pub(super) hours: Option<String>,
    /// The purpose of this contact point, in a few words.
    pub(super) purpose: Option<Text>,
    /// The number or address that is shown.
    pub(super) value: Option<Text>,
    /// The address of the link: http, https, mailto or tel.
    pub(super) link: Option<String>,
    /// true: marked as recommended. Default: false.
    #[serde(default)]
    pub(super) recommended: bool,
}

/// A question and its answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryFile {
    /// A short name: letters, digits, dots, dashes.
    pub(super) id: String,
    /// A title of a few words, for "did you mean". Default: the first question.
    pub(super) title: Option<Text>,
    /// Example questions, in the words of members and in any language. The more ways, the better it is found.
    #[serde(default)]
    pub(super) questions: Vec<String>,
    /// Regular expressions that are certain when they match a message.
    #[serde(default)]
    pub(super) patterns: Vec<String>,
    /// The answer: a text, or variants by language, by open and closed, or both.
    pub(super) answer: AnswerFile,
    /// The hours (or contact point) that decide between `open` and `closed`. Default: `service`.
    pub(super) hours: Option<String>,
    /// Addresses of pictures sent with the answer.
    #[serde(default)]
    pub(super) pictures: Vec<String>,
    /// Links under the answer.
    #[serde(default)]
    pub(super) links: Vec<LinkFile>,
    /// Ids of entries that may help as well.
    #[serde(default)]
    pub(super) see_also: Vec<String>,
    /// The channels that the entry is for. Default: all.
    #[serde(default)]
    pub(super) audience: Audience,
    /// never: only the answer; offer: the answer, and a human on request; always: the answer, and a human. Default: never.
    #[serde(default)]
    pub(super) handoff: Handoff,
    /// certain: also answers messages that don't call the bot, if it surely fits; never: only answers members who call
    /// the bot. Default: certain.
    #[serde(default)]
    pub(super) unasked: Unasked,
    /// Phrases that `groupdesk check` tries.
    #[serde(default)]
    pub(super) tests: Tests,
}

/// A link.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkFile {
    /// The text of the link.
    pub(super) title: Option<Text>,
    /// The address.
    pub(super) url: String,
}

/// The audience of an entry: channels that have one of the tags, and channels by address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Audience {
    /// Tags, as given to channels in groupdesk.yaml.
    pub tags: Vec<String>,
    /// Channels, as account/channel.
    pub channels: Vec<String>,
}

/// The handoff with an entry's answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Handoff {
    /// Only the answer.
    #[default]
    Never,
    /// The answer, and a human on request.
    Offer,
    /// The answer, and a human.
    Always,
}

/// The rule for messages that do not call the bot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unasked {
    /// Answers them if the entry surely fits.
    #[default]
    Certain,
    /// Answers only members who call the bot.
    Never,
}

/// Phrases that must match an entry, and phrases that must not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tests {
    /// Must be answered with this entry when sent in a group without a mention of the bot.
    #[serde(rename = "match")]
    pub matches: Vec<String>,
    /// Must not be answered with it.
    pub not: Vec<String>,
}

/// Ways of asking for a human.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Human {
    /// Example phrases.
    pub questions: Vec<String>,
    /// Regular expressions.
    pub patterns: Vec<String>,
}

/// The JSON Schema of faq.yaml.
pub fn json_schema() -> serde_json::Value {
    serde_json::to_value(schemars::schema_for!(Head)).unwrap_or_default()
}
