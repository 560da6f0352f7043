//! Measures what rows that are over cost: puts and claims on an empty table, and on one with many.

use std::{
    error::Error,
    io::{Write, stdout},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use tower_tencent_webhook_inbox::store::{Claim, Queue, Settle, Settlement};

use crate::{
    Load,
    support::{LEASE, entry},
};

/// How many put at the same time.
const PUTS: usize = 256;
/// How many are claimed at the same time.
const CLAIM: usize = 64;

/// What a store does in a second.
#[derive(Debug, Clone, Copy)]
struct Rates {
    puts: f64,
    claims: f64,
}

/// Puts without pause for this long, then claims and settles all of it. Its keys are numbered from
/// `first`, which it moves on.
async fn rates(store: &impl Queue, time: Duration, first: &mut u32) -> Rates {
    let next = Arc::new(AtomicU32::new(*first));
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
    let put = next.load(Ordering::Relaxed) - *first;
    *first += put;
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

/// Measures an empty store and `full` in turn, since disks are not equally fast from one second to
/// the next, and prints the medians and what is left of the first.
pub(crate) async fn compare<S: Queue>(
    name: &str,
    mut empty: impl AsyncFnMut() -> Result<S, Box<dyn Error>>,
    full: &S,
    load: &Load,
) -> Result<(), Box<dyn Error>> {
    let mut rounds = Vec::new();
    let mut next = 0;
    for _ in 0..load.rounds {
        let on_empty = rates(&empty().await?, load.time(), &mut 0).await;
        rounds.push((on_empty, rates(full, load.time(), &mut next).await));
    }
    print(name, "put", load.rows, &rounds, |rates| rates.puts)?;
    print(name, "claimed and settled", load.rows, &rounds, |rates| {
        rates.claims
    })?;
    Ok(())
}

fn print(
    name: &str,
    what: &str,
    rows: u32,
    rounds: &[(Rates, Rates)],
    figure: fn(Rates) -> f64,
) -> std::io::Result<()> {
    let figures = || {
        rounds
            .iter()
            .map(|(empty, full)| (figure(*empty), figure(*full)))
    };
    let empty = median(figures().map(|(empty, _)| empty));
    let full = median(figures().map(|(_, full)| full));
    let left = median(figures().map(|(empty, full)| full / empty * 100.));
    writeln!(
        stdout(),
        "{name}: {empty:.0}/s {what} on an empty table, {full:.0}/s with {rows} done rows: {left:.0} %"
    )
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
