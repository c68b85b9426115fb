//! The desk: event, state and time in, decision and new state out. Pure.
