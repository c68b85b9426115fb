//! Answers out of the IMAP mailbox: each is committed by the desk first, then its UID is remembered, then it is marked as
//! read. So no mail is lost, and one that comes twice after a crash is known to the desk by its Message-ID.

mod answer_index;
mod mailbox;
mod repeats;

use crate::Mail;
use crate::read::{self, Arrived, Back, Bounce, Read, Rules, Which, Why};
use crate::sent_lines::Sent;
use crate::settings::Imap;
use crate::thread::fingerprint;
pub(crate) use answer_index::Said;
use async_imap::types::Fetch;
use groupdesk_contract::{AdapterError, Event, FileBytes, Link, Undelivered};
use groupdesk_kit::AccountStatus;
use groupdesk_texts::Catalogue;
use jiff::{SignedDuration, Timestamp};
use mailbox::{End, Failure, Mailbox};
use repeats::{Came, Repeats};
use rustls::ClientConfig;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The longest IDLE, 9 minutes. Servers may end it after 30, and firewalls drop quiet connections earlier than that.
const IDLE_TIMEOUT: Duration = Duration::from_secs(9 * 60);

/// The pause before a lost connection is made again; doubled each time.
const BACKOFF_MIN: Duration = Duration::from_secs(1);
/// The longest pause before a lost connection is made again.
const BACKOFF_MAX: Duration = Duration::from_secs(60);

/// The retry delay after a refused password: servers lock out clients that retry too often.
const REFUSED_PAUSE: Duration = Duration::from_secs(300);

/// A connection that held for this long was a good one: the pauses begin anew.
const STABLE_CONNECTION_AFTER: Duration = Duration::from_secs(60);

/// The reach into the past in a mailbox without a remembered position: a new one, or one that was rebuilt.
const CATCH_UP_REACH: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The time for which passed-on answers are remembered; longer than [`CATCH_UP_REACH`].
const SAID: SignedDuration = SignedDuration::from_hours(8 * 24);

/// The store's key of the index.
pub(crate) const SAID_KEY: &str = "said";

/// The most bytes that are fetched of a mail; the text stands in front.
const MAX_MAIL_BYTES: u32 = 20 * 1024 * 1024;

/// The lifetime of the alert about a refused mail, if no further one follows.
const REFUSED_ALERT_TIME: SignedDuration = SignedDuration::from_hours(1);
/// The lifetime of the alert about a bounced mail, if no further one follows.
const BOUNCED_ALERT_TIME: SignedDuration = SignedDuration::from_hours(6);

/// The most mails whose failed recipients are remembered.
const MAX_BOUNCED: usize = 200;

/// The same of a program that answers every mail.
const PROGRAM_STANDS: SignedDuration = SignedDuration::from_hours(1);

/// Receives until the link asks it to stop.
pub(crate) async fn run(
    mail: &Mail,
    imap: &Imap,
    tls: &Arc<ClientConfig>,
    link: &Link,
) -> Result<(), AdapterError> {
    let mut receiver = Receiver {
        mail,
        imap,
        tls,
        link,
        status: AccountStatus::new(link.clone()),
        stuck: (0, 0),
        said: Said::default(),
        repeats: Repeats::default(),
        bounced: BTreeMap::new(),
    };
    let mut pause = BACKOFF_MIN;
    loop {
        let started = Instant::now();
        let failure = match receiver.serve().await {
            Ok(()) | Err(End::Shutdown) => return Ok(()),
            Err(End::Desk(error)) => return Err(error),
            Err(End::Lost(failure)) => failure,
        };
        let refused = failure.refused;
        receiver.tell(Some(failure)).await?;
        if started.elapsed() >= STABLE_CONNECTION_AFTER {
            pause = BACKOFF_MIN;
        }
        let wait = if refused { REFUSED_PAUSE } else { pause };
        pause = (pause * 2).min(BACKOFF_MAX);
        if receiver.status.pause(wait).await.is_break() {
            return Ok(());
        }
    }
}

struct Receiver<'a> {
    mail: &'a Mail,
    imap: &'a Imap,
    tls: &'a Arc<ClientConfig>,
    link: &'a Link,
    status: AccountStatus,
    /// The mail that could not be fetched, and how often.
    stuck: (u32, u32),
    /// The answers that were passed on lately.
    said: Said,
    repeats: Repeats,
    /// The recipients that a mail of ours did not reach, by its Message-ID.
    bounced: BTreeMap<String, BTreeSet<String>>,
}

