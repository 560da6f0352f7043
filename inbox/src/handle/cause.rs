//! Why an attempt failed.

use std::{error::Error, fmt, io};

use tower::{BoxError, load_shed::error::Overloaded, timeout::error::Elapsed};
use tower_tencent_webhook::{error::DecodeError, outcome::FailureKind};

use super::attempt::Retry;

/// The longest [words](Cause::words), in bytes.
const LONGEST: usize = 4096;

/// Why an attempt failed.
///
/// `Display` is in words of this crate; what the handler said is in [`error`](Cause::error).
#[derive(Debug)]
pub struct Cause {
    kind: FailureKind,
    error: Option<BoxError>,
}

impl Cause {
    pub(crate) fn of(kind: FailureKind) -> Self {
        Self { kind, error: None }
    }

    /// Services between the worker and the handler wrap errors, so the whole chain is searched.
    pub(crate) fn of_error(error: impl Into<BoxError>) -> Self {
        let error = error.into();
        let kind = if find::<DecodeError>(&*error).is_some() {
            FailureKind::Undecodable
        } else if find::<Overloaded>(&*error).is_some() {
            FailureKind::Overloaded
        } else if find::<Elapsed>(&*error).is_some() {
            FailureKind::TimedOut
        } else {
            FailureKind::Handler
        };
        Self {
            kind,
            error: Some(error),
        }
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The handler's error, with its sources.
    #[must_use]
    pub fn error(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.error.as_deref()
    }

    /// What a store keeps: the kind and its words. A decode error adds the place, which holds
    /// nothing of the body; with `keep_errors` the handler's own words follow. 4 KiB at most.
    #[must_use]
    pub fn words(&self, keep_errors: bool) -> String {
        let mut words = self.to_string();
        let error = self
            .error
            .as_deref()
            .map(|error| error as &(dyn Error + 'static));
        if keep_errors {
            let mut next = error;
            while let Some(error) = next.filter(|_| words.len() < LONGEST) {
                words.push_str(": ");
                words.push_str(&error.to_string());
                next = error.source();
            }
        } else if let Some(error) = error.and_then(find::<DecodeError>) {
            words.push_str(": ");
            words.push_str(&error.to_string());
        }
        words.truncate(words.floor_char_boundary(LONGEST));
        words
    }

    /// What the handler says about trying again.
    pub(crate) fn retry(&self) -> Option<&Retry> {
        find(self.error.as_deref()?)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.kind {
            FailureKind::Undecodable => "the body could not be decoded",
            FailureKind::Handler => "the handler returned an error",
            FailureKind::Overloaded => "a service in front of the handler sheds load",
            FailureKind::Panic => "the handler panicked",
            FailureKind::TimedOut => "the handler took too long",
            FailureKind::WrongReply => "the handler's reply is not one of the command",
            _ => "the delivery could not be handled",
        };
        write!(f, "{}: {words}", self.kind.as_str())
    }
}

/// Bounds the walk along the sources of an error, in case one leads back to it.
const MAX_SOURCES: usize = 64;

/// The first error of type `T` among an error and its sources.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    for _ in 0..MAX_SOURCES {
        let error = next?;
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // `io::Error::source` skips the error inside it.
        next = match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error that is its own source.
    #[derive(Debug)]
    struct Circular;

    impl fmt::Display for Circular {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("circular")
        }
    }

    impl Error for Circular {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&Self)
        }
    }

    #[test]
    fn sources_without_an_end_are_looked_at_so_far() {
        let cause = Cause::of_error(Circular);
        assert_eq!(cause.kind(), FailureKind::Handler);
        assert!(cause.words(true).contains("circular"));
    }
}
