//! Metrics of the program, in the text form of Prometheus. What the inbox counts is in [`super::inbox_metrics`]; the rest is read from
//! the parts at the moment of a scrape, all of it from memory and from the file system.

mod process;

use super::event_intake::Intake;
use super::health::Health;
use super::inbox_metrics::MetricLabels;
use super::metric_names;
use groupdesk_contract::Clock;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Commit that the program was built from, where its builder said so.
const COMMIT: &str = match option_env!("GROUPDESK_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};

/// Metrics of the running program.
pub(super) struct Exposition(Registry);

/// Parts that are read at a scrape.
struct Parts {
    health: Arc<Health>,
    intake: Arc<Intake>,
    clock: Arc<dyn Clock>,
}

impl Exposition {
    pub(super) fn new(health: Arc<Health>, intake: Arc<Intake>, clock: Arc<dyn Clock>) -> Self {
        let mut registry = Registry::default();
        intake.meters.register(&mut registry);
        let parts = Parts {
            health,
            intake,
            clock,
        };
        registry.register_collector(Box::new(parts));
        Self(registry)
    }

    /// Renders all metrics.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Err(error) = prometheus_text::encode(&mut text, &self.0) {
            tracing::error!(%error, "the metrics can't be rendered");
        }
        text
    }
}

impl Collector for Parts {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut shown = Shown(encoder);
        self.accounts(&mut shown)?;
        self.sends(&mut shown)?;
        self.tickets(&mut shown)?;
        self.faq(&mut shown)?;
        self.models(&mut shown)?;
        self.store(&mut shown)?;
        let build = [("version", env!("CARGO_PKG_VERSION")), ("commit", COMMIT)];
        let build = build.map(|(name, value)| (name, value.to_owned())).to_vec();
        shown.gauge(
            metric_names::BUILD_INFO,
            "Always 1; the labels tell which program it is",
            [(build, 1.0)],
        )?;
        process::encode(&mut shown, self.health.run.started)
    }
}

impl Parts {
    fn accounts(&self, shown: &mut Shown<'_>) -> fmt::Result {
        let standing = self.health.connections.standing();
        let of = |account: &String| vec![("account", account.clone())];
        shown.gauge(
            metric_names::ACCOUNT_CONNECTED,
            "1 while the account sends and receives",
            standing.iter().map(|(account, standing)| {
                let connected = standing.state.is_connected();
                (of(account), f64::from(u8::from(connected)))
            }),
        )?;
        shown.gauge(
            metric_names::ACCOUNT_LAST_EVENT_TIMESTAMP_SECONDS,
            "Time at which the last message, edit or recall came from the platform",
            standing.iter().filter_map(|(account, standing)| {
                let at = standing.last_event?;
                Some((of(account), at.as_duration().as_secs_f64()))
            }),
        )?;
        let mut alerts: BTreeMap<&str, u64> = ["info", "warning", "critical"]
            .map(|severity| (severity, 0))
            .into();
        for alert in self.health.alerts.firing() {
            *alerts.entry(alert.severity.name()).or_default() += 1;
        }
        shown.gauge(
            metric_names::ALERTS,
            "Faults that go on, as in /healthz",
            by("severity", alerts),
        )
    }

    fn sends(&self, shown: &mut Shown<'_>) -> fmt::Result {
        let sends = self.health.outbox.sends();
        let accounts = || sends.accounts.iter();
        let labels = |account: &str, name, value: &str| {
            vec![("account", account.to_owned()), (name, value.to_owned())]
        };
        shown.gauge(
            metric_names::OUTBOX_REPLIES,
            "Replies that wait or are under way: not sent yet, or failed and tried again",
            accounts().flat_map(|(account, (counts, failing, _))| {
                let failing = (*failing).min(counts.queued);
                [
                    (
                        labels(account.as_str(), "state", "queued"),
                        (counts.queued - failing) as f64,
                    ),
                    (labels(account.as_str(), "state", "failing"), failing as f64),
                ]
            }),
        )?;
        shown.counter(
            metric_names::SENDS,
            "Attempts to send a reply, by what became of them",
            accounts().flat_map(|(account, (counts, _, _))| {
                [
                    ("sent", counts.sent),
                    ("refused", counts.refused),
                    ("unknown", counts.unknown),
                    ("retried", counts.retried),
                ]
                .map(|(outcome, number)| (labels(account.as_str(), "outcome", outcome), number as f64))
            }),
        )?;
        shown.histogram(
            metric_names::SEND_DURATION_SECONDS,
            "Time that a platform takes to answer one attempt to send",
            accounts().map(|(account, (_, _, seconds))| (vec![("account", account.to_string())], seconds)),
        )?;
        shown.histogram(
            metric_names::ANSWER_LATENCY_SECONDS,
            "Time from when a member's words were decided on until the platform took the reply",
            [(Vec::new(), &sends.latency)],
        )
    }

