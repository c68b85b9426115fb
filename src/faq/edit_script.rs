//! The steps from one list of texts to another.

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use std::collections::HashMap;
use std::time::Instant;

/// Returns the steps from one list to another, as short as they are found until a moment. The texts are compared by their numbers: one copy of
/// the algorithms in the program, whatever is compared.
pub(super) fn edit_script<'t>(
    algorithm: Algorithm,
    old: &[&'t str],
    new: &[&'t str],
    until: Option<Instant>,
) -> Vec<DiffOp> {
    let mut numbers = HashMap::new();
    let mut numbered = |texts: &[&'t str]| -> Vec<usize> {
        let texts = texts.iter().map(|text| {
            let next = numbers.len();
            *numbers.entry(*text).or_insert(next)
        });
        texts.collect()
    };
    let (old, new) = (numbered(old), numbered(new));
    capture_diff_slices_deadline(algorithm, &old, &new, until)
}
