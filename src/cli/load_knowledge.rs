//! Loads a FAQ for a command, with the semantic tier if groupdesk.yaml has one. A command waits for the model; `run` does
//! not.

use super::command_judge::Judged;
use super::language::{half, said};
use super::{Failure, output, problem_report};
use crate::config::{self, Environment, Tier};
use crate::desk::{ChannelContext, ChannelState, Desk, Knowledge, Vectors};
use crate::matcher::Ranking;
use crate::semantic::Semantic;
use crate::service::stores;
use groupdesk_contract::{Message, SystemClock};
use jiff::Timestamp;
use std::cell::Cell;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// The time that a command waits for one message's vector.
const LOAD_TIMEOUT: Duration = Duration::from_secs(30);

/// A FAQ with its embedding model, if there is one.
pub(super) struct Known {
    knowledge: Knowledge,
    model: Option<OpenedModel>,
    judged: Option<Judged>,
}

struct OpenedModel {
    semantic: Semantic,
    dimensions: usize,
    runtime: Runtime,
    /// `true` after the warning that a message has no vector.
    said: Cell<bool>,
}

impl Deref for Known {
    type Target = Knowledge;

    fn deref(&self) -> &Knowledge {
        &self.knowledge
    }
}

impl Known {
    /// Loads the FAQ, and embeds its questions if the configuration names a model.
    ///
    /// # Errors
    /// [`Failure::Found`] after printing the problems of the files; [`Failure::Usage`] if one can't be read;
    /// [`Failure::Broken`] if the model does not answer.
    pub(super) fn load(
        config: Option<&Path>,
        faq: Option<&Path>,
        precision: Option<f64>,
    ) -> Result<Self, Failure> {
        let named = match faq {
            Some(faq) => Some(faq.to_owned()),
            None => faq_of(config)?,
        };
        let faq = named.as_deref();
        let knowledge = problem_report::knowledge(faq, precision)?;
        let tier = tier(config)?;
        if let Some(note) = tier.as_ref().and_then(|tier| tier.note.as_ref()) {
            output::tell(format_args!("groupdesk: {}", half(note)));
        }
        let Some((source, store)) = tier.and_then(|tier| Some((tier.source?, tier.store))) else {
            return Ok(Self {
                knowledge,
                model: None,
                judged: None,
            });
        };
        let broken = |why: String| {
            let why = problem_report::in_a_line(&why);
            Failure::Broken(said!("语义模型：{why}", "the semantic tier: {why}"))
        };
        let semantic = Semantic::open_with(&source, Arc::new(SystemClock), LOAD_TIMEOUT).map_err(broken)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| broken(error.to_string()))?;
        let texts = knowledge.texts();
        let (semantic, meanings) = runtime.block_on(async {
            let semantic = if stores::may_exist(&store) {
                // Another's store, or none: vectors are asked for again.
                match stores::open(&store).await {
                    Ok(store) => semantic.keeping(store),
                    Err(_) => semantic,
                }
            } else {
                semantic
            };
            let meanings = semantic.meanings(&texts).await;
            (semantic, meanings)
        });
        let meanings = meanings.map_err(|error| broken(error.to_string()))?;
        let dimensions = meanings.dimensions();
        let knowledge = problem_report::knowledge_with(faq, precision, Some(Arc::new(meanings)))?;
        if !knowledge.matcher.reads_meanings() {
            output::tell(said!(
                "groupdesk: 语义模型分不清这个文件的条目（可能是另一种语言的模型），只按词语匹配",
                "groupdesk: the semantic tier does not tell the file's entries apart (is it a model of another language?): messages are matched by their words alone"
            ));
            return Ok(Self {
                knowledge,
                model: None,
                judged: None,
            });
        }
        Ok(Self {
            knowledge,
            model: Some(OpenedModel {
                semantic,
                dimensions,
                runtime,
                said: Cell::new(false),
            }),
            judged: None,
        })
    }

    /// Loads the FAQ as [`Known::load`] does, with the judge if the configuration names one.
    ///
    /// # Errors
    /// As for [`Known::load`]; [`Failure::Broken`] if the judge can't be used.
    pub(super) fn load_judged(
        config: Option<&Path>,
        faq: Option<&Path>,
        precision: Option<f64>,
    ) -> Result<Self, Failure> {
        let mut known = Self::load(config, faq, precision)?;
        if let Some((judge, store)) = tier(config)?.and_then(|tier| Some((tier.judge?, tier.store))) {
            known.judged = Some(Judged::open(&judge, &store, &known.knowledge)?);
        }
        Ok(known)
    }

    /// Returns the judge, if there is one.
    pub(super) fn judged(&self) -> Option<&Judged> {
        self.judged.as_ref()
    }

    /// Embeds texts for the desk. Returns the vectors by text; warns once if one is missing.
    pub(super) fn embed(&self, texts: &[String]) -> Vectors {
        let Some(model) = &self.model else {
            return Vectors::new();
        };
        let vectors = model
            .runtime
            .block_on(model.semantic.embed(texts, model.dimensions));
        let missing = texts
            .iter()
            .any(|text| !text.trim().is_empty() && !vectors.contains_key(text));
        if missing && !model.said.replace(true) {
            output::tell(said!(
                "groupdesk: 有消息没有得到向量（语义模型没有应答，或无法处理），这些消息只按词语匹配",
                "groupdesk: a message has no vector (the semantic tier does not answer, or makes nothing of it): such are matched by their words alone"
            ));
        }
        vectors
    }

    /// Embeds what the desk will rank of a message that stands alone.
    pub(super) fn embed_message(
        &self,
        desk: &Desk<'_>,
        channel_context: &ChannelContext<'_>,
        now: Timestamp,
        message: &Message,
    ) -> Vectors {
        // The desk finds that out by deciding: it need not where there is nothing to embed with.
        if self.model.is_none() {
            return Vectors::new();
        }
        let nothing_before = ChannelState::default();
        self.embed(&desk.texts(channel_context, now, &nothing_before, message, false, None))
    }

    /// Ranks a message as a running group would.
    pub(super) fn rank(&self, text: &str) -> Ranking {
        let texts = [text.to_owned()];
        let vectors = self.embed(&texts);
        let vector = vectors.get(text).map(AsRef::as_ref);
        let mut ranking = self.knowledge.matcher.rank_with(text, vector, |_| true);
        self.knowledge.remove_doubtful_human(text, &mut ranking);
        ranking
    }
}

