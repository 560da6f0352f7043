//! What a worker asks, as statements of PostgreSQL.

use std::{collections::HashSet, time::Duration};

use sqlx::{PgConnection, Row};

use super::row::claimed;
use crate::store::{Change, Claim, Claimed, Lease, Settlement, millis};

/// `$n` milliseconds.
macro_rules! ms {
    ($n:literal) => {
        concat!("$", $n, "::bigint * interval '1 millisecond'")
    };
}
pub(super) use ms;

pub(super) async fn claim(
    connection: &mut PgConnection,
    claim: Claim,
    token: i64,
) -> Result<Vec<Claimed>, sqlx::Error> {
    /// Differs only in the index.
    macro_rules! claim {
        ($crashes:literal) => {
            concat!(
                "WITH due AS (SELECT seq FROM tencent_inbox WHERE state = 0 AND ",
                $crashes,
                " AND due <= now() ORDER BY due, seq LIMIT $1 FOR UPDATE SKIP LOCKED) ",
                "UPDATE tencent_inbox AS inbox SET state = 1, tries = tries + 1, lease = $2, ",
                "leased_until = now() + ",
                ms!(3),
                " FROM due WHERE inbox.seq = due.seq RETURNING inbox.seq, lease, key, app, ",
                "command, body, client_ip, platform, auth, received, tries, failures, replays"
            )
        };
    }
    let sql = if claim.alone {
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

pub(super) async fn extend(
    connection: &mut PgConnection,
    leases: Vec<Lease>,
    lease: Duration,
) -> Result<(), sqlx::Error> {
    const EXTEND: &str = concat!(
        "WITH held AS (SELECT inbox.seq FROM tencent_inbox AS inbox ",
        "JOIN unnest($1::bigint[], $2::bigint[]) AS held (seq, lease) USING (seq, lease) ",
        "WHERE state = 1 ORDER BY seq FOR UPDATE OF inbox) ",
        "UPDATE tencent_inbox AS inbox SET leased_until = now() + ",
        ms!(3),
        " FROM held WHERE inbox.seq = held.seq"
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

pub(super) async fn settle(
    connection: &mut PgConnection,
    settlements: Vec<Settlement>,
) -> Result<Vec<bool>, sqlx::Error> {
    // The lease stays until the next one, so that what is told twice is known.
    const SETTLE: &str = "WITH change AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], \
        $3::smallint[], $4::bigint[], $5::boolean[], $6::boolean[], $7::boolean[], $8::text[]) \
        AS change (seq, lease, state, delay, uncount, failed, forget, error)), \
        held AS (SELECT inbox.seq, inbox.state FROM tencent_inbox AS inbox \
        JOIN change USING (seq, lease) WHERE inbox.state IN (1, change.state) \
        ORDER BY seq FOR UPDATE OF inbox), \
        settled AS (UPDATE tencent_inbox AS inbox SET state = change.state, \
        due = now() + change.delay * interval '1 millisecond', \
        tries = tries - change.uncount::integer, failures = failures + change.failed::integer, \
        body = CASE WHEN change.forget THEN NULL ELSE body END, \
        error = coalesce(change.error, inbox.error), \
        ended = CASE WHEN change.state >= 2 THEN now() END, leased_until = NULL \
        FROM change JOIN held USING (seq) WHERE inbox.seq = change.seq AND held.state = 1) \
        SELECT seq FROM held";
    let leases: Vec<_> = settlements.iter().map(|one| one.lease).collect();
    let changes = settlements.into_iter().map(|one| Change::from(one.end));
    let changes: Vec<_> = changes.collect();
    let (ids, tokens) = columns(leases.iter());
    let all = |of: fn(&Change) -> bool| changes.iter().map(of).collect::<Vec<_>>();

    let settled = sqlx::query(SETTLE)
        .persistent(false)
        .bind(ids)
        .bind(tokens)
        .bind(
            changes
                .iter()
                .map(|one| one.state.number())
                .collect::<Vec<_>>(),
        )
        .bind(changes.iter().map(|one| one.delay_ms).collect::<Vec<_>>())
        .bind(all(|one| one.uncount))
        .bind(all(|one| one.failed))
        .bind(all(|one| one.forget))
        .bind(
            changes
                .iter()
                .map(|one| one.error.clone())
                .collect::<Vec<_>>(),
        )
        .fetch_all(connection)
        .await?;
    let settled: HashSet<u64> = settled
        .iter()
        .map(|row| row.try_get::<i64, _>("seq").map(i64::cast_unsigned))
        .collect::<Result<_, _>>()?;
    let held = leases.iter().map(|lease| settled.contains(&lease.id));
    Ok(held.collect())
}

fn columns<'a>(leases: impl Iterator<Item = &'a Lease>) -> (Vec<i64>, Vec<i64>) {
    leases
        .map(|lease| (lease.id.cast_signed(), lease.token))
        .unzip()
}
