//! Staff who work by mail: a ticket is a thread in their mailbox, and their answers to it go to the member.
//!
//! `settings` is the account's part of groupdesk.yaml. On the way out `write` makes a mail of a reply, under a Message-ID
//! that `thread` signs, and `send` hands it to the SMTP server; `sent` remembers what it said. On the way in `receive` waits for
//! the IMAP mailbox, `read` decides whether a mail is an answer to one of ours and by somebody who may answer, `html` and
//! `charset` make text of it, and `strip` leaves out what the mail program quoted. What can't be passed on goes back to whoever
//! wrote it. `alarm` tells the desk what is wrong with the servers; `tls` serves both.

#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod account_alerts;
mod charset;
mod html;
mod platform;
mod read;
mod receive;
mod send;
mod sent_lines;
mod server_text;
mod settings;
mod strip;
mod thread;
mod tls;
mod write;

pub use platform::PLATFORM;
pub use settings::{Address, Agent, Domain, Imap, Login, Security, Server, Settings, Smtp, Target};

use crate::account_alerts::{AccountAlert, MailLimit};
use crate::read::{Back, Why};
use crate::receive::{SAID_KEY, Said};
use crate::send::Health;
use crate::sent_lines::Sent;
use crate::thread::Threads;
use crate::write::Outgoing;
use async_trait::async_trait;
use groupdesk_contract::{
    AccountId, AccountState, Adapter, AdapterError, AddressError, Capabilities, ChannelId, Clock, Delivery,
    Event, FileBytes, Link, MemberId, NoteKind, Reply, ReplyKey, Secret, Segment, Storage, StorageError,
    check_target,
};
use groupdesk_texts::Catalogue;
use jiff::{SignedDuration, Timestamp};
use lettre::transport::smtp::client::TlsParameters;
use parking_lot::Mutex as StdMutex;
use rustls::ClientConfig;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, OnceCell};

/// The store's key of the secret for Message-IDs.
const SECRET: &str = "thread_secret";

/// The interval between probes of an SMTP server that can't be used.
const PROBE_INTERVAL: Duration = Duration::from_secs(300);

/// The most notices a day that tell one person the outcome of their answers. A program that answers each of them thus gets no
/// endless replies.
const OUTCOME_NOTICES_MAX: (usize, SignedDuration) = (5, SignedDuration::from_hours(24));

/// The most notices that tell a person that they are taken for a program. A program that answers it is taken for one again.
const TAKEN_FOR_PROGRAM: (usize, SignedDuration) = (1, SignedDuration::from_hours(1));

/// The most times an hour that the same text answers mails: it is no news, and may answer a program.
const SAME_WORDS: (usize, SignedDuration) = (2, SignedDuration::from_hours(1));

/// The most mails whose writers are remembered without a look into the store.
const MAX_WRITERS: usize = 200;

/// The lifetime of the alert about a refused mail, if no further refusal follows.
const REFUSED_STANDS: SignedDuration = SignedDuration::from_hours(6);

/// One account whose channels are groups of staff with a mail address each.
pub struct Mail {
    account: AccountId,
    settings: Settings,
    clock: Arc<dyn Clock>,
    storage: Arc<dyn Storage>,
    smtp_tls: TlsParameters,
    imap_tls: Option<Arc<ClientConfig>>,
    threads: OnceCell<Threads>,
    sent: Mutex<Option<Sent>>,
    alarm: AccountAlert,
    limit: MailLimit,
    /// The writers of the mails that were handed to the desk last, by Message-ID: it may answer before the store knows them.
    writers: StdMutex<VecDeque<(String, String)>>,
}

