//! Which deliveries report the same event.

use std::fmt;

use super::{Delivery, key_rules};
use crate::{catalog, reply::Phase};

/// Identifies the event that a delivery reports: a repeat by the vendor has the key of the first,
/// and two events never share one. Made by [`Delivery::event_key`].
///
/// The vendor sends no id of a delivery, so the key is a SHA-256 hash of the app, the command and
/// what identifies the event in the body. Nothing from the URL or the headers is part of it:
/// `Sign`, `RequestTime`, `ClientIP` and `OptPlatform` may differ when a webhook is sent again, and
/// so may `CallbackTs` of an event of TRTC. The same app, command and fields make the same key in
/// every release; a release that changes this says so, and then all keys change.
///
/// `Display` writes 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey([u8; 32]);

impl EventKey {
    /// Its bytes, for a column of a database.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A key that was stored.
impl From<[u8; 32]> for EventKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<E> Delivery<E> {
    /// The key of the event that this delivery reports; `None` if equal bodies may report two
    /// events, so that nothing tells a repeat from a second event.
    ///
    /// | command | the key is made of |
    /// | --- | --- |
    /// | `Group.CallbackAfterSendMsg`, `Bot.OnGroupMessage` | `GroupId`, `From_Account`, `MsgSeq`, `TopicId`, `MsgTime`, `Random` and the content; of the second also `AtRobots_Account` |
    /// | `C2C.CallbackAfterSendMsg`, `Bot.OnC2CMessage` | `From_Account`, `To_Account`, `MsgKey`, `SendMsgResult` and the content |
    /// | `OfficialAccount.CallbackAfterSendMsg` | `Official_Account`, `MsgKey` and the content |
    /// | `ContentCallback.ResultNotify` | the whole body, if it has a `CtxcbRequestId` |
    /// | events of TRTC, `Live.CallbackAfterCloudRecordingChanged`, `Call.CallbackAfterRecordChanged` | `EventType` and `EventInfo`, if `EventMsTs` is a time to the millisecond |
    /// | `TRTC.601` | `eventID` |
    /// | `Sns.*`, `Push.*`, `Alert.*`, topics, `Group.CallbackOnMemberStateChange` | none: on, off and on again within a second are three events |
    /// | before-webhooks | none: they are never sent again |
    /// | all others, unknown ones too | the whole body, if `EventTime` is a time to the millisecond |
    ///
    /// The content of a message, `MsgBody`, `CloudCustomData` and `GroupAtInfo`, is part of its key because `Sign` does not cover the body: otherwise whoever has
    /// seen one URL could suppress a message, by sending another with its identity first. A time
    /// that is a multiple of 1,000 ms is not taken for one to the millisecond, since some senders
    /// multiply seconds. 0 and the empty string identify nothing: a message with such an identity
    /// is known by its whole body, like all others.
    ///
    /// It reads the body, so keep the key rather than asking twice.
    ///
    /// ```
    /// use tower_tencent_webhook::testing;
    ///
    /// let command = "Group.CallbackAfterSendMsg";
    /// let body = testing::sample_body(command).unwrap();
    /// let key = testing::undecoded(command, body).event_key();
    /// assert!(key.is_some());
    /// assert_eq!(testing::undecoded(command, body).event_key(), key);
    ///
    /// let another = body.replace("318", "319");
    /// assert_ne!(testing::undecoded(command, another).event_key(), key);
    /// ```
    #[must_use]
    pub fn event_key(&self) -> Option<EventKey> {
        if self.phase() == Some(Phase::Before) {
            return None;
        }
        let body = std::str::from_utf8(self.body()).ok()?;
        let command = self.command();
        key_rules::key(catalog::key_rule(command), self.sdk_app_id(), command, body).map(EventKey)
    }
}
