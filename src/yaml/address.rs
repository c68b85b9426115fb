//! Masks addresses that are shown: user name and password, and values in their query that are named like a secret.

use super::mask::HIDDEN;
use super::secret::is_secret_name;
use std::borrow::Cow;

/// Returns the text without possible secrets in its addresses.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let text = match text.contains("://") {
        true => Cow::Owned(without_users(text)),
        false => Cow::Borrowed(text),
    };
    match text.contains(['?', '&']) && text.contains('=') {
        true => Cow::Owned(without_parameters(&text)),
        false => text,
    }
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`' | '”' | '’' | '」' | '<' | '>')
}

/// Hides the text between `://` and `@`. A password may hold a slash, though in a correct address it ends the host.
fn without_users(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let end = after.find(is_end).unwrap_or(after.len());
        let (address, behind) = after.split_at(end);
        let host_end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let in_host = address.get(..host_end).and_then(|host| host.rfind('@'));
        let colon = address.find(':').filter(|colon| *colon < host_end);
        // Behind a colon that no port follows.
        let is_port = |colon: usize| {
            let port = address.get(colon + 1..host_end).unwrap_or_default();
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        };
        let beyond = colon
            .filter(|colon| !is_port(*colon))
            .and_then(|_| address.rfind('@'));
        match in_host.or(beyond) {
            Some(at) => {
                out.push_str(HIDDEN);
                rest = after.get(at..).unwrap_or_default();
            }
            None => {
                out.push_str(address);
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Hides the values of parameters that are called like a secret.
fn without_parameters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['?', '&']) {
        let (before, after) = rest.split_at(at + 1);
        out.push_str(before);
        rest = after;
        let name_end = after
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '%' | '[' | ']')))
            .unwrap_or(after.len());
        let (name, behind) = after.split_at(name_end);
        let Some(value) = behind.strip_prefix('=') else {
            continue;
        };
        if !is_secret_parameter(name) {
            continue;
        }
        let end = value
            .find(|c| is_end(c) || matches!(c, '&' | '#' | ',' | '}' | ']'))
            .unwrap_or(value.len());
        out.push_str(name);
        out.push('=');
        out.push_str(HIDDEN);
        rest = value.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn is_secret_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_secret_name(&name)
        || matches!(
            name.as_str(),
            "sig" | "sign" | "signature" | "code" | "sid" | "session" | "access"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_an_address_is_shown_and_the_rest_stays() {
        for (text, shown) in [
            (
                "url: \"ws://bot:hush@127.0.0.1:3001\"",
                "url: \"ws://***@127.0.0.1:3001\"",
            ),
            ("http://hush@h h/v1", "http://***@h h/v1"),
            ("http://x:hu/sh@h/v1", "http://***@h/v1"),
            ("http://x:hu@sh@h/v1", "http://***@h/v1"),
            ("a /x?access_token=hush, b", "a /x?access_token=***, b"),
            (
                "`https://h/x?a=1&key=hush&b=2#c`",
                "`https://h/x?a=1&key=***&b=2#c`",
            ),
            (
                "https://h:8080/@user 和 https://h/@user?page=2",
                "https://h:8080/@user 和 https://h/@user?page=2",
            ),
            ("怎么办？a=b & c=d", "怎么办？a=b & c=d"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
