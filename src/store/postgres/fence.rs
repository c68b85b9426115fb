//! The fence: what a program holds that serves, and every one of its commits asks for. See `store/desk_lease_rules`.

use super::dialect::quoted;
use parking_lot::Mutex;

/// Standing of this program in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Hold {
    /// It holds no desk, and writes beside whoever does: a command.
    #[default]
    Beside,
    /// It holds a desk.
    Holds { desk: String, epoch: i64 },
    /// It held one, and another program does now.
    Superseded,
}

/// Fence of one store.
#[derive(Debug, Default)]
pub(super) struct Fence(Mutex<Hold>);

impl Fence {
    /// Lets only commits of this epoch of a desk through from now on.
    pub(super) fn hold(&self, desk: &str, epoch: i64) {
        let desk = desk.to_owned();
        *self.0.lock() = Hold::Holds { desk, epoch };
    }

    /// Lets no commit through any more.
    pub(super) fn close(&self) {
        *self.0.lock() = Hold::Superseded;
    }

    /// `true` if no commit is let through.
    pub(super) fn is_closed(&self) -> bool {
        *self.0.lock() == Hold::Superseded
    }

    /// Returns the statement that begins a write: a transaction, which the database ends when we stop in the middle of it, its number,
    /// and, of a holder, the row of its epoch, which nobody can take before the end. No row: another program holds the desk.
    pub(super) fn begin(&self) -> String {
        let mut statement = String::from(
            "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '3s'; SET LOCAL tcp_user_timeout = '3s'; \
             SELECT pg_current_xact_id()::text AS number",
        );
        if let Hold::Holds { desk, epoch } = &*self.0.lock() {
            let desk = quoted(desk);
            statement.push_str(&format!(
                " FROM desks WHERE desk = {desk} AND epoch = {epoch} FOR SHARE"
            ));
        }
        statement
    }
}
