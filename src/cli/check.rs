//! `groupdesk check`: every error of the operator's files at once, and the FAQ's own tests.

use super::{Failure, clock, report};
use crate::config;
use crate::desk::Knowledge;
use crate::faq;
use crate::service::{accounts, addresses, embedded_faq};
use crate::yaml::{FILE_BYTES_MAX, Problem, Severity, read_text};
use groupdesk_contract::{Adapter, Clock, Forgetful};
use serde::Serialize;
use serde_json::json;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `check` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The files [default: faq.yaml and groupdesk.yaml here, where they are]. A file with `accounts`, `channels` or `store`
    /// is taken as a groupdesk.yaml, any other as a FAQ
    files: Vec<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A file and what was found in it.
struct Checked {
    name: String,
    text: String,
    problems: Vec<Problem>,
    summary: String,
    /// What a FAQ without errors promises.
    faq: Option<FaqReport>,
}

/// What there is in a FAQ, and what to expect of it.
#[derive(Debug, Serialize)]
struct FaqReport {
    file: String,
    entries: usize,
    questions: usize,
    /// Entries that can be found by one question only.
    entries_with_one_question: usize,
    tests: usize,
    tests_passed: usize,
    /// The share of unasked answers that should be right, 0 to 1.
    precision_wanted: f64,
    /// The probability from which on an unasked message is answered.
    threshold: f32,
    expected: ExpectedReport,
}

/// What to expect on questions that don't stand in the file.
#[derive(Debug, Serialize)]
struct ExpectedReport {
    /// The share of the answers that are right, 0 to 1.
    precision: f32,
    /// The share of the answerable questions that are answered rightly, 0 to 1.
    coverage: f32,
    /// How many questions could be left out and asked to find this.
    questions: usize,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let clock = clock::of_process()?;
    let mut files = options.files.clone();
    if files.is_empty() {
        files = ["faq.yaml", "groupdesk.yaml"]
            .iter()
            .map(PathBuf::from)
            .filter(|path| path.exists())
            .collect();
    }
    let mut checked = Vec::new();
    if files.is_empty() {
        let (name, text) = embedded_faq();
        checked.push(check_faq(name.to_owned(), text.to_owned(), None, &clock));
    }
    let mut texts = Vec::new();
    let mut adapters = None;
    for path in &files {
        let text = read_text(path, FILE_BYTES_MAX);
        // Without a place it is no text that is wrong, but the file.
        if let Err(problem) = &text
            && problem.line == 0
        {
            return Err(Failure::Usage(problem.to_string()));
        }
        texts.push((path, text));
    }
    // The configurations first: they say which channels a FAQ can speak of.
    texts.sort_by_key(|(path, text)| !matches!(text, Ok(text) if is_config(path, text)));
    for (path, text) in texts {
        let name = path.display().to_string();
        checked.push(match text {
            Ok(text) if is_config(path, &text) => {
                let (found, made) = check_config(path, name, text, &clock);
                adapters = made;
                found
            }
            Ok(text) => check_faq(name, text, adapters.as_deref(), &clock),
            Err(problem) => not_read(name, *problem),
        });
    }
    checked.sort_by_key(|found| {
        files
            .iter()
            .position(|path| path.display().to_string() == found.name)
    });
    let errors = count(&checked, Severity::Error);
    let warnings = count(&checked, Severity::Warning);
    if options.json {
        let problems: Vec<&Problem> = checked.iter().flat_map(|file| &file.problems).collect();
        let faqs: Vec<&FaqReport> = checked.iter().filter_map(|file| file.faq.as_ref()).collect();
        let object = json!({
            "ok": errors == 0, "errors": errors, "warnings": warnings, "problems": problems, "faqs": faqs
        });
        let text =
            serde_json::to_string_pretty(&object).map_err(|error| Failure::Broken(error.to_string()))?;
        println!("{text}");
    } else {
        for file in &checked {
            report::problems(&file.problems, &file.text);
            println!("{}: {}", file.name, file.summary);
        }
        println!("{errors} error(s), {warnings} warning(s)");
    }
    if errors == 0 { Ok(()) } else { Err(Failure::Found) }
}

fn count(checked: &[Checked], severity: Severity) -> usize {
    checked
        .iter()
        .flat_map(|file| &file.problems)
        .filter(|problem| problem.severity == severity)
        .count()
}

