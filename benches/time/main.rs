//! How long a request takes, against its peers.
//!
//! `cargo bench --bench time` prints ratios of stacks that run in turn (A B A B ..) in one process:
//! the median of the rounds, and the lowest and highest. It bounds nothing, since times depend on
//! the machine and on who else uses it; the bench `cost` does that.

#![allow(clippy::print_stdout, reason = "the tables are what it is for")]

#[path = "../support/mod.rs"]
mod support;

mod memory;
mod sockets;
mod spread;

use support::{
    Request, Stack,
    request::{LARGE, MEDIUM, SMALL},
};

fn main() {
    println!("In memory, on one thread: how many times as long the first takes.\n");
    println!("| compared | body | median | lowest | highest |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, first, second, request) in [
        (
            "layer to collect",
            Stack::Layer,
            Stack::Collect,
            Request::After(SMALL),
        ),
        (
            "Handlers to bare service",
            Stack::Handlers,
            Stack::Layer,
            Request::After(SMALL),
        ),
        (
            "by hand to layer",
            Stack::ByHand,
            Stack::Layer,
            Request::After(SMALL),
        ),
        (
            "by hand to layer",
            Stack::ByHand,
            Stack::Layer,
            Request::After(MEDIUM),
        ),
        (
            "by hand to layer",
            Stack::ByHand,
            Stack::Layer,
            Request::After(LARGE),
        ),
        (
            "by hand to layer, every element read",
            Stack::ByHand,
            Stack::Reader,
            Request::After(SMALL),
        ),
        (
            "by hand to layer, every element read",
            Stack::ByHand,
            Stack::Reader,
            Request::After(LARGE),
        ),
        (
            "app in layer to app",
            Stack::AppInLayer,
            Stack::App,
            Request::Get,
        ),
    ] {
        let spread = memory::compare(first, second, request);
        println!("| {name} | {} | {spread} |", request.size());
    }

    println!("\nOver loopback sockets, the server on one thread.\n");
    println!("| compared | median | lowest | highest |");
    println!("| --- | ---: | ---: | ---: |");
    for (name, first, second) in [
        ("layer to collect", Stack::Layer, Stack::Collect),
        ("layer to by hand", Stack::Layer, Stack::ByHand),
    ] {
        let compared = sockets::compare(first, second, Request::After(SMALL));
        println!(
            "| requests per second, {name} | {} |",
            compared.requests_per_second
        );
        if let Some(cpu) = compared.cpu_per_request {
            println!("| CPU of the server per request, {name} | {cpu} |");
        }
    }
}
