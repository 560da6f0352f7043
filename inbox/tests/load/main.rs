//! Measures how many webhooks a receiver acknowledges, and how fast.
//!
//! `cargo test` runs it briefly, to keep it working. For figures, run it by hand on a machine that
//! does nothing else:
//!
//! ```sh
//! cargo test --release -p tower-tencent-webhook-inbox --test load -- --seconds 60
//! ```

#[path = "../../examples/receiver/handler.rs"]
mod handler;
#[path = "../../examples/receiver/options.rs"]
mod options;
#[path = "../../examples/receiver/serve.rs"]
mod serve;
#[path = "../support/mod.rs"]
mod support;

use std::{
    error::Error,
    fs,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Parser;
use tokio::{task::JoinSet, time::sleep};

use self::{
    options::{Command, Options},
    support::{
        AFTER,
        cluster::Cluster,
        receiver::{Client, Program, Receiver, message},
    },
};

/// The length of a body, in bytes.
const BODY: usize = 1024;
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
    /// Only on one engine: `sqlite`, `postgres`.
    #[arg(long)]
    only: Option<String>,
    /// What `cargo bench` and `cargo test` pass to every harness.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().collect();
    let done = match arguments.get(1).map(String::as_str) {
        Some("receiver") => match Options::parse_from(&arguments[1..]).command() {
            Command::Serve(options) => serve::open_and_serve(options).await,
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

async fn load(load: Load) -> Result<(), Box<dyn Error>> {
    let asked = |what: &str| load.only.as_deref().is_none_or(|only| only == what);
    let time = Duration::from_secs(load.seconds);
    let rate = load.rate;
    let folder = tempfile::tempdir()?;
    if asked("sqlite") {
        let files = ["a", "b", "c"].map(|name| folder.path().join(name));
        let stores = files.map(|path| format!("sqlite:{}", path.display()));
        engine("SQLite", stores, folder.path(), time, rate).await?;
    }
    if asked("postgres")
        && let Some(cluster) = Cluster::start()
    {
        let stores = [(); 3].map(|()| cluster.schema_url());
        engine("PostgreSQL", stores, folder.path(), time, rate).await?;
    }
    Ok(())
}

async fn engine(
    name: &str,
    [receiving, working, single]: [String; 3],
    folder: &Path,
    time: Duration,
    rate: u32,
) -> std::io::Result<()> {
    let log = folder.join(format!("{name}.log"));
    let start = |store: &str, more: &[&str]| {
        Receiver::start(Program::this().receive(store, &log).args(more))
    };
    let receiver = start(&receiving, &["--no-worker"]);
    let sent = send(&receiver, SENDERS, time, None).await;
    sent.print(&format!("{name}, {SENDERS} senders, no worker"), None)?;
    drop(receiver);

    let receiver = start(&working, &[]);
    let sent = send(&receiver, SENDERS, time, Some(rate)).await;
    let behind = sent.count() as u64 - lines(&log)?;
    let begun = Instant::now();
    while lines(&log)? < sent.count() as u64 {
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

fn lines(log: &Path) -> std::io::Result<u64> {
    let text = fs::read(log)?;
    Ok(text.iter().filter(|byte| **byte == b'\n').count() as u64)
}

/// What came of a scenario.
struct Sent {
    /// How long each acknowledgement took, in order.
    took: Vec<Duration>,
    other: usize,
    time: Duration,
}

impl Sent {
    fn count(&self) -> usize {
        self.took.len()
    }

    fn percentile(&self, percent: usize) -> f64 {
        let index = self.count() * percent / 100;
        let took = self.took.get(index).or(self.took.last());
        took.copied().unwrap_or_default().as_secs_f64() * 1000.
    }

    fn print(&self, what: &str, behind: Option<(u64, Duration)>) -> std::io::Result<()> {
        let rate = self.count() as f64 / self.time.as_secs_f64();
        let (half, most, other) = (self.percentile(50), self.percentile(99), self.other);
        write!(
            stdout(),
            "{what}: {rate:.0}/s acknowledged, p50 {half:.1} ms, p99 {most:.1} ms, {other} others"
        )?;
        if let Some((behind, time)) = behind {
            write!(
                stdout(),
                ", {behind} waiting at the end for {:.2} s",
                time.as_secs_f64()
            )?;
        }
        writeln!(stdout())
    }
}

/// Sends from `senders` connections: without pause, or `rate` a second by all of them together.
async fn send(receiver: &Receiver, senders: usize, time: Duration, rate: Option<u32>) -> Sent {
    let next = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let end = start + time;
    let mut tasks = JoinSet::new();
    for _ in 0..senders {
        let mut client: Client = receiver.client().await;
        let next = Arc::clone(&next);
        tasks.spawn(async move {
            let (mut took, mut other) = (Vec::new(), 0);
            while Instant::now() < end {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if let Some(rate) = rate {
                    let due = start + Duration::from_secs_f64(n as f64 / f64::from(rate));
                    tokio::time::sleep_until(due.into()).await;
                }
                let body = message(n, BODY);
                let begun = Instant::now();
                match client.send(AFTER, &body).await {
                    Ok(200) => took.push(begun.elapsed()),
                    _ => other += 1,
                }
            }
            (took, other)
        });
    }
    let begun = Instant::now();
    let (mut took, mut other) = (Vec::new(), 0);
    while let Some(Ok((one, others))) = tasks.join_next().await {
        took.extend(one);
        other += others;
    }
    took.sort_unstable();
    Sent {
        took,
        other,
        time: begun.elapsed(),
    }
}
