//! `groupdesk model get`: fetches a model from its publisher or a mirror, or copies it from a folder.

use super::super::language::{label, said, said_in_lines, word};
use super::super::problem_report::in_a_line;
use super::super::runtime::runtime;
use super::{Failure, measured, memory, output};
use groupdesk_model::Source;
use groupdesk_model::catalog::{self, RECOMMENDED, Recommended, UNFINISHED};
use groupdesk_model::fetch::{self, Address, Brought, FetchError, Progress};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// The smallest size of a file whose progress is shown, in bytes.
const LARGE_BYTES: u64 = 1 << 20;

/// The step between lines of progress without a terminal, in percent.
const LOGGED_PERCENT: u64 = 10;

/// The arguments of `model get`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Its name, as `groupdesk model list` shows it; any name, where an address or a folder is given
    name: String,
    /// The source: hf, hf-mirror, modelscope, or the address of the folder with its files
    #[arg(
        long,
        value_name = "PLACE",
        default_value = "hf",
        conflicts_with = "from_folder"
    )]
    from: String,
    /// Copy it from a folder, such as an unpacked package or a stick
    #[arg(long, value_name = "DIR")]
    from_folder: Option<PathBuf>,
}

pub(super) fn run(options: &Options, models: &Path, elsewhere: bool) -> Result<(), Failure> {
    let known = catalog::recommended(&options.name);
    let given = options.from_folder.is_some() || options.from.contains("://");
    let name = match known {
        Some(model) => model.name,
        None if given => plain(&options.name)?,
        None => return Err(unknown(&options.name)),
    };
    let folder = models.join(name);
    if catalog::is_model(&folder) {
        output::line(said!(
            "{place} 已经有了，没有再下载；要重新下载请先删除这个文件夹",
            "{place} is here already, nothing was fetched; remove the folder to fetch it anew",
            place = folder.display()
        ))?;
        Source::Folder(folder.clone()).open().map_err(|why| {
            let why = in_a_line(&why);
            Failure::Broken(said!("这个模型用不了：{why}", "the model can't be used: {why}"))
        })?;
        return Ok(());
    }
    let mut bar = Bar::new();
    let mut told = |progress: &Progress<'_>| bar.tell(progress);
    let brought = match &options.from_folder {
        Some(from) => {
            announce(name, known, &from.display().to_string(), &folder)?;
            fetch::copy(from, &folder, known, &mut told)
        }
        None => {
            let from = Address::of(&options.from, known.map(|model| model.repository)).map_err(failure)?;
            announce(name, known, &from.to_string(), &folder)?;
            let how = said!(
                "按 Ctrl-C 停止，下次会接着下载",
                "Ctrl-C stops it, and the next call goes on"
            );
            output::line(format_args!("  {how}"))?;
            let runtime = runtime()?;
            runtime.block_on(fetch::fetch(&from, &folder, known, &mut told))
        }
    };
    bar.end();
    report(&brought.map_err(failure)?, &folder, elsewhere)
}

/// Prints the model and its terms, before anything is fetched.
fn announce(name: &str, known: Option<&Recommended>, from: &str, folder: &Path) -> Result<(), Failure> {
    match known {
        Some(model) => output::line(format_args!(
            "{name}\n  {}{}  {}{}  {}{} MB  {}{}\n  {}{}",
            label("许可证", "licence"),
            model.licence,
            label("语言", "languages"),
            model.languages,
            label("大小", "size"),
            model.fetch_mb,
            label("内存", "memory"),
            memory(model),
            label("实测", "measured"),
            measured(model.measured),
        ))?,
        None => output::line(format_args!(
            "{name}\n  {}{}",
            label("许可证", "licence"),
            said!(
                "未知，请自行确认",
                "not known here, look it up where it is published"
            )
        ))?,
    }
    output::line(format_args!(
        "  {}{from}\n  {}{}",
        label("来源", "from"),
        label("存到", "to"),
        folder.display()
    ))
}

