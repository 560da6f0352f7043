//! The JSON object of a reply.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{friend_result::FriendResult, verdict_kind::VerdictKind};
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
