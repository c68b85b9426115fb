//! Steps of the start: each makes some of the parts that serve. Their order is in [`super::run`].

use super::account_storage::AccountStorage;
use super::accounts::{self, BuiltAdapter};
use super::address_check;
use super::alerts::Alerts;
use super::background_tasks::keep_running;
use super::channel_switches;
use super::clock_steps::{ClockSteps, SteadyClock};
use super::connections::Connections;
use super::draft_requests;
use super::embedding_loader::EmbeddingLoader;
use super::event_intake::Intake;
use super::faq_orders::{Drafts, EditsParts};
use super::faq_reload::reload;
use super::faq_versions::Versions;
use super::health::{Health, RunFacts};
use super::heartbeat::Heartbeat;
use super::holiday_warning;
use super::inbox::Inbox;
use super::judge_requests;
use super::label_tuner;
use super::live_knowledge::LiveKnowledge;
use super::models::Models;
use super::outbox::{DeliveryEvent, Outbox, OutboxSettings};
use super::process_faults::Faults;
use super::routing::Routing;
use super::run_error::RunError;
use super::standby::Standby;
use super::standby_events::RecordedEvents;
use super::standby_faq_copy::FaqFollower;
use super::tag_check;
use super::unanswered_grouping::Unanswered;
use super::watchdog::{Watchdog, Watched};
use super::websites;
use crate::config::Config;
use crate::desk::{Knowledge, Outgoing};
use crate::faq;
use crate::store::{Store, StoreError, Trust};
use groupdesk_contract::{Adapter, Clock, Incoming, Storage};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Events that may wait between the adapters and the inbox; with more, the adapters stop reading their sockets.
const WAITING_EVENTS: usize = 4096;

/// Parts that there are before this node holds the desk.
pub(super) struct Base {
    pub(super) config: Arc<Config>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) started: Timestamp,
    pub(super) faults: Arc<Faults>,
    pub(super) store: Arc<dyn Store>,
    pub(super) connections: Arc<Connections>,
    /// Ends everything that decides.
    pub(super) stop: CancellationToken,
    /// Ends the accounts and the listener, when the last replies are out.
    pub(super) disconnect: CancellationToken,
}

/// Parts of a node that holds the desk: the FAQ in service, the settings, and the ways of replies and notices.
pub(super) struct Core {
    pub(super) knowledge: Arc<LiveKnowledge>,
    pub(super) routing: Arc<Routing>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) unanswered: Arc<Unanswered>,
    pub(super) alerts: Arc<Alerts>,
    pub(super) pulse: Arc<Heartbeat>,
    pub(super) intake: Arc<Intake>,
}

/// Parts that the inbox alone has.
pub(super) struct InboxParts {
    drafts: Drafts,
    notices: mpsc::Receiver<Vec<Outgoing>>,
    delivered: mpsc::UnboundedReceiver<DeliveryEvent>,
}

/// The FAQ's file while it is followed.
pub(super) struct FaqWatch {
    /// Task that puts edits in service; `None` without a file.
    pub(super) reload: Option<JoinHandle<()>>,
    /// Loader of the vectors, which ends its work when it is dropped; `None` where the task has it.
    pub(super) _loader: Option<EmbeddingLoader>,
}

impl Base {
    /// Makes the adapters of all accounts.
    ///
    /// # Errors
    /// Fails with the unusable settings.
    pub(super) fn build_accounts(&self) -> Result<Vec<BuiltAdapter>, RunError> {
        let storage = |account: &str| -> Arc<dyn Storage> {
            Arc::new(AccountStorage::new(Arc::clone(&self.store), account))
        };
        accounts::build(&self.config, &self.clock, &storage).map_err(RunError::Files)
    }

    /// Makes a standby, which has not begun.
    pub(super) fn standby<'a>(&'a self, built: &'a [BuiltAdapter]) -> Standby<'a> {
        let shared = self
            .config
            .faq
            .clone()
            .filter(|_| self.config.store.file().is_none());
        let follower = shared.map(|file| FaqFollower::new(Arc::clone(&self.store), file));
        Standby::new(
            &self.config,
            built,
            (&self.connections, &self.disconnect),
            WAITING_EVENTS,
            follower,
        )
    }

    /// Logs what is wrong with the addresses of rooms and of the FAQ's audience.
    pub(super) fn warn_of_addresses(&self, knowledge: &Knowledge, adapters: &[Arc<dyn Adapter>]) {
        let rooms = address_check::only_answered(&self.config, adapters);
        let audience = address_check::audience(&knowledge.faq, adapters);
        let tags = tag_check::doubts(&self.config, &knowledge.faq);
        for warning in rooms.iter().chain(&audience).chain(&tags) {
            tracing::warn!("{warning}");
        }
    }