/// Fetches a file out of a mail that was passed on: `VALIDITY/UID/WHICH`.
pub(crate) async fn fetch(
    mail: &Mail,
    imap: &Imap,
    tls: &Arc<ClientConfig>,
    file: &str,
) -> Result<FileBytes, String> {
    let unknown = || format!("`{file}` is no file of this account");
    let mut parts = file.splitn(3, '/');
    let mut next = || parts.next().ok_or_else(unknown);
    let validity: u32 = next()?.parse().map_err(|_| unknown())?;
    let uid: u32 = next()?.parse().map_err(|_| unknown())?;
    let which = Which::read(next()?).ok_or_else(unknown)?;
    let shutdown = CancellationToken::new();
    let lost = |end: End| match end {
        End::Lost(failure) => failure.reason,
        End::Shutdown | End::Desk(_) => "the program stops".to_owned(),
    };
    let mut mailbox = Mailbox::open(imap, tls, &shutdown).await.map_err(lost)?;
    let found = async {
        if mailbox.validity != validity {
            return Err("the mailbox was rebuilt, and its mails have other numbers".to_owned());
        }
        let whole = format!("(UID BODY.PEEK[]<0.{MAX_MAIL_BYTES}>)");
        let fetched = mailbox.fetch(uid, &whole).await.map_err(lost)?;
        fetched.ok_or_else(|| "the mail is no longer in the folder".to_owned())
    };
    let found = found.await;
    mailbox.leave().await;
    let fetched = found?;
    let raw = fetched.body().unwrap_or_default();
    let gone = || "the file is no longer in the mail".to_owned();
    if which == Which::Text {
        let threads = mail.threads().await?;
        let sent = mail.sent().await.map_err(|error| error.to_string())?;
        let none = Sent::default();
        let rules = Rules {
            account: &mail.account,
            settings: &mail.settings,
            threads,
            sent: sent.as_ref().unwrap_or(&none),
        };
        let text = rules.whole_text(raw).ok_or_else(gone)?;
        return Ok(FileBytes {
            kind: "text/plain".to_owned(),
            bytes: text.into_bytes(),
        });
    }
    let (kind, bytes) = read::file(raw, which).ok_or_else(gone)?;
    Ok(FileBytes { kind, bytes })
}

