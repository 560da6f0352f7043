//! The tasks that put: what waits while they commit goes into the next transaction.

use std::{collections::HashSet, error::Error, sync::Arc};

use sqlx::{PgConnection, PgPool};
use tokio::sync::{Mutex, mpsc, oneshot};
use tower_tencent_webhook::EventKey;

use super::{
    row::key,
    transaction::{is_about_data, transact},
};
use crate::{
    record::Columns,
    store::{Entry, StoreError, StoreErrorKind, Stored},
};

/// How many puts may wait; whoever comes then waits for a place, or gives up.
const WAITING: usize = 1024;
/// How many puts share a transaction, at most.
const BATCH: usize = 128;
/// How many bytes they may have together. The server takes no message of more than 1 GiB.
const BYTES: usize = 16 * 1024 * 1024;
/// What an entry takes besides its body, more or less.
const COLUMNS: usize = 512;

pub(super) struct Submitted {
    entries: Vec<Entry>,
    answer: oneshot::Sender<Result<Vec<Stored>, StoreError>>,
}

pub(super) async fn put(
    puts: &mpsc::Sender<Submitted>,
    mut entries: Vec<Entry>,
) -> Result<Vec<Stored>, StoreError> {
    let closed = || StoreError::of(StoreErrorKind::Closed);
    let mut stored = Vec::with_capacity(entries.len());
    while !entries.is_empty() {
        let some = entries
            .drain(..fitting(entries.iter().map(bytes)))
            .collect();
        let (answer, answered) = oneshot::channel();
        let submitted = Submitted {
            entries: some,
            answer,
        };
        puts.send(submitted).await.map_err(|_| closed())?;
        stored.extend(answered.await.map_err(|_| closed())??);
    }
    Ok(stored)
}

/// How many of the first fit into a transaction; at least one.
fn fitting(sizes: impl Iterator<Item = usize>) -> usize {
    let mut total: usize = 0;
    let fits = |size: &usize| {
        total = total.saturating_add(*size);
        total <= BYTES
    };
    sizes.take_while(fits).count().max(1)
}

fn bytes(entry: &Entry) -> usize {
    entry.record.body().len() + COLUMNS
}

/// Starts the writers. They end when the last store is dropped.
pub(super) fn spawn(pool: &PgPool, writers: usize) -> mpsc::Sender<Submitted> {
    let (puts, receiver) = mpsc::channel(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..writers {
        tokio::spawn(write(pool.clone(), Arc::clone(&receiver)));
    }
    puts
}

async fn write(pool: PgPool, receiver: Arc<Mutex<mpsc::Receiver<Submitted>>>) {
    let mut batch = Vec::with_capacity(BATCH);
    // One writer at a time waits for puts, so that it gets all that have come.
    while receiver.lock().await.recv_many(&mut batch, BATCH).await > 0 {
        // Nothing is stored for whoever has given up waiting.
        batch.retain(|one: &Submitted| !one.answer.is_closed());
        while !batch.is_empty() {
            let sizes = batch.iter().map(Submitted::bytes);
            let mut some = batch.drain(..fitting(sizes)).collect();
            put_together(&pool, &mut some).await;
        }
    }
}

async fn put_together(pool: &PgPool, batch: &mut Vec<Submitted>) {
    let entries = batch.iter().flat_map(|one| &one.entries);
    match transact(pool, async |connection| insert(connection, entries).await).await {
        Ok(new) => answer(batch, new),
        Err(error) if batch.len() > 1 && is_about_data(&error) => {
            for one in batch.drain(..) {
                let put = transact(pool, async |connection| {
                    insert(connection, one.entries.iter()).await
                })
                .await;
                one.answer(put);
            }
        }
        Err(error) => {
            tracing::warn!(
                error = error.source().map(tracing::field::display),
                "a transaction of the inbox failed"
            );
            for one in batch.drain(..) {
                one.answer(Err(StoreError::of(error.kind())));
            }
        }
    }
}

/// `new` are the keys of the batch that are new. Of entries with the same key the first is.
fn answer(batch: &mut Vec<Submitted>, mut new: HashSet<EventKey>) {
    for one in batch.drain(..) {
        let of = |entry: &Entry| match new.remove(&entry.key) {
            true => Stored::New,
            false => Stored::Known,
        };
        let stored = one.entries.iter().map(of).collect();
        let _ = one.answer.send(Ok(stored)); // whoever asked may have given up
    }
}

impl Submitted {
    fn bytes(&self) -> usize {
        self.entries.iter().map(bytes).sum()
    }

    fn answer(self, put: Result<HashSet<EventKey>, StoreError>) {
        match put {
            Ok(new) => answer(&mut vec![self], new),
            Err(error) => drop(self.answer.send(Err(error))),
        }
    }
}

/// Inserts the entries whose keys are new, and tells which those are.
pub(super) async fn insert(
    connection: &mut PgConnection,
    entries: impl Iterator<Item = &Entry>,
) -> Result<HashSet<EventKey>, sqlx::Error> {
    // Never DO UPDATE: a batch may hold a key twice.
    const PUT: &str = "INSERT INTO tencent_inbox \
        (key, sdk_app_id, command, body, client_ip, platform, auth, received) \
        SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::bytea[], $5::text[], \
        $6::text[], $7::text[], $8::bigint[]) \
        ON CONFLICT (key) DO NOTHING RETURNING key";

    // All batches lock keys in the same order, so none waits for one that waits for it.
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|entry| entry.key);

    let mut keys = Vec::with_capacity(entries.len());
    let mut apps = Vec::with_capacity(entries.len());
    let mut commands = Vec::with_capacity(entries.len());
    let mut bodies = Vec::with_capacity(entries.len());
    let mut client_ips = Vec::with_capacity(entries.len());
    let mut platforms = Vec::with_capacity(entries.len());
    let mut auths = Vec::with_capacity(entries.len());
    let mut received = Vec::with_capacity(entries.len());
    for entry in entries {
        let columns = Columns::from(&entry.record);
        keys.push(entry.key.as_bytes().to_vec());
        apps.push(columns.sdk_app_id);
        commands.push(columns.command);
        bodies.push(columns.body);
        client_ips.push(columns.client_ip);
        platforms.push(columns.platform);
        auths.push(columns.auth);
        received.push(columns.received);
    }
    let rows = sqlx::query(PUT)
        .persistent(false)
        .bind(keys)
        .bind(apps)
        .bind(commands)
        .bind(bodies)
        .bind(client_ips)
        .bind(platforms)
        .bind(auths)
        .bind(received)
        .fetch_all(connection)
        .await?;
    rows.iter().map(key).collect()
}
