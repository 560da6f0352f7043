//! How the requests of an app are authenticated.

use std::fmt;

/// How a delivery was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// Signed with the token given to [`App::signed`](super::App::signed), or with the first [event
    /// key](super::App::event_key).
    Token,
    /// Signed with a token given to [`App::also_accept`](super::App::also_accept), or with a later event key.
    PreviousToken,
    /// Not authenticated at all: the app is [`App::insecure_unsigned`](super::App::insecure_unsigned), or takes
    /// [unsigned events](super::App::insecure_unsigned_events).
    Unsigned,
}

impl Auth {
    /// The one whose [`as_str`](Auth::as_str) is `name`, for stores that keep it as text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Token, Self::PreviousToken, Self::Unsigned]
            .into_iter()
            .find(|auth| auth.as_str() == name)
    }

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

/// The two protocols have one each: going without a signature in one never opens the other.
#[derive(Clone)]
pub(super) enum Accepts {
    /// No request: there is no secret, and nobody asked to go without one.
    Nothing,
    /// Any request.
    Unsigned,
    /// Requests that are signed with one of these secrets. The current one first.
    Signed(Vec<Box<str>>),
}

impl Accepts {
    pub(super) fn accept(&mut self, secret: String) {
        match self {
            Self::Signed(secrets) => secrets.push(secret.into()),
            Self::Nothing | Self::Unsigned => *self = Self::Signed(vec![secret.into()]),
        }
    }

    pub(super) fn secrets(&self) -> &[Box<str>] {
        match self {
            Self::Signed(secrets) => secrets,
            Self::Nothing | Self::Unsigned => &[],
        }
    }

    pub(super) fn is_signed(&self) -> bool {
        matches!(self, Self::Signed(_))
    }

    /// Which of the secrets fits.
    pub(super) fn find(&self, fits: impl Fn(&str) -> bool) -> Option<Auth> {
        match self.secrets().iter().position(|secret| fits(secret))? {
            0 => Some(Auth::Token),
            _ => Some(Auth::PreviousToken),
        }
    }

    /// What two descriptions of one app ask together; `None` if they contradict each other.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Nothing, accepts) | (accepts, Self::Nothing) => Some(accepts),
            (Self::Signed(mut secrets), Self::Signed(more)) => {
                secrets.extend(more);
                Some(Self::Signed(secrets))
            }
            // A second unsigned one is a slip.
            (Self::Unsigned, _) | (_, Self::Unsigned) => None,
        }
    }
}
