//! The collector of traces that the environment names, by
//! <https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>.

/// Variable that names the collector.
pub(super) const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Tells if the environment names one.
pub(super) fn is_named() -> bool {
    let set = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    let off = std::env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    !off && (set(ENDPOINT) || set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
}
