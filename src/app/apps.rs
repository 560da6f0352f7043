//! The set of apps whose webhooks are accepted.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, SystemTime},
};

use super::{App, Auth, Authenticated, auth::Accepts, config_error::ConfigError};
use crate::{
    signature::{SignatureError, UrlSignature},
    trtc::Tag,
};

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
#[derive(Clone)]
pub struct Apps {
    index: Arc<RwLock<Index>>,
}

impl Apps {
    /// A set of at least one app, each app id once.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if there is no app, or an id twice, or one event key in two apps that do not
    /// [say so](App::insecure_shared_event_key).
    pub fn new(apps: impl IntoIterator<Item = App>) -> Result<Self, ConfigError> {
        Ok(Self::of(index(apps)?))
    }

    /// Replaces the whole set, in every clone, from the next request on.
    ///
    /// # Errors
    ///
    /// As for [`Apps::new`]; the set then stays as it was.
    pub fn replace(&self, apps: impl IntoIterator<Item = App>) -> Result<(), ConfigError> {
        let index = index(apps)?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
        Ok(())
    }

    fn of(index: Index) -> Self {
        Self {
            index: Arc::new(RwLock::new(index)),
        }
    }

    /// The set of this moment. No code of the user's may run while it is held.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` if the app is not configured. The lock is held for this check only.
    pub(crate) fn authenticate(
        &self,
        sdk_app_id: u64,
        sign: Option<&str>,
        request_time: Option<&str>,
        now: SystemTime,
        window: Duration,
    ) -> Option<Authenticated> {
        let index = self.read();
        let app = index.by_id.get(&sdk_app_id);
        app.map(|app| app.authenticate(sign, request_time, now, window))
    }

    /// Whether any app takes events of TRTC.
    pub(crate) fn take_events(&self) -> bool {
        self.read().takes_events
    }

    /// Whether events of an app have to be signed. `None` if the app is not configured.
    pub(crate) fn ask_for_tag(&self, sdk_app_id: u64) -> Option<Result<bool, SignatureError>> {
        self.read().by_id.get(&sdk_app_id).map(App::asks_for_tag)
    }

    /// Whether an event is from the app. `None` if the app is not configured.
    pub(crate) fn authenticate_event(
        &self,
        sdk_app_id: u64,
        tag: Option<&Tag>,
        body: &[u8],
    ) -> Option<Result<Auth, SignatureError>> {
        let index = self.read();
        let app = index.by_id.get(&sdk_app_id);
        app.map(|app| app.authenticate_event(tag, body))
    }

    /// Whether a request that names no app may come from one of these: its signature fits a token
    /// and is fresh, or some app takes unsigned webhooks.
    pub(crate) fn accept_any(
        &self,
        sign: Option<&str>,
        request_time: Option<&str>,
        now: impl FnOnce() -> SystemTime,
        window: Duration,
    ) -> bool {
        // Before the lock, under which no code of the user's may run.
        let claim = UrlSignature::parse(sign, request_time).ok();
        let fresh = claim.filter(|claim| claim.is_fresh(now(), window));
        let index = self.read();
        if index.takes_unsigned {
            return true;
        }
        // All are tried, so that the time does not tell which one fits.
        let tried = index.tried.iter();
        fresh.is_some_and(|claim| tried.fold(false, |fits, token| fits | claim.is_of(token)))
    }
}

impl From<App> for Apps {
    fn from(app: App) -> Self {
        let by_id = BTreeMap::from([(app.sdk_app_id, app)]);
        Self::of(Index::new(by_id))
    }
}

/// Shows the apps, never a token or key.
impl fmt::Debug for Apps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = self.read();
        f.debug_set().entries(index.by_id.values()).finish()
    }
}

fn index(apps: impl IntoIterator<Item = App>) -> Result<Index, ConfigError> {
    let mut by_id = BTreeMap::new();
    for app in apps {
        if let Some(twice) = by_id.insert(app.sdk_app_id, app) {
            return Err(ConfigError::DuplicateApp(twice.sdk_app_id));
        }
    }
    if by_id.is_empty() {
        return Err(ConfigError::NoApps);
    }
    check_shared(&by_id)?;
    Ok(Index::new(by_id))
}

/// The id of the app is signed in neither protocol, so a secret that two apps share lets requests
/// of one pass as the other's.
fn check_shared(by_id: &BTreeMap<u64, App>) -> Result<(), ConfigError> {
    let mut keys = HashMap::new();
    let mut tokens = HashMap::new();
    for (id, app) in by_id {
        for key in app.keys.secrets() {
            match keys.insert(key, app) {
                Some(other) if !(other.shares_key && app.shares_key) && other.sdk_app_id != *id => {
                    return Err(ConfigError::SharedEventKey(other.sdk_app_id, *id));
                }
                _ => {}
            }
        }
        for token in app.tokens.secrets() {
            if let Some(other) = tokens.insert(token, *id).filter(|other| other != id) {
                tracing::warn!(
                    target: "tower_tencent_webhook",
                    "apps {other} and {id} have the same token: a webhook of the one passes as the other's"
                );
            }
        }
    }
    Ok(())
}

/// How many tokens are tried for a request that names no app.
const MAX_TRIED: usize = 32;

pub(super) struct Index {
    pub(super) by_id: BTreeMap<u64, App>,
    /// Whether any app takes events of TRTC.
    pub(super) takes_events: bool,
    /// Whether any app takes unsigned webhooks.
    pub(super) takes_unsigned: bool,
    /// The tokens that are tried for a request that names no app: those of the lowest ids.
    pub(super) tried: Vec<Box<str>>,
}

impl Index {
    pub(super) fn new(by_id: BTreeMap<u64, App>) -> Self {
        let apps = || by_id.values();
        let tokens = apps().flat_map(|app| app.tokens.secrets());
        Self {
            takes_events: apps().any(|app| app.asks_for_tag().is_ok()),
            takes_unsigned: apps().any(|app| matches!(app.tokens, Accepts::Unsigned)),
            tried: tokens.take(MAX_TRIED).cloned().collect(),
            by_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Auth;

    #[test]
    fn two_apps_share_an_event_key_only_if_both_say_so() {
        let app = |id| App::events_only(id, "TheKey7").expect("an app");
        let shared = |id| app(id).insecure_shared_event_key();
        for apps in [[app(7), app(8)], [shared(7), app(8)], [app(7), shared(8)]] {
            let error = Apps::new(apps).expect_err("shared");
            assert_eq!(error, ConfigError::SharedEventKey(7, 8));
            assert!(!error.to_string().contains("TheKey7"));
        }
        assert!(Apps::new([shared(7), shared(8)]).is_ok());
        let twice = app(7).event_key("TheKey7").expect("an app");
        assert!(Apps::new([twice]).is_ok());
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
            auth.map(|checked| checked.auth),
            Some(Ok(Auth::Unsigned)),
            "a failed replacement changes nothing"
        );
    }
}
