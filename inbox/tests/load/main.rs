//! Measures how many webhooks a receiver acknowledges, and how fast; how many OKs share a flush, and
//! that each comes after one; and what many rows that are over cost.
//!
//! `cargo test` runs it briefly, to keep it working. For figures, run it by hand on a machine that
//! does nothing else:
//!
//! ```sh
//! cargo test --release -p tower-tencent-webhook-inbox --test load -- --seconds 60 --rate 2200
//! cargo test --release -p tower-tencent-webhook-inbox --test load -- --what flushes --seconds 10
//! cargo test --release -p tower-tencent-webhook-inbox --test load -- --what rows --rows 1000000 --rounds 9 --seconds 3
//! ```

#[path = "../crash/careless.rs"]
mod careless;
#[path = "../../examples/receiver/handler.rs"]
mod handler;
#[path = "../../examples/receiver/options.rs"]
mod options;
#[path = "../../examples/receiver/serve.rs"]
mod serve;
#[path = "../support/mod.rs"]
mod support;

mod flushes;
mod rows;
mod senders;

use std::{
    error::Error,
    fs,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use sqlx::Connection;
use tokio::time::sleep;
use tower_tencent_webhook_inbox::{PgStore, SqliteStore};

use self::{
    careless::Careless,
    options::{Command, Options, Serve, StoreUrl},
    senders::send,
    support::{
        cluster::Cluster,
        receiver::{Program, Receiver},
    },
};

/// Makes the receiver acknowledge before its store has committed.
const CARELESS: &str = "RECEIVER_CARELESS";
/// How many send at the same time.
const SENDERS: usize = 256;

#[derive(Debug, Parser)]
struct Load {
    /// How long each scenario takes.
    #[arg(long, default_value_t = 1)]
    seconds: u64,
    /// How many a second are sent while a worker handles them.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// How many rows are over already.
    #[arg(long, default_value_t = 2000)]
    rows: u32,
    /// How often that is measured, in turn with an empty store.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Only this.
    #[arg(long)]
    what: Option<What>,
    /// Only on one engine: `sqlite`, `postgres`.
    #[arg(long)]
    only: Option<String>,
    /// What `cargo bench` and `cargo test` pass to every harness.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum What {
    /// How many are acknowledged and handled, and how fast.
    Rates,
    /// How many OKs share a flush, and that each comes after one.
    Flushes,
    /// What rows that are over cost.
    Rows,
}

impl Load {
    fn asks(&self, what: What) -> bool {
        self.what.is_none_or(|only| only == what)
    }

    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().collect();
    let done = match arguments.get(1).map(String::as_str) {
        Some("receiver") => match Options::parse_from(&arguments[1..]).command() {
            Command::Serve(options) => receive(options).await,
            Command::Demo => Ok(()),
        },
        _ => load(Load::parse()).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stdout(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Is the receiver, with the planted fault if asked.
async fn receive(options: Serve) -> Result<(), Box<dyn Error>> {
    match &options.store {
        StoreUrl::Sqlite(path) if std::env::var_os(CARELESS).is_some() => {
            let store = SqliteStore::open(path).await?;
            serve::serve(Careless(store), options, serve::stop_signal()?).await
        }
        _ => serve::open_and_serve(options).await,
    }
}

async fn load(load: Load) -> Result<(), Box<dyn Error>> {
    let asked = |what: &str| load.only.as_deref().is_none_or(|only| only == what);
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    if asked("sqlite") {
        let url = |name| format!("sqlite:{}", folder.join(name).display());
        if load.asks(What::Rates) {
            rates("SQLite", ["a", "b", "c"].map(url), folder, &load).await?;
        }
        if load.asks(What::Flushes) && flushes::is_possible() {
            watch_flushes("SQLite", &url("d"), None, folder, &load).await?;
            watch_a_careless_one(&url("f"), folder, &load).await?;
        }
        if load.asks(What::Rows) {
            rows_on_sqlite(folder, &load).await?;
        }
    }
    if asked("postgres")
        && let Some(cluster) = Cluster::start()
    {
        if load.asks(What::Rates) {
            let stores = [(); 3].map(|()| cluster.schema_url());
            rates("PostgreSQL", stores, folder, &load).await?;
        }
        if load.asks(What::Flushes) && flushes::is_possible() {
            let store = cluster.schema_url();
            watch_flushes("PostgreSQL", &store, Some(&cluster), folder, &load).await?;
        }
        if load.asks(What::Rows) {
            rows_on_postgres(&cluster, &load).await?;
        }
    }
    Ok(())
}

async fn rates(
    name: &str,
    [receiving, working, single]: [String; 3],
    folder: &Path,
    load: &Load,
) -> std::io::Result<()> {
    let log = folder.join(format!("{name}.log"));
    let time = load.time();
    let start = |store: &str, more: &[&str]| {
        Receiver::start(Program::this().receive(store, &log).args(more))
    };
    let receiver = start(&receiving, &["--no-worker"]);
    let sent = send(&receiver, SENDERS, time, None).await;
    sent.print(&format!("{name}, {SENDERS} senders, no worker"), None)?;
    drop(receiver);

    let receiver = start(&working, &[]);
    let sent = send(&receiver, SENDERS, time, Some(load.rate)).await;
    let sent_by_now = sent.count() as u64;
    let behind = sent_by_now.saturating_sub(lines(&log)?);
    let begun = Instant::now();
    while lines(&log)? < sent_by_now {
        sleep(Duration::from_millis(20)).await;
    }
    let caught_up = (behind, begun.elapsed());
    sent.print(
        &format!("{name}, {SENDERS} senders, worker"),
        Some(caught_up),
    )?;
    drop(receiver);

    let receiver = start(&single, &["--no-worker"]);
    let sent = send(&receiver, 1, time, None).await;
    sent.print(&format!("{name}, 1 sender, no worker"), None)
}

async fn watch_flushes(
    name: &str,
    store: &str,
    cluster: Option<&Cluster>,
    folder: &Path,
    load: &Load,
) -> Result<(), Box<dyn Error>> {
    let log = folder.join("flushes.log");
    let trace = folder.join(format!("{name}.trace"));
    let mut command = Program::this().receive(store, &log);
    let receiver = Receiver::start(command.arg("--no-worker"));
    if flushes::order(name, &receiver, cluster, &trace, load.time()).await? {
        return Err("an OK came before its flush".into());
    }
    flushes::share(name, &receiver, cluster, &trace, load.time()).await
}

/// The planted fault has to be seen: else nothing would be shown.
async fn watch_a_careless_one(
    store: &str,
    folder: &Path,
    load: &Load,
) -> Result<(), Box<dyn Error>> {
    let name = "a receiver that acknowledges before it commits";
    let mut command = Program::this().receive(store, &folder.join("careless.log"));
    let receiver = Receiver::start(command.arg("--no-worker").env(CARELESS, "1"));
    let trace = folder.join("careless.trace");
    match flushes::order(name, &receiver, None, &trace, load.time()).await? {
        true => Ok(()),
        false => Err("the planted fault was not seen".into()),
    }
}

async fn rows_on_sqlite(folder: &Path, load: &Load) -> Result<(), Box<dyn Error>> {
    const FILL: &str = "INSERT INTO inbox (key, sdk_app_id, command, body, auth, received, state, due, ended) \
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
        SELECT randomblob(32), 1, '', zeroblob(1024), '', 0, 2, 0, unixepoch() * 1000 FROM n";
    let file = folder.join("full");
    SqliteStore::open(&file).await?.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
    sqlx::query(FILL)
        .bind(load.rows)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    let full = SqliteStore::open(&file).await?;
    let mut files = (0..).map(|round| folder.join(format!("empty-{round}")));
    let empty = async || Ok(SqliteStore::open(files.next().expect("a name")).await?);
    rows::compare("SQLite", empty, &full, load).await
}

async fn rows_on_postgres(cluster: &Cluster, load: &Load) -> Result<(), Box<dyn Error>> {
    const FILL: &str = "INSERT INTO tencent_inbox \
        (key, sdk_app_id, command, body, auth, received, state, ended) \
        SELECT sha256(i::text::bytea), 1, '', convert_to(repeat('x', 1024), 'UTF8'), '', 0, 2, now() \
        FROM generate_series(1, $1) AS i";
    let url = cluster.schema_url();
    let full = PgStore::connect(&url).await?;
    let mut connection = sqlx::PgConnection::connect(&url).await?;
    sqlx::query(FILL)
        .bind(i64::from(load.rows))
        .execute(&mut connection)
        .await?;
    sqlx::query("VACUUM ANALYZE tencent_inbox")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    let empty = async || Ok(PgStore::connect(&cluster.schema_url()).await?);
    rows::compare("PostgreSQL", empty, &full, load).await
}

fn lines(log: &Path) -> std::io::Result<u64> {
    let text = fs::read(log)?;
    Ok(text.iter().filter(|byte| **byte == b'\n').count() as u64)
}
