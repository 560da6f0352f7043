//! Apps as text, for environment variables and configuration files.

use std::{env, str::FromStr};

use serde::{Deserialize, Deserializer, de};

use super::{App, Apps, config_error::ConfigError};

/// What follows the id of an app that goes without a signature. In words, so that a
/// forgotten token is never taken for it.
const UNSIGNED: &str = "insecure-unsigned";

/// What follows the id of an app before the key of its events.
const EVENT_KEY: &str = "=event-key:";

/// `ID:TOKEN`, `ID=event-key:KEY` for [events of TRTC](crate::trtc), or `ID=insecure-unsigned`. The
/// token is everything after the first colon.
///
/// ```
/// use tower_tencent_webhook::App;
///
/// let app: App = "1400000000:the token".parse()?;
/// assert_eq!(app.sdk_app_id(), 1_400_000_000);
/// assert!("1400000000".parse::<App>().is_err());
/// # Ok::<(), tower_tencent_webhook::ConfigError>(())
/// ```
impl FromStr for App {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let end = text.find([':', '=']).ok_or(ConfigError::MalformedApp)?;
        let (id, rest) = text.split_at(end);
        let plain = id.bytes().all(|byte| byte.is_ascii_digit());
        let id = id.parse().ok().filter(|_| plain);
        let id = id.ok_or(ConfigError::MalformedApp)?;
        if let Some(key) = rest.strip_prefix(EVENT_KEY) {
            return Self::events_only(id, key);
        }
        match rest.strip_prefix(':') {
            Some(token) => Self::signed(id, token),
            None if &rest[1..] == UNSIGNED => Ok(Self::insecure_unsigned(id)),
            None => Err(ConfigError::MalformedApp),
        }
    }
}

/// [Apps](App#impl-FromStr-for-App) separated by white space. The same id again is a further token,
/// as by [`also_accept`](App::also_accept), or a further [event key](App::event_key).
///
/// ```
/// use tower_tencent_webhook::Apps;
///
/// let apps: Apps = "1400000000:new 1400000000:old 1400000001=insecure-unsigned".parse()?;
/// let both: Apps = "1400000000:token 1400000000=event-key:TheKey7".parse()?;
/// # Ok::<(), tower_tencent_webhook::ConfigError>(())
/// ```
impl FromStr for Apps {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let apps: Result<Vec<App>, _> = text.split_whitespace().map(str::parse).collect();
        Self::new(joined(apps?)?)
    }
}

impl Apps {
    /// Reads the apps from an environment variable, in the form of their
    /// [`FromStr`](Apps#impl-FromStr-for-Apps). By convention it is `TENCENT_WEBHOOK_APPS`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the variable is not set, is not Unicode, or does not have that form.
    pub fn from_env(variable: &str) -> Result<Self, ConfigError> {
        env::var(variable)
            .map_err(|_| ConfigError::MissingVariable(variable.to_owned()))?
            .parse()
    }
}

/// One app for each id, with all tokens and keys that were given for it.
fn joined(apps: Vec<App>) -> Result<Vec<App>, ConfigError> {
    let mut joined: Vec<App> = Vec::new();
    for app in apps {
        let id = app.sdk_app_id;
        match joined.iter_mut().find(|known| known.sdk_app_id == id) {
            None => joined.push(app),
            Some(known) => {
                let both = known.clone().join(app);
                *known = both.ok_or(ConfigError::DuplicateApp(id))?;
            }
        }
    }
    Ok(joined)
}

/// Read without a type of its own for each form, since serde then says what does not fit without
/// quoting it, which may be a token.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "apps are text: `ID:TOKEN`, `ID=event-key:KEY` or `ID=insecure-unsigned`"
)]
enum TextOrList {
    Text(String),
    List(Vec<String>),
}

/// From a string, in the form of its [`FromStr`](App#impl-FromStr-for-App). No error quotes it.
impl<'de> Deserialize<'de> for App {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match TextOrList::deserialize(deserializer)? {
            TextOrList::Text(text) => text.parse().map_err(de::Error::custom),
            TextOrList::List(_) => Err(de::Error::custom(ConfigError::MalformedApp)),
        }
    }
}

