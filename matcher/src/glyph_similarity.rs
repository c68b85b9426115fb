//! Similarity of Chinese characters by their look: members who write by strokes or copy from a picture mistake "末" for
//! "未".

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// Groups of characters, one a line.
const GROUPS: &str = include_str!("data/shapes.txt");

/// Returns one character for all that look alike; `None` for one that looks like no other.
pub(crate) fn shape(c: char) -> Option<char> {
    static SHAPES: OnceLock<FxHashMap<char, char>> = OnceLock::new();
    let shapes = SHAPES.get_or_init(|| {
        let groups = GROUPS
            .lines()
            .filter_map(|group| Some((group, group.chars().next()?)));
        groups
            .flat_map(|(group, first)| group.chars().map(move |c| (c, first)))
            .collect()
    });
    shapes.get(&c).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_character_is_in_one_group_only() {
        let all: Vec<char> = GROUPS.lines().flat_map(str::chars).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(GROUPS.lines().all(|group| group.chars().count() > 1));
        assert_eq!(shape('末'), shape('未'));
        assert_ne!(shape('未'), shape('土'));
        assert_eq!(shape('工'), None);
    }
}
