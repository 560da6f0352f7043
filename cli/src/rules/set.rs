//! The rules that are set.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{fit::check, rule::Rule, unfit::Unfit};
use crate::table;

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
    pub(crate) fn set(&self, command: &str, rule: Rule) -> Result<(), Unfit> {
        let command = first_name(command);
        if command.len() > MAX_NAME {
            return Err(Unfit::NameTooLong);
        }
        check(&rule, command)?;
        let mut rules = self.lock();
        if rules.len() >= MAX_RULES && !rules.contains_key(command) {
            return Err(Unfit::TooMany);
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
    table::find(command).map_or(command, |row| row.command)
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
}
