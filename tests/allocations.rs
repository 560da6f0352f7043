//! What a request allocates beyond its server, exactly: a gate that needs no valgrind.

#[path = "../benches/support/mod.rs"]
mod support;

use support::{Request, Stack, client, request::SMALL};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    let good = Request::After(SMALL);
    let collect = allocations(Stack::Collect, good);
    let layer = allocations(Stack::Layer, good);
    let handlers = allocations(Stack::Handlers, good);
    assert!(
        layer <= collect + 10,
        "a good request: {layer}, where collecting it takes {collect}"
    );
    assert!(
        handlers <= layer + 1,
        "with handlers: {handlers}, where a bare service takes {layer}"
    );
    for (name, ours, floor, request) in [
        (
            "a refused request",
            Stack::Layer,
            Stack::Refuse,
            Request::Forged,
        ),
        (
            "a GET of the app",
            Stack::AppInLayer,
            Stack::App,
            Request::Get,
        ),
        (
            "a POST to the app",
            Stack::AppInLayer,
            Stack::App,
            Request::Post,
        ),
    ] {
        let (ours, floor) = (allocations(ours, request), allocations(floor, request));
        assert!(
            ours <= floor,
            "{name}: {ours}, and without the layer {floor}"
        );
    }
}

/// What one request allocates, in blocks.
fn allocations(stack: Stack, request: Request) -> u64 {
    /// Enough that what happens once in a while, such as a new `Date`, does not count.
    const TIMES: u64 = 100;

    let profiler = dhat::Profiler::builder().testing().build();
    let mut blocks = 0;
    client::exchange(stack, request, TIMES as usize, || {
        let total = dhat::HeapStats::get().total_blocks;
        blocks = total - blocks;
    });
    drop(profiler);
    (blocks + TIMES / 2) / TIMES
}