fn report(brought: &[Brought], folder: &Path, elsewhere: bool) -> Result<(), Failure> {
    let large = |file: &&Brought| matches!(file.file, "tokenizer.json" | "model.safetensors");
    for file in brought.iter().filter(large) {
        let mark = if file.checked {
            said!("与服务器一致", "as the server says")
        } else {
            said!("没有可比对的值", "nothing to compare it with")
        };
        output::line(format_args!(
            "{}  {} bytes  sha256 {}  {mark}",
            file.file, file.bytes, file.sha256
        ))?;
    }
    let place = folder.display();
    let setting = if elsewhere {
        format!("semantic: {{ folder: {place} }}")
    } else {
        "semantic: auto".to_owned()
    };
    output::line(said_in_lines!(
        "{place}：可以打开。在 groupdesk.yaml 里写 {setting}，然后重启；`groupdesk model check {place}` 看它懂不懂您的语言",
        "{place} is here and opens. Write `{setting}` into groupdesk.yaml, and restart; `groupdesk model check {place}` tells which \
         languages it is of use for"
    ))
}

/// Returns the name if a folder can have it.
///
/// # Errors
/// [`Failure::Usage`] if it can't.
fn plain(name: &str) -> Result<&str, Failure> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.is_empty() && name.chars().all(fits) && !name.starts_with('.') && !name.ends_with(UNFINISHED) {
        return Ok(name);
    }
    Err(Failure::Usage(said!(
        "「{name}」不能作文件夹名；请用字母、数字、-、_ 和 .",
        "`{name}` can't name a folder: take letters, digits, `-`, `_` and `.`"
    )))
}

fn unknown(name: &str) -> Failure {
    let names: Vec<&str> = RECOMMENDED.iter().map(|model| model.name).collect();
    let names = names.join(", ");
    Failure::Usage(said!(
        "没有叫「{name}」的推荐模型；现有：{names}；别的模型请用 --from https://... 或 --from-folder 指明来源",
        "no recommended model is called `{name}`; there are {names}; of others say where they are with --from https://... or --from-folder"
    ))
}

fn failure(error: FetchError) -> Failure {
    let text = word(&error.in_chinese(), &error.to_string());
    match error {
        FetchError::Address { .. }
        | FetchError::NoRepository
        | FetchError::Missing { .. }
        | FetchError::Exists(_) => Failure::Usage(text),
        _ => Failure::Broken(text),
    }
}

/// Shows the progress of a file on standard error.
struct Bar {
    terminal: bool,
    file: String,
    /// The last progress shown, in steps of percent, or of megabytes if the size is not known.
    said: Option<u64>,
}

impl Bar {
    fn new() -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            file: String::new(),
            said: None,
        }
    }

    fn tell(&mut self, progress: &Progress<'_>) {
        if progress.total.unwrap_or(progress.have) < LARGE_BYTES {
            return;
        }
        if self.file != progress.file {
            self.end();
            progress.file.clone_into(&mut self.file);
        }
        let grain = if self.terminal { 1 } else { LOGGED_PERCENT };
        let step = match progress.total {
            Some(total) => progress.have * 100 / total.max(1) / grain,
            None => (progress.have >> 20) / grain,
        };
        if self.said == Some(step) {
            return;
        }
        self.said = Some(step);
        let (have, file) = (progress.have >> 20, progress.file);
        let text = match progress.total {
            Some(total) => format!(
                "{file}: {have} / {} MB ({} %)",
                total >> 20,
                progress.have * 100 / total.max(1)
            ),
            None => format!("{file}: {have} MB"),
        };
        let end = if self.terminal { "\r" } else { "\n" };
        // If standard error is closed, nobody wants the progress.
        let _ = write!(std::io::stderr(), "{text}{end}");
    }

    /// Ends the line that was overwritten.
    fn end(&mut self) {
        if self.said.take().is_some() && self.terminal {
            let _ = writeln!(std::io::stderr());
        }
    }
}
