//! Prints problems of files, and loads a FAQ for a command.

use super::Failure;
use super::language::{self, TerminalLanguage, said};
use crate::desk::Knowledge;
use crate::matcher::QuestionEmbeddings;
use crate::service::embedded_faq;
use crate::store::StoreError;
use crate::yaml::{FILE_BYTES_MAX, Problem, Severity, read_text};
use groupdesk_contract::divided;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Reads the FAQ to use: the file named, else `faq.yaml` here, else the one built in.
///
/// # Errors
/// [`Failure::Usage`] if the named file can't be read.
pub(super) fn faq_text(path: Option<&Path>) -> Result<(String, String), Failure> {
    let here = Path::new("faq.yaml");
    let path = match path {
        None if here.exists() => here,
        None => {
            let (name, text) = embedded_faq();
            return Ok((name.to_owned(), text.to_owned()));
        }
        Some(path) => path,
    };
    Ok((path.display().to_string(), text_of(path)?))
}

/// Loads the FAQ, with another precision than its own if one is given.
///
/// # Errors
/// [`Failure::Found`] after printing the problems; [`Failure::Usage`] if the file can't be read or the precision is out
/// of range.
pub(super) fn knowledge(path: Option<&Path>, precision: Option<f64>) -> Result<Knowledge, Failure> {
    knowledge_with(path, precision, None)
}

/// Loads the FAQ as [`knowledge`] does, with the embeddings of its texts.
///
/// # Errors
/// As for [`knowledge`].
pub(super) fn knowledge_with(
    path: Option<&Path>,
    precision: Option<f64>,
    meanings: Option<Arc<QuestionEmbeddings>>,
) -> Result<Knowledge, Failure> {
    if let Some(precision) = precision.filter(|precision| !(0.5..=0.999).contains(precision)) {
        return Err(Failure::Usage(said!(
            "--precision {precision} 超出范围，应为 0.5 到 0.999",
            "--precision {precision} is out of range: 0.5 to 0.999"
        )));
    }
    let (file, text) = faq_text(path)?;
    match Knowledge::load_with(&file, &text, precision, meanings) {
        Ok((knowledge, found)) => {
            let errors: Vec<Problem> = found
                .into_iter()
                .filter(|problem| problem.severity == Severity::Error)
                .collect();
            problems(&errors, &text);
            Ok(knowledge)
        }
        Err(found) => {
            problems(&found, &text);
            Err(Failure::Found)
        }
    }
}

/// Reads the text of one of the operator's files.
///
/// # Errors
/// [`Failure::Usage`] if it can't be read; [`Failure::Found`] after printing the problem if it is no UTF-8.
pub(super) fn text_of(path: &Path) -> Result<String, Failure> {
    read_text(path, FILE_BYTES_MAX).map_err(|problem| {
        if problem.line == 0 {
            return Failure::Usage(in_words(&problem, &[]));
        }
        problems(&[*problem], "");
        Failure::Found
    })
}

/// Formats a reason that may be in English and Chinese as one line, in the language of the terminal.
pub(super) fn in_a_line(why: &str) -> String {
    match divided(why) {
        (english, Some(chinese)) => language::word(chinese, english),
        (english, None) => language::half(english).to_owned(),
    }
}

/// Prints problems to standard error, each with its line and a mark under the place.
pub(super) fn problems(problems: &[Problem], text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    for problem in problems {
        // Standard error may be gone, which is no reason to break off.
        let _ = writeln!(std::io::stderr(), "{}", in_words(problem, &lines));
    }
}

/// Formats a problem in the language of the terminal, with its line if there are `lines`.
pub(super) fn in_words(problem: &Problem, lines: &[&str]) -> String {
    match language::spoken() {
        Some(TerminalLanguage::Zh) => problem.with_source_in_chinese(lines),
        Some(TerminalLanguage::En) => problem.with_source_in_english(lines),
        None => problem.with_source(lines),
    }
}

/// Formats an error of the store in the language of the terminal. What the database or the system says is in English everywhere.
pub(super) fn store(error: &StoreError) -> String {
    let place = |path: &Path| path.display().to_string();
    let chinese = match error {
        StoreError::Open { path, why, .. } => format!(
            "打不开数据文件 {}：{why}；请确认文件夹存在、运行本程序的用户可以写入，或改正 store: {{ path: … }}",
            place(path)
        ),
        StoreError::Taken { path, process } => format!(
            "另一个 groupdesk（进程 {process}）正在用数据 {}；两个一起会什么都回答两遍：请停掉一个，或给这个写另一个 store.path",
            place(path)
        ),
        StoreError::Failed { path, why, .. } => {
            format!("数据 {} 现在用不了：{why}；请检查磁盘空间和权限", place(path))
        }
        StoreError::Lost { path, why, .. } => format!("数据 {} 丢失或损坏：{why}；请用备份恢复", place(path)),
        StoreError::Data { why, .. } => format!("数据库存不了或读不出这项内容：{why}"),
        StoreError::AlreadyKnown => "这批消息里有已经收过的".to_owned(),
        StoreError::TooLarge { value, .. } => format!("太大，数据库存不下：{value}"),
        StoreError::Broken { why } => format!("程序在维护数据时出错，请报告：{why}"),
        StoreError::Superseded { path } => format!(
            "数据 {} 现在由另一个 groupdesk 使用：这个离开太久，之后没有再写入",
            place(path)
        ),
        StoreError::Copy { path, why, .. } => format!("{}：{why}", place(path)),
        StoreError::Outdated { path, target } => format!(
            "开始往 {} 搬以后，数据 {} 又被用过，数据库里的是旧的：请重新建一个空数据库，再搬一次",
            place(target),
            place(path)
        ),
        StoreError::Closed => "数据已关闭：程序正在停止".to_owned(),
    };
    match language::spoken() {
        Some(TerminalLanguage::Zh) => chinese,
        // As before: the error's own words, which a program may look for.
        _ => error.to_string(),
    }
}