    fn tickets(&self, shown: &mut Shown<'_>) -> fmt::Result {
        let tickets = self.intake.meters.tickets();
        shown.gauge(
            metric_names::TICKETS,
            "Tickets that are not closed",
            by("status", tickets.by_status),
        )?;
        let overdue = [
            ("first_response", tickets.first_response_missed),
            ("resolution", tickets.resolution_missed),
        ];
        shown.gauge(
            metric_names::TICKET_OVERDUE,
            "Tickets that missed a target and still do",
            by("target", overdue),
        )?;
        let knowledge = self.health.knowledge.get();
        let waited = tickets.unclaimed_since.map_or(0.0, |since| {
            let service = knowledge.faq.service();
            service.business_time(since, self.clock.now()).as_secs_f64()
        });
        shown.gauge(
            metric_names::TICKET_UNCLAIMED_SECONDS,
            "Service time for which the ticket that has waited longest has had no owner; 0 where every ticket has one",
            [(Vec::new(), waited)],
        )
    }

    fn faq(&self, shown: &mut Shown<'_>) -> fmt::Result {
        let (knowledge, reloads) = (self.health.knowledge.get(), self.health.knowledge.reloads());
        shown.gauge(
            metric_names::FAQ_ENTRIES,
            "Entries of the FAQ in service",
            [(Vec::new(), knowledge.faq.entries().len() as f64)],
        )?;
        shown.counter(
            metric_names::FAQ_RELOADS,
            "Edits of faq.yaml that were read",
            by(
                "outcome",
                [
                    ("good", reloads.good.load(Relaxed)),
                    ("failed", reloads.bad.load(Relaxed)),
                ],
            ),
        )?;
        let good = !reloads.is_bad.load(Relaxed);
        shown.gauge(
            metric_names::FAQ_LAST_RELOAD_SUCCESSFUL,
            "1 while faq.yaml as it is now is in service",
            [(Vec::new(), f64::from(u8::from(good)))],
        )
    }

    fn models(&self, shown: &mut Shown<'_>) -> fmt::Result {
        if let Some(semantic) = &self.health.semantic {
            let (answered, failed) = semantic.requests();
            shown.counter(
                metric_names::SEMANTIC_REQUESTS,
                "Requests for vectors of messages and of the FAQ, by whether all of them came in time",
                by("outcome", [("answered", answered), ("failed", failed)]),
            )?;
        }
        let asker = self.health.asker.as_ref().map(|asker| asker.tokens());
        let drafting = self.health.drafting.as_ref().map(|drafting| drafting.tokens());
        // The two share a meter where both are there.
        if let Some(tokens) = asker.or(drafting) {
            shown.counter(
                metric_names::MODEL_TOKENS,
                "Tokens of the chat model's requests and answers, as far as its server counts them",
                by("use", tokens),
            )?;
        }
        Ok(())
    }

    fn store(&self, shown: &mut Shown<'_>) -> fmt::Result {
        let store = &self.health.run.store;
        let log = {
            let mut name = store.clone().into_os_string();
            name.push("-wal");
            name
        };
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        let size = size(store) + size(Path::new(&log));
        shown.gauge(
            metric_names::STORE_SIZE_BYTES,
            "Size of the store with its write-ahead log",
            [(Vec::new(), size as f64)],
        )?;
        if let Some(free) = process::free_bytes(store) {
            shown.gauge(
                metric_names::STORE_FREE_BYTES,
                "Space that is left on the store's file system",
                [(Vec::new(), free as f64)],
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

/// Metrics on their way into the text.
pub(super) struct Shown<'a>(DescriptorEncoder<'a>);

impl Shown<'_> {
    fn gauge(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (MetricLabels, f64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in values {
            metric.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    fn counter(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (MetricLabels, f64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in values {
            metric
                .encode_family(&labels)?
                .encode_counter::<NoLabelSet, f64, f64>(&value, None)?;
        }
        Ok(())
    }

    fn histogram<'h>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (MetricLabels, &'h Histogram)>,
    ) -> fmt::Result {
        let mut metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, histogram) in values {
            histogram.encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

/// Makes a series of each name.
fn by<'v>(
    label: &'static str,
    values: impl IntoIterator<Item = (&'v str, u64)>,
) -> impl Iterator<Item = (MetricLabels, f64)> {
    values
        .into_iter()
        .map(move |(name, number)| (vec![(label, name.to_owned())], number as f64))
}
