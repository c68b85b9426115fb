//! `groupdesk check`: reports every error of the operator's files at once, and runs the FAQ's own tests.

mod files;
mod machine;
mod previewed;

use super::language::{TerminalLanguage, half, said, spoken};
use super::{Failure, clock, output, problem_report};
use crate::config::{self, Config, Tags};
use crate::desk::Knowledge;
use crate::drafter::Drafter;
use crate::faq;
use crate::hours::HolidaysEnd;
use crate::judge::{Judge, Spending};
use crate::service::{accounts, address_check, embedded_faq, tag_check};
use crate::yaml::{IN_CHINESE_QUOTES, Problem, Severity};
use groupdesk_contract::{Adapter, Clock, InMemoryStorage};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The files [default: groupdesk.yaml here, else faq.yaml]. A file with `accounts`, `channels` or `store` is taken as a
    /// groupdesk.yaml, and the FAQ that it names is checked too; any other file is a FAQ
    files: Vec<PathBuf>,
    /// Only warn of environment variables and files of secrets that are not here, and of this machine's store and addresses, for
    /// which `run` refuses: for machines that check the files and never run them
    #[arg(long)]
    without_secrets: bool,
    /// Show too what the FAQ changes against the version in service: over what members asked, as far as the store knows it, and
    /// over the questions of the entries that differ
    #[arg(long)]
    preview: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The summary of a file that can't be used.
fn has_errors() -> String {
    said!("有错误", "has errors")
}

/// What the figures of a FAQ leave out where there is a semantic tier.
fn by_words_alone() -> String {
    said!(
        "FAQ 的数字只算了字面匹配；开了 semantic 后所需把握不同，用 groupdesk ask --group 查看",
        "the figures on the FAQ are by words alone; with `semantic` other probabilities are needed: `groupdesk ask --group` shows them"
    )
}

/// A file and the problems found in it.
struct Checked {
    name: String,
    text: String,
    problems: Vec<Problem>,
    summary: String,
    /// The report on a FAQ without errors.
    faq: Option<FaqReport>,
    /// The tags that a FAQ's entries are for.
    audiences: BTreeSet<String>,
}

/// Contents of a FAQ, and its expected precision and coverage.
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

/// The expected results on questions that don't stand in the file.
#[derive(Debug, Serialize)]
struct ExpectedReport {
    /// The share of the answers that are right, 0 to 1.
    precision: f32,
    /// The share of the answerable questions that are answered rightly, 0 to 1.
    coverage: f32,
    /// The number of questions of the file that were left out and asked for this.
    questions: usize,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let clock = clock::of_process()?;
    let mut checked = Vec::new();
    let (mut texts, doubts) = files::read(&options.files)?;
    if texts.is_empty() {
        let (name, text) = embedded_faq();
        checked.push(check_faq(name.to_owned(), text.to_owned(), (None, None), &clock));
    }
    let order: Vec<String> = texts.iter().map(|(path, _)| path.display().to_string()).collect();
    let (mut config, mut adapters) = (None, None);
    let configs = texts
        .iter()
        .filter(|(path, text)| matches!(text, Ok(text) if files::is_config(path, text)));
    let config_file = configs.map(|(path, _)| path.clone()).next();
    // The configurations first: they say which channels a FAQ can speak of.
    texts.sort_by_key(|(path, text)| !matches!(text, Ok(text) if files::is_config(path, text)));
    for (path, text) in texts {
        let name = path.display().to_string();
        checked.push(match text {
            Ok(text) if files::is_config(&path, &text) => {
                let (mut found, made) = check_config(&path, text, options.without_secrets, &clock)?;
                let here = doubts.iter().filter(|doubt| doubt.file == name);
                found.problems.extend(here.cloned());
                (config, adapters) = made;
                found
            }
            Ok(text) => {
                let tags = config.as_ref().and_then(Config::tags);
                check_faq(name, text, (adapters.as_deref(), tags), &clock)
            }
            Err(problem) => not_read(name, *problem),
        });
    }
    if let (Some(config), Some(file)) = (&config, &config_file) {
        tags_of_no_use(&mut checked, config, &file.display().to_string());
    }
    checked.sort_by_key(|found| order.iter().position(|name| *name == found.name));
    let errors = count(&checked, Severity::Error);
    let warnings = count(&checked, Severity::Warning);
    let previews = match options.preview && errors == 0 {
        true => previewed::of(&checked, config_file.as_deref())?,
        false => Vec::new(),
    };
    if options.json {
        let problems: Vec<&Problem> = checked.iter().flat_map(|file| &file.problems).collect();
        let faqs: Vec<&FaqReport> = checked.iter().filter_map(|file| file.faq.as_ref()).collect();
        let object = json!({
            "ok": errors == 0, "errors": errors, "warnings": warnings, "problems": problems, "faqs": faqs
        });
        let mut object = object;
        if options.preview {
            object["previews"] = json!(previews);
        }
        let text =
            serde_json::to_string_pretty(&object).map_err(|error| Failure::Broken(error.to_string()))?;
        output::line(text)?;
    } else {
        for file in &checked {
            problem_report::problems(&file.problems, &file.text);
            output::line(format_args!("{}: {}", file.name, file.summary))?;
        }
        for preview in &previews {
            output::line(preview.in_words())?;
        }
        output::line(said!(
            "{errors} 个错误，{warnings} 个警告",
            "{errors} error(s), {warnings} warning(s)"
        ))?;
    }
    if errors == 0 { Ok(()) } else { Err(Failure::Found) }
}

