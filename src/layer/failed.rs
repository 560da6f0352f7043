//! How the handling of a webhook fails.

use std::{error::Error, io};

use tower::{BoxError, load_shed::error::Overloaded, timeout::error::Elapsed};

use crate::{catch_panic::Panicked, outcome::FailureKind, wire::DecodeError};

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
    pub(crate) fn of_error(error: impl Into<BoxError>) -> Self {
        let error = error.into();
        let kind = if find::<DecodeError>(&*error).is_some() {
            FailureKind::Undecodable
        } else if find::<Overloaded>(&*error).is_some() {
            FailureKind::Overloaded
        } else if find::<Elapsed>(&*error).is_some() {
            FailureKind::TimedOut
        } else {
            FailureKind::HandlerError
        };
        Self {
            kind,
            error: Some(error),
        }
    }

    /// What could not be decoded, if that is why.
    pub(crate) fn decode_error(&self) -> Option<&DecodeError> {
        find(self.error.as_deref()?)
    }
}

impl From<Panicked> for Failed {
    fn from(Panicked: Panicked) -> Self {
        Self::of(FailureKind::HandlerPanic)
    }
}

/// How many sources of an error are looked at. Somebody's may lead back to it.
const MAX_SOURCES: usize = 64;

/// The first error of type `T` among an error and its sources.
pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    for _ in 0..MAX_SOURCES {
        let error = next?;
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // The source of such an error is that of the error in it, which would be skipped.
        next = match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