impl Receiver<'_> {
    /// Tells the desk that the account is connected, or why not; the same reason once.
    async fn tell(&mut self, failure: Option<Failure>) -> Result<(), AdapterError> {
        let alarm = &self.mail.alarm;
        let Some(Failure {
            reason,
            refused,
            is_password,
            ..
        }) = failure
        else {
            self.status.connected().await?;
            alarm.resolve("imap").await;
            return Ok(());
        };
        let now = self.mail.clock.now();
        let message = format!("{}: {reason}", Catalogue::both().mail_not_received());
        if refused {
            alarm.fire("imap", message, now, None).await;
        } else {
            alarm.fire_if_it_lasts("imap", message, now).await;
        }
        let is_news = match is_password {
            true => self.status.bad_credentials(&reason).await?,
            false => self.status.disconnected(&reason).await?,
        };
        if is_news {
            tracing::warn!(account = %self.mail.account, %reason, "the mailbox can't be read");
        }
        Ok(())
    }

    /// Serves one connection, to its end.
    async fn serve(&mut self) -> Result<(), End> {
        let mut mailbox = Mailbox::open(self.imap, self.tls, &self.link.shutdown).await?;
        self.mail.threads().await.map_err(End::lost)?;
        self.tell(None).await.map_err(End::Desk)?;
        let said = self.mail.storage.get(SAID_KEY).await?;
        self.said = Said::read(&said.unwrap_or_default());
        let key = format!("imap:{}:{}", mailbox.validity, self.imap.folder);
        let remembered = self.mail.storage.get(&key).await?;
        let mut last = remembered.and_then(|uid| uid.parse::<u32>().ok());
        loop {
            let query = match last {
                Some(last) => format!("UID {}:*", last.saturating_add(1)),
                None => self.since(),
            };
            let mut news = false;
            for uid in mailbox.search(&query).await? {
                // `n:*` names the last mail also where it stands below n.
                if last.is_some_and(|last| uid <= last) {
                    continue;
                }
                self.take(&mut mailbox, &key, uid).await?;
                last = Some(uid);
                news = true;
                if self.link.shutdown.is_cancelled() {
                    mailbox.leave().await;
                    return Ok(());
                }
            }
            if last.is_none() {
                let before = mailbox.next.map_or(0, |next| next.saturating_sub(1));
                self.mail.storage.put(&key, &before.to_string()).await?;
                last = Some(before);
            }
            if news {
                // More may have come meanwhile.
                continue;
            }
            self.mail.alarm.expire(self.mail.clock.now()).await;
            if mailbox.idles {
                mailbox = mailbox.idle(IDLE_TIMEOUT, self.imap.poll).await?;
            } else {
                mailbox.rest(self.imap.poll).await?;
            }
        }
    }

    fn since(&self) -> String {
        match self.mail.clock.now().checked_sub(CATCH_UP_REACH) {
            Ok(day) => format!("SINCE {}", day.strftime("%d-%b-%Y")),
            Err(_) => "ALL".to_owned(),
        }
    }

    /// Looks at one mail and remembers that it was looked at.
    async fn take(&mut self, mailbox: &mut Mailbox<'_>, key: &str, uid: u32) -> Result<(), End> {
        let account = &self.mail.account;
        let read = match self.look(mailbox, uid).await {
            Ok(read) => read,
            Err(End::Lost(failure)) => {
                if let Some(tries) = failure.tries
                    && self.is_hopeless(uid, tries)
                {
                    let reason = &failure.reason;
                    tracing::error!(%account, uid, reason, "a mail can't be read and is passed over: look at it yourself");
                    self.mail.storage.put(key, &uid.to_string()).await?;
                }
                return Err(End::Lost(failure));
            }
            Err(end) => return Err(end),
        };
        let said = match read {
            Read::Said { message, .. } if self.said.contains(message.id.as_str()) => {
                tracing::debug!(%account, uid, "an answer was passed on before");
                true
            }
            Read::Said { message, written, .. } if self.is_program(&message, written) => {
                let from = message.sender.id.as_str();
                let reason = "the same words come again and again, or mails come faster than people write: a program answers there";
                self.refused(message.ticket, from, reason, PROGRAM_STANDS).await;
                let back = Back {
                    target: message.channel.id.as_str().to_owned(),
                    ticket: message.ticket,
                    to: from.to_owned(),
                    answers: message.id.as_str().to_owned(),
                    why: Why::Program,
                    pictures_left: 0,
                };
                self.mail.answer(&back).await;
                false
            }
            Read::Said { message, told, .. } => {
                let id = message.id.clone();
                let from = message.sender.id.clone();
                self.mail.wrote(id.as_str(), from.as_str());
                // From here to the memory nothing waits for the server, so that stopping comes not between the two.
                self.link
                    .deliver(Event::Message(*message))
                    .await
                    .map_err(End::Desk)?;
                self.said
                    .add(id.as_str(), Some(from.as_str()), self.mail.clock.now(), SAID);
                self.mail.storage.put(SAID_KEY, &self.said.text()).await?;
                if let Some(back) = told {
                    self.mail.answer(&back).await;
                }
                true
            }
            Read::Bounced(bounce) => {
                self.bounced(bounce).await?;
                false
            }
            Read::Returned(back) if self.said.contains(&back.answers) => false,
            Read::Returned(back) => {
                // It is not said twice either.
                self.said.add(&back.answers, None, self.mail.clock.now(), SAID);
                self.mail.storage.put(SAID_KEY, &self.said.text()).await?;
                self.mail.answer(&back).await;
                false
            }
            Read::Refused { ticket, from, reason } => {
                self.refused(ticket, &from, reason, REFUSED_ALERT_TIME).await;
                false
            }
            Read::Left(reason) => {
                tracing::debug!(%account, uid, reason, "a mail is left alone");
                false
            }
        };
        self.mail.storage.put(key, &uid.to_string()).await?;
        if said {
            mailbox.mark(uid).await?;
        }
        Ok(())
    }

    /// True if a program wrote the message, judged by the earlier ones. Commands don't count: people repeat them.
    fn is_program(&mut self, message: &groupdesk_contract::Message, written: Timestamp) -> bool {
        let text = message.text();
        let who = format!(
            "{} {} {:?}",
            message.channel.id, message.sender.id, message.ticket
        );
        let came = Came {
            written,
            read: self.mail.clock.now(),
            text: fingerprint(&text),
            answers: message.quote().map(|quote| fingerprint(quote.message.as_str())),
        };
        !text.trim_start().starts_with(['/', '／']) && self.repeats.is_program(&who, came)
    }

    /// Tells admins of a mail that was not taken. Nobody is answered: From may be anybody's.
    async fn refused(&self, ticket: Option<u64>, from: &str, reason: &str, stands: SignedDuration) {
        let account = &self.mail.account;
        tracing::warn!(%account, ticket, %from, reason, "a mail is not taken");
        let message = format!("{}: {reason}", Catalogue::both().mail_not_taken(from, ticket));
        let now = self.mail.clock.now();
        self.mail
            .alarm
            .fire("refused", message, now, now.checked_add(stands).ok())
            .await;
    }

    /// Reports a mail of ours that did not arrive; if it reached nobody, the other rooms get its content at once.
    async fn bounced(&mut self, bounce: Bounce) -> Result<(), End> {
        let account = &self.mail.account;
        let Bounce {
            target,
            message,
            ticket,
            recipients,
            is_final,
            report,
        } = bounce;
        tracing::warn!(%account, ticket, %report, "a mail did not arrive, or not yet");
        let now = self.mail.clock.now();
        let whom = if recipients.is_empty() {
            target.clone()
        } else {
            recipients.join(", ")
        };
        let texts = Catalogue::both();
        let told = if is_final {
            texts.mail_bounced(&whom, &target, ticket)
        } else {
            texts.mail_delayed(&whom, &target, ticket)
        };
        let told = format!("{told}: {report}");
        let name = format!("bounced/{target}");
        self.mail
            .alarm
            .fire(&name, told, now, now.checked_add(BOUNCED_ALERT_TIME).ok())
            .await;
        if !is_final {
            return Ok(());
        }
        if self.bounced.len() >= MAX_BOUNCED {
            self.bounced.pop_first();
        }
        let missed = self.bounced.entry(message.clone()).or_default();
        missed.extend(recipients);
        let to = self
            .mail
            .settings
            .targets
            .get(&target)
            .map(|target| target.to.as_slice())
            .unwrap_or_default();
        if to.len() > 1 && !to.iter().all(|to| missed.contains(&to.plain())) {
            return Ok(());
        }
        let undelivered = Undelivered {
            channel: target.as_str().into(),
            message: message.as_str().into(),
            reason: report,
            at: now,
        };
        self.link
            .deliver(Event::Undelivered(undelivered))
            .await
            .map_err(End::Desk)
    }

    /// Counts a failure of a mail.
    fn is_hopeless(&mut self, uid: u32, tries: u32) -> bool {
        let before = if self.stuck.0 == uid { self.stuck.1 } else { 0 };
        self.stuck = (uid, before + 1);
        self.stuck.1 >= tries
    }

    /// Fetches a mail, whole only if its headers are of interest.
    async fn look(&self, mailbox: &mut Mailbox<'_>, uid: u32) -> Result<Read, End> {
        const GONE: Read = Read::Left("it is gone");
        let Some(head) = mailbox.fetch(uid, "(UID BODY.PEEK[HEADER])").await? else {
            return Ok(GONE);
        };
        let threads = self.mail.threads().await.map_err(End::lost)?;
        let screen = Rules {
            account: &self.mail.account,
            settings: &self.mail.settings,
            threads,
            sent: &Sent::default(),
        };
        if let Some(reason) = screen.screen(head.header().unwrap_or_default()) {
            return Ok(Read::Left(reason));
        }
        let whole = format!("(UID INTERNALDATE BODY.PEEK[]<0.{MAX_MAIL_BYTES}>)");
        let Some(fetched) = mailbox.fetch(uid, &whole).await? else {
            return Ok(GONE);
        };
        let now = self.mail.clock.now();
        let raw = fetched.body().unwrap_or_default();
        let sent = self.mail.sent().await?;
        let none = Sent::default();
        let rules = Rules {
            sent: sent.as_ref().unwrap_or(&none),
            ..screen
        };
        Ok(rules.read(Arrived {
            raw,
            received: received(&fetched).unwrap_or(now),
            now,
            place: &format!("{}/{uid}", mailbox.validity),
            cut: raw.len() >= MAX_MAIL_BYTES as usize,
        }))
    }
}

/// The time at which the mailbox received the mail; its Date is only the sender's claim.
fn received(mail: &Fetch) -> Option<Timestamp> {
    Timestamp::from_second(mail.internal_date()?.timestamp()).ok()
}
