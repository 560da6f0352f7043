//! Takes back what was in hand for too long, and removes what is over.

use std::{error::Error, time::Duration};

use sqlx::{PgConnection, PgPool, Row};

use super::{
    row::{id, key},
    statements::ms,
    transaction::transact,
};
use crate::store::{
    CHUNK, CRASHED, CRASHES_ALONE, Interrupted, Retention, State, StoreError, Swept, millis,
};

/// What is taken back and what has to run alone is told, whatever becomes of the rest: nobody finds
/// it again.
pub(super) async fn sweep(pool: &PgPool, retention: Retention) -> Result<Swept, StoreError> {
    let interrupted = transact(pool, take_back).await?;
    let alone_due = match transact(pool, alone_due).await {
        Err(error) if interrupted.is_empty() => return Err(error),
        due => due.unwrap_or_else(|_| interrupted.iter().any(|one| !one.dead)),
    };
    let removed = match remove_all(pool, retention).await {
        Err(error) if interrupted.is_empty() && !alone_due => return Err(error),
        Err(error) => {
            tracing::warn!(
                error = error.source().map(tracing::field::display),
                "what is over cannot be removed"
            );
            Removed::default()
        }
        Ok(removed) => removed,
    };
    Ok(Swept {
        more: removed.more || interrupted.len() as u64 == CHUNK.unsigned_abs(),
        removed: removed.count,
        alone_due,
        interrupted,
    })
}

#[derive(Default)]
struct Removed {
    count: u64,
    more: bool,
}

async fn remove_all(pool: &PgPool, retention: Retention) -> Result<Removed, StoreError> {
    let done = remove(pool, REMOVE_DONE, retention.done).await?;
    let dead = remove(pool, REMOVE_DEAD, retention.dead).await?;
    Ok(Removed {
        count: done + dead,
        more: done.max(dead) == CHUNK.unsigned_abs(),
    })
}

async fn take_back(connection: &mut PgConnection) -> Result<Vec<Interrupted>, sqlx::Error> {
    const TAKE_BACK: &str = "WITH late AS (SELECT seq FROM tencent_inbox \
        WHERE state = 1 AND leased_until <= now() LIMIT $3 FOR UPDATE SKIP LOCKED) \
        UPDATE tencent_inbox AS inbox SET crashes = crashes + 1, lease = NULL, leased_until = NULL, \
        state = CASE WHEN crashes >= $1 THEN 3 ELSE 0 END, \
        error = CASE WHEN crashes >= $1 THEN $2 ELSE error END, \
        ended = CASE WHEN crashes >= $1 THEN now() END, due = now() \
        FROM late WHERE inbox.seq = late.seq RETURNING inbox.seq, key, state";
    let rows = sqlx::query(TAKE_BACK)
        .persistent(false)
        .bind(CRASHES_ALONE)
        .bind(CRASHED)
        .bind(CHUNK)
        .fetch_all(connection)
        .await?;
    let interrupted = rows.iter().map(|row| {
        Ok(Interrupted {
            id: id(row)?,
            key: key(row)?,
            dead: row.try_get::<i16, _>("state")? == State::Dead.number(),
        })
    });
    interrupted.collect()
}

async fn alone_due(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    const ALONE_DUE: &str = "SELECT EXISTS (SELECT 1 FROM tencent_inbox \
        WHERE state = 0 AND crashes > 0 AND due <= now())";
    sqlx::query_scalar(ALONE_DUE)
        .persistent(false)
        .fetch_one(connection)
        .await
}

/// What ended in `state` more than $1 ms ago.
macro_rules! remove_sql {
    ($state:literal) => {
        concat!(
            "DELETE FROM tencent_inbox WHERE seq IN (SELECT seq FROM tencent_inbox WHERE state = ",
            $state,
            " AND ended <= now() - ",
            ms!(1),
            " LIMIT $2 FOR UPDATE SKIP LOCKED)"
        )
    };
}

const REMOVE_DONE: &str = remove_sql!(2);
const REMOVE_DEAD: &str = remove_sql!(3);

async fn remove(pool: &PgPool, sql: &'static str, age: Duration) -> Result<u64, StoreError> {
    transact(pool, async |connection| {
        let removed = sqlx::query(sql)
            .persistent(false)
            .bind(millis(age))
            .bind(CHUNK)
            .execute(connection)
            .await?;
        Ok(removed.rows_affected())
    })
    .await
}
