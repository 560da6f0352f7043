//! Fragments of SQL that several statements use, and rows of the table as values.

use sqlx::{
    Row, Sqlite,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use tower_tencent_webhook::EventKey;

use crate::{
    record::{Columns, millis},
    store::{Claimed, Filter, Interrupted, Item, Lease, State},
};

/// Now, in ms since 1970.
macro_rules! now {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}
pub(super) use now;

/// The rows that a filter matches: its parameters are ?1 to ?5.
macro_rules! matching {
    () => {
        "(?1 IS NULL OR state = ?1) AND (?2 IS NULL OR command = ?2) AND (?3 IS NULL OR sdk_app_id = ?3) \
         AND (?4 IS NULL OR key = ?4) AND (?5 IS NULL OR id IN (SELECT value FROM json_each(?5)))"
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
        .bind(filter.state.map(State::number))
        .bind(filter.command.clone())
        .bind(filter.sdk_app_id.map(u64::cast_signed))
        .bind(filter.key.map(|key| key.as_bytes().to_vec()))
        .bind(ids)
}

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(super) fn claimed(row: &SqliteRow) -> Result<Claimed> {
    Ok(Claimed {
        lease: Lease {
            id: row.try_get::<i64, _>("id")?.cast_unsigned(),
            token: row.try_get("lease")?,
        },
        key: key(row)?,
        record: columns(row)?.into(),
        attempt: row.try_get("attempts")?,
        failures: row.try_get("failures")?,
        replayed: row.try_get::<u32, _>("replays")? > 0,
    })
}

pub(super) fn interrupted(row: &SqliteRow) -> Result<Interrupted> {
    Ok(Interrupted {
        id: row.try_get::<i64, _>("id")?.cast_unsigned(),
        key: key(row)?,
        dead: row.try_get::<i16, _>("state")? == State::Dead.number(),
    })
}

/// An item, with its record if the row has a body.
pub(super) fn item(row: &SqliteRow) -> Result<Item> {
    let columns = columns(row)?;
    Ok(Item {
        id: row.try_get::<i64, _>("id")?.cast_unsigned(),
        key: key(row)?,
        sdk_app_id: columns.sdk_app_id.cast_unsigned(),
        command: columns.command.clone(),
        received: millis(columns.received),
        state: State::from_number(row.try_get("state")?),
        attempts: row.try_get("attempts")?,
        failures: row.try_get("failures")?,
        crashes: row.try_get("crashes")?,
        replays: row.try_get("replays")?,
        ended: row.try_get::<Option<i64>, _>("ended")?.map(millis),
        error: row.try_get("error")?,
        record: columns.body.is_some().then(|| columns.into()),
    })
}

fn key(row: &SqliteRow) -> Result<EventKey> {
    let bytes: &[u8] = row.try_get("key")?;
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| sqlx::Error::Decode("a key is not 32 bytes long".into()))?;
    Ok(bytes.into())
}

fn columns(row: &SqliteRow) -> Result<Columns> {
    Ok(Columns {
        sdk_app_id: row.try_get("sdk_app_id")?,
        command: row.try_get("command")?,
        body: row.try_get("body")?,
        client_ip: row.try_get("client_ip")?,
        platform: row.try_get("platform")?,
        auth: row.try_get("auth")?,
        received: row.try_get("received")?,
    })
}
