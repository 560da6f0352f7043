//! What an operator changes.

use sqlx::{Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};

use super::{statements::now, writer::Request};
use crate::store::Filter;

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

/// Declares the changes: each is one statement about the rows of a filter.
macro_rules! changes {
    ($($name:ident: $($sql:expr),+;)+) => {$(
        pub(super) struct $name(pub(super) Filter);

        impl Request for $name {
            type Output = u64;

            fn is_one_statement(&self) -> bool {
                true
            }

            async fn run(&mut self, connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
                let query = sqlx::query(concat!($($sql),+, matching!()));
                Ok(bind(query, &self.0).execute(connection).await?.rows_affected())
            }
        }
    )+};
}

changes! {
    Replay:
        "UPDATE inbox SET state = 0, failures = 0, crashes = 0, replays = replays + 1, ended = NULL, due = ",
        now!(), " WHERE state IN (2, 3) AND body IS NOT NULL AND ";
    Bury:
        "UPDATE inbox SET state = 3, error = 'buried: given up by an operator', ended = ",
        now!(), " WHERE state = 0 AND ";
    Purge:
        "DELETE FROM inbox WHERE state IN (2, 3) AND ";
}
