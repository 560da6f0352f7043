//! What a worker asks, as statements of PostgreSQL.

use std::{collections::HashSet, error::Error, time::Duration};

use sqlx::{PgConnection, PgPool, Row};

use super::{
    row::{claimed, id, key},
    transaction::{is_about_data, transact},
};
use crate::store::{
    CHUNK, CRASHED, CRASHES_IN_QUARANTINE, Change, Claim, Claimed, Interrupted, Lease, Retention,
    Settlement, State, StoreError, Swept, millis,
};

/// `$n` milliseconds.
macro_rules! ms {
    ($n:literal) => {
        concat!("$", $n, "::bigint * interval '1 millisecond'")
    };
}

pub(super) async fn claim(
    connection: &mut PgConnection,
    claim: Claim,
    token: i64,
) -> Result<Vec<Claimed>, sqlx::Error> {
    /// Differs only in the index.
    macro_rules! claim {
        ($crashes:literal) => {
            concat!(
                "WITH due AS (SELECT id FROM tencent_inbox WHERE state = 0 AND ",
                $crashes,
                " AND due <= now() ORDER BY due, id LIMIT $1 FOR UPDATE SKIP LOCKED) ",
                "UPDATE tencent_inbox AS inbox SET state = 1, attempts = attempts + 1, lease = $2, ",
                "leased_until = now() + ",
                ms!(3),
                " FROM due WHERE inbox.id = due.id RETURNING inbox.id, lease, key, sdk_app_id, ",
                "command, body, client_ip, platform, auth, received, attempts, failures, replays"
            )
        };
    }
    let sql = if claim.quarantine {
        claim!("crashes > 0")
    } else {
        claim!("crashes = 0")
    };
    let rows = sqlx::query(sql)
        .persistent(false)
        .bind(i64::try_from(claim.limit).unwrap_or(i64::MAX))
        .bind(token)
        .bind(millis(claim.lease))
        .fetch_all(connection)
        .await?;
    rows.iter().map(claimed).collect()
}

/// Gives back, uncounted, what claims have claimed that failed afterwards: nobody has it in hand.
/// Tells the tokens of what there was.
pub(super) async fn give_back(
    connection: &mut PgConnection,
    tokens: &[i64],
) -> Result<Vec<i64>, sqlx::Error> {
    const GIVE_BACK: &str = "UPDATE tencent_inbox SET state = 0, attempts = attempts - 1, \
        leased_until = NULL WHERE id IN (SELECT id FROM tencent_inbox \
        WHERE state = 1 AND lease = ANY ($1) ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING lease";
    sqlx::query_scalar(GIVE_BACK)
        .persistent(false)
        .bind(tokens)
        .fetch_all(connection)
        .await
}

/// A row that somebody else has locked is extended the next time: the others do not wait for it.
pub(super) async fn extend(
    connection: &mut PgConnection,
    leases: Vec<Lease>,
    lease: Duration,
) -> Result<(), sqlx::Error> {
    const EXTEND: &str = concat!(
        "WITH held AS (SELECT inbox.id FROM tencent_inbox AS inbox ",
        "JOIN unnest($1::bigint[], $2::bigint[]) AS held (id, lease) USING (id, lease) ",
        "WHERE state = 1 ORDER BY id FOR UPDATE OF inbox SKIP LOCKED) ",
        "UPDATE tencent_inbox AS inbox SET leased_until = now() + ",
        ms!(3),
        " FROM held WHERE inbox.id = held.id"
    );
    let (ids, tokens) = columns(leases.iter());
    sqlx::query(EXTEND)
        .persistent(false)
        .bind(ids)
        .bind(tokens)
        .bind(millis(lease))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) fn columns<'a>(leases: impl Iterator<Item = &'a Lease>) -> (Vec<i64>, Vec<i64>) {
    leases
        .map(|lease| (lease.id.cast_signed(), lease.token))
        .unzip()
}

// The lease stays until the next one, so that what is told twice is known.
const SETTLE: &str = "WITH change AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], \
    $3::smallint[], $4::bigint[], $5::boolean[], $6::boolean[], $7::boolean[], $8::text[]) \
    AS change (id, lease, state, delay, uncount, failed, forget, error)), \
    held AS (SELECT inbox.id, inbox.lease, inbox.state FROM tencent_inbox AS inbox \
    JOIN change USING (id, lease) WHERE inbox.state IN (1, change.state) \
    ORDER BY id FOR UPDATE OF inbox), \
    settled AS (UPDATE tencent_inbox AS inbox SET state = change.state, \
    due = now() + change.delay * interval '1 millisecond', \
    attempts = attempts - change.uncount::integer, failures = failures + change.failed::integer, \
    crashes = CASE WHEN change.failed THEN 0 ELSE crashes END, \
    body = CASE WHEN change.forget THEN NULL ELSE body END, \
    error = coalesce(change.error, inbox.error), \
    ended = CASE WHEN change.state >= 2 THEN now() END, leased_until = NULL \
    FROM change JOIN held USING (id, lease) WHERE inbox.id = change.id AND held.state = 1) \
    SELECT id, lease FROM held";

