//! Which rules fit a command.

use super::{
    reply::reply,
    rule::{Do, Rule},
    unfit::Unfit,
};

/// The longest delay.
const MAX_DELAY_MS: u64 = 60_000;
/// The longest text, in bytes.
const MAX_TEXT: usize = 8 * 1024;

/// Whether the rule fits the command.
///
/// # Errors
///
/// Why it does not.
pub(super) fn check(rule: &Rule, command: &str) -> Result<(), Unfit> {
    match rule.r#do {
        Do::HttpError if !(400..=599).contains(&rule.status.unwrap_or(500)) => {
            return Err(Unfit::Status);
        }
        Do::Delay if !(1..=MAX_DELAY_MS).contains(&rule.ms.unwrap_or(0)) => {
            return Err(Unfit::Delay);
        }
        _ => {}
    }
    if rule.text.as_ref().is_some_and(|text| text.len() > MAX_TEXT) {
        return Err(Unfit::TextTooLong);
    }
    let friends = br#"{"From_Account":"a","FriendItem":[{"To_Account":"b"}],"ResponseFriendItem":[{"To_Account":"b"}]}"#;
    reply(rule, command, friends).map(|_| ())
}

/// What a rule of the command may do.
pub(crate) fn fitting(command: &str) -> Vec<Do> {
    let fits = |r#do: &Do| {
        let rule = Rule {
            r#do: *r#do,
            text: Some(String::new()),
            ms: Some(1),
            ..Rule::ALLOW
        };
        check(&rule, command).is_ok()
    };
    [
        Do::Allow,
        Do::Refuse,
        Do::Drop,
        Do::Rewrite,
        Do::HttpError,
        Do::Delay,
        Do::Hang,
    ]
    .into_iter()
    .filter(fits)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_bounded() {
        let rewrite = |length| Rule {
            r#do: Do::Rewrite,
            text: Some("x".repeat(length)),
            ..Rule::ALLOW
        };
        let command = "C2C.CallbackBeforeSendMsg";
        check(&rewrite(MAX_TEXT), command).expect("it fits");
        assert!(check(&rewrite(MAX_TEXT + 1), command).is_err());
    }
}
