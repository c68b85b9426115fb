//! faq.yaml: what admins edit.
