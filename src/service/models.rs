//! The models that the settings name: the semantic tier, the judge and the drafter.

use super::alerts::Alerts;
use super::draft_requests::Drafting;
use super::judge_requests::JudgeCaller;
use super::live_knowledge::LiveKnowledge;
use super::run_error::RunError;
use crate::config::Config;
use crate::drafter::Drafter;
use crate::judge::{Judge, Spending};
use crate::semantic::Semantic;
use crate::store::Store;
use groupdesk_contract::Clock;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Models that are open, each `None` where the settings name none.
#[derive(Clone)]
pub(super) struct Models {
    pub(super) semantic: Option<Arc<Semantic>>,
    pub(super) asker: Option<Arc<JudgeCaller>>,
    pub(super) drafting: Option<Arc<Drafting>>,
}

/// A semantic tier that is opened aside, because a model in a folder takes seconds to load.
pub(super) struct OpeningSemantic(Option<JoinHandle<Result<Semantic, String>>>);

impl OpeningSemantic {
    /// Begins to open the semantic tier, where the settings name one.
    pub(super) fn begin(config: &Config, clock: &Arc<dyn Clock>) -> Self {
        Self(config.semantic.clone().map(|source| {
            let clock = Arc::clone(clock);
            tokio::task::spawn_blocking(move || Semantic::open(&source, clock))
        }))
    }

    /// Waits until it is open. Its vectors are kept in `store`.
    ///
    /// # Errors
    /// Fails with the unusable setting.
    pub(super) async fn finish(
        self,
        config: &Config,
        store: &Arc<dyn Store>,
    ) -> Result<Option<Arc<Semantic>>, RunError> {
        let Some(opening) = self.0 else {
            return Ok(None);
        };
        let opened = opening.await.map_err(std::io::Error::other)?;
        let opened = opened.map_err(|why| RunError::Files(vec![config.semantic_problem(why)]))?;
        Ok(Some(Arc::new(opened.keeping(Arc::clone(store)))))
    }
}

/// Opens the judge and the drafter, those that there are: they share the requests of the day.
///
/// # Errors
/// Fails with the unusable setting.
pub(super) async fn open_judge_and_drafter(
    config: &Config,
    clock: &Arc<dyn Clock>,
    store: &Arc<dyn Store>,
    knowledge: &Arc<LiveKnowledge>,
    alerts: &Arc<Alerts>,
) -> Result<(Option<Arc<JudgeCaller>>, Option<Arc<Drafting>>), RunError> {
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
            Some(JudgeCaller::new(
                judge.keeping(Arc::clone(store)),
                Arc::clone(alerts),
            ))
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
