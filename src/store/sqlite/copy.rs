//! Copies of a store's file: made while another program serves with it, checked, and put in its place again. And a look at
//! a store that changes nothing.

use super::faults::Faults;
use super::file::{self, beside};
use super::migrations::{applied, layout};
use super::open::Opening;
use super::rows::sql;
use super::{OWNER, SqliteStore};
use crate::store::{Result, Store as _, StoreError};
use sqlx::{ConnectOptions, Connection};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Instruction where a file or its folder can't be written.
const WRITABLE: &str = "give the program's user the right to write the file and its folder";

/// Owner and key of the memo that a file bears from the beginning of its copy into a database until something else is
/// written into it.
pub(in crate::store) const COPY_MARK: (&str, &str) = (OWNER, "copy mark");

/// Copies the store at `path` to the new file `copy`, whole and as of one moment, whoever serves with it meanwhile; then
/// reads the copy through. Returns its size in bytes. The copy is readable by its owner only.
///
/// # Errors
/// [`StoreError::Open`] when there is no store that can be read, [`StoreError::Copy`] when `copy` is there already, can't
/// be written, or is not as it should be; nothing is left at `copy` then.
pub async fn backup(path: &Path, copy: &Path) -> Result<u64> {
    exists(path)?;
    let part = beside(copy, &format!(".part-{}", std::process::id()));
    absent(copy)?;
    let made = async {
        write(&Opening::of(path).existing(), path, &part).await?;
        // Never over a file that came meanwhile. Where the file system has no links, the look before has to do.
        let linked = fs::hard_link(&part, copy);
        match linked {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => absent(copy),
            Ok(()) => remove(&part),
            Err(_) => fs::rename(&part, copy).map_err(|error| unwritable(copy, &error)),
        }
    };
    let made = made.await;
    if let Err(error) = made {
        // What is left of it is of no use.
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    let size = fs::metadata(copy).map_err(|error| unwritable(copy, &error))?;
    Ok(size.len())
}

/// Puts what is in `copy` in the place of the store at `path`, whose [`Lease`](crate::store::Lease) the caller holds. The
/// store that stands there is kept beside it; its new path is returned.
///
/// # Errors
/// [`StoreError::Copy`] when `copy` is no whole store of this version or an older one, or can't be put there; the store at
/// `path` is as it was then, or stands under the name that the error says.
pub async fn restore(copy: &Path, path: &Path, stamp: &str) -> Result<Option<PathBuf>> {
    exists(copy)?;
    let ready = beside(path, &format!(".restoring-{}", std::process::id()));
    let written = async {
        // A copy without a log beside it is read as it is, also where nothing can be written.
        let logged = fs::metadata(beside(copy, "-wal")).is_ok_and(|log| log.len() > 0);
        let source = Opening::of(copy);
        let source = if logged {
            source.existing()
        } else {
            source.existing().read_only(true).immutable(true)
        };
        known(&source, copy).await?;
        write(&source, copy, &ready).await
    };
    if let Err(error) = written.await {
        let _ = fs::remove_file(&ready);
        return Err(error);
    }
    let aside = free_name(path, stamp);
    file::put_in_place(&ready, path, &[], &aside).map_err(|error| {
        let _ = fs::remove_file(&ready);
        StoreError::Copy {
            path: path.to_owned(),
            why: format!(
                "it can't be put in place: {error}; the store that stood there is there still, or at {}",
                beside(path, &aside).display()
            ),
            help: WRITABLE,
        }
    })
}

/// Looks if a program could serve with the store at `path`: that the file can be read and written and is a store of this
/// version or an older one, or can be made. Changes nothing.
///
/// # Errors
/// [`StoreError::Open`] with the reason for which it can't.
pub async fn look(path: &Path) -> Result<()> {
    let error = |why: String, help| StoreError::Open {
        path: path.to_owned(),
        why,
        help,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let why = format!("there is no folder {}", folder.display());
        return Err(error(why, "make the folder, or correct `store.path`"));
    }
    if !may_write(folder) {
        let why = format!("nothing can be written in the folder {}", folder.display());
        return Err(error(why, WRITABLE));
    }
    match fs::metadata(path) {
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(other) => return Err(error(other.to_string(), WRITABLE)),
        Ok(found) if found.is_dir() => {
            let why = "it is a folder".to_owned();
            return Err(error(
                why,
                "`store.path` names a file in it, such as data/groupdesk.db",
            ));
        }
        Ok(found) if found.len() == 0 => return Ok(()),
        Ok(_) => {}
    }
    File::options()
        .write(true)
        .open(path)
        .map_err(|denied| error(denied.to_string(), WRITABLE))?;
    let logged = beside(path, "-wal").exists();
    let source = Opening::of(path).existing().read_only(true);
    known(&source.immutable(!logged), path).await
}

/// Copies a database into a new file, and reads that through.
async fn write(source: &sqlx::sqlite::SqliteConnectOptions, path: &Path, to: &Path) -> Result<()> {
    let opening = |error: &sqlx::Error| Faults::of(path).opening(error);
    let unwritten = |error: &sqlx::Error| StoreError::Copy {
        path: to.to_owned(),
        why: error.to_string(),
        help: "make room, or name a file in a folder that can be written to",
    };
    private(to).map_err(|error| unwritable(to, &error))?;
    let mut from = source.connect().await.map_err(|error| opening(&error))?;
    applied(&mut from).await.map_err(|error| opening(&error))?;
    let absolute = std::path::absolute(to).map_err(|error| unwritable(to, &error))?;
    let Some(name) = absolute.to_str() else {
        return Err(StoreError::Copy {
            path: to.to_owned(),
            why: "its name is not UTF-8".to_owned(),
            help: "give it a name in letters and digits",
        });
    };
    let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut from).await;
    // Closed before anything else is done with the files: that would give up its locks.
    let closed = from.close().await;
    copied.and(closed).map_err(|error| unwritten(&error))?;
    let mut made = Opening::of(to)
        .existing()
        .read_only(true)
        .immutable(true)
        .connect()
        .await
        .map_err(|error| unwritten(&error))?;
    let found: std::result::Result<Vec<String>, _> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(&mut made)
        .await;
    let closed = made.close().await;
    let found = found
        .and_then(|found| closed.map(|()| found))
        .map_err(|error| unwritten(&error))?;
    if found != ["ok"] {
        return Err(StoreError::Copy {
            path: path.to_owned(),
            why: format!("it is damaged: {}", found.join("; ")),
            help: "save what it has with `sqlite3 FILE .recover`, or take an older copy",
        });
    }
    File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(|error| unwritable(to, &error))
}

