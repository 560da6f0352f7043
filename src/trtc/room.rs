//! Rooms and the users in them.
//!
//! A user who leaves causes [`ExitRoom`] and no further event: no
//! [`StopVideo`](super::media::StopVideo), for instance. Entry and exit within one millisecond
//! cannot be put in order.
//!
//! # Example
//!
//! Tell the audience when the connection to an anchor is lost:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, testing};
//! # use tower_tencent_webhook::value::Id;
//! use tower_tencent_webhook::trtc::room::{ExitRoom, ExitRoomInfo};
//!
//! const ANCHOR: u32 = 20;
//! const TIMED_OUT: u32 = 2;
//!
//! fn lost_anchor(exit: &ExitRoomInfo) -> bool {
//!     exit.role == Some(ANCHOR) && exit.reason == Some(TIMED_OUT)
//! }
//!
//! # async fn tell_audience(_: &Id) {}
//! let handlers = Handlers::new().on(|delivery: Delivery<ExitRoom>| async move {
//!     if lost_anchor(&delivery.event.event_info) {
//!         tell_audience(&delivery.event.event_info.room_id).await;
//!     }
//!     Ack
//! });
//! assert!(lost_anchor(&testing::sample::<ExitRoom>().event_info));
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.104").unwrap();
//! # let delivery = testing::undecoded("TRTC.104", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use super::body::body;
use crate::{
    value::{Account, Id, UnixMillis, UnixSeconds},
    wire::wire,
};

body! {
    /// A room was created.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct CreateRoom { event_info: CreateRoomInfo }

    /// A room was dismissed.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct DismissRoom { event_info: DismissRoomInfo }

    /// A user entered a room.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct EnterRoom { event_info: EnterRoomInfo }

    /// A user left a room.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct ExitRoom { event_info: ExitRoomInfo }

    /// A user changed roles after entering a room.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/39558).
    pub struct ChangeRole { event_info: ChangeRoleInfo }
}

wire! {
    /// A room that was created.
    pub struct CreateRoomInfo {
        /// The room, of the type that the client used.
        pub room_id: Id,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user who created the room.
        pub user_id: Option<Account>,
    }

    /// A room that was dismissed.
    pub struct DismissRoomInfo {
        /// The room, of the type that the client used.
        pub room_id: Id,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
    }

    /// A user who entered a room.
    pub struct EnterRoomInfo {
        /// The room, of the type that the client used.
        pub room_id: Id,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user.
        pub user_id: Account,
        /// Tells two entries of one user apart. Sent only to apps that have had these events since
        /// before 2021-07-30.
        pub unique_id: Option<u64>,
        /// 20 anchor, 21 audience.
        pub role: Option<u32>,
        /// 1 Windows, 2 Android, 3 iOS, 4 Linux, 100 another.
        pub terminal_type: Option<u32>,
        /// 1 WebRTC, 2 mini program, 3 native SDK.
        pub user_type: Option<u32>,
        /// 1 the user's wish, 2 change of network, 3 another attempt after a time-out,
        /// 4 cross-room call.
        pub reason: Option<u32>,
    }

    /// A user who left a room.
    pub struct ExitRoomInfo {
        /// The room, of the type that the client used.
        pub room_id: Id,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user.
        pub user_id: Account,
        /// Tells two entries of one user apart. Sent only to apps that have had these events since
        /// before 2021-07-30.
        pub unique_id: Option<u64>,
        /// 20 anchor, 21 audience.
        pub role: Option<u32>,
        /// 1 the user's wish, 2 time-out, 3 removal, 4 end of a cross-room call, 5 end of the
        /// process, which on Android shows as 2 later. Pages of 2021 number them differently.
        pub reason: Option<u32>,
    }

    /// A user who changed roles.
    pub struct ChangeRoleInfo {
        /// The room, of the type that the client used.
        pub room_id: Id,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The user.
        pub user_id: Account,
        /// The new role: 20 anchor, 21 audience.
        pub role: Option<u32>,
    }
}
