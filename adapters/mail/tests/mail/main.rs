//! The adapter against mail servers that others wrote: aiosmtpd and pymap, from PyPI, in a virtual environment that the
//! tests make for themselves under `target/tmp`. They need `python3` (or `$PYTHON`) with `venv` and a way to PyPI the first
//! time, and are skipped without.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod desk;
mod peers;
mod proxy;
mod receiving;
mod resilience;
mod sending;
mod trouble;
