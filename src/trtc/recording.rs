//! Cloud recording of rooms.
//!
//! Events of one task may arrive out of order: sort by `event_ms_ts`. One
//! task has an [`Mp4Stop`] and a [`VodCommit`] for each file.
//!
//! # Example
//!
//! The MP4 files of a recording, once they are in the storage of the app:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, testing};
//! use tower_tencent_webhook::trtc::recording::{Mp4, Mp4Stop};
//!
//! fn uploaded(mp4: Mp4) -> Vec<String> {
//!     if mp4.status != 0 {
//!         return Vec::new();
//!     }
//!     mp4.file_message.into_iter().filter_map(|file| file.file_name).collect()
//! }
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<Mp4Stop>| async move {
//!     for name in delivery.event.event_info.payload.map(uploaded).unwrap_or_default() {
//!         println!("recorded {name}");
//!     }
//!     Ack
//! });
//! let recorded = testing::sample::<Mp4Stop>().event_info.payload.map(uploaded);
//! assert_eq!(recorded.unwrap(), ["tide/amara/evening-1.mp4", "tide/mei/evening-1.mp4"]);
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.310").unwrap();
//! # let delivery = testing::undecoded("TRTC.310", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use super::{
    body::body,
    payload::{Status, Stop},
};
use crate::{
    event::TaskInfo,
    value::{Account, OneOrMany, UnixMillis},
    wire::{string_enum, wire},
};

body! {
    /// The recording started (0) or failed to (1).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct RecorderStart { event_info: TaskInfo<Status> }

    /// The recording ended.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct RecorderStop { event_info: TaskInfo<Stop> }

    /// The upload of files started (0) or failed to (1). With object storage only.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct UploadStart { event_info: TaskInfo<Status> }

    /// The first index file was made and uploaded.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct FileInfo { event_info: TaskInfo<IndexFile> }

    /// The upload of files ended.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct UploadStop { event_info: TaskInfo<Upload> }

    /// The recording moved to another machine (0).
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct Failover { event_info: TaskInfo<Status> }

    /// The first slice was made.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct FileSlice { event_info: TaskInfo<Slice> }

    /// The upload of files failed. On older pages only.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct UploadError { event_info: TaskInfo<UploadFault> }

    /// An image for the recording could not be downloaded.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct DownloadImageError { event_info: TaskInfo<Image> }

    /// MP4 files were made.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct Mp4Stop { event_info: TaskInfo<Mp4> }

    /// A file was uploaded to video on demand. Recordings of web pages have this event, too.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct VodCommit { event_info: TaskInfo<Vod> }

    /// The upload to video on demand ended: 0 successfully, 1 otherwise. Recordings of web pages
    /// have this event, too.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/647/54914).
    pub struct VodStop { event_info: TaskInfo<Status> }
}

string_enum! {
    /// What a file holds.
    pub enum TrackType {
        /// Sound.
        Audio = "audio",
        /// Picture.
        Video = "video",
        /// Picture and sound.
        AudioVideo = "audio_video",
    }
}

string_enum! {
    /// Which of a user's streams a file holds.
    pub enum MediaId {
        /// The main one: camera and microphone.
        Main = "main",
        /// The substream: a shared screen.
        Aux = "aux",
        /// The streams of all users, mixed.
        Mix = "mix",
    }
}

wire! {
    /// The index file of a recording.
    pub struct IndexFile {
        /// Its name.
        pub file_list: OneOrMany,
    }

    /// How the upload of files ended.
    pub struct Upload {
        /// 0 all files are in the storage of the app, 1 at least one is still on the server,
        /// 2 those have been uploaded since. The newest table calls it `LeaveCode`.
        pub status: u32 = or [leave_code "LeaveCode"],
    }

    /// A slice of a recording.
    pub struct Slice {
        /// The name of the file.
        pub file_name: Option<String>,
        /// The user who is recorded.
        pub user_id: Option<Account>,
        /// What the file holds.
        pub track_type: Option<TrackType>,
        /// When it begins.
        pub begin_time_stamp: Option<UnixMillis>,
    }

    /// Why the upload of files failed.
    pub struct UploadFault {
        /// Its code, a string.
        pub code: Option<String>,
        /// Its description.
        pub message: Option<String>,
    }

    /// An image that could not be downloaded.
    pub struct Image {
        /// Its address.
        pub url: Option<String>,
    }

    /// The MP4 files of a recording.
    pub struct Mp4 {
        /// 0 all are uploaded, 1 at least one is still on the server, 2 an error.
        pub status: u32,
        /// Their names.
        pub file_list: Option<OneOrMany>,
        /// The files.
        pub file_message: Vec<Mp4File>,
    }

    /// An MP4 file.
    pub struct Mp4File {
        /// Its name.
        pub file_name: Option<String>,
        /// The user who is recorded. Empty if the streams of all users are mixed.
        pub user_id: Option<Account>,
        /// What it holds.
        pub track_type: Option<TrackType>,
        /// Which stream it holds.
        pub media_id: Option<MediaId>,
        /// When it begins.
        pub start_time_stamp: Option<UnixMillis>,
        /// When it ends.
        pub end_time_stamp: Option<UnixMillis>,
    }

    /// A file that was uploaded to video on demand.
    pub struct Vod via Vod::nested {
        /// 0 uploaded, 1 still on the server, 2 an error.
        pub status: u32,
        /// The error, if there is one.
        pub errmsg: Option<String>,
        /// The file. After an error, only some of its fields.
        pub tencent_vod: Option<TencentVod>,
        // The vendor's table has the fields of the file here, its samples have them nested.
        user_id: Option<Account>,
        track_type: Option<TrackType>,
        media_id: Option<MediaId>,
        file_id: Option<String>,
        video_url: Option<String>,
        cache_file: Option<String>,
        start_time_stamp: Option<UnixMillis>,
        end_time_stamp: Option<UnixMillis>,
    }

    /// A file in video on demand.
    #[derive(Default)]
    pub struct TencentVod {
        /// The user who is recorded. Empty if the streams of all users are mixed.
        pub user_id: Option<Account>,
        /// What it holds.
        pub track_type: Option<TrackType>,
        /// Which stream it holds.
        pub media_id: Option<MediaId>,
        /// Its id.
        pub file_id: Option<String>,
        /// Its address.
        pub video_url: Option<String>,
        /// Its name before the upload.
        pub cache_file: Option<String>,
        /// When it begins.
        pub start_time_stamp: Option<UnixMillis>,
        /// When it ends.
        pub end_time_stamp: Option<UnixMillis>,
    }
}

impl Vod {
    fn nested(mut self) -> Self {
        let flat = TencentVod {
            user_id: self.user_id.take(),
            track_type: self.track_type.take(),
            media_id: self.media_id.take(),
            file_id: self.file_id.take(),
            video_url: self.video_url.take(),
            cache_file: self.cache_file.take(),
            start_time_stamp: self.start_time_stamp.take(),
            end_time_stamp: self.end_time_stamp.take(),
        };
        if flat != TencentVod::default() {
            self.tencent_vod.get_or_insert(flat);
        }
        self
    }
}