/// Reads the configuration named, else groupdesk.yaml here, if there is one.
fn configuration(config: Option<&Path>) -> Result<Option<(&Path, String)>, Failure> {
    let here = Path::new("groupdesk.yaml");
    let path = match config {
        None if here.exists() => here,
        None => return Ok(None),
        Some(path) => path,
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::Usage(said!(
            "读不到 {}：{error}",
            "can't read {}: {error}",
            path.display()
        ))
    })?;
    Ok(Some((path, text)))
}

/// Returns the FAQ that the configuration names, the one that `run` uses.
///
/// # Errors
/// [`Failure::Usage`] if the configuration can't be read.
pub(super) fn faq_of(config: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    let named = configuration(config)?
        .and_then(|(path, text)| config::named_faq(path, &text, &Environment::lenient()));
    Ok(named.map(|named| named.path))
}

/// Loads the semantic tier of the configuration.
///
/// # Errors
/// [`Failure::Usage`] if the configuration can't be read; [`Failure::Found`] after printing its problems.
fn tier(config: Option<&Path>) -> Result<Option<Tier>, Failure> {
    let Some((path, text)) = configuration(config)? else {
        return Ok(None);
    };
    config::load_tier(path, &text, &Environment::of_process()).map_err(|found| {
        problem_report::problems(&found, &text);
        Failure::Found
    })
}
