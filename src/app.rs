//! The apps whose webhooks are accepted.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

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
    /// environment variable, say) or is longer than 128 bytes.
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
    ) -> Result<Auth, SignatureError> {
        if self.tokens.is_empty() {
            return Ok(Auth::Unsigned);
        }
        let claim = Claim::parse(sign, request_time)?;
        let matched = self
            .tokens
            .iter()
            .position(|token| claim.is_of(token))
            .ok_or(SignatureError::Wrong)?;
        if !claim.is_fresh(now, window) {
            return Err(SignatureError::Stale);
        }
        Ok(if matched == 0 {
            Auth::Token
        } else {
            Auth::PreviousToken
        })
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

/// The apps whose webhooks are accepted, shared by all layers that hold a clone.
///
/// The set can be [replaced](Apps::replace) while the server runs.
///
/// ```
/// use tower_tencent_webhook::{App, Apps};
///
/// # fn main() -> Result<(), tower_tencent_webhook::ConfigError> {
/// let apps = Apps::new([App::signed(1_400_000_000, "old")?])?;
/// let handle = apps.clone(); // the layer takes `apps`, an admin task keeps `handle`
/// handle.replace([App::signed(1_400_000_000, "new")?.also_accept("old")?])?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Apps {
    by_id: Arc<RwLock<BTreeMap<u64, App>>>,
}

impl Apps {
    /// A set of at least one app, each app id once.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if there is no app, or an id twice.
    pub fn new(apps: impl IntoIterator<Item = App>) -> Result<Self, ConfigError> {
        Ok(Self {
            by_id: Arc::new(RwLock::new(index(apps)?)),
        })
    }

    /// Replaces the whole set, in every clone, from the next request on.
    ///
    /// # Errors
    ///
    /// As for [`Apps::new`]; the set then stays as it was.
    pub fn replace(&self, apps: impl IntoIterator<Item = App>) -> Result<(), ConfigError> {
        let by_id = index(apps)?;
        *self.by_id.write().unwrap_or_else(PoisonError::into_inner) = by_id;
        Ok(())
    }

    /// `None` if the app is not configured. The lock is held for this check alone.
    pub(crate) fn authenticate(
        &self,
        sdk_app_id: u64,
        sign: Option<&str>,
        request_time: Option<&str>,
        now: SystemTime,
        window: Duration,
    ) -> Option<Result<Auth, SignatureError>> {
        let by_id = self.by_id.read().unwrap_or_else(PoisonError::into_inner);
        by_id
            .get(&sdk_app_id)
            .map(|app| app.authenticate(sign, request_time, now, window))
    }
}

fn index(apps: impl IntoIterator<Item = App>) -> Result<BTreeMap<u64, App>, ConfigError> {
    let mut by_id = BTreeMap::new();
    for app in apps {
        if let Some(twice) = by_id.insert(app.sdk_app_id, app) {
            return Err(ConfigError::DuplicateApp(twice.sdk_app_id));
        }
    }
    if by_id.is_empty() {
        Err(ConfigError::NoApps)
    } else {
        Ok(by_id)
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

    #[test]
    fn a_set_has_each_app_once_and_is_not_empty() {
        assert_eq!(Apps::new([]).expect_err("empty"), ConfigError::NoApps);
        let twice = [App::insecure_unsigned(7), App::insecure_unsigned(7)];
        assert_eq!(
            Apps::new(twice.clone()).expect_err("twice"),
            ConfigError::DuplicateApp(7)
        );
        let apps = Apps::new([App::insecure_unsigned(7)]).expect("one app");
        assert!(apps.replace(twice).is_err());
        let auth = apps.authenticate(7, None, None, SystemTime::now(), Duration::from_secs(60));
        assert_eq!(
            auth,
            Some(Ok(Auth::Unsigned)),
            "a failed replacement changes nothing"
        );
    }
}
