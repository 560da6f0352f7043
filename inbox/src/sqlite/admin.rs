//! What an operator changes.

use sqlx::{Row, Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};
use tokio::sync::mpsc;

use super::{
    statements::now,
    writer::{Request, Submitted, ask},
};
use crate::store::{CHUNK, Filter, StoreError};

/// The rows that a filter matches: its parameters are ?1 to ?5.
macro_rules! matching {
    () => {
        "(?1 IS NULL OR state = ?1) AND (?2 IS NULL OR command = ?2) AND (?3 IS NULL OR app = ?3) \
         AND (?4 IS NULL OR key = ?4) AND (?5 IS NULL OR seq IN (SELECT value FROM json_each(?5)))"
    };
}
pub(super) use matching;

pub(super) fn bind<'q>(
    query: Query<'q, Sqlite, SqliteArguments>,
    filter: &Filter,
) -> Query<'q, Sqlite, SqliteArguments> {
    // `Debug` of a list of numbers is JSON.
    let ids = filter.ids.as_ref().map(|ids| format!("{ids:?}"));
    query
        .bind(filter.state.map(crate::State::number))
        .bind(filter.command.clone())
        .bind(filter.sdk_app_id.map(u64::cast_signed))
        .bind(filter.key.map(|key| key.as_bytes().to_vec()))
        .bind(ids)
}

/// A change of a chunk of the rows that a filter matches, from the one after ?6 on.
macro_rules! chunk {
    ($change:expr, $states:literal) => {
        concat!(
            $change,
            " WHERE seq IN (SELECT seq FROM inbox WHERE ",
            $states,
            " AND ",
            matching!(),
            " AND seq > ?6 ORDER BY seq LIMIT ?7) RETURNING seq"
        )
    };
}

pub(super) const REPLAY: &str = chunk!(
    concat!(
        "UPDATE inbox SET state = 0, failures = 0, crashes = 0, replays = replays + 1, ",
        "ended = NULL, due = ",
        now!()
    ),
    "state IN (2, 3) AND body IS NOT NULL"
);
pub(super) const BURY: &str = chunk!(
    concat!(
        "UPDATE inbox SET state = 3, crashes = 0, error = 'buried: given up by an operator', ",
        "ended = ",
        now!()
    ),
    "state = 0"
);
pub(super) const PURGE: &str = chunk!("DELETE FROM inbox", "state IN (2, 3)");

/// One chunk of a change. Tells the ids.
struct Chunk {
    sql: &'static str,
    filter: Filter,
    after: i64,
}

impl Request for Chunk {
    type Output = Vec<i64>;

    fn is_one_statement(&self) -> bool {
        true
    }

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<Vec<i64>, sqlx::Error> {
        let rows = bind(sqlx::query(self.sql), &self.filter)
            .bind(self.after)
            .bind(CHUNK)
            .fetch_all(connection)
            .await?;
        rows.iter().map(|row| row.try_get("seq")).collect()
    }
}

/// Changes all rows that the filter matches, a chunk at a time, so that the writer goes on with
/// what else it is asked. Tells how many there were.
pub(super) async fn change(
    requests: &mpsc::Sender<Submitted>,
    sql: &'static str,
    filter: Filter,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    let mut after = 0;
    loop {
        let filter = filter.clone();
        let chunk = ask(requests, Chunk { sql, filter, after }).await?;
        changed += chunk.len() as u64;
        match chunk.iter().max() {
            Some(&last) if chunk.len() as i64 == CHUNK => after = last,
            _ => return Ok(changed),
        }
    }
}
