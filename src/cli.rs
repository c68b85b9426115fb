//! The command line: a file a command.
//!
//! Exit codes: 0 done; 1 a problem was found (an error in a file, a failing test phrase); 2 the arguments or a file's
//! name are wrong; 3 the program could not start or had to end.

mod ask;
mod backup;
mod check;
mod clock;
mod configuration;
mod eval;
mod export;
mod health;
mod import;
mod init;
mod judged;
mod known;
mod language;
mod licenses;
mod log;
mod member_id;
#[cfg(feature = "semantic-folder")]
mod model;
mod out;
mod predict;
mod quarantine;
mod report;
mod run;
mod schema;
mod signals;
mod status;
mod tickets;
#[cfg(feature = "wechat")]
mod wechat;
mod zone;

use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// The support desk for chat groups: answers members from faq.yaml and hands over to a human when it should.
///
/// Without a command it serves: from groupdesk.yaml where there is one, else in a group chat in this terminal, with a
/// FAQ that is built in.
#[derive(Debug, Parser)]
#[command(
    name = "groupdesk",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask a few questions and write groupdesk.yaml and faq.yaml: the way to begin
    Init(init::Options),
    /// Serve: connect the accounts, answer members, hand over to staff
    Run(run::Options),
    /// Ask one question, and see the decision, the answer and why
    Ask(ask::Options),
    /// Decide on every line of questions in JSON, for programs
    Match(predict::Options),
    /// Measure the FAQ against labelled questions
    Eval(eval::Options),
    /// Find every error in faq.yaml and groupdesk.yaml, and run the FAQ's own tests
    Check(check::Options),
    /// Ask the program that runs how it is; exit code 1 while nobody is answered
    Health(health::Options),
    /// Show how the program stands: accounts, last events and sends, tickets, FAQ and store
    Status(status::Options),
    /// Copy the store into a file, while the program runs too
    Backup(backup::Options),
    /// Put a copy that `backup` made in the store's place, and keep what stood there
    Restore(backup::Options),
    /// Make a FAQ of tables, documents, pages and other programs' files
    Import(import::Options),
    /// Write the FAQ as a table, a document or JSON
    Export(export::Options),
    /// List, show, export or forget tickets
    Tickets(tickets::Options),
    /// List, show or forget events that could not be handled and were set aside
    Quarantine(quarantine::Options),
    /// Print the JSON Schema of faq.yaml or groupdesk.yaml, for editors
    Schema(schema::Options),
    /// Print the licence, and the notices of others' data in the program
    Licenses,
    /// Models that know what words mean: list the recommended ones, bring one here, look at one
    #[cfg(feature = "semantic-folder")]
    Model(model::Options),
    /// WeChat Customer Service: the link and the QR code by which members come
    #[cfg(feature = "wechat")]
    #[command(subcommand)]
    Wechat(wechat::Command),
}

/// The ways in which a command fails.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Problems were found and printed.
    #[error("found something wrong")]
    Found,
    /// The arguments, or a file they name, are wrong.
    #[error("{0}")]
    Usage(String),
    /// The program could not start, or had to end.
    #[error("{0}")]
    Broken(String),
}

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        None => run::run(&arguments.run),
        Some(Command::Init(options)) => init::run(&options),
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::Ask(options)) => ask::run(&options),
        Some(Command::Match(options)) => predict::run(&options),
        Some(Command::Eval(options)) => eval::run(&options),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Health(options)) => health::run(&options),
        Some(Command::Status(options)) => status::run(&options),
        Some(Command::Backup(options)) => backup::backup(&options),
        Some(Command::Restore(options)) => backup::restore(&options),
        Some(Command::Import(options)) => import::run(&options),
        Some(Command::Export(options)) => export::run(&options),
        Some(Command::Tickets(options)) => tickets::run(&options),
        Some(Command::Quarantine(options)) => quarantine::run(&options),
        Some(Command::Schema(options)) => schema::run(&options),
        Some(Command::Licenses) => licenses::run(),
        #[cfg(feature = "semantic-folder")]
        Some(Command::Model(options)) => model::run(&options),
        #[cfg(feature = "wechat")]
        Some(Command::Wechat(command)) => wechat::run(&command),
    };
    let (code, error) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Found) => return ExitCode::from(1),
        Err(Failure::Usage(error)) => (2, error),
        Err(Failure::Broken(error)) => (3, error),
    };
    // Standard error may be gone; the code tells it as well.
    let _ = writeln!(std::io::stderr(), "groupdesk: {error}");
    ExitCode::from(code)
}
