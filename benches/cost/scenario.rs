//! What is measured: a stack, and what it is sent.

use std::fmt;

use crate::support::{Request, Stack, stream};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Scenario {
    pub(crate) stack: Stack,
    pub(crate) request: Request,
}

impl Scenario {
    pub(crate) const fn new(stack: Stack, request: Request) -> Self {
        Self { stack, request }
    }

    pub(crate) fn run(self, times: usize) {
        stream::serve(self.stack, self.request, times, || ());
    }
}

/// Its name, by which this bench asks valgrind to run it.
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}-{:?}", self.stack, self.request)
    }
}
