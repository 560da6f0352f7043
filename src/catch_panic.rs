//! Panics of the user's code, caught.
//!
//! ARCHITECTURE.md lists where the user's code runs, and what catches its panics there.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

/// The user's code panicked. Its message may hold anything, so nobody gets to see it.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Calls with panics caught. What panicked is dropped afterwards and never used again.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(call)).map_err(discard)
}

/// Polls with panics caught.
pub(crate) fn caught_poll<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<Result<T, Panicked>> {
    match caught(poll) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panicked) => Poll::Ready(Err(panicked)),
    }
}

/// Drops a value that may panic when dropped.
pub(crate) fn dropped<T>(value: T) {
    let _ = caught(|| drop(value));
}

fn discard(payload: Box<dyn Any + Send>) -> Panicked {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // It panics whenever it is dropped, so it is not.
        Box::leak(again);
    }
    Panicked
}
