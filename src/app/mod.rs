//! One app: its id, and how its webhooks are authenticated.

mod apps;
mod auth;
mod config_error;
mod text;

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use self::auth::Accepts;
pub use self::{apps::Apps, auth::Auth, config_error::ConfigError};
use crate::{
    signature::{SignatureError, UrlSignature},
    trtc::Tag,
};

/// The longest event key, in characters: the vendor's own limit.
const MAX_KEY_LEN: usize = 32;

/// The longest token that is accepted, in bytes: the vendor's own limit.
const MAX_TOKEN_LEN: usize = 128;

/// One app of the Tencent console, and how its webhooks are authenticated.
///
/// ```
/// use tower_tencent_webhook::App;
///
/// # fn main() -> Result<(), tower_tencent_webhook::ConfigError> {
/// let app = App::signed(1_400_000_000, "the token set in the console")?;
/// // While a token is being replaced, the previous one stays valid:
/// let rotating = App::signed(1_400_000_000, "the new token")?.also_accept("the previous token")?;
/// // TRTC signs its events in another way, with a key of its own:
/// let both = App::signed(1_400_000_000, "the token")?.event_key("TheKey7")?;
/// # Ok(())
/// # }
/// ```
///
/// Webhooks in URLs and [events of TRTC](crate::trtc) are two protocols. An app takes part in each
/// of them only if it has a secret for it, or was declared unsigned for it: an app without a token
/// gets no webhooks, and one without a key no events.
#[derive(Clone)]
pub struct App {
    sdk_app_id: u64,
    /// What is asked of webhooks in URLs.
    tokens: Accepts,
    /// What is asked of events of TRTC.
    keys: Accepts,
    shares_key: bool,
}

impl App {
    /// An app with authentication switched on, and its token.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the token is empty, has white space at an end (the line break of an
    /// environment variable, for example) or is longer than 128 bytes.
    pub fn signed(sdk_app_id: u64, token: impl Into<String>) -> Result<Self, ConfigError> {
        Self::closed(sdk_app_id).also_accept(token)
    }

    /// Accepts another token too: the previous one, while a token is being replaced.
    ///
    /// On an [unsigned](App::insecure_unsigned) app this switches the check on.
    ///
    /// # Errors
    ///
    /// As for [`App::signed`].
    pub fn also_accept(mut self, token: impl Into<String>) -> Result<Self, ConfigError> {
        let token = token.into();
        if token.trim().is_empty() {
            return Err(ConfigError::EmptyToken);
        }
        if token.trim().len() != token.len() {
            return Err(ConfigError::PaddedToken);
        }
        if token.len() > MAX_TOKEN_LEN {
            return Err(ConfigError::TokenTooLong);
        }
        self.tokens.accept(token);
        Ok(self)
    }

    /// An app whose webhooks carry no signature.
    ///
    /// **Anybody who knows the URL can send events in the name of this app.** Meant for tests and
    /// for networks that let nobody but Tencent in. A `Sign` that is sent is ignored.
    #[must_use]
    pub fn insecure_unsigned(sdk_app_id: u64) -> Self {
        Self {
            tokens: Accepts::Unsigned,
            ..Self::closed(sdk_app_id)
        }
    }

    /// An app whose events of TRTC are taken, with their key, and no webhooks in URLs.
    ///
    /// # Errors
    ///
    /// As for [`event_key`](App::event_key).
    pub fn events_only(sdk_app_id: u64, key: impl Into<String>) -> Result<Self, ConfigError> {
        Self::closed(sdk_app_id).event_key(key)
    }

    /// Takes [events of TRTC](crate::trtc), too, signed with this key of the console. Called again,
    /// it accepts another key: the previous one, while a key is being replaced.
    ///
    /// The signature of an event does not cover the app's id. Give each app a key of its own.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the key is not 1 to 32 ASCII letters and digits.
    pub fn event_key(mut self, key: impl Into<String>) -> Result<Self, ConfigError> {
        let key = key.into();
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !plain || !(1..=MAX_KEY_LEN).contains(&key.len()) {
            return Err(ConfigError::MalformedEventKey);
        }
        self.keys.accept(key);
        Ok(self)
    }

    /// Takes events of TRTC without looking at their signature. An [event
    /// key](App::event_key) switches the check on.
    ///
    /// **Anybody who knows the URL can send events in the name of this app.** Meant for tests and
    /// for networks that let nobody but Tencent in.
    #[must_use]
    pub fn insecure_unsigned_events(self) -> Self {
        Self {
            keys: Accepts::Unsigned,
            ..self
        }
    }

