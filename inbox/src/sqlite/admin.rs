//! What an operator changes.

use sqlx::SqliteConnection;
use tokio::sync::mpsc;

use super::{
    reader::Reader,
    sql::{bind, matching, now},
    writer::{Request, Submitted, ask},
};
use crate::store::{Filter, StoreError};

/// A change of the rows that a filter matches among those after ?6, up to ?7.
macro_rules! chunk {
    ($change:expr, $states:literal) => {
        concat!(
            $change,
            " WHERE id > ?6 AND id <= ?7 AND ",
            $states,
            " AND ",
            matching!()
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

/// How many rows are looked at in one transaction, so that puts do not wait for long. How many of
/// them match makes no difference: no index serves every filter.
const STEP: u64 = 2000;

/// One step of a change. Tells how many rows it changed.
struct Step {
    sql: &'static str,
    filter: Filter,
    after: u64,
    until: u64,
}

impl Request for Step {
    type Output = u64;

    fn is_one_statement(&self) -> bool {
        true
    }

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
        let changed = bind(sqlx::query(self.sql), &self.filter)
            .bind(self.after.cast_signed())
            .bind(self.until.cast_signed())
            .execute(connection)
            .await?;
        Ok(changed.rows_affected())
    }
}

/// Changes all rows that the filter matches, a step at a time, so that the writer goes on with
/// what else it is asked. Tells how many there were.
pub(super) async fn change(
    requests: &mpsc::Sender<Submitted>,
    reader: &Reader,
    sql: &'static str,
    filter: Filter,
) -> Result<u64, StoreError> {
    let (last, with_key) = reader.reach(filter.key).await?;
    let mut ids = filter.ids.clone();
    if filter.key.is_some() {
        let meant = |id: &u64| ids.as_ref().is_none_or(|ids| ids.contains(id));
        ids = Some(with_key.into_iter().filter(meant).collect());
    }
    if let Some(ids) = &mut ids {
        ids.sort_unstable();
    }
    let (mut changed, mut after) = (0, 0);
    loop {
        let first = match &ids {
            Some(ids) => ids.get(ids.partition_point(|id| *id <= after)).copied(),
            None => reader.first_after(after).await?,
        };
        let Some(first) = first.filter(|first| *first <= last) else {
            return Ok(changed);
        };
        let (before, until) = (first - 1, first + STEP);
        let among = |ids: &Vec<u64>| {
            let place = |id| ids.partition_point(|one| *one <= id);
            ids[place(before)..place(until)].to_vec()
        };
        let step = Step {
            sql,
            filter: Filter {
                ids: ids.as_ref().map(among),
                ..filter.clone()
            },
            after: before,
            until,
        };
        changed += ask(requests, step).await?;
        after = until;
    }
}
