//! The layout of the versions before 0.1.0, which fourteen migrations made. One has taken their place, so that a file of the last of
//! these versions is changed a little and taken for its own.

use crate::store::hex_checksum::hex;
use sqlx::migrate::MigrateError;

/// A migration that a file has been through: its version, and the SHA-384 of its text.
pub(super) type Applied = (i64, Vec<u8>);

/// SHA-384 of each of the fourteen migrations.
const CHECKSUMS: [&str; 14] = [
    "f90db3d44524059bc36b67b2ac5a1dfdb4ff92f31a88648472ed8e30c9792b9c95b9cf6c9140e3f44c622ef153bde152",
    "c82906d223fdf7e928f595b8124b87a4c6593bc16d18a8b6b0b684138694244e3ed3edee12b6912765432b7c7a5d2788",
    "9d347a0404c111decae681b1384d9cbaadfb54b89c5bbf7ca98177dc1d0744726bb514d356ed1ddc262eaa1a242f9f91",
    "e9cd3ea50b2fb3fde74518ddc516b4d9f1a27d869bcfe1363cac3e8a07b9272ba4388d97a9b974c7cdfb7c8ee69e34d9",
    "f42a4c7bd16984cdf3446ca454e434a98cc63d9e3036a0b79f7ef65279cd924d81b4ce796f311083ff514343011fba4f",
    "63d040cfc32d82179433e8e3b3cd755c7e31bd3542df213c4557e2c2f89aa06f2d1e647f1d26238885cbf5b76c15139a",
    "d1cea591642394623a21cf3c66a9b528c83dd9560ec3e515cfdb30b0da5225e4ef62f6357811cd72ad08198a2af65def",
    "b316d6a1604e56b1538de968ebbf9ce692e97fb78052a25cd214cae119b72dfd76a345b0c304f6e6d84eb94834103a7a",
    "2d738c81dc54910ea338f9359d370d8220bd6345574261cd5b65a79cf677db8ab46897af424d5b5acfd4c5cdf8d7a7aa",
    "b72d5ca9c5b5d8e2bf3259ae2fe3480e692088e218b7c57ea73f665719723704df430eceee96842aa760e6824b48881d",
    "33c9caa502f2dc2450f4b0c98681cba84641be3deca9bc2e0203a9ae4546335ffc593ee5c0929a46ff04284db5c04770",
    "6de6588c4a8a8541283078443203212bcd95f966f8e66b0baa537d02e79db1dc6f251cea278b04eb3e89e7d42a06a276",
    "2a06e7d90a44a166e3bbfaee8807a797ebedb464354566b34c990bbb1def360b234ddae6204ef2c7e7ef88ec438b2ce1",
    "760a71f6d9336abf71ab526d33ca01b92d0a899e7d7edd870c70d501ee1d6e9c2f7555d54694361ef316498e4388c1cf",
];

/// Statements that make the first migration's layout of it: no reply ever had a time at which it expires.
pub(super) const CHANGES: [&str; 2] = [
    "ALTER TABLE outbox DROP COLUMN expires",
    "DELETE FROM _sqlx_migrations",
];

/// `true` if a file was begun by one of these versions.
pub(super) fn begins(applied: &[Applied]) -> bool {
    applied.first().is_some_and(|first| is_number(first, 1))
}

/// Fails unless a file that one of these versions has begun is of the last of them.
///
/// # Errors
/// [`MigrateError::VersionTooOld`] for an older one, [`MigrateError::VersionMissing`] for a version of which nothing is known, and
/// [`MigrateError::VersionMismatch`] for a form that none of them had.
pub(super) fn check(applied: &[Applied]) -> Result<(), MigrateError> {
    let (number, last) = (applied.len(), CHECKSUMS.len());
    let other = applied
        .iter()
        .zip(1..)
        .find(|(applied, n)| !is_number(applied, *n));
    match other {
        Some(((version, _), n)) if n <= last => Err(MigrateError::VersionMismatch(*version)),
        Some(((version, _), _)) => Err(MigrateError::VersionMissing(*version)),
        None if number < last => Err(MigrateError::VersionTooOld(as_version(number), as_version(last))),
        None => Ok(()),
    }
}

/// `true` if this is the migration of that number.
fn is_number((version, checksum): &Applied, number: usize) -> bool {
    let expected = number.checked_sub(1).and_then(|index| CHECKSUMS.get(index));
    *version == as_version(number) && expected.is_some_and(|expected| hex(checksum) == *expected)
}

fn as_version(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
