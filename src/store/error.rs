//! Errors of the store, with instructions for an operator.

use std::path::PathBuf;

/// Result of the store's methods.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database can't be opened.
    #[error("can't open the store {}: {why}; {help}", .path.display())]
    Open {
        /// The database file.
        path: PathBuf,
        /// Message of the database.
        why: String,
        /// Instruction for the operator.
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
        /// Process of the other program, as it noted itself.
        process: String,
    },
    /// The database failed while it was in use; a retry can help.
    #[error("can't {what} the store {}: {why}; {help}", .path.display())]
    Failed {
        /// Action that failed, as a verb with its preposition.
        what: &'static str,
        /// The database file.
        path: PathBuf,
        /// Message of the database.
        why: String,
        /// Instruction for the operator.
        help: &'static str,
    },
    /// The database is gone or damaged: nothing can be kept any more, and a retry is of no use.
    #[error("the store {} is lost: {why}; {help}", .path.display())]
    Lost {
        /// The database file.
        path: PathBuf,
        /// Description of what happened.
        why: String,
        /// Instruction for the operator.
        help: String,
    },
    /// The database works; it can't keep or read this data as it is.
    #[error("can't {what} the store: {why}")]
    Data {
        /// Action that failed, as a verb with its preposition.
        what: &'static str,
        /// Message of the database.
        why: String,
    },
    /// A message of the batch is known already; nothing of the batch was written.
    #[error("a message of the batch has been taken in before; ask again which are known and commit the rest")]
    AlreadyKnown,
    /// A value that the database has no room for.
    #[error("{what} is too large for the store: {value}")]
    TooLarge {
        /// Name of the value.
        what: &'static str,
        /// Size of the value.
        value: u64,
    },
    /// The task that looks after the store failed.
    #[error("groupdesk failed while it looked after its store, please report it: {why}")]
    Broken {
        /// Message of the failure.
        why: String,
    },
    /// Another program serves with the store now, and this one must not write to it any more.
    #[error(
        "another groupdesk serves with the store {} now: this one was away for too long, and has written nothing since",
        .path.display()
    )]
    Superseded {
        /// The database.
        path: PathBuf,
    },
    /// A copy of the store can't be made, or put in its place.
    #[error("{}: {why}; {help}", .path.display())]
    Copy {
        /// The copy, or the file that it is of.
        path: PathBuf,
        /// Description of what happened.
        why: String,
        /// Instruction for the operator.
        help: &'static str,
    },
    /// A copy can't go on: the store that it is of was used since it began.
    #[error(
        "the store {} was used since its copy into {} began, and rows there are older: make that database anew, empty, and copy once \
         more",
        .path.display(), .target.display()
    )]
    Outdated {
        /// The store that is copied.
        path: PathBuf,
        /// The copy.
        target: PathBuf,
    },
    /// The store was closed.
    #[error("the store is closed: the program is stopping")]
    Closed,
}

impl StoreError {
    /// `true` if the fault lies in the data that was read or written, so that something else can succeed at once.
    pub fn concerns_data(&self) -> bool {
        matches!(
            self,
            Self::Data { .. } | Self::TooLarge { .. } | Self::AlreadyKnown
        )
    }

    /// `true` if a retry is of no use, whatever is read or written.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Lost { .. }
                | Self::Broken { .. }
                | Self::Closed
                | Self::Open { .. }
                | Self::Taken { .. }
                | Self::Superseded { .. }
        )
    }
}

/// `true` if values can't be put into a statement or read from its rows, in whatever database.
pub(super) fn is_of_values(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::Decode(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Encode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::RowNotFound
    )
}
