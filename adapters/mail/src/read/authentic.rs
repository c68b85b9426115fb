//! The verdict of the server that received a mail on who it is from (RFC 8601).

/// True if the receiving server found that the domain in From did not send the mail. `trusted` is the server's own name: only the
/// headers that this server put on top count, because a header further down may be anybody's. Without a name the topmost header
/// counts, whoever wrote it: a verdict of "forged" is no use to a forger.
pub(super) fn is_forged(headers: &[(String, String)], trusted: Option<&str>) -> bool {
    let mut seen = false;
    for (name, value) in headers {
        if name.eq_ignore_ascii_case("Received") && seen {
            return false;
        }
        if !name.eq_ignore_ascii_case("Authentication-Results") {
            continue;
        }
        let value = without_comments(value).to_lowercase();
        let server = value
            .split([';', ' ', '\t'])
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        if trusted.is_some_and(|trusted| !server.eq_ignore_ascii_case(trusted)) {
            continue;
        }
        seen = true;
        let failed = value.split(';').skip(1).any(|result| {
            let result: String = result.chars().filter(|c| !c.is_whitespace()).collect();
            result.strip_prefix("dmarc=").is_some_and(|verdict| {
                let verdict: String = verdict.chars().take_while(char::is_ascii_alphabetic).collect();
                verdict.starts_with("fail")
                    || verdict.starts_with("reject")
                    || verdict.starts_with("quarantine")
            })
        });
        if failed {
            return true;
        }
    }
    false
}

/// Returns `text` without its parts in brackets, which may be anything.
fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                plain.push(' ');
            }
            '\r' | '\n' => plain.push(' '),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forged(headers: &[(&str, &str)], trusted: Option<&str>) -> bool {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        is_forged(&headers, trusted)
    }

    #[test]
    fn only_the_receiving_servers_own_verdict_counts() {
        const FAIL: &str = " mx.example.com;\r\n spf=pass smtp.mailfrom=evil.example;\r\n dmarc=fail (p=none dis=none) header.from=example.com";
        const PASS: &str = "mx.example.com 1; dmarc=pass header.from=example.com";
        let ours = Some("MX.example.com");
        assert!(forged(&[("Authentication-Results", FAIL)], ours));
        assert!(forged(
            &[("Received", "x"), ("Authentication-Results", FAIL)],
            None
        ));
        assert!(!forged(&[("Authentication-Results", PASS)], ours));
        // Two programs of one server add one header each.
        assert!(forged(
            &[
                ("Authentication-Results", "mx.example.com; dkim=none"),
                ("Authentication-Results", FAIL),
                ("Received", "x")
            ],
            ours
        ));
        // What stood in the mail when it came is the sender's own.
        assert!(!forged(
            &[
                ("Authentication-Results", PASS),
                ("Received", "x"),
                ("Authentication-Results", FAIL)
            ],
            ours
        ));
        assert!(!forged(
            &[("Authentication-Results", "other.example; dmarc=fail")],
            ours
        ));
        assert!(forged(
            &[("Authentication-Results", "other.example; dmarc=fail")],
            None
        ));
        assert!(!forged(
            &[(
                "Authentication-Results",
                "mx.example.com; dkim=pass (dmarc=fail;) reason=\"x\""
            )],
            ours
        ));
        assert!(!forged(&[], ours));
    }
}
