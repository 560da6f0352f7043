//! Senders that measure how long each answer takes.

use std::{
    io::{Write, stdout},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::support::{
    AFTER,
    receiver::{Client, Receiver, message},
};

/// The length of a body, in bytes.
const BODY: usize = 1024;

/// What came of a scenario.
pub(crate) struct Sent {
    /// How long each acknowledgement took, in order.
    took: Vec<Duration>,
    pub(crate) other: usize,
    time: Duration,
}

impl Sent {
    pub(crate) fn count(&self) -> usize {
        self.took.len()
    }

    fn percentile(&self, percent: usize) -> f64 {
        let index = self.count() * percent / 100;
        let took = self.took.get(index).or(self.took.last());
        took.copied().unwrap_or_default().as_secs_f64() * 1000.
    }

    pub(crate) fn print(&self, what: &str, behind: Option<(u64, Duration)>) -> std::io::Result<()> {
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
pub(crate) async fn send(
    receiver: &Receiver,
    senders: usize,
    time: Duration,
    rate: Option<u32>,
) -> Sent {
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
