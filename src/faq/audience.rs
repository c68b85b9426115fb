//! Channels and tags that entries are for, with their places: groupdesk.yaml knows which there are.

use super::{Entry, Faq};
use crate::yaml::Problem;

impl Faq {
    /// Returns the channels (account/channel) in the audiences of all entries, each with its entry and its place in that
    /// audience's list.
    pub fn audience_channels(&self) -> impl Iterator<Item = ((usize, usize), &str)> {
        self.audiences(|entry| &entry.audience.channels)
    }

    /// Returns the tags in the audiences of all entries, in the same way.
    pub fn audience_tags(&self) -> impl Iterator<Item = ((usize, usize), &str)> {
        self.audiences(|entry| &entry.audience.tags)
    }

    fn audiences(&self, list: fn(&Entry) -> &Vec<String>) -> impl Iterator<Item = ((usize, usize), &str)> {
        let entries = self.entries.iter().enumerate();
        entries.flat_map(move |(entry, of)| {
            let names = list(of).iter().enumerate();
            names.map(move |(at, name)| ((entry, at), name.as_str()))
        })
    }

    /// Makes an error about a channel that an entry is for.
    pub fn audience_problem(
        &self,
        (entry, channel): (usize, usize),
        message: String,
        help: Option<String>,
    ) -> Problem {
        let place = self.places.get(entry);
        let place = place.and_then(|place| place.channels.get(channel)).copied();
        let path = format!("entries.{entry}.audience.channels.{channel}");
        self.problem_at(place, path, message, help)
    }

    /// Makes an error about a tag that an entry is for.
    pub fn audience_tag_problem(
        &self,
        (entry, tag): (usize, usize),
        message: String,
        help: Option<String>,
    ) -> Problem {
        let place = self.places.get(entry);
        let place = place.and_then(|place| place.tags.get(tag)).copied();
        let path = format!("entries.{entry}.audience.tags.{tag}");
        self.problem_at(place, path, message, help)
    }
}
