//! Names that look alike.

use groupdesk_contract::distance;

/// Returns the name that was probably meant.
pub fn nearest<'a>(given: &str, names: &'a [String]) -> Option<&'a str> {
    let given = given.to_lowercase();
    names
        .iter()
        .map(|name| (farness(&given, &name.to_lowercase()), name))
        .filter(|((far, _), name)| *far <= 1 + name.len() / 4)
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name.as_str())
}

/// Returns the distance of a name from another: small, too, if they differ in their end only (`entry`, `entries`); equal
/// ones are then ordered by their letters alone.
fn farness(a: &str, b: &str) -> (usize, usize) {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let shorter = a.chars().count().min(b.chars().count());
    let same_stem = common >= 3 && common + 1 >= shorter;
    let letters = distance(a, b);
    (letters.min(if same_stem { 2 } else { usize::MAX }), letters)
}
