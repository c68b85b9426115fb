//! `groupdesk import`: a FAQ from what others wrote it in.

use super::language::{half, said, word};
use super::{Failure, output, problem_report};
use crate::desk::BuiltIn;
use crate::exchange::{self, Destination, Format, ImportOutcome, Imported, Source};
use crate::language::Language;
use crate::yaml::FILE_BYTES_MAX;
use groupdesk_contract::clean_line;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The most entries that are named as in need of more questions.
const WEAK_SHOWN: usize = 20;

/// The options of `import`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The files to read; those of Rasa together
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Their format [default: by their names and contents]
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// The file to write, which must not be there yet; - is standard output
    #[arg(
        long,
        value_name = "FILE",
        default_value = "faq.yaml",
        conflicts_with = "add_to"
    )]
    out: PathBuf,
    /// Add to this FAQ instead, behind its entries; everything else in it stays as it is
    #[arg(long, value_name = "FILE")]
    add_to: Option<PathBuf>,
    /// Take all but the entries (hours, contact points, ...) from this FAQ
    #[arg(long, value_name = "FILE", conflicts_with = "add_to")]
    facts: Option<PathBuf>,
    /// The FAQ's language [default: that of most answers]
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Option<LanguageName>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FormatName {
    /// Comma-separated values: question, answer (HuixiangDou's and AstrBot's tables too)
    Csv,
    /// A spreadsheet: xlsx, xls, ods
    #[value(alias = "xlsx")]
    Excel,
    /// Headings, **Q:** and **A:**, details and summary
    #[value(alias = "md")]
    Markdown,
    /// Headings, dt and dd, details and summary
    Html,
    /// JSON and JSON lines; HuixiangDou, Koishi, AstrBot, Chatwoot and Zammad are known by their keys
    #[value(alias = "jsonl")]
    Json,
    /// Rasa's nlu.yml, domain.yml, rules.yml
    Rasa,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Csv => Self::Csv,
            FormatName::Excel => Self::Excel,
            FormatName::Markdown => Self::Markdown,
            FormatName::Html => Self::Html,
            FormatName::Json => Self::Json,
            FormatName::Rasa => Self::Rasa,
        }
    }
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LanguageName {
    Zh,
    En,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let target = options.add_to.as_deref().unwrap_or(&options.out);
    let to_stdout = options.add_to.is_none() && target.as_os_str() == "-";
    if options.add_to.is_none() && !to_stdout && target.exists() {
        return Err(exists(target));
    }
    let mut sources = Vec::new();
    for path in &options.files {
        sources.push(Source {
            name: clean_line(&path.display().to_string()).into_owned(),
            bytes: bytes_of(path)?,
        });
    }
    let into = match (&options.add_to, &options.facts) {
        (Some(path), _) => Destination::Behind(problem_report::text_of(path)?),
        (None, Some(path)) => Destination::New(Some(problem_report::text_of(path)?)),
        (None, None) => Destination::New(None),
    };
    let mut imported = exchange::import(
        &sources,
        &exchange::Options {
            format: options.format.map(Format::from),
            language: options.lang.map(|language| match language {
                LanguageName::Zh => Language::CHINESE,
                LanguageName::En => Language::ENGLISH,
            }),
            file: target.display().to_string(),
            into,
            meaning: |question| BuiltIn::of(question).map(BuiltIn::meaning),
        },
    )
    .map_err(|refusal| Failure::Usage(half(&refusal.to_string()).to_owned()))?;
    if to_stdout {
        output::text(&imported.yaml)?;
    } else if options.add_to.is_some() {
        replace(target, &imported.yaml)?;
    } else {
        write_new(target, imported.yaml.as_bytes())?;
    }
    if !to_stdout {
        super::faq::imported(target);
    }
    imported.yaml = String::new();
    let told = import_summary(&imported, target);
    match to_stdout {
        true => {
            output::tell(told.trim_end());
            Ok(())
        }
        false => output::text(told),
    }
}

/// The content of a file, whatever its encoding.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = path.display();
    let failed =
        |error: std::io::Error| Failure::Usage(said!("读不到 {name}：{error}", "can't read {name}: {error}"));
    if path.is_dir() {
        return Err(Failure::Usage(said!(
            "{name} 是目录，请写出其中的文件",
            "{name} is a folder: name the files in it"
        )));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let most = FILE_BYTES_MAX >> 20;
        return Err(Failure::Usage(said!(
            "{name} 超过 {most} MB，请拆成几个文件",
            "{name} has more than {most} MB: split it"
        )));
    }
    Ok(bytes)
}

