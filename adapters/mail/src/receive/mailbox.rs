//! The IMAP connection: each step takes only so long and ends when the program stops.

use crate::server_text::hide;
use crate::settings::{Imap, Security};
use crate::{charset, tls};
use async_imap::error::Error;
use async_imap::types::{Fetch, UnsolicitedResponse};
use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use groupdesk_contract::{AdapterError, StorageError};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

/// The level at which async-imap logs the password does not exist in this program.
const _: () = assert!((log::STATIC_MAX_LEVEL as usize) < (log::LevelFilter::Trace as usize));

/// The timeout of one step of the IMAP dialogue; large mails come over slow lines.
const STEP_TIMEOUT: Duration = Duration::from_secs(90);

/// The reason for which reading the mailbox ended.
#[derive(Debug)]
pub(super) enum End {
    /// The program stops.
    Shutdown,
    /// The desk takes no more.
    Desk(AdapterError),
    /// A new connection may mend it.
    Lost(Failure),
}

/// A failure of the connection, with its reason in a sentence for an admin.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) reason: String,
    /// The server refuses the login: an early retry is no use.
    pub(super) refused: bool,
    /// The server does not accept the user or the password.
    pub(super) is_password: bool,
    /// The fault may lie in the requested mail: it is skipped after so many tries.
    pub(super) tries: Option<u32>,
}

impl End {
    pub(super) fn lost(reason: impl Into<String>) -> Self {
        Self::Lost(Failure {
            reason: reason.into(),
            refused: false,
            is_password: false,
            tries: None,
        })
    }
}

impl From<StorageError> for End {
    fn from(error: StorageError) -> Self {
        Self::lost(format!("what was read can't be remembered: {error}"))
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

type Socket = Box<dyn Wire>;

/// A folder that is open.
pub(super) struct Mailbox<'a> {
    session: Session<Socket>,
    steps: Steps<'a>,
    /// The server announces new mail by itself.
    pub(super) idles: bool,
    /// UIDs are good as long as this number stands.
    pub(super) validity: u32,
    /// The UID that the next mail gets; `None` if the server doesn't tell.
    pub(super) next: Option<u32>,
    /// The number of times in a row that new mail came between a search and IDLE.
    missed: u32,
}

/// Waits for one step of the server, or for the end.
#[derive(Clone, Copy)]
struct Steps<'a> {
    shutdown: &'a CancellationToken,
    password: &'a str,
}

impl Steps<'_> {
    async fn take<T>(&self, what: &str, step: impl Future<Output = Result<T, Error>>) -> Result<T, End> {
        let done = tokio::select! {
            biased;
            () = self.shutdown.cancelled() => return Err(End::Shutdown),
            done = timeout(STEP_TIMEOUT, step) => done,
        };
        match done {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(End::Lost(Failure {
                tries: tries(&error),
                refused: false,
                is_password: false,
                reason: hide(&format!("{what}: {}", plainly(&error)), self.password),
            })),
            Err(_) => Err(End::lost(format!("{what}: no answer in time"))),
        }
    }
}

/// An error in words: what the server says in its refusal, without the library's own form of it.
fn plainly(error: &Error) -> String {
    let told = error.to_string();
    let said = ["information: Some(\"", "info: Some(\""]
        .iter()
        .find_map(|before| told.split_once(before))
        .and_then(|(_, said)| said.rsplit_once("\")"));
    match said {
        Some((said, _)) if told.contains("code: None") => said.replace("\\\"", "\""),
        _ => told,
    }
}

/// An answer that we don't understand stays the same; an error of the server may pass.
fn tries(error: &Error) -> Option<u32> {
    match error {
        Error::Bad(_) | Error::No(_) => Some(10),
        Error::Parse(_) => Some(3),
        Error::Io(error) if matches!(error.kind(), io::ErrorKind::Other | io::ErrorKind::InvalidData) => {
            Some(3)
        }
        _ => None,
    }
}

