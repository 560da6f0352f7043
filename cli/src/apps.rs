//! The options that name apps, shared by the subcommands, and what they read: arguments, the
//! environment or a file.
//!
//! No error quotes what it could not read, since that may be a token.

use std::{
    env, fs,
    io::{self, Write},
};

use tower_tencent_webhook::App;

use crate::secrets::{Secret, Secrets};

/// Entries separated by white space, each `ID:TOKEN`, `ID=event-key:KEY` or `ID=insecure-unsigned`.
const APPS: &str = "TENCENT_WEBHOOK_APPS";
/// Entries separated by white space, each `ID:KEY`.
const EVENT_KEYS: &str = "TENCENT_WEBHOOK_EVENT_KEYS";
/// What an entry has between the id of an app and the key of its events.
const EVENT_KEY: &str = "=event-key:";
/// What an entry of the environment has in place of a token.
const UNSIGNED: &str = "insecure-unsigned";

/// The options.
#[derive(clap::Args)]
pub(crate) struct Given {
    /// An app and the token set in the console; the same ID again adds a further token. ID alone is
    /// an app whose webhooks are not signed.
    ///
    /// Other users of this machine see arguments in the list of processes. It is better to put the apps into a
    /// file that TENCENT_WEBHOOK_APPS_FILE names, or into TENCENT_WEBHOOK_APPS: entries separated
    /// by white space, ID:TOKEN each, ID=event-key:KEY for TRTC, ID=insecure-unsigned for an app that does not sign. They are
    /// used if there is no --app.
    #[arg(long = "app", value_name = "ID:TOKEN")]
    apps: Vec<String>,

    /// An app and the key that TRTC signs its events with. From TENCENT_WEBHOOK_EVENT_KEYS, or the
    /// file that TENCENT_WEBHOOK_EVENT_KEYS_FILE names, if there is no --event-key.
    #[arg(long = "event-key", value_name = "ID:KEY")]
    event_keys: Vec<String>,
}

impl Given {
    /// Reads the options, or else the environment.
    ///
    /// # Errors
    ///
    /// What to change. It quotes only app ids.
    pub(crate) fn read(&self) -> Result<Secrets, String> {
        let mut secrets = Secrets::default();
        if self.apps.is_empty() {
            for entry in environment(APPS)? {
                add_app(&mut secrets, &entry, false).map_err(|error| format!("{APPS}: {error}"))?;
            }
        }
        for entry in &self.apps {
            add_app(&mut secrets, entry, true).map_err(|error| format!("--app: {error}"))?;
        }
        if self.event_keys.is_empty() {
            for entry in environment(EVENT_KEYS)? {
                add_event_key(&mut secrets, &entry)
                    .map_err(|error| format!("{EVENT_KEYS}: {error}"))?;
            }
        }
        for entry in &self.event_keys {
            add_event_key(&mut secrets, entry).map_err(|error| format!("--event-key: {error}"))?;
        }
        Ok(secrets)
    }
}

/// Warns of the apps whose webhooks are not signed.
pub(crate) fn warn_of_unsigned(secrets: &Secrets) {
    for (id, _) in secrets.iter().filter(|(_, keys)| keys.unsigned) {
        // When stderr is gone there is nobody to warn.
        let _ = writeln!(
            io::stderr(),
            "warning: app {id} has no token: its webhooks are not signed, so anybody can send them"
        );
    }
}

/// Adds `ID:TOKEN`, `ID=event-key:KEY` or `ID=insecure-unsigned`, as the library reads them; and
/// `ID`, if that is allowed here.
fn add_app(secrets: &mut Secrets, entry: &str, id_alone: bool) -> Result<(), String> {
    let form = "an app is ID:TOKEN, where ID is a number";
    if let Some((id, key)) = entry.split_once(EVENT_KEY)
        && let Some(id) = read_id(id)
    {
        return accept_key(secrets, id, key);
    }
    let (id, token) = match entry.split_once([':', '=']) {
        Some((id, UNSIGNED)) if entry[id.len()..].starts_with('=') => (id, None),
        Some((id, token)) if entry[id.len()..].starts_with(':') => (id, Some(token)),
        None if id_alone => (entry, None),
        _ => return Err(form.to_owned()),
    };
    let id = read_id(id).ok_or(form)?;
    let keys = secrets.entry(id);
    match token {
        Some("") => {
            return Err(format!(
                "app {id} has an empty token; an app that does not sign is {id} as an argument, \
                 {id}={UNSIGNED} in the environment"
            ));
        }
        Some(token) => {
            // Refuses a token that no receiver would take.
            App::signed(id, token).map_err(|error| format!("app {id}: {error}"))?;
            keys.tokens.push(Secret::new(token));
        }
        None => keys.unsigned = true,
    }
    if keys.unsigned && !keys.tokens.is_empty() {
        return Err(format!("app {id} is given both with and without a token"));
    }
    Ok(())
}

