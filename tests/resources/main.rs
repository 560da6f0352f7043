//! What requests cost in memory and work. Every allocation of the process is counted, so no harness
//! may run threads beside it.

#[cfg(unix)]
mod descriptors;
mod linear;
mod memory;
#[path = "../support/mod.rs"]
mod support;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    #[cfg(unix)]
    descriptors::an_error_of_accept_is_survived();
    memory::all();
    linear::all();
}
