//! One transaction, in bounded time.

use std::{error::Error, time::Duration};

use sqlx::{Connection, PgConnection, PgPool, Postgres, pool::PoolConnection};
use tokio::time::timeout;

use crate::store::{StoreError, StoreErrorKind};

/// How long the server may take for one transaction.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Whatever isolation the role or the database asks for: statements that wait for each other have to
/// see what came of it, and none may fail because of another.
pub(super) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// The server gives up waiting for a lock, as a rule before its client does: it would not notice
/// that, and go on waiting on a connection that nobody has any more.
const BEGIN_BOUNDED: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '8s'";

/// Runs `work` in a transaction. If that is given up, by the caller or because the server does not
/// answer, its connection is closed: it is in the middle of something, and the pool would wait
/// for it without limit.
pub(super) async fn transact<T>(
    pool: &PgPool,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, StoreError> {
    let transacted = async {
        let mut unfinished = Unfinished(None);
        let connection = unfinished.0.insert(pool.acquire().await?);
        let done = run(connection, work).await;
        drop(unfinished.0.take()); // it goes back to the pool
        done
    };
    match timeout(TIMEOUT, transacted).await {
        Ok(Err(error)) if has_waited_for_a_lock(&error) => {
            Err(StoreError::of(StoreErrorKind::TimedOut))
        }
        Ok(done) => Ok(done?),
        Err(_elapsed) => Err(StoreError::of(StoreErrorKind::TimedOut)),
    }
}

async fn run<T>(
    connection: &mut PgConnection,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    let mut transaction = connection.begin_with(BEGIN_BOUNDED).await?;
    let done = work(&mut transaction).await?;
    transaction.commit().await?;
    Ok(done)
}

fn has_waited_for_a_lock(error: &sqlx::Error) -> bool {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == LOCK_NOT_AVAILABLE)
}

/// A connection that is closed when it is dropped.
struct Unfinished(Option<PoolConnection<Postgres>>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

/// Whether the server refuses a value: then others of the batch must not suffer for it.
pub(super) fn is_about_data(error: &StoreError) -> bool {
    let engine = error.source().and_then(|error| error.downcast_ref());
    let Some(sqlx::Error::Database(error)) = engine else {
        return false;
    };
    error.code().is_some_and(|code| code.starts_with("22"))
}
