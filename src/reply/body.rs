//! The JSON object of a reply, and the parts that several forms of reply share.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::code::FriendCode;
use crate::{message::MsgBody, value::Account};

/// The bodies of the usual replies, which are never built.
pub(crate) const OK: Bytes =
    Bytes::from_static(br#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#);
pub(crate) const REFUSED: Bytes =
    Bytes::from_static(br#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":1}"#);
const DROPPED: Bytes = Bytes::from_static(br#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":2}"#);

/// The fields of all forms of replies. `ActionStatus` stays `OK` on a refusal, too: it says that
/// the webhook was handled, the code says how.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(unnameable_types, reason = "only the sealed trait below speaks of it")]
pub struct Body {
    pub(super) action_status: ActionStatus,
    pub(super) error_info: String,
    pub(super) error_code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) msg_body: Option<MsgBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cloud_custom_data: Option<String>,
    #[serde(
        rename = "RefusedMembers_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(super) refused_members_account: Vec<Account>,
    #[serde(
        rename = "RefusedSubscribers_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(super) refused_subscribers_account: Vec<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result_item: Option<Vec<FriendResult>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rsp_data: Option<String>,
}

/// The only status that is ever sent.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) enum ActionStatus {
    #[default]
    #[serde(rename = "OK")]
    Ok,
}

impl Body {
    pub(super) fn code(error_code: u32) -> Self {
        Self {
            error_code,
            ..Self::default()
        }
    }

    pub(super) fn coded(error_code: u32, error_info: String) -> Self {
        Self {
            error_code,
            error_info,
            ..Self::default()
        }
    }

    fn is_code_alone(&self) -> bool {
        self.error_info.is_empty()
            && self.msg_body.is_none()
            && self.cloud_custom_data.is_none()
            && self.refused_members_account.is_empty()
            && self.refused_subscribers_account.is_empty()
            && self.result_item.is_none()
            && self.rsp_data.is_none()
    }

    pub(super) fn encode(self) -> Result<Bytes, serde_json::Error> {
        match self.error_code {
            0 if self.is_code_alone() => Ok(OK),
            1 if self.is_code_alone() => Ok(REFUSED),
            2 if self.is_code_alone() => Ok(DROPPED),
            _ => serde_json::to_vec(&self).map(Bytes::from),
        }
    }
}

/// The wire form of a typed reply.
#[allow(unnameable_types, reason = "its name is private to seal `TypedReply`")]
pub trait Encode: Sized {
    #[doc(hidden)]
    fn into_body(self) -> Body;

    #[doc(hidden)]
    fn verdict(&self) -> VerdictKind;

    /// `None` if the object is none of the documented replies of this form.
    #[doc(hidden)]
    #[cfg_attr(
        not(feature = "test-util"),
        allow(dead_code, reason = "read by `testing` only")
    )]
    fn from_body(wire: Body) -> Option<Self>;
}

/// What the answer to a before-webhook says about its action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerdictKind {
    /// It passes.
    Allow,
    /// It is refused, at least for some of several accounts.
    Refuse,
    /// A message is not delivered, and its sender is not told.
    Drop,
    /// A message is delivered changed.
    Rewrite,
    /// The answer is an HTTP error: Tencent does what the console is set to.
    Error,
}

impl VerdictKind {
    /// Its name in logs and metrics, such as `allow`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Refuse => "refuse",
            Self::Drop => "drop",
            Self::Rewrite => "rewrite",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for VerdictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text of which `Debug` shows only the length.
pub(crate) struct Hidden<'a>(pub(crate) &'a str);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

/// Whether the request to or from one account goes ahead.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendResult {
    #[serde(rename = "To_Account")]
    to_account: Account,
    result_code: u32,
    result_info: String,
}

impl FriendResult {
    /// Lets the request of this account pass.
    #[must_use]
    pub fn allow(account: impl Into<Account>) -> Self {
        Self {
            to_account: account.into(),
            result_code: 0,
            result_info: String::new(),
        }
    }

    /// Refuses the request of this account; the client gets the code and the text.
    #[must_use]
    pub fn refuse(account: impl Into<Account>, code: FriendCode, text: impl Into<String>) -> Self {
        Self {
            to_account: account.into(),
            result_code: code.get(),
            result_info: text.into(),
        }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.to_account
    }

    /// Whether the request passes.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.result_code == 0
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<FriendCode> {
        FriendCode::new(self.result_code)
    }

    /// The text of a refusal.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.result_info
    }
}

/// Shows whether the request passes, the code, and only the length of a text; never the account.
impl fmt::Debug for FriendResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.passes() {
            return f.write_str("Allow");
        }
        f.debug_struct("Refuse")
            .field("code", &self.result_code)
            .field("text", &Hidden(&self.result_info))
            .finish()
    }
}
