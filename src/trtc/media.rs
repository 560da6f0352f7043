//! What users send into a room: video, audio, and the substream, a shared screen for instance.
//!
//! A user who leaves the room while sending has [`ExitRoom`](super::room::ExitRoom) only, no stop.
//!
//! # Example
//!
//! Record a room once somebody sends video. The room 7 and the room `"7"` are two rooms:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, value::Id, reply::Ack, trtc::media::StartVideo};
//!
//! # enum Kind { Number, Text }
//! # async fn record_once(_: &str, _: Kind) -> std::io::Result<()> { Ok(()) }
//! let handlers = Handlers::new().on(|delivery: Delivery<StartVideo>| async move {
//!     match delivery.event.event_info.room_id {
//!         Id::Number(room) => record_once(&room.to_string(), Kind::Number).await?,
//!         Id::Text(room) => record_once(&room, Kind::Text).await?,
//!     }
//!     Ok::<_, std::io::Error>(Ack)
//! });
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.201").unwrap();
//! # let delivery = testing::undecoded("TRTC.201", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

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