/// Fails unless the database is a store whose form this program knows.
pub(super) async fn known(source: &sqlx::sqlite::SqliteConnectOptions, path: &Path) -> Result<()> {
    let faults = Faults::of(path);
    let mut connection = source.connect().await.map_err(|error| faults.opening(&error))?;
    let found = applied(&mut connection).await;
    let closed = connection.close().await;
    let found = found
        .and_then(|found| closed.map(|()| found))
        .map_err(|error| faults.opening(&error))?;
    layout(&found).map(drop).map_err(|error| faults.migrating(&error))
}

fn exists(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        found => Err(StoreError::Open {
            path: path.to_owned(),
            why: match found {
                Ok(_) => "it is no file".to_owned(),
                Err(error) => error.to_string(),
            },
            help: "name the file of a store",
        }),
    }
}

fn absent(copy: &Path) -> Result<()> {
    match fs::symlink_metadata(copy) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(StoreError::Copy {
            path: copy.to_owned(),
            why: "there is such a file already".to_owned(),
            help: "name another one: nothing is overwritten",
        }),
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Copy {
        path: path.to_owned(),
        why: error.to_string(),
        help: "make room, or name a file in a folder that can be written to",
    }
}

fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(|error| unwritable(path, &error))
}

/// Makes an empty file that only its owner reads: a store has what members said.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Returns the ending of a name beside the store that nothing has.
fn free_name(path: &Path, stamp: &str) -> String {
    let name = |number: u32| match number {
        1 => format!(".before-restore-{stamp}"),
        number => format!(".before-restore-{stamp}-{number}"),
    };
    let is_free = |name: &String| fs::symlink_metadata(beside(path, name)).is_err();
    (1..).map(name).find(is_free).unwrap_or_default()
}

#[cfg(unix)]
fn may_write(folder: &Path) -> bool {
    use rustix::fs::{Access, access};
    access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

/// Elsewhere only the attempt tells.
#[cfg(not(unix))]
fn may_write(_: &Path) -> bool {
    true
}

impl SqliteStore {
    /// Returns the mark of a copy of this store, a random one. It is made where there is none.
    pub(in crate::store) async fn copy_mark(&self) -> Result<Option<String>> {
        let (owner, key) = COPY_MARK;
        let mark = self.memo(owner, key).await?;
        if mark.is_some() {
            return Ok(mark);
        }
        let mut writer = self.writer().await?;
        let made = sqlx::query(sql(
            "INSERT INTO memos (owner, key, value) VALUES (?, ?, lower(hex(randomblob(16))))",
        ))
        .bind(owner)
        .bind(key)
        .execute(writer.connection()?)
        .await;
        writer.finish(made.map(drop).map_err(Into::into)).await?;
        self.memo(owner, key).await
    }
}

impl Opening {
    /// Opens the file at `path` for reading.
    fn of(path: &Path) -> Self {
        Self::new(path, super::Durability::default())
    }
}
