//! Paths that accounts are given by their settings, and those that are nobody's to give.

use super::{BuiltAdapter, PLATFORMS};
use crate::config::{AccountConfig, Config};
use crate::web::{HEALTH_PATH, HOLDER_PATH, LIVE_PATH, METRICS_PATH};
use crate::yaml::Problem;
use groupdesk_dashboard::ROUTES;
use std::collections::{BTreeMap, BTreeSet};

/// Paths that are the program's own, and those below which platforms' accounts have their routes; with a dashboard, those of its pages.
pub(super) fn reserved_paths(dashboard: Option<&str>) -> BTreeSet<String> {
    let of_platforms = PLATFORMS.iter().filter_map(|row| row.platform.path);
    let own = [HEALTH_PATH, HOLDER_PATH, LIVE_PATH, METRICS_PATH];
    let mut paths: BTreeSet<String> = of_platforms.chain(own).map(str::to_owned).collect();
    if let Some(base) = dashboard {
        let pages = ROUTES.iter();
        let first = pages.filter_map(|route| route.path.split('/').nth(1));
        paths.extend(
            first
                .filter(|name| !name.is_empty())
                .map(|name| format!("{base}/{name}")),
        );
    }
    paths
}

/// Returns the error about the paths that an account serves, of which `taken` has those of the accounts before it.
pub(super) fn taken_path(
    config: &Config,
    account: &AccountConfig,
    made: &BuiltAdapter,
    taken: &mut BTreeMap<String, String>,
) -> Option<Problem> {
    let elsewhere = format!(
        "give it a path of its own, and its implementation the same one: connection: {{ reverse: {{ path: /onebot/{} }} }} \
         / 给它换一个路径，实现一侧也要改",
        account.name
    );
    let problem =
        |message: String| Some(config.problem(&account.path("connection"), message, Some(elsewhere.clone())));
    let reserved = reserved_paths(config.dashboard.as_deref());
    for path in &made.chosen_paths {
        let is_below = |reserved: &String| {
            let rest = path.strip_prefix(reserved.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_overview = config
            .dashboard
            .as_deref()
            .is_some_and(|base| path.trim_end_matches('/') == base);
        if is_overview || reserved.iter().any(is_below) {
            return problem(format!(
                "the path `{path}` is the program's own / 路径已被本程序使用"
            ));
        }
        if let Some(other) = taken.get(path) {
            return problem(format!(
                "the accounts `{other}` and `{}` wait for their implementations at the same path `{path}` / 两个帐号的路径相同",
                account.name
            ));
        }
    }
    let own = made.chosen_paths.iter().cloned();
    taken.extend(own.map(|path| (path, account.name.clone())));
    None
}
