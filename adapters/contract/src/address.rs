//! Addresses of channels and people as operators write them: what they should look like, and what was probably meant.

use crate::ChannelId;
use std::fmt;

/// An address that can't exist on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressError {
    /// The form that it should have, such as `group:NUMBER`.
    pub expected: String,
    /// The one that was probably meant, without the account.
    pub suggestion: Option<String>,
}

impl AddressError {
    /// Makes an error for an address of another form than `form`.
    pub fn expected(form: impl Into<String>) -> Self {
        Self {
            expected: form.into(),
            suggestion: None,
        }
    }

    /// Makes an error for a name that is none of `names`; suggests the nearest.
    pub fn among<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let suggestion = nearest(given, &names).map(str::to_owned);
        Self {
            expected: match names.is_empty() {
                true => "a name under `targets`, which has none".to_owned(),
                false => names.join(", "),
            },
            suggestion,
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

/// Checks a channel that is written as `kind:id`: one of `kinds`, and an id that `is_id` takes and `id` names. The first of the
/// kinds is proposed where none was written.
///
/// # Errors
/// The form that it should have.
pub fn check_kind_and_id(
    given: &str,
    kinds: &[&str],
    id: &str,
    is_id: impl Fn(&str) -> bool,
) -> Result<(), AddressError> {
    if let Some((kind, rest)) = given.split_once(':')
        && kinds.contains(&kind)
        && is_id(rest)
    {
        return Ok(());
    }
    let forms: Vec<String> = kinds.iter().map(|kind| format!("{kind}:{id}")).collect();
    let (kind, rest) = given.split_once([':', '：', '/', ' ']).unwrap_or(("", given));
    let rest = rest.trim();
    let kind = nearest(&kind.to_lowercase(), kinds).or(kinds.first().copied());
    Err(AddressError {
        expected: forms.join(" or "),
        suggestion: kind.filter(|_| is_id(rest)).map(|kind| format!("{kind}:{rest}")),
    })
}

/// Checks a channel that is one of the account's `targets` by name, as on platforms whose channels stand in the settings.
///
/// # Errors
/// The names that there are, and the one that was probably meant.
pub fn check_target<'a, T: IntoIterator<Item = &'a str>>(
    channel: &ChannelId,
    targets: impl Fn() -> T,
) -> Result<(), AddressError> {
    match targets().into_iter().any(|name| name == channel.as_str()) {
        true => Ok(()),
        false => Err(AddressError::among(channel.as_str(), targets())),
    }
}

/// Checks a person's id that is a number.
///
/// # Errors
/// That it should be one.
pub fn check_number(given: &str) -> Result<(), AddressError> {
    match is_number(given) {
        true => Ok(()),
        false => Err(AddressError::expected("a number, such as 10001")),
    }
}

/// An id as platforms number people and channels: from 1 to what 63 bits hold, written as they write it. A 0 in front would make
/// another id of it, since ids are compared letter by letter.
pub fn is_number(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && !text.starts_with('0') && text.parse::<i64>().is_ok()
}

/// Returns the most similar name, if it is similar enough.
fn nearest<'a>(given: &str, names: &[&'a str]) -> Option<&'a str> {
    names
        .iter()
        .map(|name| (distance(given, name), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Counts the letters that must be changed, added or removed to make one text of the other; of long ones the beginnings.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let here = (diagonal + usize::from(from != *to))
                .min(*above + 1)
                .min(left + 1);
            diagonal = std::mem::replace(above, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_proposed() {
        let check = |given: &str| check_kind_and_id(given, &["group", "private"], "NUMBER", is_number);
        assert_eq!(check("group:1"), Ok(()));
        for (given, meant) in [
            ("900001", Some("group:900001")),
            ("Group:900001", Some("group:900001")),
            ("group：900001", Some("group:900001")),
            ("goup:900001", Some("group:900001")),
            ("privat:7", Some("private:7")),
            ("group/900001", Some("group:900001")),
            ("group:abc", None),
            ("", None),
            // What no platform gives to anything; a 0 in front makes another id.
            ("group:0", None),
            ("group:0900001", None),
            ("group:9223372036854775808", None),
            ("group:12345678901234567890", None),
        ] {
            let error = check(given).unwrap_err();
            assert_eq!(error.suggestion.as_deref(), meant, "{given}");
            assert_eq!(error.to_string(), "expected group:NUMBER or private:NUMBER");
        }
        let among = AddressError::among("suport", ["sales", "support"]);
        assert_eq!(
            (among.suggestion.as_deref(), among.to_string().as_str()),
            (Some("support"), "expected sales, support")
        );
        assert_eq!(AddressError::among("x", ["sales"]).suggestion, None);
    }
}
