//! The one task that writes: what waits while it commits goes into the next transaction.

use std::pin::Pin;

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use super::{
    file::{FileIdentity, Lock},
    reader::Reader,
};
use crate::store::{StoreError, StoreErrorKind};

/// How many requests may wait; whoever comes then waits for a place, or gives up.
const WAITING: usize = 1024;
/// How many requests share a transaction, at most.
const BATCH: usize = 256;

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + 'a>>;

/// One thing that is asked of the writer.
pub(super) trait Request: Send + 'static {
    type Output: Send + 'static;

    /// Whether it is one statement, which is atomic without a savepoint.
    fn is_one_statement(&self) -> bool;

    fn run(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> impl Future<Output = Result<Self::Output, sqlx::Error>> + Send;
}

/// A request with its result, which is reported once it is durable.
pub(super) trait Job: Send {
    fn is_one_statement(&self) -> bool;
    fn run<'a>(&'a mut self, connection: &'a mut SqliteConnection) -> Running<'a>;
    /// Notes that it failed by itself, and was undone.
    fn fail(&mut self, error: sqlx::Error);
    fn answer(self: Box<Self>, committed: bool);
}

pub(super) enum Submitted {
    Job(Box<dyn Job>),
    /// Closes the writer; answered when the file is closed.
    Close(oneshot::Sender<()>),
}

struct Pending<R: Request> {
    request: R,
    result: Option<Result<R::Output, StoreError>>,
    answer: oneshot::Sender<Result<R::Output, StoreError>>,
}

impl<R: Request> Job for Pending<R> {
    fn is_one_statement(&self) -> bool {
        self.request.is_one_statement()
    }

    fn run<'a>(&'a mut self, connection: &'a mut SqliteConnection) -> Running<'a> {
        Box::pin(async {
            self.result = Some(Ok(self.request.run(connection).await?));
            Ok(())
        })
    }

    fn fail(&mut self, error: sqlx::Error) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, committed: bool) {
        let result = match self.result {
            Some(Ok(output)) if committed => Ok(output),
            Some(Err(error)) => Err(error),
            _ => Err(StoreError::of(StoreErrorKind::Failed)),
        };
        let _ = self.answer.send(result); // whoever asked may have given up
    }
}

pub(super) async fn ask<R: Request>(
    requests: &mpsc::Sender<Submitted>,
    request: R,
) -> Result<R::Output, StoreError> {
    let (answer, answered) = oneshot::channel();
    let pending = Pending {
        request,
        result: None,
        answer,
    };
    let closed = |_| StoreError::of(StoreErrorKind::Closed);
    let submitted = Submitted::Job(Box::new(pending));
    requests.send(submitted).await.map_err(|_| closed(()))?;
    answered.await.map_err(|_| closed(()))?
}

pub(super) async fn close(requests: &mpsc::Sender<Submitted>) {
    let (answer, closed) = oneshot::channel();
    if requests.send(Submitted::Close(answer)).await.is_ok() {
        let _ = closed.await; // an error means that it is closed already
    }
}

/// An open file.
pub(super) struct Opened {
    pub(super) options: SqliteConnectOptions,
    pub(super) connection: SqliteConnection,
    pub(super) identity: FileIdentity,
    pub(super) lock: Lock,
}

/// Starts the writer. It ends when it is closed, or when the last store is dropped.
pub(super) fn spawn(opened: Opened, reader: Reader) -> mpsc::Sender<Submitted> {
    let (requests, receiver) = mpsc::channel(WAITING);
    let writer = Writer {
        options: opened.options,
        connection: Some(opened.connection),
        identity: opened.identity,
        reader,
        _lock: opened.lock,
    };
    tokio::spawn(writer.run(receiver));
    requests
}

struct Writer {
    options: SqliteConnectOptions,
    /// None after an error: what state it is in then is not worth knowing.
    connection: Option<SqliteConnection>,
    identity: FileIdentity,
    reader: Reader,
    /// The last to be dropped.
    _lock: Lock,
}

