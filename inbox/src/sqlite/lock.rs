//! Keeps a file to one store: by a lock beside it, and by the file itself, which may have more names
//! than one.

use std::{
    fs::{File, TryLockError},
    io::Read,
    path::Path,
};

use super::open::{beside, private};
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
        let beside = private().create(true).open(beside(path, ".lock"))?;
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
