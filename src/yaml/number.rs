//! Numbers out of their range: the types of settings have bounds that serde does not name.

/// Returns the numbers that fit a type of whole numbers, in English and in Chinese, where serde found another one.
pub(super) fn out_of_range(found: &str, expected: &str) -> Option<(String, String)> {
    let (from, bits) = match expected.strip_prefix("a nonzero u") {
        Some(bits) => (1, bits),
        None => (0, expected.strip_prefix('u')?),
    };
    let most = match bits {
        "8" => u64::from(u8::MAX),
        "16" => u64::from(u16::MAX),
        "32" => u64::from(u32::MAX),
        "64" | "size" => u64::MAX,
        _ => return None,
    };
    let number = written(found)?;
    let is_too_large =
        found.starts_with("integer") && number.parse::<u64>().is_ok_and(|number| number > most);
    Some(match (from, is_too_large || most == u64::from(u16::MAX)) {
        (from, true) => (
            format!("a whole number from {from} to {most}"),
            format!(" {from} 到 {most} 的整数"),
        ),
        (0, false) => (
            "a whole number, 0 or more".to_owned(),
            " 0 或更大的整数".to_owned(),
        ),
        (_, false) => ("a whole number, 1 or more".to_owned(), "大于 0 的整数".to_owned()),
    })
}

/// Returns the number that serde found, as it names it: integer `-1`, floating point `0.5`.
pub(super) fn written(found: &str) -> Option<&str> {
    let is_number = found.starts_with("integer") || found.starts_with("floating");
    found.split('`').nth(1).filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_does_not_fit_is_told_the_bound_that_it_breaks() {
        for (found, expected, told) in [
            ("integer `-1`", "u32", "a whole number, 0 or more"),
            ("integer `-1`", "usize", "a whole number, 0 or more"),
            ("floating point `1.5`", "u64", "a whole number, 0 or more"),
            ("integer `0`", "a nonzero u32", "a whole number, 1 or more"),
            ("integer `300`", "u8", "a whole number from 0 to 255"),
            ("integer `0`", "a nonzero u16", "a whole number from 1 to 65535"),
        ] {
            assert_eq!(
                out_of_range(found, expected).unwrap().0,
                told,
                "{found} {expected}"
            );
        }
        assert_eq!(out_of_range("string \"x\"", "u32"), None);
        assert_eq!(out_of_range("integer `-1`", "a string"), None);
    }
}
