//! A preview in words: in full for a terminal, briefly for a staff room.

use super::{Change, Figures, Kind, Origin, Outcome, Preview};
use groupdesk_contract::shortened;
use std::collections::BTreeMap;

/// Messages of one kind that a staff room sees.
pub const BRIEFLY: usize = 3;

/// Messages of one kind that a terminal shows.
const IN_FULL: usize = 50;

/// Broken tests that a staff room sees.
const BROKEN: usize = 3;

/// Characters of a message that are shown.
const SHOWN: usize = 60;

/// Least number of questions that say something of unseen ones.
const TELLING: usize = 20;

/// Shows a preview in a few lines, with some examples of each kind, of those that the reader may see.
pub fn with_examples(preview: &Preview, most: usize, shows: impl Fn(&Change) -> bool) -> String {
    let mut lines = vec![summary(preview)];
    lines.extend(by_kind(preview, most, shows));
    lines.extend(broken(preview, BROKEN));
    lines.join("\n")
}

/// Shows a preview with its figures and all that one can read.
pub fn in_full(preview: &Preview) -> String {
    let mut lines = vec![summary(preview)];
    lines.extend(by_kind(preview, IN_FULL, |_| true));
    lines.extend(broken(preview, usize::MAX));
    lines.push(figures("预计答对率", "expected precision", preview, |of| {
        of.precision
    }));
    lines.push(figures("预计能答上", "expected coverage", preview, |of| {
        of.coverage
    }));
    lines.join("\n")
}

fn summary(preview: &Preview) -> String {
    let changed = preview.from_members + preview.from_files - preview.unchanged;
    let (members, files) = (preview.from_members, preview.from_files);
    format!(
        "预览：成员问过的 {members} 条、文件里的 {files} 条中，{changed} 条结果不同，{unchanged} 条不变 / preview: of {members} asked by \
         members and {files} of the files {changed} change, {unchanged} stay",
        unchanged = preview.unchanged
    )
}

fn by_kind(preview: &Preview, most: usize, shows: impl Fn(&Change) -> bool) -> Vec<String> {
    let mut kinds: BTreeMap<Kind, Vec<&Change>> = BTreeMap::new();
    for change in &preview.changes {
        kinds.entry(change.kind).or_default().push(change);
    }
    let mut lines = Vec::new();
    for (kind, changes) in kinds {
        let (chinese, english) = kind.name();
        let times = preview.count(kind);
        lines.push(format!("{chinese} {times} 条 / {english}: {times}"));
        let all = changes.len();
        let changes: Vec<&Change> = changes.into_iter().filter(|change| shows(change)).collect();
        lines.extend(changes.iter().take(most).map(|change| line(change)));
        if let Some(hidden) = all.checked_sub(changes.len()).filter(|hidden| *hidden > 0) {
            lines.push(format!("  另有 {hidden} 种，是这里看不到的频道里的 / and {hidden} of channels that this room is not told of"));
        }
        if let Some(more) = changes.len().checked_sub(most).filter(|more| *more > 0) {
            lines.push(format!("  … 还有 {more} 种 / and {more} more"));
        }
    }
    lines
}

fn line(change: &Change) -> String {
    let shown = shortened(&change.text, SHOWN);
    let times = if change.times > 1 {
        format!(" ×{}", change.times)
    } else {
        String::new()
    };
    let called = if change.called { "@ " } else { "" };
    let origin = match change.origin {
        Origin::Member => "",
        Origin::File => "（文件 / file）",
    };
    let (before, after) = (&change.before, &change.after);
    if change.kind == Kind::Reworded {
        return format!("  {called}「{shown}」{times}{origin}: {}", in_words(after));
    }
    format!(
        "  {called}「{shown}」{times}{origin}: {} → {}",
        in_words(before),
        in_words(after)
    )
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered { entry } => entry.clone(),
        Outcome::HandedOver { entry: Some(entry) } => format!("{entry} + 转人工 / a human"),
        Outcome::Offered { choices } if choices.is_empty() => "请再说明 / asks back".to_owned(),
        Outcome::Offered { choices } => format!("您是想问 / did you mean [{}]", choices.join(", ")),
        Outcome::HandedOver { entry: None } => "转人工 / a human".to_owned(),
        Outcome::Quiet => "不说话 / quiet".to_owned(),
    }
}

fn broken(preview: &Preview, most: usize) -> Vec<String> {
    let count = preview.broken.len();
    if count == 0 {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "文件里有 {count} 条测试因此失败 / {count} of the file's tests fail by it"
    )];
    lines.extend(
        preview
            .broken
            .iter()
            .take(most)
            .map(|problem| format!("  {problem}")),
    );
    lines
}

fn figures(chinese: &str, english: &str, preview: &Preview, of: impl Fn(&Figures) -> f32) -> String {
    let shown = |figures: &Figures| match figures.questions {
        TELLING.. => format!("{:.1}%", of(figures) * 100.0),
        _ => "-".to_owned(),
    };
    format!(
        "{chinese} / {english}: {} → {}",
        shown(&preview.before),
        shown(&preview.after)
    )
}

impl Kind {
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::NoLongerAnswered => ("不再回答", "no longer answered"),
            Self::AnsweredOtherwise => ("换成别的条目", "answered otherwise"),
            Self::Reworded => ("答案的话变了", "answered in other words"),
            Self::NewlyAnswered => ("新回答", "newly answered"),
            Self::NowOffered => ("改为反问", "now \"did you mean\""),
            Self::NoLongerOffered => ("不再反问", "no longer \"did you mean\""),
            Self::OfferedOtherwise => ("反问的选项变了", "\"did you mean\" with other choices"),
            Self::NowHandedOver => ("改为转人工", "now a human"),
            Self::NoLongerHandedOver => ("不再转人工", "no longer a human"),
        }
    }
}
