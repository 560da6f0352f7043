//! What only the file does.

use std::{fs, path::PathBuf};

use tempfile::TempDir;
use tower_tencent_webhook_inbox::{
    SqliteStore,
    store::{Admin, Filter, OpenError, Queue, Retention, State, Store, StoreErrorKind, Stored},
};

use crate::support::{claim_all, entry, put, until};

fn path() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("inbox.db");
    (folder, path)
}

#[tokio::test]
async fn keeps_what_it_stored() {
    let (_folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    put(&store, [1]).await;
    store.close().await;
    let closed = store.put(vec![entry(2)]).await.expect_err("closed");
    assert_eq!(closed.kind(), StoreErrorKind::Closed);

    let store = SqliteStore::open(&path).await.expect("the store again");
    assert_eq!(
        store.put(vec![entry(1)]).await.expect("put"),
        [Stored::Known]
    );
}

#[tokio::test]
async fn one_store_has_the_file() {
    let (_folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    let second = SqliteStore::open(&path).await.expect_err("in use");
    assert!(matches!(second, OpenError::Locked), "{second:?}");
    put(&store, [1]).await;
    drop(store);
    until("the file is free", async || {
        SqliteStore::open(&path).await.ok()
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_file_is_the_file() {
    let (folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).expect("a link");
    let second = SqliteStore::open(&link).await.expect_err("in use");
    assert!(matches!(second, OpenError::Locked), "{second:?}");
    drop(store);
}

/// It would have a journal of its own under each name.
#[cfg(unix)]
#[tokio::test]
async fn a_file_with_two_names_is_refused() {
    let (folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    let link = folder.path().join("link.db");
    fs::hard_link(&path, &link).expect("a link");
    SqliteStore::open(&link).await.expect_err("in use");
    put(&store, [1]).await;
    store.close().await;
    SqliteStore::open(&link).await.expect_err("two names");
    fs::remove_file(&link).expect("removed");
    SqliteStore::open(&path).await.expect("one name");
}

/// What is locked is the file, not only its name: a container may know it by another one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_file_is_in_use_whatever_its_name() {
    let (folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    fs::remove_file(folder.path().join("inbox.db.lock")).expect("removed");
    let second = SqliteStore::open(&path).await.expect_err("in use");
    assert!(matches!(second, OpenError::Locked), "{second:?}");
    // Another process meets a lock, and this one is not among those that SQLite asks for.
    let locked = std::process::Command::new("flock")
        .args(["--nonblock", "--exclusive"])
        .arg(&path)
        .arg("true")
        .status();
    assert!(!locked.expect("flock").success());
    put(&store, [1]).await;
    assert_eq!(store.stats().await.expect("stats").waiting, 1);
}

#[tokio::test]
async fn a_store_in_memory_is_refused() {
    for path in [":memory:", "file::memory:?cache=shared", ""] {
        let error = SqliteStore::open(path).await.expect_err("it forgets");
        assert!(matches!(error, OpenError::InMemory), "{path}: {error:?}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (_folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    store.close().await;
    sql(&path, "PRAGMA user_version = 1000").await;
    let error = SqliteStore::open(&path).await.expect_err("too new");
    assert!(matches!(error, OpenError::NewerSchema(1000)), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let (_folder, path) = path();
    fs::write(
        &path,
        "not a database, but long enough to be looked at".repeat(40),
    )
    .expect("a file");
    let error = SqliteStore::open(&path).await.expect_err("no database");
    assert!(matches!(error, OpenError::NotADatabase), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_store_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("note.txt");
    fs::write(&path, "a note").expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("permissions");
    SqliteStore::open(&path).await.expect_err("no database");
    let mode = fs::metadata(&path).expect("metadata").permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, path) = path();
    fs::write(&path, "").expect("an older file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("permissions");
    let store = SqliteStore::open(&path).await.expect("a store");
    put(&store, [1]).await;
    for file in fs::read_dir(folder.path()).expect("a folder") {
        let file = file.expect("a file");
        let mode = file.metadata().expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[tokio::test]
async fn what_was_in_hand_at_a_crash_comes_back_at_once() {
    let (_folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    put(&store, [1]).await;
    assert_eq!(claim_all(&store).await.len(), 1);
    store.close().await; // and nobody has settled it

    let store = SqliteStore::open(&path).await.expect("the store again");
    let swept = store.sweep(Retention::default()).await.expect("sweep");
    assert_eq!(swept.interrupted.len(), 1);
    let waiting = Filter::new().state(State::Waiting);
    let waiting = store.list(waiting, 0, 10).await.expect("list");
    assert_eq!(waiting[0].crashes, 1);
}

/// What it repeats may have been written by a process that died before it flushed.
#[tokio::test]
async fn a_repeat_is_flushed_too() {
    let (folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    let journal = || {
        let journal = fs::metadata(folder.path().join("inbox.db-wal"));
        journal.expect("a journal").len()
    };
    put(&store, [1]).await;
    let before = journal();
    let again = store.put(vec![entry(1)]).await.expect("put");
    assert_eq!(again, [Stored::Known]);
    assert!(
        journal() > before,
        "nothing was written, so nothing is flushed"
    );
}

#[tokio::test]
async fn what_was_never_tried_is_due_whatever_the_clock_was() {
    let (_folder, path) = path();
    let store = SqliteStore::open(&path).await.expect("a store");
    put(&store, [1]).await;
    store.close().await;
    sql(&path, "UPDATE inbox SET due = due + 86400000").await;
    let store = SqliteStore::open(&path).await.expect("the store again");
    assert_eq!(claim_all(&store).await.len(), 1);
}

/// SQLite itself would go on in a file that the next start does not find.
#[cfg(unix)]
#[tokio::test]
async fn nothing_is_acknowledged_once_the_file_is_gone() {
    for lost in ["inbox.db", "inbox.db-wal"] {
        for moved in [true, false] {
            let (folder, path) = path();
            let store = SqliteStore::open(&path).await.expect("a store");
            put(&store, [1]).await;
            let lost = folder.path().join(lost);
            match moved {
                true => fs::rename(&lost, folder.path().join("elsewhere")),
                false => fs::remove_file(&lost),
            }
            .expect("a file");
            for n in 2..4 {
                let error = store.put(vec![entry(n)]).await.expect_err("it is gone");
                assert_eq!(error.kind(), StoreErrorKind::Failed);
            }
            assert!(
                !path.exists() || lost != path,
                "nothing is made in its place"
            );
        }
    }
}

/// Runs a statement beside the store.
async fn sql(path: &std::path::Path, sql: &'static str) {
    use sqlx::Connection;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = sqlx::SqliteConnection::connect_with(&options)
        .await
        .expect("a connection");
    sqlx::raw_sql(sql)
        .execute(&mut connection)
        .await
        .expect("a statement");
    connection.close().await.expect("closed");
}
