//! What only the server does.

use std::time::Duration;

use sqlx::{Connection, PgConnection, postgres::PgPoolOptions};
use tower_tencent_webhook::{Delivery, Handlers, reply::Ack};
use tower_tencent_webhook_inbox::{
    PgOptions, PgStore, Worker,
    store::{
        Admin, Claim, Claimed, Filter, Lease, OpenError, Queue, Retention, Settle, Settlement,
        State, Store, StoreErrorKind, Stored,
    },
};

use crate::support::{
    AFTER, LEASE, PATIENCE,
    bouncer::Bouncer,
    cluster::{self, Cluster},
    entry, entry_of, key, put, until,
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
    accepted.connect(&weak).await.expect("accepted explicitly");
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

/// Whoever migrates has a lock, and the others wait for it.
#[tokio::test]
async fn a_replica_waits_while_another_migrates() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let mut other = PgConnection::connect(&url).await.expect("a connection");
    let mut other = other.begin().await.expect("a transaction");
    sqlx::query("SELECT pg_advisory_xact_lock(x'74656e63696e626f'::bigint)")
        .execute(&mut *other)
        .await
        .expect("the lock");
    let opened = tokio::spawn({
        let url = url.clone();
        async move { PgStore::connect(&url).await }
    });
    waits_for(&mut other, "advisory").await;
    assert!(!opened.is_finished());
    other.rollback().await.expect("rolled back");
    opened.await.expect("no panic").expect("a store");
}

/// Whatever isolation the role or the database asks for: a snapshot taken before the wait would
/// not have it.
#[tokio::test]
async fn a_replica_that_waited_sees_what_was_migrated() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let mut other = PgConnection::connect(&url).await.expect("a connection");
    let mut other = other.begin().await.expect("a transaction");
    sqlx::query("SELECT pg_advisory_xact_lock(x'74656e63696e626f'::bigint)")
        .execute(&mut *other)
        .await
        .expect("the lock");
    let opened = tokio::spawn({
        let url = with_setting(&url, "default_transaction_isolation%3Dserializable");
        async move { PgStore::connect(&url).await }
    });
    waits_for(&mut other, "advisory").await;
    for migration in PgStore::MIGRATIONS {
        let done = sqlx::raw_sql(*migration).execute(&mut *other).await;
        done.expect("a migration");
    }
    other.commit().await.expect("committed");
    opened.await.expect("no panic").expect("a store");
}

#[tokio::test]
async fn a_repeat_is_known_whatever_isolation_is_the_default() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let strict = with_setting(&url, "default_transaction_isolation%3Dserializable");
    let store = PgStore::connect(&strict).await.expect("a store");
    let mut other = PgConnection::connect(&url).await.expect("a connection");
    let mut other = other.begin().await.expect("a transaction");
    insert(&mut other, 1).await;
    let repeat = tokio::spawn(async move { store.put(vec![entry(1)]).await });
    waits_for(&mut other, "transactionid").await;
    other.commit().await.expect("committed");
    let stored = repeat.await.expect("no panic").expect("put");
    assert_eq!(stored, [Stored::Known]);
}

