//! Cloud slicing: short pieces of audio and pictures from a room.
//!
//! # Example
//!
//! What [`FileInfo`] says of its files has no documented shape, so keep it as it came:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, trtc::slicing};
//!
//! # async fn store(_: Option<&str>, _: &str) -> std::io::Result<()> { Ok(()) }
//! let handlers = Handlers::new()
//!     .on(|delivery: Delivery<slicing::FileInfo>| async move {
//!         let info = delivery.event.event_info;
//!         if let Some(files) = &info.payload {
//!             store(info.task_id.as_deref(), files.as_json()).await?;
//!         }
//!         Ok::<_, std::io::Error>(Ack)
//!     })
//!     .on(|delivery: Delivery<slicing::UploadError>| async move {
//!         if let Some(error) = delivery.event.event_info.payload {
//!             eprintln!("no slices are stored: {:?} {:?}", error.code, error.message);
//!         }
//!         Ack
//!     });
//! # use tower::ServiceExt;
//! # use tower_tencent_webhook::testing::{sample_body, undecoded};
//! # for command in ["TRTC.1004", "TRTC.1006"] {
//! #     let delivery = undecoded(command, sample_body(command).unwrap());
//! #     handlers.clone().oneshot(delivery).await.unwrap();
//! # }
//! # }
//! ```

use super::{
    body::body,
    payload::{Status, Stop, TaskError},
};
use crate::{
    event::TaskInfo,
    value::{Account, Id, RawJson, UnixMillis, UnixSeconds},
    wire::wire,
};

body! {
    /// The slicing started (0) or failed to (1).
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct SliceStart { event_info: TaskInfo<Status> }

    /// The slicing stopped.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct SliceStop { event_info: TaskInfo<Stop> }

    /// The upload of files started (0) or failed to (1).
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct UploadStart { event_info: TaskInfo<Status> }

    /// Files were made.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct FileInfo { event_info: SliceInfo }

    /// The upload of files ended.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct UploadStop { event_info: TaskInfo<Status> }

    /// The upload of files failed.
    ///
    /// [Source](https://trtc.io/document/73393).
    pub struct UploadError { event_info: TaskInfo<TaskError> }
}

wire! {
    /// Files of a slicing.
    pub struct SliceInfo {
        /// The room.
        pub room_id: Option<Id>,
        /// When this happened.
        pub event_ts: Option<UnixSeconds>,
        /// The same in milliseconds.
        pub event_ms_ts: Option<UnixMillis>,
        /// The robot that slices.
        pub user_id: Option<Account>,
        /// The task.
        pub task_id: Option<String>,
        /// The anchor. The vendor's table does not say whether it is in the payload.
        pub stream_user_id: Option<Account>,
        /// The files, in a shape that is not documented.
        pub payload: Option<RawJson>,
    }
}
