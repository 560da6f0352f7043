//! Panics of the user's code, caught: none may end a task of a worker.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures_util::FutureExt;

/// The user's code panicked. Its message may hold anything, so nobody gets to see it.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Calls with panics caught.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(call)).map_err(discard)
}

/// Awaits with panics caught. What panicked is dropped and never used again.
pub(crate) async fn caught_in<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let done = AssertUnwindSafe(future).catch_unwind();
    done.await.map_err(discard)
}

fn discard(payload: Box<dyn Any + Send>) -> Panicked {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // It panics whenever it is dropped, so it is not.
        Box::leak(again);
    }
    Panicked
}
