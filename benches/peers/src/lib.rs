//! The parts of the bench: questions, the engines that answer them, and the measurement.

pub mod corpus;

pub mod measure;
pub mod ours;
pub mod random;
pub mod scan;
pub mod tantivy;