impl Writer {
    async fn run(mut self, mut receiver: mpsc::Receiver<Submitted>) {
        let mut submitted = Vec::with_capacity(BATCH);
        let mut closing = None;
        while closing.is_none() && receiver.recv_many(&mut submitted, BATCH).await > 0 {
            let mut jobs = Vec::with_capacity(submitted.len());
            for one in submitted.drain(..) {
                match one {
                    Submitted::Job(job) => jobs.push(job),
                    Submitted::Close(answer) => closing = Some(answer),
                }
            }
            let committed = self.commit(&mut jobs).await;
            for job in jobs {
                job.answer(committed);
            }
        }
        self.reader.close().await;
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await; // everything in it is durable already
        }
        drop(self);
        if let Some(answer) = closing {
            let _ = answer.send(());
        }
    }

    /// Runs the jobs in one transaction. Tells whether it is durable.
    async fn commit(&mut self, jobs: &mut [Box<dyn Job>]) -> bool {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => match self.reconnect().await {
                Some(connection) => connection,
                None => return false,
            },
        };
        let done = transact(&mut connection, jobs).await;
        let holds = self.identity.holds().await;
        match done {
            Ok(()) if holds => {
                self.connection = Some(connection);
                return true;
            }
            // It is saved as far as it can be.
            Ok(()) => drop(
                sqlx::query("PRAGMA wal_checkpoint")
                    .execute(&mut connection)
                    .await,
            ),
            Err(error) => tracing::warn!(%error, "a transaction of the inbox failed"),
        }
        let _ = connection.close().await; // it is opened anew
        false
    }

    async fn reconnect(&mut self) -> Option<SqliteConnection> {
        if self.identity.is_lost() {
            return None;
        }
        let opened = async {
            let mut connection = SqliteConnection::connect_with(&self.options).await?;
            // This opens the journal.
            sqlx::query("SELECT 1 FROM inbox LIMIT 1")
                .fetch_optional(&mut connection)
                .await?;
            Ok::<_, sqlx::Error>(connection)
        };
        match opened.await {
            Ok(connection) => self.identity.holds_anew().await.then_some(connection),
            Err(error) => {
                tracing::warn!(%error, "the file of the inbox cannot be opened");
                None
            }
        }
    }
}

async fn transact(
    connection: &mut SqliteConnection,
    jobs: &mut [Box<dyn Job>],
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for job in jobs {
        if job.is_one_statement() {
            match job.run(&mut transaction).await {
                Err(error) if is_about_data(&error) => job.fail(error),
                ran => ran?,
            }
            continue;
        }
        let mut savepoint = transaction.begin().await?;
        match job.run(&mut savepoint).await {
            Ok(()) => savepoint.commit().await?,
            Err(error) if is_about_data(&error) => {
                job.fail(error);
                savepoint.rollback().await?;
            }
            Err(error) => return Err(error),
        }
    }
    transaction.commit().await
}

/// Whether an error is about a job's own values. After any other, a full disk for one, SQLite may
/// have rolled back the whole transaction: then none of its jobs has succeeded.
fn is_about_data(error: &sqlx::Error) -> bool {
    const TOO_BIG: u32 = 18;
    const CONSTRAINT: u32 = 19;
    const MISMATCH: u32 = 20;
    match error {
        sqlx::Error::Database(error) => error
            .code()
            .and_then(|code| code.parse::<u32>().ok())
            .is_some_and(|code| matches!(code & 0xff, TOO_BIG | CONSTRAINT | MISMATCH)),
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A statement, followed by a value that cannot be decoded if it `fails`.
    struct Statement {
        sql: &'static str,
        single: bool,
        fails: bool,
    }

    impl Request for Statement {
        type Output = ();

        fn is_one_statement(&self) -> bool {
            self.single
        }

        async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
            sqlx::query(self.sql).execute(connection).await?;
            match self.fails {
                true => Err(sqlx::Error::Decode("not a key".into())),
                false => Ok(()),
            }
        }
    }

    fn job(sql: &'static str, single: bool, fails: bool) -> Box<dyn Job> {
        Box::new(Pending {
            request: Statement { sql, single, fails },
            result: None,
            answer: oneshot::channel().0,
        })
    }

    const SMALL: &str = "INSERT INTO bodies VALUES (x'01')";
    const HUGE: &str = "INSERT INTO bodies VALUES (zeroblob(1000000))";

    async fn transact_all(jobs: &mut [Box<dyn Job>]) -> (Result<(), sqlx::Error>, i64) {
        let mut connection = SqliteConnection::connect("sqlite::memory:")
            .await
            .expect("a database");
        sqlx::raw_sql("CREATE TABLE bodies (body BLOB NOT NULL); PRAGMA max_page_count = 20")
            .execute(&mut connection)
            .await
            .expect("a table");
        let done = transact(&mut connection, jobs).await;
        let rows = sqlx::query_scalar("SELECT count(*) FROM bodies")
            .fetch_one(&mut connection)
            .await;
        (done, rows.expect("a number"))
    }

    /// SQLite rolls back the whole transaction then, also what was put before.
    #[tokio::test]
    async fn nothing_succeeds_beside_what_finds_the_disk_full() {
        let jobs = &mut [
            job(SMALL, true, false),
            job(HUGE, true, false),
            job(SMALL, false, true),
        ];
        let (done, rows) = transact_all(jobs).await;
        assert_eq!((done.is_ok(), rows), (false, 0));
    }

    #[tokio::test]
    async fn what_fails_for_its_own_values_fails_alone() {
        const REFUSED: &str = "INSERT INTO bodies VALUES (NULL)";
        let jobs = &mut [
            job(SMALL, true, false),
            job(REFUSED, true, false),
            job(SMALL, false, true),
        ];
        let (done, rows) = transact_all(jobs).await;
        assert_eq!((done.is_ok(), rows), (true, 1));
    }
}
