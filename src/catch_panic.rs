//! The one boundary for panics: the user's code runs inside it.
//!
//! ARCHITECTURE.md says what is inside, and what is not.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

/// The user's code panicked. The payload is dropped: it may contain user data.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Calls with panics caught. What panicked is dropped afterwards and never used again.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|_payload| Panicked)
}

/// Polls with panics caught.
pub(crate) fn caught_poll<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<Result<T, Panicked>> {
    match caught(poll) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panicked) => Poll::Ready(Err(panicked)),
    }
}
