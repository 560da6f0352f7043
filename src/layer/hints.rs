//! Warns once about requests that look like webhooks but are not intercepted: usually a
//! misconfiguration.

use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, Uri};

use super::admit::{self, AdmissionPolicy};
use crate::observe;

/// Which warnings were already given, or are not needed. Shared by all clones of a layer.
#[derive(Debug, Default)]
pub(crate) struct MisconfigurationHints {
    path: AtomicBool,
    key: AtomicBool,
}

impl MisconfigurationHints {
    /// A webhook was taken: the path is the right one.
    pub(crate) fn path_is_right(&self) {
        tell(&self.path);
    }

    /// Looks at a POST to another path than `path`, which is set.
    pub(crate) fn elsewhere(
        &self,
        path: &str,
        uri: &Uri,
        is_event: impl FnOnce() -> bool,
        policy: &AdmissionPolicy,
    ) {
        if !is_told(&self.path) && (is_event() || admit::is_webhook(uri, policy)) {
            tell(&self.path);
            observe::other_path(path, uri.path());
        }
    }

    /// Looks at a POST to the right path that is not ours.
    pub(crate) fn not_ours(&self, headers: &HeaderMap) {
        if !is_told(&self.key) && admit::is_event(headers) {
            tell(&self.key);
            observe::no_event_key();
        }
    }
}

#[inline]
fn is_told(told: &AtomicBool) -> bool {
    told.load(Ordering::Relaxed)
}

fn tell(told: &AtomicBool) {
    told.store(true, Ordering::Relaxed);
}
