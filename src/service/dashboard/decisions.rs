//! Decisions with their reasons, and labels.

use super::{Dashboard, failed};
use crate::config::InForce;
use crate::desk::{Listen, rule_in_words};
use crate::figures::LabelCounts as Counted;
use crate::language::Language;
use crate::matcher::Evidence;
use crate::store::{
    Batch, Decisions, KeptDecision, Label, NamedDecision, NewLabel, Unlabelled, message_address,
};
use groupdesk_contract::Place;
use groupdesk_dashboard::{
    Candidate, LabelReport, Labelled, LabelsPage, Listening, Result, Setting, ToLabel, User, Verdict, Why,
    WhyOf,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Decisions that a page shows at most.
const SHOWN_DECISIONS: usize = 20;

/// Candidates of a decision that a page explains.
const CANDIDATES: usize = 3;

impl Dashboard {
    pub(super) async fn why(&self, user: &User, of: &WhyOf) -> Result<Vec<Why>> {
        let store = &self.parts.store;
        let found = match of {
            WhyOf::Number(id) => store.decision(*id).await.map_err(failed)?.into_iter().collect(),
            WhyOf::Ticket(number) => store.decisions_of_ticket(*number).await.map_err(failed)?,
            WhyOf::Named(text) => match message_address(text).filter(|_| !text.contains("://")) {
                Some((place, message)) => store.decisions_on(&place, &message).await.map_err(failed)?,
                None => {
                    let message = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                    store.decisions_named(message).await.map_err(failed)?
                }
            },
        };
        let found = found
            .into_iter()
            .filter(|one| self.sees_channel(user, &one.decision.place))
            .take(SHOWN_DECISIONS);
        Ok(found.map(|one| self.explained(one)).collect())
    }

    fn explained(&self, one: KeptDecision) -> Why {
        let knowledge = self.parts.knowledge.get();
        let row = &one.decision;
        let is_same_file = row.faq_version == knowledge.version;
        let best = row.best.first().map(|(entry, _)| entry.as_str());
        let in_words = |language| {
            let entry = row.entry.as_deref().or(best);
            rule_in_words(
                knowledge.faq.texts(language),
                &row.rule,
                (row.confidence, row.needed),
                entry,
                row.ticket,
            )
        };
        let decided_in = |language| {
            let kind = row
                .kind()
                .map(|kind| kind.done_in_words(knowledge.faq.texts(language)));
            kind.unwrap_or_else(|| row.decision.clone())
        };
        let reason = (in_words(Language::ENGLISH), in_words(Language::CHINESE));
        let mut told: BTreeMap<String, (String, String)> = BTreeMap::new();
        if let Some(text) = row.text.as_deref().filter(|_| is_same_file) {
            for candidate in knowledge.matcher.rank(text).candidates.iter().take(CANDIDATES) {
                told.insert(
                    candidate.id.to_string(),
                    evidence(&knowledge.matcher, text, &candidate.evidence),
                );
            }
        }
        let candidates = row.best.iter().map(|(entry, confidence)| {
            let (shared, lacks) = told.remove(entry).unwrap_or_default();
            Candidate {
                entry: entry.clone(),
                confidence: *confidence,
                shared,
                lacks,
            }
        });
        Why {
            id: one.id,
            at: row.at,
            channel: row.place.to_string(),
            member: row.member.to_string(),
            message: row.message.to_string(),
            text: row.text.clone(),
            called: row.called,
            question: row.question,
            act: row.act.clone(),
            decision: (decided_in(Language::ENGLISH), decided_in(Language::CHINESE)),
            rule: row.rule.clone(),
            reason,
            entry: row.entry.clone(),
            ticket: row.ticket,
            confidence: row.confidence,
            needed: row.needed,
            candidates: candidates.collect(),
            is_same_file,
            faq_version: row.faq_version.clone(),
            shadow: row.shadow,
            joined: one.joined.as_ref().map(ToString::to_string),
            outcome: one
                .outcome
                .as_ref()
                .map(|(outcome, at, by)| (outcome.name().to_owned(), *at, by.clone())),
            label: one
                .label
                .as_ref()
                .map(|(label, at, by)| (verdict(*label), *at, by.clone())),
            service_open: knowledge.faq.service_open(row.at),
            settings: self.settings(&row.place),
        }
    }

    /// Returns the settings in force in a channel, with what was switched here.
    pub(super) fn settings(&self, place: &Place) -> Vec<Setting> {
        let switched = self.parts.routing.switched(place);
        let setting = |one: InForce| {
            let own = switched.filter(|_| one.key == "listen");
            Setting {
                value: own.map_or(one.value, |listen| listening(listen).name().to_owned()),
                origin: own.map_or(one.origin, |_| "dashboard".to_owned()),
                key: one.key,
            }
        };
        self.parts
            .config
            .in_force(place)
            .into_iter()
            .map(setting)
            .collect()
    }

    pub(super) async fn labels(&self, of: &ToLabel) -> Result<LabelsPage> {
        let store = &self.parts.store;
        let judged = store.judgements().await.map_err(failed)?;
        let counted = Counted::counted(&judged);
        let mut all = Counted::default();
        for labels in counted.values() {
            all.right += labels.right;
            all.wrong += labels.wrong;
            all.needless += labels.needless;
            all.by_service += labels.by_service;
        }
        let mut reports = vec![report(String::new(), false, &all)];
        for (place, labels) in counted {
            let in_shadow = self.parts.routing.channel(place).policy.listen == Listen::Shadow;
            reports.push(report(place.to_string(), in_shadow, &labels));
        }
        let filter = Unlabelled {
            answered: of.answered,
            below: of.below,
            limit: of.limit,
        };
        let waiting = store.unlabelled(&filter).await.map_err(failed)?;
        let now = self.parts.clock.now();
        Ok(LabelsPage {
            reports,
            waiting: waiting.into_iter().map(|one| self.to_label(one, now)).collect(),
        })
    }

    fn to_label(&self, one: KeptDecision, now: Timestamp) -> Labelled {
        let knowledge = self.parts.knowledge.get();
        let entry = one.labelled_entry().unwrap_or_default().to_owned();
        let row = one.decision;
        let language = Language::from_tag(&row.language).unwrap_or(Language::CHINESE);
        let answer = knowledge.faq.index_of(&entry).map(|at| {
            let context = crate::faq::RenderContext { now, language };
            knowledge.faq.render(at, &context).text
        });
        Labelled {
            id: one.id,
            at: row.at,
            channel: row.place.to_string(),
            text: row.text,
            answer,
            confidence: row
                .confidence
                .or(row.best.first().map(|(_, confidence)| *confidence)),
            shadow: row.shadow,
            entry,
        }
    }

    pub(super) async fn label(&self, user: &User, decision: i64, verdict: Option<Verdict>) -> Result<bool> {
        let store = &self.parts.store;
        let named = NamedDecision::Number(decision);
        let Some(found) = named.find(&**store).await.map_err(failed)? else {
            return Ok(false);
        };
        let label = NewLabel {
            decision: found.id,
            label: verdict.map(|verdict| match verdict {
                Verdict::Right => Label::Right,
                Verdict::Wrong => Label::Wrong,
                Verdict::Needless => Label::Needless,
            }),
            at: self.parts.clock.now(),
            by: user.name.clone(),
        };
        let batch = Batch {
            decisions: Decisions {
                labels: vec![label],
                ..Decisions::default()
            },
            ..Batch::default()
        };
        store.commit(&batch).await.map_err(failed)?;
        Ok(true)
    }
}

/// Returns what spoke for a candidate, and what the message has besides.
fn evidence(matcher: &crate::matcher::Matcher, text: &str, evidence: &Evidence) -> (String, String) {
    match evidence {
        Evidence::Pattern(pattern) => (format!("/{pattern}/"), String::new()),
        Evidence::Exact(example) => (format!("= {example}"), String::new()),
        Evidence::Nearest(example) => {
            let shared = matcher.shared_words(text, example);
            let mut lacks = matcher.shared_words(text, text);
            lacks.retain(|word| !shared.contains(word));
            (format!("{} ({example})", shared.join(", ")), lacks.join(", "))
        }
    }
}

fn verdict(label: Label) -> Verdict {
    match label {
        Label::Right => Verdict::Right,
        Label::Wrong => Verdict::Wrong,
        Label::Needless => Verdict::Needless,
    }
}

/// Returns the dashboard's word for what a channel listens to.
pub(super) fn listening(listen: Listen) -> Listening {
    match listen {
        Listen::All => Listening::All,
        Listen::Mentions => Listening::Mentions,
        Listen::Shadow => Listening::Shadow,
        Listen::Off => Listening::Off,
    }
}

fn report(channel: String, in_shadow: bool, labels: &Counted) -> LabelReport {
    LabelReport {
        channel,
        in_shadow,
        right: labels.right,
        wrong: labels.wrong,
        needless: labels.needless,
        by_service: labels.by_service,
        interval: labels.interval(),
        still_needed: labels.still_needed(),
    }
}
