//! Whether the file is still where it was opened.
//!
//! SQLite goes on in a file that was moved or removed: what it commits then is not there at the next
//! start.

use std::{
    io::{ErrorKind, Result},
    path::{Path, PathBuf},
};

use tokio::task::spawn_blocking;

use super::open::beside;

/// The places of the file and of its journal, and what was there.
pub(super) struct Place {
    file: PathBuf,
    journal: PathBuf,
    opened: Identity,
    /// What the connection writes its journal to.
    written: Identity,
    /// Whether one of them was missed before. It stays so: who knows what the connections hold.
    lost: bool,
}

impl Place {
    /// The place of a file that a connection has read.
    pub(super) fn of(file: &Path) -> Result<Self> {
        let journal = beside(file, "-wal");
        Ok(Self {
            opened: identity(file)?,
            written: identity(&journal)?,
            file: file.to_owned(),
            journal,
            lost: false,
        })
    }

    /// Whether file and journal are where they were.
    pub(super) async fn holds(&mut self) -> bool {
        let there = self.look().await;
        self.compare(there)
    }

    /// The same of the file alone, for a connection that has just read it: it may write another
    /// journal.
    pub(super) async fn holds_anew(&mut self) -> bool {
        let there = self.look().await;
        if let Ok((_, journal)) = there {
            self.written = journal;
        }
        self.compare(there)
    }

    async fn look(&self) -> Result<(Identity, Identity)> {
        let (file, journal) = (self.file.clone(), self.journal.clone());
        let look = move || Ok((identity(&file)?, identity(&journal)?));
        spawn_blocking(look).await?
    }

    fn compare(&mut self, there: Result<(Identity, Identity)>) -> bool {
        let is_lost = match &there {
            Ok(there) => *there != (self.opened, self.written),
            Err(error) => error.kind() == ErrorKind::NotFound,
        };
        if is_lost && !self.lost {
            self.lost = true;
            tracing::error!(
                "the file of the inbox or its journal was moved or removed: nothing is acknowledged \
                 until the process is started anew"
            );
        }
        there.is_ok() && !self.lost
    }

    /// Whether a connection may be opened.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
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