    /// Puts `knowledge` in service, and makes the parts around it. The outbox sends while `trust` holds.
    ///
    /// # Errors
    /// Fails when the store can't be read.
    pub(super) async fn make_core(
        &self,
        knowledge: Knowledge,
        adapters: &[Arc<dyn Adapter>],
        trust: Trust,
    ) -> Result<(Core, InboxParts), StoreError> {
        let (store, clock) = (&self.store, &self.clock);
        let knowledge = Arc::new(LiveKnowledge::new(knowledge, Arc::clone(clock)));
        let mut routing = Routing::new(&self.config);
        routing.set_adapters(adapters.iter().cloned());
        channel_switches::restore(&**store, &routing).await?;
        let routing = Arc::new(routing);
        let (outbox, delivered) = self.make_outbox(adapters, trust);
        let (notices, inbox_notices) = mpsc::channel(16);
        let unanswered = Arc::new(Unanswered::new(
            Arc::clone(store),
            Arc::clone(&knowledge),
            Arc::clone(&routing),
            Arc::clone(clock),
            notices.clone(),
        ));
        let drafts = Drafts::new(
            self.config.faq.clone(),
            EditsParts {
                store: Arc::clone(store),
                routing: Arc::clone(&routing),
                clock: Arc::clone(clock),
                tell: notices.clone(),
                unanswered: Arc::clone(&unanswered),
            },
        );
        let alerts = Alerts::new(Arc::clone(clock), &routing, notices);
        outbox.watch_rooms(routing.staff_rooms(), Arc::clone(&alerts));
        let pulse: Arc<Heartbeat> = Arc::default();
        let intake = Intake::new(
            Arc::clone(&self.connections),
            Arc::clone(&pulse),
            ClockSteps::of_machine(),
        );
        let core = Core {
            knowledge,
            routing,
            outbox,
            unanswered,
            alerts,
            pulse,
            intake: Arc::new(intake.counting_channels(self.config.metrics_by_channel)),
        };
        let inbox = InboxParts {
            drafts,
            notices: inbox_notices,
            delivered,
        };
        Ok((core, inbox))
    }

    /// Makes the outbox with its queues, and the way on which the inbox learns what became of replies.
    fn make_outbox(
        &self,
        adapters: &[Arc<dyn Adapter>],
        trust: Trust,
    ) -> (Arc<Outbox>, mpsc::UnboundedReceiver<DeliveryEvent>) {
        let (delivered, inbox_delivered) = mpsc::unbounded_channel();
        let steady = Arc::new(SteadyClock::from(Arc::clone(&self.clock)));
        let outbox = Outbox::new(
            Arc::clone(&self.store),
            (Arc::clone(&self.clock), steady),
            OutboxSettings::default(),
            delivered,
        );
        outbox.send_within(trust);
        for adapter in adapters {
            outbox.register(Arc::clone(adapter), self.config.pace(adapter.account()));
        }
        (outbox, inbox_delivered)
    }

    /// Lets the websites among the accounts use the store, the FAQ and the alerts.
    pub(super) fn connect_websites(&self, built: &[BuiltAdapter], core: &Core) {
        let parts = websites::Parts {
            store: &self.store,
            knowledge: &core.knowledge,
            alerts: &core.alerts,
            clock: &self.clock,
        };
        websites::keep(built, &parts);
    }

    /// Starts the watchdog's thread.
    ///
    /// # Errors
    /// Fails when the system starts no thread.
    pub(super) fn start_watchdog(
        &self,
        core: &Core,
        events: &mpsc::Sender<Incoming>,
    ) -> std::io::Result<Watchdog> {
        Watchdog::start(Watched {
            alerts: Arc::clone(&core.alerts),
            connections: Arc::clone(&self.connections),
            pulse: Arc::clone(&core.pulse),
            faults: Arc::clone(&self.faults),
            events: events.downgrade(),
            outbox: Arc::downgrade(&core.outbox),
            clock: Arc::clone(&self.clock),
        })
    }

    /// Starts the inbox, first with what a standby recorded.
    pub(super) fn start_inbox(
        &self,
        core: &Core,
        models: &Models,
        parts: InboxParts,
        recorded: RecordedEvents,
    ) -> JoinHandle<Result<(), StoreError>> {
        let inbox = Inbox {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            knowledge: Arc::clone(&core.knowledge),
            routing: Arc::clone(&core.routing),
            outbox: Arc::clone(&core.outbox),
            semantic: models.semantic.clone(),
            asker: models.asker.clone(),
            drafting: models.drafting.clone(),
            alerts: Arc::clone(&core.alerts),
            intake: Arc::clone(&core.intake),
            drafts: parts.drafts,
        };
        tokio::spawn(inbox.run(recorded, parts.notices, parts.delivered, self.stop.clone()))
    }

