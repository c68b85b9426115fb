//! Sends one mail to the SMTP server and maps its responses to a delivery. The dialogue is held step by step, because only the
//! step tells whether a lost response leaves the mail unsent or in doubt.

use crate::server_text::hide;
use crate::settings::{Login, Security, Smtp};
use crate::tls;
use groupdesk_contract::{Delivery, MessageId};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::time::Duration;
use tokio::time::timeout;

/// The timeout of the dialogue up to the mail's data.
const DIALOGUE: Duration = Duration::from_secs(60);

/// The timeout of the server's response to the data; servers that scan the mail first are slow. RFC 5321 wants 10 minutes, too
/// long for somebody who waits for an answer.
const DATA_RESPONSE_TIMEOUT: Duration = Duration::from_secs(120);

/// The retry delay after a refused login or certificate: servers lock out clients that retry too often, and an admin must act
/// first.
const BROKEN_REST: Duration = Duration::from_secs(300);

/// The state of the server after an attempt, beside the outcome of the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Health {
    /// It took a mail, or would have.
    Good,
    /// It refused this mail, or whom it is for.
    Refused(String),
    /// It can't be used until somebody changes something: password, certificate, settings.
    Broken(String),
    /// It was not there, or put us off; that may pass.
    Away(String),
}

/// Checks that the server is reachable and accepts the login.
pub(crate) async fn probe(smtp: &Smtp, tls: &TlsParameters) -> Health {
    match timeout(DIALOGUE, connect(smtp, tls)).await {
        Ok(Ok(mut connection)) => {
            let _ = timeout(Duration::from_secs(2), connection.quit()).await;
            Health::Good
        }
        Ok(Err(error)) => health(smtp, &error),
        Err(_) => Health::Away(format!("{} did not answer in time", smtp.server.host)),
    }
}

fn health(smtp: &Smtp, error: &NotSent) -> Health {
    let password = smtp
        .login
        .as_ref()
        .map(|login| login.password.expose())
        .unwrap_or_default();
    let reason = hide(&error.reason, password);
    if error.broken {
        Health::Broken(reason)
    } else if error.last {
        Health::Refused(reason)
    } else {
        Health::Away(reason)
    }
}

/// Sends one mail.
pub(crate) async fn send(
    smtp: &Smtp,
    tls: &TlsParameters,
    id: &str,
    mail: &lettre::Message,
) -> (Delivery, Health) {
    let password = smtp
        .login
        .as_ref()
        .map(|login| login.password.expose())
        .unwrap_or_default();
    let said = |reason: String| hide(&reason, password);
    let bytes = mail.formatted();
    let mut connection = match timeout(DIALOGUE, prepare(smtp, tls, mail, &bytes)).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => {
            let health = health(smtp, &error);
            let NotSent {
                reason, last, after, ..
            } = error;
            let reason = said(reason);
            let delivery = if last {
                Delivery::Refused { reason }
            } else {
                Delivery::Later { reason, after }
            };
            return (delivery, health);
        }
        Err(_) => {
            let reason = format!("{} did not answer in time", smtp.server.host);
            let health = Health::Away(reason.clone());
            return (Delivery::Later { reason, after: None }, health);
        }
    };
    let outcome = timeout(DATA_RESPONSE_TIMEOUT, connection.message(&bytes)).await;
    // What it answers to the farewell changes nothing.
    let delivery = match outcome {
        Ok(Ok(_)) => Delivery::Sent {
            message: Some(MessageId::new(id)),
        },
        Ok(Err(error)) if error.is_permanent() => Delivery::Refused {
            reason: said(format!("the server refused the mail: {error}")),
        },
        Ok(Err(error)) if error.is_transient() => Delivery::Later {
            reason: said(format!("the server put the mail off: {error}")),
            after: None,
        },
        Ok(Err(error)) => Delivery::Unknown {
            reason: said(format!(
                "the connection ended before the server said whether it took the mail: {error}"
            )),
        },
        Err(_) => Delivery::Unknown {
            reason: "the server did not say in time whether it took the mail".to_owned(),
        },
    };
    if matches!(delivery, Delivery::Sent { .. }) {
        let _ = timeout(Duration::from_secs(2), connection.quit()).await;
    }
    let health = match &delivery {
        Delivery::Refused { reason } => Health::Refused(reason.clone()),
        Delivery::Later { reason, .. } => Health::Away(reason.clone()),
        Delivery::Sent { .. } | Delivery::Unknown { .. } => Health::Good,
    };
    (delivery, health)
}

/// The failure of an attempt that sent nothing.
struct NotSent {
    reason: String,
    last: bool,
    after: Option<Duration>,
    /// No mail will go out until somebody changes something.
    broken: bool,
}

impl NotSent {
    fn new(step: &str, error: &Error) -> Self {
        Self {
            reason: format!("{step}: {error}"),
            last: error.is_permanent(),
            after: None,
            broken: false,
        }
    }

