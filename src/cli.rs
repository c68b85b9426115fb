//! The command line: a file a command.
//!
//! Exit codes: 0 done; 1 a problem was found (an error in a file, a failing test phrase); 2 the arguments or a file's
//! name are wrong; 3 the program could not start or had to end.

mod api_key;
mod ask;
mod backup;
mod check;
mod clock;
mod collector;
mod command_judge;
mod compare_versions;
mod configuration;
mod dashboard;
mod diff;
mod erasure_report;
mod eval;
mod export;
mod faq;
mod forget;
mod health;
mod help;
mod import;
mod init;
mod labels;
mod language;
mod licenses;
mod load_knowledge;
mod log;
mod match_questions;
mod member_id;
#[cfg(feature = "semantic-folder")]
mod model;
mod output;
mod problem_report;
mod quarantine;
mod reason;
mod run;
mod runtime;
mod schema;
mod signals;
mod stats;
mod status;
mod store;
mod texts;
mod tickets;
mod time_zone;
#[cfg(feature = "otlp")]
mod traces;
mod unanswered;
#[cfg(feature = "wechat")]
mod wechat;
mod why;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
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
    // `help::language` takes it out of the words before they are parsed.
    /// The language of what is printed [default: the terminal's]
    #[arg(long, hide_possible_values = true)]
    lang: Option<language::TerminalLanguage>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask a few questions and write groupdesk.yaml and faq.yaml: the way to begin
    Init(init::Options),
    /// Serve: connect the accounts, answer members, hand over to staff
    Run(run::Options),
    /// Ask one question, and see the decision, the answer and why
    Ask(ask::Options),
    /// Tell why a message, or a ticket's, was decided as it was
    Why(why::Options),
    /// Show the figures of a span: what was asked, answered, resolved, and how fast
    Stats(stats::Options),
    /// List what members asked and nobody answered, in groups, with what is proposed for each
    Unanswered(unanswered::Options),
    /// Label answers, those of shadow mode too, as right, wrong or needless; show what the labels say
    Labels(labels::Options),
    /// Decide on every line of questions in JSON, for programs
    Match(match_questions::Options),
    /// Measure the FAQ against labelled questions
    Eval(eval::Options),
    /// Find every error in faq.yaml and groupdesk.yaml, and run the FAQ's own tests
    Check(check::Options),
    /// Compare two versions of the FAQ: which messages get another decision
    Diff(diff::Options),
    /// List, show or bring back versions of faq.yaml that were in service
    Faq(faq::Options),
    /// Ask the program that runs how it is; exit code 1 while nobody is answered
    Health(health::Options),
    /// Show how the program stands: accounts, last events and sends, tickets, FAQ and store
    Status(status::Options),
    /// The dashboard in the browser: invite users, and give new links
    Dashboard(dashboard::Options),
    /// Keys with which programs talk by the HTTP API of a website: make, list and end them
    ApiKey(api_key::Options),
    /// Copy the store into a file, while the program runs too
    Backup(backup::Options),
    /// Put a copy that `backup` made in the store's place, and keep what stood there
    Restore(backup::Options),
    /// Copy the store from a file into a PostgreSQL database
    Store(store::Options),
    /// Make a FAQ of tables, documents, pages and other programs' files
    Import(import::Options),
    /// Write the FAQ as a table, a document or JSON
    Export(export::Options),
    /// List, show, export or forget tickets
    Tickets(tickets::Options),
    /// Erase what is kept of a member
    Forget(forget::Options),
    /// List, show or forget events that could not be handled and were set aside
    Quarantine(quarantine::Options),
    /// Print the JSON Schema of faq.yaml or groupdesk.yaml, for editors
    Schema(schema::Options),
    /// Print the bot's own sentences, which `texts` in faq.yaml can change
    Texts(texts::Options),
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

