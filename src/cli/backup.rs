//! `groupdesk backup` and `groupdesk restore`: a copy of the store while the program serves, and back.

use super::language::said;
use super::runtime::runtime;
use super::tickets::store_settings;
use super::{Failure, clock, output, problem_report};
use crate::store::{self, Lease, StoreError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The options of `backup` and `restore`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The copy: a new file for `backup`, one that it made for `restore`
    file: PathBuf,
    /// The configuration, which names the store [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Returns the file of the store; a database is backed up with its own tools.
fn store_file(config: Option<&Path>) -> Result<PathBuf, Failure> {
    let settings = store_settings(config)?;
    settings.file().map(Path::to_owned).ok_or_else(|| {
        Failure::Usage(said!(
            "数据在 {store}：请用 pg_dump 备份、pg_restore 恢复",
            "the store is {store}: back it up with pg_dump, and restore it with pg_restore",
            store = settings.shown().display()
        ))
    })
}

/// Copies the store, and reads the copy through.
pub(super) fn backup(options: &Options) -> Result<(), Failure> {
    let path = store_file(options.config.as_deref())?;
    if !path.exists() {
        return Err(Failure::Usage(said!(
            "{path} 处没有数据文件，没有可备份的",
            "there is no store at {path}: nothing to back up",
            path = path.display()
        )));
    }
    let bytes = runtime()?.block_on(store::backup(&path, &options.file));
    let bytes = bytes.map_err(|error| {
        let error = problem_report::store(&error);
        Failure::Broken(said!("没有备份：{error}", "no backup was made: {error}"))
    })?;
    let (path, copy) = (path.display(), options.file.display());
    output::line(said!(
        "已把 {path} 备份到 {copy}（{bytes} 字节，已检查完整）",
        "{path} is backed up in {copy} ({bytes} bytes, read through)"
    ))
}

/// Puts a copy in the store's place, and keeps what stood there.
pub(super) fn restore(options: &Options) -> Result<(), Failure> {
    let path = store_file(options.config.as_deref())?;
    let stamp = clock::of_process()?.now().strftime("%Y%m%d-%H%M%S").to_string();
    let restored = runtime()?.block_on(async {
        // Held to the end: nobody must begin to serve meanwhile.
        let lease = Lease::take(&path, Duration::ZERO).await?;
        let aside = store::restore(&options.file, &path, &stamp).await;
        drop(lease);
        aside
    });
    let aside = restored.map_err(|error| {
        Failure::Broken(match error {
            StoreError::Taken { process, .. } => said!(
                "groupdesk 正在运行（进程 {process}），没有恢复；请先停止它",
                "nothing was restored: groupdesk runs (process {process}); stop it first"
            ),
            error => {
                let error = problem_report::store(&error);
                said!("没有恢复：{error}", "nothing was restored: {error}")
            }
        })
    })?;
    let (copy, store) = (options.file.display(), path.display());
    output::line(said!(
        "已把 {copy} 恢复到 {store}",
        "{store} is what {copy} holds now"
    ))?;
    if let Some(aside) = aside {
        let aside = aside.display();
        output::line(said!(
            "原来的数据保存在 {aside}，不需要时可以删除",
            "what stood there is kept at {aside}; delete it when it is not needed"
        ))?;
    }
    output::line(said!("下一步：groupdesk run", "next: groupdesk run"))
}
