//! Counting with callgrind.
//!
//! A scenario runs N and 2N times; the difference divided by N is what one run costs, without start-up.
//! That repeats to a fraction of a per cent. valgrind knows no SHA instructions, so
//! hashing a signature counts several thousand instructions that it does not take in real life.

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
    /// Those of them that the allocator takes. They vary by hundreds with how the heap
    /// happens to lie.
    pub(crate) allocator: f64,
    pub(crate) allocations: f64,
}

/// What a whole process cost.
#[derive(Default)]
struct Totals {
    instructions: u64,
    allocator: u64,
    allocations: u64,
}

pub(crate) fn count(scenario: Scenario) -> Result<Counts, String> {
    let scenario = scenario.to_string();
    let once = run(&scenario, TIMES)?;
    let twice = run(&scenario, 2 * TIMES)?;
    let each = |once: u64, twice: u64| twice.saturating_sub(once) as f64 / TIMES as f64;
    Ok(Counts {
        instructions: each(once.instructions, twice.instructions),
        allocator: each(once.allocator, twice.allocator),
        // What happens once in a while, such as a new `Date`, is not a cost of each request.
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
/// `cfn=<function>` with `calls=<how often> <where>` on the next line, and `<where> <instructions>`
/// on the one after it.
fn totals(profile: &str) -> Option<Totals> {
    let mut totals = Totals::default();
    let mut lines = profile.lines();
    while let Some(line) = lines.next() {
        if let Some(summary) = line.strip_prefix("summary: ") {
            totals.instructions = summary.trim().parse().ok()?;
        }
        let Some(callee) = line.strip_prefix("cfn=") else {
            continue;
        };
        let allocates = [
            "malloc",
            "calloc",
            "realloc",
            "posix_memalign",
            "aligned_alloc",
        ]
        .contains(&callee);
        if allocates || callee == "free" {
            let calls = lines.find_map(|line| line.strip_prefix("calls="))?;
            let instructions = lines.next()?.split(' ').nth(1)?;
            totals.allocator += instructions.parse::<u64>().ok()?;
            if allocates {
                totals.allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
            }
        }
    }
    (totals.instructions > 0).then_some(totals)
}