/// Moves `--faq FILE` and `--config FILE` behind the command that follows them: in the list of options they stand above the
/// commands.
fn behind_command(mut given: Vec<OsString>) -> Vec<OsString> {
    let commands = Arguments::command();
    let is_command = |word: &OsString| {
        word.to_str()
            .is_some_and(|word| commands.find_subcommand(word).is_some())
    };
    let mut at = 1;
    while let Some(word) = given.get(at).and_then(|word| word.to_str()) {
        at += match word {
            "--faq" | "--config" => 2,
            _ if word.starts_with("--faq=") || word.starts_with("--config=") => 1,
            _ => break,
        };
    }
    if at > 1 && given.get(at).is_some_and(is_command) {
        let command = given.remove(at);
        given.insert(1, command);
    }
    given
}

/// Parses the arguments and runs the command.
pub fn main() -> ExitCode {
    let mut given: Vec<OsString> = std::env::args_os().collect();
    let language = match help::language(&mut given, &Arguments::command()) {
        Ok(spoken) => {
            language::speak(spoken);
            spoken.unwrap_or(language::TerminalLanguage::En)
        }
        Err(error) => {
            // Standard error may be gone; the code tells it as well.
            let _ = writeln!(std::io::stderr(), "{error}");
            return ExitCode::from(2);
        }
    };
    let given = behind_command(given);
    let parsed = Arguments::command()
        .try_get_matches_from(&given)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return ExitCode::from(help::print(Arguments::command(), given, &error, language)),
    };
    let result = match arguments.command {
        None => run::run(&arguments.run, language),
        Some(Command::Init(options)) => init::run(&options),
        Some(Command::Run(options)) => run::run(&options, language),
        Some(Command::Ask(options)) => ask::run(&options),
        Some(Command::Why(options)) => why::run(&options),
        Some(Command::Stats(options)) => stats::run(&options),
        Some(Command::Unanswered(options)) => unanswered::run(&options),
        Some(Command::Labels(options)) => labels::run(&options),
        Some(Command::Match(options)) => match_questions::run(&options),
        Some(Command::Eval(options)) => eval::run(&options),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Diff(options)) => diff::run(&options),
        Some(Command::Faq(options)) => faq::run(&options),
        Some(Command::Health(options)) => health::run(&options),
        Some(Command::Status(options)) => status::run(&options),
        Some(Command::Dashboard(options)) => dashboard::run(&options),
        Some(Command::ApiKey(options)) => api_key::run(&options),
        Some(Command::Backup(options)) => backup::backup(&options),
        Some(Command::Restore(options)) => backup::restore(&options),
        Some(Command::Store(options)) => store::run(&options),
        Some(Command::Import(options)) => import::run(&options),
        Some(Command::Export(options)) => export::run(&options),
        Some(Command::Tickets(options)) => tickets::run(&options),
        Some(Command::Forget(options)) => forget::run(&options),
        Some(Command::Quarantine(options)) => quarantine::run(&options),
        Some(Command::Schema(options)) => schema::run(&options),
        Some(Command::Texts(options)) => texts::run(&options),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_before_a_command_are_the_commands_own() {
        let moved = |line: &str| -> String {
            let given = line.split(' ').map(OsString::from).collect();
            let moved = behind_command(given);
            let words: Vec<&str> = moved.iter().filter_map(|word| word.to_str()).collect();
            words.join(" ")
        };
        for (given, meant) in [
            ("groupdesk --faq a.yaml ask x", "groupdesk ask --faq a.yaml x"),
            ("groupdesk --faq=a.yaml ask x", "groupdesk ask --faq=a.yaml x"),
            (
                "groupdesk --config b --faq a run",
                "groupdesk run --config b --faq a",
            ),
            ("groupdesk --faq ask", "groupdesk --faq ask"),
            ("groupdesk --faq a.yaml", "groupdesk --faq a.yaml"),
            ("groupdesk ask --faq a.yaml x", "groupdesk ask --faq a.yaml x"),
            ("groupdesk", "groupdesk"),
        ] {
            assert_eq!(moved(given), meant);
        }
        let given = behind_command(
            ["groupdesk", "--faq", "a.yaml", "ask", "x"]
                .map(OsString::from)
                .into(),
        );
        assert!(matches!(
            Arguments::try_parse_from(given),
            Ok(Arguments {
                command: Some(Command::Ask(_)),
                ..
            })
        ));
    }
}
