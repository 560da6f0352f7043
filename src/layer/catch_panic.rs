//! Panics of the user's code, caught.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

use super::failed::Failed;
use crate::outcome::FailureKind;

/// Calls with panics caught. What panicked is dropped afterwards and never used again.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Failed> {
    // The payload may hold anything, so nobody gets to see it.
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| Failed::of(FailureKind::HandlerPanic))
}

/// Polls with panics caught.
pub(crate) fn caught_poll<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<Result<T, Failed>> {
    match caught(poll) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(panic)),
    }
}
