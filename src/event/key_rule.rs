//! What identifies an event of a command.

/// Which parts of a body make the key of its event. Two events must never share a key; a repeat
/// by the vendor should have that of the first. See [`EventKey`](crate::EventKey).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyRule {
    /// The whole body, if it holds its time to the millisecond.
    Body,
    /// The whole body, if it has an id in this member; else as [`Body`](KeyRule::Body).
    BodyWith(&'static str),
    /// The identity of a message, and its content, so that another message with the same identity
    /// has another key. As [`Body`](KeyRule::Body) if one of `needs` is missing.
    Message {
        needs: &'static [&'static str],
        also: &'static [&'static str],
    },
    /// `EventType` and `EventInfo` of the events of TRTC, if they hold their time to the
    /// millisecond.
    EventInfo,
    /// The `eventID` of an event of TRTC.
    EventId,
    /// No key: equal bodies may be two events, such as on, off and on again within a second.
    Never,
}
