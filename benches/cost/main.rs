//! What a request costs in instructions and allocations, against its peers and the bounds.
//!
//! `cargo bench --bench cost` prints one table, and fails if a bound is broken. Times are left to
//! the bench `time`: what is counted here is the same on a busy machine.

#![allow(clippy::print_stdout, reason = "the table is what it is for")]

#[path = "../support/mod.rs"]
mod support;

mod counts;
mod figures;
mod scenario;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    // valgrind runs this binary again, with one scenario.
    let arguments: Vec<_> = std::env::args().collect();
    if let [_, scenario, times] = arguments.as_slice()
        && let Some(scenario) = figures::scenario(scenario)
    {
        scenario.run(times.parse().expect("a number"));
        return ExitCode::SUCCESS;
    }
    match figures::measure() {
        Ok(figures) => {
            print!("{}", table::table(&figures));
            table::verdict(&figures)
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
