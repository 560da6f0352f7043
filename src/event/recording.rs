//! TRTC's recording events, as some webhooks carry them, and what they share with the events that
//! TRTC sends itself.

use crate::{
    value::{Account, Id, RawJson, UnixMillis, UnixSeconds},
    wire::wire,
};

wire! {
    /// A [recording event](https://trtc.io/document/54914) of TRTC.
    ///
    /// Its payload is the one that [`trtc::recording`](crate::trtc::recording) has for the same
    /// `EventType`, and [`trtc::web_recording`](crate::trtc::web_recording) for 801 to 804:
    ///
    /// ```
    /// use tower_tencent_webhook::{event::live::AfterCloudRecordingChanged, trtc::recording::Vod};
    ///
    /// fn file_id(event: &AfterCloudRecordingChanged) -> Option<String> {
    ///     let payload = event.event_info.payload.as_ref()?;
    ///     let uploaded: Vod = payload.decode().ok()?; // `EventType` 311
    ///     uploaded.tencent_vod?.file_id
    /// }
    /// # let body = r#"{"EventType":311,"EventInfo":{"Payload":{"Status":0,"TencentVod":{"FileId":"f"}}}}"#;
    /// # let event: AfterCloudRecordingChanged = serde_json::from_str(body)?;
    /// # assert_eq!(file_id(&event).as_deref(), Some("f"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct RecordingEvent {
        /// 3 cloud recording, 8 recording of a web page.
        pub event_group_id: Option<u32>,
        /// What happened: 301 to 312, or 801 to 804.
        pub event_type: u32,
        /// When TRTC sent it.
        pub callback_ts: Option<UnixMillis>,
        /// The event.
        pub event_info: TaskInfo,
        /// The kit that made the room. Its numbers are not documented.
        pub kit_type: Option<i64>,
    }

    /// What an event of a task that works in a room is about: a recording, a slicing, a
    /// moderation.
    ///
    /// `P` is the payload: a type of [`trtc`](crate::trtc), or [`RawJson`] where the event's type
    /// decides its shape.
    pub struct TaskInfo<P = RawJson> {
        /// The room. A string in all samples, even for a room whose id is a number.
        pub room_id: Option<Id>,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The robot that works in the room.
        pub user_id: Option<Account>,
        /// The task.
        pub task_id: Option<String>,
        /// What happened.
        pub payload: Option<P>,
    }
}
