//! The second version of transcription and translation.

use super::{body::body, payload::Status};
use crate::{
    value::{Account, Id, RawJson, UnixMillis},
    wire::wire,
};

body! {
    /// The transcription started (0).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/80094).
    pub struct TranscriptionStart { event_info: TranscriptionInfo<Status> }

    /// The transcription stopped.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/80094).
    pub struct TranscriptionStop { event_info: TranscriptionInfo }

    /// A sentence was transcribed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/80094).
    pub struct AsrMsg { event_info: TranscriptionInfo }

    /// A sentence was translated.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/80094).
    pub struct TranslateMsg { event_info: TranscriptionInfo }
}

wire! {
    /// What an event of a transcription is about.
    pub struct TranscriptionInfo<P = RawJson> {
        /// When this happened.
        pub event_ms_ts: Option<UnixMillis>,
        /// The task.
        pub task_id: Option<String>,
        /// The room.
        pub room_id: Option<Id>,
        /// 0 the id of the room is a number, 1 it is a text.
        pub room_id_type: Option<u32>,
        /// The robot that transcribes.
        pub robot_id: Option<Account>,
        /// What happened. The shape is known for the start only.
        pub payload: Option<P>,
    }
}
