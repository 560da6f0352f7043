//! The lines of `check` and `verify`: `ok NAME`, `BAD NAME: why`, `skip NAME: why`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

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
