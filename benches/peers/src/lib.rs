//! What the bench is made of: questions, what answers them, and the measuring.

pub mod corpus;

pub mod measure;
pub mod ours;
pub mod random;
pub mod scan;
pub mod tantivy;