/// Adds warnings of the configuration's tags that nothing else names. Of a FAQ with errors nobody knows which it names.
fn tags_of_no_use(checked: &mut [Checked], config: &Config, file: &str) {
    if checked
        .iter()
        .any(|other| other.name != file && other.faq.is_none())
    {
        return;
    }
    let named: BTreeSet<String> = checked.iter().flat_map(|of| of.audiences.clone()).collect();
    if let Some(of_config) = checked.iter_mut().find(|of| of.name == file) {
        of_config.problems.extend(tag_check::of_no_use(config, &named));
        of_config
            .problems
            .sort_by_key(|problem| (problem.line, problem.column));
    }
}

fn count(checked: &[Checked], severity: Severity) -> usize {
    checked
        .iter()
        .flat_map(|file| &file.problems)
        .filter(|problem| problem.severity == severity)
        .count()
}

fn not_read(name: String, problem: Problem) -> Checked {
    Checked {
        name,
        text: String::new(),
        problems: vec![problem],
        summary: said!("读不到", "not read"),
        faq: None,
        audiences: BTreeSet::new(),
    }
}

/// The accounts of a configuration that has no errors.
type Adapters = Option<Vec<Arc<dyn Adapter>>>;

fn check_config(
    path: &Path,
    text: String,
    lenient: bool,
    clock: &Arc<dyn Clock>,
) -> Result<(Checked, (Option<Config>, Adapters)), Failure> {
    let missing = config::missing(path, &text, &config::Environment::of_process());
    let (config, mut problems) = config::read(
        path,
        &text,
        &config::Environment::lenient(),
        &accounts::platforms(),
    );
    let is_right = problems.is_empty();
    let mut summary = has_errors();
    let mut adapters = None;
    if let Some(config) = &config {
        let tried = try_config(path, config, lenient, clock)?;
        // A warning about a file with errors may be of what is not read.
        let told = tried.problems.into_iter();
        let told = told.filter(|problem| is_right || problem.severity == Severity::Error);
        problems.extend(config::without_consequences(&problems, false, told.collect()));
        if is_right {
            (summary, adapters) = (tried.summary, tried.adapters);
        }
    }
    // Placeholders for missing values cause problems that are nobody's mistake.
    problems.retain(|problem| !missing.iter().any(|missing| follows(problem, missing)));
    problems.extend(missing.into_iter().map(|problem| match lenient {
        true => without(problem).into_warning(),
        false => problem,
    }));
    problems.sort_by_key(|problem| (problem.line, problem.column));
    let checked = Checked {
        name: path.display().to_string(),
        text,
        problems,
        summary,
        faq: None,
        audiences: BTreeSet::new(),
    };
    let config = config.filter(|_| is_right);
    Ok((checked, (config, adapters)))
}

/// Outcome of the checks that need more than the file: the adapters, the models, the machine.
struct Tried {
    problems: Vec<Problem>,
    summary: String,
    adapters: Adapters,
}

