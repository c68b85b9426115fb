//! Names by which people speak of somebody else's company, product, institution or thing: "银行几点上班", "jira怎么提工单".
//!
//! A list, since nothing in a line's form tells such a name from the readers' own. The FAQ's own names are left out
//! ([`Own`]).

use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

/// The list: one name a line, in lower case; a line that begins with "-" is a longer word that holds a name and is none.
const NAMES: &str = include_str!("data/names.txt");

/// The words for a company's people, right behind its name: whoever sells on a cloud names it in every entry, and "阿里云的客服" is
/// that company's all the same. In lower case, as a line is when it is read.
const PEOPLE: [&str; 14] = [
    "客服",
    "官方",
    "售后",
    "技术支持",
    "人工",
    "热线",
    "电话",
    "工单",
    "support",
    "customer service",
    "customer support",
    "help desk",
    "helpdesk",
    "hotline",
];

/// The names that count as the readers' own, or as part of their business.
#[derive(Debug, Clone, Default)]
pub struct Own {
    names: HashSet<usize>,
    /// Names whose people are the readers' own too.
    people: HashSet<usize>,
}

/// The search for all names.
pub(super) struct Names {
    words: Option<AhoCorasick>,
    /// `true` for each word that is no name, by its number in `words`.
    none: Vec<bool>,
}

/// The names, ready to be found.
pub(super) fn names() -> &'static Names {
    static FOUND: OnceLock<Names> = OnceLock::new();
    FOUND.get_or_init(|| {
        let builder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(NAMES.lines().map(|line| line.trim_start_matches('-')));
        Names {
            // A fixed list of short words builds; a test finds some of them.
            words: builder.ok(),
            none: NAMES.lines().map(|line| line.starts_with('-')).collect(),
        }
    })
}

impl Own {
    /// Collects the names that occur in the readers' own texts.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut own = Self::default();
        for text in texts {
            let text = text.to_lowercase();
            for (name, range) in names().all(&text) {
                own.names.insert(name);
                if tells_of_people(&text, &range) {
                    own.people.insert(name);
                }
            }
        }
        own
    }
}

impl Names {
    fn all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, Range<usize>)> + 't {
        self.words
            .iter()
            .flat_map(move |words| words.find_iter(text))
            .map(|found| (found.pattern().as_usize(), found.range()))
            .filter(|(name, range)| self.none.get(*name) == Some(&false) && stands_alone(text, range))
    }

    /// Finds names that are not `own` in a folded text, as byte ranges.
    pub(super) fn find_iter<'t>(
        &'t self,
        text: &'t str,
        own: &'t Own,
    ) -> impl Iterator<Item = Range<usize>> + 't {
        self.all(text)
            .filter(|(name, range)| {
                !own.names.contains(name) || (tells_of_people(text, range) && !own.people.contains(name))
            })
            .map(|(_, range)| range)
    }
}

/// Returns `true` if what follows the range is a word for the people of the one that it names: "阿里云的客服", "azure's support".
fn tells_of_people(text: &str, range: &Range<usize>) -> bool {
    let after = text.get(range.end..).unwrap_or_default();
    let after = after.strip_prefix("'s").unwrap_or(after).trim_start();
    let after = after.strip_prefix('的').unwrap_or(after);
    PEOPLE.iter().any(|word| after.starts_with(word))
}

/// Returns `true` if the range is not part of a longer Latin word.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let latin = |c: char| c.is_ascii_lowercase();
    let inside =
        |edge: Option<char>, beside: Option<char>| edge.is_some_and(latin) && beside.is_some_and(latin);
    let (before, found, after) = (
        text.get(..range.start).unwrap_or_default(),
        text.get(range.clone()).unwrap_or_default(),
        text.get(range.end..).unwrap_or_default(),
    );
    !inside(found.chars().next(), before.chars().next_back())
        && !inside(found.chars().next_back(), after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_stand_alone_and_are_not_ones_own() {
        let own = Own::of(["We are Uber's partner"].into_iter());
        let found = |text: &str, own: &Own| names().find_iter(text, own).count();
        assert_eq!(found("where is the invoice in my uber app", &Own::default()), 1);
        assert_eq!(found("where is the invoice in my uber app", &own), 0);
        assert_eq!(found("an uberous harvest", &Own::default()), 0);
        assert_eq!(found("银行几点上班", &Own::default()), 1);
        assert_eq!(found("银行卡能付吗", &Own::default()), 0);
    }

    #[test]
    fn whoever_sells_on_a_cloud_is_not_that_cloud_s_support() {
        let own = Own::of(
            [
                "在阿里云、Azure 上怎么购买镜像",
                "the marketplaces of AWS and Uber",
                "Uber 客服",
            ]
            .into_iter(),
        );
        let found = |text: &str| names().find_iter(text, &own).count();
        for of_others in [
            "阿里云的客服几点下班",
            "阿里云客服几点下班",
            "what's azure's support number",
            "is aws support 24/7",
        ] {
            assert_eq!(found(of_others), 1, "{of_others}");
        }
        for ours in [
            "阿里云上怎么买",
            "我的服务器在阿里云，客服几点下班",
            "do you support azure",
            "uber客服几点下班",
        ] {
            assert_eq!(found(ours), 0, "{ours}");
        }
    }
}
