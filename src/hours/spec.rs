//! Specification of hours and holidays as an admin writes it, before it is built, and the errors in it.

use crate::language::Language;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Opening hours: the bare notation `7x24`, or a table of hours.
#[derive(Debug, Clone, PartialEq)]
pub enum ScheduleSpec {
    /// A notation alone; only `7x24` says enough to stand alone.
    Notation(String),
    /// Hours by weekday, with holidays and exceptions.
    Detailed(ScheduleDetail),
}

/// Hours by weekday, with holidays and exceptions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleDetail {
    /// Name of these hours, as days times hours: `5x8`, `7x8`, `7x24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notation: Option<String>,
    /// IANA time zone that the hours are in; `Asia/Shanghai` where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Hours by weekday. Keys: `mon` to `sun`, `mon-fri`, `mon,wed,fri`, `daily`, `weekdays`, `weekend`, or
    /// 周一 to 周日, 周一至周五, 工作日, 周末, 每天. Days that are not named are closed.
    #[serde(default, skip_serializing_if = "HoursTable::is_empty")]
    pub weekly: WeeklySpec,
    /// The name of a holiday calendar: its holidays are closed, its make-up workdays (调休) have a workday's hours.
    /// Shipped are the official ones of mainland China (`cn`), Hong Kong (`hk`), Taiwan (`tw`) and Japan (`jp`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<String>,
    /// Hours on the calendar's holidays; closed where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_holidays: Option<HoursSpec>,
    /// Hours on the calendar's make-up workdays (调休); Monday's where it is missing, or those of the first weekday that
    /// has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub makeup: Option<HoursSpec>,
    /// Hours on single dates (`2026-12-31`) or ranges of dates (`2026-12-24..2026-12-26`). They win over everything
    /// else.
    #[serde(default, skip_serializing_if = "HoursTable::is_empty")]
    pub exceptions: ExceptionsSpec,
}

/// Hours by weekday.
pub type WeeklySpec = HoursTable;

/// Hours by date or range of dates.
pub type ExceptionsSpec = HoursTable;

/// Hours under the keys that an admin gave them, in the file's order, repeated keys included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HoursTable(pub Vec<(String, HoursSpec)>);

/// The hours of a day: `08:00-17:30`, a list of such intervals, `closed`, or `all day`. An interval that ends before
/// it begins (`22:00-02:00`) runs past midnight and belongs to the day on which it begins.
#[derive(Debug, Clone, PartialEq)]
pub enum HoursSpec {
    /// One interval, or a word for none or all of the day.
    One(String),
    /// Several intervals.
    Many(Vec<String>),
}

/// A holiday calendar of the admin's own, or days that overrule a shipped one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidaySpec {
    /// The holidays' name in the hours that members read, by their language: { zh: 香港公众假期, en: Hong Kong general holidays }.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub name: BTreeMap<Language, String>,
    /// Where the dates come from, for who adds the next year's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The last day up to which all holidays are known; warnings begin sixty days before. Default: the end of the last year that has any date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateSpec>,
    /// Holidays of every year, as month and day: `01-01`, or a range `10-01..10-03`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yearly: Vec<DateSpec>,
    /// Holidays: dates (`2027-01-01`) or ranges of dates (`2027-10-01..2027-10-07`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<DateSpec>,
    /// Make-up workdays (调休): days that have a workday's hours whatever weekday they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<DateSpec>,
}

/// A date `2026-10-01`, or a range of dates `2026-10-01..2026-10-07` with both ends in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DateSpec(pub String);

/// An error in the hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SpecError {
    /// Keys and list positions that lead to it, from the schedule (or holiday calendar) down: `["weekly", "mon", "0"]`.
    pub path: Vec<String>,
    /// Description of the error.
    pub message: String,
    /// Correction: what to write instead.
    pub help: Option<String>,
    /// Both for readers of Chinese.
    pub chinese: Option<String>,
}

impl SpecError {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            path: Vec::new(),
            message: message.into(),
            help: Some(help.into()),
            chinese: None,
        }
    }

    pub(super) fn in_chinese(mut self, text: impl Into<String>) -> Self {
        self.chinese = Some(text.into());
        self
    }

    pub(super) fn at<S: AsRef<str>>(mut self, path: impl IntoIterator<Item = S>) -> Self {
        self.path = path.into_iter().map(|key| key.as_ref().to_owned()).collect();
        self
    }
}

impl HoursTable {
    /// `true` if nothing is written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for ScheduleSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpecVisitor;
        impl<'de> Visitor<'de> for SpecVisitor {
            type Value = ScheduleSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`7x24`, or hours such as `{ weekly: { mon-fri: \"08:00-17:30\" } }`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ScheduleSpec, E> {
                Ok(ScheduleSpec::Notation(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ScheduleSpec, A::Error> {
                ScheduleDetail::deserialize(MapAccessDeserializer::new(map)).map(ScheduleSpec::Detailed)
            }
        }
        deserializer.deserialize_any(SpecVisitor)
    }
}

impl Serialize for ScheduleSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Notation(text) => serializer.serialize_str(text),
            Self::Detailed(detail) => detail.serialize(serializer),
        }
    }
}

impl JsonSchema for ScheduleSpec {
    fn schema_name() -> Cow<'static, str> {
        "ScheduleSpec".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "When somebody is there: the bare notation `7x24`, or a table of hours.",
            "anyOf": [
                { "type": "string", "description": "Around the clock.", "examples": ["7x24"] },
                generator.subschema_for::<ScheduleDetail>(),
            ],
        })
    }
}

impl<'de> Deserialize<'de> for HoursTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TableVisitor;
        impl<'de> Visitor<'de> for TableVisitor {
            type Value = HoursTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("days with their hours, such as `mon-fri: \"08:00-17:30\"`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HoursTable, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(HoursTable(rows))
            }
        }
        deserializer.deserialize_map(TableVisitor)
    }
}

impl Serialize for HoursTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, hours) in &self.0 {
            map.serialize_entry(key, hours)?;
        }
        map.end()
    }
}

impl JsonSchema for HoursTable {
    fn schema_name() -> Cow<'static, str> {
        "HoursTable".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Hours by weekday or by date.",
            "additionalProperties": generator.subschema_for::<HoursSpec>(),
        })
    }
}

impl<'de> Deserialize<'de> for HoursSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HoursVisitor;
        impl<'de> Visitor<'de> for HoursVisitor {
            type Value = HoursSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("hours such as \"08:00-17:30\", a list of them, or `closed`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<HoursSpec, E> {
                Ok(HoursSpec::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<HoursSpec, A::Error> {
                let mut intervals = Vec::new();
                while let Some(interval) = seq.next_element()? {
                    intervals.push(interval);
                }
                Ok(HoursSpec::Many(intervals))
            }
        }
        deserializer.deserialize_any(HoursVisitor)
    }
}

impl Serialize for HoursSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(interval) => serializer.serialize_str(interval),
            Self::Many(intervals) => intervals.serialize(serializer),
        }
    }
}

impl JsonSchema for HoursSpec {
    fn schema_name() -> Cow<'static, str> {
        "HoursSpec".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The hours of a day: `08:00-17:30`, a list of such intervals, `closed`, or `all day`. An \
                interval that ends before it begins (`22:00-02:00`) runs past midnight and belongs to the day on \
                which it begins.",
            "anyOf": [
                { "type": "string", "examples": ["08:00-17:30", "22:00-02:00", "closed", "all day"] },
                { "type": "array", "items": { "type": "string" }, "examples": [["08:00-12:00", "13:30-17:30"]] },
            ],
        })
    }
}
