//! Measures what rows that are over cost: puts and claims on an empty table, and on one with many.

use std::{
    io::{Write, stdout},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use tower_tencent_webhook_inbox::{Claim, Queue, Settle, Settlement};

use crate::support::{LEASE, entry};

/// How many put at the same time.
const PUTS: usize = 256;
/// How many are claimed at the same time.
const CLAIM: usize = 64;

/// What a store does in a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    puts: f64,
    claims: f64,
}

/// Puts without pause for this long, then claims and settles all of it.
pub(crate) async fn rates(store: &impl Queue, time: Duration, first: u32) -> Rates {
    let next = Arc::new(AtomicU32::new(first));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..PUTS {
        let (store, next) = (store.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            while begun.elapsed() < time {
                let n = next.fetch_add(1, Ordering::Relaxed);
                store.put(vec![entry(n)]).await.expect("put");
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    let put = next.load(Ordering::Relaxed) - first;
    let puts = f64::from(put) / begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    loop {
        let claimed = store.claim(Claim::new(CLAIM, LEASE)).await.expect("claim");
        if claimed.is_empty() {
            break;
        }
        let done = claimed.iter().map(|one| Settlement {
            lease: one.lease,
            end: Settle::Done { forget: false },
        });
        store.settle(done.collect()).await.expect("settle");
    }
    let claims = f64::from(put) / begun.elapsed().as_secs_f64();
    Rates { puts, claims }
}

/// Prints both, and what is left of the first.
pub(crate) fn print(name: &str, rows: u32, empty: Rates, full: Rates) -> std::io::Result<()> {
    for (what, empty, full) in [
        ("put", empty.puts, full.puts),
        ("claimed and settled", empty.claims, full.claims),
    ] {
        let left = full / empty * 100.;
        writeln!(
            stdout(),
            "{name}: {empty:.0}/s {what} on an empty table, {full:.0}/s with {rows} done rows: {left:.0} %"
        )?;
    }
    Ok(())
}
