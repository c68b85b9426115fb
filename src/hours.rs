//! Service hours: open now, next opening, next closing, in words.
