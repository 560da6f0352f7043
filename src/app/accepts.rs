//! What one of the two protocols asks of an app's requests.

use super::Auth;

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
