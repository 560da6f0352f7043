//! TRTC's recording events, as some webhooks carry them.

use crate::{
    json::Json,
    lenient::wire,
    time::{UnixMillis, UnixSeconds},
};

wire! {
    /// A [recording event](https://trtc.io/document/54914) of TRTC.
    pub struct RecordingInfo {
        /// The room: a text or a number, as on the client.
        pub room_id: Option<Json>,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user who records.
        pub user_id: Option<String>,
        /// The recording task.
        pub task_id: Option<String>,
        /// What happened, in a shape that depends on the type of the event; often with a `Status`.
        pub payload: Option<Json>,
    }
}
