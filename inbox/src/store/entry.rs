//! What goes into a store.

use crate::{EventKey, Record};

/// A delivery to be stored, and the key under which it is stored once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// The key; that of an entry without one of its own is random.
    pub key: EventKey,
    /// The delivery.
    pub record: Record,
}

impl Entry {
    /// The entry of `record`. Without a key it gets a random one, and is never taken for a repeat.
    ///
    /// # Errors
    ///
    /// The system's own, if it gives no random bytes.
    pub fn new(key: Option<EventKey>, record: Record) -> Result<Self, getrandom::Error> {
        let key = match key {
            Some(key) => key,
            None => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes)?;
                EventKey::from(bytes)
            }
        };
        Ok(Self { key, record })
    }
}

/// What became of an entry that was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stored {
    /// It is stored, and will be handed over.
    New,
    /// Its key was there already: a repeat, which is not handed over again.
    Known,
}
