//! What the writer is asked, as statements of SQLite.

use std::time::Duration;

use sqlx::SqliteConnection;

use super::{
    sql::{claimed, interrupted, now},
    writer::Request,
};
use crate::{
    record::Columns,
    store::{
        CHUNK, CRASHED, CRASHES_IN_QUARANTINE, Change, Claim, Claimed, Entry, Lease, Retention,
        Settlement, StoreError, Stored, Swept, millis,
    },
};

pub(super) struct Put(pub(super) Vec<Entry>);

impl Request for Put {
    type Output = Vec<Stored>;

    fn is_one_statement(&self) -> bool {
        self.0.len() == 1
    }

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<Vec<Stored>, sqlx::Error> {
        const PUT: &str = concat!(
            "INSERT INTO inbox (key, sdk_app_id, command, body, client_ip, platform, auth, received, due) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ",
            now!(),
            ") ON CONFLICT (key) DO NOTHING"
        );
        let mut stored = Vec::with_capacity(self.0.len());
        for Entry { key, record } in &self.0 {
            let columns = Columns::from(record);
            let put = sqlx::query(PUT)
                .bind(&key.as_bytes()[..])
                .bind(columns.sdk_app_id)
                .bind(columns.command)
                .bind(columns.body)
                .bind(columns.client_ip)
                .bind(columns.platform)
                .bind(columns.auth)
                .bind(columns.received)
                .execute(&mut *connection)
                .await?;
            stored.push(match put.rows_affected() {
                0 => Stored::Known,
                _ => Stored::New,
            });
        }
        Ok(stored)
    }
}

pub(super) struct ClaimDue {
    claim: Claim,
    token: i64,
}

impl ClaimDue {
    pub(super) fn new(claim: Claim) -> Result<Self, StoreError> {
        let token = Lease::token().map_err(StoreError::failed)?;
        Ok(Self { claim, token })
    }
}

impl Request for ClaimDue {
    type Output = Vec<Claimed>;

    fn is_one_statement(&self) -> bool {
        true
    }

    async fn run(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<Claimed>, sqlx::Error> {
        /// Differs only in the index.
        macro_rules! claim {
            ($crashes:literal) => {
                concat!(
                    "UPDATE inbox SET state = 1, attempts = attempts + 1, lease = ?2, leased_until = ",
                    now!(),
                    " + ?3 WHERE id IN (SELECT id FROM inbox WHERE state = 0 AND ",
                    $crashes,
                    " AND due <= ",
                    now!(),
                    " ORDER BY due, id LIMIT ?1) RETURNING id, lease, key, sdk_app_id, command, body, ",
                    "client_ip, platform, auth, received, attempts, failures, replays"
                )
            };
        }
        let sql = if self.claim.quarantine {
            claim!("crashes > 0")
        } else {
            claim!("crashes = 0")
        };
        let rows = sqlx::query(sql)
            .bind(i64::try_from(self.claim.limit).unwrap_or(i64::MAX))
            .bind(self.token)
            .bind(millis(self.claim.lease))
            .fetch_all(connection)
            .await?;
        rows.iter().map(claimed).collect()
    }
}

pub(super) struct Extend {
    pub(super) leases: Vec<Lease>,
    pub(super) lease: Duration,
}

impl Request for Extend {
    type Output = ();

