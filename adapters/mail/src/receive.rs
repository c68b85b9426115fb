//! Answers out of the IMAP mailbox: each is committed by the desk first, then its UID is remembered, then it is marked as
//! read. So no mail is lost, and one that comes twice after a crash is known to the desk by its Message-ID.

mod mailbox;
mod said;

use crate::Mail;
use crate::read::{Read, Rules};
use crate::settings::Imap;
use async_imap::types::Fetch;
use groupdesk_contract::{AdapterError, Event, Link};
use jiff::{SignedDuration, Timestamp};
use mailbox::{End, Failure, Mailbox};
use rustls::ClientConfig;
use said::Said;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long one IDLE lasts. Servers may end it after 30 minutes, and what stands between forgets quiet connections
/// earlier than that.
const IDLE: Duration = Duration::from_secs(9 * 60);

/// The pause before a lost connection is made again; doubled each time, up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The pause after a refused password: servers shut out whoever tries too often.
const REFUSED_PAUSE: Duration = Duration::from_secs(300);

/// A connection that held for this long was a good one: the pauses begin anew.
const HELD: Duration = Duration::from_secs(60);

/// How far back a mailbox is read of which nothing is remembered: one that is new to us, or was rebuilt.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long what was passed on is remembered: longer than any mailbox is read back.
const SAID: SignedDuration = SignedDuration::from_hours(8 * 24);

/// Under which it is remembered.
const SAID_KEY: &str = "said";

/// So much of a mail is fetched, in bytes; the words stand in front.
const MOST: u32 = 10 * 1024 * 1024;

/// Receives until the link says stop.
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
        told: None,
        stuck: (0, 0),
        said: Said::default(),
    };
    let mut pause = PAUSE;
    loop {
        let started = Instant::now();
        let failure = match receiver.serve().await {
            Ok(()) | Err(End::Shutdown) => return Ok(()),
            Err(End::Desk(error)) => return Err(error),
            Err(End::Lost(failure)) => failure,
        };
        let refused = failure.refused;
        receiver.tell(Some(failure)).await?;
        if started.elapsed() >= HELD {
            pause = PAUSE;
        }
        let wait = if refused { REFUSED_PAUSE } else { pause };
        pause = (pause * 2).min(LONGEST_PAUSE);
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

struct Receiver<'a> {
    mail: &'a Mail,
    imap: &'a Imap,
    tls: &'a Arc<ClientConfig>,
    link: &'a Link,
    /// Why the connection is down, as it was told last.
    told: Option<String>,
    /// The mail that could not be fetched, and how often.
    stuck: (u32, u32),
    /// What was passed on lately.
    said: Said,
}

