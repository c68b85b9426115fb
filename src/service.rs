//! Where the parts meet: inbox, outbox, accounts, shutdown.
