//! The website's part of an account in `groupdesk.yaml`.

use groupdesk_contract::{PrivateHosts, Secret, in_both};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;

/// The shortest secret: what can be tried out signs nothing.
const SECRET_MIN_BYTES: usize = 16;

/// Settings of a website. The comments are the schema's descriptions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Origins of the pages that may show the widget, such as `https://shop.example`; `https://*.shop.example` are all its
    /// subdomains. Pages on groupdesk's own address always may. Default: none.
    #[serde(default)]
    pub origins: Vec<PageOrigin>,
    /// Secret by which your website signs who is logged in: `data-visitor-hash` is the HMAC-SHA256 of `data-visitor-id`, in hex.
    /// Keep it in the environment: `${WIDGET_SECRET}`. Default: none, nobody is signed in.
    #[serde(default)]
    pub identity_secret: Option<Secret>,
    /// `true` refuses visitors who are not signed. Default: false.
    #[serde(default)]
    pub require_identity: bool,
    /// Title of the widget. Default: 在线客服 or Support.
    #[serde(default)]
    pub title: Option<String>,
    /// Language of the widget. Default: auto, that of the page or of the browser.
    #[serde(default)]
    pub language: WidgetLanguage,
    /// Days for which messages are kept for visitors who come back. Default: 90.
    #[serde(default = "keep_days")]
    pub keep_days: u16,
    /// Limits of what visitors, addresses and programs may do; beyond them they are told to wait.
    #[serde(default)]
    pub limits: LimitSettings,
    /// Addresses or networks of reverse proxies that name the visitor's address in `X-Forwarded-For`, such as `172.16.0.0/12`.
    /// Default: those on this machine.
    #[serde(default)]
    pub proxies: PrivateHosts,
}

/// Language of the widget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WidgetLanguage {
    /// That of the page or of the browser.
    #[default]
    Auto,
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl WidgetLanguage {
    /// Returns the language as the widget knows it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// Limits of a website.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// Messages of a visitor in a minute. Default: 20.
    pub visitor_per_minute: u32,
    /// Messages from an address in a minute. Default: 60.
    pub address_per_minute: u32,
    /// New visitors from an address in an hour. Default: 120.
    pub visitors_per_hour: u32,
    /// Messages of a program's key in a minute. Default: 600.
    pub program_per_minute: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            visitor_per_minute: 20,
            address_per_minute: 60,
            visitors_per_hour: 120,
            program_per_minute: 600,
        }
    }
}

fn keep_days() -> u16 {
    90
}

/// Origin of pages: scheme, host and port, with `*.` in front of the host for all its subdomains.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct PageOrigin(String);

impl TryFrom<String> for PageOrigin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let given = text.trim().to_ascii_lowercase();
        let (scheme, rest) = given.split_once("://").unwrap_or(("https", &given));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest.get(..end).unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
        let name = host.strip_prefix("*.").unwrap_or(host);
        let good = !name.is_empty() && name.chars().all(plain) && matches!(scheme, "http" | "https");
        if good && given == format!("{scheme}://{host}") {
            return Ok(Self(given));
        }
        let meant = if good {
            format!("{scheme}://{host}")
        } else {
            "https://shop.example".to_owned()
        };
        Err(in_both(
            &format!("this is no origin of a page: write scheme and host alone, as {meant}"),
            &format!("这不是网页的来源；只写协议和域名，例如 {meant}"),
        ))
    }
}

impl PageOrigin {
    /// Tells whether a page's origin is this one.
    pub(crate) fn is(&self, origin: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        let Some((scheme, host)) = self.0.split_once("://*.") else {
            return self.0 == origin;
        };
        let of_page = origin.split_once("://");
        of_page.is_some_and(|(of_scheme, of_host)| {
            let sub = of_host.strip_suffix(host).and_then(|sub| sub.strip_suffix('.'));
            of_scheme == scheme && sub.is_some_and(|sub| !sub.is_empty())
        })
    }
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The fault, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.require_identity && self.identity_secret.is_none() {
            return Err(in_both(
                "`require_identity` refuses everybody without an `identity_secret`: write identity_secret: \"${WIDGET_SECRET}\"",
                "只写 require_identity 而没有 identity_secret 会拒绝所有人；请加上 identity_secret: \"${WIDGET_SECRET}\"",
            ));
        }
        let is_short = |secret: &Secret| secret.expose().len() < SECRET_MIN_BYTES;
        if self.identity_secret.as_ref().is_some_and(is_short) {
            return Err(in_both(
                "`identity_secret` is too short to sign with: take 16 characters or more, as `openssl rand -hex 32` prints them",
                "identity_secret 太短，至少要 16 个字符；可以用 `openssl rand -hex 32` 生成",
            ));
        }
        if self.keep_days == 0 {
            return Err(in_both(
                "`keep_days: 0` would keep no answer until it is read: write 1 or more",
                "keep_days: 0 会让答案还没被看到就删掉；请写 1 或更大的数",
            ));
        }
        let limits = &self.limits;
        let all = [
            limits.visitor_per_minute,
            limits.address_per_minute,
            limits.visitors_per_hour,
            limits.program_per_minute,
        ];
        if all.contains(&0) {
            return Err(in_both(
                "a limit of 0 lets nobody say anything: write 1 or more",
                "限额写 0 就谁也说不了话；请写 1 或更大的数",
            ));
        }
        Ok(())
    }

    /// Returns the time for which messages are kept.
    pub(crate) fn keep(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.keep_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_a_star_stands_for_subdomains_alone() {
        let origin = |text: &str| PageOrigin::try_from(text.to_owned());
        for (given, page, is) in [
            ("https://shop.example", "https://shop.example", true),
            ("https://Shop.example", "https://shop.EXAMPLE", true),
            ("https://shop.example", "http://shop.example", false),
            ("https://shop.example", "https://shop.example:8443", false),
            ("https://shop.example", "https://a.shop.example", false),
            ("https://*.shop.example", "https://a.shop.example", true),
            ("https://*.shop.example", "https://shop.example", false),
            ("https://*.shop.example", "https://evilshop.example", false),
            ("https://*.shop.example", "https://.shop.example", false),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000", true),
            ("https://shop.example", "null", false),
        ] {
            assert_eq!(origin(given).unwrap().is(page), is, "{given} {page}");
        }
        for (given, meant) in [
            ("shop.example", "https://shop.example"),
            ("https://shop.example/", "https://shop.example"),
            ("https://shop.example/help", "https://shop.example"),
            ("*", "https://shop.example"),
            ("ftp://x", "https://shop.example"),
        ] {
            assert!(origin(given).unwrap_err().contains(meant), "{given}");
        }
    }
}