fn exists(path: &Path) -> Failure {
    let name = path.display();
    let other = path
        .file_stem()
        .map_or_else(|| "faq".into(), |stem| stem.to_string_lossy());
    let extension = path
        .extension()
        .map_or_else(|| "yaml".into(), |extension| extension.to_string_lossy());
    let other = path.with_file_name(format!("{other}-new.{extension}"));
    let other = other.display();
    let (add, add_chinese) = match extension.as_ref() {
        "yaml" | "yml" => (
            format!(", or `--add-to {name}` to add to it"),
            format!("，或用 --add-to {name} 加到它后面"),
        ),
        _ => Default::default(),
    };
    Failure::Usage(said!(
        "{name} 已经存在，没有覆盖它；请写 --out {other}{add_chinese}",
        "{name} is there already and was not overwritten: say `--out {other}`{add}"
    ))
}

/// Writes a file that is not there yet.
///
/// # Errors
/// [`Failure::Usage`] where it is there, or can't be written.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(path),
        _ => {
            let name = path.display();
            Failure::Usage(said!("写不了 {name}：{error}", "can't write {name}: {error}"))
        }
    })
}

/// Puts a file's new content in its place, all of it or nothing.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    // Behind a link stands the file that is meant.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.import-{}", std::process::id()));
    let moved = || {
        std::fs::copy(&path, &beside)?;
        let mut file = OpenOptions::new().write(true).truncate(true).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)
    };
    moved().map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        let name = path.display();
        Failure::Usage(said!("写不了 {name}：{error}", "can't write {name}: {error}"))
    })
}

/// Tells what was done, and what was not.
fn import_summary(imported: &Imported, target: &Path) -> String {
    let mut told = String::new();
    let mut line = |text: String| {
        told.push_str(&clean_line(&text));
        told.push('\n');
    };
    let name = match target.as_os_str() == "-" {
        true => "faq.yaml".into(),
        false => target.display().to_string(),
    };
    let Imported {
        entries,
        questions,
        grouped,
        notes,
        weak,
        ..
    } = imported;
    line(said!(
        "{name}：写入 {entries} 个条目、{questions} 个问题",
        "{name}: {entries} entries with {questions} questions written"
    ));
    if *grouped > 0 {
        let grouped = said!(
            "{grouped} 个问题因答案相同并入了别的条目",
            "{grouped} question(s) joined an entry with the same answer"
        );
        line(format!("  {grouped}"));
    }
    for (fate, chinese, english) in [
        (ImportOutcome::LeftOut, "没有导入", "left out"),
        (ImportOutcome::Duplicate, "重复", "repeated"),
        (ImportOutcome::Changed, "有改动", "changed"),
        (ImportOutcome::Doubtful, "请核对", "to be checked"),
    ] {
        let of_it = || notes.iter().filter(|note| note.fate == fate);
        let count = of_it().count();
        if count == 0 {
            continue;
        }
        line(said!("{chinese} {count} 处", "{english}: {count}"));
        for note in of_it() {
            line(format!(
                "  {}: {}",
                note.place,
                word(&note.chinese, &note.english)
            ));
        }
    }
    let few = weak.len();
    if few > 0 {
        line(said!(
            "{entries} 个条目里有 {few} 个只有一个问题：成员换个说法就多半找不到（文档里的例子，不是这个文件的结果：15 种换个说法的问法，没人 @ 时只答出 4 个）。请给每个条目写三到五种问法，先补这些",
            "{few} of {entries} entries have one question only: who asks in other words mostly gets no answer (the documentation's example, not this file's: of 15 such questions, 4 were answered unasked). Write three to five ways of asking for each; these need them most:"
        ));
        for entry in weak.iter().take(WEAK_SHOWN) {
            line(format!("  {}: {}", entry.id, entry.question));
        }
        if let Some(more) = few.checked_sub(WEAK_SHOWN).filter(|more| *more > 0) {
            line(format!("  … {}", said!("还有 {more} 个", "and {more} more")));
        }
    }
    line(said!(
        "下一步：groupdesk check {name}",
        "next: groupdesk check {name}"
    ));
    told
}
