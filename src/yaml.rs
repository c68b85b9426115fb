//! YAML into types, with file, line and column for every complaint.
