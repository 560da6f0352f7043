//! The settings of a layer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::background::Background;
use crate::{app::Apps, observe::Observer, outcome::OnFailure};

/// What all requests of a layer share.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) apps: Apps,
    pub(crate) path: Option<Box<str>>,
    pub(crate) window: Duration,
    pub(crate) body_limit: usize,
    pub(crate) deadline: Duration,
    pub(crate) background: Background,
    pub(crate) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) observer: Arc<Observer>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("apps", &self.apps)
            .field("path", &self.path)
            .field("window", &self.window)
            .field("body_limit", &self.body_limit)
            .field("deadline", &self.deadline)
            .field("background", &self.background)
            .finish_non_exhaustive()
    }
}
