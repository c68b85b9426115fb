//! Files beside `faq.yaml` that it names: calendars of holidays, languages of the desk. They are read with it, and a change of one is a
//! change of it.

use crate::hours::HolidaySpec;
use crate::yaml::{Excerpt, Problem};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Unexpected, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Interval at which the files are looked at.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A holiday calendar, or the file in which it stands.
#[derive(Debug, Clone)]
pub(super) enum CalendarFile {
    /// The calendar itself.
    Here(HolidaySpec),
    /// The path of its file, from the folder of `faq.yaml`.
    Beside(String),
}

/// `true` if a text is the name of a YAML file.
fn is_file_name(text: &str) -> bool {
    text.ends_with(".yaml") || text.ends_with(".yml")
}

impl<'de> Deserialize<'de> for CalendarFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CalendarVisitor;
        impl<'de> Visitor<'de> for CalendarVisitor {
            type Value = CalendarFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("struct HolidaySpec")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<CalendarFile, E> {
                if is_file_name(text) {
                    return Ok(CalendarFile::Beside(text.to_owned()));
                }
                Err(E::invalid_type(Unexpected::Str(text), &self))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CalendarFile, A::Error> {
                HolidaySpec::deserialize(MapAccessDeserializer::new(map)).map(CalendarFile::Here)
            }
        }
        deserializer.deserialize_any(CalendarVisitor)
    }
}

impl JsonSchema for CalendarFile {
    fn schema_name() -> Cow<'static, str> {
        "CalendarFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A holiday calendar of the admin's own, or days that overrule a shipped one; or the YAML file beside this one \
                in which that stands.",
            "anyOf": [
                generator.subschema_for::<HolidaySpec>(),
                { "type": "string", "pattern": "\\.ya?ml$", "examples": ["holidays/kr.yaml"] },
            ],
        })
    }
}

/// The files beside a FAQ, as they were when it was read.
#[derive(Debug, Default)]
pub struct CompanionFiles {
    files: Vec<PathBuf>,
    seen: Vec<Stamp>,
}

/// Size and time of a file; `None` if there is none.
type Stamp = Option<(u64, Option<SystemTime>)>;

impl CompanionFiles {
    /// Follows the files that a FAQ was read with.
    pub async fn of(files: &[PathBuf]) -> Self {
        let files = files.to_vec();
        let seen = stamps(files.clone()).await;
        Self { files, seen }
    }

    /// Follows the files that stopped a FAQ from being read, beside those that are followed already: whoever mends one wants to be heard.
    pub async fn and_of_problems(&mut self, problems: &[Problem]) {
        let others = problems
            .iter()
            .filter(|problem| problem.excerpt == Excerpt::OtherFile);
        for problem in others {
            let file = PathBuf::from(&problem.file);
            if !self.files.contains(&file) {
                self.files.push(file);
            }
        }
        self.seen = stamps(self.files.clone()).await;
    }

    /// Returns when one of the files has changed and is at rest; never where there are none.
    pub async fn changed(&mut self) {
        if self.files.is_empty() {
            return std::future::pending().await;
        }
        let mut before = self.seen.clone();
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let now = stamps(self.files.clone()).await;
            if now == before && now != self.seen {
                self.seen = now;
                return;
            }
            before = now;
        }
    }
}

/// Looks at files. A share that does not answer holds up this task and nothing else.
async fn stamps(files: Vec<PathBuf>) -> Vec<Stamp> {
    let look = move || {
        let stamp = |file: &PathBuf| {
            let metadata = std::fs::metadata(file).ok()?;
            Some((metadata.len(), metadata.modified().ok()))
        };
        files.iter().map(stamp).collect()
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}
