//! Rows of the table as values.

use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    EventKey,
    record::{Columns, millis},
    store::{Claimed, Interrupted, Item, Lease, State},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(super) fn claimed(row: &SqliteRow) -> Result<Claimed> {
    Ok(Claimed {
        lease: Lease {
            id: row.try_get::<i64, _>("seq")?.cast_unsigned(),
            token: row.try_get("lease")?,
        },
        key: key(row)?,
        record: columns(row)?.into(),
        attempt: row.try_get("tries")?,
        failures: row.try_get("failures")?,
        replayed: row.try_get::<u32, _>("replays")? > 0,
    })
}

pub(super) fn interrupted(row: &SqliteRow) -> Result<Interrupted> {
    Ok(Interrupted {
        id: row.try_get::<i64, _>("seq")?.cast_unsigned(),
        key: key(row)?,
        dead: row.try_get::<i16, _>("state")? == State::Dead.number(),
    })
}

/// An item, with its record if the row has a body.
pub(super) fn item(row: &SqliteRow) -> Result<Item> {
    let columns = columns(row)?;
    Ok(Item {
        id: row.try_get::<i64, _>("seq")?.cast_unsigned(),
        key: key(row)?,
        sdk_app_id: columns.app.cast_unsigned(),
        command: columns.command.clone(),
        received: millis(columns.received),
        state: State::from_number(row.try_get("state")?),
        attempts: row.try_get("tries")?,
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
        app: row.try_get("app")?,
        command: row.try_get("command")?,
        body: row.try_get("body")?,
        client_ip: row.try_get("client_ip")?,
        platform: row.try_get("platform")?,
        auth: row.try_get("auth")?,
        received: row.try_get("received")?,
    })
}
