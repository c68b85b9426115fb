//! Masks addresses that are shown: user name and password, and values in their query that are named like a secret.

use super::secret::{HIDDEN, is_secret_name};
use std::borrow::Cow;

/// Returns the text without possible secrets in its addresses.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let text = match text.contains([':', '：', '/']) && text.contains(['@', '＠']) {
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

/// Splits a text behind the signs with which an address begins: `://`, also with a full-width colon or one slash, and `//`.
fn beginning(text: &str) -> Option<(&str, &str)> {
    let at = [":/", "：/", "//"]
        .iter()
        .filter_map(|sign| text.find(sign))
        .min()?;
    let signs = text.get(at..)?;
    let behind = signs.trim_start_matches([':', '：']).trim_start_matches('/');
    Some(text.split_at(text.len() - behind.len()))
}

/// Hides the text between `://` and `@`. A password may hold a slash, though in a correct address it ends the host, and a space.
fn without_users(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = beginning(rest) {
        out.push_str(before);
        let end = after.find(is_end).unwrap_or(after.len());
        let (address, behind) = after.split_at(end);
        let host_end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let at_sign = |text: &str| text.rfind(['@', '＠']);
        let in_host = address.get(..host_end).and_then(at_sign);
        let colon = address.char_indices().find(|(_, c)| matches!(c, ':' | '：'));
        // Behind a colon that no port follows.
        let is_port = |at: usize, colon: char| {
            let port = address.get(at + colon.len_utf8()..host_end).unwrap_or_default();
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
        };
        let opens = colon.is_some_and(|(at, colon)| at < host_end && !is_port(at, colon));
        let beyond = || at_sign(address).filter(|_| opens);
        // Up to the end of what is in quotes, or of the item.
        let in_spaces = || {
            let ends = |c: char| matches!(c, '"' | '\'' | '`' | '”' | '」' | ',' | '，' | '}' | '\n');
            let whole = after
                .get(..after.find(ends).unwrap_or(after.len()))
                .filter(|_| opens)?;
            let user = whole.split(['@', '＠']).next().unwrap_or_default();
            // A colon with a space behind it is another key's, or a sentence's.
            (!user.contains(": ")).then(|| at_sign(whole)).flatten()
        };
        match in_host.or_else(beyond).or_else(in_spaces) {
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
            ("\"http://x:hu sh@h/v1\", b: c@d", "\"http://***@h/v1\", b: c@d"),
            ("https：//x：hush＠h/v1", "https：//***＠h/v1"),
            ("https:/x:hush@h", "https:/***@h"),
            ("http://h: write to a@b", "http://h: write to a@b"),
            (
                "staff_rooms: [mail/a@b.example], x: c@d",
                "staff_rooms: [mail/a@b.example], x: c@d",
            ),
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
