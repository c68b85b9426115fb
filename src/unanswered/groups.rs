//! Groups in memory: the sum of the vectors of each, and which have which term.

use super::vector::{TERMS_OF_MEAN_MAX, Vector};
use crate::matcher::Views;
use rustc_hash::FxHashMap;

/// Groups that are kept in memory at most: of more, the lightest don't attract messages any longer.
pub const GROUPS_MAX: usize = 20_000;

/// Likeness to a group's mean from which on a message belongs to it.
const BELONGS: f32 = 0.68;

/// Likeness of the means of two groups from which on they are one: of two messages that stand alone, of one of few messages and one of more,
/// and of two that have [`LARGE`] each. A mean of many is like much, and a single message is like little.
const ONE_ALONE: f32 = 0.645;
const ONE_WITH_GROUP: f32 = 0.62;
const ONE_OF_LARGE: f32 = 0.72;

/// Addition to the likeness to a group that an admin put aside: what is as near to it as to another goes there.
const PUT_ASIDE: f32 = 0.03;

/// Messages of a large group.
const LARGE: u32 = 3;

/// Additions to those likenesses with which a merge begins, so that the closest come first.
const PASSES: [f32; 6] = [0.2, 0.15, 0.1, 0.06, 0.03, 0.0];

/// Terms of a message by which groups are looked for, the most telling ones.
const LOOKED_UP: usize = 20;

/// Groups with a term beyond which it tells nothing.
const POSTINGS_MAX: usize = 1_000;

/// Groups that a message is compared with.
const COMPARED: usize = 64;

/// Place of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Key of the group.
    pub group: u64,
    /// `true` if the message begins it.
    pub new: bool,
}

/// A group that becomes a part of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// Key of the group that ends.
    pub from: u64,
    /// Key of the group that stays: the older one.
    pub into: u64,
}

/// Walk over all groups that merges them in small steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MergeWalk {
    pass: usize,
    at: usize,
    merged: bool,
}

#[derive(Debug)]
struct Group {
    key: u64,
    sum: Vector,
    /// Square of the sum's length.
    square: f32,
    messages: u32,
    /// `true` if it takes others in and is taken in by none.
    fixed: bool,
}

/// All groups that attract messages.
#[derive(Debug, Default)]
pub struct Groups {
    /// Groups by their slots; `None` is free.
    slots: Vec<Option<Group>>,
    of_key: FxHashMap<u64, u32>,
    /// Slots of the groups that have a term.
    postings: FxHashMap<u64, Vec<u32>>,
}

impl Groups {
    /// Returns the number of groups.
    pub fn len(&self) -> usize {
        self.of_key.len()
    }

    /// `true` if there is no group.
    pub fn is_empty(&self) -> bool {
        self.of_key.is_empty()
    }

    /// Puts a message into the group with this key, which is made where there is none.
    pub fn put(&mut self, key: u64, views: &Views) {
        let vector = Vector::of(views);
        match self.of_key.get(&key) {
            Some(slot) => self.join(*slot, &vector),
            None => drop(self.begin(key, vector)),
        }
    }

    /// Adds a group by its vector, which was kept: it takes in what is near it, and stays what it is.
    pub fn keep(&mut self, key: u64, mut vector: Vector) {
        self.remove(key);
        let length = vector.dot(&vector).sqrt();
        if length > 0.0 {
            vector.scale(1.0 / length);
        }
        let slot = self.begin(key, vector);
        if let Some(group) = self.group_mut(slot) {
            group.fixed = true;
        }
    }

    /// Places a message: in the group that it is most like, or in one with the key `next`, which it begins. With all places taken it
    /// begins none in memory, but its key is good.
    pub fn place(&mut self, views: &Views, next: u64) -> Placed {
        let vector = Vector::of(views);
        match self.nearest(&vector, None, |_| BELONGS) {
            Some(slot) => {
                self.join(slot, &vector);
                let group = self.group(slot).map_or(next, |group| group.key);
                Placed { group, new: false }
            }
            None => {
                if self.len() < GROUPS_MAX {
                    self.begin(next, vector);
                }
                Placed {
                    group: next,
                    new: true,
                }
            }
        }
    }

    /// Gives a group another key.
    pub fn rename(&mut self, key: u64, other: u64) {
        if let Some(slot) = self.of_key.remove(&key) {
            self.of_key.insert(other, slot);
            if let Some(group) = self.group_mut(slot) {
                group.key = other;
            }
        }
    }

    /// Removes a group.
    pub fn remove(&mut self, key: u64) {
        let Some(slot) = self.of_key.remove(&key) else {
            return;
        };
        let Some(group) = self.slots.get_mut(slot as usize).and_then(Option::take) else {
            return;
        };
        for (term, _) in &group.sum.terms {
            if let Some(slots) = self.postings.get_mut(term) {
                slots.retain(|other| *other != slot);
                if slots.is_empty() {
                    self.postings.remove(term);
                }
            }
        }
    }

    /// Goes on with a merge over the next `groups` groups, and returns what became one; `None` when there is nothing left to do.
    pub fn merge_step(&mut self, walk: &mut MergeWalk, groups: usize) -> Option<Vec<Merge>> {
        let more = *PASSES.get(walk.pass)?;
        let mut merges = Vec::new();
        let end = walk.at.saturating_add(groups).min(self.slots.len());
        for slot in walk.at..end {
            let Ok(slot) = u32::try_from(slot) else { continue };
            while let Some(merge) = self.merge_one(slot, more) {
                walk.merged = true;
                let gone = merge.0 == slot;
                merges.push(merge.1);
                if gone {
                    break;
                }
            }
        }
        walk.at = end;
        if end >= self.slots.len() {
            // What grew may be near others now: a pass goes on until nothing changes.
            if !walk.merged {
                walk.pass += 1;
            }
            walk.at = 0;
            walk.merged = false;
        }
        Some(merges)
    }

