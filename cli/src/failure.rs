//! How a subcommand fails, and the exit codes.

use std::{error::Error, io};

use tower::BoxError;

/// Why a subcommand did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments or the environment are not right: exit code 2, with the usage. The text
    /// quotes nothing that may be secret.
    Usage(String),
    /// Anything else: exit code 1.
    Other(BoxError),
    /// Nobody reads what is printed any more, which is not a failure: exit code 0, quietly.
    ClosedPipe,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub(crate) fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }
}

/// An error of writing to stdout.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::other(error),
        }
    }
}

/// The error with its sources, on one line: hyper tells the cause, such as a refused connection, in a
/// source.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        source = error.source();
    }
    text
}
