//! What an answer says, without its content.

use std::fmt;

/// What the answer to a before-webhook says about its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerdictKind {
    /// It passes.
    Allow,
    /// It is refused, at least for some of several accounts.
    Refuse,
    /// A message is not delivered, and its sender is not told.
    Drop,
    /// A message is delivered changed.
    Rewrite,
    /// The answer is an HTTP error: Tencent does what the console is set to.
    Error,
}

impl VerdictKind {
    /// Its name in logs and metrics, such as `allow`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Refuse => "refuse",
            Self::Drop => "drop",
            Self::Rewrite => "rewrite",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for VerdictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