impl Mail {
    /// Makes the account `account` from `settings`. Nothing is connected before [`Adapter::run`] or [`Adapter::send`]. `storage`
    /// keeps the read position of the mailbox, and the secret by which answers are recognised.
    ///
    /// # Errors
    /// A sentence for the operator, if the settings can't be used together or TLS can't be set up.
    pub fn new(
        account: AccountId,
        settings: Settings,
        clock: Arc<dyn Clock>,
        storage: Arc<dyn Storage>,
    ) -> Result<Arc<Self>, String> {
        settings.check()?;
        let smtp_tls = tls::parameters(&settings.smtp.server)?;
        let imap_tls = settings
            .imap
            .as_ref()
            .map(|imap| tls::config(&imap.server))
            .transpose()?;
        Ok(Arc::new(Self {
            account,
            settings,
            clock,
            storage,
            smtp_tls,
            imap_tls,
            threads: OnceCell::new(),
            sent: Mutex::default(),
            alarm: AccountAlert::default(),
            limit: MailLimit::default(),
            writers: StdMutex::default(),
        }))
    }

    /// Returns the signer of our Message-IDs; makes its secret on first use.
    async fn threads(&self) -> Result<&Threads, String> {
        self.threads.get_or_try_init(|| self.make_threads()).await
    }

    async fn make_threads(&self) -> Result<Threads, String> {
        let not_now = |error| format!("the secret of the Message-IDs can't be kept: {error}");
        let secret = match &self.settings.thread_secret {
            Some(secret) => secret.clone(),
            None => match self.storage.get(SECRET).await.map_err(not_now)? {
                Some(secret) => Secret::new(secret),
                None => {
                    let secret = thread::new_secret()?;
                    self.storage.put(SECRET, secret.expose()).await.map_err(not_now)?;
                    secret
                }
            },
        };
        Ok(Threads::new(self.account.clone(), self.settings.domain(), secret))
    }

