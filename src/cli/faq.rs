//! `groupdesk faq`: the versions of faq.yaml that were in service, and back to one of them.

use super::compare_versions::{Content, compare};
use super::language::{said, texts};
use super::tickets::on_store;
use super::time_zone::Zone;
use super::{Failure, clock, configuration, load_knowledge, output, problem_report};
use crate::desk::Knowledge;
use crate::exchange;
use crate::faq;
use crate::preview::in_full;
use crate::service::faq_file::{self, NotWritten};
use crate::store::{FaqChange, FaqSource, FaqVersion};
use crate::yaml::Severity;
use groupdesk_contract::clean_line;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The largest number of lines of the texts' difference that are shown.
const LINES: usize = 200;

/// The arguments of `faq`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration, which names the store and the FAQ [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the versions that were in service, newest first
    Log {
        /// The largest number of them
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Print a version as it was
    Show {
        /// The first digits of its name in the list, or `latest`
        version: String,
    },
    /// Put a version back into faq.yaml; what stands there now is kept
    Rollback {
        /// The first digits of its name in the list
        version: String,
        /// The file to write [default: the FAQ that the configuration names, else faq.yaml here]
        #[arg(long, value_name = "FILE")]
        faq: Option<PathBuf>,
        /// Write it; without this it is only shown what would change
        #[arg(long)]
        yes: bool,
    },
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let config = options.config.as_deref();
    match &options.command {
        Command::Log { limit, json } => {
            let versions = on_store(config, async |store| store.faq_versions(*limit).await)?;
            if *json {
                let text = serde_json::to_string_pretty(&versions);
                return output::line(text.map_err(|error| Failure::Broken(error.to_string()))?);
            }
            output::text(table(&versions, &Zone::of_service(config)))
        }
        Command::Show { version } => {
            let content = Content::kept(config, version)?;
            // A file in another encoding that a version took the place of is kept as it was.
            let text = exchange::text_of("faq.yaml", &content.bytes);
            output::text(text.unwrap_or_else(|_| String::from_utf8_lossy(&content.bytes).into_owned()))
        }
        Command::Rollback { version, faq, yes } => {
            let file = match faq {
                Some(file) => file.clone(),
                None => file(config)?,
            };
            rollback(config, &file, version, *yes)
        }
    }
}

/// Returns the FAQ's file.
fn file(config: Option<&Path>) -> Result<PathBuf, Failure> {
    let here = Path::new("faq.yaml");
    match configuration::without_secrets(config)?.faq {
        Some(file) => Ok(file),
        None if here.exists() => Ok(here.to_owned()),
        None => Err(Failure::Usage(said!(
            "没有 faq.yaml 可写：groupdesk.yaml 没有写 faq:，这里也没有 faq.yaml；请用 --faq 指定",
            "there is no faq.yaml to write: groupdesk.yaml names none, and there is none here; name it with --faq"
        ))),
    }
}

fn table(versions: &[FaqVersion], zone: &Zone) -> String {
    let mut text = String::new();
    for version in versions {
        // Writing to a string can't fail, here and below.
        let _ = writeln!(
            text,
            "{}  {}  {:<9}  {:>8}  {}  {}",
            version.version,
            zone.minute(version.at),
            version.source.name(),
            version.bytes,
            clean_line(&version.author),
            clean_line(&version.note),
        );
    }
    let name = zone.name();
    let counted = said!(
        "{count} 个版本，最上面的是现在的；列出的是时间（{name}）、来源、字节数、作者",
        "{count} version(s), the first is the one in service; with time ({name}), source, bytes and author",
        count = versions.len()
    );
    let _ = writeln!(text, "{counted}");
    text
}

