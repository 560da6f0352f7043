//! The apps, with their tokens and keys.

use std::{collections::BTreeMap, fmt};

use crate::protocol::Envelope;

/// A token or a key. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// One that nobody can guess: 128 bits, in hex.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let bits = u128::from(getrandom::u64()?) << 64 | u128::from(getrandom::u64()?);
        Ok(Self(format!("{bits:032x}")))
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
        Envelope::Url => {
            format!("give the token of app {sdk_app_id} with --app {sdk_app_id}:TOKEN")
        }
        Envelope::Trtc => format!(
            "it is a TRTC event: give the key of app {sdk_app_id} with --event-key {sdk_app_id}:KEY"
        ),
    }
}

/// All apps, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets(BTreeMap<u64, Keys>);

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

    /// What is known of an app; nothing if it is new.
    pub(crate) fn entry(&mut self, sdk_app_id: u64) -> &mut Keys {
        self.0.entry(sdk_app_id).or_default()
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
            (None, _) => Err("give the app with --app ID:TOKEN".to_owned()),
            _ => Err("there is more than one app; choose one with --app ID:TOKEN".to_owned()),
        }
    }

    /// The app with this id, or the first one, which must be able to send webhooks of the envelope.
    pub(crate) fn sender(&self, id: Option<u64>, envelope: Envelope) -> Option<u64> {
        self.iter()
            .filter(|(own, _)| id.is_none_or(|id| id == *own))
            .find(|(_, keys)| keys.sends(envelope))
            .map(|(id, _)| id)
    }
}