/// A store behind the first schema is somebody else's, or was the store of this one before.
#[tokio::test]
async fn a_store_outside_the_first_schema_is_refused() {
    let (Some(first), Some(second)) = (cluster::schema_url(), cluster::schema_url()) else {
        return;
    };
    let store = PgStore::connect(&first).await.expect("a store");
    put(&store, [1]).await;
    let behind = first.rsplit("%3D").next().expect("a schema");
    let both = format!("{second},{behind}");
    let error = PgStore::connect(&both).await.expect_err("another's");
    assert!(error.to_string().contains(behind), "{error}");
    let before = format!("{first},{}", second.rsplit("%3D").next().expect("a schema"));
    PgStore::connect(&before).await.expect("its own is first");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_as_the_cause() {
    let url = "postgres://nobody@127.0.0.1:1/nothing";
    let OpenError::Engine(cause) = PgStore::connect(url).await.expect_err("nobody") else {
        unreachable!("the engine's error");
    };
    let cause = cause.to_string();
    assert!(cause.contains("refused"), "{cause}");
}

#[tokio::test]
async fn a_server_that_is_read_only_takes_nothing_until_it_writes_again() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let store = PgStore::connect(&cluster.schema_url()).await;
    let store = store.expect("a store");
    let set = |value| {
        cluster.psql(&format!(
            "ALTER SYSTEM SET default_transaction_read_only = {value}"
        ));
        cluster.psql("SELECT pg_reload_conf()");
    };
    set("on");
    until("it is read-only", async || {
        store.put(vec![entry(1)]).await.err()
    })
    .await;
    set("off");
    let stored = until("it writes again", async || {
        store.put(vec![entry(1), entry(2)]).await.ok()
    });
    assert!(stored.await.contains(&Stored::New));
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

/// The server takes no message of more than a GiB, so what is large shares no transaction.
#[tokio::test]
async fn large_bodies_are_put_in_parts() {
    const MIB: usize = 1024 * 1024;
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let store = PgStore::connect(&url).await.expect("a store");
    let body = bytes::Bytes::from(vec![b' '; MIB]);
    let large = |n| entry_of(n, AFTER, body.clone());
    let entries: Vec<_> = (0..40).chain([0]).map(large).collect();
    let mut stored = store.put(entries).await.expect("put");
    assert_eq!(stored.pop(), Some(Stored::Known));
    assert_eq!(stored, [Stored::New; 40]);
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    let most: i64 = sqlx::query_scalar(
        "SELECT max(count) FROM (SELECT count(*) FROM tencent_inbox GROUP BY xmin::text) AS counts",
    )
    .fetch_one(&mut connection)
    .await
    .expect("a number");
    assert!((2..=16).contains(&most), "{most} in a transaction");
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

/// Whoever locks several rows locks them in the order of their ids, so that nobody waits for one
/// that waits for him.
#[tokio::test]
async fn rows_are_locked_in_one_order() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let store = PgStore::connect(&url).await.expect("a store");
    put(&store, 1..=10).await;
    // What is claimed first lies first in the table.
    const LATER_ONES_FIRST: &str =
        "UPDATE tencent_inbox SET due = due - interval '1 hour' WHERE id > 5";
    sql(&url, LATER_ONES_FIRST).await;
    let mut claimed = Vec::new();
    for _ in 0..2 {
        let five = store.claim(Claim::new(5, LEASE)).await;
        claimed.extend(five.expect("claimed"));
    }
    let leases: Vec<_> = claimed.iter().map(|one| one.lease).collect();
    let end = Settle::Done { forget: false };
    let settle = |lease: &Lease| Settlement {
        lease: *lease,
        end: end.clone(),
    };

    let mut first = PgConnection::connect(&url).await.expect("a connection");
    let mut first = first.begin().await.expect("a transaction");
    lock(&mut first, 3).await.expect("it is free");
    // What somebody else has locked holds up nothing that is extended.
    store
        .extend(leases, Duration::ZERO)
        .await
        .expect("the others");
    let swept = store.sweep(Retention::default()).await.expect("sweep");
    assert_eq!(swept.interrupted.len(), 9);
    first.rollback().await.expect("rolled back");

    sql(&url, LATER_ONES_FIRST).await;
    let mut claimed = Vec::new();
    while let [one] = &store
        .claim(Claim::quarantine(LEASE))
        .await
        .expect("claimed")[..]
    {
        claimed.push(one.lease);
    }
    let settlements: Vec<_> = claimed.iter().map(settle).collect();
    let mut first = PgConnection::connect(&url).await.expect("a connection");
    let mut first = first.begin().await.expect("a transaction");
    lock(&mut first, 4).await.expect("it is free");
    let waits = tokio::spawn({
        let store = store.clone();
        async move { store.settle(settlements).await.map(drop) }
    });
    let mut others = PgConnection::connect(&url).await.expect("a connection");
    until("the rows before it are locked", async || {
        lock(&mut others, 2).await.is_err().then_some(())
    })
    .await;
    for seq in 5..=10 {
        let locked = lock(&mut others, seq).await;
        assert!(locked.is_ok(), "{seq} is locked");
    }
    first.rollback().await.expect("rolled back");
    waits.await.expect("no panic").expect("done");
}

/// Nobody finds again what was taken back, so it is told even if the rest of a sweep fails.
#[tokio::test]
async fn what_was_interrupted_is_told_whatever_fails_after_it() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let store = PgStore::connect(&url).await.expect("a store");
    put(&store, 1..=2).await;
    for lease in [Duration::ZERO, LEASE] {
        let claimed = store.claim(Claim::new(1, lease)).await.expect("claimed");
        if lease == LEASE {
            let lease = claimed[0].lease;
            let end = Settle::Done { forget: false };
            let done = vec![Settlement { lease, end }];
            store.settle(done).await.expect("settled");
        }
    }
    sql(
        &url,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'not now'; END $$; \
         CREATE TRIGGER refuse BEFORE DELETE ON tencent_inbox EXECUTE FUNCTION refuse()",
    )
    .await;
    let retention = Retention::new().done(Duration::ZERO);
    let swept = store.sweep(retention).await.expect("something to tell");
    assert_eq!((swept.interrupted.len(), swept.quarantine_due), (1, true));
    let swept = store.sweep(retention).await.expect("it is still to run");
    assert_eq!((swept.interrupted.len(), swept.quarantine_due), (0, true));
    let alone = store
        .claim(Claim::quarantine(LEASE))
        .await
        .expect("claimed");
    assert_eq!(alone.len(), 1);
    store.sweep(retention).await.expect_err("nothing to tell");
}

