//! How a handler says more than "again".

use std::{error::Error, fmt, time::Duration};

use tower::BoxError;

/// An error that says when to try again, or not to. It may be anywhere in the chain of sources
/// of a handler's error.
///
/// ```
/// use std::time::Duration;
/// use tower_tencent_webhook_inbox::Retry;
///
/// fn push(status: u16) -> Result<(), Retry> {
///     match status {
///         200 => Ok(()),
///         429 => Err(Retry::after("the push service is busy", Duration::from_secs(30))),
///         _ => Err(Retry::never("the push service refuses")),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Retry {
    source: BoxError,
    after: Option<Duration>,
}

impl Retry {
    /// Try again after `after`, instead of the worker's own delay. It counts as a failure.
    #[must_use]
    pub fn after(error: impl Into<BoxError>, after: Duration) -> Self {
        Self {
            source: error.into(),
            after: Some(after),
        }
    }

    /// Do not try again: the delivery is dead.
    #[must_use]
    pub fn never(error: impl Into<BoxError>) -> Self {
        Self {
            source: error.into(),
            after: None,
        }
    }

    /// When to try again; `None` for never.
    #[must_use]
    pub fn delay(&self) -> Option<Duration> {
        self.after
    }
}

impl fmt::Display for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.after {
            Some(after) => write!(f, "to be tried again after {after:?}"),
            None => f.write_str("not to be tried again"),
        }
    }
}

impl Error for Retry {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