    /// Returns the fingerprints of recently sent mails; loads them from the store on first use.
    ///
    /// # Errors
    /// If the store can't be read.
    async fn sent(&self) -> Result<MutexGuard<'_, Option<Sent>>, StorageError> {
        let mut sent = self.sent.lock().await;
        if sent.is_none() {
            *sent = Some(Sent::load(&*self.storage).await?);
        }
        Ok(sent)
    }

    /// Remembers who wrote a mail, before the desk has it.
    fn wrote(&self, id: &str, from: &str) {
        let mut writers = self.writers.lock();
        writers.truncate(MAX_WRITERS - 1);
        writers.push_front((id.to_owned(), from.to_owned()));
    }

    /// Returns the target with the writer of the mail that a reply answers: whoever may answer is told what became of it, also
    /// where no mail of the target comes to them.
    async fn with_writer<'a>(&self, target: &'a Target, reply: &Reply) -> Cow<'a, Target> {
        let known = Cow::Borrowed(target);
        let Some(id) = reply.quote.as_ref().filter(|_| is_answer(reply)) else {
            return known;
        };
        let lately = {
            let writers = self.writers.lock();
            writers
                .iter()
                .find(|(wrote, _)| wrote == id.as_str())
                .map(|(_, from)| from.clone())
        };
        let writer = match lately {
            Some(writer) => Some(writer),
            None => {
                let said = self
                    .storage
                    .get(SAID_KEY)
                    .await
                    .ok()
                    .flatten()
                    .unwrap_or_default();
                Said::read(&said).writer(id.as_str()).map(str::to_owned)
            }
        };
        let Some(writer) = writer.filter(|writer| target.hears(writer)) else {
            return known;
        };
        let is_told = target.to.iter().any(|to| to.plain() == writer);
        match Address::try_from(writer) {
            Ok(writer) if !is_told => {
                let mut target = target.clone();
                target.to.push(writer);
                Cow::Owned(target)
            }
            _ => known,
        }
    }

    /// Sends a mail; remembers its text first.
    async fn post(&self, target: &str, outgoing: &Outgoing) -> Delivery {
        let remembered = async {
            let mut sent = self.sent().await?;
            let sent = sent.get_or_insert_default();
            sent.add(target, outgoing.ticket, &outgoing.body);
            sent.keep(&*self.storage).await
        };
        if let Err(error) = remembered.await {
            // Answers are told from their quotes by our first and last line as well.
            tracing::warn!(account = %self.account, %error, "what a mail says can't be remembered");
        }
        let (delivery, health) =
            send::send(&self.settings.smtp, &self.smtp_tls, &outgoing.id, &outgoing.mail).await;
        self.note(target, health).await;
        delivery
    }

    /// Tells of what is wrong with the SMTP server, and that it is right again.
    async fn note(&self, target: &str, health: Health) {
        let now = self.clock.now();
        let undeliverable = format!("undeliverable/{target}");
        match health {
            Health::Good => {
                self.alarm.resolve("smtp").await;
                self.alarm.resolve(&undeliverable).await;
            }
            Health::Refused(reason) => {
                self.alarm.resolve("smtp").await;
                let message = format!("{}: {reason}", Catalogue::both().mail_refused(target));
                self.alarm
                    .fire(&undeliverable, message, now, now.checked_add(REFUSED_STANDS).ok())
                    .await;
            }
            Health::Broken(reason) => {
                let message = format!("{}: {reason}", Catalogue::both().mail_not_sent());
                self.alarm.fire("smtp", message, now, None).await;
            }
            Health::Away(reason) => {
                let message = format!("{}: {reason}", Catalogue::both().mail_not_sent());
                self.alarm.fire_if_it_lasts("smtp", message, now).await;
            }
        }
    }

    /// Probes the SMTP server at the start, and as long as it can't be used: the operator learns of a wrong password before the
    /// first ticket.
    async fn watch(&self) {
        loop {
            let health = send::probe(&self.settings.smtp, &self.smtp_tls).await;
            let is_good = health == Health::Good;
            if is_good {
                // What was refused of single mails is not over with that.
                self.alarm.resolve("smtp").await;
            } else {
                self.note("", health).await;
            }
            tokio::time::sleep(PROBE_INTERVAL).await;
            if is_good {
                return;
            }
        }
    }

    /// Sends somebody the notice about the outcome of their answer; `is_last` if no further one follows for now.
    async fn tell(&self, back: &Back, is_last: bool, now: Timestamp) -> Result<(), String> {
        let threads = self.threads().await?;
        let outgoing = write::back(&self.settings, threads, back, is_last, now)?;
        match self.post(&back.target, &outgoing).await {
            Delivery::Sent { .. } => Ok(()),
            Delivery::Refused { reason } | Delivery::Later { reason, .. } | Delivery::Unknown { reason } => {
                Err(reason)
            }
        }
    }

    /// Tells somebody what became of their answer.
    async fn answer(&self, back: &Back) {
        let (account, to, ticket) = (&self.account, &back.to, back.ticket);
        tracing::warn!(%account, ticket, %to, why = ?back.why, "an answer was not passed on as it is; its writer is told");
        let now = self.clock.now();
        // Logos come with every mail of some people: that they stay behind is no news for ever, and no alert.
        if back.why == Why::Pictures {
            let more = self.limit.take(
                &format!("logos {to}"),
                now,
                OUTCOME_NOTICES_MAX.0,
                OUTCOME_NOTICES_MAX.1,
            );
            if let Some(more) = more
                && let Err(reason) = self.tell(back, more == 0, now).await
            {
                tracing::warn!(%account, ticket, %to, %reason, "small pictures of an answer were not passed on, and its writer can't be told");
            }
            return;
        }
        let (name, limit) = match back.why {
            Why::Program => (format!("program {to} {ticket:?}"), TAKEN_FOR_PROGRAM),
            _ => (format!("back {to}"), OUTCOME_NOTICES_MAX),
        };
        let Some(more) = self.limit.take(&name, now, limit.0, limit.1) else {
            if back.why == Why::Program {
                // The alert stands.
                return;
            }
            tracing::warn!(%account, %to, "told no more today");
            let message = Catalogue::both().mail_returned_again(to);
            self.alarm
                .fire("returned", message, now, now.checked_add(REFUSED_STANDS).ok())
                .await;
            return;
        };
        if let Err(reason) = self.tell(back, more == 0 && back.why != Why::Program, now).await {
            let told = Catalogue::both().mail_writer_not_told(to, ticket);
            let message = format!("{told}: {reason}");
            self.alarm
                .fire("returned", message, now, now.checked_add(REFUSED_STANDS).ok())
                .await;
        }
    }
}

