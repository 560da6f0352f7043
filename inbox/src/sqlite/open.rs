//! Opens the file: its mode, its lock, its journal, its schema.

use std::{
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::task::spawn_blocking;

use super::{
    file::{FileIdentity, Lock, owner_only, sibling},
    sql::now,
    writer::Opened,
};
use crate::store::OpenError;

/// Each sets `user_version` to its number, from 1.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("0001.sql")];

pub(super) async fn open(path: &Path) -> Result<Opened, OpenError> {
    let text = path.to_string_lossy();
    if text.is_empty() || text.contains(":memory:") {
        return Err(OpenError::InMemory);
    }
    let path = path.to_owned();
    let prepared = spawn_blocking(move || prepare(&path)).await;
    let Prepared { path, lock } = prepared.map_err(|error| OpenError::Engine(error.into()))??;

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
    reclaim(&mut connection).await?;
    Ok(Opened {
        options,
        connection,
        identity: FileIdentity::of(&path)?,
        lock,
    })
}

/// What a store holds as long as it is open: the file under its one name, and its lock.
struct Prepared {
    path: PathBuf,
    lock: Lock,
}

/// Makes the file unless it is there, keeps others out by its mode, and locks it for this store.
fn prepare(path: &Path) -> Result<Prepared, OpenError> {
    match owner_only().create_new(true).open(path) {
        Ok(file) => file.sync_all()?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    let path = path.canonicalize()?;
    let lock = Lock::take(&path)?;
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm"] {
        keep_others_out(&sibling(&path, suffix))?;
    }
    if let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    Ok(Prepared { path, lock })
}

/// An older file may be open to others; SQLite gives its mode to what it makes beside it.
#[cfg(unix)]
fn keep_others_out(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(path, private)?;
    }
    Ok(())
}

/// The file's entry in its folder has to be durable too.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
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
    let known = MIGRATIONS.len();
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > known {
        return Err(OpenError::NewerSchema(version));
    }
    for migration in &MIGRATIONS[done..] {
        sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Nobody else has the file, so whoever held a lease is dead. What was never tried is due, also if it
/// was stored while the clock was ahead.
async fn reclaim(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    const DUE: &str = concat!(
        "UPDATE inbox SET due = ",
        now!(),
        " WHERE state = 0 AND crashes = 0 AND attempts = 0 AND due > ",
        now!()
    );
    for sql in ["UPDATE inbox SET leased_until = 0 WHERE state = 1", DUE] {
        sqlx::query(sql).execute(&mut *connection).await?;
    }
    Ok(())
}
