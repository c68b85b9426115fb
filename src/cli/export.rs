//! `groupdesk export`: the FAQ for spreadsheets, readers and other programs.

use super::import::write_new;
use super::language::{half, said};
use super::{Failure, output, problem_report};
use crate::exchange::{self, Target};
use crate::faq;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// The options of `export`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The FAQ [default: faq.yaml here, else the one built in]
    #[arg(long, value_name = "FILE")]
    faq: Option<PathBuf>,
    /// The format
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: TargetName,
    /// The file to write, which must not be there yet [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum TargetName {
    /// A table, an entry a row, to edit and import again; what is no entry has no place in it
    Csv,
    /// A table with a question and its answer in each row, for other programs
    Pairs,
    /// A spreadsheet, an entry a row, to edit and import again
    #[value(alias = "excel")]
    Xlsx,
    /// Markdown, to read, edit and import again
    #[value(alias = "markdown")]
    Md,
    /// JSON, for programs; can be imported again
    Json,
}

impl From<TargetName> for Target {
    fn from(name: TargetName) -> Self {
        match name {
            TargetName::Csv => Self::Csv,
            TargetName::Pairs => Self::Pairs,
            TargetName::Xlsx => Self::Excel,
            TargetName::Md => Self::Markdown,
            TargetName::Json => Self::Json,
        }
    }
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let path = options.out.as_ref().filter(|path| path.as_os_str() != "-");
    if matches!(options.to, TargetName::Xlsx) && path.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::Usage(said!(
            "表格不能显示在终端里；请加上 --out faq.xlsx",
            "a spreadsheet can't be shown in a terminal: add `--out faq.xlsx`"
        )));
    }
    let (name, text) = problem_report::faq_text(options.faq.as_deref())?;
    let written = match faq::written(&name, &text) {
        Ok(written) => written,
        Err(problems) => {
            problem_report::problems(&problems, &text);
            return Err(Failure::Found);
        }
    };
    let exported = exchange::export(&written, options.to.into())
        .map_err(|refusal| Failure::Broken(half(&refusal.to_string()).to_owned()))?;
    match path {
        Some(path) => write_new(path, &exported.bytes)?,
        None => {
            let mut stdout = std::io::stdout().lock();
            output::settled(stdout.write_all(&exported.bytes).and_then(|()| stdout.flush()))?;
        }
    }
    let count = written.entries.len();
    if let Some(path) = path {
        let path = path.display();
        output::tell(said!(
            "{path}：写入 {count} 个条目",
            "{path}: {count} entries written"
        ));
    }
    for (english, chinese) in exported.lost {
        output::tell(said!(
            "这种格式存不下：{chinese}",
            "has no place in this format: {english}"
        ));
    }
    Ok(())
}
