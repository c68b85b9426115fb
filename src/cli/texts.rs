//! `groupdesk texts`: the bot's own sentences, to change them under `texts` in faq.yaml.

use super::language::said;
use super::{Failure, output};
use crate::language::Language;
use crate::texts::{Catalogue, template};

/// The arguments of `texts`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The language by its tag: zh, zh-Hant, en or ja; of any other the sentences to translate are printed, in English
    #[arg(default_value = "en")]
    language: String,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let language = Language::from_tag(&options.language);
    match language.map(|language| (language, Catalogue::built_in_file(language))) {
        Some((_, Some(file))) => output::line(file.trim_end().to_owned()),
        Some((language, None)) => output::line(template(language).trim_end().to_owned()),
        None => Err(Failure::Usage(said!(
            "「{0}」不是语言；有 zh、zh-Hant、en、ja，其他语言写代码，如 ko",
            "`{0}` is no language: use zh, zh-Hant, en or ja, or the code of another, such as ko",
            options.language
        ))),
    }
}
