//! Puts a batch of entries.

use std::collections::HashSet;

use sqlx::PgConnection;

use super::row::key;
use crate::{EventKey, record::Columns, store::Entry};

/// Inserts the entries whose keys are new, and tells which those are.
pub(super) async fn insert(
    connection: &mut PgConnection,
    entries: impl Iterator<Item = &Entry>,
) -> Result<HashSet<EventKey>, sqlx::Error> {
    // Never DO UPDATE: a batch may hold a key twice.
    const PUT: &str = "INSERT INTO tencent_inbox \
        (key, app, command, body, client_ip, platform, auth, received) \
        SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::bytea[], $5::text[], \
        $6::text[], $7::text[], $8::bigint[]) \
        ON CONFLICT (key) DO NOTHING RETURNING key";

    // All batches lock keys in the same order, so none waits for one that waits for it.
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|entry| entry.key);

    let mut keys = Vec::with_capacity(entries.len());
    let mut apps = Vec::with_capacity(entries.len());
    let mut commands = Vec::with_capacity(entries.len());
    let mut bodies = Vec::with_capacity(entries.len());
    let mut client_ips = Vec::with_capacity(entries.len());
    let mut platforms = Vec::with_capacity(entries.len());
    let mut auths = Vec::with_capacity(entries.len());
    let mut received = Vec::with_capacity(entries.len());
    for entry in entries {
        let columns = Columns::from(&entry.record);
        keys.push(entry.key.as_bytes().to_vec());
        apps.push(columns.app);
        commands.push(columns.command);
        bodies.push(columns.body);
        client_ips.push(columns.client_ip);
        platforms.push(columns.platform);
        auths.push(columns.auth);
        received.push(columns.received);
    }
    let rows = sqlx::query(PUT)
        .persistent(false)
        .bind(keys)
        .bind(apps)
        .bind(commands)
        .bind(bodies)
        .bind(client_ips)
        .bind(platforms)
        .bind(auths)
        .bind(received)
        .fetch_all(connection)
        .await?;
    rows.iter().map(key).collect()
}
