//! Verdicts on several accounts, some of which can be refused.

use std::fmt;

use super::{
    body::{Body, Encode, Hidden, VerdictKind},
    code::{ErrorCode, GroupCode},
};
use crate::value::Account;

/// Whether an invitation into a group goes ahead.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum MemberVerdict {
    /// Let everybody in.
    Allow,
    /// Refuse these, and let the others in.
    RefuseSome(Vec<Account>),
    /// Refuse everybody. The client sees a general error of Tencent's.
    Refuse,
    /// Refuse everybody. The client gets this code and text.
    #[non_exhaustive]
    RefuseWith {
        /// The error code for the client.
        code: GroupCode,
        /// The error text for the client (`ErrorInfo`).
        text: String,
    },
}

impl MemberVerdict {
    /// Refuses everybody with a code and a text that reach the client.
    #[must_use]
    pub fn refuse_with(code: GroupCode, text: impl Into<String>) -> Self {
        Self::RefuseWith {
            code,
            text: text.into(),
        }
    }
}

impl Encode for MemberVerdict {
    fn into_body(self) -> Body {
        match self {
            Self::Allow => Body::default(),
            Self::RefuseSome(members) => Body {
                refused_members_account: members,
                ..Body::default()
            },
            Self::Refuse => Body::code(1),
            Self::RefuseWith { code, text } => Body::coded(code.get(), text),
        }
    }

    fn verdict(&self) -> VerdictKind {
        match self {
            Self::Allow => VerdictKind::Allow,
            Self::RefuseSome(members) if members.is_empty() => VerdictKind::Allow,
            Self::RefuseSome(_) | Self::Refuse | Self::RefuseWith { .. } => VerdictKind::Refuse,
        }
    }

    fn from_body(wire: Body) -> Option<Self> {
        Some(match wire.error_code {
            0 if wire.refused_members_account.is_empty() => Self::Allow,
            0 => Self::RefuseSome(wire.refused_members_account),
            1 => Self::Refuse,
            number => Self::refuse_with(GroupCode::from_number(number)?, wire.error_info),
        })
    }
}

/// Shows the verdict, its code, how many accounts it names, and only the length of a text.
impl fmt::Debug for MemberVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("Allow"),
            Self::RefuseSome(accounts) => {
                f.debug_tuple("RefuseSome").field(&accounts.len()).finish()
            }
            Self::Refuse => f.write_str("Refuse"),
            Self::RefuseWith { code, text } => f
                .debug_struct("RefuseWith")
                .field("code", code)
                .field("text", &Hidden(text))
                .finish(),
        }
    }
}

/// Whether subscriptions to an official account go ahead.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum SubscriberVerdict {
    /// Let everybody subscribe.
    Allow,
    /// Refuse these, and let the others subscribe.
    RefuseSome(Vec<Account>),
    /// Refuse everybody.
    Refuse,
}

impl Encode for SubscriberVerdict {
    fn into_body(self) -> Body {
        match self {
            Self::Allow => Body::default(),
            Self::RefuseSome(users) => Body {
                refused_subscribers_account: users,
                ..Body::default()
            },
            Self::Refuse => Body::code(1),
        }
    }

    fn verdict(&self) -> VerdictKind {
        match self {
            Self::Allow => VerdictKind::Allow,
            Self::RefuseSome(users) if users.is_empty() => VerdictKind::Allow,
            Self::RefuseSome(_) | Self::Refuse => VerdictKind::Refuse,
        }
    }

    fn from_body(wire: Body) -> Option<Self> {
        match wire.error_code {
            0 if wire.refused_subscribers_account.is_empty() => Some(Self::Allow),
            0 => Some(Self::RefuseSome(wire.refused_subscribers_account)),
            1 => Some(Self::Refuse),
            _ => None,
        }
    }
}

/// Shows the verdict, and how many accounts it names.
impl fmt::Debug for SubscriberVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("Allow"),
            Self::RefuseSome(accounts) => {
                f.debug_tuple("RefuseSome").field(&accounts.len()).finish()
            }
            Self::Refuse => f.write_str("Refuse"),
        }
    }
}
