//! Kills receivers and servers under load, or stops the server for a while, and counts what was lost.
//!
//! `cargo test` runs it briefly. At length, by hand:
//!
//! ```sh
//! cargo test --release -p tower-tencent-webhook-inbox --test crash -- --kills 200 --server-kills 20
//! cargo test --release -p tower-tencent-webhook-inbox --test crash -- --only outage --outage 30
//! ```
//!
//! A planted fault, a store that answers before it has committed, has to be caught: else the
//! harness would find nothing.

#[path = "../../examples/receiver/handler.rs"]
mod handler;
#[path = "../../examples/receiver/options.rs"]
mod options;
#[path = "../../examples/receiver/serve.rs"]
mod serve;
#[path = "../support/mod.rs"]
mod support;

mod careless;
mod outage;
mod poison;
mod senders;

use std::{
    error::Error,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use tokio::time::sleep;

use self::{
    careless::Careless,
    options::{Command, Options, StoreUrl},
    senders::Senders,
    support::{
        cluster::Cluster,
        receiver::{Program, Receiver, handled},
    },
};

/// Makes the receiver acknowledge before its store has committed.
const CARELESS: &str = "RECEIVER_CARELESS";
/// How long after a crash deliveries are handed over again, so that a run is short.
const LEASE: Duration = Duration::from_secs(5);
/// How long everything may take to be handled at the end.
const PATIENCE: Duration = Duration::from_mins(5);

#[derive(Debug, Parser)]
struct Crash {
    /// How often a receiver is killed, on each engine.
    #[arg(long, default_value_t = 4)]
    kills: u32,
    /// How often PostgreSQL is killed.
    #[arg(long, default_value_t = 2)]
    server_kills: u32,
    /// For how many seconds PostgreSQL is stopped.
    #[arg(long, default_value_t = 1)]
    outage: u64,
    /// How many webhooks a second are sent meanwhile.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// Only this: `sqlite`, `postgres`, `server`, `careless`, `poison`, `outage`.
    #[arg(long)]
    only: Option<String>,
    /// What `cargo bench` and `cargo test` pass to every harness.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What is killed under load.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Victim {
    Receiver,
    Server,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().collect();
    let done = match arguments.get(1).map(String::as_str) {
        Some("receiver") => receive(&arguments[1..]).await,
        Some("poison") => poison::handle(arguments[2].as_ref()).await,
        _ => crash(Crash::parse()).await,
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
async fn receive(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let Command::Serve(mut options) = Options::parse_from(arguments).command() else {
        return Err("nothing to show here".into());
    };
    options.lease = Some(LEASE);
    match &options.store {
        StoreUrl::Sqlite(path) if std::env::var_os(CARELESS).is_some() => {
            let store = tower_tencent_webhook_inbox::SqliteStore::open(path).await?;
            serve::serve(Careless(store), options, serve::stop_signal()?).await
        }
        _ => serve::open_and_serve(options).await,
    }
}

async fn crash(crash: Crash) -> Result<(), Box<dyn Error>> {
    let asked = |what: &str| crash.only.as_deref().is_none_or(|only| only == what);
    let folder = tempfile::tempdir()?;
    let file = |name: &str| folder.path().join(name);
    let sqlite = |name: &str| format!("sqlite:{}", file(name).display());
    if asked("sqlite") {
        let (store, log) = (sqlite("inbox.db"), file("sqlite.log"));
        let report = run(&store, &log, Victim::Receiver, crash.kills, false, None).await;
        report.print("receiver on SQLite")?;
        report.check()?;
    }
    if asked("careless") {
        let (store, log) = (sqlite("careless.db"), file("careless.log"));
        let report = run(&store, &log, Victim::Receiver, crash.kills, true, None).await;
        report.print("receiver that acknowledges before it commits")?;
        if report.lost == 0 {
            return Err("the planted fault was not caught".into());
        }
    }
    if asked("poison") {
        poison::run(&file("poison.db")).await?;
    }
    if asked("outage") {
        let time = Duration::from_secs(crash.outage);
        for spill in [false, true] {
            outage::run(folder.path(), time, crash.rate, spill).await?;
        }
    }
    if !asked("postgres") && !asked("server") {
        return Ok(());
    }
    let Some(cluster) = Cluster::start() else {
        return Ok(());
    };
    for (what, victim, kills) in [
        ("postgres", Victim::Receiver, crash.kills),
        ("server", Victim::Server, crash.server_kills),
    ] {
        if asked(what) {
            let (store, log) = (cluster.schema_url(), file(what));
            let report = run(&store, &log, victim, kills, false, Some(&cluster)).await;
            report.print(match victim {
                Victim::Receiver => "receiver on PostgreSQL",
                Victim::Server => "PostgreSQL itself",
            })?;
            report.check()?;
        }
    }
    Ok(())
}

/// Sends without pause, kills again and again, and counts.
async fn run(
    store: &str,
    log: &Path,
    victim: Victim,
    kills: u32,
    careless: bool,
    cluster: Option<&Cluster>,
) -> Report {
    let start = || {
        let mut command = Program::this().receive(store, log);
        if careless {
            command.env(CARELESS, "1");
        }
        Receiver::start(&mut command)
    };
    let mut receiver = start();
    let senders = Senders::start(receiver.address);
    for kill in 0..kills {
        // At moments that differ, and never before something was acknowledged.
        let before = senders.acknowledged();
        support::until("webhooks are acknowledged", async || {
            (senders.acknowledged() >= before + 50).then_some(())
        })
        .await;
        sleep(Duration::from_millis(u64::from(kill * 37 % 100))).await;
        match (victim, cluster) {
            (Victim::Server, Some(cluster)) => {
                cluster.kill();
                cluster.up();
            }
            _ => {
                receiver.kill();
                receiver = start();
                senders.redirect(receiver.address);
            }
        }
    }
    let acknowledged = senders.stop().await;
    let begun = Instant::now();
    let (handled, lost) = loop {
        let handled = handled(log);
        let missing = acknowledged.iter().filter(|n| !handled.contains_key(n));
        let lost = missing.count();
        // What a careless receiver has lost never comes.
        let patience = if careless { LEASE * 2 } else { PATIENCE };
        if lost == 0 || begun.elapsed() > patience {
            break (handled, lost);
        }
        sleep(Duration::from_millis(100)).await;
    };
    let attempts = handled.values().flat_map(|keys| keys.values());
    let same_attempt = attempts.filter(|attempts| {
        let mut unique = (*attempts).clone();
        unique.sort_unstable();
        unique.dedup();
        unique.len() < attempts.len()
    });
    Report {
        kills,
        acknowledged: acknowledged.len(),
        lost,
        twice: handled.values().filter(|keys| keys.len() > 1).count(),
        same_attempt: same_attempt.count(),
    }
}

/// What came of it.
struct Report {
    kills: u32,
    acknowledged: usize,
    /// Acknowledged and never handled.
    lost: usize,
    /// Handled under more than one key.
    twice: usize,
    /// Handled twice under the same number of an attempt.
    same_attempt: usize,
}

impl Report {
    fn print(&self, what: &str) -> std::io::Result<()> {
        let Self {
            kills,
            acknowledged,
            lost,
            twice,
            same_attempt,
        } = self;
        writeln!(
            stdout(),
            "{what}: {kills} kills, {acknowledged} acknowledged, {lost} lost, {twice} stored twice, \
             {same_attempt} attempts with the same number"
        )
    }

    fn check(&self) -> Result<(), &'static str> {
        match (self.lost, self.twice, self.same_attempt) {
            (0, 0, 0) => Ok(()),
            _ => Err("that is not what the inbox promises"),
        }
    }
}
