//! Names of all metrics, as operators write them in their queries and alerts. `_total` of a counter is added by the encoder.

pub(super) const BUILD_INFO: &str = "groupdesk_build_info";
pub(super) const ACCOUNT_CONNECTED: &str = "groupdesk_account_connected";
pub(super) const ACCOUNT_LAST_EVENT_TIMESTAMP_SECONDS: &str =
    "groupdesk_account_last_event_timestamp_seconds";
pub(super) const ALERTS: &str = "groupdesk_alerts";
pub(super) const OUTBOX_REPLIES: &str = "groupdesk_outbox_replies";
pub(super) const SENDS: &str = "groupdesk_sends";
pub(super) const SEND_DURATION_SECONDS: &str = "groupdesk_send_duration_seconds";
pub(super) const ANSWER_LATENCY_SECONDS: &str = "groupdesk_answer_latency_seconds";
pub(super) const TICKETS: &str = "groupdesk_tickets";
pub(super) const TICKET_OVERDUE: &str = "groupdesk_ticket_overdue";
pub(super) const TICKET_UNCLAIMED_SECONDS: &str = "groupdesk_ticket_unclaimed_seconds";
pub(super) const FAQ_ENTRIES: &str = "groupdesk_faq_entries";
pub(super) const FAQ_RELOADS: &str = "groupdesk_faq_reloads";
pub(super) const FAQ_LAST_RELOAD_SUCCESSFUL: &str = "groupdesk_faq_last_reload_successful";
pub(super) const SEMANTIC_REQUESTS: &str = "groupdesk_semantic_requests";
pub(super) const MODEL_TOKENS: &str = "groupdesk_model_tokens";
pub(super) const STORE_SIZE_BYTES: &str = "groupdesk_store_size_bytes";
pub(super) const STORE_FREE_BYTES: &str = "groupdesk_store_free_bytes";
pub(super) const EVENTS: &str = "groupdesk_events";
pub(super) const DECISIONS: &str = "groupdesk_decisions";
pub(super) const DECISION_DURATION_SECONDS: &str = "groupdesk_decision_duration_seconds";
pub(super) const COMMIT_DURATION_SECONDS: &str = "groupdesk_commit_duration_seconds";
pub(super) const COMMIT_BATCH_MESSAGES: &str = "groupdesk_commit_batch_messages";
pub(super) const TICKET_FIRST_RESPONSE_SECONDS: &str = "groupdesk_ticket_first_response_seconds";

// By the names that every exporter gives them.
pub(super) const PROCESS_START_TIME_SECONDS: &str = "process_start_time_seconds";
pub(super) const PROCESS_CPU_SECONDS: &str = "process_cpu_seconds";
pub(super) const PROCESS_RESIDENT_MEMORY_BYTES: &str = "process_resident_memory_bytes";
pub(super) const PROCESS_VIRTUAL_MEMORY_BYTES: &str = "process_virtual_memory_bytes";
pub(super) const PROCESS_OPEN_FDS: &str = "process_open_fds";
pub(super) const PROCESS_MAX_FDS: &str = "process_max_fds";
