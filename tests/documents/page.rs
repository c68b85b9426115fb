//! The form of a page: what of it is the same in every language.

use crate::code;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page's headings, code and tables in their order, and what is looked at beside them.
#[derive(Debug, Default)]
pub(crate) struct Page {
    parts: Vec<(usize, Part)>,
    /// The line and the address of every link and picture.
    pub(crate) links: Vec<(usize, String)>,
    /// The line and the text of every star that is shown.
    pub(crate) stars: Vec<(usize, String)>,
    lines: usize,
}

#[derive(Debug, PartialEq)]
enum Part {
    Heading { level: usize },
    Code { language: String, text: String },
    Table { columns: usize, rows: Vec<Row> },
}

/// The code in a row's first cell: the keys and values that the row explains.
type Row = Vec<String>;

/// The first thing in which two pages differ, and its line in each.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) english: usize,
    pub(crate) chinese: usize,
    pub(crate) what: String,
}

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        let mut page = Self {
            lines: text.lines().count(),
            ..Self::default()
        };
        let (mut in_code, mut cell) = (false, 0);
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            let line = text[..range.start].matches('\n').count() + 1;
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    page.parts.push((
                        line,
                        Part::Heading {
                            level: level as usize,
                        },
                    ));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    in_code = true;
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    let text = String::new();
                    page.parts.push((line, Part::Code { language, text }));
                }
                Event::End(TagEnd::CodeBlock) => in_code = false,
                Event::Text(code) if in_code => {
                    if let Some((_, Part::Code { text, .. })) = page.parts.last_mut() {
                        text.push_str(&code);
                    }
                }
                Event::Start(Tag::Table(columns)) => {
                    let (columns, rows) = (columns.len(), Vec::new());
                    page.parts.push((line, Part::Table { columns, rows }));
                }
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    cell = 0;
                    if let Some((_, Part::Table { rows, .. })) = page.parts.last_mut() {
                        rows.push(Row::new());
                    }
                }
                Event::Start(Tag::TableCell) => cell += 1,
                Event::End(TagEnd::Table) => cell = 0,
                Event::Code(code) if cell == 1 => {
                    if let Some((_, Part::Table { rows, .. })) = page.parts.last_mut()
                        && let Some(row) = rows.last_mut()
                    {
                        row.push(code.to_string());
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((line, dest_url.to_string()));
                }
                Event::Text(words) if words.contains('*') => page.stars.push((line, words.to_string())),
                _ => {}
            }
        }
        page
    }

    /// The first difference between this page, in English, and the same one in Chinese.
    pub(crate) fn difference(&self, chinese: &Self) -> Option<Difference> {
        let longest = self.parts.len().max(chinese.parts.len());
        (0..longest).find_map(|at| {
            let (one, other) = (self.parts.get(at), chinese.parts.get(at));
            let what = match (one, other) {
                (Some((_, one)), Some((_, other))) => one.difference(other)?,
                (one, other) => format!("the first has {}, the second {}", shown(one), shown(other)),
            };
            Some(Difference {
                english: one.map_or(self.lines, |(line, _)| *line),
                chinese: other.map_or(chinese.lines, |(line, _)| *line),
                what,
            })
        })
    }
}

impl Part {
    fn difference(&self, chinese: &Self) -> Option<String> {
        match (self, chinese) {
            (
                Self::Code { language, text },
                Self::Code {
                    language: tag,
                    text: other,
                },
            ) => {
                if language != tag {
                    return Some(format!("a block of `{language}` and one of `{tag}`"));
                }
                code::difference(language, text, other)
            }
            (
                Self::Table {
                    columns: one,
                    rows: ones,
                },
                Self::Table {
                    columns: other,
                    rows: others,
                },
            ) if one == other && ones.len() == others.len() => ones
                .iter()
                .zip(others)
                .find_map(|(one, other)| in_row(one, other)),
            (one, other) if one == other => None,
            (one, other) => Some(format!("{} and {}", one.shown(), other.shown())),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Heading { level } => format!("a heading of level {level}"),
            Self::Code { language, .. } => format!("a block of `{language}`"),
            Self::Table { columns, rows } => {
                format!("a table of {columns} columns and {} rows", rows.len() - 1)
            }
        }
    }
}

/// The same code, in any order; a name that stands for something of the reader's is in the reader's language.
fn in_row(english: &Row, chinese: &Row) -> Option<String> {
    let missing = chinese
        .iter()
        .find(|code| code.is_ascii() && !english.contains(code));
    if let Some(code) = missing {
        return Some(format!("a row of {english:?} and one of `{code}`"));
    }
    (english.len() != chinese.len()).then(|| format!("a row of {english:?} and one of {chinese:?}"))
}

fn shown(part: Option<&(usize, Part)>) -> String {
    part.map_or_else(|| "nothing more".to_owned(), |(_, part)| part.shown())
}

#[test]
fn the_first_difference_is_named_with_its_lines() {
    let english = "# A\n\n```yaml\nfaq: a.yaml # the file\nname: Desk\n```\n\n| a | b |\n| --- | --- |\n| `key` | 2 |\n";
    let same = "# 甲\n\n\n```yaml\nfaq: a.yaml # 文件\nname: 客服\n```\n\n| 甲 | 乙 |\n| --- | --- |\n| `key` | 2 |\n";
    let difference = |chinese: &str| {
        let found = Page::read(english).difference(&Page::read(chinese))?;
        Some((found.english, found.chinese, found.what))
    };
    assert_eq!(difference(same), None);
    for (from, to, lines, told) in [
        ("# 甲", "## 甲", (1, 1), "level 2"),
        ("```yaml", "```sh", (3, 4), "`sh`"),
        ("faq:", "fax:", (3, 4), "`fax`"),
        ("faq: a.yaml", "faq: b.yaml", (3, 4), "b.yaml"),
        ("name: 客服\n", "", (3, 4), "`name`"),
        ("| `key` | 2 |\n", "", (8, 9), "0 rows"),
        ("`key`", "`kex`", (8, 9), "`kex`"),
        ("`key`", "键", (8, 9), "[\"key\"]"),
        (
            "| `key` | 2 |\n",
            "| `key` | 2 |\n\n## 乙\n",
            (10, 13),
            "nothing more",
        ),
    ] {
        let (one, other, what) = difference(&same.replacen(from, to, 1)).unwrap();
        assert_eq!((one, other), lines, "{what}");
        assert!(what.contains(told), "{what}");
    }
}
