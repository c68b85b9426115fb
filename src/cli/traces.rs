//! Exports traces to an OpenTelemetry collector, by OTLP over HTTP. The environment sets it up, by the variables of
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/> and
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>.

use super::collector;
use crate::service::TRACE_TARGET;
use crate::yaml::Problem;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// Name of the service in all traces, where the environment sets none.
const SERVICE: &str = "groupdesk";

/// Timeout of the last export.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// Timeout of one request to the collector.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends finished spans to the collector, from a thread of its own. It keeps a bounded number of them, and drops those beyond.
#[derive(Debug)]
pub(super) struct Exporter(SdkTracerProvider);

impl Exporter {
    /// Starts the exporter if the environment names a collector.
    ///
    /// # Errors
    /// Fails where the environment's settings are not understood.
    pub(super) fn of_environment() -> Result<Option<Self>, Box<Problem>> {
        if !collector::is_named() {
            return Ok(None);
        }
        let problem = |error: String| {
            let mut problem = Problem {
                help: Some("try `http://127.0.0.1:4318`, or unset it: then there are no traces".to_owned()),
                ..Problem::of_file(collector::ENDPOINT, format!("traces can't be exported: {error}"))
            };
            problem.in_chinese(format!(
                "无法导出链路追踪：{error}；可以写 http://127.0.0.1:4318，或者删掉这个环境变量，就不导出"
            ));
            Box::new(problem)
        };
        // The blocking client has a runtime of its own, which must not be made or dropped within ours.
        let client = reqwest::blocking::Client::builder()
            .timeout(REQUEST_TIMEOUT)
            .tls_backend_preconfigured(groupdesk_kit::tls().map_err(problem)?)
            .build()
            .map_err(|error| problem(error.to_string()))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .build()
            .map_err(|error| problem(error.to_string()))?;
        let mut resource =
            Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name(SERVICE);
        }
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        Ok(Some(Self(provider)))
    }

    /// Returns the layer that hands it the spans of the program's traces, and no other.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_filter(filter_fn(|metadata| metadata.target() == TRACE_TARGET))
    }

    /// Sends what waits, no longer than about two seconds.
    pub(super) fn shutdown(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(SHUTDOWN_TIMEOUT) {
            tracing::warn!(%error, "the last traces are lost");
        }
    }
}
