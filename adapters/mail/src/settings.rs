//! The mail part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Secret, Span, check_host, in_both};
use lettre::message::Mailbox;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

/// Staff who are reached, and answer, by mail. As a staff room, each target is `account/name`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The server that sends our mail.
    pub smtp: Smtp,
    /// The mailbox that answers come to. Without it the account only sends.
    #[serde(default)]
    pub imap: Option<Imap>,
    /// Sender of our mails, to which answers go: `desk@example.com` or `Support desk <desk@example.com>`. With `imap`, mail to it
    /// must arrive in that mailbox.
    pub from: Address,
    /// Domain behind the `@` of our Message-IDs. By default the domain of `from`.
    #[serde(default)]
    pub domain: Option<Domain>,
    /// Recipients of ticket notifications, by a name of your choice.
    pub targets: BTreeMap<String, Target>,
    /// Secret that signs our Message-IDs, so that nobody can write into a ticket by guessing its number. Without it one is made
    /// at the first start and kept in the store.
    #[serde(default)]
    pub thread_secret: Option<Secret>,
    /// Take answers that name their ticket only in the subject, as in `[#12]`, and answer none of our mails. Anybody can write a
    /// sender's address and a number into a mail: leave it off unless your mail server refuses mail with a forged sender.
    /// Orders (`/t`, `/faq`, `close`) are never taken this way.
    #[serde(default)]
    pub answers_by_subject: bool,
    /// Name that your receiving mail server gives itself at the front of the `Authentication-Results` in each mail, such as
    /// `mx.example.com`. A mail with its verdict `dmarc=fail` is refused. By default the topmost such header counts, whoever
    /// wrote it.
    #[serde(default)]
    pub authserv_id: Option<String>,
}

impl Settings {
    pub(crate) fn domain(&self) -> &str {
        match &self.domain {
            Some(domain) => &domain.0,
            None => self.from.0.email.domain(),
        }
    }

    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The contradiction, in a sentence for an admin.
    pub(crate) fn check(&self) -> Result<(), String> {
        let servers = [
            Some(&self.smtp.server),
            self.imap.as_ref().map(|imap| &imap.server),
        ];
        for server in servers.into_iter().flatten() {
            if server.security == Security::None && !is_loopback(&server.host) {
                return Err(in_both(
                    "`security: none` would send mail and password readable for all; it is for a server on this machine \
                     (127.0.0.1, ::1, localhost) only: write `tls` or `starttls`",
                    "security: none 会把邮件和密码明文传出去，只能用于本机的服务器；请写 tls 或 starttls",
                ));
            }
        }
        if let Some((name, _)) = self.targets.iter().find(|(_, target)| target.to.is_empty()) {
            return Err(format!("target `{name}` has nobody in `to`"));
        }
        let us = self.from.plain();
        let mut to = self
            .targets
            .iter()
            .flat_map(|(name, target)| target.to.iter().map(move |to| (name, to)));
        if let Some((name, _)) = to.find(|(_, to)| to.plain() == us) {
            return Err(format!(
                "target `{name}` has the address of `from`: our mails would come back to ourselves"
            ));
        }
        if self.authserv_id.as_ref().is_some_and(|id| id.trim().is_empty()) {
            return Err(
                "`authserv_id` is empty; leave it out to heed the topmost `Authentication-Results`"
                    .to_owned(),
            );
        }
        let short = self
            .thread_secret
            .as_ref()
            .is_some_and(|secret| secret.expose().len() < 16);
        if short {
            return Err(
                "`thread_secret` is shorter than 16 characters; leave it out to have one made".to_owned(),
            );
        }
        Ok(())
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// The server that sends our mail.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "SmtpKeys")]
#[schemars(with = "SmtpKeys")]
pub struct Smtp {
    /// Address and security of the server.
    pub server: Server,
    /// Login; a server on this machine may want none.
    pub login: Option<Login>,
}

/// The mailbox that answers come to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(from = "ImapKeys")]
#[schemars(with = "ImapKeys")]
pub struct Imap {
    /// Address and security of the server.
    pub server: Server,
    /// Login of the mailbox.
    pub login: Login,
    /// The folder that answers come to.
    pub folder: String,
    /// Poll interval for servers that can't announce new mail by themselves (IDLE).
    pub poll: Duration,
}

/// Host and port of a server, and encryption of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Encryption of the connection.
    pub security: Security,
    /// A PEM file with the certificates to trust in place of the web's usual ones.
    pub ca: Option<PathBuf>,
}

/// A user name and its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user name.
    pub username: String,
    /// Password, or app password if the provider has such.
    pub password: Secret,
}

/// Encryption of a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (ports 465 and 993).
    #[default]
    Tls,
    /// TLS after a command in the clear, and never without (ports 587 and 143).
    StartTls,
    /// Nothing; only for a server on this machine.
    None,
}

/// The server that sends our mail.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Smtp")]
struct SmtpKeys {
    /// Its name, `smtp.example.com`.
    host: Host,
    /// By default 465 with `tls`, 587 with `starttls`, 25 with `none`.
    #[serde(default)]
    port: Option<NonZeroU16>,
    /// `tls`, `starttls` or, for a server on this machine, `none`.
    #[serde(default)]
    security: Security,
    /// The user name, often the whole address. Leave it out for a server that wants no login.
    #[serde(default)]
    username: Option<String>,
    /// The password; some providers call it authorisation code (授权码) or app password.
    #[serde(default)]
    password: Option<Secret>,
    /// A PEM file with the certificates to trust in place of the web's usual ones, for a server with one of its own.
    #[serde(default)]
    ca: Option<PathBuf>,
}

