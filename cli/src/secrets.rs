//! The apps, with their tokens and keys: read from the arguments, the environment or a file.
//!
//! No error quotes what it could not read, since that may be a token.

use std::{collections::BTreeMap, env, fmt, fs};

use tower_tencent_webhook::App;

use crate::envelope::Envelope;

/// Entries separated by white space, each `ID:TOKEN` or `ID=insecure-unsigned`.
const APPS: &str = "TENCENT_WEBHOOK_APPS";
/// Entries separated by white space, each `ID:KEY`.
const EVENT_KEYS: &str = "TENCENT_WEBHOOK_EVENT_KEYS";
/// What an entry of the environment has in place of a token.
const UNSIGNED: &str = "insecure-unsigned";

/// A token or a key. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to sign with.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What is known of one app. The current token and the current key are the first ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub(crate) tokens: Vec<Secret>,
    pub(crate) event_keys: Vec<Secret>,
    /// URL webhooks of this app are not signed.
    pub(crate) unsigned: bool,
}

impl Keys {
    /// What signs a webhook of the envelope; `None` if the app does not sign.
    pub(crate) fn signing(&self, envelope: Envelope) -> Option<&Secret> {
        match envelope {
            Envelope::Url => self.tokens.first(),
            Envelope::Trtc => self.event_keys.first(),
        }
    }

    /// Whether the app may send webhooks of the envelope: signed, or unsigned if that was asked for.
    pub(crate) fn sends(&self, envelope: Envelope) -> bool {
        self.unsigned || self.signing(envelope).is_some()
    }
}

/// What to give if an app cannot send webhooks of the envelope.
pub(crate) fn missing(sdk_app_id: u64, envelope: Envelope) -> String {
    match envelope {
        Envelope::Url => format!("give the token of app {sdk_app_id} by --app {sdk_app_id}:TOKEN"),
        Envelope::Trtc => format!(
            "it is a TRTC event: give the key of app {sdk_app_id} by --event-key {sdk_app_id}:KEY"
        ),
    }
}

/// All apps, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(BTreeMap<u64, Keys>);

/// The options that name apps, shared by the subcommands.
#[derive(clap::Args)]
pub(crate) struct Given {
    /// An app and the token set in the console; the same ID again adds a further token. ID alone is
    /// an app whose webhooks are not signed.
    ///
    /// Other users of this machine see arguments in the list of processes. Better put the apps into a
    /// file that TENCENT_WEBHOOK_APPS_FILE names, or into TENCENT_WEBHOOK_APPS: entries separated
    /// by white space, ID:TOKEN each, ID=insecure-unsigned for an app that does not sign. They are
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
                secrets
                    .add_app(&entry, false)
                    .map_err(|error| format!("{APPS}: {error}"))?;
            }
        }
        for entry in &self.apps {
            secrets
                .add_app(entry, true)
                .map_err(|error| format!("--app: {error}"))?;
        }
        if self.event_keys.is_empty() {
            for entry in environment(EVENT_KEYS)? {
                secrets
                    .add_event_key(&entry)
                    .map_err(|error| format!("{EVENT_KEYS}: {error}"))?;
            }
        }
        for entry in &self.event_keys {
            secrets
                .add_event_key(entry)
                .map_err(|error| format!("--event-key: {error}"))?;
        }
        Ok(secrets)
    }
}

impl Secrets {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &Keys)> {
        self.0.iter().map(|(id, keys)| (*id, keys))
    }

    pub(crate) fn get(&self, sdk_app_id: u64) -> Option<&Keys> {
        self.0.get(&sdk_app_id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn insert(&mut self, sdk_app_id: u64, keys: Keys) {
        self.0.insert(sdk_app_id, keys);
    }

    /// The one app that there is, which must be able to send webhooks of the envelope.
    ///
    /// # Errors
    ///
    /// What to give, if there is none or more than one.
    pub(crate) fn only(&self, envelope: Envelope) -> Result<(u64, &Keys), String> {
        let mut all = self.iter();
        match (all.next(), all.next()) {
            (Some((id, keys)), None) if keys.sends(envelope) => Ok((id, keys)),
            (Some((id, _)), None) => Err(missing(id, envelope)),
            (None, _) => Err("give the app by --app ID:TOKEN".to_owned()),
            _ => Err("there is more than one app; choose one by --app ID:TOKEN".to_owned()),
        }
    }

    /// The app with this id, or the first one, which must be able to send webhooks of the envelope.
    pub(crate) fn sender(&self, id: Option<u64>, envelope: Envelope) -> Option<u64> {
        self.iter()
            .filter(|(own, _)| id.is_none_or(|id| id == *own))
            .find(|(_, keys)| keys.sends(envelope))
            .map(|(id, _)| id)
    }

    /// Adds `ID:TOKEN`, or `ID=insecure-unsigned`; and `ID`, if that is allowed here.
    fn add_app(&mut self, entry: &str, id_alone: bool) -> Result<(), String> {
        let form = "an app is ID:TOKEN, where ID is a number";
        let (id, token) = match entry.split_once([':', '=']) {
            Some((id, UNSIGNED)) if entry[id.len()..].starts_with('=') => (id, None),
            Some((id, token)) if entry[id.len()..].starts_with(':') => (id, Some(token)),
            None if id_alone => (entry, None),
            _ => return Err(form.to_owned()),
        };
        let id = read_id(id).ok_or(form)?;
        let keys = self.0.entry(id).or_default();
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
            return Err(format!("app {id} is there with a token and without"));
        }
        Ok(())
    }

    fn add_event_key(&mut self, entry: &str) -> Result<(), String> {
        let (id, key) = entry
            .split_once(':')
            .and_then(|(id, key)| Some((read_id(id)?, key)))
            .ok_or("an event key is ID:KEY, where ID is a number")?;
        if key.trim().is_empty() {
            return Err(format!("app {id} has an empty event key"));
        }
        let keys = self.0.entry(id).or_default();
        keys.event_keys.push(Secret::new(key));
        Ok(())
    }
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
            secrets.add_app(entry, false).expect("an entry");
        }
        let keys = secrets.get(7).expect("an app");
        let tokens: Vec<_> = keys.tokens.iter().map(Secret::expose).collect();
        assert_eq!(tokens, ["new:one=x", "old"]);
    }

    #[test]
    fn an_app_without_a_token_is_asked_for_in_words_in_the_environment() {
        let mut secrets = Secrets::default();
        assert!(secrets.add_app("7", false).is_err());
        secrets
            .add_app("7=insecure-unsigned", false)
            .expect("words");
        secrets.add_app("8", true).expect("an argument");
        assert!(secrets.iter().all(|(_, keys)| keys.unsigned));
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_not_quoted() {
        for entry in [
            "hush", ":hush", "+7:hush", "7:", "7: hush", "7=hush", "７:hush", "", "7:hush\n",
        ] {
            let error = Secrets::default()
                .add_app(entry, true)
                .expect_err("refused");
            assert!(!error.contains("hush"), "{error}");
        }
        for entry in ["hush", "hush:7", "7:", "7"] {
            let error = Secrets::default()
                .add_event_key(entry)
                .expect_err("refused");
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
