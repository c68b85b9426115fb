//! A preview in words: in full for a terminal, briefly for a staff room.

use super::{DecisionChange, Figures, Kind, MessageOutcome, Origin, Preview};
use crate::texts::ComposedTexts;
use groupdesk_contract::shortened;
use std::collections::BTreeMap;

/// Messages of one kind that a staff room sees.
pub const BRIEFLY: usize = 3;

/// Messages of one kind that a terminal shows.
const IN_FULL: usize = 50;

/// Broken tests that a staff room sees.
const BROKEN: usize = 3;

/// Characters of a message that are shown.
const SHOWN_CHARS: usize = 60;

/// Least number of questions that say something of unseen ones.
const TELLING: usize = 20;

/// Shows a preview in a few lines, with some examples of each kind, of those that the reader may see.
pub fn with_examples(
    preview: &Preview,
    most: usize,
    texts: ComposedTexts<'_>,
    shows: impl Fn(&DecisionChange) -> bool,
) -> String {
    let mut lines = vec![summary(preview, texts)];
    lines.extend(by_kind(preview, most, texts, shows));
    lines.extend(broken(preview, BROKEN, texts));
    lines.join("\n")
}

/// Shows a preview with its figures and all that one can read.
pub fn in_full(preview: &Preview, texts: ComposedTexts<'_>) -> String {
    let mut lines = vec![summary(preview, texts)];
    lines.extend(by_kind(preview, IN_FULL, texts, |_| true));
    lines.extend(broken(preview, usize::MAX, texts));
    lines.push(figures(&texts.preview_precision(), preview, |of| of.precision));
    lines.push(figures(&texts.preview_coverage(), preview, |of| of.coverage));
    lines.join("\n")
}

fn summary(preview: &Preview, texts: ComposedTexts<'_>) -> String {
    let changed = preview.from_members + preview.from_files - preview.unchanged;
    let (members, files) = (preview.from_members, preview.from_files);
    texts.preview_summary(members, files, changed, preview.unchanged)
}

fn by_kind(
    preview: &Preview,
    most: usize,
    texts: ComposedTexts<'_>,
    shows: impl Fn(&DecisionChange) -> bool,
) -> Vec<String> {
    let mut kinds: BTreeMap<Kind, Vec<&DecisionChange>> = BTreeMap::new();
    for change in &preview.changes {
        kinds.entry(change.kind).or_default().push(change);
    }
    let mut lines = Vec::new();
    for (kind, changes) in kinds {
        lines.push(kind.counted(preview.count(kind), texts));
        let all = changes.len();
        let changes: Vec<&DecisionChange> = changes.into_iter().filter(|change| shows(change)).collect();
        lines.extend(changes.iter().take(most).map(|change| line(change, texts)));
        if let Some(hidden) = all.checked_sub(changes.len()).filter(|hidden| *hidden > 0) {
            lines.push(format!("  {}", texts.preview_hidden(hidden)));
        }
        if let Some(more) = changes.len().checked_sub(most).filter(|more| *more > 0) {
            lines.push(format!("  … {}", texts.preview_more(more)));
        }
    }
    lines
}

fn line(change: &DecisionChange, texts: ComposedTexts<'_>) -> String {
    let shown = shortened(&change.text, SHOWN_CHARS);
    let times = if change.times > 1 {
        format!(" ×{}", change.times)
    } else {
        String::new()
    };
    let called = if change.called { "@ " } else { "" };
    let origin = match change.origin {
        Origin::Member => String::new(),
        Origin::File => format!("（{}）", texts.preview_from_file()),
    };
    let (before, after) = (&change.before, &change.after);
    if change.kind == Kind::Reworded {
        return format!("  {called}「{shown}」{times}{origin}: {}", in_words(after, texts));
    }
    format!(
        "  {called}「{shown}」{times}{origin}: {} → {}",
        in_words(before, texts),
        in_words(after, texts)
    )
}

fn in_words(outcome: &MessageOutcome, texts: ComposedTexts<'_>) -> String {
    match outcome {
        MessageOutcome::Answered { entry } => entry.clone(),
        MessageOutcome::HandedOver { entry: Some(entry) } => format!("{entry} + {}", texts.preview_human()),
        MessageOutcome::Offered { choices } if choices.is_empty() => texts.preview_asks_back(),
        MessageOutcome::Offered { choices } => {
            format!("{} [{}]", texts.preview_did_you_mean(), choices.join(", "))
        }
        MessageOutcome::HandedOver { entry: None } => texts.preview_human(),
        MessageOutcome::Quiet => texts.preview_quiet(),
    }
}

fn broken(preview: &Preview, most: usize, texts: ComposedTexts<'_>) -> Vec<String> {
    let count = preview.broken.len();
    if count == 0 {
        return Vec::new();
    }
    let mut lines = vec![texts.preview_broken_tests(count)];
    lines.extend(
        preview
            .broken
            .iter()
            .take(most)
            .map(|problem| format!("  {problem}")),
    );
    lines
}

fn figures(name: &str, preview: &Preview, of: impl Fn(&Figures) -> f32) -> String {
    let shown = |figures: &Figures| match figures.questions {
        TELLING.. => format!("{:.1}%", of(figures) * 100.0),
        _ => "-".to_owned(),
    };
    format!("{name}: {} → {}", shown(&preview.before), shown(&preview.after))
}

impl Kind {
    fn counted(self, times: usize, texts: ComposedTexts<'_>) -> String {
        match self {
            Self::NoLongerAnswered => texts.preview_no_longer_answered(times),
            Self::AnsweredOtherwise => texts.preview_answered_otherwise(times),
            Self::Reworded => texts.preview_reworded(times),
            Self::NewlyAnswered => texts.preview_newly_answered(times),
            Self::NowOffered => texts.preview_now_offered(times),
            Self::NoLongerOffered => texts.preview_no_longer_offered(times),
            Self::OfferedOtherwise => texts.preview_offered_otherwise(times),
            Self::NowHandedOver => texts.preview_now_handed_over(times),
            Self::NoLongerHandedOver => texts.preview_no_longer_handed_over(times),
        }
    }
}
