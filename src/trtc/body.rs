//! The envelope that all events of TRTC share.

/// Declares events: the struct is the whole body, whose `EventInfo` is given.
macro_rules! body {
    ($(
        $(#[$attribute:meta])*
        pub struct $name:ident { event_info: $info:ty }
    )+) => {
        $crate::wire::wire! {$(
            $(#[$attribute])*
            pub struct $name {
                /// The group that the sender puts the event into. `event_type` decides.
                pub event_group_id: Option<u32>,
                /// The type of the event, unique over all groups.
                pub event_type: u32,
                /// When TRTC sent this body. Also called `CallbackMsTs`.
                pub callback_ts: Option<UnixMillis> = or [callback_ms_ts "CallbackMsTs"],
                /// What happened.
                pub event_info: $info,
            }
        )+}
    };
}
pub(crate) use body;
