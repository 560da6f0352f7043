//! How the handling of a webhook fails, panics included.

use std::{
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

use tower::{BoxError, load_shed::error::Overloaded};

use crate::{error::DecodeError, outcome::FailureKind};

/// A failure, before anybody is told.
pub(crate) struct Failed {
    pub(crate) kind: FailureKind,
    pub(crate) error: Option<BoxError>,
}

impl Failed {
    /// The future was polled after its end.
    pub(crate) const ALREADY_DONE: Self = Self::of(FailureKind::HandlerError);

    pub(crate) const fn of(kind: FailureKind) -> Self {
        Self { kind, error: None }
    }

    /// The layers between us and the handler wrap errors, so the whole chain is searched.
    pub(crate) fn by_handler(error: impl Into<BoxError>) -> Self {
        let error = error.into();
        let kind = if find::<DecodeError>(&*error).is_some() {
            FailureKind::Undecodable
        } else if find::<Overloaded>(&*error).is_some() {
            FailureKind::Overloaded
        } else {
            FailureKind::HandlerError
        };
        Self {
            kind,
            error: Some(error),
        }
    }
}

/// The first error of type `T` among an error and its sources.
pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

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
