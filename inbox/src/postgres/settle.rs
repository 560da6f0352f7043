//! Settles what is in hand.

use std::collections::HashSet;

use sqlx::{PgConnection, PgPool, Row};

use super::{
    row::id,
    statements::columns,
    transaction::{is_about_data, transact},
};
use crate::store::{Change, Lease, Settlement, StoreError};

// The lease stays until the next one, so that what is told twice is known.
const SETTLE: &str = "WITH change AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], \
    $3::smallint[], $4::bigint[], $5::boolean[], $6::boolean[], $7::boolean[], $8::text[]) \
    AS change (seq, lease, state, delay, uncount, failed, forget, error)), \
    held AS (SELECT inbox.seq, inbox.lease, inbox.state FROM tencent_inbox AS inbox \
    JOIN change USING (seq, lease) WHERE inbox.state IN (1, change.state) \
    ORDER BY seq FOR UPDATE OF inbox), \
    settled AS (UPDATE tencent_inbox AS inbox SET state = change.state, \
    due = now() + change.delay * interval '1 millisecond', \
    tries = tries - change.uncount::integer, failures = failures + change.failed::integer, \
    crashes = CASE WHEN change.failed THEN 0 ELSE crashes END, \
    body = CASE WHEN change.forget THEN NULL ELSE body END, \
    error = coalesce(change.error, inbox.error), \
    ended = CASE WHEN change.state >= 2 THEN now() END, leased_until = NULL \
    FROM change JOIN held USING (seq, lease) WHERE inbox.seq = change.seq AND held.state = 1) \
    SELECT seq, lease FROM held";

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