fn rollback(config: Option<&Path>, file: &Path, version: &str, yes: bool) -> Result<(), Failure> {
    let old = Content::kept(config, version)?;
    let current = Content::of_file(file)?;
    let name = file.display();
    if old.bytes == current.bytes {
        return output::line(said!(
            "{name} 就是版本 {version}，没有改动",
            "{name} is version {version} already",
            version = old.name
        ));
    }
    checks_clean(&old)?;
    if !yes {
        if let (Ok(now), Ok(then)) = (current.text(), old.text()) {
            output::line(format_args!(
                "--- {name}\n+++ {}\n{}\n",
                old.name,
                faq::difference(&now, &then, LINES, texts())
            ))?;
        }
        // A file with errors can't be compared; then it is all the more wanted to go back.
        if let Ok(preview) = compare(config, (&current, &old), None) {
            output::line(in_full(&preview, texts()))?;
        }
        return output::line(said!(
            "没有改动任何东西；加上 --yes 就写入 {name}",
            "nothing was changed: say --yes to write {name}"
        ));
    }
    let now = clock::of_process()?.now();
    let change = |source, author: String, note: String| FaqChange {
        at: now,
        source,
        author,
        note,
    };
    let written = on_store(config, async |store| {
        let replaced = change(FaqSource::File, String::new(), String::new());
        store
            .keep_faq(&faq::version_of(&current.bytes), &current.bytes, &replaced)
            .await?;
        let written = faq_file::write(file, &current.bytes, &old.bytes, |read| read == old.bytes);
        if written.is_ok() {
            let note = format!("= {}", old.name);
            store
                .keep_faq(
                    &faq::version_of(&old.bytes),
                    &old.bytes,
                    &change(FaqSource::Rollback, user(), note),
                )
                .await?;
        }
        Ok(written)
    })?;
    match written {
        Ok(()) => output::line(said!(
            "{name} 已恢复为版本 {version}；被换下的是版本 {replaced}，用同样的命令可以换回来。正在运行的程序两三秒后生效",
            "{name} is version {version} again; version {replaced}, which stood there, is kept and comes back the same way. A program that runs takes it in a few seconds",
            version = old.name,
            replaced = faq::version_of(&current.bytes)
        )),
        Err(NotWritten::Changed(_)) => Err(Failure::Broken(said!(
            "{name} 正好被别人改了，没有写入；请再看一遍",
            "{name} was changed by somebody else just now and was not written: look at it once more"
        ))),
        Err(NotWritten::Failed(why)) => Err(Failure::Broken(why)),
    }
}

/// Refuses a version with errors for this version of the program.
fn checks_clean(content: &Content) -> Result<(), Failure> {
    let text = content.text()?;
    let mut problems = match Knowledge::load(&content.name, &text, None) {
        Ok((_, problems)) | Err(problems) => problems,
    };
    problems.retain(|problem| problem.severity == Severity::Error);
    if problems.is_empty() {
        return Ok(());
    }
    problem_report::problems(&problems, &text);
    Err(Failure::Found)
}

/// Returns the name of who runs the command, where the system tells it.
fn user() -> String {
    let name = ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    name.unwrap_or_default()
}

/// Keeps what `groupdesk import` wrote into the FAQ of the service, with its source. Nothing is kept, and nothing said, where there
/// is no such service.
pub(super) fn imported(file: &Path) {
    let same = |other: &Path| matches!((file.canonicalize(), other.canonicalize()), (Ok(a), Ok(b)) if a == b);
    let named = load_knowledge::faq_of(None).ok().flatten();
    let is_in_service = named.is_some_and(|named| same(&named));
    let has_store = || super::tickets::has_store(None).is_ok_and(|has| has);
    if !is_in_service || !has_store() {
        return;
    }
    let (Ok(bytes), Ok(clock)) = (faq_file::read(file), clock::of_process()) else {
        return;
    };
    let change = FaqChange {
        at: clock.now(),
        source: FaqSource::Import,
        author: user(),
        note: String::new(),
    };
    // It is kept without its source when it comes into service, at the latest.
    let _ = on_store(None, async |store| {
        store.keep_faq(&faq::version_of(&bytes), &bytes, &change).await
    });
}
