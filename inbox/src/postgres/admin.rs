//! What an operator sees and changes.

use std::time::Duration;

use sqlx::{PgConnection, PgPool, Postgres, Row, postgres::PgArguments, query::Query};

use super::{
    row::{id, item},
    transaction::transact,
};
use crate::store::{CHUNK, Filter, Item, State, Stats, StoreError};

/// The rows that a filter matches: its parameters are $1 to $5.
macro_rules! matching {
    () => {
        "($1::smallint IS NULL OR state = $1) AND ($2::text IS NULL OR command = $2) \
         AND ($3::bigint IS NULL OR sdk_app_id = $3) AND ($4::bytea IS NULL OR key = $4) \
         AND ($5::bigint[] IS NULL OR id = ANY ($5))"
    };
}

/// The columns of an item but its body.
macro_rules! columns {
    () => {
        "id, key, sdk_app_id, command, client_ip, platform, auth, received, state, attempts, failures, \
         crashes, replays, (extract(epoch FROM ended) * 1000)::bigint AS ended_ms, error"
    };
}

/// A change of a chunk of the rows that a filter matches, from the one after $6 on.
macro_rules! chunk {
    ($change:literal, $states:literal) => {
        concat!(
            "WITH chunk AS (SELECT id FROM tencent_inbox WHERE ",
            $states,
            " AND ",
            matching!(),
            " AND id > $6 ORDER BY id LIMIT $7 FOR UPDATE) ",
            $change,
            " WHERE inbox.id = chunk.id RETURNING inbox.id"
        )
    };
}

pub(super) const REPLAY: &str = chunk!(
    "UPDATE tencent_inbox AS inbox SET state = 0, failures = 0, crashes = 0, \
     replays = replays + 1, ended = NULL, due = now() FROM chunk",
    "state IN (2, 3) AND body IS NOT NULL"
);
pub(super) const BURY: &str = chunk!(
    "UPDATE tencent_inbox AS inbox SET state = 3, crashes = 0, \
     error = 'buried: given up by an operator', ended = now() FROM chunk",
    // Two conditions, so that each is that of an index.
    "(state = 0 AND crashes = 0 OR state = 0 AND crashes > 0)"
);
pub(super) const PURGE: &str = chunk!(
    "DELETE FROM tencent_inbox AS inbox USING chunk",
    "state IN (2, 3)"
);

/// Changes all rows that the filter matches, a chunk in each transaction, so that none takes long.
/// Tells how many there were.
pub(super) async fn change(
    pool: &PgPool,
    sql: &'static str,
    filter: Filter,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    let mut after = 0_u64;
    loop {
        let chunk = transact(pool, async |connection| {
            let rows = bind(sql, &filter)
                .bind(after.cast_signed())
                .bind(CHUNK)
                .fetch_all(connection)
                .await?;
            rows.iter().map(id).collect::<Result<Vec<_>, _>>()
        });
        let chunk = chunk.await?;
        changed += chunk.len() as u64;
        match chunk.iter().max() {
            Some(&last) if chunk.len() as u64 == CHUNK.unsigned_abs() => after = last,
            _ => return Ok(changed),
        }
    }
}

pub(super) async fn stats(connection: &mut PgConnection) -> Result<Stats, sqlx::Error> {
    // Two sums, so that each condition is that of an index.
    const STATS: &str = "SELECT \
        (SELECT count(*) FROM tencent_inbox WHERE state = 0 AND crashes = 0) \
        + (SELECT count(*) FROM tencent_inbox WHERE state = 0 AND crashes > 0) AS waiting, \
        (SELECT count(*) FROM tencent_inbox WHERE state = 1) AS leased, \
        (SELECT count(*) FROM tencent_inbox WHERE state = 3) AS dead, \
        (extract(epoch FROM now() - least( \
        (SELECT min(due) FROM tencent_inbox WHERE state = 0 AND crashes = 0), \
        (SELECT min(due) FROM tencent_inbox WHERE state = 0 AND crashes > 0))) * 1000)::bigint \
        AS oldest";
    let row = sqlx::query(STATS)
        .persistent(false)
        .fetch_one(connection)
        .await?;
    let count = |column| row.try_get(column).map(i64::cast_unsigned);
    let oldest: Option<i64> = row.try_get("oldest")?;
    Ok(Stats {
        waiting: count("waiting")?,
        leased: count("leased")?,
        dead: count("dead")?,
        oldest_waiting: oldest
            .and_then(|ms| u64::try_from(ms).ok())
            .map(Duration::from_millis),
    })
}

pub(super) async fn list(
    connection: &mut PgConnection,
    filter: Filter,
    after: u64,
    limit: u32,
) -> Result<Vec<Item>, sqlx::Error> {
    const LIST: &str = concat!(
        "SELECT ",
        columns!(),
        ", NULL::bytea AS body FROM tencent_inbox WHERE ",
        matching!(),
        " AND id > $6 ORDER BY id LIMIT $7"
    );
    let rows = bind(LIST, &filter)
        .bind(after.cast_signed())
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.iter().map(item).collect()
}

pub(super) async fn get(
    connection: &mut PgConnection,
    id: u64,
) -> Result<Option<Item>, sqlx::Error> {
    const GET: &str = concat!(
        "SELECT ",
        columns!(),
        ", body FROM tencent_inbox WHERE id = $1"
    );
    let row = sqlx::query(GET)
        .persistent(false)
        .bind(id.cast_signed())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(item).transpose()
}

fn bind(sql: &'static str, filter: &Filter) -> Query<'static, Postgres, PgArguments> {
    let ids = |ids: &Vec<u64>| ids.iter().map(|id| id.cast_signed()).collect::<Vec<_>>();
    sqlx::query(sql)
        .persistent(false)
        .bind(filter.state.map(State::number))
        .bind(filter.command.clone())
        .bind(filter.sdk_app_id.map(u64::cast_signed))
        .bind(filter.key.map(|key| key.as_bytes().to_vec()))
        .bind(filter.ids.as_ref().map(ids))
}