    /// Says that other apps have the same event key.
    ///
    /// **Whoever can read an event of one app can send it as an event of the other.** Without
    /// this, the same key in two apps is a mistake in the configuration.
    #[must_use]
    pub fn insecure_shared_event_key(self) -> Self {
        Self {
            shares_key: true,
            ..self
        }
    }

    /// What two descriptions of one app say together; `None` if they contradict each other.
    fn join(self, other: Self) -> Option<Self> {
        Some(Self {
            sdk_app_id: self.sdk_app_id,
            tokens: self.tokens.join(other.tokens)?,
            keys: self.keys.join(other.keys)?,
            shares_key: self.shares_key || other.shares_key,
        })
    }

    /// An app that takes nothing.
    fn closed(sdk_app_id: u64) -> Self {
        Self {
            sdk_app_id,
            tokens: Accepts::Nothing,
            keys: Accepts::Nothing,
            shares_key: false,
        }
    }

    /// The app id, as the console shows it.
    #[must_use]
    pub fn sdk_app_id(&self) -> u64 {
        self.sdk_app_id
    }

    fn authenticate(
        &self,
        sign: Option<&str>,
        request_time: Option<&str>,
        now: SystemTime,
        window: Duration,
    ) -> Authenticated {
        let unproved = |auth| Authenticated { auth, age: None };
        match self.tokens {
            Accepts::Nothing => return unproved(Err(SignatureError::NoSecret)),
            Accepts::Unsigned => return unproved(Ok(Auth::Unsigned)),
            Accepts::Signed(_) => {}
        }
        let claim = match UrlSignature::parse(sign, request_time) {
            Ok(claim) => claim,
            Err(error) => return unproved(Err(error)),
        };
        let Some(auth) = self.tokens.find(|token| claim.is_of(token)) else {
            return unproved(Err(SignatureError::Wrong));
        };
        let fresh = claim.is_fresh(now, window);
        Authenticated {
            auth: if fresh {
                Ok(auth)
            } else {
                Err(SignatureError::Stale)
            },
            age: Some(claim.age(now)),
        }
    }

    /// Whether an event is from this app. Its age is not looked at.
    fn authenticate_event(&self, tag: Option<&Tag>, body: &[u8]) -> Result<Auth, SignatureError> {
        if !self.asks_for_tag()? {
            return Ok(Auth::Unsigned);
        }
        let tag = tag.ok_or(SignatureError::Missing)?;
        let auth = self.keys.find(|key| tag.is_of(key, body));
        auth.ok_or(SignatureError::Wrong)
    }

    /// Whether an event has to be signed.
    fn asks_for_tag(&self) -> Result<bool, SignatureError> {
        match self.keys {
            Accepts::Nothing => Err(SignatureError::NoSecret),
            Accepts::Unsigned => Ok(false),
            Accepts::Signed(_) => Ok(true),
        }
    }
}

/// Shows the app id, never a token or key.
impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("sdk_app_id", &self.sdk_app_id)
            .field("signed", &self.tokens.is_signed())
            .field("signed_events", &self.keys.is_signed())
            .finish_non_exhaustive()
    }
}

/// What came of checking a signature.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Authenticated {
    pub(crate) auth: Result<Auth, SignatureError>,
    /// The age of a correct signature in seconds, fresh or not.
    pub(crate) age: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_cannot_be_right_is_refused_and_not_quoted() {
        for (token, error) in [
            ("", ConfigError::EmptyToken),
            ("   ", ConfigError::EmptyToken),
            ("secret\n", ConfigError::PaddedToken),
            (" secret", ConfigError::PaddedToken),
            (&"s".repeat(129), ConfigError::TokenTooLong),
        ] {
            let refused = App::signed(1, token).expect_err("refused");
            assert_eq!(refused, error);
            assert!(!refused.to_string().contains("secret"));
        }
        assert!(App::signed(1, "s".repeat(128)).is_ok());
    }

    #[test]
    fn an_event_key_that_cannot_be_right_is_refused_and_not_quoted() {
        for key in ["", " ", "secret\n", "sec-ret", "sécret", &"s".repeat(33)] {
            let refused = App::events_only(1, key).expect_err("refused");
            assert_eq!(refused, ConfigError::MalformedEventKey);
            assert!(!refused.to_string().contains("sec"));
        }
        assert!(App::events_only(1, "s".repeat(32)).is_ok());
    }
}
