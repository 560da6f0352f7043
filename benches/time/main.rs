//! How long a request takes, against its peers.
//!
//! `cargo bench --bench time` prints ratios of stacks that run in turn (A B A B ..) in one process:
//! the median of the rounds, and the lowest and highest. It bounds nothing, since times depend on
//! the machine and on who else uses it; the bench `cost` does that.

#![allow(clippy::print_stdout, reason = "the tables are what it is for")]

#[path = "../support/mod.rs"]
mod support;

mod client;
mod memory;
mod sockets;
mod spread;

use support::{
    Look, Request, Stack,
    request::{HUGE, LARGE, MEDIUM, SMALL},
};

const IGNORED: Stack = Stack::Layer(Look::Ignored);
const MODERATE: Stack = Stack::Layer(Look::Moderate);
const READ: Stack = Stack::Layer(Look::Read);

fn main() {
    println!("In memory, on one thread: how many times as long the first takes.\n");
    println!("| compared | body | median | lowest | highest |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, first, second, sizes) in [
        ("ignored to collect", IGNORED, Stack::Collect, &[SMALL][..]),
        (
            "Handlers to a bare service",
            Stack::Handlers,
            IGNORED,
            &[SMALL],
        ),
        (
            "`bytes` to ours, ignored",
            Stack::Bytes,
            IGNORED,
            &[SMALL, MEDIUM, LARGE, HUGE],
        ),
        (
            "`bytes` to ours, moderate",
            Stack::Bytes,
            MODERATE,
            &[SMALL, MEDIUM, LARGE, HUGE],
        ),
        (
            "`bytes` to ours, read",
            Stack::Bytes,
            READ,
            &[SMALL, MEDIUM, LARGE, HUGE],
        ),
        (
            "`json` to ours, moderate",
            Stack::Json,
            MODERATE,
            &[SMALL, MEDIUM, LARGE, HUGE],
        ),
    ] {
        for size in sizes {
            let spread = memory::compare(first, second, Request::After(*size));
            println!("| {name} | {size} | {spread} |");
        }
    }
    let spread = memory::compare(Stack::AppInLayer, Stack::App, Request::Get);
    println!("| app in the layer to the app | 0 | {spread} |");

    println!("\nOver loopback sockets, the server on one thread.\n");
    println!("| compared | body | median | lowest | highest |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, first, second, size) in [
        ("ignored to collect", IGNORED, Stack::Collect, SMALL),
        ("ours to `bytes`, ignored", IGNORED, Stack::Bytes, SMALL),
        ("ours to `bytes`, read", READ, Stack::Bytes, MEDIUM),
        ("ours to `bytes`, moderate", MODERATE, Stack::Bytes, MEDIUM),
    ] {
        let compared = sockets::compare(first, second, Request::After(size));
        println!(
            "| requests per second, {name} | {size} | {} |",
            compared.requests_per_second
        );
        if let Some(cpu) = compared.cpu_per_request {
            println!("| CPU of the server per request, {name} | {size} | {cpu} |");
        }
    }
}
