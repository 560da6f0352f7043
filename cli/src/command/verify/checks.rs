//! What the checks find, of either envelope.

use crate::{
    protocol,
    secrets::Keys,
    send::sample,
    terminal::Finding,
    time::{self, Span},
};

/// What the checks found, in the order in which they are printed.
pub(super) struct Checks {
    pub(super) app: Result<(), Finding>,
    pub(super) sign: Result<(), Finding>,
    pub(super) time: Result<(), Finding>,
    pub(super) command: Result<(), Finding>,
}

/// Whether it was sent within `window` of now, all in seconds.
pub(super) fn is_fresh(sent: u64, window: u64) -> Result<(), Finding> {
    let now = time::now() / 1000;
    let off = now.abs_diff(sent);
    if off <= window {
        return Ok(());
    }
    let direction = if sent < now { "ago" } else { "from now" };
    Err(Finding::bad(format!(
        "sent {} {direction}; a receiver accepts {window} s, so it is old or a clock is off",
        Span::of(off).en()
    )))
}

pub(super) fn not_configured(id: u64) -> Finding {
    Finding::bad(format!("app {id} is not configured: give its token or key"))
}

pub(super) fn known(keys: Option<&Keys>) -> Result<&Keys, Finding> {
    keys.ok_or_else(|| Finding::skipped("the app is not known"))
}

/// An unknown command is not unsafe: it may be newer than this release. It may also be misspelt.
pub(super) fn is_known(command: &str) -> Result<(), Finding> {
    if protocol::command(command).is_some() {
        return Ok(());
    }
    let unknown = "unknown to this release";
    Err(Finding::Noted(match &*sample::nearest(command) {
        [] => unknown.to_owned(),
        names => format!("{unknown}, did you mean {}", names.join(", ")),
    }))
}