    fn is_one_statement(&self) -> bool {
        false
    }

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        const EXTEND: &str = concat!(
            "UPDATE inbox SET leased_until = ",
            now!(),
            " + ?3 WHERE id = ?1 AND lease = ?2 AND state = 1"
        );
        for lease in &self.leases {
            sqlx::query(EXTEND)
                .bind(lease.id.cast_signed())
                .bind(lease.token)
                .bind(millis(self.lease))
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

pub(super) struct SettleHeld(Vec<(Lease, Change)>);

impl SettleHeld {
    pub(super) fn new(settlements: Vec<Settlement>) -> Self {
        let changes = settlements.into_iter();
        Self(changes.map(|one| (one.lease, one.end.into())).collect())
    }
}

impl Request for SettleHeld {
    type Output = Vec<bool>;

    fn is_one_statement(&self) -> bool {
        self.0.len() == 1
    }

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<Vec<bool>, sqlx::Error> {
        const SETTLE: &str = concat!(
            "UPDATE inbox SET state = ?3, due = ",
            now!(),
            " + ?4, attempts = attempts - ?5, failures = failures + ?6, ",
            "crashes = CASE WHEN ?6 THEN 0 ELSE crashes END, ",
            "body = CASE WHEN ?7 THEN NULL ELSE body END, error = coalesce(?8, error), ",
            "ended = CASE WHEN ?3 >= 2 THEN ",
            now!(),
            " END, leased_until = NULL WHERE id = ?1 AND lease = ?2 AND state = 1"
        );
        // The lease stays until the next one, so that what is told twice is known.
        const SETTLED: &str =
            "SELECT EXISTS (SELECT 1 FROM inbox WHERE id = ?1 AND lease = ?2 AND state = ?3)";
        let mut held = Vec::with_capacity(self.0.len());
        for (lease, change) in &self.0 {
            let settled = sqlx::query(SETTLE)
                .bind(lease.id.cast_signed())
                .bind(lease.token)
                .bind(change.state.number())
                .bind(change.delay_ms)
                .bind(i32::from(change.uncount))
                .bind(i32::from(change.failed))
                .bind(change.forget)
                .bind(change.error.as_deref())
                .execute(&mut *connection)
                .await?;
            held.push(match settled.rows_affected() {
                0 => {
                    sqlx::query_scalar(SETTLED)
                        .bind(lease.id.cast_signed())
                        .bind(lease.token)
                        .bind(change.state.number())
                        .fetch_one(&mut *connection)
                        .await?
                }
                _ => true,
            });
        }
        Ok(held)
    }
}

pub(super) struct Sweep(pub(super) Retention);

impl Request for Sweep {
    type Output = Swept;

    fn is_one_statement(&self) -> bool {
        false
    }

    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<Swept, sqlx::Error> {
        const TAKE_BACK: &str = concat!(
            "UPDATE inbox SET crashes = crashes + 1, lease = NULL, leased_until = NULL, ",
            "state = CASE WHEN crashes >= ?1 THEN 3 ELSE 0 END, ",
            "error = CASE WHEN crashes >= ?1 THEN ?2 ELSE error END, ",
            "ended = CASE WHEN crashes >= ?1 THEN ",
            now!(),
            " END, due = ",
            now!(),
            " WHERE id IN (SELECT id FROM inbox WHERE state = 1 AND leased_until <= ",
            now!(),
            " LIMIT ?3) RETURNING id, key, state"
        );
        const REMOVE_DONE: &str = concat!(
            "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state = 2 AND ended <= ",
            now!(),
            " - ?1 LIMIT ?2)"
        );
        const REMOVE_DEAD: &str = concat!(
            "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state = 3 AND ended <= ",
            now!(),
            " - ?1 LIMIT ?2)"
        );
        const QUARANTINE_DUE: &str = concat!(
            "SELECT EXISTS (SELECT 1 FROM inbox WHERE state = 0 AND crashes > 0 AND due <= ",
            now!(),
            ")"
        );
        let interrupted: Vec<_> = sqlx::query(TAKE_BACK)
            .bind(CRASHES_IN_QUARANTINE)
            .bind(CRASHED)
            .bind(CHUNK)
            .fetch_all(&mut *connection)
            .await?
            .iter()
            .map(interrupted)
            .collect::<Result<_, _>>()?;
        let mut removed = 0;
        let mut more = interrupted.len() as i64 == CHUNK;
        for (sql, age) in [(REMOVE_DONE, self.0.done), (REMOVE_DEAD, self.0.dead)] {
            let done = sqlx::query(sql)
                .bind(millis(age))
                .bind(CHUNK)
                .execute(&mut *connection)
                .await?;
            removed += done.rows_affected();
            more |= done.rows_affected() == CHUNK as u64;
        }
        let quarantine_due = sqlx::query_scalar(QUARANTINE_DUE)
            .fetch_one(connection)
            .await?;
        Ok(Swept {
            interrupted,
            removed,
            more,
            quarantine_due,
        })
    }
}