/// The server commits a claim when its standby is back, and nobody hears of it.
#[tokio::test]
async fn what_was_claimed_and_never_handed_out_is_given_back_uncounted() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let standby = |name: &str| {
        cluster.psql(&format!(
            "ALTER SYSTEM SET synchronous_standby_names = '{name}'"
        ));
        cluster.psql("SELECT pg_reload_conf()");
    };
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let store = PgStore::connect(&cluster.schema_url())
        .await
        .expect("a store");
    put(&store, [1]).await;
    standby("away");
    let mut next = 2;
    until("a commit waits for the standby", async || {
        next += 1;
        let put = store.put(vec![entry(next)]);
        let put = tokio::time::timeout(Duration::from_millis(200), put).await;
        put.is_err().then_some(())
    })
    .await;
    let error = store
        .claim(Claim::new(1, LEASE))
        .await
        .expect_err("no answer");
    assert_eq!(error.kind(), StoreErrorKind::TimedOut);
    // It is not there yet, and not forgotten for that.
    let swept = store.sweep(Retention::default()).await.expect("sweep");
    assert!(swept.interrupted.is_empty());
    standby("");
    until("the claim is committed", async || {
        (cluster.psql(waiting).trim() == "0").then_some(())
    })
    .await;
    let claimed = store.claim(Claim::new(1, LEASE)).await.expect("claim");
    assert_eq!((claimed.len(), claimed[0].attempt), (1, 1));
}

/// Each chunk is a transaction of its own, so that none takes long.
#[tokio::test]
async fn an_operator_changes_a_chunk_at_a_time() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let store = PgStore::connect(&url).await.expect("a store");
    put(&store, 0..1500).await;
    sql(
        &url,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'not this one'; END $$; \
         CREATE TRIGGER refuse BEFORE UPDATE ON tencent_inbox FOR EACH ROW WHEN (NEW.id = 1200) \
         EXECUTE FUNCTION refuse()",
    )
    .await;
    let filter = Filter::new().state(State::Waiting);
    store.bury(filter).await.expect_err("one is refused");
    assert_eq!(store.stats().await.expect("stats").dead, 1000);
}

