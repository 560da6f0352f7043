//! What the library does, through its public API: a module for each behaviour, linked once.
//!
//! Outside this binary are only the tests that need a process of their own: `resources` and
//! `allocations`, which count every allocation, and `ui`, which asks the compiler.

mod architecture;
mod auto_traits;
mod bodies;
mod commands_page;
mod event_keys;
mod events;
mod examples;
mod failures;
mod fake_tencent;
mod finishing;
mod flood;
mod fuzz_corpus;
mod handlers;
mod hardening;
mod inference;
mod messages;
mod middleware;
mod mounting;
mod observe;
mod pass_through;
mod policy;
mod privacy;
mod properties;
mod readiness;
mod readme;
mod records;
mod replies;
mod serving;
#[path = "../support/mod.rs"]
mod support;
mod trtc;
