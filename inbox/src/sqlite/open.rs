//! Opens the file: its mode, its lock, its journal, its schema.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::task::spawn_blocking;

use super::SqliteStore;
use crate::store::OpenError;

/// An open file.
pub(super) struct Opened {
    pub(super) options: SqliteConnectOptions,
    pub(super) connection: SqliteConnection,
    pub(super) lock: File,
}

pub(super) async fn open(path: &Path) -> Result<Opened, OpenError> {
    let text = path.to_string_lossy();
    if text.is_empty() || text.contains(":memory:") {
        return Err(OpenError::InMemory);
    }
    let path = path.to_owned();
    let lock = spawn_blocking({
        let path = path.clone();
        move || prepare(&path)
    })
    .await
    .map_err(|error| OpenError::Engine(error.into()))??;

    let options = SqliteConnectOptions::new()
        .filename(&path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        // macOS flushes to the disk itself only when asked to.
        .pragma("fullfsync", "1")
        .pragma("checkpoint_fullfsync", "1")
        // 16 MiB of pages in memory, and a checkpoint for every 16 MiB of log.
        .pragma("cache_size", "-16384")
        .pragma("wal_autocheckpoint", "4096");
    let mut connection = SqliteConnection::connect_with(&options).await?;
    check_journal(&mut connection).await?;
    migrate(&mut connection).await?;
    take_back(&mut connection).await?;
    Ok(Opened {
        options,
        connection,
        lock,
    })
}

/// Locks the file for this store, and makes it with a mode that keeps others out.
///
/// The lock is a file of its own: closing a second handle of the database would drop SQLite's own
/// locks.
fn prepare(path: &Path) -> Result<File, OpenError> {
    let lock = private().open(beside(path, ".lock"))?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::Locked,
        TryLockError::Error(error) => OpenError::File(error),
    })?;
    if !path.exists() {
        private().open(path)?.sync_all()?;
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        sync_folder(folder.unwrap_or(Path::new(".")))?;
    }
    Ok(lock)
}

/// The file's entry in its folder has to be durable too.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

async fn check_journal(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(connection)
        .await?;
    if mode.eq_ignore_ascii_case("wal") {
        Ok(())
    } else {
        Err(OpenError::NotWal)
    }
}

async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *transaction)
        .await?;
    let known = SqliteStore::MIGRATIONS.len();
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > known {
        return Err(OpenError::NewerSchema(version));
    }
    for migration in &SqliteStore::MIGRATIONS[done..] {
        sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Nobody else has the file, so whoever held a lease is dead.
async fn take_back(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE inbox SET leased_until = 0 WHERE state = 1")
        .execute(connection)
        .await?;
    Ok(())
}
