//! Runs the program from its configuration to a clean end. When an indispensable part ends, for whatever reason, the
//! program ends with an error: a restart serves, a half-dead program does not.

use super::account_storage::AccountStorage;
use super::accounts;
use super::addresses;
use super::alerts::{Alerts, Severity};
use super::beside::keep_running;
use super::calendar;
use super::connections::Connections;
use super::drafting::{self, Drafting};
use super::drafts::{Drafts, EditsParts};
use super::embedding_loader::EmbeddingLoader;
use super::faq_follower::FaqFollower;
use super::faults::Faults;
use super::health::{Health, RunFacts};
use super::holding::Opened;
use super::inbox::Inbox;
use super::intake::Intake;
use super::judging::{self, Asker};
use super::knowledge::{self, LiveKnowledge};
use super::left_behind;
use super::moved_calls;
use super::outbox::{Outbox, OutboxSettings};
use super::pulse::Pulse;
use super::reload::reload;
use super::routing::Routing;
use super::run_error::RunError;
use super::running::Running;
use super::site::{self, Site};
use super::standby::{Standby, Succession};
use super::steps::{SteadyClock, Steps};
use super::switches;
use super::systemd;
use super::tags;
use super::tuner;
use super::unanswered::Unanswered;
use super::versions::Versions;
use super::watchdog::{Watchdog, Watched};
use super::websites;
use crate::config::Config;
use crate::desk::{self, Knowledge};
use crate::drafter::Drafter;
use crate::judge::{Judge, Spending};
use crate::semantic::Semantic;
use crate::store::Store;
use crate::{faq, matcher};
use groupdesk_contract::{Adapter, Clock, Storage};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Events that may wait between the adapters and the inbox; with more, the adapters stop reading their sockets.
const WAITING_EVENTS: usize = 4096;

