//! The limit against floods of warnings.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long one warning stands for all that repeat it.
const PERIOD: Duration = Duration::from_secs(10);

/// The last warning of each app and reason.
///
/// An app id is in every client, so that anybody can make the layer reject requests of a configured
/// app. Both keys come from closed sets: the configured apps, and the reasons.
#[derive(Default)]
pub(super) struct Warnings(Mutex<BTreeMap<(u64, &'static str), Last>>);

struct Last {
    at: Instant,
    /// How many have been suppressed since.
    suppressed: u64,
}

impl Warnings {
    /// How many warnings were suppressed before this one; `None` if this one is, too.
    pub(super) fn admit(&self, sdk_app_id: u64, reason: &'static str) -> Option<u64> {
        let now = Instant::now();
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Last {
            at: now,
            suppressed: 0,
        };
        let Some(last) = warnings.get_mut(&(sdk_app_id, reason)) else {
            warnings.insert((sdk_app_id, reason), fresh);
            return Some(0);
        };
        if now.duration_since(last.at) < PERIOD {
            last.suppressed += 1;
            return None;
        }
        let suppressed = last.suppressed;
        *last = fresh;
        Some(suppressed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_in_ten_seconds_for_each_app_and_reason() {
        let warnings = Warnings::default();
        assert_eq!(warnings.admit(1, "stale"), Some(0));
        assert_eq!(warnings.admit(1, "stale"), None);
        assert_eq!(warnings.admit(1, "wrong"), Some(0), "another reason");
        assert_eq!(warnings.admit(2, "stale"), Some(0), "another app");

        tokio::time::advance(PERIOD - Duration::from_millis(1)).await;
        assert_eq!(warnings.admit(1, "stale"), None);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(warnings.admit(1, "stale"), Some(2));
        assert_eq!(warnings.admit(1, "stale"), None, "a new period has begun");

        tokio::time::advance(PERIOD).await;
        assert_eq!(warnings.admit(1, "stale"), Some(1));
        assert_eq!(warnings.admit(1, "wrong"), Some(0));
    }
}
