//! Times without a kernel: one thread, a stream in memory.

use std::time::{Duration, Instant};

use crate::{
    spread::Spread,
    support::{Request, Stack, stream},
};

const ROUNDS: usize = 15;

/// Roughly how many bytes of bodies are sent in a round.
const BYTES: usize = 4 * 1024 * 1024;

/// How many times as long `first` takes as `second`.
pub(crate) fn compare(first: Stack, second: Stack, request: Request) -> Spread {
    let times = (BYTES / request.size().max(1)).clamp(100, 4000);
    let ratios = (0..ROUNDS).map(|_| {
        let first = time(first, request, times).as_secs_f64();
        first / time(second, request, times).as_secs_f64()
    });
    ratios.collect()
}

fn time(stack: Stack, request: Request, times: usize) -> Duration {
    let [start, end] = stream::serve(stack, request, times, Instant::now);
    end - start
}
