//! Screenshots of videos.
//!
//! # Example
//!
//! Keep each picture once, although its event may come again:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use std::{collections::HashMap, sync::{Arc, Mutex}};
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, trtc::screenshot::VideoScreenshot};
//!
//! type Pictures = Arc<Mutex<HashMap<String, String>>>;
//!
//! async fn keep(pictures: Pictures, delivery: Delivery<VideoScreenshot>) -> Ack {
//!     let shot = delivery.event.event_info;
//!     if let (Some(0), Some(id), Some(url)) = (shot.code, shot.event_id, shot.picture_url) {
//!         pictures.lock().unwrap().insert(id, url);
//!     }
//!     Ack
//! }
//!
//! let pictures = Pictures::default();
//! let handlers = Handlers::new().on_with(pictures.clone(), keep);
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.601").unwrap();
//! # let delivery = testing::undecoded("TRTC.601", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # assert!(pictures.lock().unwrap().values().eq(["https://shots.example/0042.jpg"]));
//! # }
//! ```

use super::body::body;
use crate::{
    value::{Account, Id, UnixMillis},
    wire::{string_enum, wire},
};

body! {
    /// A screenshot was uploaded.
    ///
    /// [Source](https://trtc.io/document/64802).
    pub struct VideoScreenshot { event_info: ScreenshotInfo }
}

string_enum! {
    /// Which of a user's streams a screenshot shows.
    pub enum StreamType {
        /// The main one.
        BigStream = "BigStream",
        /// The substream: a shared screen.
        SubStream = "SubStream",
    }
}

wire! {
    /// A screenshot. Unlike other events it has an id of its own, and no `EventTs`.
    pub struct ScreenshotInfo {
        /// The event: the name under which the picture is stored.
        #[serde(rename = "eventID")]
        pub event_id: Option<String> = or [event_id_of_table "eventId"],
        /// What the client asked to have sent along.
        #[serde(rename = "callbackData")]
        pub callback_data: Option<String>,
        /// The address of the picture.
        #[serde(rename = "pictureURL")]
        pub picture_url: Option<String>,
        /// 0 on success.
        #[serde(rename = "code")]
        pub code: Option<i64>,
        /// The description of an error.
        #[serde(rename = "msg")]
        pub msg: Option<String>,
        /// The room.
        #[serde(rename = "roomID")]
        pub room_id: Option<Id>,
        /// Which stream it shows.
        #[serde(rename = "streamType")]
        pub stream_type: Option<StreamType>,
        /// The user whom it shows.
        #[serde(rename = "userID")]
        pub user_id: Option<Account>,
        /// When it was taken.
        #[serde(rename = "timestamp")]
        pub timestamp: Option<UnixMillis>,
    }
}
