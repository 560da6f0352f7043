//! Recording of web pages. Its files are announced by
//! [`VodCommit`](super::recording::VodCommit) and [`VodStop`](super::recording::VodStop).

use super::body::body;
use crate::{value::UnixMillis, wire::wire};

body! {
    /// The recording started (1), failed to (2), broke off (3), moved to another machine (4), or
    /// ended for good after an error (5).
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