impl<'a> Mailbox<'a> {
    /// Connects, logs in and opens the folder.
    pub(super) async fn open(
        imap: &'a Imap,
        config: &Arc<ClientConfig>,
        shutdown: &'a CancellationToken,
    ) -> Result<Self, End> {
        let password = imap.login.password.expose();
        let steps = Steps { shutdown, password };
        let place = format!("no connection to {}:{}", imap.server.host, imap.server.port);
        let client = steps
            .take(&place, connect(imap, config))
            .await
            .map_err(|end| at_tls(imap, end))?;
        let login = async {
            client
                .login(&imap.login.username, password)
                .await
                .map_err(|(error, _)| error)
        };
        let login = steps.take("the mail server does not let us in", login).await;
        let mut session = login.map_err(|end| match end {
            // RFC 5530 has words for "not now"; any other no is about who we are.
            End::Lost(failure) if failure.tries.is_some() && !failure.reason.contains("UNAVAILABLE") => {
                End::Lost(Failure {
                    reason: format!(
                        "{} (user `{}`; look at `imap.username` and `imap.password`)",
                        failure.reason, imap.login.username
                    ),
                    refused: true,
                    is_password: true,
                    tries: None,
                })
            }
            end => end,
        })?;
        let known = steps
            .take("the server does not say what it can do", session.capabilities())
            .await?;
        if known.has_str("ID") {
            // Some providers (163.com) open no folder for a program that does not say what it is.
            let name = [
                ("name", Some("groupdesk")),
                ("version", Some(env!("CARGO_PKG_VERSION"))),
            ];
            steps
                .take("the server does not take our name", session.id(name))
                .await?;
        }
        let what = format!("folder `{}` can't be opened (look at `imap.folder`)", imap.folder);
        let folder = steps
            .take(&what, session.select(charset::folder(&imap.folder)))
            .await?;
        let Some(validity) = folder.uid_validity else {
            return Err(End::lost(
                "the server numbers no mail (UIDVALIDITY), so what was read can't be remembered",
            ));
        };
        Ok(Self {
            session,
            steps,
            idles: known.has_str("IDLE"),
            validity,
            next: folder.uid_next,
            missed: 0,
        })
    }

    /// The UIDs that a search finds, in order.
    pub(super) async fn search(&mut self, query: &str) -> Result<Vec<u32>, End> {
        // The search finds what was told before it.
        while self.session.unsolicited_responses.try_recv().is_ok() {}
        let found = self
            .steps
            .take("the server can't search", self.session.uid_search(query))
            .await?;
        let mut uids: Vec<u32> = found.into_iter().collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// Parts of one mail; `None` when it is gone.
    pub(super) async fn fetch(&mut self, uid: u32, parts: &str) -> Result<Option<Fetch>, End> {
        let session = &mut self.session;
        let fetch = async {
            let fetched = session.uid_fetch(uid.to_string(), parts).await?;
            fetched.try_collect::<Vec<Fetch>>().await
        };
        let fetched = self
            .steps
            .take(&format!("mail {uid} can't be fetched"), fetch)
            .await?;
        Ok(fetched.into_iter().find(|fetch| fetch.uid == Some(uid)))
    }

    /// Marks a mail as read. A folder in which nothing can be marked is read all the same.
    pub(super) async fn mark(&mut self, uid: u32) -> Result<(), End> {
        let session = &mut self.session;
        let mark = async {
            let marked = session
                .uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)")
                .await?;
            marked.try_collect::<Vec<Fetch>>().await
        };
        match self.steps.take("the mail can't be marked as read", mark).await {
            Err(End::Lost(failure)) if failure.tries.is_some() => {
                tracing::debug!(uid, reason = failure.reason, "not marked as read");
                Ok(())
            }
            marked => marked.map(|_| ()),
        }
    }