fn try_config(path: &Path, config: &Config, lenient: bool, clock: &Arc<dyn Clock>) -> Result<Tried, Failure> {
    let mut problems = config.warnings();
    let (accounts, channels) = (config.accounts.len(), config.channels.len());
    let mut summary = said!(
        "{accounts} 个账号，{channels} 个单独设置的会话",
        "{accounts} account(s), {channels} channel(s)"
    );
    if let Some(note) = &config.semantic_note {
        summary.push_str("\n  ");
        summary.push_str(half(note));
    }
    if let Some(source) = &config.semantic {
        summary.push_str("\n  ");
        summary.push_str(&by_words_alone());
        if let Err(why) = source.open() {
            problems.push(config.semantic_problem(why));
        }
    }
    if let Some(why) = model_refused(config, clock) {
        problems.push(config.model_problem(why));
    }
    problems.extend(shifts_that_end(path, config, clock.now()));
    let mut listens = false;
    let mut adapters = None;
    match accounts::build(config, clock, &|_| Arc::new(InMemoryStorage::default())) {
        Err(found) => problems.extend(found),
        Ok(built) => {
            listens = built.iter().any(|account| account.routes.is_some());
            let made: Vec<_> = built.into_iter().map(|account| account.adapter).collect();
            problems.extend(address_check::only_answered(config, &made));
            adapters = Some(made);
        }
    }
    let refused = machine::refused(config, listens)?.into_iter();
    problems.extend(refused.map(|problem| match lenient {
        true => without(problem).into_warning(),
        false => problem,
    }));
    Ok(Tried {
        problems,
        summary,
        adapters,
    })
}

/// Returns `true` if a problem is about a value that is missing, or about the `connection` around it.
fn follows(problem: &Problem, missing: &Problem) -> bool {
    let within = || missing.path.strip_prefix(problem.path.as_str());
    let is_of_the_value = problem.path == missing.path && problem.message != IN_CHINESE_QUOTES;
    is_of_the_value
        || problem.path.ends_with(".connection") && within().is_some_and(|rest| rest.starts_with('.'))
}

/// Adds the consequence to a problem of what is missing or wrong on this machine, and may be.
fn without(mut problem: Problem) -> Problem {
    problem.message.push_str("; so `run` refuses to start here");
    if let Some(chinese) = &mut problem.chinese {
        chinese.push_str("；这样 run 在这里不能启动");
    }
    problem
}

/// Warns of holiday calendars that end soon, of the shifts of staff.
fn shifts_that_end(path: &Path, config: &Config, now: Timestamp) -> Vec<Problem> {
    let people = config.tickets.roster.people.iter();
    let ends = people.filter_map(|person| HolidaysEnd::of(person.shifts.as_ref()?, now));
    let mut warnings: Vec<Problem> = Vec::new();
    for end in ends.filter(HolidaysEnd::is_near) {
        let (chinese, english) = end.words();
        let mut warning = Problem::of_file(&path.display().to_string(), format!("shifts: {english}"));
        warning.in_chinese(format!("值班时间（shifts）：{chinese}"));
        if warnings.iter().all(|other| other.message != warning.message) {
            warnings.push(warning.into_warning());
        }
    }
    warnings
}

/// The accounts of a configuration without errors, and its tags.
type Known<'a> = (Option<&'a [Arc<dyn Adapter>]>, Option<&'a Tags>);

/// Checks a FAQ, and the channels and tags that it names where the accounts and the tags are known.
fn check_faq(name: String, text: String, (adapters, tags): Known<'_>, clock: &Arc<dyn Clock>) -> Checked {
    let (knowledge, mut problems) = match Knowledge::load(&name, &text, None) {
        Ok(loaded) => loaded,
        Err(problems) => {
            return Checked {
                name,
                text,
                problems,
                summary: has_errors(),
                faq: None,
                audiences: BTreeSet::new(),
            };
        }
    };
    problems.extend(knowledge.faq.calendar_warnings(clock.now()));
    if let Some(adapters) = adapters {
        problems.extend(address_check::audience(&knowledge.faq, adapters));
    }
    if let Some(tags) = tags {
        problems.extend(tag_check::audience(&knowledge.faq, tags));
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
        summary: report.in_words(),
        faq: Some(report),
        audiences: knowledge
            .faq
            .audience_tags()
            .map(|(_, tag)| tag.to_owned())
            .collect(),
    }
}

/// Fewer questions than this, left out and asked, say nothing of unseen ones.
const TELLING: usize = 20;

