//! One rule.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long an answer is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    For(Duration),
    Forever,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Do {
    Allow,
    Refuse,
    Drop,
    Rewrite,
    HttpError,
    Delay,
    Hang,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(super) r#do: Do,
    /// Of a refusal, within the range of the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<u32>,
    /// Of a refusal, or in place of a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// Of an HTTP error; 500 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// Of a delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ms: Option<u64>,
}

impl Rule {
    /// One that lets everything pass.
    pub(super) const ALLOW: Self = Self {
        r#do: Do::Allow,
        code: None,
        text: None,
        status: None,
        ms: None,
    };

    /// The status in place of an answer.
    pub(crate) fn http_error(&self) -> Option<u16> {
        (self.r#do == Do::HttpError).then(|| self.status.unwrap_or(500))
    }

    /// How long the answer is held back.
    pub(crate) fn hold(&self) -> Option<Hold> {
        match self.r#do {
            Do::Delay => Some(Hold::For(Duration::from_millis(self.ms.unwrap_or(0)))),
            Do::Hang => Some(Hold::Forever),
            _ => None,
        }
    }
}