impl TryFrom<SmtpKeys> for Smtp {
    type Error = String;

    fn try_from(keys: SmtpKeys) -> Result<Self, String> {
        let usual = match keys.security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::None => 25,
        };
        let login = match (keys.username, keys.password) {
            (Some(username), Some(password)) => Some(Login { username, password }),
            (None, None) => None,
            (Some(_), None) => return Err("`username` without a `password`".to_owned()),
            (None, Some(_)) => return Err("`password` without a `username`".to_owned()),
        };
        let server = Server {
            host: keys.host.0,
            port: keys.port.map_or(usual, NonZeroU16::get),
            security: keys.security,
            ca: keys.ca,
        };
        Ok(Self { server, login })
    }
}

/// The mailbox that answers come to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Imap")]
struct ImapKeys {
    /// Its name, `imap.example.com`.
    host: Host,
    /// By default 993 with `tls`, 143 otherwise.
    #[serde(default)]
    port: Option<NonZeroU16>,
    /// `tls`, `starttls` or, for a server on this machine, `none`.
    #[serde(default)]
    security: Security,
    /// The user name, often the whole address.
    username: String,
    /// The password; some providers call it authorisation code (授权码) or app password.
    password: Secret,
    /// The folder that answers come to.
    #[serde(default = "inbox", deserialize_with = "folder")]
    folder: String,
    /// Poll interval for servers that can't announce new mail by themselves (IDLE). A minute by default.
    #[serde(default)]
    poll: Option<Span>,
    /// A PEM file with the certificates to trust in place of the web's usual ones, for a server with one of its own.
    #[serde(default)]
    ca: Option<PathBuf>,
}

/// Reads the name of a folder; it must not be blank.
fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let folder = String::deserialize(deserializer)?;
    match folder.trim().is_empty() {
        true => Err(de::Error::custom(in_both(
            "no folder is named: write INBOX, or leave `folder` out",
            "没有写文件夹；请写 INBOX，或删掉 folder",
        ))),
        false => Ok(folder),
    }
}

fn inbox() -> String {
    "INBOX".to_owned()
}

impl From<ImapKeys> for Imap {
    fn from(keys: ImapKeys) -> Self {
        let usual = if keys.security == Security::Tls { 993 } else { 143 };
        Self {
            server: Server {
                host: keys.host.0,
                port: keys.port.map_or(usual, NonZeroU16::get),
                security: keys.security,
                ca: keys.ca,
            },
            login: Login {
                username: keys.username,
                password: keys.password,
            },
            folder: keys.folder,
            poll: keys.poll.map_or(Duration::from_secs(60), |poll| poll.0),
        }
    }
}

/// Recipients of one staff room, and the addresses that may answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Recipients of the mails.
    pub to: Vec<Address>,
    /// Addresses that may answer besides, or `@example.com` for everybody there. Put staff here whose mail comes to them through
    /// a list.
    #[serde(default)]
    pub agents: Vec<Agent>,
}

impl Target {
    /// True if mail from `address` (in lower case) is accepted.
    pub(crate) fn hears(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.plain() == address)
            || self.agents.iter().any(|agent| match agent.0.strip_prefix('@') {
                Some(domain) => address
                    .rsplit_once('@')
                    .is_some_and(|(_, theirs)| theirs == domain),
                None => agent.0 == address,
            })
    }
}

/// A mail address, with or without a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Address(pub(crate) Mailbox);

impl Address {
    /// The address without the name, in lower case.
    pub(crate) fn plain(&self) -> String {
        self.0.email.to_string().to_lowercase()
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.trim().parse().map(Self).map_err(|_| {
            in_both(
                "this is not a mail address: write desk@example.com or Support desk <desk@example.com>",
                "这不是邮箱地址；请写成 desk@example.com，或 客服 <desk@example.com>",
            )
        })
    }
}

/// `alice@example.com`, or `@example.com` for everybody there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Agent(String);

impl TryFrom<String> for Agent {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let agent = text.trim().to_lowercase();
        let whole = if agent.starts_with('@') {
            format!("anybody{agent}")
        } else {
            agent.clone()
        };
        match whole.parse::<lettre::Address>() {
            Ok(_) => Ok(Self(agent)),
            Err(_) => Err(in_both(
                "this is not a mail address: write alice@example.com, or @example.com for everybody there",
                "这不是邮箱地址；请写成 alice@example.com，或用 @example.com 表示那里的所有人",
            )),
        }
    }
}

/// The name or address of a server, without scheme and port.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct Host(String);

impl TryFrom<String> for Host {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        check_host(&text, "smtp.example.com").map(Self)
    }
}

/// Domain behind the `@` of a Message-ID.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Domain(String);

impl TryFrom<String> for Domain {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match lettre::Address::new("anybody", &text) {
            Ok(_) if text.is_ascii() => Ok(Self(text)),
            _ => Err(in_both(
                "this is not a domain: write something like desk.example.com",
                "这不是域名；请写成类似 desk.example.com",
            )),
        }
    }
}

#[cfg(test)]
mod tests;
