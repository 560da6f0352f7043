//! What users send into a room: video, audio, and the substream, a shared screen for instance.

use super::body::body;
use crate::{
    value::{Account, Id, UnixMillis, UnixSeconds},
    wire::wire,
};

body! {
    /// A user started to send video.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct StartVideo { event_info: StartInfo }

    /// A user stopped sending video.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct StopVideo { event_info: StopInfo }

    /// A user started to send audio.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct StartAudio { event_info: StartInfo }

    /// A user stopped sending audio.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct StopAudio { event_info: StopInfo }

    /// A user started to send the substream. The vendor's name for it is `ASSIT`.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct StartSubstream { event_info: StartInfo }

    /// A user stopped sending the substream. The vendor's name for it is `ASSIT`.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct StopSubstream { event_info: StopInfo }
}

wire! {
    /// A user who started to send.
    pub struct StartInfo {
        /// The room, of the type that the client used.
        pub room_id: Id,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user.
        pub user_id: Account,
    }

    /// A user who stopped sending.
    pub struct StopInfo {
        /// The room, of the type that the client used.
        pub room_id: Id,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user.
        pub user_id: Account,
        /// 0 in all samples. Its numbers are not documented.
        pub reason: Option<u32>,
    }
}