impl Receiver<'_> {
    /// Tells the desk that the account is connected, or why not; the same reason once.
    async fn tell(&mut self, failure: Option<Failure>) -> Result<(), AdapterError> {
        let Some(Failure { reason, .. }) = failure else {
            self.told = None;
            return self.link.post(Event::Connected).await;
        };
        if self.told.as_ref() == Some(&reason) {
            return Ok(());
        }
        tracing::warn!(account = %self.mail.account, %reason, "the mailbox can't be read");
        self.told = Some(reason.clone());
        self.link.post(Event::Disconnected { reason }).await
    }

    /// One connection, to its end.
    async fn serve(&mut self) -> Result<(), End> {
        let mut mailbox = Mailbox::open(self.imap, self.tls, &self.link.shutdown).await?;
        let threads = self.mail.threads().await.map_err(End::lost)?;
        let rules = Rules {
            settings: &self.mail.settings,
            threads,
        };
        self.tell(None).await.map_err(End::Desk)?;
        let said = self.mail.memory.get(SAID_KEY).await?;
        self.said = Said::read(&said.unwrap_or_default());
        let key = format!("imap:{}:{}", mailbox.validity, self.imap.folder);
        let remembered = self.mail.memory.get(&key).await?;
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
                self.take(&mut mailbox, rules, &key, uid).await?;
                last = Some(uid);
                news = true;
                if self.link.shutdown.is_cancelled() {
                    mailbox.leave().await;
                    return Ok(());
                }
            }
            if last.is_none() {
                let before = mailbox.next.map_or(0, |next| next.saturating_sub(1));
                self.mail.memory.put(&key, &before.to_string()).await?;
                last = Some(before);
            }
            if news {
                // More may have come meanwhile.
                continue;
            }
            if mailbox.idles {
                mailbox = mailbox.idle(IDLE, self.imap.poll).await?;
            } else {
                mailbox.rest(self.imap.poll).await?;
            }
        }
    }

    fn since(&self) -> String {
        match self.mail.clock.now().checked_sub(BACK) {
            Ok(day) => format!("SINCE {}", day.strftime("%d-%b-%Y")),
            Err(_) => "ALL".to_owned(),
        }
    }

    /// Looks at one mail and remembers that it was looked at.
    async fn take(
        &mut self,
        mailbox: &mut Mailbox<'_>,
        rules: Rules<'_>,
        key: &str,
        uid: u32,
    ) -> Result<(), End> {
        let account = &self.mail.account;
        let read = match self.look(mailbox, rules, uid).await {
            Ok(read) => read,
            Err(End::Lost(failure)) => {
                if let Some(tries) = failure.tries
                    && self.is_hopeless(uid, tries)
                {
                    let reason = &failure.reason;
                    tracing::error!(%account, uid, reason, "a mail can't be read and is passed over: look at it yourself");
                    self.mail.memory.put(key, &uid.to_string()).await?;
                }
                return Err(End::Lost(failure));
            }
            Err(end) => return Err(end),
        };
        let said = match read {
            Read::Said(message) if self.said.contains(message.id.as_str()) => {
                tracing::debug!(%account, uid, "an answer was passed on before");
                true
            }
            Read::Said(message) => {
                let id = message.id.clone();
                // From here to the memory nothing waits for the server, so that stopping comes not between the two.
                self.link
                    .deliver(Event::Message(*message))
                    .await
                    .map_err(End::Desk)?;
                self.said.add(id.as_str(), self.mail.clock.now(), SAID);
                self.mail.memory.put(SAID_KEY, &self.said.text()).await?;
                true
            }
            Read::Bounced { ticket, report } => {
                tracing::warn!(%account, ticket, %report, "a mail did not arrive, or not yet");
                false
            }
            Read::Empty { ticket, from } => {
                tracing::warn!(%account, ticket, %from, "nothing stands above the line in an answer: it reached nobody");
                false
            }
            Read::Left(reason) => {
                tracing::debug!(%account, uid, reason, "a mail is left alone");
                false
            }
        };
        self.mail.memory.put(key, &uid.to_string()).await?;
        if said {
            mailbox.mark(uid).await?;
        }
        Ok(())
    }

    /// Counts a failure of a mail.
    fn is_hopeless(&mut self, uid: u32, tries: u32) -> bool {
        let before = if self.stuck.0 == uid { self.stuck.1 } else { 0 };
        self.stuck = (uid, before + 1);
        self.stuck.1 >= tries
    }

    /// Fetches a mail, whole only if its headers are of interest.
    async fn look(&self, mailbox: &mut Mailbox<'_>, rules: Rules<'_>, uid: u32) -> Result<Read, End> {
        const GONE: Read = Read::Left("it is gone");
        let Some(head) = mailbox.fetch(uid, "(UID BODY.PEEK[HEADER])").await? else {
            return Ok(GONE);
        };
        if let Some(reason) = rules.screen(head.header().unwrap_or_default()) {
            return Ok(Read::Left(reason));
        }
        let whole = format!("(UID INTERNALDATE BODY.PEEK[]<0.{MOST}>)");
        let Some(fetched) = mailbox.fetch(uid, &whole).await? else {
            return Ok(GONE);
        };
        let received = received(&fetched).unwrap_or_else(|| self.mail.clock.now());
        Ok(rules.read(fetched.body().unwrap_or_default(), received))
    }
}

/// When the mailbox got the mail; what its Date says is the sender's own idea.
fn received(mail: &Fetch) -> Option<Timestamp> {
    Timestamp::from_second(mail.internal_date()?.timestamp()).ok()
}
