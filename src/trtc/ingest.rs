//! Online media streams that are pulled into a room.
//!
//! # Example
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, trtc::ingest};
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<ingest::StreamIngestStart>| async move {
//!     let ingest = delivery.event.event_info;
//!     let task = ingest.task_id.unwrap_or_default();
//!     match ingest.status {
//!         0 | 2 => println!("task {task} pulls its stream"),
//!         _ => eprintln!("task {task} cannot pull its stream"),
//!     }
//!     Ack
//! });
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.701").unwrap();
//! # let delivery = testing::undecoded("TRTC.701", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use super::body::body;
use crate::{value::UnixMillis, wire::wire};

body! {
    /// The stream started (0), failed to (1), or started again (2). The vendor tries again after
    /// 0, 1 and 3 seconds.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/62717).
    pub struct StreamIngestStart { event_info: IngestInfo }

    /// The stream stopped (0).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/62717).
    pub struct StreamIngestStop { event_info: IngestInfo }
}

wire! {
    /// A stream. It names neither room nor user.
    pub struct IngestInfo {
        /// When this happened. Events may arrive out of order.
        pub event_ms_ts: Option<UnixMillis>,
        /// The task.
        pub task_id: Option<String>,
        /// How it went.
        pub status: u32,
    }
}
