//! One rule, and why it may not fit.

use std::{error::Error, fmt, time::Duration};

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
pub(crate) enum Action {
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
    pub(super) r#do: Action,
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
        r#do: Action::Allow,
        code: None,
        text: None,
        status: None,
        ms: None,
    };

    /// The status in place of an answer.
    pub(crate) fn http_error(&self) -> Option<u16> {
        (self.r#do == Action::HttpError).then(|| self.status.unwrap_or(500))
    }

    /// How long the answer is held back.
    pub(crate) fn hold(&self) -> Option<Hold> {
        match self.r#do {
            Action::Delay => Some(Hold::For(Duration::from_millis(self.ms.unwrap_or(0)))),
            Action::Hang => Some(Hold::Forever),
            _ => None,
        }
    }
}

/// Why a rule does not fit its command, or the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleError {
    Code,
    NotRefusable,
    NotAMessage,
    NoText,
    TextTooLong,
    Status,
    Delay,
    Accounts,
    NameTooLong,
    TooMany,
}

impl RuleError {
    /// Its name, by which the page finds its own words.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Code => "rule_code",
            Self::NotRefusable => "rule_not_refusable",
            Self::NotAMessage => "rule_not_a_message",
            Self::NoText => "rule_no_text",
            Self::TextTooLong => "rule_text_too_long",
            Self::Status => "rule_status",
            Self::Delay => "rule_delay",
            Self::Accounts => "rule_accounts",
            Self::NameTooLong => "rule_name_too_long",
            Self::TooMany => "rule_too_many",
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "`code` is not one that Tencent passes on for this command",
            Self::NotRefusable => {
                "this command cannot be refused: its action has already happened when it is sent"
            }
            Self::NotAMessage => {
                "only a message that is about to be sent can be dropped or rewritten"
            }
            Self::NoText => "a rewrite needs a text",
            Self::TextTooLong => "`text` must not be longer than 8 KiB",
            Self::Status => "`status` must be from 400 to 599",
            Self::Delay => "`ms` must be from 1 to 60000",
            Self::Accounts => "the accounts of the request cannot be read",
            Self::NameTooLong => "no command has so long a name",
            Self::TooMany => "there are too many rules already; remove one",
        })
    }
}

impl Error for RuleError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_words_for_each() {
        let words = include_str!("../../assets/words.zh.js");
        for unfit in [
            RuleError::Code,
            RuleError::NotRefusable,
            RuleError::NotAMessage,
            RuleError::NoText,
            RuleError::TextTooLong,
            RuleError::Status,
            RuleError::Delay,
            RuleError::Accounts,
            RuleError::NameTooLong,
            RuleError::TooMany,
        ] {
            let key = format!("'error.{}'", unfit.as_str());
            assert!(words.contains(&key), "{key}: {unfit}");
        }
    }
}
