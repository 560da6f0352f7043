//! Reads beside the writer, without holding it up.

use std::time::Duration;

use sqlx::{
    Row, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tower_tencent_webhook::EventKey;

use super::sql::{bind, item, matching, now};
use crate::store::{Filter, Item, Stats, StoreError};

/// The columns of an item but its body.
macro_rules! columns {
    () => {
        "id, key, sdk_app_id, command, client_ip, platform, auth, received, state, attempts, failures, \
         crashes, replays, ended, error"
    };
}

#[derive(Clone)]
pub(super) struct Reader(SqlitePool);

impl Reader {
    /// Opens the file when it is first asked.
    pub(super) fn new(options: &SqliteConnectOptions) -> Self {
        let pool = SqlitePoolOptions::new()
            .max_connections(2)
            .acquire_timeout(Duration::from_secs(5));
        Self(pool.connect_lazy_with(options.clone().read_only(true)))
    }

    pub(super) async fn close(&self) {
        self.0.close().await;
    }

    pub(super) async fn stats(&self) -> Result<Stats, StoreError> {
        const STATS: &str = concat!(
            "SELECT (SELECT count(*) FROM inbox WHERE state = 0 AND crashes = 0) ",
            "+ (SELECT count(*) FROM inbox WHERE state = 0 AND crashes > 0) AS waiting, ",
            "(SELECT count(*) FROM inbox WHERE state = 1) AS leased, ",
            "(SELECT count(*) FROM inbox WHERE state = 3) AS dead, ",
            now!(),
            " - (SELECT min(due) FROM (SELECT min(due) AS due FROM inbox WHERE state = 0 AND crashes = 0 ",
            "UNION ALL SELECT min(due) FROM inbox WHERE state = 0 AND crashes > 0)) AS oldest"
        );
        let row = sqlx::query(STATS).fetch_one(&self.0).await?;
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

    /// The last id, and that of the row with this key.
    pub(super) async fn reach(
        &self,
        key: Option<EventKey>,
    ) -> Result<(u64, Option<u64>), StoreError> {
        const REACH: &str = "SELECT (SELECT coalesce(max(id), 0) FROM inbox) AS last, \
            (SELECT id FROM inbox WHERE key = ?1) AS with_key";
        let row = sqlx::query(REACH)
            .bind(key.map(|key| key.as_bytes().to_vec()))
            .fetch_one(&self.0)
            .await?;
        let with_key: Option<i64> = row.try_get("with_key")?;
        let last: i64 = row.try_get("last")?;
        Ok((last.cast_unsigned(), with_key.map(i64::cast_unsigned)))
    }

    /// The first id behind this one: those of rows that were removed are not given again.
    pub(super) async fn first_after(&self, id: u64) -> Result<Option<u64>, StoreError> {
        let first: Option<i64> = sqlx::query_scalar("SELECT min(id) FROM inbox WHERE id > ?1")
            .bind(id.cast_signed())
            .fetch_one(&self.0)
            .await?;
        Ok(first.map(i64::cast_unsigned))
    }

    pub(super) async fn list(
        &self,
        filter: Filter,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Item>, StoreError> {
        const LIST: &str = concat!(
            "SELECT ",
            columns!(),
            ", NULL AS body FROM inbox WHERE ",
            matching!(),
            " AND id > ?6 ORDER BY id LIMIT ?7"
        );
        let rows = bind(sqlx::query(LIST), &filter)
            .bind(after.cast_signed())
            .bind(limit)
            .fetch_all(&self.0)
            .await?;
        Ok(rows.iter().map(item).collect::<Result<_, _>>()?)
    }

    pub(super) async fn get(&self, id: u64) -> Result<Option<Item>, StoreError> {
        const GET: &str = concat!("SELECT ", columns!(), ", body FROM inbox WHERE id = ?1");
        let row = sqlx::query(GET)
            .bind(id.cast_signed())
            .fetch_optional(&self.0)
            .await?;
        Ok(row.as_ref().map(item).transpose()?)
    }
}