pub(super) async fn settle(
    pool: &PgPool,
    settlements: Vec<Settlement>,
) -> Result<Vec<bool>, StoreError> {
    let (leases, mut changes): (Vec<_>, Vec<_>) = settlements
        .into_iter()
        .map(|one| (one.lease, Change::from(one.end)))
        .unzip();
    let try_once = async |changes: &[Change]| {
        transact(pool, async |connection| {
            change(connection, &leases, changes).await
        })
        .await
    };
    let settled = match try_once(&changes).await {
        Err(error) if is_about_data(&error) => {
            // The encoding of the database does not have all letters of the errors.
            for error in changes.iter_mut().filter_map(|one| one.error.as_mut()) {
                *error = error.escape_default().to_string();
            }
            try_once(&changes).await?
        }
        settled => settled?,
    };
    let held = leases.iter().map(|lease| settled.contains(lease));
    Ok(held.collect())
}

/// Tells which leases were held.
async fn change(
    connection: &mut PgConnection,
    leases: &[Lease],
    changes: &[Change],
) -> Result<HashSet<Lease>, sqlx::Error> {
    let (ids, tokens) = columns(leases.iter());
    let all = |of: fn(&Change) -> bool| changes.iter().map(of).collect::<Vec<_>>();
    let states: Vec<_> = changes.iter().map(|one| one.state.number()).collect();
    let delays: Vec<_> = changes.iter().map(|one| one.delay_ms).collect();
    let errors: Vec<_> = changes.iter().map(|one| one.error.as_deref()).collect();
    let held = sqlx::query(SETTLE)
        .persistent(false)
        .bind(ids)
        .bind(tokens)
        .bind(states)
        .bind(delays)
        .bind(all(|one| one.uncount))
        .bind(all(|one| one.failed))
        .bind(all(|one| one.forget))
        .bind(errors)
        .fetch_all(connection)
        .await?;
    let lease = |row| {
        Ok(Lease {
            id: id(row)?,
            token: row.try_get("lease")?,
        })
    };
    held.iter().map(lease).collect()
}

/// What is taken back and what has to run alone is told, whatever becomes of the rest: nobody finds
/// it again.
pub(super) async fn sweep(pool: &PgPool, retention: Retention) -> Result<Swept, StoreError> {
    let interrupted = transact(pool, reclaim).await?;
    let quarantine_due = match transact(pool, quarantine_due).await {
        Err(error) if interrupted.is_empty() => return Err(error),
        due => due.unwrap_or_else(|_| interrupted.iter().any(|one| !one.dead)),
    };
    let removed = match remove_all(pool, retention).await {
        Err(error) if interrupted.is_empty() && !quarantine_due => return Err(error),
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
        quarantine_due,
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

async fn reclaim(connection: &mut PgConnection) -> Result<Vec<Interrupted>, sqlx::Error> {
    const TAKE_BACK: &str = "WITH late AS (SELECT id FROM tencent_inbox \
        WHERE state = 1 AND leased_until <= now() LIMIT $3 FOR UPDATE SKIP LOCKED) \
        UPDATE tencent_inbox AS inbox SET crashes = crashes + 1, lease = NULL, leased_until = NULL, \
        state = CASE WHEN crashes >= $1 THEN 3 ELSE 0 END, \
        error = CASE WHEN crashes >= $1 THEN $2 ELSE error END, \
        ended = CASE WHEN crashes >= $1 THEN now() END, due = now() \
        FROM late WHERE inbox.id = late.id RETURNING inbox.id, key, state";
    let rows = sqlx::query(TAKE_BACK)
        .persistent(false)
        .bind(CRASHES_IN_QUARANTINE)
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

async fn quarantine_due(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    const QUARANTINE_DUE: &str = "SELECT EXISTS (SELECT 1 FROM tencent_inbox \
        WHERE state = 0 AND crashes > 0 AND due <= now())";
    sqlx::query_scalar(QUARANTINE_DUE)
        .persistent(false)
        .fetch_one(connection)
        .await
}

/// What ended in `state` more than $1 ms ago.
macro_rules! remove_sql {
    ($state:literal) => {
        concat!(
            "DELETE FROM tencent_inbox WHERE id IN (SELECT id FROM tencent_inbox WHERE state = ",
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
