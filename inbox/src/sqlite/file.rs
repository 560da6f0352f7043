//! The file on the disk: a lock keeps it to one store, and a watch tells when it was moved or removed.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use tokio::task::spawn_blocking;

use crate::store::OpenError;

/// What a store holds as long as it is open, to be dropped after all connections of SQLite: closing
/// any handle of the file drops SQLite's own locks on it.
pub(super) struct Lock {
    // They end in this order.
    _file: File,
    _beside: File,
    #[cfg(unix)]
    _only: only::Only,
}

impl Lock {
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        #[cfg(unix)]
        let only = only::Only::of(path)?;
        let file = File::open(path)?;
        // Another container may know it by another name. Only here SQLite's locks are of another
        // kind, so that they do not meet this one.
        #[cfg(target_os = "linux")]
        lock(&file)?;
        check_header(&file)?;
        let beside = owner_only().create(true).open(sibling(path, ".lock"))?;
        lock(&beside)?;
        Ok(Self {
            _file: file,
            _beside: beside,
            #[cfg(unix)]
            _only: only,
        })
    }
}

/// A file of somebody else's stays as it is, down to its mode.
fn check_header(file: &File) -> Result<(), OpenError> {
    const HEADER: &[u8; 16] = b"SQLite format 3\0";
    let mut header = Vec::new();
    file.take(16).read_to_end(&mut header)?;
    match header.is_empty() || header == HEADER {
        true => Ok(()),
        false => Err(OpenError::NotADatabase),
    }
}

fn lock(file: &File) -> Result<(), OpenError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::Locked,
        TryLockError::Error(error) => OpenError::File(error),
    })
}

#[cfg(unix)]
mod only {
    use std::{
        collections::BTreeSet,
        io::{Error, ErrorKind},
        os::unix::fs::MetadataExt,
        path::Path,
        sync::{Mutex, MutexGuard, PoisonError},
    };

    use crate::store::OpenError;

    /// The files that stores of this process have open, by device and number. Such a file is not
    /// even opened a second time, since that handle would have to be closed.
    static OPEN: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

    fn open() -> MutexGuard<'static, BTreeSet<(u64, u64)>> {
        OPEN.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The only store of this process that has the file open.
    pub(super) struct Only((u64, u64));

    impl Only {
        pub(super) fn of(path: &Path) -> Result<Self, OpenError> {
            let file = std::fs::metadata(path)?;
            if !file.is_file() {
                return Err(Error::new(ErrorKind::InvalidInput, "it is not a file").into());
            }
            if file.nlink() > 1 {
                return Err(OpenError::TwoNames);
            }
            let id = (file.dev(), file.ino());
            match open().insert(id) {
                true => Ok(Self(id)),
                false => Err(OpenError::Locked),
            }
        }
    }

    impl Drop for Only {
        fn drop(&mut self) {
            open().remove(&self.0);
        }
    }
}

pub(super) fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

pub(super) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The places of the file and of its journal, and what was there.
///
/// SQLite goes on in a file that was moved or removed: what it commits then is not there at the next
/// start.
pub(super) struct FileIdentity {
    file: PathBuf,
    journal: PathBuf,
    opened: Identity,
    /// What the connection writes its journal to.
    written: Identity,
    /// Whether one of them was missed before. It stays so: who knows what the connections hold.
    lost: bool,
}

impl FileIdentity {
    /// The place of a file that a connection has read.
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        let journal = sibling(file, "-wal");
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

    async fn look(&self) -> io::Result<(Identity, Identity)> {
        let (file, journal) = (self.file.clone(), self.journal.clone());
        let look = move || Ok((identity(&file)?, identity(&journal)?));
        spawn_blocking(look).await?
    }

    fn compare(&mut self, there: io::Result<(Identity, Identity)>) -> bool {
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
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(path)?;
    Ok((file.dev(), file.ino()))
}

/// Elsewhere an open file can be neither moved nor removed.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Identity> {
    std::fs::metadata(path).map(drop)
}
