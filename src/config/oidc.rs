//! The identity provider by which users of the dashboard log in.

use super::file_schema::File;
use super::load::strings;
use crate::yaml::{Document, Problem};
use std::fmt;

/// Name of a provider for people, where it has no other.
const NAME: &str = "OpenID Connect";

/// An identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// Address of it, as it calls itself.
    pub issuer: String,
    /// Name by which it knows the dashboard.
    pub client_id: String,
    /// Secret by which it knows the dashboard; `None` for a public client.
    pub client_secret: Option<String>,
    /// Name of it for people.
    pub name: String,
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSettings")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// Reports a provider in a program that was built without log-ins by one; what stands below the key matters to no such program.
pub(super) fn lacking(document: &Document) -> Option<Problem> {
    let path = strings(&["web", "oidc"]);
    if cfg!(feature = "oidc") || !document.has(&path) {
        return None;
    }
    let mut problem = document.problem(
        &path,
        "this program was built without log-ins by an identity provider".to_owned(),
        Some("build it by `cargo build --release --features oidc`, or take this key out".to_owned()),
    );
    problem.in_chinese(
        "这个程序编译时没有加上统一登录；请用 cargo build --release --features oidc 编译，或者去掉这个键",
    );
    Some(problem)
}

/// Reads the provider of a file.
pub(super) fn oidc(document: &Document, file: &File, problems: &mut Vec<Problem>) -> Option<OidcSettings> {
    let web = file.web.as_ref()?;
    let given = web.oidc.as_ref()?;
    let mut report = |key: &[&str], english: &str, help: &str, chinese: &str| {
        let mut problem = document.problem(&strings(key), english.to_owned(), Some(help.to_owned()));
        problem.in_chinese(chinese);
        problems.push(problem);
    };
    if web.dashboard == Some(false) {
        report(
            &["web", "oidc"],
            "there is no dashboard to log in to",
            "take this key out, or `dashboard: false`",
            "没有管理面板可以登录；请去掉这个键，或者去掉 dashboard: false",
        );
    }
    let near = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let is_safe =
        given.issuer.starts_with("https://") || near.iter().any(|near| given.issuer.starts_with(near));
    if !is_safe {
        report(
            &["web", "oidc", "issuer"],
            "the provider has to be reached by https: whoever is on the way could say who logs in",
            "write issuer: https://... as its description (/.well-known/openid-configuration) has it",
            "必须用 https 访问身份提供方，否则路上的人可以冒充任何人；请照它的 /.well-known/openid-configuration 写 issuer: https://…",
        );
    }
    Some(OidcSettings {
        issuer: given.issuer.clone(),
        client_id: given.client_id.clone(),
        client_secret: given.client_secret.clone().filter(|secret| !secret.is_empty()),
        name: given.name.clone().unwrap_or_else(|| NAME.to_owned()),
    })
}

#[cfg(all(test, not(feature = "oidc")))]
mod tests {
    use crate::config::{Environment, Platforms, load};
    use std::path::Path;

    #[test]
    fn a_program_without_log_ins_by_a_provider_says_so_whatever_stands_below_the_key() {
        for oidc in [
            "{ issuer: \"https://id.example\", client_id: a }",
            "{ isuer: x, scopes: [a] }",
            "yes",
        ] {
            let text = format!("accounts:\n  qq: {{ platform: console }}\nweb:\n  oidc: {oidc}\n");
            let environment = Environment::lenient();
            let problems = load(Path::new("g.yaml"), &text, &environment, &Platforms::default()).unwrap_err();
            assert_eq!((problems.len(), problems[0].line), (1, 4), "{problems:?}");
            assert!(
                problems[0].message.contains("built without log-ins"),
                "{problems:?}"
            );
        }
    }
}
