//! Mistakes in the configuration: apps, tokens and keys.

use std::fmt;

/// A configuration that cannot work. Never contains a token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// No app was given, so every webhook would be refused.
    NoApps,
    /// The same app id was given twice.
    DuplicateApp(u64),
    /// A token is empty or only white space.
    EmptyToken,
    /// A token begins or ends with white space.
    PaddedToken,
    /// A token is longer than 128 bytes, the vendor's limit.
    TokenTooLong,
    /// An event key is not 1 to 32 ASCII letters and digits, the vendor's rule.
    MalformedEventKey,
    /// These two apps have the same event key, so that an event of one passes as the other's.
    SharedEventKey(u64, u64),
    /// An app is neither `ID:TOKEN` nor `ID=event-key:KEY` nor `ID=insecure-unsigned`.
    MalformedApp,
    /// The environment variable of this name is not set, or is not Unicode.
    MissingVariable(String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoApps => f.write_str("no app is configured; give at least one"),
            Self::DuplicateApp(id) => write!(
                f,
                "app {id} is configured twice; use `also_accept` for a second token"
            ),
            Self::EmptyToken => {
                f.write_str("a token is empty; use `App::insecure_unsigned` to go without one")
            }
            Self::PaddedToken => f.write_str("a token begins or ends with white space; trim it"),
            Self::TokenTooLong => f.write_str("a token is longer than 128 bytes"),
            Self::MalformedEventKey => {
                f.write_str("an event key is not 1 to 32 letters and digits; copy it from the console")
            }
            Self::SharedEventKey(one, other) => write!(
                f,
                "apps {one} and {other} have the same event key; give each its own, or call `insecure_shared_event_key` on both"
            ),
            Self::MalformedApp => f.write_str(
                "an app is neither `ID:TOKEN` nor `ID=event-key:KEY` nor `ID=insecure-unsigned`, its id in digits",
            ),
            Self::MissingVariable(name) => write!(
                f,
                "the environment variable `{name}` is not set; set it to `ID:TOKEN`, several apps between spaces"
            ),
        }
    }
}

impl std::error::Error for ConfigError {}
