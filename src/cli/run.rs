//! `groupdesk run`: serves.

use super::language::{TerminalLanguage, half, said};
use super::log::{self, Log};
use super::signals::{self, Signals};
use super::{Failure, clock, problem_report};
use crate::config::{self, Config};
use crate::language;
use crate::service::{self, Faults, RunError, accounts};
use crate::web;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration [default: groupdesk.yaml here, where there is one; else a group chat in this terminal]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The FAQ, instead of the one that the configuration names
    #[arg(long, value_name = "FILE")]
    faq: Option<PathBuf>,
}

pub(super) fn run(options: &Options, language: TerminalLanguage) -> Result<(), Failure> {
    let clock = clock::of_process()?;
    let (mut config, text) = load(options.config.as_deref())?;
    if let Some(faq) = &options.faq {
        config.faq = Some(faq.clone());
    }
    config.terminal_language = language.of(language::Language::CHINESE, language::Language::ENGLISH);
    let faults = Arc::new(Faults::default());
    let log = Log::start(&config, &faults).map_err(|problem| {
        problem_report::problems(&[*problem], &text);
        Failure::Found
    })?;
    log::tell_of_panics(Arc::clone(&faults));
    web::raise_descriptors();
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    if let Some(note) = &config.semantic_note {
        tracing::info!("{}", half(note));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::Broken(said!(
                "启动不了运行环境：{error}",
                "can't start the runtime: {error}"
            ))
        })?;
    let ended = runtime.block_on(async {
        let shutdown = CancellationToken::new();
        let signals = tokio::spawn(signals::cancel(
            Signals::listen(),
            shutdown.clone(),
            Arc::clone(&log),
        ));
        let ended = service::run(config, clock, faults, shutdown).await;
        signals.abort();
        ended
    });
    // A thread that reads the terminal can't be stopped, and nothing is lost with it.
    runtime.shutdown_background();
    log.flush();
    match ended {
        Ok(()) => Ok(()),
        Err(RunError::Files(problems)) => {
            let faq = options.faq.clone();
            let source = match problems.first() {
                Some(problem)
                    if options
                        .config
                        .as_ref()
                        .is_some_and(|c| c.display().to_string() == problem.file) =>
                {
                    text
                }
                Some(problem) => problem_report::text_of(Path::new(&problem.file)).unwrap_or_default(),
                None => faq
                    .and_then(|faq| problem_report::text_of(&faq).ok())
                    .unwrap_or_default(),
            };
            problem_report::problems(&problems, &source);
            Err(Failure::Found)
        }
        Err(error) => Err(Failure::Broken(half(&error.to_string()).to_owned())),
    }
}

/// Loads the configuration, with its text; without a file, the terminal with the built-in FAQ.
///
/// # Errors
/// [`Failure::Usage`] if the file can't be read; [`Failure::Found`] after printing its problems.
pub(super) fn load(path: Option<&Path>) -> Result<(Config, String), Failure> {
    let here = Path::new("groupdesk.yaml");
    let path = match path {
        None if here.exists() => here,
        None => return Ok((Config::console(), String::new())),
        Some(path) => path,
    };
    let text = problem_report::text_of(path)?;
    match config::load(
        path,
        &text,
        &config::Environment::of_process(),
        &accounts::platforms(),
    ) {
        Ok(config) => Ok((config, text)),
        Err(problems) => {
            problem_report::problems(&problems, &text);
            Err(Failure::Found)
        }
    }
}
