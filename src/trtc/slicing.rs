//! Cloud slicing: short pieces of audio and pictures from a room.

use super::{
    body::body,
    payload::{Status, Stop, TaskError},
};
use crate::{
    event::TaskInfo,
    value::{Account, Id, RawJson, UnixMillis, UnixSeconds},
    wire::wire,
};

body! {
    /// The slicing started (0) or failed to (1).
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct SliceStart { event_info: TaskInfo<Status> }

    /// The slicing stopped.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct SliceStop { event_info: TaskInfo<Stop> }

    /// The upload of files started (0) or failed to (1).
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct UploadStart { event_info: TaskInfo<Status> }

    /// Files were made.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct FileInfo { event_info: SliceInfo }

    /// The upload of files ended.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct UploadStop { event_info: TaskInfo<Status> }

    /// The upload of files failed.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct UploadError { event_info: TaskInfo<TaskError> }
}

wire! {
    /// Files of a slicing.
    pub struct SliceInfo {
        /// The room.
        pub room_id: Option<Id>,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The robot that slices.
        pub user_id: Option<Account>,
        /// The task.
        pub task_id: Option<String>,
        /// The anchor. The vendor's table does not say whether it is in the payload.
        pub stream_user_id: Option<Account>,
        /// The files, in a shape that is not documented.
        pub payload: Option<RawJson>,
    }
}
