//! Tags of a file, each with its place: they are names of the operator's own, so that a misspelt one is one more name.

use super::file_schema::File;
use std::collections::BTreeSet;

/// Tags that a file names.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    /// Tags with settings of their own, under `tags`, each with the keys that lead to it.
    pub with_settings: Vec<(String, Vec<String>)>,
    /// Tags that channels carry, each with the keys that lead to it.
    pub carried: Vec<(String, Vec<String>)>,
}

impl Tags {
    pub(super) fn of(file: &File) -> Self {
        let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let with_settings = file.tags.keys().map(|tag| (tag.clone(), path(&["tags", tag])));
        let of_channels = file.channels.iter();
        let of_channels = of_channels.map(|(address, settings)| (path(&["channels", address]), settings));
        let lists = std::iter::once((path(&["defaults"]), &file.defaults)).chain(of_channels);
        let carried = lists.flat_map(|(above, settings)| {
            let tags = settings.tags.iter().flatten().enumerate();
            tags.map(move |(at, tag)| {
                let keys = ["tags".to_owned(), at.to_string()];
                (tag.clone(), above.iter().cloned().chain(keys).collect())
            })
        });
        Self {
            with_settings: with_settings.collect(),
            carried: carried.collect(),
        }
    }

    /// Returns the tags that channels carry.
    pub fn of_channels(&self) -> BTreeSet<&str> {
        self.carried.iter().map(|(tag, _)| tag.as_str()).collect()
    }

    /// Returns the tags with settings of their own.
    pub fn of_settings(&self) -> BTreeSet<&str> {
        self.with_settings.iter().map(|(tag, _)| tag.as_str()).collect()
    }
}
