//! Reasons that adapters give for a connection or a message, in the terminal's language. They are written in English, which JSON keeps.

use super::language::{TerminalLanguage, half, spoken};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The Chinese reasons.
static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| {
    let reasons = serde_yaml::from_str(include_str!("reason.zh.yaml"));
    Catalogue::of(reasons.unwrap_or_default())
});

/// Returns a reason in the terminal's language, as far as it has one.
pub(super) fn shown(reason: &str) -> Cow<'_, str> {
    match spoken() {
        Some(TerminalLanguage::Zh) => in_chinese(reason).map_or_else(|| half(reason).into(), Cow::Owned),
        _ => half(reason).into(),
    }
}

/// Returns a reason in Chinese; what is filled in stays, unless it is a reason too. `None` if it is not in the catalogue.
pub(super) fn in_chinese(reason: &str) -> Option<String> {
    CHINESE.find(reason)
}

/// Chinese reasons by their English ones.
#[derive(Debug)]
struct Catalogue {
    /// The reasons without places.
    whole: HashMap<String, String>,
    /// The reasons with places, English and Chinese, those of the most words first.
    filled: Vec<(Pattern, Pattern)>,
}

impl Catalogue {
    fn of(reasons: HashMap<String, String>) -> Self {
        let (mut whole, mut filled) = (HashMap::new(), Vec::new());
        for (english, chinese) in reasons {
            let pattern = Pattern::parse(&english);
            match pattern.has_places() {
                true => filled.push((pattern, Pattern::parse(&chinese))),
                false => {
                    whole.insert(english, chinese);
                }
            }
        }
        filled.sort_by_key(|(english, _)| std::cmp::Reverse(english.length()));
        Self { whole, filled }
    }

    fn find(&self, reason: &str) -> Option<String> {
        if let Some(chinese) = self.whole.get(reason) {
            return Some(chinese.clone());
        }
        let mut filled = self.filled.iter();
        let (places, chinese) =
            filled.find_map(|(english, chinese)| Some((english.places(reason)?, chinese)))?;
        // A pattern has words of its own: what stands at a place is shorter, and the search ends.
        let places = places
            .into_iter()
            .map(|(name, text)| (name, self.find(text).unwrap_or_else(|| text.to_owned())));
        Some(chinese.fill(places.collect()))
    }
}

/// A sentence with places that are filled in, as the sources write it: `{}`, `{name}` or `{name:?}`.
#[derive(Debug)]
struct Pattern(Vec<Part>);

#[derive(Debug)]
enum Part {
    Words(String),
    Place(String),
}

impl Pattern {
    fn parse(text: &str) -> Self {
        let (mut parts, mut words, mut rest) = (Vec::new(), String::new(), text);
        while let Some((before, behind)) = rest.split_once('{') {
            words.push_str(before);
            let place = behind.split_once('}').and_then(|(place, behind)| {
                let name = place.split(':').next().unwrap_or_default();
                let named = name.chars().all(|c| c.is_alphanumeric() || c == '_');
                (named && !place.contains(' ')).then_some((name, behind))
            });
            match place {
                Some((name, behind)) => {
                    if !words.is_empty() {
                        parts.push(Part::Words(std::mem::take(&mut words)));
                    }
                    parts.push(Part::Place(name.to_owned()));
                    rest = behind;
                }
                None => {
                    words.push('{');
                    rest = behind;
                }
            }
        }
        words.push_str(rest);
        if !words.is_empty() {
            parts.push(Part::Words(words));
        }
        Self(parts)
    }

    fn has_places(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Place(_)))
    }

    /// The length of its own words.
    fn length(&self) -> usize {
        let words = self.0.iter().map(|part| match part {
            Part::Words(words) => words.len(),
            Part::Place(_) => 0,
        });
        words.sum()
    }

    /// Returns what stands at each place of a text; `None` if the text is another sentence.
    fn places<'t>(&self, text: &'t str) -> Option<Vec<(&str, &'t str)>> {
        let (mut places, mut rest, mut open) = (Vec::new(), text, None);
        for (at, part) in self.0.iter().enumerate() {
            match (part, open.take()) {
                (Part::Place(name), before) => {
                    places.extend(before.map(|name| (name, "")));
                    open = Some(name.as_str());
                }
                (Part::Words(words), None) => rest = rest.strip_prefix(words.as_str())?,
                (Part::Words(words), Some(name)) if at + 1 == self.0.len() => {
                    places.push((name, rest.strip_suffix(words.as_str())?));
                    rest = "";
                }
                (Part::Words(words), Some(name)) => {
                    let (filled, behind) = rest.split_once(words.as_str())?;
                    places.push((name, filled));
                    rest = behind;
                }
            }
        }
        match open {
            Some(name) => places.push((name, rest)),
            None if rest.is_empty() => {}
            None => return None,
        }
        Some(places)
    }

    /// Fills the places: each takes the first of its name that is left.
    fn fill(&self, mut places: Vec<(&str, String)>) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Words(words) => words.clone(),
            Part::Place(name) => {
                let at = places.iter().position(|(place, _)| place == name);
                at.map(|at| places.remove(at).1).unwrap_or_default()
            }
        });
        parts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_chinese_and_the_words_of_others_stay() {
        let shown = |reason| in_chinese(reason).unwrap_or_default();
        assert_eq!(shown("no answer in time"), "没有按时应答");
        assert_eq!(shown("no connection: refused: 7"), "连不上：refused: 7");
        assert_eq!(
            shown("the file can't be downloaded: Discord answered 404"),
            "文件下载不了：Discord 答复 404"
        );
        assert_eq!(
            shown("1 of 3 parts were said, then: the message is too long"),
            "共 3 部分，说了 1 部分，然后：消息太长"
        );
        assert_eq!(in_chinese("it broke off"), None);
    }

    #[test]
    fn a_reason_is_recognised_by_all_its_words() {
        let of = |english, text| {
            let pattern = Pattern::parse(english);
            pattern.places(text).map(|places| {
                let texts = places.into_iter().map(|(_, text)| text);
                texts.collect::<Vec<_>>().join("|")
            })
        };
        assert_eq!(
            of("no `{}`; there are: {}", "no `a`; there are: b, c").as_deref(),
            Some("a|b, c")
        );
        assert_eq!(of("HTTP {} ({code})", "HTTP 500 (7)").as_deref(), Some("500|7"));
        assert_eq!(of("HTTP {} ({code})", "HTTP 500 (7) and more"), None);
        assert_eq!(of("{a}{b}", "c").as_deref(), Some("|c"));
        let json = "it is not {\"encrypt\": ...}";
        assert!(!Pattern::parse(json).has_places());
        assert_eq!(of(json, json).as_deref(), Some(""));
    }
}