    /// Merges a group with the one that it is most like; returns the slot that is free now too.
    fn merge_one(&mut self, slot: u32, more: f32) -> Option<(u32, Merge)> {
        let group = self.group(slot)?;
        let least = |other: &Group| one(group.messages, other.messages) + more;
        let other = self.nearest(&group.sum, Some(slot), least)?;
        let its = self.group(other)?;
        // The one that an admin has settled stays, else the older one.
        let order = |group: &Group| (!group.fixed, group.key);
        let (from, into) = if order(group) < order(its) {
            (other, slot)
        } else {
            (slot, other)
        };
        if self.group(from)?.fixed {
            return None;
        }
        let (from_key, into_key) = (self.group(from)?.key, self.group(into)?.key);
        let gone = self.group(from)?;
        let (sum, messages) = (gone.sum.clone(), gone.messages);
        self.remove(from_key);
        self.grow(into, &sum, messages);
        Some((
            from,
            Merge {
                from: from_key,
                into: into_key,
            },
        ))
    }

    /// Finds the group that a vector is most like, by as much as its cosine is over the `least` that the group asks for.
    fn nearest(&self, vector: &Vector, without: Option<u32>, least: impl Fn(&Group) -> f32) -> Option<u32> {
        let mut telling: Vec<(f32, &Vec<u32>)> = vector
            .terms
            .iter()
            .filter_map(|(term, weight)| Some((*weight, self.postings.get(term)?)))
            .filter(|(_, slots)| slots.len() <= POSTINGS_MAX)
            .collect();
        telling.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.len().cmp(&b.1.len())));
        telling.truncate(LOOKED_UP);
        let mut shared = vec![0.0_f32; self.slots.len()];
        let mut touched: Vec<u32> = Vec::new();
        for (weight, slots) in telling {
            for slot in slots {
                let Some(sum) = shared.get_mut(*slot as usize) else {
                    continue;
                };
                if *sum == 0.0 {
                    touched.push(*slot);
                }
                *sum += weight * weight;
            }
        }
        let mut candidates: Vec<(u32, f32)> = touched
            .into_iter()
            .filter(|slot| Some(*slot) != without)
            .map(|slot| (slot, shared.get(slot as usize).copied().unwrap_or_default()))
            .collect();
        let stronger = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if candidates.len() > COMPARED {
            candidates.select_nth_unstable_by(COMPARED, stronger);
            candidates.truncate(COMPARED);
        }
        let length = vector.dot(vector).sqrt();
        let compared = candidates.into_iter().filter_map(|(slot, _)| {
            let group = self.group(slot)?;
            let lengths = length * group.square.sqrt();
            let over = vector.dot(&group.sum) / lengths - least(group);
            let aside = if group.fixed { PUT_ASIDE } else { 0.0 };
            (lengths > 0.0 && over >= 0.0).then_some((slot, over + aside, group.key))
        });
        // Of equals the older one.
        compared
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.2.cmp(&a.2)))
            .map(|(slot, ..)| slot)
    }

    fn begin(&mut self, key: u64, vector: Vector) -> u32 {
        let free = self.slots.len();
        let slot = u32::try_from(free).unwrap_or(u32::MAX);
        for (term, _) in &vector.terms {
            self.postings.entry(*term).or_default().push(slot);
        }
        let square = vector.dot(&vector);
        self.slots.push(Some(Group {
            key,
            sum: vector,
            square,
            messages: 1,
            fixed: false,
        }));
        self.of_key.insert(key, slot);
        slot
    }

    fn join(&mut self, slot: u32, vector: &Vector) {
        // A group that was settled stays what the admin saw.
        if self.group(slot).is_some_and(|group| !group.fixed) {
            self.grow(slot, vector, 1);
        }
    }

    fn grow(&mut self, slot: u32, vector: &Vector, messages: u32) {
        let Some(group) = self.slots.get_mut(slot as usize).and_then(Option::as_mut) else {
            return;
        };
        let before = std::mem::take(&mut group.sum);
        let mut after = before.clone();
        after.add(vector, TERMS_OF_MEAN_MAX);
        group.square = after.dot(&after);
        group.messages = group.messages.saturating_add(messages);
        let has =
            |vector: &Vector, term: u64| vector.terms.binary_search_by_key(&term, |(key, _)| *key).is_ok();
        for (term, _) in &after.terms {
            if !has(&before, *term) {
                self.postings.entry(*term).or_default().push(slot);
            }
        }
        for (term, _) in &before.terms {
            if !has(&after, *term)
                && let Some(slots) = self.postings.get_mut(term)
            {
                slots.retain(|other| *other != slot);
            }
        }
        group.sum = after;
    }

    fn group(&self, slot: u32) -> Option<&Group> {
        self.slots.get(slot as usize)?.as_ref()
    }

    fn group_mut(&mut self, slot: u32) -> Option<&mut Group> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }
}

/// Returns the likeness from which on groups of so many messages are one.
fn one(messages: u32, others: u32) -> f32 {
    match (messages.min(others), messages.max(others)) {
        (LARGE.., _) => ONE_OF_LARGE,
        (_, 2..) => ONE_WITH_GROUP,
        _ => ONE_ALONE,
    }
}
