//! What only the server does.

use sqlx::{Connection, PgConnection, postgres::PgPoolOptions};
use tower_tencent_webhook_inbox::{OpenError, PgOptions, PgStore, Store, StoreErrorKind, Stored};

use crate::support::{
    cluster::{self, Cluster},
    entry, entry_of, key,
};

/// The same schema, with a setting of the session.
fn with_setting(url: &str, setting: &str) -> String {
    format!("{url}%20-c%20{setting}")
}

#[tokio::test]
async fn a_server_that_may_forget_is_refused() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let weak = with_setting(&url, "synchronous_commit%3Doff");
    let error = PgStore::connect(&weak).await.expect_err("it may forget");
    let setting = "synchronous_commit";
    assert!(
        matches!(error, OpenError::WeakDurability(found) if found == setting),
        "{error:?}"
    );
    let accepted = PgOptions::new().accept_weak_durability();
    accepted.connect(&weak).await.expect("accepted in words");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    PgStore::connect(&url).await.expect("a store");
    sql(&url, "UPDATE tencent_inbox_schema SET version = 1000").await;
    let error = PgStore::connect(&url).await.expect_err("too new");
    assert!(matches!(error, OpenError::NewerSchema(1000)), "{error:?}");
}

#[tokio::test]
async fn whoever_migrates_himself_is_told_when_to() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let open = || PgOptions::new().migrate(false).connect(&url);
    let error = open().await.expect_err("nothing is there");
    assert!(matches!(error, OpenError::OlderSchema(0)), "{error:?}");
    for migration in PgStore::MIGRATIONS {
        sql(&url, migration).await;
    }
    let store = open().await.expect("a store");
    let stored = store.put(vec![entry(1)]).await.expect("put");
    assert_eq!(stored, [Stored::New]);
}

#[tokio::test]
async fn replicas_that_start_together_migrate_once() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let opened = (0..4).map(|_| {
        tokio::spawn({
            let url = url.clone();
            async move { PgStore::connect(&url).await }
        })
    });
    for opened in opened.collect::<Vec<_>>() {
        opened.await.expect("no panic").expect("a store");
    }
}

/// PostgreSQL takes no NUL in text. Whoever sends one is not stored, and holds up nobody else.
#[tokio::test]
async fn a_value_that_the_server_refuses_fails_for_itself() {
    let Some(store) = cluster::store().await else {
        return;
    };
    let puts = (1..=20).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            match n % 5 {
                0 => store.put(vec![entry_of(n, "Cake.\0", "{}")]).await,
                _ => store.put(vec![entry(n)]).await,
            }
        })
    });
    let mut refused = 0;
    for put in puts.collect::<Vec<_>>() {
        match put.await.expect("no panic") {
            Ok(stored) => assert_eq!(stored, [Stored::New]),
            Err(_) => refused += 1,
        }
    }
    assert_eq!(refused, 4);
}

#[tokio::test]
async fn puts_work_again_when_the_server_is_back() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let store = PgStore::connect(&cluster.schema_url())
        .await
        .expect("a store");
    assert_eq!(store.put(vec![entry(1)]).await.expect("put"), [Stored::New]);
    cluster.kill();
    store
        .put(vec![entry(2)])
        .await
        .expect_err("nobody is there");
    cluster.up();
    let stored = store.put(vec![entry(1), entry(2)]).await.expect("put");
    assert_eq!(stored, [Stored::Known, Stored::New]);
}

/// A transaction that the server does not end in time costs its connection, and nobody waits for
/// that one any more: not even a pool that has only one.
#[tokio::test]
async fn a_connection_that_hangs_is_given_up() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let pool = PgPoolOptions::new().max_connections(1).connect(&url).await;
    let store = PgStore::new(pool.expect("a pool")).await.expect("a store");
    // Whoever inserts the same key waits until it is known what becomes of this one.
    let mut other = PgConnection::connect(&url).await.expect("a connection");
    let mut other = other.begin().await.expect("a transaction");
    sqlx::query(
        "INSERT INTO tencent_inbox (key, app, command, auth, received) VALUES ($1, 1, '', '', 0)",
    )
    .bind(key(1).as_bytes().to_vec())
    .execute(&mut *other)
    .await
    .expect("inserted");
    let error = store.put(vec![entry(1)]).await.expect_err("it hangs");
    assert_eq!(error.kind(), StoreErrorKind::TimedOut);
    let stored = store.put(vec![entry(2)]).await;
    assert_eq!(stored.expect("another connection"), [Stored::New]);
}

/// Runs statements as an operator.
async fn sql(url: &str, sql: &'static str) {
    let connection = PgConnection::connect(url).await;
    let mut connection = connection.expect("a connection");
    sqlx::raw_sql(sql)
        .execute(&mut connection)
        .await
        .expect("statements");
}
