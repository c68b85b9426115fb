//! What can go wrong with the store, in words that tell an operator what to do.

use std::path::PathBuf;

/// What the store's methods return.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why the store could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database can't be opened.
    #[error("can't open the store {}: {why}; {help}", .path.display())]
    Open {
        /// The database file.
        path: PathBuf,
        /// What the database says.
        why: String,
        /// What to do.
        help: &'static str,
    },
    /// Another program serves with the store.
    #[error(
        "another groupdesk (process {process}) serves with the store {}; two would answer everything twice: stop it, or give \
         this one a `store.path` of its own",
        .path.display()
    )]
    Taken {
        /// The database file.
        path: PathBuf,
        /// The other program's process, as it noted itself.
        process: String,
    },
    /// The database failed while it was in use.
    #[error("can't {what} the store {}: {why}; {help}", .path.display())]
    Failed {
        /// What was being done, as a verb with its preposition.
        what: &'static str,
        /// The database file.
        path: PathBuf,
        /// What the database says.
        why: String,
        /// What to do.
        help: &'static str,
    },
    /// A message of the batch has been taken in before; nothing of the batch was written.
    #[error("a message of the batch has been taken in before; ask again which are known and commit the rest")]
    AlreadyKnown,
    /// A value that the database has no room for.
    #[error("{what} is too large for the store: {value}")]
    TooLarge {
        /// Which value.
        what: &'static str,
        /// How large it is.
        value: u64,
    },
    /// The store was closed.
    #[error("the store is closed: the program is stopping")]
    Closed,
}
