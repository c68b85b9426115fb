//! `groupdesk diff`: two versions of the FAQ, and on which messages another decision falls.

use super::compare_versions::{Content, compare};
use super::language::texts;
use super::{Failure, output};
use crate::faq;
use crate::preview::in_full;
use serde_json::json;
use std::path::PathBuf;

/// The largest number of lines of the texts' difference that are shown.
const LINES: usize = 200;

/// The arguments of `diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Compares over what members asked, as far as the store knows it, and over the questions of the
entries that differ. With --questions over lines like {\"q\": \"几点上班\"}, with \"called\": true where the bot was called.

Examples:
  groupdesk diff latest faq.yaml              (what would this edit change?)
  groupdesk diff 3f2a 91c0 --questions asked.jsonl")]
pub(super) struct Options {
    /// The old one: a file, or a version as `groupdesk faq log` lists them
    old: String,
    /// The new one
    new: String,
    /// The messages to decide, in JSON lines
    #[arg(long, value_name = "FILE")]
    questions: Option<PathBuf>,
    /// The configuration, which names the store and the channels' settings [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let config = options.config.as_deref();
    let old = Content::named(config, &options.old)?;
    let new = Content::named(config, &options.new)?;
    let preview = compare(config, (&old, &new), options.questions.as_deref())?;
    if options.json {
        let object = json!({"old": old.name, "new": new.name, "preview": preview});
        let text =
            serde_json::to_string_pretty(&object).map_err(|error| Failure::Broken(error.to_string()))?;
        return output::line(text);
    }
    let lines = faq::difference(&old.text()?, &new.text()?, LINES, texts());
    if !lines.is_empty() {
        output::line(format_args!("--- {}\n+++ {}\n{lines}\n", old.name, new.name))?;
    }
    output::line(in_full(&preview, texts()))
}