/// Serves until `shutdown` is cancelled, or until the last account has ended by itself (the console's `/quit`).
///
/// # Errors
/// Fails at the start when the files have errors, the store can't be opened, or an address is in use; later when the
/// store is lost for good, an indispensable part ends, or messages can't be committed at the end.
pub async fn run(
    config: Config,
    clock: Arc<dyn Clock>,
    faults: Arc<Faults>,
    shutdown: CancellationToken,
) -> Result<(), RunError> {
    let started = clock.now();
    let config = Arc::new(config);
    // The dictionary takes longest, and needs nothing: it loads while the rest is opened.
    let warm = tokio::task::spawn_blocking(matcher::warm_up);
    let faq_path = config.faq.clone();
    let load = tokio::task::spawn_blocking(move || load_faq(faq_path));
    let Some(opened) = Opened::open(&config, &shutdown).await? else {
        return Ok(());
    };
    let store = opened.store();
    let semantic = config.semantic.clone().map(|source| {
        let clock = Arc::clone(&clock);
        tokio::task::spawn_blocking(move || Semantic::open(&source, clock))
    });
    let storage =
        |account: &str| -> Arc<dyn Storage> { Arc::new(AccountStorage::new(Arc::clone(&store), account)) };
    let built = accounts::build(&config, &clock, &storage).map_err(RunError::Files)?;
    let mut loaded = load.await.map_err(std::io::Error::other)??;
    let semantic = opened_semantic(semantic, &config, &store).await?;
    warm.await.map_err(std::io::Error::other)?;
    // Two steps to an end: first nothing new is decided, then, when the last replies are out, the accounts disconnect.
    let (stop, disconnect) = (CancellationToken::new(), CancellationToken::new());
    let connections = Arc::new(Connections::new(Arc::clone(&clock)));
    let shared = config.faq.clone().filter(|_| config.store.file().is_none());
    let follower = shared.map(|file| FaqFollower::new(Arc::clone(&store), file));
    let mut standby = Standby::new(
        &config,
        &built,
        (&connections, &disconnect),
        WAITING_EVENTS,
        follower,
    );
    let Some(holding) = opened.take::<RunError>(&mut standby, &shutdown).await? else {
        standby.end().await;
        store.close().await;
        return Ok(());
    };
    let Succession {
        listening,
        accounts,
        events,
        recorded,
        waited,
    } = standby.over().await;
    if waited {
        let faq_path = config.faq.clone();
        let again = tokio::task::spawn_blocking(move || renewed(faq_path, loaded)).await;
        loaded = again.map_err(std::io::Error::other)?;
    }
    let (knowledge, faq_name, faq_text) = loaded;
    let versions = Versions::new(Arc::clone(&store), Arc::clone(&clock));
    versions.came(config.faq.as_deref(), &faq_text).await;

    let web_room = site::room_of(&config, &built, &clock);
    let mut adapters: Vec<Arc<dyn Adapter>> =
        built.iter().map(|account| Arc::clone(&account.adapter)).collect();
    adapters.extend(web_room.clone().map(|room| room as Arc<dyn Adapter>));
    warn_of_addresses(&config, &knowledge, &adapters);
    let left_behind = left_behind::find(&*store, &adapters).await?;
    let knowledge = Arc::new(LiveKnowledge::new(knowledge, Arc::clone(&clock)));
    let mut routing = Routing::new(&config);
    routing.set_adapters(adapters.iter().cloned());
    switches::restore(&*store, &routing).await?;
    let routing = Arc::new(routing);
    let (delivered, inbox_delivered) = mpsc::unbounded_channel();
    let outbox = Outbox::new(
        Arc::clone(&store),
        (
            Arc::clone(&clock),
            Arc::new(SteadyClock::from(Arc::clone(&clock))),
        ),
        OutboxSettings::default(),
        delivered,
    );
    outbox.send_within(holding.trust());
    for adapter in &adapters {
        outbox.register(Arc::clone(adapter), config.pace(adapter.account()));
    }

    let (notices, inbox_notices) = mpsc::channel(16);
    let unanswered = Arc::new(Unanswered::new(
        Arc::clone(&store),
        Arc::clone(&knowledge),
        Arc::clone(&routing),
        Arc::clone(&clock),
        notices.clone(),
    ));
    let drafts = Drafts::new(
        config.faq.clone(),
        EditsParts {
            store: Arc::clone(&store),
            routing: Arc::clone(&routing),
            clock: Arc::clone(&clock),
            tell: notices.clone(),
            unanswered: Arc::clone(&unanswered),
        },
    );
    let alerts = Alerts::new(Arc::clone(&clock), &routing, notices);
    outbox.watch_rooms(routing.staff_rooms(), Arc::clone(&alerts));
    let parts = websites::Parts {
        store: &store,
        knowledge: &knowledge,
        alerts: &alerts,
        clock: &clock,
    };
    websites::keep(&built, &parts);
    moved_calls::give_to_present_rooms(&*store, &routing, clock.now()).await?;
    outbox.restore().await?;
    for account in &built {
        let id = account.adapter.account().clone();
        connections.add(id, account.has_members);
    }
    let pulse: Arc<Pulse> = Arc::default();
    let watched = Watched {
        alerts: Arc::clone(&alerts),
        connections: Arc::clone(&connections),
        pulse: Arc::clone(&pulse),
        faults: Arc::clone(&faults),
        events: events.downgrade(),
        outbox: Arc::downgrade(&outbox),
        clock: Arc::clone(&clock),
    };
    let watchdog = Watchdog::start(watched)?;
    let (asker, drafting) = open_model(&config, &clock, &store, &knowledge, &alerts).await?;
    let intake = Intake::new(Arc::clone(&connections), Arc::clone(&pulse), Steps::of_machine());
    let intake = Arc::new(intake.counting_channels(config.metrics_by_channel));
    let inbox = Inbox {
        store: Arc::clone(&store),
        clock: Arc::clone(&clock),
        knowledge: Arc::clone(&knowledge),
        routing: Arc::clone(&routing),
        outbox: Arc::clone(&outbox),
        semantic: semantic.clone(),
        asker: asker.clone(),
        drafting: drafting.clone(),
        alerts: Arc::clone(&alerts),
        intake: Arc::clone(&intake),
        drafts,
    };
    let inbox = tokio::spawn(inbox.run(recorded, inbox_notices, inbox_delivered, stop.clone()));
    for account in left_behind {
        alerts.fire(&account.alert(), Severity::Info, account.in_words());
    }
    let mut deepener = EmbeddingLoader::new(semantic.clone(), Arc::clone(&knowledge));
    deepener.begin(faq_name, faq_text.clone());
    let (reload, _deepener) = match config.faq.clone() {
        None => (None, Some(deepener)),
        Some(path) => {
            // What a standby knows of the files beside it is old: it is read anew, while the old one serves.
            let known = if waited { "" } else { faq_text.as_str() };
            let edits = faq::watch(path.clone(), known);
            let shared = (Arc::clone(&knowledge), versions);
            let work = reload(
                path,
                edits,
                (adapters, config.tags().cloned()),
                shared,
                deepener,
                Arc::clone(&alerts),
                stop.clone(),
            );
            (Some(tokio::spawn(work)), None)
        }
    };
    drop(faq_text);
    let judging = asker.clone().map(|asker| {
        let calls = config.judge.as_ref().map_or(0, |judge| judge.calibration_calls);
        let calls = usize::try_from(calls).unwrap_or(usize::MAX);
        tokio::spawn(judging::calibrate(
            asker,
            Arc::clone(&knowledge),
            calls,
            stop.clone(),
        ))
    });
    let groups = Arc::clone(&unanswered);
    keep_learning(
        &stop,
        (&store, &knowledge),
        (semantic.clone(), drafting.clone()),
        unanswered,
    );
    let people = config.tickets.roster.people.iter();
    let calendar = tokio::spawn(calendar::watch(
        Arc::clone(&knowledge),
        people.filter_map(|person| person.shifts.clone()).collect(),
        Arc::clone(&alerts),
        Arc::clone(&clock),
        Arc::new(AccountStorage::of_part(Arc::clone(&store), "holidays")),
        stop.clone(),
    ));
    let health = Health {
        alerts: Arc::clone(&alerts),
        connections: Arc::clone(&connections),
        knowledge: Arc::clone(&knowledge),
        outbox: Arc::clone(&outbox),
        semantic,
        asker,
        drafting,
        faults,
        pulse,
        run: RunFacts {
            started,
            faq: config.faq.clone(),
            store: match config.store.file() {
                Some(path) => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
                None => config.store.shown(),
            },
        },
    };
    let site = Site {
        config: &config,
        built: &built,
        health: Arc::new(health),
        intake: &intake,
        clock: &clock,
        store: &store,
        routing: &routing,
        unanswered: &groups,
        web_room,
        events: &events,
        pass: holding.pass(),
    };
    let web = site.serve::<RunError>(listening, &disconnect).await?;
    for account in built
        .into_iter()
        .filter(|account| !(waited && account.standby_hears))
    {
        accounts.spawn(accounts::supervise(
            account.adapter,
            account.may_end,
            Arc::clone(&connections),
            events.clone(),
            disconnect.clone(),
        ));
    }
    accounts.close();
    let queue = events.downgrade();
    drop(events);
    tracing::info!(
        accounts = accounts.len(),
        entries = knowledge.get().faq.entries().len(),
        "ready"
    );
    systemd::ready();
    // Nobody waits for it: a colleague who quotes before it is done has it learnt then.
    drop(tokio::task::spawn_blocking(desk::warm_up));

    let running = Running {
        inbox,
        reload,
        judging,
        calendar: Some(calendar),
        web,
        accounts,
        outbox,
        intake,
        queue,
        holding,
        store,
        watchdog,
        stop,
        disconnect,
    };
    running.serve(&shutdown).await
}

