//! The language of a text or of its reader. A language is no list in the code: the desk speaks those that have a file of
//! sentences (`texts`).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Languages by ISO 639-1. Whatever else has two letters is a slip: `jp`.
const KNOWN: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Longest tag, in bytes.
const TAG_MAX_BYTES: usize = 15;

/// A language by its tag of BCP 47, without the region: `zh`, `zh-Hant`, `en`, `ja`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    tag: [u8; TAG_MAX_BYTES],
}

impl Language {
    /// Chinese, in simplified characters.
    pub const CHINESE: Self = Self::of("zh");
    /// Chinese, in traditional characters.
    pub const TRADITIONAL_CHINESE: Self = Self::of("zh-Hant");
    /// English.
    pub const ENGLISH: Self = Self::of("en");
    /// Japanese.
    pub const JAPANESE: Self = Self::of("ja");

    const fn of(tag: &str) -> Self {
        let bytes = tag.as_bytes();
        let mut kept = [0; TAG_MAX_BYTES];
        let mut at = 0;
        while at < bytes.len() && at < TAG_MAX_BYTES {
            kept[at] = bytes[at];
            at += 1;
        }
        Self { tag: kept }
    }

    /// Reads a tag such as `zh-CN`, `zh_Hans`, `en-GB`, `pt`. A region counts where it decides on the script: `zh-TW` is `zh-Hant`.
    /// `None` for what is no tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let mut parts = tag.split(['-', '_']);
        let primary = parts.next()?;
        let is_primary = KNOWN.split(' ').any(|known| known == primary);
        if !is_primary {
            return None;
        }
        let parts: Vec<&str> = parts.collect();
        let is_part = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !parts.iter().all(is_part) {
            return None;
        }
        if primary == "zh" {
            let is_traditional = match parts.iter().find(|part| matches!(**part, "hans" | "hant")) {
                Some(script) => *script == "hant",
                None => parts.iter().any(|part| matches!(*part, "tw" | "hk" | "mo")),
            };
            return Some(if is_traditional {
                Self::TRADITIONAL_CHINESE
            } else {
                Self::CHINESE
            });
        }
        // Of other languages the script makes a language of its own: `sr-Latn`.
        let script = parts
            .iter()
            .find(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_lowercase()));
        Some(match script {
            Some(script) => {
                let (first, rest) = script.split_at_checked(1)?;
                Self::of(&format!("{primary}-{}{rest}", first.to_ascii_uppercase()))
            }
            None => Self::of(primary),
        })
    }

    /// Returns the tag: `zh`, `zh-Hant`, `en`.
    pub fn tag(&self) -> &str {
        let end = self
            .tag
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(TAG_MAX_BYTES);
        self.tag
            .get(..end)
            .and_then(|tag| std::str::from_utf8(tag).ok())
            .unwrap_or_default()
    }

    /// `true` if a text has the letters of Japanese. One alone decorates Chinese: 我の.
    pub fn is_japanese(text: &str) -> bool {
        let is_kana = |c: &char| matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}');
        let mut kana = text.chars().filter(is_kana);
        let (first, second) = (kana.next(), kana.next());
        // Chinese ends in no particle of a topic or a question.
        let end = || text.trim_end_matches(|c: char| !c.is_alphanumeric());
        second.is_some() || (first.is_some() && end().ends_with(['は', 'か', 'を']))
    }

    /// Returns the language that alone, or nearly alone, is written in the script of a text: Korean, Thai, ... `None` where the script
    /// does not tell, as of Latin, Cyrillic and Arabic letters.
    pub fn of_script(text: &str) -> Option<Self> {
        let language = |c: char| match c {
            '\u{ac00}'..='\u{d7a3}' => Some("ko"),
            '\u{0e01}'..='\u{0e5b}' => Some("th"),
            '\u{0e81}'..='\u{0edf}' => Some("lo"),
            '\u{1780}'..='\u{17d3}' => Some("km"),
            '\u{1000}'..='\u{104f}' => Some("my"),
            '\u{0370}'..='\u{03ff}' => Some("el"),
            '\u{05d0}'..='\u{05ea}' => Some("he"),
            '\u{0531}'..='\u{0586}' => Some("hy"),
            '\u{10d0}'..='\u{10ff}' => Some("ka"),
            '\u{0b80}'..='\u{0bff}' => Some("ta"),
            _ => None,
        };
        // One letter alone is a sign: π, Ω.
        let mut found = text.chars().filter_map(language);
        let first = found.next()?;
        found.next().filter(|second| *second == first).map(Self::of)
    }

    /// `true` if it is written in Latin letters, as far as is known here.
    pub fn is_latin(self) -> bool {
        const OTHERS: &str = " am ar as be bg bn bo ce cv dv el fa gu he hi hy ii ja ka kk km kn ko ky lo mk ml mn mr my ne or os pa ps ru sa sd si sr ta te tg th ti ug uk ur yi zh ";
        let primary = self.tag().split('-').next().unwrap_or_default();
        self.tag().ends_with("-Latn") || !OTHERS.contains(&format!(" {primary} "))
    }

    /// Returns the language of Chinese characters alone, for who expects `default`: Japanese is written in them too.
    #[must_use]
    pub fn of_han(default: Self) -> Self {
        match default {
            Self::JAPANESE | Self::TRADITIONAL_CHINESE => default,
            _ => Self::CHINESE,
        }
    }

    /// Returns the languages whose text a reader of this one is given rather than any other's, best first: a reader of one script of
    /// Chinese can read the other.
    pub fn nearest(self) -> impl Iterator<Item = Self> {
        let other = match self {
            Self::CHINESE => Some(Self::TRADITIONAL_CHINESE),
            Self::TRADITIONAL_CHINESE => Some(Self::CHINESE),
            _ => None,
        };
        std::iter::once(self).chain(other)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Self::from_tag(&tag).ok_or_else(|| serde::de::Error::custom(format!("`{tag}` is no language")))
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_script_of_one_language_tells_it_and_latin_letters_tell_none() {
        let of = |text: &str| Language::of_script(text).map(|language| language.to_string());
        assert_eq!(of("환불은 어떻게 하나요?").as_deref(), Some("ko"));
        assert_eq!(of("ขอคืนเงิน").as_deref(), Some("th"));
        for text in ["退款", "refund", "возврат", "Ω", ""] {
            assert_eq!(of(text), None, "{text}");
        }
        let is_latin = |tag: &str| Language::from_tag(tag).unwrap().is_latin();
        assert!(is_latin("es") && is_latin("vi") && is_latin("sr-Latn"));
        assert!(!is_latin("ru") && !is_latin("ko") && !is_latin("zh-TW"));
    }

    #[test]
    fn languages_go_by_the_first_part_of_their_tag_and_the_script() {
        for tag in ["zh", "zh-CN", "zh_Hans_CN", "zh-Hans-HK"] {
            assert_eq!(Language::from_tag(tag), Some(Language::CHINESE));
        }
        for tag in ["zh-Hant", "zh_TW", "ZH-hk", "zh-Hant-CN"] {
            assert_eq!(Language::from_tag(tag), Some(Language::TRADITIONAL_CHINESE));
        }
        assert_eq!(Language::from_tag("en-GB"), Some(Language::ENGLISH));
        assert_eq!(Language::from_tag("ja"), Some(Language::JAPANESE));
        assert_eq!(
            Language::from_tag("pt-BR")
                .map(|language| language.to_string())
                .as_deref(),
            Some("pt")
        );
        for tag in ["eng", "", "jp", "xx", "z h", "en-", "en-ü"] {
            assert_eq!(Language::from_tag(tag), None, "{tag}");
        }
        for language in [
            Language::CHINESE,
            Language::TRADITIONAL_CHINESE,
            Language::ENGLISH,
        ] {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            let json = serde_json::to_string(&language).unwrap();
            assert_eq!(serde_json::from_str::<Language>(&json).unwrap(), language);
        }
    }
}