impl FaqReport {
    fn in_words(&self) -> String {
        match spoken() {
            Some(TerminalLanguage::Zh) => Chinese(self).to_string(),
            Some(TerminalLanguage::En) => English(self).to_string(),
            None => format!("{}\n  中文: {}", English(self), Chinese(self)),
        }
    }

    /// The precision wanted, the precision and the coverage expected, in percent.
    fn percents(&self) -> (f64, f32, f32) {
        (
            self.precision_wanted * 100.0,
            self.expected.precision * 100.0,
            self.expected.coverage * 100.0,
        )
    }
}

/// A report in English.
struct English<'r>(&'r FaqReport);

impl fmt::Display for English<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.0;
        let own = report.expected.questions;
        let (wanted, right, covered) = report.percents();
        writeln!(
            f,
            "{} entries, {} questions, {} of {} tests passed",
            report.entries, report.questions, report.tests_passed, report.tests
        )?;
        write!(
            f,
            "  unasked, it answers from probability {:.2} on, so that {wanted:.1} of 100 such answers are right: that is what `precision` in \
             the file asks for",
            report.threshold
        )?;
        if own >= TELLING {
            write!(
                f,
                "\n  tried: {own} of the questions, each left out of the file and asked as if a member had said it in other words, without \
                 calling the bot\n    coverage {covered:.1}%: of 100 of these questions {covered:.0} got the right answer; the others \
                 got none or a wrong one; who calls the bot by @ gets more of them\n    precision {right:.1}%: of 100 answers {right:.0} were right"
            )?;
            write!(
                f,
                "\n    members' own words differ more from the file than its questions from each other: what your group will get can't be told \
                 from the file; `groupdesk eval` tells, with questions that members really asked"
            )?;
            write!(
                f,
                "\n    for more coverage write more ways of asking, in different words; for more precision mend what the warnings name"
            )?;
        } else {
            write!(
                f,
                "\n  too few example questions to say what to expect: {own} could be left out and asked as if a member had said it in other \
                 words, {TELLING} or more would tell; write three to five ways of asking for each entry"
            )?;
        }
        if report.entries_with_one_question > 0 {
            write!(
                f,
                "\n  {} of the entries have one question only: with three to five each, more of what members say is found",
                report.entries_with_one_question
            )?;
        }
        Ok(())
    }
}

/// A report in Chinese.
struct Chinese<'r>(&'r FaqReport);

impl fmt::Display for Chinese<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.0;
        let own = report.expected.questions;
        let (wanted, right, covered) = report.percents();
        write!(
            f,
            "{} 个条目，{} 个问题，{} 个测试中 {} 个通过；没人叫它时，把握到 {:.2} 才开口，为的是每 100 次这样的回答有 {wanted:.1} 次是对的（文件里的 \
             precision）",
            report.entries, report.questions, report.tests, report.tests_passed, report.threshold
        )?;
        match own >= TELLING {
            true => write!(
                f,
                "\n  试过：把文件里的 {own} 个问题逐个拿掉，当作成员换了个说法、也没有 @ 机器人来问\n    能答上 {covered:.1}%（coverage）：100 个这样的问题，答对 \
                 {covered:.0} 个，其余没有开口，或答错；@ 机器人时会多答一些\n    答对率 {right:.1}%（precision）：100 次回答里有 {right:.0} 次是对的\n    \
                 成员自己的说法和文件里的差得更远，群里实际能答上多少，只看文件说不准；请用成员真问过的话运行 groupdesk eval\n    \
                 想多答上：每个条目多写几种不同的问法；想少答错：照上面的警告修改"
            )?,
            false => write!(f, "；例句太少，还估计不出效果，请给每个条目写三到五种问法")?,
        }
        match report.entries_with_one_question {
            0 => Ok(()),
            count => write!(f, "；有 {count} 个条目只写了一个问题，每个写三到五个更容易找到"),
        }
    }
}

/// Returns the reason for which the model can't be used, if any; nothing is sent.
fn model_refused(config: &Config, clock: &Arc<dyn Clock>) -> Option<String> {
    let spending = |calls| Arc::new(Spending::new(Arc::clone(clock), calls));
    let judge = config.judge.as_ref().and_then(|settings| {
        Judge::open(settings, Arc::clone(clock), spending(settings.calls_per_day)).err()
    });
    judge.or_else(|| {
        let settings = config.drafts.as_ref()?;
        Drafter::open(settings, Arc::clone(clock), spending(settings.calls_per_day)).err()
    })
}
