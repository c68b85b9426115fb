//! Runs the program from its configuration to a clean end. When an indispensable part ends, for whatever reason, the
//! program ends with an error: a restart serves, a half-dead program does not.

use super::accounts::BuiltAdapter;
use super::alerts::Severity;
use super::connections::Connections;
use super::desk_leadership::{Leadership, OpenedStore};
use super::faq_versions::Versions;
use super::first_faq::FirstFaq;
use super::http_routes::{self, Site};
use super::models::{Models, OpeningSemantic, open_judge_and_drafter};
use super::moved_calls;
use super::process_faults::Faults;
use super::removed_accounts;
use super::run_error::RunError;
use super::running::Running;
use super::standby::Succession;
use super::start::Base;
use super::systemd;
use crate::config::Config;
use crate::semantic::Semantic;
use crate::{desk, matcher};
use groupdesk_contract::{Adapter, Clock};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

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
    // The dictionary takes longest, and needs nothing: it loads while the rest is opened.
    let dictionary = tokio::task::spawn_blocking(matcher::warm_up);
    let path = config.faq.clone();
    let faq = tokio::task::spawn_blocking(move || FirstFaq::load(path));
    let Some(opened) = OpenedStore::open(&config, &shutdown).await? else {
        return Ok(());
    };
    let semantic = OpeningSemantic::begin(&config, &clock);
    // Two steps to an end: first nothing new is decided, then, when the last replies are out, the accounts disconnect.
    let base = Base {
        config: Arc::new(config),
        started,
        faults,
        store: opened.store(),
        connections: Arc::new(Connections::new(Arc::clone(&clock))),
        clock,
        stop: CancellationToken::new(),
        disconnect: CancellationToken::new(),
    };
    let built = base.build_accounts()?;
    let mut faq = faq.await.map_err(std::io::Error::other)??;
    let semantic = semantic.finish(&base.config, &base.store).await?;
    dictionary.await.map_err(std::io::Error::other)?;
    let mut standby = base.standby(&built);
    let Some(holding) = opened.wait_to_lead::<RunError>(&mut standby, &shutdown).await? else {
        standby.end().await;
        base.store.close().await;
        return Ok(());
    };
    let succession = standby.over().await;
    if succession.waited {
        let path = base.config.faq.clone();
        let again = tokio::task::spawn_blocking(move || faq.renew(path)).await;
        faq = again.map_err(std::io::Error::other)?;
    }
    serve(base, built, (faq, semantic), holding, succession, &shutdown).await
}

/// Serves with what a node that holds the desk has, in this order: what decides and sends, what looks after it, the listener, and the
/// accounts at last, so that no event comes before everything is there.
///
/// # Errors
/// Fails as [`run`] does.
async fn serve(
    base: Base,
    built: Vec<BuiltAdapter>,
    (faq, semantic): (FirstFaq, Option<Arc<Semantic>>),
    holding: Leadership,
    succession: Succession,
    shutdown: &CancellationToken,
) -> Result<(), RunError> {
    let Succession {
        listening,
        accounts,
        events,
        recorded,
        waited,
    } = succession;
    let (store, clock) = (&base.store, &base.clock);
    let versions = Versions::new(Arc::clone(store), Arc::clone(clock));
    versions
        .record_in_service(base.config.faq.as_deref(), &faq.text)
        .await;
    let web_room = http_routes::room_of(&base.config, &built, clock);
    let mut adapters: Vec<Arc<dyn Adapter>> =
        built.iter().map(|account| Arc::clone(&account.adapter)).collect();
    adapters.extend(web_room.clone().map(|room| room as Arc<dyn Adapter>));
    base.warn_of_addresses(&faq.knowledge, &adapters);
    let left_behind = removed_accounts::find(&**store, &adapters).await?;

    let (core, inbox) = base.make_core(faq.knowledge, &adapters, holding.trust()).await?;
    base.connect_websites(&built, &core);
    moved_calls::give_to_present_rooms(&**store, &core.routing, clock.now()).await?;
    core.outbox.restore().await?;
    for account in &built {
        let id = account.adapter.account().clone();
        base.connections.add(id, account.has_members);
    }
    let watchdog = base.start_watchdog(&core, &events)?;
    let (asker, drafting) =
        open_judge_and_drafter(&base.config, clock, store, &core.knowledge, &core.alerts).await?;
    let models = Models {
        semantic,
        asker,
        drafting,
    };
    let inbox = base.start_inbox(&core, &models, inbox, recorded);

    for account in left_behind {
        core.alerts
            .fire(&account.alert(), Severity::Info, account.in_words());
    }
    let faq_watch = base.follow_faq(&core, &models, (faq.name, faq.text, waited), adapters, versions);
    let judging = base.start_calibration(&core, &models);
    base.keep_learning(&core, &models);
    let calendar = base.start_calendar(&core);

    let site = Site {
        config: &base.config,
        built: &built,
        health: Arc::new(base.health(&core, models)),
        intake: &core.intake,
        clock,
        store,
        routing: &core.routing,
        unanswered: &core.unanswered,
        web_room,
        events: &events,
        pass: holding.pass(),
    };
    let web = site.serve::<RunError>(listening, &base.disconnect).await?;
    base.start_accounts(built, waited, &accounts, &events);
    let queue = events.downgrade();
    drop(events);
    tracing::info!(
        accounts = accounts.len(),
        entries = core.knowledge.get().faq.entries().len(),
        "ready"
    );
    systemd::ready();
    // Nobody waits for it: a colleague who quotes before it is done has it learnt then.
    drop(tokio::task::spawn_blocking(desk::warm_up));

    let running = Running {
        inbox,
        reload: faq_watch.reload,
        judging,
        calendar: Some(calendar),
        web,
        accounts,
        outbox: core.outbox,
        intake: core.intake,
        queue,
        holding,
        store: base.store,
        watchdog,
        stop: base.stop,
        disconnect: base.disconnect,
    };
    running.serve(shutdown).await
}
