//! What is kept, whatever the database.