/// Keeps the tasks running that learn from what was asked: drafts, groups of unanswered questions, and the tuning by labels.
fn keep_learning(
    stop: &CancellationToken,
    (store, knowledge): (&Arc<dyn Store>, &Arc<LiveKnowledge>),
    (semantic, drafting): (Option<Arc<Semantic>>, Option<Arc<Drafting>>),
    unanswered: Arc<Unanswered>,
) {
    if let Some(drafting) = drafting {
        let stopped = stop.clone();
        keep_running("drafts", stop, move || {
            drafting::watch(Arc::clone(&drafting), stopped.clone())
        });
    }
    let stopped = stop.clone();
    keep_running("unanswered questions", stop, move || {
        Arc::clone(&unanswered).work(stopped.clone())
    });
    let (store, knowledge, stopped) = (Arc::clone(store), Arc::clone(knowledge), stop.clone());
    keep_running("tuning by labels", stop, move || {
        let (store, knowledge) = (Arc::clone(&store), Arc::clone(&knowledge));
        tuner::tune(store, knowledge, semantic.clone(), stopped.clone())
    });
}

/// Logs what is wrong with the addresses of rooms and of the FAQ's audience.
fn warn_of_addresses(config: &Config, knowledge: &Knowledge, adapters: &[Arc<dyn Adapter>]) {
    let rooms = addresses::only_answered(config, adapters);
    let audience = addresses::audience(&knowledge.faq, adapters);
    let tags = tags::doubts(config, &knowledge.faq);
    for warning in rooms.iter().chain(&audience).chain(&tags) {
        tracing::warn!("{warning}");
    }
}

