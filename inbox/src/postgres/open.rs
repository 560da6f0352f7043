//! Opens the store: what the server keeps, and the schema.

use std::{io::ErrorKind, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use super::transaction::BEGIN;
use crate::store::OpenError;

/// The lock under which migrations run: a number of our own, so that replicas that start together
/// wait for each other.
const MIGRATING: i64 = 0x7465_6e63_696e_626f;

/// Each sets the version in `tencent_inbox_schema` to its number, from 1.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("0001.sql")];

/// How long the server may take for a connection.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How a [`PgStore`](super::PgStore) is opened.
///
/// ```no_run
/// # use tower_tencent_webhook_inbox::{store::OpenError, PgOptions};
/// # async fn open() -> Result<(), OpenError> {
/// let store = PgOptions::new()
///     .migrate(false) // `PgStore::MIGRATIONS` are among those of the application
///     .connect("postgres://app@localhost/app")
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct PgOptions {
    weak: bool,
    migrate: bool,
    pub(super) writers: usize,
}

impl Default for PgOptions {
    fn default() -> Self {
        Self {
            weak: false,
            migrate: true,
            writers: 4,
        }
    }
}

impl PgOptions {
    /// The defaults: the server keeps what it commits, migrations run, 4 writers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts a server with `fsync`, `full_page_writes` or `synchronous_commit` off. **What is
    /// acknowledged may then be lost.**
    #[must_use]
    pub fn accept_weak_durability(mut self) -> Self {
        self.weak = true;
        self
    }

    /// Whether missing migrations are run. If not, an older schema is an error.
    #[must_use]
    pub fn migrate(mut self, migrate: bool) -> Self {
        self.migrate = migrate;
        self
    }

    /// How many puts commit at the same time.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn writers(mut self, writers: usize) -> Self {
        assert!(writers > 0, "without writers nothing is stored");
        self.writers = writers;
        self
    }

    /// A pool of the store's own for the database at `url`.
    pub(super) async fn pool(&self, url: &str) -> Result<PgPool, OpenError> {
        let connections = u32::try_from(self.writers)
            .unwrap_or(u32::MAX)
            .saturating_add(6);
        // A parameter that pgbouncer does not let pass, and that nothing here needs.
        let server = url.parse::<PgConnectOptions>()?.extra_float_digits(None);
        reach(&server).await?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(TIMEOUT)
            .connect_with(server)
            .await?;
        Ok(pool)
    }

    /// Checks what the server keeps, and brings the schema up to date.
    pub(super) async fn prepare(&self, pool: &PgPool) -> Result<(), OpenError> {
        let mut transaction = pool.begin_with(BEGIN).await?;
        if !self.weak {
            check_durability(&mut transaction).await?;
        }
        self.bring_up(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn bring_up(&self, connection: &mut PgConnection) -> Result<(), OpenError> {
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .persistent(false)
            .bind(MIGRATING)
            .execute(&mut *connection)
            .await?;
        let version = version(connection).await?;
        let done = usize::try_from(version).unwrap_or(usize::MAX);
        let Some(missing) = MIGRATIONS.get(done..) else {
            return Err(OpenError::NewerSchema(version));
        };
        if !missing.is_empty() && !self.migrate {
            return Err(OpenError::OlderSchema(version));
        }
        for migration in missing {
            sqlx::raw_sql(*migration).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// Connects once, to learn why not: a pool tries again until its time is up, and tells only that.
async fn reach(server: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let connected = timeout(TIMEOUT, PgConnection::connect_with(server)).await;
    let connection = connected.unwrap_or_else(|_| Err(sqlx::Error::Io(ErrorKind::TimedOut.into())));
    connection?.close().await
}

async fn version(connection: &mut PgConnection) -> Result<i64, OpenError> {
    // In the order of the `search_path`.
    const FOUND: &str = "SELECT nspname::text, nspname = current_schema() FROM pg_class \
        JOIN pg_namespace ON pg_namespace.oid = relnamespace \
        WHERE pg_class.oid = to_regclass('tencent_inbox_schema')";
    let found: Option<(String, bool)> = sqlx::query_as(FOUND)
        .persistent(false)
        .fetch_optional(&mut *connection)
        .await?;
    match found {
        None => return Ok(0),
        Some((schema, false)) => return Err(OpenError::OtherSchema(schema)),
        Some((_first, true)) => {}
    }
    let version = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM tencent_inbox_schema")
        .persistent(false)
        .fetch_one(connection)
        .await?;
    Ok(version)
}

async fn check_durability(connection: &mut PgConnection) -> Result<(), OpenError> {
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let value: String = sqlx::query_scalar("SELECT current_setting($1)")
            .persistent(false)
            .bind(setting)
            .fetch_one(&mut *connection)
            .await?;
        if value == "off" {
            return Err(OpenError::WeakDurability(setting));
        }
    }
    Ok(())
}
