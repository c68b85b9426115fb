//! groupdesk.yaml: what the operator edits.
