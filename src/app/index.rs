//! What is asked of a set of apps on every request, worked out once.

use std::collections::BTreeMap;

use super::{App, accepts::Accepts};

/// How many tokens are tried for a request that names no app.
const MAX_TRIED: usize = 32;

pub(super) struct Index {
    pub(super) by_id: BTreeMap<u64, App>,
    /// Whether any app takes events of TRTC.
    pub(super) takes_events: bool,
    /// Whether any app takes unsigned webhooks.
    pub(super) takes_unsigned: bool,
    /// The tokens that are tried for a request that names no app: those of the lowest ids.
    pub(super) tried: Vec<Box<str>>,
}

impl Index {
    pub(super) fn new(by_id: BTreeMap<u64, App>) -> Self {
        let apps = || by_id.values();
        let tokens = apps().flat_map(|app| app.tokens.secrets());
        Self {
            takes_events: apps().any(|app| app.asks_for_tag().is_ok()),
            takes_unsigned: apps().any(|app| matches!(app.tokens, Accepts::Unsigned)),
            tried: tokens.take(MAX_TRIED).cloned().collect(),
            by_id,
        }
    }
}