/// A database that does not keep all letters settles all the same.
#[tokio::test]
async fn errors_are_kept_in_the_letters_of_the_database() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    cluster.psql("CREATE DATABASE latin1 TEMPLATE template0 ENCODING 'LATIN1'");
    let url = cluster.url().replacen("/postgres?", "/latin1?", 1);
    let store = PgStore::connect(&url).await.expect("a store");
    put(&store, 1..=2).await;
    let claimed = store.claim(Claim::new(2, LEASE)).await.expect("claimed");
    let end = Settle::Dead {
        error: "错误".to_owned(),
    };
    let settle = |one: &Claimed| Settlement {
        lease: one.lease,
        end: end.clone(),
    };
    let settlements = claimed.iter().map(settle).collect();
    let held = store.settle(settlements).await.expect("settled");
    assert_eq!(held, [true, true]);
    let dead = store.get(claimed[0].lease.id).await.expect("get");
    assert_eq!(
        dead.expect("it").error.as_deref(),
        Some("\\u{9519}\\u{8bef}")
    );
}

#[tokio::test]
async fn works_behind_pgbouncer() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let Some(bouncer) = Bouncer::start(&cluster) else {
        return;
    };
    until("it listens", async || bouncer.listens().then_some(())).await;
    let store = PgStore::connect(&bouncer.url()).await.expect("a store");
    // More at the same time than there are connections to the server.
    let puts = (0..200).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { put(&store, [n]).await })
    });
    for put in puts.collect::<Vec<_>>() {
        put.await.expect("stored");
    }
    let handlers = Handlers::new().fallback(|_: Delivery| async { Ack });
    let running = Worker::new(store.clone(), handlers).start();
    until("all are handled", async || {
        let done = Filter::new().state(State::Done);
        let done = store.list(done, 0, 1000).await.expect("list");
        (done.len() == 200).then_some(())
    })
    .await;
    assert_eq!(running.stop(PATIENCE).await, 0);
    assert_eq!(store.purge(Filter::new()).await.expect("purge"), 200);
}

/// Until somebody waits for a lock of this type.
async fn waits_for(connection: &mut PgConnection, what: &str) {
    until("it waits", async || {
        let waiting: i64 =
            sqlx::query_scalar("SELECT count(*) FROM pg_locks WHERE locktype = $1 AND NOT granted")
                .bind(what)
                .fetch_one(&mut *connection)
                .await
                .expect("a number");
        (waiting > 0).then_some(())
    })
    .await;
}

/// Inserts the key number `n`, so that whoever puts it waits until it is known what becomes of it.
async fn insert(connection: &mut PgConnection, n: u32) {
    sqlx::query(
        "INSERT INTO tencent_inbox (key, sdk_app_id, command, auth, received) VALUES ($1, 1, '', '', 0)",
    )
    .bind(key(n).as_bytes().to_vec())
    .execute(connection)
    .await
    .expect("inserted");
}

/// Locks a row, unless somebody else has.
async fn lock(connection: &mut PgConnection, seq: i64) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1 FROM tencent_inbox WHERE id = $1 FOR UPDATE NOWAIT")
        .bind(seq)
        .execute(connection)
        .await
        .map(drop)
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
    sql(
        &url,
        "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $$; \
         CREATE TRIGGER hang BEFORE INSERT ON tencent_inbox FOR EACH ROW WHEN (NEW.id = 1) \
         EXECUTE FUNCTION hang()",
    )
    .await;
    let error = store.put(vec![entry(1)]).await.expect_err("it hangs");
    assert_eq!(error.kind(), StoreErrorKind::TimedOut);
    let stored = store.put(vec![entry(2)]).await;
    assert_eq!(stored.expect("another connection"), [Stored::New]);
}

/// The server gives up, so that no session of its own is left that waits.
#[tokio::test]
async fn a_lock_is_waited_for_as_long_as_somebody_wants_to_know() {
    let Some(url) = cluster::schema_url() else {
        return;
    };
    let store = PgStore::connect(&url).await.expect("a store");
    let mut other = PgConnection::connect(&url).await.expect("a connection");
    let mut locked = other.begin().await.expect("a transaction");
    // Whoever inserts the same key waits until it is known what becomes of this one.
    insert(&mut locked, 1).await;
    let error = store.put(vec![entry(1)]).await.expect_err("it is locked");
    assert_eq!(error.kind(), StoreErrorKind::TimedOut);
    let waiting: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted \
         AND transactionid = pg_current_xact_id()::xid",
    )
    .fetch_one(&mut *locked)
    .await
    .expect("a number");
    assert_eq!(waiting, 0);
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
