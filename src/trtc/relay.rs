//! Relay of streams to a CDN.
//!
//! # Example
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, trtc::relay};
//!
//! const FAILED: u32 = 4;
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<relay::CdnStatus>| async move {
//!     let info = delivery.event.event_info;
//!     if let Some(relay) = info.payload.filter(|relay| relay.status == FAILED) {
//!         eprintln!("a relay failed with {:?}: {:?}", relay.error_code, relay.error_msg);
//!     }
//!     Ack
//! });
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.401").unwrap();
//! # let delivery = testing::undecoded("TRTC.401", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use super::body::body;
use crate::{
    value::{Account, Id, UnixMillis},
    wire::wire,
};

body! {
    /// A relay changed its state. The states 1 and 3 are repeated every 5 seconds for a minute, and
    /// events may arrive out of order: sort by `event_ms_ts`.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54913).
    pub struct CdnStatus { event_info: RelayInfo }
}

wire! {
    /// A relay of a room's stream.
    pub struct RelayInfo {
        /// The room.
        pub room_id: Option<Id>,
        /// 0 the id of the room is a number, 1 it is a string.
        pub room_type: Option<u32>,
        /// When this happened. Also called `EventTsMs`.
        pub event_ms_ts: Option<UnixMillis> = or [event_ts_ms "EventTsMs"],
        /// The robot that relays.
        pub user_id: Option<Account>,
        /// The task: a string in the sample, a number in the table.
        pub task_id: Option<Id>,
        /// The state.
        pub payload: Option<Relay>,
    }

    /// The state of a relay.
    pub struct Relay {
        /// The address that the stream is relayed to.
        pub url: Option<String>,
        /// 0 idle, 1 connecting, 2 running, 3 recovering, 4 failed, 5 disconnecting.
        pub status: u32,
        /// The code of an error, 0 without one.
        pub error_code: Option<i64>,
        /// The description of an error.
        pub error_msg: Option<String>,
    }
}
