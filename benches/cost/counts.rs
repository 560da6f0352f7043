//! Counting with callgrind.
//!
//! A scenario runs N and 2N times; half of the difference is what one run costs, without start-up.
//! That repeats to a fraction of a per cent. valgrind knows no SHA instructions, so that
//! hashing a signature counts for some thousands of instructions that it does not take in life.

use std::{
    fs, io,
    path::Path,
    process::{Command, Stdio},
};

use crate::scenario::Scenario;

/// So few that the slowest scenario takes seconds; so many that a clock tick is lost in them.
const TIMES: u64 = 60;

/// What one request costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
}

/// What a whole process cost.
struct Totals {
    instructions: u64,
    allocations: u64,
}

pub(crate) fn count(scenario: Scenario) -> Result<Counts, String> {
    let scenario = scenario.to_string();
    let once = run(&scenario, TIMES)?;
    let twice = run(&scenario, 2 * TIMES)?;
    let each = |once: u64, twice: u64| twice.saturating_sub(once) as f64 / TIMES as f64;
    Ok(Counts {
        instructions: each(once.instructions, twice.instructions),
        // What happens once in a while, such as a new `Date`, is no cost of each request.
        allocations: each(once.allocations, twice.allocations).round(),
    })
}

fn run(scenario: &str, times: u64) -> Result<Totals, String> {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{scenario}.callgrind"));
    let this = std::env::current_exe().map_err(|error| format!("this bench: {error}"))?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--compress-strings=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(this)
        .args([scenario, &times.to_string()])
        .stdout(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                "this bench counts with valgrind: install it (apt-get install valgrind, dnf install valgrind)".to_owned()
            }
            _ => format!("valgrind: {error}"),
        })?;
    if !output.status.success() {
        let log = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{scenario} under valgrind: {log}"));
    }
    let profile = fs::read_to_string(profile).map_err(|error| format!("{scenario}: {error}"))?;
    totals(&profile).ok_or_else(|| format!("{scenario}: not a profile of callgrind"))
}

/// Reads callgrind's file: `summary: <instructions>`, and for each caller of a function
/// `cfn=<function>` with `calls=<how often> <where>` on the next line.
fn totals(profile: &str) -> Option<Totals> {
    let mut instructions = None;
    let mut allocations = 0;
    let mut allocates = false;
    for line in profile.lines() {
        if let Some(summary) = line.strip_prefix("summary: ") {
            instructions = summary.trim().parse().ok();
        } else if let Some(callee) = line.strip_prefix("cfn=") {
            allocates = [
                "malloc",
                "calloc",
                "realloc",
                "posix_memalign",
                "aligned_alloc",
            ]
            .contains(&callee);
        } else if let Some(calls) = line.strip_prefix("calls=")
            && allocates
        {
            allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
        }
    }
    Some(Totals {
        instructions: instructions?,
        allocations,
    })
}
