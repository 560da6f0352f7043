//! What a request allocates beyond its server, exactly: a gate that needs no valgrind.

#[path = "../benches/support/mod.rs"]
mod support;

use support::{Look, Request, Stack, request::SMALL, stream};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    let good = Request::After(SMALL);
    let collect = allocations(Stack::Collect, good);
    let layer = allocations(Stack::Layer(Look::Ignored), good);
    let handlers = allocations(Stack::Handlers, good);
    assert!(
        layer <= collect + 12,
        "a good request: {layer}, where collecting it takes {collect}"
    );
    let moderate = allocations(Stack::Layer(Look::Moderate), good);
    assert!(
        moderate <= layer,
        "asking for the text of each element: {moderate}, and without {layer}"
    );
    assert!(
        handlers <= layer + 1,
        "with handlers: {handlers}, where a bare service takes {layer}"
    );
    for (name, ours, floor, request) in [
        (
            "a rejected request",
            Stack::Layer(Look::Ignored),
            Stack::Reject,
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
    let [before, after] = stream::serve(stack, request, TIMES as usize, || {
        dhat::HeapStats::get().total_blocks
    });
    drop(profiler);
    (after - before + TIMES / 2) / TIMES
}
