//! The second version of transcription and translation.
//!
//! # Example
//!
//! The shape of a sentence is not documented. Once you have seen those of your app, decode them as
//! a type of your own:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use serde::Deserialize;
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, trtc::transcription::AsrMsg};
//!
//! #[derive(Deserialize)]
//! #[serde(rename_all = "PascalCase")]
//! struct Heard {
//!     text: String, // suppose that you have seen this one
//! }
//!
//! # fn show(text: &str) { assert_eq!(text, "when is high water today") }
//! let handlers = Handlers::new().on(|delivery: Delivery<AsrMsg>| async move {
//!     let payload = delivery.event.event_info.payload;
//!     if let Some(heard) = payload.and_then(|payload| payload.decode::<Heard>().ok()) {
//!         show(&heard.text);
//!     }
//!     Ack
//! });
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.1403").unwrap();
//! # let delivery = testing::undecoded("TRTC.1403", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

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
