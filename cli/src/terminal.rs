//! What a subcommand tells its terminal: how it fails, the exit codes, and the lines of `check` and
//! `verify` (`ok NAME`, `BAD NAME: why`, `skip NAME: why`).

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

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

/// What is to be told about a check, most often why it did not pass.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    Bad(String),
    Skipped(String),
    /// It passed, and something is to be told all the same.
    Noted(String),
}

impl Finding {
    pub(crate) fn bad(why: impl Into<String>) -> Self {
        Self::Bad(why.into())
    }

    pub(crate) fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped(why.into())
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    bad: bool,
}

impl Report {
    /// Prints the line of a check.
    ///
    /// # Errors
    ///
    /// If it cannot be printed.
    pub(crate) fn add(&mut self, name: &str, found: Result<(), Finding>) -> io::Result<()> {
        let line = match found {
            Ok(()) => format!("ok {name}"),
            Err(Finding::Noted(what)) => format!("ok {name}: {what}"),
            Err(Finding::Skipped(why)) => format!("skip {name}: {why}"),
            Err(Finding::Bad(why)) => {
                self.bad = true;
                format!("BAD {name}: {why}")
            }
        };
        writeln!(io::stdout(), "{line}")
    }

    /// 0 if all is well, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.bad))
    }
}