/// From a string, in the form of its [`FromStr`](Apps#impl-FromStr-for-Apps), or from a list of
/// [apps](App). No error quotes it.
impl<'de> Deserialize<'de> for Apps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match TextOrList::deserialize(deserializer)? {
            TextOrList::Text(text) => text.parse(),
            TextOrList::List(list) => {
                let apps: Result<Vec<App>, _> = list.iter().map(|text| text.parse()).collect();
                apps.and_then(joined).and_then(Self::new)
            }
        }
        .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_everything_after_the_first_colon() {
        let app: App = "7:a:b=c".parse().expect("an app");
        assert_eq!((app.sdk_app_id, &*app.tokens.secrets()[0]), (7, "a:b=c"));
    }

    #[test]
    fn going_without_a_signature_has_to_be_said_in_words() {
        let app: App = "7=insecure-unsigned".parse().expect("an app");
        assert!(!app.tokens.is_signed());
        for (text, error) in [
            ("7", ConfigError::MalformedApp),
            ("7=secret", ConfigError::MalformedApp),
            ("7=", ConfigError::MalformedApp),
            (":secret", ConfigError::MalformedApp),
            ("+7:secret", ConfigError::MalformedApp),
            ("x7:secret", ConfigError::MalformedApp),
            ("", ConfigError::MalformedApp),
            ("7:", ConfigError::EmptyToken),
        ] {
            let refused = text.parse::<App>().expect_err(text);
            assert_eq!(refused, error, "{text}");
            assert!(!refused.to_string().contains("secret"));
        }
    }

    #[test]
    fn the_same_id_again_is_a_further_token() {
        let apps: Apps = "7:new\n7:old\t8=insecure-unsigned"
            .parse()
            .expect("two apps");
        let by_id = &apps.read().by_id;
        assert_eq!(by_id[&7].tokens.secrets().len(), 2);
        assert!(!by_id[&8].tokens.is_signed());
        for twice in ["7:new 7=insecure-unsigned", "7=insecure-unsigned 7:new"] {
            let error = twice.parse::<Apps>().expect_err(twice);
            assert_eq!(error, ConfigError::DuplicateApp(7));
        }
        assert_eq!("".parse::<Apps>().expect_err("none"), ConfigError::NoApps);
    }

    #[test]
    fn a_key_belongs_to_the_app_of_its_id() {
        let apps: Apps = "7:token 7=event-key:New 7=event-key:Old 8=event-key:Other"
            .parse()
            .expect("two apps");
        let by_id = &apps.read().by_id;
        let secrets = |id| (by_id[id].tokens.secrets(), by_id[id].keys.secrets());
        assert_eq!(
            secrets(&7),
            (&["token".into()][..], &["New".into(), "Old".into()][..])
        );
        assert_eq!(secrets(&8), (&[][..], &["Other".into()][..]));
        let error = "7=event-key:".parse::<App>().expect_err("no key");
        assert_eq!(error, ConfigError::MalformedEventKey);
    }

    #[test]
    fn a_configuration_file_holds_the_same_text() {
        let list: Apps = serde_json::from_str(r#"["7:new","7:old"]"#).expect("a list");
        assert_eq!(list.read().by_id[&7].tokens.secrets().len(), 2);
        assert!(serde_json::from_str::<Apps>(r#""7:new 8:other""#).is_ok());
        for wrong in [
            r#""7=2718281""#,
            "2718281",
            r#"["7 2718281"]"#,
            r#"["7:a",2718281]"#,
        ] {
            let error = serde_json::from_str::<Apps>(wrong).expect_err(wrong);
            assert!(!error.to_string().contains("2718281"), "{error}");
        }
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let error = Apps::from_env("TENCENT_WEBHOOK_NOT_SET").expect_err("not set");
        assert!(error.to_string().contains("TENCENT_WEBHOOK_NOT_SET"));
    }
}