/// Waits for the semantic model that is opened aside, where the settings name one.
///
/// # Errors
/// Fails with the unusable setting.
async fn opened_semantic(
    opening: Option<JoinHandle<Result<Semantic, String>>>,
    config: &Config,
    store: &Arc<dyn Store>,
) -> Result<Option<Arc<Semantic>>, RunError> {
    let Some(opening) = opening else {
        return Ok(None);
    };
    let opened = opening.await.map_err(std::io::Error::other)?;
    let opened = opened.map_err(|why| RunError::Files(vec![config.semantic_problem(why)]))?;
    Ok(Some(Arc::new(opened.keeping(Arc::clone(store)))))
}

/// Opens the judge and the drafter, those that there are: they share the requests of the day.
///
/// # Errors
/// Fails with the unusable setting.
async fn open_model(
    config: &Config,
    clock: &Arc<dyn Clock>,
    store: &Arc<dyn Store>,
    knowledge: &Arc<LiveKnowledge>,
    alerts: &Arc<Alerts>,
) -> Result<(Option<Arc<Asker>>, Option<Arc<Drafting>>), RunError> {
    let (judge, drafts) = (config.judge.as_ref(), config.drafts.as_ref());
    let calls = judge.map(|judge| judge.calls_per_day);
    let Some(calls) = calls.or(drafts.map(|drafts| drafts.calls_per_day)) else {
        return Ok((None, None));
    };
    let spending = Spending::new(Arc::clone(clock), calls)
        .keeping(Arc::clone(store))
        .await;
    let spending = Arc::new(spending);
    let refused = |why| RunError::Files(vec![config.model_problem(why)]);
    let asker = match judge {
        None => None,
        Some(settings) => {
            let judge = Judge::open(settings, Arc::clone(clock), Arc::clone(&spending)).map_err(refused)?;
            Some(Asker::new(judge.keeping(Arc::clone(store)), Arc::clone(alerts)))
        }
    };
    let drafting = match drafts {
        None => None,
        Some(settings) => {
            let drafter = Drafter::open(settings, Arc::clone(clock), spending).map_err(refused)?;
            let (store, knowledge) = (Arc::clone(store), Arc::clone(knowledge));
            let told = (Arc::clone(alerts), Arc::clone(clock));
            Some(Drafting::new(drafter, store, knowledge, told))
        }
    };
    Ok((asker, drafting))
}

/// A FAQ with the name and text that it was read from.
type Loaded = (Knowledge, String, String);

/// Reads the FAQ once more where it was changed while this node stood by. A mistake in it is told when it is watched.
fn renewed(path: Option<PathBuf>, loaded: Loaded) -> Loaded {
    match knowledge::read_faq(path.as_deref()) {
        Ok((_, text)) if text != loaded.2 => load_faq(path).unwrap_or(loaded),
        Ok(_) | Err(_) => loaded,
    }
}

/// Reads the FAQ; returns it with the name and text that it was read from.
fn load_faq(path: Option<PathBuf>) -> Result<Loaded, RunError> {
    let (file, text) = knowledge::read_faq(path.as_deref()).map_err(RunError::Faq)?;
    let (knowledge, mut warnings) = Knowledge::load(&file, &text, None).map_err(RunError::Files)?;
    warnings.extend(faq::failing_tests(&knowledge.faq, &knowledge.matcher));
    for problem in warnings {
        knowledge::log(&problem);
    }
    Ok((knowledge, file, text))
}
