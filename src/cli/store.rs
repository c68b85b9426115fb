//! `groupdesk store copy`: what is in a file into a database.

use super::language::said;
use super::runtime::runtime;
use super::{Failure, output, problem_report};
use crate::store::{self, CopiedTable, PostgresAddress, PostgresStore, Store as _, StoreError};
use groupdesk_contract::Secret;
use std::path::Path;

/// The arguments of `store`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Copy a store in a file into an empty PostgreSQL database; one that broke off goes on
    Copy {
        /// The file, as sqlite:groupdesk.db; no program may serve with it
        from: String,
        /// The database, as postgres://groupdesk@db.example:5432/groupdesk; its password may be in PGPASSWORD
        to: String,
    },
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let Command::Copy { from, to } = &options.command;
    let from = from
        .strip_prefix("sqlite:")
        .filter(|path| !path.is_empty())
        .ok_or_else(|| {
            Failure::Usage(said!(
                "第一个参数是数据文件，例如 sqlite:groupdesk.db",
                "the first argument is the file, such as sqlite:groupdesk.db"
            ))
        })?;
    if !Path::new(from).exists() {
        return Err(Failure::Usage(said!(
            "{from} 处没有数据文件",
            "there is no store at {from}"
        )));
    }
    if !to.starts_with("postgres://") && !to.starts_with("postgresql://") {
        return Err(Failure::Usage(said!(
            "第二个参数是数据库地址，例如 postgres://groupdesk@db.example:5432/groupdesk",
            "the second argument is the database, such as postgres://groupdesk@db.example:5432/groupdesk"
        )));
    }
    let runtime = runtime()?;
    let address = PostgresAddress {
        urls: vec![Secret::new(to.as_str())],
        password: None,
        pooled: false,
    };
    let copied: Result<Vec<CopiedTable>, StoreError> = runtime.block_on(async {
        let target = PostgresStore::open(&address).await?;
        let copied = store::copy(Path::new(from), &target, |table| {
            output::tell(format_args!(
                "{}: {} → {}",
                table.name, table.source, table.target
            ));
        });
        let copied = copied.await;
        target.close().await;
        copied
    });
    let copied = copied.map_err(|error| {
        Failure::Broken(match error {
            StoreError::Outdated { .. } => said!(
                "没有搬完，也不能接着搬：上次开始搬以后，数据文件又被用过，数据库里的是旧的。请重新建一个空数据库（dropdb、createdb），再搬一次",
                "the copy is not whole and can't go on: {error}"
            ),
            error => {
                let error = problem_report::store(&error);
                said!(
                    "没有搬完，再运行一次会接着搬：{error}",
                    "the copy is not whole, run it once more to go on: {error}"
                )
            }
        })
    })?;
    let rows: u64 = copied.iter().map(|table| table.target).sum();
    let tables = copied.len();
    output::line(said!(
        "{tables} 张表、{rows} 行，两边一致；现在可以把 groupdesk.yaml 的 store.url 指向这个数据库",
        "{tables} tables with {rows} rows, the same on both sides; `store.url` in groupdesk.yaml can name this database now"
    ))
}
