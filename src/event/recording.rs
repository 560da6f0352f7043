//! TRTC's recording events, as some webhooks carry them.

use crate::{
    value::{RawJson, UnixMillis, UnixSeconds},
    wire::wire,
};

wire! {
    /// A [recording event](https://trtc.io/document/54914) of TRTC.
    pub struct RecordingEvent {
        /// 3 cloud recording, 8 recording of a web page.
        pub event_group_id: Option<u32>,
        /// What happened: 301 to 312, or 801 to 804.
        pub event_type: u32,
        /// When TRTC sent it.
        pub callback_ts: Option<UnixMillis>,
        /// The event.
        pub event_info: RecordingInfo,
        /// The kit that made the room. Its numbers are not documented.
        pub kit_type: Option<i64>,
    }

    /// What a recording event is about.
    pub struct RecordingInfo {
        /// The room: a text or a number, as on the client.
        pub room_id: Option<RawJson>,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user who records.
        pub user_id: Option<String>,
        /// The recording task.
        pub task_id: Option<String>,
        /// What happened, in a shape that depends on the type of the event; often with a `Status`.
        pub payload: Option<RawJson>,
    }
}
