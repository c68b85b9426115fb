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
    /// The database failed while it was in use; trying again is worth while.
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
    /// The database is gone or damaged: nothing can be kept any more, and trying again is of no use.
    #[error("the store {} is lost: {why}; {help}", .path.display())]
    Lost {
        /// The database file.
        path: PathBuf,
        /// What happened.
        why: String,
        /// What to do.
        help: String,
    },
    /// The database works; what it was given, or what it has, can't be kept or read as it is.
    #[error("can't {what} the store: {why}")]
    Data {
        /// What was being done, as a verb with its preposition.
        what: &'static str,
        /// What the database says.
        why: String,
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
    /// What looks after the store failed.
    #[error("groupdesk failed while it looked after its store, please report it: {why}")]
    Broken {
        /// What was said.
        why: String,
    },
    /// The store was closed.
    #[error("the store is closed: the program is stopping")]
    Closed,
}

impl StoreError {
    /// Whether the fault lies in what was to be read or written, so that something else can succeed at once.
    pub fn concerns_data(&self) -> bool {
        matches!(
            self,
            Self::Data { .. } | Self::TooLarge { .. } | Self::AlreadyKnown
        )
    }

    /// Whether trying again is of no use, whatever is read or written.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Lost { .. } | Self::Broken { .. } | Self::Closed | Self::Open { .. } | Self::Taken { .. }
        )
    }
}
