//! A summary as plain columns for a terminal.

use super::Summary;
use super::figures::Counts;
use super::labelled_questions::QuestionOutcome;
use crate::cli::language::either;
use std::fmt::Write;

/// Confusions listed; `--json` has them all.
const CONFUSIONS: usize = 15;

/// The whole report, with so many of the misses.
pub(super) fn text(summary: &Summary, misses: usize) -> String {
    let sections = [
        figures(summary),
        judge(summary),
        kinds(summary),
        reliability(summary),
        confusions(summary),
        missed(summary, misses),
    ];
    let sections: Vec<String> = sections
        .into_iter()
        .filter(|section| !section.is_empty())
        .collect();
    sections.join("\n")
}

fn figures(summary: &Summary) -> String {
    let counts = &summary.counts;
    let decided = [
        (either("题目", "questions"), counts.questions.to_string()),
        (either("该回答", "in scope"), counts.in_scope.to_string()),
        (
            either("不该回答", "out of scope"),
            counts.out_of_scope.to_string(),
        ),
        (either("对", "right"), counts.right.to_string()),
        (either("错", "wrong"), counts.wrong.to_string()),
        (either("漏答", "missed"), counts.missed.to_string()),
        (either("误答", "false"), counts.wrongly_answered.to_string()),
        (either("精确率", "precision"), percent(Some(counts.precision))),
        (either("覆盖率", "coverage"), percent(counts.coverage)),
        (
            either("每千条误答", "false per 1,000"),
            counts
                .false_per_1000
                .map_or_else(none, |share| format!("{share:.1}")),
        ),
    ];
    let rows = [
        decided.iter().map(|(name, _)| (*name).to_owned()).collect(),
        decided.into_iter().map(|(_, figure)| figure).collect(),
    ];
    let at = &summary.at_precision;
    let from = at.threshold.map_or_else(
        || either("这里没有门槛能达到", "no threshold reaches it here").to_owned(),
        |threshold| {
            let now = summary.threshold;
            either(
                format!("置信度到 {threshold:.3} 才回答；现在的门槛是 {now:.3}"),
                format!("answering from confidence {threshold:.3} on; in force is {now:.3}"),
            )
        },
    );
    let precision = at.precision;
    let mut text = format!(
        "{}:\n{}\n{}:\n",
        either(
            format!("判断的结果（精确率定为 {precision}）"),
            format!("As decided, for precision {precision}")
        ),
        columns(&rows, |_| true),
        either(
            "置信度本身的好坏（不管怎么判断）",
            "What the confidences are worth, whatever was decided"
        )
    );
    let lines = [
        (
            either(
                format!("精确率 {precision} 时的覆盖率"),
                format!("coverage at precision {precision}"),
            ),
            percent(at.coverage),
            from,
        ),
        (
            "acc@1".to_owned(),
            percent(summary.acc_at_1),
            either(
                "该回答的题里，最好的候选是对的",
                "questions in scope whose best candidate is right",
            )
            .to_owned(),
        ),
        (
            "AUROC".to_owned(),
            summary.auroc.map_or_else(none, |auroc| format!("{auroc:.3}")),
            either(
                "该回答的题比不该回答的置信度更高的机会",
                "chance that a question in scope has more confidence than one out of scope",
            )
            .to_owned(),
        ),
    ];
    let rows: Vec<Vec<String>> = lines
        .into_iter()
        .map(|(name, figure, note)| vec![name, figure, note])
        .collect();
    text.push_str(&columns(&rows, |column| column == 1));
    text
}

fn judge(summary: &Summary) -> String {
    let Some(heard) = &summary.judge else {
        return String::new();
    };
    let row = |name: &str, counts: &Counts| {
        let figures = [counts.right, counts.wrong, counts.missed, counts.wrongly_answered];
        std::iter::once(name.to_owned())
            .chain(figures.map(|figure| figure.to_string()))
            .chain([percent(Some(counts.precision)), percent(counts.coverage)])
            .collect()
    };
    let head = either(
        ["", "对", "错", "漏答", "误答", "精确率", "覆盖率"],
        ["", "right", "wrong", "missed", "false", "precision", "coverage"],
    );
    let rows: Vec<Vec<String>> = vec![
        head.map(str::to_owned).to_vec(),
        row(either("有判断模型", "with the judge"), &summary.counts),
        row(either("没有它", "without it"), &heard.without),
    ];
    let (weight, spent, allowed) = (heard.weight, heard.requests, heard.requests_allowed);
    let mut text = format!(
        "{}:\n{}",
        either(
            format!("判断模型（意见的权重 {weight:.1}；用了 {spent} 次请求，最多 {allowed} 次）"),
            format!("The judge (weight of its voice {weight:.1}; {spent} of {allowed} requests spent)")
        ),
        columns(&rows, |column| column > 0)
    );
    if heard.unheard > 0 {
        let unheard = heard.unheard;
        let unheard = either(
            format!("请求用完后，还有 {unheard} 道题需要问它：按它没有意见判断"),
            format!(
                "{unheard} questions would have needed its voice when the requests were spent: they are decided as if it were silent"
            ),
        );
        let _ = writeln!(text, "{unheard}");
    }
    text
}

