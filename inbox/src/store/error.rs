//! How a store fails, when it is opened and later.

use std::{error::Error, fmt};

use tower::BoxError;

/// A store has not done what it was asked.
///
/// `Display` tells the kind; the cause, in the engine's words, is its
/// [source](std::error::Error::source).
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<BoxError>,
}

/// The kinds of [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store answered with an error, or not at all: down, disk full, read-only.
    Failed,
    /// It took too long.
    TimedOut,
    /// Too much is waiting to be stored. For stores of your own: those of this crate let it wait.
    Overloaded,
    /// The store was closed.
    Closed,
}

impl StoreErrorKind {
    /// Its name in metrics: `failed`, `timed_out`, `overloaded`, `closed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Overloaded => "overloaded",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for StoreErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl StoreError {
    /// The store failed for this reason.
    #[must_use]
    pub fn failed(source: impl Into<BoxError>) -> Self {
        Self {
            kind: StoreErrorKind::Failed,
            source: Some(source.into()),
        }
    }

    /// An error without a cause of its own.
    #[must_use]
    pub fn of(kind: StoreErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::Failed => "the store failed",
            StoreErrorKind::TimedOut => "the store took too long",
            StoreErrorKind::Overloaded => "too much is waiting to be stored",
            StoreErrorKind::Closed => "the store is closed",
        })
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

/// A store cannot be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The engine refused, or could not be reached.
    Engine(BoxError),
    /// The file could not be made, locked or read.
    File(std::io::Error),
    /// Another process, or another store of this one, has the file open. PostgreSQL is for more
    /// than one process.
    Locked,
    /// There is something else in the file.
    NotADatabase,
    /// The file has hard links, and its journal under one of its names only: remove all but that one.
    TwoNames,
    /// A database in memory forgets: give a path.
    InMemory,
    /// The file did not take the journal mode WAL, as on some network file systems.
    NotWal,
    /// The schema has this version, which is newer than this release knows: upgrade the program.
    NewerSchema(i64),
    /// The schema has this version and migrations are switched off: run those of
    /// `MIGRATIONS` from there on.
    OlderSchema(i64),
    /// The store is in this schema, and another is the first of the connection's `search_path`. It may
    /// be somebody else's: put its own schema first.
    OtherSchema(String),
    /// This setting of the server lets it lose what it has acknowledged. Change it, or
    /// [accept it](crate::PgOptions::accept_weak_durability).
    WeakDurability(&'static str),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(_) => f.write_str("the database refused, or could not be reached"),
            Self::File(_) => f.write_str("the file of the store could not be opened"),
            Self::Locked => f.write_str(
                "the file of the store is in use by another process; use PostgreSQL for several",
            ),
            Self::NotADatabase => f.write_str("the file of the store is not SQLite's"),
            Self::TwoNames => f.write_str(
                "the file of the store has hard links; remove all names but the one beside its journal",
            ),
            Self::InMemory => f.write_str("a store in memory forgets; give the path of a file"),
            Self::NotWal => f.write_str(
                "the file system does not take SQLite's journal mode WAL; put the file on a local disk",
            ),
            Self::NewerSchema(version) => write!(
                f,
                "the schema of the store has version {version}, newer than this program knows; upgrade it"
            ),
            Self::OlderSchema(version) => write!(
                f,
                "the schema of the store has version {version}; run the migrations after it"
            ),
            Self::OtherSchema(schema) => write!(
                f,
                "the store is in the schema `{schema}`, which is not the first of the `search_path`; put the store's own first"
            ),
            Self::WeakDurability(setting) => write!(
                f,
                "`{setting}` of the PostgreSQL server is off, so that it may lose what it has acknowledged; \
                 switch it on, or accept that explicitly"
            ),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Engine(error) => Some(&**error),
            Self::File(error) => Some(error),
            _ => None,
        }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(error.into())
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolClosed => Self::of(StoreErrorKind::Closed),
            error => Self::failed(error),
        }
    }
}