    /// Waits for new mail, at most for `longest`; asks the server to announce it.
    pub(super) async fn idle(mut self, longest: Duration, poll: Duration) -> Result<Self, End> {
        let news = self.session.unsolicited_responses.clone();
        let mut idle = self.session.idle();
        self.steps.take("IDLE", idle.init()).await?;
        // What came after the last search and before IDLE is told only once.
        let mut missed = false;
        while let Ok(response) = news.try_recv() {
            missed |= matches!(response, UnsolicitedResponse::Exists(_));
        }
        self.missed = if missed { self.missed + 1 } else { 0 };
        let longest = match self.missed {
            0 => longest,
            1..=3 => Duration::ZERO,
            // Some servers say how many mails there are whatever they are asked; that is no news.
            _ => poll,
        };
        // Its own limit begins anew at every "still here" of the server.
        let (wait, interrupt) = idle.wait_with_timeout(longest);
        tokio::select! {
            () = self.steps.shutdown.cancelled() => return Err(End::Shutdown),
            _ = timeout(longest, wait) => {}
        }
        drop(interrupt);
        let session = self.steps.take("IDLE", idle.done()).await?;
        Ok(Self { session, ..self })
    }

    /// Waits for `poll`, and lets the server tell what is new.
    pub(super) async fn rest(&mut self, poll: Duration) -> Result<(), End> {
        tokio::select! {
            () = self.steps.shutdown.cancelled() => return Err(End::Shutdown),
            () = tokio::time::sleep(poll) => {}
        }
        self.steps.take("the server is gone", self.session.noop()).await
    }

    /// Logs out; a failure does no harm.
    pub(super) async fn leave(mut self) {
        let _ = timeout(Duration::from_secs(2), self.session.logout()).await;
    }
}

/// A fault of TLS, with the key that may mend it.
fn at_tls(imap: &Imap, end: End) -> End {
    match end {
        End::Lost(failure) => match tls::advice("imap", &imap.server, &failure.reason) {
            Some(advice) => End::Lost(Failure {
                reason: format!("{advice} ({})", failure.reason),
                refused: true,
                is_password: false,
                tries: None,
            }),
            None => End::Lost(failure),
        },
        end => end,
    }
}

async fn connect(imap: &Imap, config: &Arc<ClientConfig>) -> Result<Client<Socket>, Error> {
    let server = &imap.server;
    let tcp = TcpStream::connect((server.host.as_str(), server.port)).await?;
    tcp.set_nodelay(true)?;
    let socket: Socket = match server.security {
        Security::None => Box::new(tcp),
        Security::Tls => Box::new(wrap(&server.host, config, tcp).await?),
        Security::StartTls => {
            let mut plain = greeted(Client::new(tcp)).await?;
            plain
                .run_command_and_check_ok("STARTTLS", None)
                .await
                .map_err(no_starttls)?;
            // What was sent along with the answer, in the clear, is dropped with the client.
            let encrypted = wrap(&server.host, config, plain.into_inner()).await?;
            return Ok(Client::new(Box::new(encrypted)));
        }
    };
    greeted(Client::new(socket)).await
}

fn no_starttls(error: Error) -> Error {
    match error {
        Error::Bad(said) => Error::Bad(format!("STARTTLS: {said}")),
        Error::No(said) => Error::No(format!("STARTTLS: {said}")),
        error => error,
    }
}

async fn greeted<T: Wire>(mut client: Client<T>) -> Result<Client<T>, Error> {
    match client.read_response().await? {
        Some(_) => Ok(client),
        None => Err(Error::ConnectionLost),
    }
}

async fn wrap(host: &str, config: &Arc<ClientConfig>, tcp: TcpStream) -> io::Result<impl Wire + use<>> {
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    TlsConnector::from(Arc::clone(config)).connect(name, tcp).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_server() {
        for said in [
            "Outcome { code: None, information: Some(\"[NONEXISTENT] no \\\"x\\\"\") }",
            "code: None, info: Some(\"[NONEXISTENT] no \\\"x\\\"\")",
        ] {
            let told = plainly(&Error::No(said.to_owned()));
            assert_eq!(told, "[NONEXISTENT] no \"x\"");
        }
        let told = plainly(&Error::No("code: Some(Alert), info: Some(\"x\")".to_owned()));
        assert!(told.contains("Alert"), "{told}");
        assert!(plainly(&Error::ConnectionLost).contains("lost"));
    }
}
