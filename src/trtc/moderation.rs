//! Cloud moderation of what is sent into a room.
//!
//! # Example
//!
//! Remove a user whose slice is to be blocked:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{value::{Account, Id}, Delivery, Handlers, reply::Ack, testing};
//! use tower_tencent_webhook::trtc::moderation::{ModerationInfo, ModerationResult};
//!
//! const BLOCK: u32 = 2;
//!
//! fn offender(info: ModerationInfo) -> Option<(Id, Account)> {
//!     let judgement = info.payload.filter(|judgement| judgement.suggest == BLOCK);
//!     judgement.and(info.room_id.zip(info.streamer_user_id))
//! }
//!
//! # async fn remove(_: Id, _: Account) {}
//! let handlers = Handlers::new().on(|delivery: Delivery<ModerationResult>| async move {
//!     if let Some((room, user)) = offender(delivery.event.event_info) {
//!         remove(room, user).await;
//!     }
//!     Ack
//! });
//! // The sample is for a person to look at.
//! assert_eq!(offender(testing::sample::<ModerationResult>().event_info), None);
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.1104").unwrap();
//! # let delivery = testing::undecoded("TRTC.1104", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use super::{
    body::body,
    payload::{Status, Stop, TaskError},
};
use crate::{
    event::TaskInfo,
    value::{Account, Id, OneOrMany, RawJson, UnixMillis, UnixSeconds},
    wire::{string_enum, wire},
};

body! {
    /// The moderation started (0) or failed to (1).
    ///
    /// [Source](https://trtc.io/document/73394).
    pub struct ModerationStart { event_info: TaskInfo<Status> }

    /// The moderation stopped.
    ///
    /// [Source](https://trtc.io/document/73394).
    pub struct ModerationStop { event_info: TaskInfo<Stop> }

    /// Slices are being sent to the moderation (0).
    ///
    /// [Source](https://trtc.io/document/73394).
    pub struct SendStart { event_info: TaskInfo<Status> }

    /// A slice was judged. The vendor also calls it `FILE_INFO`.
    ///
    /// [Source](https://trtc.io/document/73394).
    pub struct ModerationResult { event_info: ModerationInfo }

    /// No more slices are sent to the moderation (0).
    ///
    /// [Source](https://trtc.io/document/73394).
    pub struct SendStop { event_info: TaskInfo<Status> }

    /// A slice could not be sent. The vendor also calls it `SEND_ERROR`.
    ///
    /// [Source](https://trtc.io/document/73394).
    pub struct UploadError { event_info: TaskInfo<TaskError> }
}

string_enum! {
    /// What the moderation found.
    pub enum Label {
        /// Nothing.
        Normal = "Normal",
        /// An advertisement.
        Ad = "Ad",
        /// Pornography.
        Porn = "Porn",
        /// Abuse.
        Abuse = "Abuse",
        /// Something illegal.
        Illegal = "Illegal",
        /// Politics.
        Polity = "Polity",
        /// Terrorism.
        Terror = "Terror",
        /// Something sexually suggestive.
        Sexy = "Sexy",
        /// A QR code.
        QrCode = "QRCode",
        /// What the app's own rules name.
        Custom = "Custom",
    }
}

wire! {
    /// A slice that was judged.
    pub struct ModerationInfo {
        /// The room.
        pub room_id: Option<Id>,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The robot that moderates.
        pub user_id: Option<Account>,
        /// The task.
        pub task_id: Option<String>,
        /// The user who sent the slice.
        pub streamer_user_id: Option<Account>,
        /// The judgement.
        pub payload: Option<Judgement>,
    }

    /// A judgement on a slice.
    pub struct Judgement {
        /// The slice.
        pub data_id: Option<String>,
        /// The request to a third party's moderation; may be empty.
        pub request_id: Option<String>,
        /// 1 audio, 2 image.
        pub media_type: Option<u32>,
        /// 0 let it pass, 1 let a person look at it, 2 block it.
        pub suggest: u32,
        /// What was found.
        pub label: Option<Label>,
        /// The address of the image.
        pub image: Option<String>,
        /// The text in the image.
        pub image_ocr: Option<String>,
        /// How sure the moderation is.
        pub rate: Option<f64>,
        /// The address of the audio.
        pub audio: Option<String>,
        /// The text of the audio.
        pub audio_text: Option<String>,
        /// The findings: one in the vendor's table, a list in its samples.
        pub check_detail: Option<OneOrMany<Finding>>,
    }

    /// What was found in one respect.
    pub struct Finding {
        /// In which respect.
        pub scene: Option<String>,
        /// What was found.
        pub label: Option<Label>,
        /// 0 let it pass, 1 let a person look at it, 2 block it.
        pub suggest: Option<u32>,
        /// The words that were found.
        pub keywords: Vec<String>,
        /// How sure the moderation is.
        pub score: Option<f64>,
        /// What the vendor says about it.
        pub desc: Option<String>,
        /// Where in the audio it was found. The shape is not documented.
        pub audio_segments: Option<RawJson>,
        /// Where in the image it was found. The shape is not documented.
        pub image_location: Option<RawJson>,
    }
}
