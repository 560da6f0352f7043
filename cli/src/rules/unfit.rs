//! Why a rule does not fit.

use std::{error::Error, fmt};

/// Why a rule does not fit its command, or the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
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

impl Unfit {
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

impl fmt::Display for Unfit {
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

impl Error for Unfit {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_words_for_each() {
        let words = include_str!("../../assets/words.zh.js");
        for unfit in [
            Unfit::Code,
            Unfit::NotRefusable,
            Unfit::NotAMessage,
            Unfit::NoText,
            Unfit::TextTooLong,
            Unfit::Status,
            Unfit::Delay,
            Unfit::Accounts,
            Unfit::NameTooLong,
            Unfit::TooMany,
        ] {
            let key = format!("'error.{}'", unfit.as_str());
            assert!(words.contains(&key), "{key}: {unfit}");
        }
    }
}