    /// Loads the vectors of the FAQ, which was read from `text`, and follows its file and those beside it. `waited` is `true` on a node
    /// that was a standby.
    pub(super) fn follow_faq(
        &self,
        core: &Core,
        models: &Models,
        (name, text, waited): (String, String, bool),
        adapters: Vec<Arc<dyn Adapter>>,
        versions: Versions,
    ) -> FaqWatch {
        // What a standby knows of the files beside the FAQ is old: it is read anew, while the old one serves.
        let known = if waited { "" } else { &text };
        let followed = self.config.faq.clone();
        let followed = followed.map(|path| (faq::watch(path.clone(), known), path));
        let mut loader = EmbeddingLoader::new(models.semantic.clone(), Arc::clone(&core.knowledge));
        loader.begin(name, text);
        let Some((edits, path)) = followed else {
            return FaqWatch {
                reload: None,
                _loader: Some(loader),
            };
        };
        let work = reload(
            path,
            edits,
            (adapters, self.config.tags().cloned()),
            (Arc::clone(&core.knowledge), versions),
            loader,
            Arc::clone(&core.alerts),
            self.stop.clone(),
        );
        FaqWatch {
            reload: Some(tokio::spawn(work)),
            _loader: None,
        }
    }

    /// Starts the calibration of the judge, where there is one.
    pub(super) fn start_calibration(&self, core: &Core, models: &Models) -> Option<JoinHandle<()>> {
        let asker = models.asker.clone()?;
        let calls = self
            .config
            .judge
            .as_ref()
            .map_or(0, |judge| judge.calibration_calls);
        let calls = usize::try_from(calls).unwrap_or(usize::MAX);
        let work = judge_requests::calibrate(asker, Arc::clone(&core.knowledge), calls, self.stop.clone());
        Some(tokio::spawn(work))
    }

    /// Keeps the tasks running that learn from what was asked: drafts, groups of unanswered questions, and the tuning by labels.
    pub(super) fn keep_learning(&self, core: &Core, models: &Models) {
        if let Some(drafting) = models.drafting.clone() {
            let stopped = self.stop.clone();
            keep_running("drafts", &self.stop, move || {
                draft_requests::watch(Arc::clone(&drafting), stopped.clone())
            });
        }
        let (unanswered, stopped) = (Arc::clone(&core.unanswered), self.stop.clone());
        keep_running("unanswered questions", &self.stop, move || {
            Arc::clone(&unanswered).work(stopped.clone())
        });
        let (store, knowledge) = (Arc::clone(&self.store), Arc::clone(&core.knowledge));
        let (semantic, stopped) = (models.semantic.clone(), self.stop.clone());
        keep_running("tuning by labels", &self.stop, move || {
            let (store, knowledge) = (Arc::clone(&store), Arc::clone(&knowledge));
            label_tuner::tune(store, knowledge, semantic.clone(), stopped.clone())
        });
    }

    /// Starts the task that looks after the holidays.
    pub(super) fn start_calendar(&self, core: &Core) -> JoinHandle<()> {
        let people = self.config.tickets.roster.people.iter();
        tokio::spawn(holiday_warning::watch(
            Arc::clone(&core.knowledge),
            people.filter_map(|person| person.shifts.clone()).collect(),
            Arc::clone(&core.alerts),
            Arc::clone(&self.clock),
            Arc::new(AccountStorage::of_part(Arc::clone(&self.store), "holidays")),
            self.stop.clone(),
        ))
    }

    /// Makes the health of the program.
    pub(super) fn health(&self, core: &Core, models: Models) -> Health {
        Health {
            alerts: Arc::clone(&core.alerts),
            connections: Arc::clone(&self.connections),
            knowledge: Arc::clone(&core.knowledge),
            outbox: Arc::clone(&core.outbox),
            semantic: models.semantic,
            asker: models.asker,
            drafting: models.drafting,
            faults: Arc::clone(&self.faults),
            pulse: Arc::clone(&core.pulse),
            run: RunFacts {
                started: self.started,
                faq: self.config.faq.clone(),
                store: match self.config.store.file() {
                    Some(path) => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
                    None => self.config.store.shown(),
                },
            },
        }
    }

    /// Starts the accounts that do not run yet: those that a standby hears run since it `waited`.
    pub(super) fn start_accounts(
        &self,
        built: Vec<BuiltAdapter>,
        waited: bool,
        tracker: &TaskTracker,
        events: &mpsc::Sender<Incoming>,
    ) {
        for account in built {
            if waited && account.standby_hears {
                continue;
            }
            tracker.spawn(accounts::supervise(
                account.adapter,
                account.may_end,
                Arc::clone(&self.connections),
                events.clone(),
                self.disconnect.clone(),
            ));
        }
        tracker.close();
    }
}