/// Whether a file is a configuration: by its name, else by the keys that only a configuration has.
fn is_config(path: &Path, text: &str) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let has = |keys: &[&str]| {
        text.lines()
            .any(|line| keys.iter().any(|key| line.starts_with(key)))
    };
    name.starts_with("groupdesk") || (has(&["accounts:", "channels:", "store:"]) && !has(&["entries:"]))
}

fn not_read(name: String, problem: Problem) -> Checked {
    Checked {
        name,
        text: String::new(),
        problems: vec![problem],
        summary: "not read".to_owned(),
        faq: None,
    }
}

/// The accounts of a configuration that has no errors.
type Adapters = Option<Vec<Arc<dyn Adapter>>>;

fn check_config(path: &Path, name: String, text: String, clock: &Arc<dyn Clock>) -> (Checked, Adapters) {
    let mut adapters = None;
    let (problems, summary) = match config::load(path, &text, &config::Environment::lenient()) {
        Err(problems) => (problems, "has errors".to_owned()),
        Ok(config) => {
            let mut problems = config.warnings();
            let summary = format!(
                "{} account(s), {} channel(s)",
                config.accounts.len(),
                config.channels.len()
            );
            if let Some(source) = &config.semantic
                && let Err(why) = source.open()
            {
                problems.push(config.semantic_problem(why));
            }
            match accounts::build(&config, clock, &|_| Arc::new(Forgetful::default())) {
                Err(found) => problems.extend(found),
                Ok(built) => {
                    let made: Vec<_> = built.into_iter().map(|account| account.adapter).collect();
                    problems.extend(addresses::only_answered(&config, &made));
                    adapters = Some(made);
                }
            }
            (problems, summary)
        }
    };
    let checked = Checked {
        name,
        text,
        problems,
        summary,
        faq: None,
    };
    (checked, adapters)
}

/// Checks a FAQ, and the channels that it names where the accounts are known.
fn check_faq(
    name: String,
    text: String,
    adapters: Option<&[Arc<dyn Adapter>]>,
    clock: &Arc<dyn Clock>,
) -> Checked {
    let (knowledge, mut problems) = match Knowledge::load(&name, &text, None) {
        Ok(loaded) => loaded,
        Err(problems) => {
            return Checked {
                name,
                text,
                problems,
                summary: "has errors".to_owned(),
                faq: None,
            };
        }
    };
    problems.extend(knowledge.faq.calendar_warnings(clock.now()));
    if let Some(adapters) = adapters {
        problems.extend(addresses::audience(&knowledge.faq, adapters));
    }
    let lint = faq::lint_with(&knowledge.faq, &knowledge.matcher);
    problems.extend(lint.problems);
    let questions = || knowledge.faq.entries().iter().map(|entry| entry.questions.len());
    let expected = knowledge.matcher.expected();
    let report = FaqReport {
        file: name.clone(),
        entries: knowledge.faq.entries().len(),
        questions: questions().sum(),
        entries_with_one_question: questions().filter(|count| *count == 1).count(),
        tests: lint.tests,
        tests_passed: lint.tests_passed,
        precision_wanted: knowledge.faq.precision(),
        threshold: knowledge.matcher.thresholds().answer,
        expected: ExpectedReport {
            precision: expected.precision,
            coverage: expected.coverage,
            questions: expected.questions,
        },
    };
    Checked {
        name,
        text,
        problems,
        summary: report.to_string(),
        faq: Some(report),
    }
}

/// Fewer questions than this, left out and asked, say nothing of unseen ones.
const TELLING: usize = 20;

impl fmt::Display for FaqReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} entries, {} questions, {} of {} tests passed",
            self.entries, self.questions, self.tests_passed, self.tests
        )?;
        writeln!(
            f,
            "  of 100 answers nobody called for, {:.1} should be right (`precision`): it speaks from probability {:.2} on",
            self.precision_wanted * 100.0,
            self.threshold
        )?;
        if self.expected.questions < TELLING {
            write!(
                f,
                "  too few example questions to say what to expect: {} could be left out and asked, {TELLING} or more would tell",
                self.expected.questions
            )?;
        } else {
            write!(
                f,
                "  expected on unseen questions: precision {:.1}% (answers that are right), coverage {:.1}% (questions that get a \
                 right answer)",
                self.expected.precision * 100.0,
                self.expected.coverage * 100.0
            )?;
        }
        if self.entries_with_one_question > 0 {
            write!(
                f,
                "\n  {} of the entries have one question only: with three to five each, more of what members say is found",
                self.entries_with_one_question
            )?;
        }
        Ok(())
    }
}
