//! Recording of web pages. Its files are announced by
//! [`VodCommit`](super::recording::VodCommit) and [`VodStop`](super::recording::VodStop).
//!
//! # Example
//!
//! Each event has numbers of its own, and success is 1, not 0:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, testing};
//! use tower_tencent_webhook::trtc::web_recording::{RecorderStart, WebRecording};
//!
//! /// Whether nothing more is recorded unless the app starts it again.
//! fn is_over(recording: &WebRecording) -> bool {
//!     matches!(recording.status, 2 | 5)
//! }
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<RecorderStart>| async move {
//!     let info = delivery.event.event_info;
//!     if let Some(recording) = info.payload.filter(is_over) {
//!         eprintln!("{:?} is over: {:?}", info.task_id, recording.event_message);
//!     }
//!     Ack
//! });
//! assert!(!is_over(&testing::sample::<RecorderStart>().event_info.payload.unwrap()));
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.801").unwrap();
//! # let delivery = testing::undecoded("TRTC.801", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use super::body::body;
use crate::{value::UnixMillis, wire::wire};

body! {
    /// The recording started (1), failed to (2), broke off (3), moved to another machine (4), or
    /// ended for good after an error (5). More follows 3 and 4.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct RecorderStart { event_info: WebRecordingInfo }

    /// The recording ended (1).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct RecorderStop { event_info: WebRecordingInfo }

    /// The page was loaded again (1), the recording was paused (2), or resumed (3).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct StatusUpdate { event_info: WebRecordingInfo }

    /// The recording reached its longest duration (1), or a resolution over 1920 x 1080 (2).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct ResourceLimit { event_info: WebRecordingInfo }
}

wire! {
    /// A recording of a web page.
    pub struct WebRecordingInfo {
        /// When this happened.
        pub event_ms_ts: Option<UnixMillis>,
        /// The task.
        pub task_id: Option<String>,
        /// What happened.
        pub payload: Option<WebRecording>,
    }

    /// What happened to a recording of a web page.
    pub struct WebRecording {
        /// Its number, which depends on the event.
        pub status: u32,
        /// Its description, such as `Success` or `PageRefresh`.
        pub event_message: Option<String>,
    }
}
