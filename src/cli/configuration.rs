//! The configuration as commands read it that need no secrets.

use super::{Failure, problem_report};
use crate::config::{self, Config, Environment};
use crate::service::accounts;
use std::path::Path;

/// Reads the configuration named, else groupdesk.yaml here, else the one of a start without a file. Variables and files of secrets may
/// be missing.
///
/// # Errors
/// [`Failure::Usage`] if it can't be read; [`Failure::Found`] after printing its problems.
pub(super) fn without_secrets(path: Option<&Path>) -> Result<Config, Failure> {
    let here = Path::new("groupdesk.yaml");
    let path = match path {
        Some(path) => path,
        None if here.exists() => here,
        None => return Ok(Config::console()),
    };
    let text = problem_report::text_of(path)?;
    config::load(path, &text, &Environment::lenient(), &accounts::platforms()).map_err(|problems| {
        problem_report::problems(&problems, &text);
        Failure::Found
    })
}
