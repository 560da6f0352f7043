//! Whether the file is still where it was opened.
//!
//! SQLite goes on in a file that was moved or removed: what it commits then is not there at the next
//! start.

use std::{
    io::{Error, Result},
    path::{Path, PathBuf},
};

use tokio::task::spawn_blocking;

use super::open::beside;

/// The places of the file and of its journal, and what was there.
pub(super) struct Place {
    file: PathBuf,
    journal: PathBuf,
    opened: Identity,
    /// What the connection writes its journal to; `None` before its first transaction.
    written: Option<Identity>,
    /// Whether one of them was missed before. It stays so: who knows what the connections hold.
    lost: bool,
}

impl Place {
    pub(super) fn of(file: &Path) -> Result<Self> {
        Ok(Self {
            opened: identity(file)?,
            journal: beside(file, "-wal"),
            file: file.to_owned(),
            written: None,
            lost: false,
        })
    }

    /// Whether the file is there for another connection, which may write another journal.
    pub(super) async fn holds_file(&mut self) -> bool {
        let file = self.file.clone();
        let there = spawn_blocking(move || identity(&file)).await;
        self.lost |= !matches!(there, Ok(Ok(there)) if there == self.opened);
        self.written = None;
        !self.lost
    }

    /// Whether file and journal are there, after a transaction.
    pub(super) async fn holds_all(&mut self) -> bool {
        let (file, journal) = (self.file.clone(), self.journal.clone());
        let look = move || Ok::<_, Error>((identity(&file)?, identity(&journal)?));
        self.lost |= match spawn_blocking(look).await {
            Ok(Ok((file, journal))) => {
                file != self.opened || journal != *self.written.get_or_insert(journal)
            }
            _ => true,
        };
        !self.lost
    }
}

/// Device and number.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(path)?;
    Ok((file.dev(), file.ino()))
}

/// Elsewhere an open file can be neither moved nor removed.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(path: &Path) -> Result<Identity> {
    std::fs::metadata(path).map(drop)
}
