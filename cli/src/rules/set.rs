//! The rules that are set, and which rule fits which command.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    reply::reply,
    rule::{Action, Rule, RuleError},
};
use crate::protocol;

/// The longest name of a command, in bytes.
const MAX_NAME: usize = 128;
/// How many rules there are at most, more than there are commands.
const MAX_RULES: usize = 500;

/// The rules, by the first name of their command: deliveries have that one, whichever of its names
/// they came under.
#[derive(Debug, Default)]
pub(crate) struct Rules(Mutex<BTreeMap<String, Rule>>);

impl Rules {
    pub(crate) fn get(&self, command: &str) -> Option<Rule> {
        self.lock().get(first_name(command)).cloned()
    }

    /// Sets the rule of a command.
    ///
    /// # Errors
    ///
    /// Why it does not fit the command.
    pub(crate) fn set(&self, command: &str, rule: Rule) -> Result<(), RuleError> {
        let command = first_name(command);
        if command.len() > MAX_NAME {
            return Err(RuleError::NameTooLong);
        }
        check(&rule, command)?;
        let mut rules = self.lock();
        if rules.len() >= MAX_RULES && !rules.contains_key(command) {
            return Err(RuleError::TooMany);
        }
        rules.insert(command.to_owned(), rule);
        Ok(())
    }

    /// Removes the rule of a command, if there is one.
    pub(crate) fn remove(&self, command: &str) {
        self.lock().remove(first_name(command));
    }

    pub(crate) fn all(&self) -> BTreeMap<String, Rule> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Rule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of a command in deliveries; one that is not known has only one.
fn first_name(command: &str) -> &str {
    protocol::command(command).map_or(command, |row| row.command)
}

/// The longest delay.
const MAX_DELAY_MS: u64 = 60_000;
/// The longest text, in bytes.
const MAX_TEXT: usize = 8 * 1024;

/// Whether the rule fits the command.
///
/// # Errors
///
/// Why it does not.
pub(super) fn check(rule: &Rule, command: &str) -> Result<(), RuleError> {
    match rule.r#do {
        Action::HttpError if !(400..=599).contains(&rule.status.unwrap_or(500)) => {
            return Err(RuleError::Status);
        }
        Action::Delay if !(1..=MAX_DELAY_MS).contains(&rule.ms.unwrap_or(0)) => {
            return Err(RuleError::Delay);
        }
        _ => {}
    }
    if rule.text.as_ref().is_some_and(|text| text.len() > MAX_TEXT) {
        return Err(RuleError::TextTooLong);
    }
    let friends = br#"{"From_Account":"a","FriendItem":[{"To_Account":"b"}],"ResponseFriendItem":[{"To_Account":"b"}]}"#;
    reply(rule, command, friends).map(|_| ())
}

/// What a rule of the command may do.
pub(crate) fn fitting(command: &str) -> Vec<Action> {
    let fits = |r#do: &Action| {
        let rule = Rule {
            r#do: *r#do,
            text: Some(String::new()),
            ms: Some(1),
            ..Rule::ALLOW
        };
        check(&rule, command).is_ok()
    };
    [
        Action::Allow,
        Action::Refuse,
        Action::Drop,
        Action::Rewrite,
        Action::HttpError,
        Action::Delay,
        Action::Hang,
    ]
    .into_iter()
    .filter(fits)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_bounded_in_number_and_in_their_names() {
        let rules = Rules::default();
        for number in 0..MAX_RULES {
            rules
                .set(&format!("New.{number}"), Rule::ALLOW)
                .expect("room");
        }
        assert!(rules.set("New.More", Rule::ALLOW).is_err());
        rules
            .set("New.1", Rule::ALLOW)
            .expect("it is there already");
        rules.remove("New.2");
        rules.set("New.More", Rule::ALLOW).expect("room again");
        rules.remove("New.3");
        assert!(rules.set(&"x".repeat(MAX_NAME + 1), Rule::ALLOW).is_err());
    }

    #[test]
    fn a_text_is_bounded() {
        let rewrite = |length| Rule {
            r#do: Action::Rewrite,
            text: Some("x".repeat(length)),
            ..Rule::ALLOW
        };
        let command = "C2C.CallbackBeforeSendMsg";
        check(&rewrite(MAX_TEXT), command).expect("it fits");
        assert!(check(&rewrite(MAX_TEXT + 1), command).is_err());
    }
}