/// True for a reply that only answers a staff message, for example about a ticket that is over.
fn is_answer(reply: &Reply) -> bool {
    let kind = reply.note.as_ref().map(|note| &note.kind);
    reply.quote.is_some() && matches!(kind, None | Some(NoteKind::Event | NoteKind::Answer))
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("account", &self.account)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Adapter for Mail {
    fn account(&self) -> &AccountId {
        &self.account
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::of_text(1_000_000).with(|can| {
            can.quote = true;
            can.uploads = true;
            can.files = true;
            can.receives_all_messages = true;
        })
    }

    fn check_channel(&self, channel: &ChannelId) -> Result<(), AddressError> {
        check_target(channel, || self.settings.targets.keys().map(String::as_str))
    }

    fn check_member(&self, member: &MemberId) -> Result<(), AddressError> {
        let is_address = Address::try_from(member.as_str().to_owned())
            .is_ok_and(|address| address.plain() == member.as_str().to_lowercase());
        match is_address {
            true => Ok(()),
            false => Err(AddressError::expected("a mail address, such as wang@example.com")),
        }
    }

    async fn run(&self, link: Link) -> Result<(), AdapterError> {
        self.alarm.through(&link);
        let receive = async {
            match (&self.settings.imap, &self.imap_tls) {
                (Some(imap), Some(tls)) => receive::run(self, imap, tls, &link).await,
                _ => {
                    link.post(Event::State(AccountState::Connected)).await?;
                    link.shutdown.cancelled().await;
                    Ok(())
                }
            }
        };
        tokio::pin!(receive);
        tokio::select! {
            ended = &mut receive => return ended,
            () = self.watch() => {}
        }
        receive.await
    }

    async fn fetch(&self, file: &str) -> Result<FileBytes, String> {
        match (&self.settings.imap, &self.imap_tls) {
            (Some(imap), Some(tls)) => receive::fetch(self, imap, tls, file).await,
            _ => Err(format!("`{file}` is no file of this account")),
        }
    }

    async fn send(&self, key: ReplyKey, reply: &Reply) -> Delivery {
        let name = reply.channel.as_str();
        let Some(target) = self.settings.targets.get(name) else {
            let known: Vec<&str> = self.settings.targets.keys().map(String::as_str).collect();
            let reason = format!("no target `{name}`; there are: {}", known.join(", "));
            return Delivery::Refused { reason };
        };
        let threads = match self.threads().await {
            Ok(threads) => threads,
            Err(reason) => return Delivery::Later { reason, after: None },
        };
        let now = self.clock.now();
        let target = self.with_writer(target, reply).await;
        let target = target.as_ref();
        match write::write(&self.settings, threads, (name, target), key, reply, now) {
            Ok(Some(outgoing)) => {
                let whom: Vec<String> = target.to.iter().map(Address::plain).collect();
                let words = format!("{name} {whom:?} {:?} {}", outgoing.ticket, reply.text());
                if !is_answer(reply) {
                    return self.post(name, &outgoing).await;
                }
                match self.limit.take(&words, now, SAME_WORDS.0, SAME_WORDS.1) {
                    None => {
                        tracing::info!(account = %self.account, target = name, "the same answer again within the hour is left out");
                        Delivery::Sent { message: None }
                    }
                    Some(0) => {
                        // Whoever gets it knows why the next one is missing.
                        let mut last = reply.clone();
                        last.segments.push(Segment::Text(format!(
                            "\n（{}）",
                            Catalogue::both().mail_not_again()
                        )));
                        match write::write(&self.settings, threads, (name, target), key, &last, now) {
                            Ok(Some(last)) => self.post(name, &last).await,
                            _ => self.post(name, &outgoing).await,
                        }
                    }
                    Some(_) => self.post(name, &outgoing).await,
                }
            }
            Ok(None) => Delivery::Sent { message: None },
            Err(reason) => Delivery::Refused { reason },
        }
    }
}