    /// A fault of TLS or of the settings, which no further attempt mends by itself.
    fn at_tls(smtp: &Smtp, step: &str, error: &Error) -> Self {
        let told = causes(error);
        let not_sent = Self::passing(step, error);
        // Without STARTTLS the server names no error of TLS.
        let advice = if step.contains("STARTTLS") && !error.is_tls() && !told.contains("certificate") {
            error
                .is_client()
                .then(|| tls::advice("smtp", &smtp.server, "starttls"))
                .flatten()
        } else {
            tls::advice("smtp", &smtp.server, &told)
        };
        match advice {
            Some(advice) => Self {
                reason: format!("{advice} ({told})"),
                after: Some(BROKEN_REST),
                broken: true,
                ..not_sent
            },
            None => not_sent,
        }
    }

    fn passing(step: &str, error: &Error) -> Self {
        Self {
            last: false,
            ..Self::new(step, error)
        }
    }
}

/// An error with all that caused it, in a line.
fn causes(error: &Error) -> String {
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let words = next.to_string();
        if !told.contains(&words) {
            told = format!("{told}: {words}");
        }
        cause = next.source();
    }
    told
}

/// Holds the dialogue up to the server's "go ahead".
async fn prepare(
    smtp: &Smtp,
    tls: &TlsParameters,
    mail: &lettre::Message,
    bytes: &[u8],
) -> Result<AsyncSmtpConnection, NotSent> {
    let mut connection = connect(smtp, tls).await?;
    envelope(&mut connection, mail, bytes).await?;
    let ready = connection.command(Data).await;
    ready.map_err(|error| NotSent::new("the server does not take the mail", &error))?;
    Ok(connection)
}

/// A connection that is private and logged in, as the settings want it.
async fn connect(smtp: &Smtp, tls: &TlsParameters) -> Result<AsyncSmtpConnection, NotSent> {
    let server = &smtp.server;
    let hello = ClientId::default();
    let wrapped = (server.security == Security::Tls).then(|| tls.clone());
    let address = (server.host.as_str(), server.port);
    let mut connection = AsyncSmtpConnection::connect_tokio1(address, Some(DIALOGUE), &hello, wrapped, None)
        .await
        .map_err(|error| {
            let step = format!("no connection to {}:{}", server.host, server.port);
            NotSent::at_tls(smtp, &step, &error)
        })?;
    if server.security == Security::StartTls {
        let upgraded = connection.starttls(tls.clone(), &hello).await;
        upgraded.map_err(|error| NotSent::at_tls(smtp, "the server does not do STARTTLS", &error))?;
    }
    if let Some(Login { username, password }) = &smtp.login {
        let credentials = Credentials::new(username.clone(), password.expose().to_owned());
        let login = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
        // The mail is not at fault; once the password is put right it goes out.
        login.map_err(|error| NotSent {
            after: error.is_permanent().then_some(BROKEN_REST),
            broken: error.is_permanent(),
            ..NotSent::passing(
                &format!(
                    "the server does not let `{username}` in; look at `smtp.username` and `smtp.password`"
                ),
                &error,
            )
        })?;
    }
    Ok(connection)
}

/// Negotiates sender and recipients. One unreachable recipient doesn't keep the mail from the others.
async fn envelope(
    connection: &mut AsyncSmtpConnection,
    mail: &lettre::Message,
    bytes: &[u8],
) -> Result<(), NotSent> {
    let envelope = mail.envelope();
    let mut parameters = Vec::new();
    let addresses = envelope.from().into_iter().chain(envelope.to());
    if addresses
        .into_iter()
        .any(|address| !AsRef::<str>::as_ref(address).is_ascii())
    {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(NotSent {
                reason: "an address has letters beyond ASCII, which the server can't handle".to_owned(),
                last: true,
                after: None,
                broken: false,
            });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = Mail::new(envelope.from().cloned(), parameters);
    let taken = connection.command(from).await;
    taken.map_err(|error| NotSent::new("the server does not take mail from us", &error))?;
    let mut refused: Vec<(String, Error)> = Vec::new();
    for to in envelope.to() {
        if let Err(error) = connection.command(Rcpt::new(to.clone(), Vec::new())).await {
            if error.status().is_none() {
                return Err(NotSent::new("the server broke off", &error));
            }
            refused.push((to.to_string(), error));
        }
    }
    if refused.len() == envelope.to().len() {
        let last = refused.iter().all(|(_, error)| error.is_permanent());
        let reasons: Vec<String> = refused
            .iter()
            .map(|(to, error)| format!("{to}: {error}"))
            .collect();
        return Err(NotSent {
            reason: format!("the server does not take mail for {}", reasons.join("; ")),
            last,
            after: None,
            broken: false,
        });
    }
    for (to, error) in refused {
        tracing::warn!(%to, %error, "the mail goes to the others of the target only");
    }
    Ok(())
}