fn kinds(summary: &Summary) -> String {
    if summary.kinds.is_empty() {
        return String::new();
    }
    let mut rows = vec![
        either(
            ["类别", "行数", "对", "错", "漏答", "误答"],
            ["kind", "lines", "right", "wrong", "missed", "false"],
        )
        .map(str::to_owned)
        .to_vec(),
    ];
    for kind in &summary.kinds {
        let counts = &kind.counts;
        let figures = [
            counts.questions,
            counts.right,
            counts.wrong,
            counts.missed,
            counts.wrongly_answered,
        ];
        rows.push(
            std::iter::once(kind.kind.clone())
                .chain(figures.map(|figure| figure.to_string()))
                .collect(),
        );
    }
    let head = either("按类别", "By kind of line");
    format!("{head}:\n{}", columns(&rows, |column| column > 0))
}

fn reliability(summary: &Summary) -> String {
    let mut rows = vec![
        either(
            ["置信度", "题数", "平均", "对的", "对的比例（#），| 是平均置信度"],
            [
                "confidence",
                "count",
                "mean",
                "right",
                "share right (#), | = the mean confidence",
            ],
        )
        .map(str::to_owned)
        .to_vec(),
    ];
    for bin in &summary.reliability.bins {
        let figure = |share: Option<f64>| share.map_or_else(none, |share| format!("{share:.3}"));
        rows.push(vec![
            format!("{:.1} {} {:.1}", bin.from, either("到", "to"), bin.to),
            bin.count.to_string(),
            figure(bin.confidence),
            figure(bin.right),
            bin.bar(),
        ]);
    }
    let gap = summary.reliability.mean_gap;
    format!(
        "{}:\n{}",
        either(
            format!("最好的候选按置信度（与对的比例平均差 {gap:.3}）"),
            format!("Best candidates by confidence (mean gap to the share that is right: {gap:.3})")
        ),
        columns(&rows, |column| (1..4).contains(&column))
    )
}

fn confusions(summary: &Summary) -> String {
    if summary.confusions.is_empty() {
        return String::new();
    }
    let mut rows = vec![
        either(
            ["题数", "已回答", "应为", "", "最好的候选", "例如"],
            ["count", "answered", "wanted", "", "best candidate", "for example"],
        )
        .map(str::to_owned)
        .to_vec(),
    ];
    for confusion in summary.confusions.iter().take(CONFUSIONS) {
        rows.push(vec![
            confusion.count.to_string(),
            confusion.answered.to_string(),
            wanted(&confusion.wanted),
            "->".to_owned(),
            confusion.given.clone(),
            confusion.examples.first().cloned().unwrap_or_default(),
        ]);
    }
    let mut text = format!(
        "{}:\n{}",
        either(
            "被当成别的条目的（被门槛拦下或已回答）",
            "Entries taken for others, held back by the threshold or answered"
        ),
        columns(&rows, |column| column < 2)
    );
    let rest = summary.confusions.get(CONFUSIONS..).unwrap_or_default();
    if !rest.is_empty() {
        let questions: usize = rest.iter().map(|confusion| confusion.count).sum();
        let pairs = rest.len();
        let more = either(
            format!("… 还有 {pairs} 对，共 {questions} 道题（--json 里有全部）"),
            format!("... and {pairs} more pairs with {questions} questions (--json has them all)"),
        );
        let _ = writeln!(text, "{more}");
    }
    text
}

fn missed(summary: &Summary, most: usize) -> String {
    if summary.misses.is_empty() || most == 0 {
        return String::new();
    }
    let mut rows = vec![
        either(
            ["结果", "置信度", "应为", "最好的候选", "行", "题目"],
            [
                "outcome",
                "confidence",
                "wanted",
                "best candidate",
                "line",
                "question",
            ],
        )
        .map(str::to_owned)
        .to_vec(),
    ];
    for row in summary.misses.iter().take(most) {
        let outcome = match row.outcome {
            QuestionOutcome::Wrong => either("错", "wrong"),
            QuestionOutcome::Missed => either("漏答", "missed"),
            QuestionOutcome::False => either("误答", "false"),
            QuestionOutcome::Right | QuestionOutcome::Quiet => "",
        };
        rows.push(vec![
            outcome.to_owned(),
            format!("{:.3}", row.score),
            wanted(&row.ids),
            row.id.clone().unwrap_or_else(none),
            row.line.to_string(),
            row.q.clone(),
        ]);
    }
    let head = either("没做对的", "Misses");
    let mut text = format!("{head}:\n{}", columns(&rows, |column| column == 1 || column == 4));
    let rest = summary.misses.len().saturating_sub(most);
    if rest > 0 {
        let more = either(
            format!("… 还有 {rest} 道（--misses N 列出更多）"),
            format!("... and {rest} more (--misses N lists more of them)"),
        );
        let _ = writeln!(text, "{more}");
    }
    text
}

fn wanted(ids: &[String]) -> String {
    if ids.is_empty() {
        either("（不说话）", "(quiet)").to_owned()
    } else {
        ids.join("|")
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(none, |share| format!("{:.1}%", share * 100.0))
}

fn none() -> String {
    "-".to_owned()
}

/// The columns that a text takes in a terminal: a Chinese character takes two.
fn wide(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{2e80}' { 1 } else { 2 }).sum()
}

/// Rows as columns as wide as their widest cell, those that `right` names aligned to the right.
fn columns(rows: &[Vec<String>], right: impl Fn(usize) -> bool) -> String {
    let width = |column: usize| -> usize {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| wide(cell))
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or_default())
        .map(width)
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let blank = " ".repeat(width.saturating_sub(wide(cell)));
            let _ = if right(column) {
                write!(line, " {blank}{cell} ")
            } else {
                write!(line, " {cell}{blank} ")
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