fn add_event_key(secrets: &mut Secrets, entry: &str) -> Result<(), String> {
    let (id, key) = entry
        .split_once(':')
        .and_then(|(id, key)| Some((read_id(id)?, key)))
        .ok_or("an event key is ID:KEY, where ID is a number")?;
    accept_key(secrets, id, key)
}

fn accept_key(secrets: &mut Secrets, id: u64, key: &str) -> Result<(), String> {
    // Refuses a key that no receiver would take.
    App::events_only(id, key).map_err(|error| format!("app {id}: {error}"))?;
    secrets.entry(id).event_keys.push(Secret::new(key));
    Ok(())
}

/// An id: plain decimal digits, unlike `parse`, which takes a plus.
fn read_id(text: &str) -> Option<u64> {
    Some(text)
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?
        .parse()
        .ok()
}

/// The entries of the variable, or of the file that the variable with `_FILE` names.
fn environment(name: &str) -> Result<Vec<String>, String> {
    let file = format!("{name}_FILE");
    let text = match (read_variable(name)?, read_variable(&file)?) {
        (Some(_), Some(_)) => return Err(format!("{name} and {file} are both set; unset one")),
        (Some(text), None) => text,
        (None, Some(path)) => {
            fs::read_to_string(path).map_err(|error| format!("cannot read {file}: {error}"))?
        }
        (None, None) => return Ok(Vec::new()),
    };
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

/// The variable; empty counts as not set.
fn read_variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_again_is_a_further_token() {
        let mut secrets = Secrets::default();
        for entry in ["7:new:one=x", "7:old"] {
            add_app(&mut secrets, entry, false).expect("an entry");
        }
        let keys = secrets.get(7).expect("an app");
        let tokens: Vec<_> = keys.tokens.iter().map(Secret::expose).collect();
        assert_eq!(tokens, ["new:one=x", "old"]);
    }

    #[test]
    fn apps_are_read_as_the_library_reads_them() {
        let text =
            "7:token:one 7=event-key:New 7=event-key:Old 8=event-key:Other 9=insecure-unsigned";
        text.parse::<tower_tencent_webhook::Apps>()
            .expect("the library reads it");
        let mut secrets = Secrets::default();
        for entry in text.split(' ') {
            add_app(&mut secrets, entry, false).expect("an entry");
        }
        let keys = |id| -> Vec<_> {
            let keys = &secrets.get(id).expect("an app").event_keys;
            keys.iter().map(Secret::expose).collect()
        };
        assert_eq!((keys(7), keys(8)), (vec!["New", "Old"], vec!["Other"]));
        assert_eq!(secrets.get(7).expect("an app").tokens.len(), 1);
        assert!(secrets.get(9).expect("an app").unsigned);
    }

    #[test]
    fn an_app_without_a_token_is_asked_for_in_words_in_the_environment() {
        let mut secrets = Secrets::default();
        assert!(add_app(&mut secrets, "7", false).is_err());
        add_app(&mut secrets, "7=insecure-unsigned", false).expect("words");
        add_app(&mut secrets, "8", true).expect("an argument");
        assert!(secrets.iter().all(|(_, keys)| keys.unsigned));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_not_quoted() {
        for entry in [
            "hush",
            ":hush",
            "+7:hush",
            "7:",
            "7: hush",
            "7=hush",
            "７:hush",
            "",
            "7:hush\n",
            "7=event-key:",
            "7=event-key:hush!",
            "+7=event-key:hush",
        ] {
            let error = add_app(&mut Secrets::default(), entry, true).expect_err("refused");
            assert!(!error.contains("hush"), "{error}");
        }
        for entry in ["hush", "hush:7", "7:", "7", "7:hush hush", "7:hush-hush"] {
            let error = add_event_key(&mut Secrets::default(), entry).expect_err("refused");
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
