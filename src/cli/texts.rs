//! `groupdesk texts`: the bot's own sentences, to change them under `texts` in faq.yaml.

use super::{Failure, out};
use crate::language::Language;
use crate::texts::Catalogue;

/// The arguments of `texts`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The language by its tag: zh, zh-Hant, en or ja
    #[arg(default_value = "en")]
    language: String,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let language = Language::from_tag(&options.language);
    match language.and_then(Catalogue::built_in_file) {
        Some(file) => out::line(file.trim_end().to_owned()),
        None => Err(Failure::Usage(format!(
            "没有「{0}」的句子；有 zh、zh-Hant、en、ja / there are no sentences in `{0}`: use zh, zh-Hant, en or ja",
            options.language
        ))),
    }
}
