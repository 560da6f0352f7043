//! The time, as everything here counts it.

use std::time::{SystemTime, UNIX_EPOCH};

/// The time by this machine's clock, in Unix milliseconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis().try_into().unwrap_or(u64::MAX))
}
