//! Rows of the table as values.

use sqlx::{Row, postgres::PgRow};
use tower_tencent_webhook::EventKey;

use crate::{
    record::{Columns, millis},
    store::{Claimed, Item, Lease, State},
};

type Result<T> = std::result::Result<T, sqlx::Error>;

pub(super) fn claimed(row: &PgRow) -> Result<Claimed> {
    Ok(Claimed {
        lease: Lease {
            id: id(row)?,
            token: row.try_get("lease")?,
        },
        key: key(row)?,
        record: columns(row)?.into(),
        attempt: count(row, "attempts")?,
        failures: count(row, "failures")?,
        replayed: count(row, "replays")? > 0,
    })
}

/// An item, with its record if the row has a body.
pub(super) fn item(row: &PgRow) -> Result<Item> {
    let columns = columns(row)?;
    let ended: Option<i64> = row.try_get("ended_ms")?;
    Ok(Item {
        id: id(row)?,
        key: key(row)?,
        sdk_app_id: columns.sdk_app_id.cast_unsigned(),
        command: columns.command.clone(),
        received: millis(columns.received),
        state: State::from_number(row.try_get("state")?),
        attempts: count(row, "attempts")?,
        failures: count(row, "failures")?,
        crashes: count(row, "crashes")?,
        replays: count(row, "replays")?,
        ended: ended.map(millis),
        error: row.try_get("error")?,
        record: columns.body.is_some().then(|| columns.into()),
    })
}

pub(super) fn id(row: &PgRow) -> Result<u64> {
    row.try_get::<i64, _>("id").map(i64::cast_unsigned)
}

pub(super) fn key(row: &PgRow) -> Result<EventKey> {
    let bytes: &[u8] = row.try_get("key")?;
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| sqlx::Error::Decode("a key is not 32 bytes long".into()))?;
    Ok(bytes.into())
}

fn count(row: &PgRow, column: &str) -> Result<u32> {
    row.try_get::<i32, _>(column).map(i32::cast_unsigned)
}

fn columns(row: &PgRow) -> Result<Columns> {
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
