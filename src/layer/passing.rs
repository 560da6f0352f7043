//! Requests that pass through although they look like Tencent's: the first of them is logged, since
//! somebody has set the layer up in a way that it cannot work.

use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, Uri};

use super::admit::{self, Rules};
use crate::observe;

/// What has been told, or need not be any more. All clones of a layer share it.
#[derive(Debug, Default)]
pub(crate) struct Passing {
    path: AtomicBool,
    key: AtomicBool,
}

impl Passing {
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
        rules: &Rules,
    ) {
        if !is_told(&self.path) && (is_event() || admit::is_webhook(uri, rules)) {
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
