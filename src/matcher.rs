//! From a message to ranked entries with a calibrated confidence.
