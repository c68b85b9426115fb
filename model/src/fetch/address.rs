//! Addresses that models come from: https, or this machine.

use super::FetchError;
use reqwest::Url;
use std::fmt;

/// Servers that have a name here, with what stands before and behind a repository's name in their addresses.
const SERVERS: [(&str, &str, &str); 3] = [
    ("hf", "https://huggingface.co/", "/resolve/main/"),
    ("hf-mirror", "https://hf-mirror.com/", "/resolve/main/"),
    ("modelscope", "https://modelscope.cn/models/", "/resolve/master/"),
];

/// The address that stands before the names of a model's files.
#[derive(Debug, Clone)]
pub struct Address(Url);

impl Address {
    /// The address of a model: `from` is `hf`, `hf-mirror` or `modelscope`, which need its `repository`, or an address itself.
    ///
    /// # Errors
    /// The expected form, for the operator.
    pub fn of(from: &str, repository: Option<&str>) -> Result<Self, FetchError> {
        let server = SERVERS.iter().find(|(name, ..)| from.eq_ignore_ascii_case(name));
        let text = match (server, repository) {
            (Some((_, before, behind)), Some(repository)) => format!("{before}{repository}{behind}"),
            (Some(_), None) => return Err(FetchError::NoRepository),
            (None, _) => format!("{}/", from.trim_end_matches('/')),
        };
        let url = Url::parse(&text).map_err(|error| FetchError::Address {
            address: from.to_owned(),
            why: error.to_string(),
        })?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(FetchError::Address {
                address: from.to_owned(),
                why: "it holds more than a place".to_owned(),
            });
        }
        checked(&url)?;
        Ok(Self(url))
    }

    /// The address of one of the model's files.
    pub(super) fn file(&self, name: &str) -> Result<Url, FetchError> {
        self.0.join(name).map_err(|error| FetchError::Address {
            address: self.to_string(),
            why: error.to_string(),
        })
    }

    /// The server's name, for what goes wrong on the way.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Refuses an address whose transfer somebody on the way could change: all but https, except on this machine.
pub(super) fn checked(url: &Url) -> Result<(), FetchError> {
    let this_machine = match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    };
    if url.scheme() == "https" || url.scheme() == "http" && this_machine {
        return Ok(());
    }
    Err(FetchError::Address {
        address: format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
        why: "it is not https".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_s_name_or_an_address_leads_to_the_files_by_https_or_on_this_machine_alone() {
        let of = |from: &str| Address::of(from, Some("a/b")).map(|address| address.to_string());
        for (from, expected) in [
            ("hf", "https://huggingface.co/a/b/resolve/main/"),
            ("HF-Mirror", "https://hf-mirror.com/a/b/resolve/main/"),
            ("modelscope", "https://modelscope.cn/models/a/b/resolve/master/"),
            (
                "https://files.example/models/b",
                "https://files.example/models/b/",
            ),
            ("http://127.0.0.1:9/b/", "http://127.0.0.1:9/b/"),
            ("http://[::1]:9/b", "http://[::1]:9/b/"),
        ] {
            assert_eq!(of(from).unwrap(), expected);
        }
        for wrong in [
            "http://files.example/b",
            "http://127.0.0.1.example/b",
            "ftp://files.example",
            "file:///etc",
            "huggingface",
            "https://me:secret@files.example/b",
            "https://files.example/b?token=secret",
        ] {
            let error = of(wrong).unwrap_err();
            assert!(error.to_string().contains("hf-mirror"), "{error}");
        }
        assert!(matches!(Address::of("hf", None), Err(FetchError::NoRepository)));
    }
}
