//! Whether a webhook comes before or after the action that it reports.

use std::fmt;

/// When a webhook is sent, relative to the action it is about.
///
/// Tencent calls the two kinds [before- and after-webhooks][overview].
///
/// [overview]: https://trtc.io/document/34354
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// The action waits for the reply, and the reply decides on it.
    Before,
    /// The action is done; the reply is only an acknowledgement.
    After,
}

impl Phase {
    /// `before` or `after`: its name in logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// The phase that the vendor's naming gives a command, known to this release or not.
    ///
    /// `None` for a command that follows neither naming.
    #[must_use]
    pub fn from_command_name(command: &str) -> Option<Self> {
        let (_family, name) = command.split_once('.')?;
        if name.starts_with("CallbackBefore") || name.starts_with("CallbackPrev") {
            Some(Self::Before)
        } else if name.starts_with("CallbackAfter") {
            Some(Self::After)
        } else {
            None
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_phase() {
        for (command, phase) in [
            ("Group.CallbackBeforeSendMsg", Some(Phase::Before)),
            ("Sns.CallbackPrevFriendAdd", Some(Phase::Before)),
            ("Group.CallbackAfterSendMsg", Some(Phase::After)),
            ("State.StateChange", None),
            ("CallbackBeforeSendMsg", None),
            ("", None),
        ] {
            assert_eq!(Phase::from_command_name(command), phase, "{command}");
        }
    }
}
