//! One app: its id, and how its webhooks are authenticated.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

mod apps;
mod text;

pub use self::apps::Apps;
use crate::{
    config_error::ConfigError,
    signature::{Claim, SignatureError},
};

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
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct App {
    sdk_app_id: u64,
    /// The current token first. Empty: unsigned.
    tokens: Vec<Box<str>>,
}

impl App {
    /// An app with authentication switched on, and its token.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the token is empty, has white space at an end (the line break of an
    /// environment variable, for example) or is longer than 128 bytes.
    pub fn signed(sdk_app_id: u64, token: impl Into<String>) -> Result<Self, ConfigError> {
        Self {
            sdk_app_id,
            tokens: Vec::new(),
        }
        .also_accept(token)
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
        self.tokens.push(token.into());
        Ok(self)
    }

    /// An app whose webhooks carry no signature.
    ///
    /// **Anybody who knows the URL can send events in the name of this app.** Meant for tests and
    /// for networks that let nobody but Tencent in. A `Sign` that is sent is ignored.
    #[must_use]
    pub fn insecure_unsigned(sdk_app_id: u64) -> Self {
        Self {
            sdk_app_id,
            tokens: Vec::new(),
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
        if self.tokens.is_empty() {
            return unproved(Ok(Auth::Unsigned));
        }
        let claim = match Claim::parse(sign, request_time) {
            Ok(claim) => claim,
            Err(error) => return unproved(Err(error)),
        };
        let Some(matched) = self.tokens.iter().position(|token| claim.is_of(token)) else {
            return unproved(Err(SignatureError::Wrong));
        };
        let auth = if !claim.is_fresh(now, window) {
            Err(SignatureError::Stale)
        } else if matched == 0 {
            Ok(Auth::Token)
        } else {
            Ok(Auth::PreviousToken)
        };
        Authenticated {
            auth,
            age: Some(claim.age(now)),
        }
    }
}

/// Shows the app id, never a token.
impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("sdk_app_id", &self.sdk_app_id)
            .field("signed", &!self.tokens.is_empty())
            .finish_non_exhaustive()
    }
}

/// What came of checking a signature.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Authenticated {
    pub(crate) auth: Result<Auth, SignatureError>,
    /// The age of a right signature in seconds, fresh or not.
    pub(crate) age: Option<i64>,
}

/// How a delivery was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// Signed with the token given to [`App::signed`].
    Token,
    /// Signed with a token given to [`App::also_accept`].
    PreviousToken,
    /// Not authenticated at all: the app is [`App::insecure_unsigned`].
    Unsigned,
}

impl Auth {
    /// Its name in logs and metrics, such as `previous_token`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::PreviousToken => "previous_token",
            Self::Unsigned => "unsigned",
        }
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
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
}
