//! What a worker asks, as statements of PostgreSQL.

use std::time::Duration;

use sqlx::PgConnection;

use super::row::claimed;
use crate::store::{Claim, Claimed, Lease, millis};

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

/// Gives back, uncounted, what claims have claimed that failed afterwards: nobody has it in hand.
/// Tells the tokens of what there was.
pub(super) async fn give_back(
    connection: &mut PgConnection,
    tokens: &[i64],
) -> Result<Vec<i64>, sqlx::Error> {
    const GIVE_BACK: &str = "UPDATE tencent_inbox SET state = 0, tries = tries - 1, \
        leased_until = NULL WHERE seq IN (SELECT seq FROM tencent_inbox \
        WHERE state = 1 AND lease = ANY ($1) ORDER BY seq FOR UPDATE SKIP LOCKED) RETURNING lease";
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
        "WITH held AS (SELECT inbox.seq FROM tencent_inbox AS inbox ",
        "JOIN unnest($1::bigint[], $2::bigint[]) AS held (seq, lease) USING (seq, lease) ",
        "WHERE state = 1 ORDER BY seq FOR UPDATE OF inbox SKIP LOCKED) ",
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

pub(super) fn columns<'a>(leases: impl Iterator<Item = &'a Lease>) -> (Vec<i64>, Vec<i64>) {
    leases
        .map(|lease| (lease.id.cast_signed(), lease.token))
        .unzip()
}
